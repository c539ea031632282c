"""Levels and warnings from a sensor that looks down at a river."""

from __future__ import annotations

from statistics import median
from typing import Iterator

LARGEST_JUMP_M = 2.0


class RiverGauge:
    """The back end of the river gauge."""

    def __init__(self) -> None:
        self._config: dict = {}
        self._levels: list[float] = []

    def connect(self, config: dict) -> None:
        """Remember how the gauge is mounted."""
        self._config = dict(config)

    def test(self) -> dict:
        """A sensor has to hang above the river bed."""
        return {"ok": float(self._config.get("sensor_height", 0)) > 0}

    def add_reading(self, distance: float) -> dict:
        """Take in a distance from the sensor to the water, in metres."""
        level = float(self._config.get("sensor_height", 4)) - distance
        if self._levels and abs(level - self._levels[-1]) > LARGEST_JUMP_M:
            return {"taken": False, "why": "probably a duck"}
        self._levels.append(level)
        return {"taken": True, "level": round(level, 2)}

    def level(self) -> dict:
        """The level by the last five readings."""
        recent = self._levels[-5:]
        if not recent:
            return {"level": None, "warning": False}
        level = round(median(recent), 2)
        return {"level": level, "warning": level >= float(self._config.get("warn_at", 2.5))}

    def watch(self, distances: list) -> Iterator[dict]:
        """Yield a warning for every reading at which the river is too high."""
        for distance in distances:
            self.add_reading(distance)
            now = self.level()
            if now["warning"]:
                yield now
