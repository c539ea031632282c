"""What a component is handed by `load(context)`."""

import contextvars
import logging
import os
import pathlib
from typing import Any, Dict, Mapping, Optional

from .events import Feed, Registrations
from .masking import Secrets

# The call that the running code belongs to; also inside of async methods.
current_call: "contextvars.ContextVar[Any]" = contextvars.ContextVar("mortise_call", default=None)


class PluginKey:
    """The plugin's key, as its file has it now: a rotated key is seen by the next reader."""

    def __init__(self, path: Optional[str], secrets: Secrets) -> None:
        self._path = path
        self._secrets = secrets
        self._seen: Any = None
        self._key: Optional[str] = None

    def read(self) -> Optional[str]:
        if self._path is None:
            return None
        try:
            found = os.stat(self._path)
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                with open(self._path, encoding="utf-8") as file:
                    self._key = file.read().strip() or None
                self._secrets.add(self._key)
                self._seen = seen
        except OSError:
            # While it is being replaced, or after it was revoked: what was read last still stands.
            pass
        return self._key


class Context:
    """One per back end. Everything may be used from any thread."""

    def __init__(
        self,
        plugin: str,
        version: str,
        interface: str,
        meta: Mapping[str, Any],
        config: Dict[str, Any],
        cache: pathlib.Path,
        key: PluginKey,
        feed: Feed,
    ) -> None:
        #: `publisher/name`
        self.plugin = plugin
        self.version = version
        self.interface = interface
        #: What the host says of this installation.
        self.meta = dict(meta)
        #: The installation's configuration: the descriptor's defaults with the host's values over them.
        self.config = config
        #: A directory of the plugin's own; what is written there is there at the next start.
        self.cache = cache
        self.log = logging.getLogger("plugin")
        self._key = key
        self._feed = feed
        self.registrations = Registrations(feed)

    @property
    def key(self) -> Optional[str]:
        """The plugin's key for the host's and the store's APIs. Read it each time: it may be rotated."""
        return self._key.read()

    def register(self, kind: str, id: str, what: Any = None) -> None:
        """Brings something to the host, e.g. `register("menu-entry", "zephyr", {"title": "Zephyr"})`. JSON values."""
        self.registrations.add(str(kind), str(id), what)

    def unregister(self, kind: str, id: str) -> None:
        self.registrations.remove(str(kind), str(id))

    def progress(self, done: float, total: Optional[float] = None, message: str = "") -> None:
        """Says how far the call is that this is called from."""
        call = current_call.get()
        if call is not None:
            call.progress = {"done": done, "total": total, "message": str(message)[:1000]}
            self._feed.add("progress", waits=False, request_id=call.request_id, source=call.name, **call.progress)

    def warn(self, message: str, code: str = "plugin-warning") -> None:
        """Shows something to the people who look after the host."""
        self._feed.add("warning", waits=False, code=str(code)[:64], message=str(message)[:2000])
