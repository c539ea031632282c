"""Which address does what. Statuses and bodies are those of the InsightConnect runtime 6.6; /mortise and /app are ours."""

import asyncio
import contextlib
import contextvars
import json
import logging
import os
import re
import time
from typing import Any, Dict, Optional
from urllib.parse import parse_qs

from . import VERSION, applications, failures, limits, messages
from .backend import Backend
from .calls import Call
from .context import current_call
from .http_server import Answer, Request
from .metrics import Metrics
from .triggers import Triggers

log = logging.getLogger("mortise")

_request_id = re.compile(r"^[A-Za-z0-9._:-]{1,128}$")
_operation = re.compile(r"^(?:/api/v1)?/(actions|triggers|tasks)/([^/]+)(/test)?$")
_trigger = re.compile(r"^/api/v1/triggers/([^/]+)/([^/]+)$")


class Routes:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._triggers = Triggers(backend)
        self._metrics = Metrics()
        self._uploads = asyncio.Semaphore(limits.UPLOADS)
        self._visits = asyncio.Semaphore(limits.VISITS)
        self._visitors = 0
        self.active = 0
        self.shutting_down = False
        self._reads: Dict[str, Any] = {
            "/api/v1/info": self._info,
            "/api/v1/spec": self._spec,
            "/api/v1/api": self._api,
            "/api/v1/status": self._status,
            "/api/v1/actions": lambda _: Answer(200, backend.named("action")),
            "/api/v1/triggers": lambda _: Answer(200, backend.named("trigger")),
            "/api/v1/tasks": lambda _: Answer(200, backend.named("task")),
            "/api/v1/connection": self._connection,
            "/api/v1/definitions/actions": self._definitions,
            "/api/v1/workers": lambda _: Answer(200, {"num_workers": 1}),
            "/api/v1/admin/status": self._admin_status,
            "/mortise/metrics": self._metrics_page,
            "/mortise/calls": self._running_calls,
            "/mortise/triggers": lambda _: Answer(200, {"items": self._triggers.all()}),
            "/mortise/registrations": lambda _: Answer(200, {"items": backend.context.registrations.all()}),
        }

    async def handle(self, request: Request) -> Optional[Answer]:
        """None when the answer was streamed."""
        asked = request.headers.get("x-request-id", "")
        request.request_id = asked if _request_id.match(asked) else os.urandom(12).hex()
        if applications.is_below(request):
            return await self._application(request)
        answer = await self._route(request)
        answer.body = self._backend.secrets.mask(answer.body)
        answer.headers.append(("X-Request-Id", request.request_id))
        return answer

    async def _route(self, request: Request) -> Answer:
        read = self._reads.get(request.path)
        if read is not None:
            if request.method in ("GET", "HEAD"):
                answer: Answer = read(request)
                return answer
            return _not_allowed("GET, HEAD")
        if request.path == "/mortise/events" and request.method == "GET":
            return await self._events(request)
        if request.path == "/api/v1/admin/shutdown":
            return self._shutdown() if request.method == "POST" else _not_allowed("POST")
        if request.path.startswith("/api/v1/connection/"):
            return await self._connection_test(request)
        found = _operation.match(request.path)
        if found:
            return await self._operation(request, found.group(1)[:-1], found.group(2), bool(found.group(3)))
        stopping = _trigger.match(request.path)
        if stopping and request.method == "DELETE":
            stopped = self._triggers.stop(stopping.group(1), stopping.group(2))
            return Answer(204, content_type="") if stopped else _not_found(request)
        return _not_found(request)

    # what there is

    def _info(self, _: Request) -> Answer:
        backend = self._backend
        meta = backend.meta
        return Answer(
            200,
            {
                "name": backend.plugin.partition("/")[2],
                "title": backend.title,
                "description": meta.get("description"),
                "version": backend.version,
                "vendor": backend.vendor,
                "plugin_spec_version": "v2",
                "sdk_version": VERSION,
                "support": meta.get("support"),
                "tags": meta.get("tags") or [],
                "enable_cache": True,
                "number_of_workers": 1,
                "threads": limits.WORKERS,
            },
        )

    def _spec(self, request: Request) -> Answer:
        spelling = _query(request, "format", "json")
        if spelling not in ("json", "yaml"):
            return Answer(422, {"error": "The specified format is not supported"})
        backend = self._backend
        spec: Dict[str, Any] = {
            "plugin_spec_version": "v2",
            "extension": "plugin",
            "name": backend.plugin.partition("/")[2],
            "title": backend.title,
            "description": backend.meta.get("description"),
            "version": backend.version,
            "vendor": backend.vendor,
            "tags": backend.meta.get("tags") or [],
        }
        for kind in ("action", "trigger", "task"):
            details = {name: backend.operations[name].details() for name in backend.named(kind)}
            if details:
                spec[kind + "s"] = details
        if spelling == "json":
            return Answer(200, spec)
        # Every JSON document is a YAML 1.2 document.
        return Answer(200, (json.dumps(spec, indent=2) + "\n").encode(), "text/html; charset=utf-8")

    def _api(self, request: Request) -> Answer:
        if _query(request, "format", "json") not in ("json", "yaml"):
            return Answer(422, {"error": "The specified format is not supported"})
        get = {"get": {"responses": {"200": {"description": "OK"}}}}
        post = {"post": {"responses": {"200": {"description": "OK"}}}}
        paths: Dict[str, Any] = {path: get for path in self._reads if path.startswith("/api/v1/")}
        for kind in ("actions", "triggers", "tasks"):
            paths["/api/v1/%s/{name}" % kind] = dict(get, **post)
            paths["/api/v1/%s/{name}/test" % kind] = post
        paths["/api/v1/connection/test"] = paths["/api/v1/admin/shutdown"] = post
        document = {
            "swagger": "2.0",
            "info": {"title": "InsightConnect Plugin Runtime API", "version": "1.0"},
            "paths": paths,
        }
        return Answer(200, json.dumps(document).encode(), "text/html; charset=utf-8")

    def _status(self, _: Request) -> Answer:
        stuck = self._backend.workers.stuck
        if stuck >= limits.STUCK_CALLS:
            return Answer(503, {"status": "Stuck", "error": "%d calls never ended" % stuck}, Retry_After="1")
        return Answer(200, {"status": "Ready"})

    def _connection(self, _: Request) -> Answer:
        schema = self._backend.meta.get("connection")
        return Answer(200, schema if isinstance(schema, dict) else {})

    def _definitions(self, _: Request) -> Answer:
        operations = self._backend.operations
        listed = []
        for name in self._backend.named("action"):
            one = {"identifier": name, "inputJsonSchema": operations[name].input_schema}
            if operations[name].output_schema:
                one["outputJsonSchema"] = operations[name].output_schema
            listed.append(one)
        return Answer(200, {"actionsDefinitions": listed})

    def _admin_status(self, _: Request) -> Answer:
        safe = self.shutting_down and self.active == 0
        return Answer(
            200,
            {"active_work": self.active, "shutdown_initiated": self.shutting_down, "shutdown_safe": safe},
        )

    def _metrics_page(self, _: Request) -> Answer:
        page = self._metrics.page(self._backend, len(self._triggers.all()))
        return Answer(200, page, "text/plain; version=0.0.4; charset=utf-8")

    def _running_calls(self, _: Request) -> Answer:
        now = time.monotonic()
        running = list(self._backend.workers.running.values())
        items = [
            {
                "request_id": call.request_id,
                "kind": call.kind,
                "name": call.name,
                "seconds": round(now - call.started, 3),
                "progress": call.progress,
            }
            for call in running
        ]
        return Answer(200, {"items": items})

    async def _events(self, request: Request) -> Answer:
        try:
            after = int(_query(request, "after", "0"))
            seconds = min(float(_query(request, "wait", "0")), limits.EVENTS_WAIT_S)
        except ValueError:
            return Answer(400, {"code": 400, "error": "after is a sequence number, wait a number of seconds."})
        feed = self._backend.feed
        if seconds > 0 and not self.shutting_down:
            await feed.wait_after(after, seconds)
        return Answer(200, feed.after(after))

    # what there is to do

    def _shutdown(self) -> Answer:
        self.shutting_down = True
        self._triggers.stop_all()
        return Answer(200, {"message": "Shutdown request accepted."})

    async def _operation(self, request: Request, kind: str, name: str, is_test: bool) -> Answer:
        backend = self._backend
        if request.method in ("GET", "HEAD") and not is_test:
            operation = backend.operations.get(name)
            if operation is None or operation.kind != kind:
                return Answer(400, {"error": "%s %s does not exist" % (kind.capitalize(), name)})
            return Answer(200, operation.details())
        if request.method != "POST":
            return _not_allowed("GET, POST")
        if self.shutting_down:
            return _shutting_down()
        message, refusal = _message(request)
        if refusal is not None:
            return refusal
        inside = message.get("body")
        given = inside.get(kind) if isinstance(inside, dict) else None
        if given != name:
            sentence = "%s name (%s) in input body is not matching with name (%s) in route"
            return _plain_problem(request, 400, "Bad Request", sentence % (kind.capitalize(), given, name))
        return await self._perform(request, message, kind, name, is_test)

    async def _connection_test(self, request: Request) -> Answer:
        name = request.path[len("/api/v1/connection/") :]
        if request.method != "POST":
            return _not_allowed("POST")
        if name not in ("test", "test_task"):
            sentence = "The requested endpoint is not available, only ['test', 'test_task'] are supported."
            return Answer(404, {"code": 404, "error": sentence, "method": "POST", "name": "Not Found"})
        message, refusal = _message(request)
        if refusal is not None:
            return refusal
        answer = await self._perform(request, message, "connection", name, True)
        if answer.status == 200 and json.loads(answer.body)["body"]["output"] is None:
            return Answer(204, content_type="")
        return answer

    async def _perform(
        self, request: Request, message: Dict[str, Any], kind: str, name: str, is_test: bool
    ) -> Answer:
        backend = self._backend
        call = Call(name, kind, request.request_id, _is_strict(request))
        outcome: Optional[messages.Outcome] = None
        failure: Optional[BaseException] = None
        self.active += 1
        try:
            work = lambda: messages.perform(backend, self._triggers, message, is_test, call)
            outcome = await backend.workers.run(call, work, backend.call_seconds)
        except Exception as error:
            failure = error
        finally:
            self.active -= 1
        status = 200 if failure is None else failures.status_of(failure)
        if failure is not None and not isinstance(failure, failures.Refused):
            log.error("%s %s failed: %s", kind, name, failure, exc_info=_shown(failure), extra={"call": call})
        answer = _enveloped(message, call, outcome, failure, is_test, status)
        # Names that nobody knows would fill the metrics.
        known = name if name in backend.operations or kind == "connection" else "unknown"
        self._count(call, known, answer.status)
        return answer

    def _count(self, call: Call, name: str, status: int) -> None:
        seconds = time.monotonic() - call.started
        self._metrics.count(call.kind, name, status, seconds)
        log.info("%s %s %d %.1f ms", call.kind, name, status, seconds * 1000, extra={"call": call})

    # the plugin's own application

    async def _application(self, request: Request) -> Optional[Answer]:
        backend = self._backend
        if backend.wsgi is None and backend.asgi is None:
            return _not_found(request)
        if self.shutting_down:
            return _shutting_down()
        refusal = applications.refuses_upgrade(request)
        if refusal is not None:
            return refusal
        call = Call("app", "application", request.request_id)
        self.active += 1
        status = 200
        try:
            await self._serve_application(request, call)
        except Exception as error:
            status = failures.status_of(error)
            log.error("the application failed: %s", error, exc_info=_shown(error), extra={"call": call})
            if request.connection.started:
                raise
            return Answer(status, {"code": status, "error": failures.explained(error, False)["cause"]})
        finally:
            self.active -= 1
            self._metrics.count("application", "app", status, time.monotonic() - call.started)
        return None

    async def _serve_application(self, request: Request, call: Call) -> None:
        backend, loop = self._backend, asyncio.get_event_loop()
        asgi = backend.asgi
        if asgi is None:
            await _until_started(request, self._on_worker(request, call), call, backend.call_seconds)
            return
        context = contextvars.copy_context()
        context.run(current_call.set, call)
        future = context.run(
            asyncio.run_coroutine_threadsafe, asgi.serve(request, loop), backend.plugin_loop.loop
        )
        await _until_started(request, asyncio.wrap_future(future), call, backend.call_seconds)

    async def _on_worker(self, request: Request, call: Call) -> None:
        wsgi, loop = self._backend.wsgi, asyncio.get_event_loop()
        assert wsgi is not None
        if self._visitors >= limits.VISITS + limits.WAITING_CALLS:
            raise failures.TooBusy("all of the plugin's %d workers are busy" % limits.WORKERS)
        self._visitors += 1
        try:
            async with self._uploads if request.upload else contextlib.AsyncExitStack(), self._visits:
                # A long download may take long: the limit of a call holds until its first byte.
                await self._backend.workers.run(call, lambda: wsgi.serve(request, loop), 86_400)
        finally:
            self._visitors -= 1

    def stop(self) -> None:
        self.shutting_down = True
        self._triggers.stop_all()


