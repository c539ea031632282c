"""A plugin's own web application, below /app: WSGI (PEP 3333) on a worker, ASGI (3.0) in the plugin's loop."""

import asyncio
import io
import sys
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import limits
from .http_server import Answer, Request
from .uploads import UploadFile

MOUNT = "/app"


def is_below(request: Request) -> bool:
    """Whether it is the application's: then a body of any length is its own to read, and to bound."""
    return request.path == MOUNT or request.path.startswith(MOUNT + "/")


def path_inside(request: Request) -> str:
    return request.path[len(MOUNT) :] or "/"


def prefix_of(request: Request) -> str:
    """Where the application stands for its visitors: what the host says, and the mount itself."""
    prefix = request.headers.get("x-forwarded-prefix", "").rstrip("/")
    return (prefix if prefix.startswith("/") else "") + MOUNT


class WsgiApplication:
    """Runs on a worker's thread; its chunks are handed on as they come, and no faster than they are taken."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application

    def serve(self, request: Request, loop: asyncio.AbstractEventLoop) -> None:
        """Call it on a worker. The answer is written on `loop`."""
        connection = request.connection
        started: List[Any] = []

        def wait(coroutine: Any) -> None:
            asyncio.run_coroutine_threadsafe(coroutine, loop).result(limits.WRITE_S + 5)

        def write(data: bytes) -> None:
            if not connection.started:
                status, headers = started[-1]
                wait(connection.start(request, status, headers))
            if data and request.method != "HEAD":
                wait(connection.write(data))

        def start_response(status: str, headers: List[Tuple[str, str]], error: Any = None) -> Callable[[bytes], None]:
            if error and connection.started:
                raise error[1].with_traceback(error[2])
            started.append((int(status.split(" ", 1)[0]), _end_to_end(headers)))
            return write

        chunks = self._application(_environ(request, loop), start_response)
        try:
            for chunk in chunks:
                if chunk:
                    write(chunk)
            if not started:
                raise RuntimeError("the WSGI application never called start_response")
            write(b"")
            wait(connection.finish())
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


def _environ(request: Request, loop: asyncio.AbstractEventLoop) -> Dict[str, Any]:
    host, _, port = request.headers.get("x-forwarded-host", request.headers.get("host", "localhost")).partition(":")
    scheme = request.headers.get("x-forwarded-proto", "http")
    environ: Dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": prefix_of(request),
        # WSGI's strings are bytes in Latin-1's clothes.
        "PATH_INFO": path_inside(request).encode("utf-8").decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port or ("443" if scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.headers.get("x-forwarded-for", "127.0.0.1").split(",")[0].strip(),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BufferedReader(UploadFile(request.upload, loop)) if request.upload else io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in request.headers.items():
        # `Some_Header` would pass for `Some-Header`.
        if "_" not in name and name not in ("content-type", "content-length"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_TYPE"] = request.headers.get("content-type", "")
    length = request.headers["content-length"] if request.upload else str(len(request.body))
    environ["CONTENT_LENGTH"] = "" if length == "0" else length
    return environ


_hop_by_hop = ("connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-connection")


def _end_to_end(headers: Any) -> List[Tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _hop_by_hop]


class AsgiApplication:
    """Lives in the plugin's loop. Its lifespan is run when it supports that."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application
        self._to_lifespan: Optional["asyncio.Queue[Dict[str, Any]]"] = None
        self._lifespan: Optional["asyncio.Task[None]"] = None
        self._answers: Optional["asyncio.Queue[str]"] = None

    async def start(self) -> None:
        """Raises RuntimeError when the application says that it can't start."""
        self._to_lifespan, self._answers = asyncio.Queue(), asyncio.Queue()
        self._lifespan = asyncio.ensure_future(self._run_lifespan())
        await self._to_lifespan.put({"type": "lifespan.startup"})
        await self._lifespan_answer("startup")

    async def _run_lifespan(self) -> None:
        assert self._to_lifespan is not None and self._answers is not None
        answers = self._answers

        async def send(message: Dict[str, Any]) -> None:
            await answers.put("%s %s" % (message["type"], message.get("message", "")))

        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        try:
            await self._application(scope, self._to_lifespan.get, send)
        except BaseException:
            # Servers take it that such an application has no lifespan.
            pass

    async def _lifespan_answer(self, phase: str) -> None:
        assert self._answers is not None and self._lifespan is not None
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait([answer, self._lifespan], return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
        elif answer.result().startswith("lifespan.%s.failed" % phase):
            raise RuntimeError("the ASGI application refused its %s: %s" % (phase, answer.result()))

    async def stop(self) -> None:
        if self._lifespan is not None and not self._lifespan.done() and self._to_lifespan is not None:
            await self._to_lifespan.put({"type": "lifespan.shutdown"})
            await self._lifespan_answer("shutdown")

    async def serve(self, request: Request, loop: asyncio.AbstractEventLoop) -> None:
        """Runs in the plugin's loop; the answer is written on `loop`."""
        exchange = _AsgiExchange(request, loop)
        await self._application(_http_scope(request), exchange.receive, exchange.send)
        if not request.connection.started:
            raise RuntimeError("the ASGI application never began its answer")


class _AsgiExchange:
    def __init__(self, request: Request, loop: asyncio.AbstractEventLoop) -> None:
        self._request, self._loop = request, loop
        self._received = False
        self._start: Optional[Tuple[int, List[Tuple[str, str]]]] = None
        self._finished = asyncio.Event()

    async def _on_server(self, coroutine: Any) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._loop))

    async def receive(self) -> Dict[str, Any]:
        upload = self._request.upload
        if upload is not None and not self._received:
            try:
                part = await self._on_server(upload.read())
            except ConnectionResetError:
                return {"type": "http.disconnect"}
            self._received = upload.is_whole
            return {"type": "http.request", "body": part, "more_body": not self._received}
        if not self._received:
            self._received = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        gone = asyncio.ensure_future(self._on_server(self._request.connection.gone.wait()))
        finished = asyncio.ensure_future(self._finished.wait())
        try:
            await asyncio.wait([gone, finished], return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            finished.cancel()
        return {"type": "http.disconnect"}

    async def send(self, message: Dict[str, Any]) -> None:
        connection = self._request.connection
        if message["type"] == "http.response.start":
            headers = [(_text(name), _text(value)) for name, value in message.get("headers", [])]
            self._start = (message["status"], _end_to_end(headers))
        elif message["type"] == "http.response.body":
            await self._on_server(self._write(connection, message))
            if not message.get("more_body", False):
                self._finished.set()

    async def _write(self, connection: Any, message: Dict[str, Any]) -> None:
        if not connection.started:
            assert self._start is not None, "http.response.start comes first"
            await connection.start(self._request, *self._start)
        if self._request.method != "HEAD":
            await connection.write(bytes(message.get("body", b"")))
        if not message.get("more_body", False):
            await connection.finish()


def _text(value: bytes) -> str:
    return bytes(value).decode("latin-1")


def _http_scope(request: Request) -> Dict[str, Any]:
    root = prefix_of(request)
    scheme = request.headers.get("x-forwarded-proto", "http")
    client = request.headers.get("x-forwarded-for", "127.0.0.1").split(",")[0].strip()
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": scheme,
        # ASGI's path has the root path in front.
        "path": root + path_inside(request),
        "raw_path": (root + (request.raw_path[len(MOUNT) :] or "/")).encode("latin-1", "replace"),
        "query_string": request.query.encode("latin-1", "replace"),
        "root_path": root,
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.fields],
        "client": (client, 0),
        "server": None,
        "state": {},
    }


def refuses_upgrade(request: Request) -> Optional[Answer]:
    """WebSockets aren't carried; their clients are told so instead of waiting."""
    if "upgrade" in request.headers.get("connection", "").lower() and "upgrade" in request.headers:
        sentence = "WebSockets aren't served here: use HTTP, e.g. server-sent events."
        return Answer(501, {"code": 501, "error": sentence})
    return None
