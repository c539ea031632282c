"""HTTP/1.1 on asyncio: keep-alive, bounded heads and bodies, streamed answers with back-pressure (RFC 9112)."""

import asyncio
import email.utils
import http
import json
import re
import time
from typing import Any, Awaitable, Callable, Dict, Iterable, List, Optional, Tuple
from urllib.parse import unquote_to_bytes

from . import limits
from .uploads import Upload

Headers = List[Tuple[str, str]]


class Request:
    """
    One request. Header names in lower case; of several with one name the values are joined. It is whole, but for an
    `upload`: a body for the plugin's own application that is longer than BODY_BYTES still comes while it is served.
    """

    def __init__(self, method: str, target: str, fields: Headers, connection: "Connection") -> None:
        self.method, self.target, self.fields, self.connection = method, target, fields, connection
        raw, _, self.query = target.partition("?")
        self.raw_path = raw
        self.path = unquote_to_bytes(raw).decode("utf-8", "replace")
        self.headers: Dict[str, str] = {}
        for name, value in fields:
            joined = self.headers.get(name)
            separator = "; " if name == "cookie" else ", "
            self.headers[name] = value if joined is None else joined + separator + value
        self.body = b""
        self.upload: Optional[Upload] = None
        self.request_id = ""
        options = [option.strip() for option in self.headers.get("connection", "").lower().split(",")]
        self.keep_alive = "close" not in options

    def json(self) -> Any:
        """Raises ValueError."""
        return json.loads(self.body)


class Answer:
    """A whole answer. Bodies that aren't bytes are written as JSON."""

    def __init__(self, status: int, body: Any = b"", content_type: str = "application/json", **headers: str) -> None:
        self.status = status
        self.body = body if isinstance(body, bytes) else json.dumps(body, allow_nan=False).encode()
        self.headers: Headers = [("Content-Type", content_type)] if content_type else []
        self.headers += [(name.replace("_", "-"), value) for name, value in headers.items()]


