"""The back end of Sample Plugin."""

from ._plugin import DEFAULT_CONFIG, NAME, VERSION, Config

__version__ = VERSION


class SamplePlugin:
    """Every public method is an action that hosts, pages and forms can call."""

    def __init__(self) -> None:
        self._config: Config = dict(DEFAULT_CONFIG)

    def connect(self, config: dict) -> None:
        """Is given the configuration before anything is asked."""
        self._config = {**DEFAULT_CONFIG, **config}

    def test(self) -> dict:
        """Says whether the plugin could do its work."""
        return {"success": True}

    def greet(self, name: str = "world") -> dict:
        """Greets somebody."""
        return {"greeting": f"{self._config['greeting']}, {name}!", "by": f"{NAME} {VERSION}"}
