from __future__ import annotations


class Admin:
    """For the person who looks after a bench."""

    def __init__(self) -> None:
        self._quota_gib: dict[str, int] = {}

    def set_quota(self, member: str, gib: int) -> dict:
        """Say how much a member may store."""
        if gib < 0:
            raise ValueError("a quota can't be negative")
        self._quota_gib[member] = gib
        return {"member": member, "gib": gib}

    def usage(self) -> list:
        """Members and their quotas, the largest first."""
        return [
            {"member": member, "gib": gib}
            for member, gib in sorted(self._quota_gib.items(), key=lambda item: -item[1])
        ]
