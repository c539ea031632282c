"""Started by a runner: `python -I serve.py '<settings as JSON>'`. Ends with 0 after TERM, with 3 when it can't load."""

import asyncio
import json
import logging
import os
import signal
import sys
from typing import Any, Dict

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from mortise_shim import applications, failures, http_server, insightconnect, limits  # noqa: E402
from mortise_shim.backend import Backend  # noqa: E402
from mortise_shim.calls import CallLog  # noqa: E402
from mortise_shim.context import current_call  # noqa: E402
from mortise_shim.events import RegistrationRefused  # noqa: E402
from mortise_shim.finding import ComponentNotFound  # noqa: E402
from mortise_shim.routes import Routes  # noqa: E402

CANNOT_LOAD = 3


class LogLine(logging.Formatter):
    """One line to begin with, secrets masked, the request id where there is a call."""

    def __init__(self, backend: Backend) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s%(message)s")
        self._backend = backend

    def format(self, record: logging.LogRecord) -> str:
        call = getattr(record, "call", None) or current_call.get()
        record.request_id = "[%s] " % call.request_id if call is not None else ""
        return self._backend.secrets.mask_text(super().format(record))


def main() -> int:
    settings: Dict[str, Any] = json.loads(sys.argv[1])
    if settings.get("process_title"):
        sys.argv = [settings["process_title"]]
    if insightconnect.is_for(settings["package"]):
        return insightconnect.run(settings)
    backend = Backend(settings)
    _set_up_logging(backend)
    try:
        backend.load()
    except (ComponentNotFound, RegistrationRefused) as error:
        print("mortise: %s" % error, file=sys.stderr, flush=True)
        return CANNOT_LOAD
    except BaseException as error:
        logging.getLogger("mortise").exception("loading %s failed", settings["component"])
        print("mortise: loading %s failed: %s" % (settings["component"], failures.why_not_loaded(error)), file=sys.stderr, flush=True)
        return CANNOT_LOAD
    asyncio.run(_serve(backend, settings))
    # Threads that never end must not keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _set_up_logging(backend: Backend) -> None:
    stream, copies = logging.StreamHandler(sys.stderr), CallLog()
    stream.setFormatter(LogLine(backend))
    copies.setFormatter(logging.Formatter("%(message)s"))
    copies.addFilter(lambda record: record.name != "mortise")
    logging.basicConfig(level=logging.INFO, handlers=[stream, copies])


async def _serve(backend: Backend, settings: Dict[str, Any]) -> None:
    loop = asyncio.get_event_loop()
    routes = Routes(backend)
    connections: "set[http_server.Connection]" = set()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)

    def accept() -> http_server.Connection:
        return http_server.Connection(routes.handle, connections, applications.is_below)

    if settings.get("socket"):
        server = await loop.create_unix_server(accept, settings["socket"], backlog=128)
        os.chmod(settings["socket"], 0o660)
    else:
        server = await loop.create_server(accept, "127.0.0.1", settings["port"], backlog=128)
    idle = loop.create_task(http_server.close_idle(connections))
    await stopping.wait()
    await _stop(backend, routes, server, loop)
    idle.cancel()


async def _stop(backend: Backend, routes: Routes, server: Any, loop: Any) -> None:
    """No new work; what runs may end; then the plugin unloads, and the host may still read what it took back."""
    routes.stop()
    for _ in range(limits.STOP_S * 20):
        if routes.active == 0:
            break
        await asyncio.sleep(0.05)
    await loop.run_in_executor(None, backend.unload)
    backend.feed.close()
    await asyncio.sleep(0.05)
    server.close()


if __name__ == "__main__":
    sys.exit(main())
