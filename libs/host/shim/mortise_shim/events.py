"""What a back end tells its host: registrations, events, progress, warnings. The host asks; what it has, it acknowledges."""

import asyncio
import datetime
import json
import os
import threading
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

from . import limits


class Feed:
    """
    A bounded list of items with rising sequence numbers. Asking for what is after N acknowledges all up to N.
    Whoever adds waits while it is full. Nothing of it outlives the process: `epoch` tells the host that.
    """

    def __init__(self) -> None:
        self.epoch = os.urandom(8).hex()
        self._items: Deque[Tuple[int, bytes]] = deque()
        self._sequence = 0
        self._changed = threading.Condition()
        self._closed = False
        self._listeners: List[Callable[[], None]] = []

    def add(self, type_: str, waits: bool = True, given_up: Optional[Callable[[], bool]] = None, **fields: Any) -> bool:
        """False when the feed was closed, or `given_up` said so, while it waited for room."""
        body = json.dumps(fields, allow_nan=False)
        if len(body) > limits.EVENT_BYTES:
            raise ValueError(
                "An event is at most %d bytes of JSON; this one has %d. Hand over a reference to what is larger."
                % (limits.EVENT_BYTES, len(body))
            )
        with self._changed:
            while waits and not self._closed and len(self._items) >= limits.EVENTS:
                if given_up is not None and given_up():
                    return False
                self._changed.wait(0.5)
            if self._closed and waits:
                return False
            self._sequence += 1
            item = {"sequence": self._sequence, "at": now(), "type": type_}
            item.update(fields)
            self._items.append((self._sequence, json.dumps(item, allow_nan=False).encode()))
            if not waits:
                self._forget_overflow()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()
        return True

    def _forget_overflow(self) -> None:
        # Progress and warnings never wait: the oldest gives way to them once nobody has asked for long.
        while len(self._items) > limits.EVENTS + limits.REGISTRATIONS:
            self._items.popleft()

    def after(self, sequence: int) -> bytes:
        """The answer for one who has all up to `sequence`; these are forgotten."""
        with self._changed:
            while self._items and self._items[0][0] <= sequence:
                self._items.popleft()
            self._changed.notify_all()
            chosen: List[bytes] = []
            size, last = 0, sequence
            for number, written in self._items:
                size += len(written)
                if chosen and size > limits.EVENTS_ANSWER_BYTES:
                    break
                chosen.append(written)
                last = number
        return b'{"epoch": "%s", "items": [%s], "next": %d}' % (self.epoch.encode(), b", ".join(chosen), last)

    def has_after(self, sequence: int) -> bool:
        with self._changed:
            return bool(self._items) and self._items[-1][0] > sequence

    @property
    def waiting(self) -> int:
        return len(self._items)

    async def wait_after(self, sequence: int, seconds: float) -> None:
        """Returns when there is something after `sequence`, or the time is up."""
        loop = asyncio.get_event_loop()
        arrived = asyncio.Event()

        def listener() -> None:
            loop.call_soon_threadsafe(arrived.set)

        self._listeners.append(listener)
        try:
            if not self.has_after(sequence) and not self._closed:
                await asyncio.wait_for(arrived.wait(), seconds)
        except asyncio.TimeoutError:
            pass
        finally:
            self._listeners.remove(listener)

    def close(self) -> None:
        """Nobody waits any more, neither to add nor to read."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()


class RegistrationRefused(ValueError):
    """Its sentence says what was registered, and what can't be."""


class Registrations:
    """What the plugin has brought to its host. All of it is taken back when the plugin is unloaded."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._known: Dict[Tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def add(self, kind: str, name: str, what: Any) -> None:
        try:
            written = json.dumps(what, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise RegistrationRefused("register(%r, %r, …) takes JSON values alone: %s." % (kind, name, error)) from None
        if len(written) > limits.REGISTRATION_BYTES:
            raise RegistrationRefused("What is registered is at most %d bytes of JSON." % limits.REGISTRATION_BYTES)
        with self._lock:
            if len(self._known) >= limits.REGISTRATIONS and (kind, name) not in self._known:
                raise RegistrationRefused("A plugin registers at most %d things." % limits.REGISTRATIONS)
            self._known[(kind, name)] = json.loads(written)
            self._feed.add("registered", waits=False, kind=kind, id=name, what=json.loads(written))

    def remove(self, kind: str, name: str) -> None:
        with self._lock:
            if (kind, name) in self._known:
                del self._known[(kind, name)]
                self._feed.add("unregistered", waits=False, kind=kind, id=name)

    def remove_all(self) -> None:
        for kind, name in reversed(list(self._known)):
            self.remove(kind, name)

    def all(self) -> List[Dict[str, Any]]:
        with self._lock:
            return [{"kind": kind, "id": name, "what": what} for (kind, name), what in self._known.items()]


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
