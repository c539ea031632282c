"""Tidies comma-separated tables."""

from __future__ import annotations

import csv
import io


class TableTidy:
    """The back end of Table Tidy."""

    def __init__(self) -> None:
        self._config: dict = {}

    def connect(self, config: dict) -> None:
        """Remember the separator."""
        self._config = dict(config)

    def tidy(self, text: str) -> str:
        """Strip every cell and drop empty rows; what looks like a number stays as it is written."""
        separator = self._config.get("separator", ",")
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(row for row in rows if any(row))
        return out.getvalue()