class BadRequest(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


Handler = Callable[[Request], Awaitable[Optional[Answer]]]

_token = re.compile(r"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$")
_bodyless = (204, 304)


class Connection(asyncio.Protocol):
    """One client. Its requests are answered in turn; what it sends meanwhile waits."""

    def __init__(
        self, handle: Handler, open_connections: "set[Connection]", takes_uploads: Callable[[Request], bool]
    ) -> None:
        self._handle, self._open, self._takes_uploads = handle, open_connections, takes_uploads
        self._buffer = bytearray()
        self._task: Optional["asyncio.Task[None]"] = None
        self._request: Optional[Request] = None
        self._upload: Optional[Upload] = None
        self._is_ending = False
        self._needs: Any = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._chunked_answer = False
        self.started = False
        self.gone = asyncio.Event()
        self._transport: Any = None
        self._seen = time.monotonic()

    # asyncio's side

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        if len(self._open) >= limits.CONNECTIONS:
            transport.write(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            transport.close()
            return
        transport.set_write_buffer_limits(high=limits.UNSENT_BYTES)
        self._open.add(self)

    def connection_lost(self, error: Any) -> None:
        self._open.discard(self)
        self.gone.set()
        self._writable.set()
        if self._upload is not None:
            self._upload.break_off()

    def data_received(self, data: bytes) -> None:
        self._seen = time.monotonic()
        if self._is_ending:
            return
        self._buffer += data
        if self._upload is not None:
            self._upload.feed(self._buffer)
        if self._task is not None:
            if len(self._buffer) > limits.HEADER_BYTES:
                self._transport.pause_reading()
            return
        self._go_on()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def is_idle(self, now: float) -> bool:
        """Whether it may be closed: it has asked nothing for long, or never finishes asking."""
        patience = limits.REQUEST_S if self._buffer or self._request else limits.KEEP_ALIVE_S
        return self._task is None and now - self._seen > patience

    def close(self) -> None:
        self._transport.close()

    # reading

    def _go_on(self) -> None:
        try:
            if self._request is None and not self._read_head():
                return
            if not self._read_body():
                return
        except BadRequest as error:
            self._refuse(error)
            return
        request, self._request = self._request, None
        self._task = asyncio.get_event_loop().create_task(self._serve(request))

    def _read_head(self) -> bool:
        while self._buffer[:2] == b"\r\n":
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n")
        if end > limits.HEADER_BYTES or end < 0 and len(self._buffer) > limits.HEADER_BYTES:
            raise BadRequest(431, "The head of a request is at most %d bytes." % limits.HEADER_BYTES)
        if end < 0:
            return False
        head = self._buffer[:end].decode("latin-1")
        del self._buffer[: end + 4]
        self._request = self._parsed(head)
        self._needs = _body_length(self._request.headers)
        if self._needs != "chunked" and self._needs > limits.BODY_BYTES:
            if not self._takes_uploads(self._request):
                raise BadRequest(413, _too_large)
            self._begin_upload(self._request)
        if self._request.headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _begin_upload(self, request: Request) -> None:
        request.upload = self._upload = Upload(self._needs, self._transport.pause_reading, self._read_on)
        self._upload.feed(self._buffer)
        # What is left of it once it is answered would pass for the next request.
        request.keep_alive = False

    def _read_on(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _parsed(self, head: str) -> Request:
        lines = head.split("\r\n")
        parts = lines[0].split(" ")
        if len(parts) != 3 or not _token.match(parts[0]) or parts[2] not in ("HTTP/1.1", "HTTP/1.0"):
            raise BadRequest(400, "That isn't an HTTP/1.1 request.")
        if not parts[1].startswith("/"):
            raise BadRequest(400, "Ask for a path, such as /api/v1/status.")
        if len(lines) > limits.HEADERS:
            raise BadRequest(431, "A request has at most %d header fields." % limits.HEADERS)
        fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not _token.match(name):
                raise BadRequest(400, "A header field isn't well-formed.")
            fields.append((name.lower(), value.strip()))
        request = Request(parts[0], parts[1], fields, self)
        if parts[2] == "HTTP/1.0":
            request.keep_alive = False
        return request

    def _read_body(self) -> bool:
        assert self._request is not None
        if self._upload is not None:
            return True
        if self._needs == "chunked":
            return self._read_chunks()
        if len(self._buffer) < self._needs:
            return False
        self._request.body = bytes(self._buffer[: self._needs])
        del self._buffer[: self._needs]
        return True

    def _read_chunks(self) -> bool:
        assert self._request is not None
        while True:
            end = self._buffer.find(b"\r\n")
            if end < 0:
                if len(self._buffer) > 1024:
                    raise BadRequest(400, "A chunk's size isn't well-formed.")
                return False
            written = bytes(self._buffer[:end]).split(b";")[0].strip()
            if not re.match(rb"^[0-9A-Fa-f]{1,8}$", written):
                raise BadRequest(400, "A chunk's size isn't well-formed.")
            size = int(written, 16)
            if size + len(self._request.body) > limits.BODY_BYTES:
                raise BadRequest(413, _too_large)
            # The size's line, the chunk, and the empty line after it (or after the last chunk; trailers aren't taken).
            if len(self._buffer) < end + 2 + size + 2:
                return False
            if self._buffer[end + 2 + size : end + 4 + size] != b"\r\n":
                raise BadRequest(400, "A chunk isn't as long as it says, or has trailers.")
            self._request.body += bytes(self._buffer[end + 2 : end + 2 + size])
            del self._buffer[: end + 4 + size]
            if size == 0:
                return True

    def _refuse(self, error: BadRequest) -> None:
        body = json.dumps({"code": error.status, "error": str(error)}).encode()
        self._transport.write(_head(error.status, [("Content-Type", "application/json")], len(body), False) + body)
        self._end()

    def _end(self) -> None:
        """
        Closes once the client has had the time to read what it was answered: with bytes of its own unread the system
        would reset the connection under the answer (RFC 9112, 9.6).
        """
        self._is_ending = True
        self._buffer.clear()
        if self._transport.is_closing():
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._transport.resume_reading()
        asyncio.get_event_loop().call_later(limits.ENDING_S, self._transport.close)

    # answering

    async def _serve(self, request: Request) -> None:
        self.started = False
        try:
            answer = await self._handle(request)
            if answer is not None:
                await self._answer(request, answer)
        except Exception as error:
            # A broken application after its first bytes: nothing can be said any more.
            if not self.gone.is_set():
                if not self.started:
                    await self._answer(request, Answer(500, {"code": 500, "error": type(error).__name__}))
                else:
                    self._transport.abort()
        finally:
            self._task = None
            self._seen = time.monotonic()
        if not request.keep_alive:
            if request.upload is None or request.upload.is_whole:
                self._transport.close()
            else:
                self._end()
            return
        if not self._transport.is_closing():
            self._transport.resume_reading()
            if self._buffer:
                self._go_on()

    async def _answer(self, request: Request, answer: Answer) -> None:
        length = None if answer.status in _bodyless else len(answer.body)
        body = b"" if request.method == "HEAD" or answer.status in _bodyless else answer.body
        self.started = True
        self._transport.write(_head(answer.status, answer.headers, length, request.keep_alive) + body)
        await self._flushed()

    async def start(self, request: Request, status: int, headers: Headers) -> None:
        """Begins a streamed answer; chunked unless its headers have a length."""
        names = {name.lower() for name, _ in headers}
        bodyless = status in _bodyless or request.method == "HEAD"
        self._chunked_answer = "content-length" not in names and not bodyless
        if self._chunked_answer:
            headers = headers + [("Transfer-Encoding", "chunked")]
        self.started = True
        self._transport.write(_head(status, headers, None, request.keep_alive))

    async def write(self, data: bytes) -> None:
        if self.gone.is_set():
            raise ConnectionResetError("the client went away")
        if data:
            self._transport.write(b"%x\r\n%s\r\n" % (len(data), data) if self._chunked_answer else data)
        await self._flushed()

    async def finish(self) -> None:
        if self._chunked_answer and not self.gone.is_set():
            self._transport.write(b"0\r\n\r\n")
        self._chunked_answer = False

    async def _flushed(self) -> None:
        if self._writable.is_set():
            return
        try:
            await asyncio.wait_for(self._writable.wait(), limits.WRITE_S)
        except asyncio.TimeoutError:
            self._transport.abort()
            raise ConnectionResetError("the client reads nothing") from None


_too_large = "A body is at most %d bytes." % limits.BODY_BYTES


def _body_length(headers: Dict[str, str]) -> Any:
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        if length is not None or coding.lower() != "chunked":
            raise BadRequest(400, "Send either Content-Length or Transfer-Encoding: chunked.")
        return "chunked"
    if length is None:
        return 0
    if not re.match(r"^[0-9]{1,18}$", length):
        raise BadRequest(400, "Content-Length isn't a number.")
    return int(length)


_line_breaks = re.compile(r"[\r\n\0]")


def _head(status: int, headers: Iterable[Tuple[str, str]], length: Optional[int], keep_alive: bool) -> bytes:
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = ["HTTP/1.1 %d %s" % (status, phrase)]
    lines += ["%s: %s" % (name, _line_breaks.sub(" ", value)) for name, value in headers]
    if length is not None:
        lines.append("Content-Length: %d" % length)
    if not any(name.lower() == "date" for name, _ in headers):
        lines.append("Date: %s" % email.utils.formatdate(usegmt=True))
    if not keep_alive:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


async def close_idle(connections: "set[Connection]") -> None:
    """Closes those that have asked nothing for long. Runs until it is cancelled."""
    while True:
        await asyncio.sleep(5)
        now = time.monotonic()
        for connection in [one for one in connections if one.is_idle(now)]:
            connection.close()
