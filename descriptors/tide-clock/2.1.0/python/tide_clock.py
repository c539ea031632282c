"""A tide clock: one high water, and half a lunar day from there to the next."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Iterator

BETWEEN_HIGH_WATERS = timedelta(hours=12, minutes=25)


class TideClock:
    """The back end of the tide clock."""

    def __init__(self) -> None:
        self._config: dict = {}

    def connect(self, config: dict) -> None:
        """Remember the harbour's high water."""
        self._config = dict(config)

    def test(self) -> dict:
        """Say whether the high water can be read."""
        return {"ok": True, "high_water": self._high_water().isoformat()}

    def next_tide(self, after: str, kind: str = "high") -> dict:
        """Find the next high or low water after a time."""
        start = self._high_water() + (BETWEEN_HIGH_WATERS / 2 if kind == "low" else timedelta())
        periods = math.floor((parse(after) - start) / BETWEEN_HIGH_WATERS) + 1
        return {"tide": {"kind": kind, "at": (start + periods * BETWEEN_HIGH_WATERS).isoformat()}}

    def water_level(self, at: str) -> dict:
        """Estimate the level of the water at a time, in metres above low water."""
        turn = (parse(at) - self._high_water()) / BETWEEN_HIGH_WATERS
        height = float(self._config.get("height", 3.0))
        return {"metres": round(height * (1 + math.cos(2 * math.pi * turn)) / 2, 2)}

    def tide_turns(self, after: str, times: int = 4) -> Iterator[dict]:
        """Yield the tides after a time, high and low in turn."""
        for _ in range(times):
            tides = [self.next_tide(after, kind) for kind in ("high", "low")]
            soonest = min(tides, key=lambda found: found["tide"]["at"])
            after = soonest["tide"]["at"]
            yield soonest

    def _high_water(self) -> datetime:
        return parse(self._config.get("high_water", "2026-01-01T06:12:00+00:00"))


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
