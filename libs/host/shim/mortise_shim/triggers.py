"""Triggers run until they are stopped; what they yield goes to the host, which acknowledges it."""

import logging
import threading
import traceback
from typing import Any, Dict, List

from . import limits, schema
from .backend import Backend, next_of
from .calls import Call, interrupt
from .context import current_call
from .failures import CallTimedOut, Refused
from .operations import Operation

log = logging.getLogger("mortise")


class Triggers:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._running: Dict[str, "_Trigger"] = {}
        self._lock = threading.Lock()

    def start(self, operation: Operation, instance: Any, arguments: Dict[str, Any], call: Call) -> str:
        """Its id, by which it is stopped."""
        with self._lock:
            if len(self._running) >= limits.TRIGGERS:
                raise Refused("at most %d triggers run at once; stop one first" % limits.TRIGGERS)
            trigger = _Trigger(self._backend, operation, call, self._ended)
            self._running[trigger.id] = trigger
        trigger.run(getattr(instance, operation.name), arguments)
        return trigger.id

    def _ended(self, trigger: "_Trigger") -> None:
        with self._lock:
            self._running.pop(trigger.id, None)

    def stop(self, name: str, trigger_id: str) -> bool:
        trigger = self._running.get(trigger_id)
        if trigger is None or trigger.operation.name != name:
            return False
        trigger.stop()
        return True

    def stop_all(self) -> None:
        for trigger in list(self._running.values()):
            trigger.stop()

    def all(self) -> List[Dict[str, Any]]:
        return [{"trigger_id": one.id, "name": one.operation.name, "events": one.events} for one in self._running.values()]


class _Trigger:
    def __init__(self, backend: Backend, operation: Operation, call: Call, ended: Any) -> None:
        self._backend, self.operation, self._call, self._ended = backend, operation, call, ended
        self.id = call.request_id
        self.events = 0
        self._stopped = threading.Event()
        self._thread: Any = None

    def run(self, method: Any, arguments: Dict[str, Any]) -> None:
        def body() -> None:
            current_call.set(self._call)
            error = None
            try:
                self._hand_over(method(**arguments))
            except CallTimedOut:
                pass
            except BaseException as failure:
                log.exception("trigger %s failed", self.operation.name)
                if not self._stopped.is_set():
                    error = "".join(traceback.format_exception_only(type(failure), failure)).strip()
            self._ended(self)
            fields = {"source": self.operation.name, "trigger_id": self.id, "error": error}
            self._backend.feed.add("trigger-ended", waits=False, **fields)

        self._thread = threading.Thread(target=body, name="trigger", daemon=True)
        self._thread.start()

    def _hand_over(self, generator: Any) -> None:
        while not self._stopped.is_set():
            try:
                if self.operation.is_async_generator:
                    item = self._backend.plugin_loop.result_of(next_of(generator))
                else:
                    item = next(generator)
            except (StopIteration, StopAsyncIteration):
                return
            event = {"source": self.operation.name, "trigger_id": self.id, "event": schema.to_json(item)}
            if self._backend.feed.add("event", given_up=self._stopped.is_set, **event):
                self.events += 1
        if hasattr(generator, "close"):
            generator.close()

    def stop(self) -> None:
        self._stopped.set()
        if self._call.future is not None:
            self._call.future.cancel()
        elif self._thread is not None and self._thread.ident is not None:
            interrupt(self._thread.ident)
