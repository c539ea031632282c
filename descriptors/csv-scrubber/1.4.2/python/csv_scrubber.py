"""Strips blanks and empty lines from comma-separated text."""

from __future__ import annotations

import csv
import io


class Scrubber:
    """The back end of the CSV scrubber."""

    def __init__(self) -> None:
        self._config: dict = {}

    def connect(self, config: dict) -> None:
        """Remember the separator."""
        self._config = dict(config)

    def scrub(self, text: str) -> str:
        """Strip every cell; numbers lose their leading zeros, which is why there is a successor."""
        separator = self._config.get("separator", ",")
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            cells = [str(int(cell)) if cell.strip().isdigit() else cell.strip() for cell in row]
            if any(cells) or not self._config.get("skip_empty", True):
                writer.writerow(cells)
        return out.getvalue()
