from __future__ import annotations


class Launch:
    """Starts a bench."""

    def __init__(self) -> None:
        self._config: dict = {}

    def connect(self, config: dict) -> None:
        """Remember how large a bench is by default."""
        self._config = dict(config)

    def estimate(self, members: int, storage_gib: int = 0) -> dict:
        """What a bench for a group of that size takes."""
        storage = storage_gib or int(self._config.get("storage_gib", 200))
        return {"cores": 2 + members, "memory_gib": 8 + 4 * members, "storage_gib": storage}

    def start(self, group: str, members: int = 1) -> dict:
        """Start a bench for a group."""
        if not group.strip():
            raise ValueError("name the group that the bench is for")
        return {"group": group, "address": f"/benches/{group}", **self.estimate(members)}
