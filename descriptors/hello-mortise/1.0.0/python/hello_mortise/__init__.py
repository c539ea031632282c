"""Greets whoever asks."""


class Greeter:
    """The back end of the first plugin that one publishes."""

    def greet(self, name: str = "world") -> str:
        """Says hello to somebody."""
        return f"Hello, {name}!"
