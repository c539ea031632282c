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

    def tidy(self, text: str, drop_repeated: bool = False) -> str:
        """Strip every cell, drop empty rows and, when asked to, rows that are there already."""
        rows = [tuple(cell.strip() for cell in row) for row in self._read(text)]
        rows = [row for row in rows if any(row)]
        if drop_repeated:
            rows = list(dict.fromkeys(rows))
        out = io.StringIO()
        csv.writer(out, delimiter=self._separator(), lineterminator="\n").writerows(rows)
        return out.getvalue()

    def count_changes(self, text: str) -> dict:
        """How many cells and rows tidying would change."""
        rows = list(self._read(text))
        return {
            "cells": sum(cell != cell.strip() for row in rows for cell in row),
            "rows": sum(not any(cell.strip() for cell in row) for row in rows),
        }

    def _separator(self) -> str:
        return self._config.get("separator", ",")

    def _read(self, text: str):
        return csv.reader(io.StringIO(text), delimiter=self._separator())