def _is_strict(request: Request) -> bool:
    """RFC 7240, section 4.4. What InsightConnect's clients send and say nothing of is left out, as its runtime does."""
    preferences = request.headers.get("prefer", "").lower().split(",")
    return any(one.split(";")[0].replace(" ", "") == "handling=strict" for one in preferences)


def _shown(error: BaseException) -> Any:
    return type(error), error, failures.own_frames(error)


async def _until_started(request: Request, running: Any, call: Call, seconds: float) -> None:
    """Waits for an application; gives it up when it hasn't begun to answer in time."""
    task = asyncio.ensure_future(running)
    while True:
        taken = request.upload.taken if request.upload else 0
        done, _ = await asyncio.wait([task], timeout=seconds)
        # While it takes in what is uploaded, its time begins anew.
        if done or request.upload is None or request.upload.taken == taken:
            break
    if not done and not request.connection.started:
        if request.upload is not None:
            # A thread that waits for more of it can't be interrupted.
            request.upload.break_off()
        task.cancel()
        raise failures.TooLong(call.name, seconds)
    await task


def _enveloped(
    message: Dict[str, Any], call: Call, outcome: Any, failure: Any, is_test: bool, status: int
) -> Answer:
    retry = {"Retry_After": "1"} if status == 503 else {}
    try:
        answer = Answer(status, messages.envelope(message, call, outcome, failure, is_test), **retry)
        if len(answer.body) <= limits.ANSWER_BYTES:
            return answer
        error: Exception = failures.InvalidOutput(call.name, "more than %d bytes" % limits.ANSWER_BYTES)
    except ValueError as unwritable:
        error = failures.InvalidOutput(call.name, "%s (NaN and infinities aren't JSON)" % unwritable)
    return Answer(500, messages.envelope(message, call, None, error, is_test))


