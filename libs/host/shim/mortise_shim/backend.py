"""One component, loaded: its instance, what it can do, and the connections that it was asked for."""

import collections
import copy
import inspect
import json
import logging
import pathlib
import threading
from typing import Any, Callable, Dict, List, Optional

from . import limits
from .applications import AsgiApplication, WsgiApplication
from .calls import PluginLoop, Workers
from .context import Context, PluginKey
from .events import Feed
from .finding import ComponentNotFound, find_component
from .masking import Secrets, values_named
from .operations import Operation, operations_of

log = logging.getLogger("mortise")


class Backend:
    """`settings` is what the runner says: plugin, version, interface, package, component, files, limits, meta."""

    def __init__(self, settings: Dict[str, Any]) -> None:
        self.plugin: str = settings["plugin"]
        self.version: str = settings["version"]
        self.interface: str = settings.get("interface", "default")
        self.meta: Dict[str, Any] = settings.get("meta") or {}
        self.call_seconds: float = settings.get("call_timeout_ms", 30_000) / 1000
        self.secrets = Secrets()
        self.feed = Feed()
        self.workers = Workers()
        self.plugin_loop = PluginLoop()
        self.config = self._read_config(settings.get("config_file"))
        self.key = PluginKey(settings.get("key_file"), self.secrets)
        self.key.read()
        cache = pathlib.Path(settings["cache_folder"])
        self.context = Context(
            self.plugin, self.version, self.interface, self.meta, self.config, cache, self.key, self.feed
        )
        self._package, self._component = settings["package"], settings["component"]
        self._connected: "collections.OrderedDict[str, Any]" = collections.OrderedDict()
        self._connecting = threading.Lock()
        self.wsgi: Optional[WsgiApplication] = None
        self.asgi: Optional[AsgiApplication] = None
        self.operations: Dict[str, Operation] = {}
        self.instance: Any = None

    @property
    def title(self) -> str:
        """As the publisher writes it, where the host knows that."""
        return str(self.meta.get("name") or self.plugin.partition("/")[2])

    @property
    def vendor(self) -> str:
        return self.plugin.partition("/")[0]

    def named(self, kind: str) -> List[str]:
        return [name for name, operation in self.operations.items() if operation.kind == kind]

    def _read_config(self, path: Optional[str]) -> Dict[str, Any]:
        if path is None:
            return {}
        with open(path, encoding="utf-8") as file:
            written = json.load(file)
        config: Dict[str, Any] = written.get("config") or {}
        for value in values_named(config, written.get("secrets") or []):
            self.secrets.add(value)
        return config

    # loading

    def load(self) -> None:
        """Raises ComponentNotFound, or whatever the component raises."""
        cls = find_component(self._package, self._component)
        if not inspect.isclass(cls):
            raise ComponentNotFound("The component %s is a %s, not a class." % (self._component, type(cls).__name__))
        self.operations = operations_of(cls)
        self.instance = self._made(cls)
        self._mount()
        if hasattr(self.instance, "load"):
            self.result_of(self.instance.load, self.context)
        if self.asgi is not None:
            self.plugin_loop.result_of(self.asgi.start())

    def _made(self, cls: Any) -> Any:
        needed = [
            parameter
            for parameter in inspect.signature(cls).parameters.values()
            if parameter.default is inspect.Parameter.empty
            and parameter.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        ]
        if len(needed) > 1:
            raise ComponentNotFound(
                "%s can't be made: its __init__ asks for %s; it is given the context and nothing else."
                % (cls.__name__, ", ".join(parameter.name for parameter in needed))
            )
        return cls(self.context) if needed else cls()

    def _mount(self) -> None:
        wsgi, asgi = getattr(self.instance, "wsgi", None), getattr(self.instance, "asgi", None)
        if wsgi is not None:
            self.wsgi = WsgiApplication(wsgi)
        elif asgi is not None:
            self.asgi = AsgiApplication(asgi)

    def result_of(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """The result of a method, be it async or not; waits for it on this thread."""
        result = method(*arguments, **named)
        return self.plugin_loop.result_of(result) if inspect.iscoroutine(result) else result

    def unload(self) -> None:
        """Calls `unload()`, bounded in time, and takes back what was registered. Never raises."""
        done = threading.Event()

        def run() -> None:
            try:
                if hasattr(self.instance, "unload"):
                    self.result_of(self.instance.unload)
                if self.asgi is not None:
                    self.plugin_loop.result_of(self.asgi.stop())
            except BaseException:
                log.exception("unload failed")
            finally:
                done.set()

        threading.Thread(target=run, name="unload", daemon=True).start()
        if not done.wait(limits.UNLOAD_S):
            log.error("unload() didn't end within %d seconds", limits.UNLOAD_S)
        self.context.registrations.remove_all()

    # connections

    def connected(self, connection: Optional[Dict[str, Any]]) -> Any:
        """
        The instance for a connection: the installation's config with the message's values over it. Each
        different one is connected once, on a copy of the component, and kept while it is used.
        """
        if not hasattr(self.instance, "connect"):
            return self.instance
        config = dict(self.config, **(connection or {}))
        name = json.dumps(config, sort_keys=True)
        with self._connecting:
            found = self._connected.get(name)
            if found is None:
                found = self.instance if config == self.config else copy.copy(self.instance)
                self.result_of(found.connect, config)
                self._connected[name] = found
            self._connected.move_to_end(name)
            while len(self._connected) > limits.CONNECTED_INSTANCES:
                self._connected.popitem(last=False)
            return found


def collect_async(generator: Any, most: int) -> Any:
    """A coroutine for all that an async generator yields, at most `most` items and one."""

    async def collect() -> List[Any]:
        items: List[Any] = []
        async for item in generator:
            items.append(item)
            if len(items) > most:
                await generator.aclose()
                break
        return items

    return collect()


def next_of(generator: Any) -> Any:
    """A coroutine for the next item of an async generator; raises StopAsyncIteration."""

    async def following() -> Any:
        return await generator.__anext__()

    return following()


