from __future__ import annotations

import hashlib
from typing import Iterator


class Backup:
    """Keeps copies of a bench for as long as the form says."""

    def __init__(self) -> None:
        self._config: dict = {}

    def connect(self, config: dict) -> None:
        """Remember the form's answers."""
        self._config = dict(config)

    def test(self) -> dict:
        """An encrypted backup needs a passphrase."""
        encrypted = self._config.get("encrypt", True)
        return {"ok": not encrypted or bool(self._config.get("passphrase"))}

    def run(self, paths: list) -> Iterator[dict]:
        """Yield each path as it is copied, with a digest of its name."""
        for path in paths:
            yield {"path": path, "sha256": hashlib.sha256(path.encode()).hexdigest()}

    def expires(self, taken_on_day: int) -> int:
        """The day on which a copy taken on a given day is dropped."""
        return taken_on_day + int(self._config.get("keep_days", 30))
