"""Keeps secrets out of what is answered and logged: the plugin key, and the config values that are secret."""

import json
import threading
from typing import Any, Iterable, List, Set

from . import limits

MASK = "********"


class Secrets:
    """Known secrets. A rotated key stays one, since it may still be answered for a while."""

    def __init__(self) -> None:
        self._texts: Set[str] = set()
        self._written: List[bytes] = []
        self._lock = threading.Lock()

    def add(self, value: Any) -> None:
        """Adds a text, or every text inside a list or map. Short ones are left out."""
        with self._lock:
            for text in _texts_in(value):
                if len(text) >= limits.SECRET_CHARACTERS:
                    self._texts.add(text)
            # The longest first: one secret may hold another. Both as written and as JSON spells them.
            spellings = {spelling for text in self._texts for spelling in (text, json.dumps(text)[1:-1])}
            self._written = [spelling.encode() for spelling in sorted(spellings, key=len, reverse=True)]

    def mask(self, body: bytes) -> bytes:
        for secret in self._written:
            if secret in body:
                body = body.replace(secret, MASK.encode())
        return body

    def mask_text(self, text: str) -> str:
        return self.mask(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _texts_in(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts_in(inner)


def values_named(value: Any, names: List[str]) -> Iterable[Any]:
    """What stands under one of the names, at any depth: the rows of a form's repeat have names of their own."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in names:
                yield inner
            else:
                yield from values_named(inner, names)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from values_named(inner, names)
