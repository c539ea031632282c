"""Tidies comma-separated tables and guesses what is in them."""

from __future__ import annotations

import csv
import io
from datetime import date


class TableTidy:
    """The back end of Table Tidy."""

    def __init__(self) -> None:
        self._config: dict = {}

    def connect(self, config: dict) -> None:
        """Remember the separator."""
        self._config = dict(config)

    def tidy(self, text: str, drop_repeated: bool = False) -> dict:
        """Tidy a table whose first row has its headings."""
        separator = self._config.get("separator", ",")
        rows = [tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
        head, *body = [row for row in rows if any(row)] or [()]
        if drop_repeated:
            body = list(dict.fromkeys(body))
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows([head, *body])
        columns = {name: guess(row[index] for row in body if index < len(row)) for index, name in enumerate(head)}
        return {"text": out.getvalue(), "columns": columns}


def guess(cells) -> str:
    """What a column holds. A leading zero makes a number a word: it is a postcode."""
    filled = [cell for cell in cells if cell]
    if filled and all(cell.isdigit() and not (cell[0] == "0" and len(cell) > 1) for cell in filled):
        return "number"
    return "date" if filled and all(is_date(cell) for cell in filled) else "word"


def is_date(cell: str) -> bool:
    try:
        date.fromisoformat(cell)
    except ValueError:
        return False
    return True
