"""Figures of a back end, for Prometheus."""

import resource
import threading
import time
from typing import Any, Dict, List, Tuple

from .backend import Backend


class Metrics:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started = time.time()
        self._calls: Dict[Tuple[str, str, int], List[float]] = {}

    def count(self, kind: str, name: str, status: int, seconds: float) -> None:
        with self._lock:
            counted = self._calls.setdefault((kind, name, status), [0, 0.0])
            counted[0] += 1
            counted[1] += seconds

    def page(self, backend: Backend, triggers: int) -> bytes:
        workers = backend.workers
        gauges: List[Tuple[str, str, Any]] = [
            ("mortise_backend_start_time_seconds", "When this back end started.", self._started),
            ("mortise_backend_calls_running", "Calls that run now.", len(workers.running)),
            ("mortise_backend_calls_waiting", "Calls that wait for a worker.", workers.waiting),
            ("mortise_backend_calls_stuck", "Calls that ran out of time and still run.", workers.stuck),
            ("mortise_backend_events_waiting", "Events that the host hasn't acknowledged.", backend.feed.waiting),
            ("mortise_backend_triggers_running", "Triggers that run now.", triggers),
            ("mortise_backend_memory_peak_bytes", "The most memory that it had.", _peak_bytes()),
        ]
        lines: List[str] = []
        for name, text, value in gauges:
            lines += ["# HELP %s %s" % (name, text), "# TYPE %s gauge" % name, "%s %s" % (name, value)]
        lines += self._call_lines()
        return ("\n".join(lines) + "\n").encode()

    def _call_lines(self) -> List[str]:
        lines = [
            "# HELP mortise_backend_call_seconds How long calls took, by status.",
            "# TYPE mortise_backend_call_seconds summary",
        ]
        with self._lock:
            for (kind, name, status), (count, seconds) in sorted(self._calls.items()):
                labels = 'kind="%s",name="%s",status="%d"' % (kind, name, status)
                lines.append("mortise_backend_call_seconds_count{%s} %d" % (labels, count))
                lines.append("mortise_backend_call_seconds_sum{%s} %.6f" % (labels, seconds))
        return lines


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