def _message(request: Request) -> Any:
    """The message, or the refusal that the InsightConnect runtime has for a body that is none."""
    try:
        message = request.json()
    except (ValueError, RecursionError):
        sentence = "The browser (or proxy) sent a request that this server could not understand."
        return {}, _plain_problem(request, 400, "Bad Request", sentence)
    if not message:
        return {}, Answer(400, {"error": "Empty input provided"})
    if not isinstance(message, dict):
        return {}, Answer(400, {"error": "Input message is not a dictionary"})
    return message, None


def _plain_problem(request: Request, status: int, name: str, description: str) -> Answer:
    url = "http://%s%s" % (request.headers.get("host", "localhost"), request.target)
    body = {"code": status, "name": name, "description": description, "method": request.method}
    return Answer(status, dict(body, url=url, response=None))


def _not_found(request: Request) -> Answer:
    sentence = (
        "The requested URL was not found on the server. If you entered the URL manually please check your "
        "spelling and try again."
    )
    return _plain_problem(request, 404, "Not Found", sentence)


def _not_allowed(allowed: str) -> Answer:
    page = (
        b"<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n"
        b"<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n"
    )
    return Answer(405, page, "text/html; charset=utf-8", Allow=allowed)


def _shutting_down() -> Answer:
    return Answer(503, {"error": "Shutdown in progress. No new work can be accepted."}, Retry_After="1")


def _query(request: Request, name: str, default: str) -> str:
    values = parse_qs(request.query, max_num_fields=50).get(name)
    return values[-1] if values else default
