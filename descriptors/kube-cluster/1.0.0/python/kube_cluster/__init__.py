"""Plans a Kubernetes cluster and keeps track of the ones it has started."""

from __future__ import annotations

import itertools
from typing import Iterator

SIZES = {
    "small": {"cores": 2, "memory_gib": 4},
    "medium": {"cores": 4, "memory_gib": 16},
    "large": {"cores": 16, "memory_gib": 64},
}
SPARE_WORKERS = 2


class KubeCluster:
    """The back end of the Kubernetes cluster plugin."""

    def __init__(self) -> None:
        self._config: dict = {}
        self._clusters: dict[str, dict] = {}
        self._numbers = itertools.count(1)

    def connect(self, config: dict) -> None:
        """Remember what a plan starts from."""
        self._config = dict(config)

    def test(self) -> dict:
        """Say whether the configured size exists."""
        size = self._config.get("size", "medium")
        return {"ok": size in SIZES, "size": size}

    def load(self, context) -> None:
        """Offer the cluster as something that a host can launch."""
        context.register("launcher", "kube-cluster", {"title": "Kubernetes cluster", "action": "launch"})

    def unload(self) -> None:
        """Forget every cluster; their machines belong to the host."""
        self._clusters.clear()

    def plan(self, nodes: int = 3, size: str = "medium") -> dict:
        """Work out what a cluster needs, without starting anything."""
        if nodes < 1:
            raise ValueError("a cluster needs at least one worker")
        if size not in SIZES:
            raise ValueError(f"size is one of {', '.join(SIZES)}")
        machines = nodes + SPARE_WORKERS
        each = SIZES[size]
        return {
            "nodes": nodes,
            "spare": SPARE_WORKERS,
            "cores": machines * each["cores"],
            "memory_gib": machines * each["memory_gib"],
        }

    def launch(self, name: str, nodes: int = 3, size: str = "medium") -> dict:
        """Start a cluster and return its id."""
        cluster_id = f"{name}-{next(self._numbers)}"
        self._clusters[cluster_id] = {"id": cluster_id, "state": "running", **self.plan(nodes, size)}
        return self._clusters[cluster_id]

    def list_clusters(self) -> list:
        """The clusters that this plugin has started."""
        return list(self._clusters.values())

    def watch(self, cluster_id: str) -> Iterator[dict]:
        """Yield what happens to a cluster while it comes up."""
        for step in ("machines", "network", "control-plane", "workers", "ready"):
            yield {"cluster": cluster_id, "step": step}
