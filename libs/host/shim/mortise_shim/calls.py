"""Calls run on a bounded number of threads; each has its time, its request id and its own lines of the log."""

import asyncio
import contextvars
import ctypes
import logging
import queue
import threading
import time
from typing import Any, Callable, Dict, List, Optional

from . import limits
from .context import current_call
from .failures import CallTimedOut, TooBusy, TooLong


class Call:
    """One call while it runs."""

    def __init__(self, name: str, kind: str, request_id: str, is_strict: bool = False) -> None:
        self.name, self.kind, self.request_id = name, kind, request_id
        # Whether what the operation doesn't take is refused, and not left out.
        self.is_strict = is_strict
        self.started = time.monotonic()
        self.progress: Optional[Dict[str, Any]] = None
        self.log: List[str] = []
        self.logged = 0
        self.thread: Optional[int] = None
        # What an async method of this call runs as, in the loop of the plugin.
        self.future: Any = None
        self.over = False

    def write(self, line: str) -> None:
        """A line for the answer's `log`; the first 64 Ki characters are kept."""
        if self.logged < limits.LOG_CHARACTERS:
            kept = line[: limits.LOG_CHARACTERS - self.logged]
            self.log.append(kept)
            self.logged += len(kept) + 1

    @property
    def log_text(self) -> str:
        return "".join(line + "\n" for line in self.log)


class CallLog(logging.Handler):
    """Copies what a plugin logs during a call into that call's own log."""

    def emit(self, record: logging.LogRecord) -> None:
        call = current_call.get()
        if call is not None and not call.over and record.levelno >= logging.INFO:
            try:
                call.write(self.format(record))
            except Exception:
                self.handleError(record)


class PluginLoop:
    """The loop that async methods and ASGI applications run in; a thread that starts when first needed."""

    def __init__(self) -> None:
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._lock = threading.Lock()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._run, name="plugin-loop", daemon=True).start()
            return self._loop

    def _run(self) -> None:
        assert self._loop is not None
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def result_of(self, coroutine: Any) -> Any:
        """Runs it there and waits here; the running call can be cancelled through its future."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        call = current_call.get()
        if call is not None:
            call.future = future
        try:
            return future.result()
        except asyncio.CancelledError:
            raise CallTimedOut() from None


class Workers:
    """Runs functions on at most WORKERS threads; a thread that hangs is given up, and replaced a few times."""

    def __init__(self, count: int = limits.WORKERS) -> None:
        self._count = count
        self._jobs: "queue.Queue[Any]" = queue.Queue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0
        self.waiting = 0
        self.running: Dict[int, Call] = {}
        self.stuck = 0

    async def run(self, call: Call, work: Callable[[], Any], seconds: float) -> Any:
        """The result of `work`. Raises TooBusy, or TooLong (and then interrupts it, as well as that goes)."""
        if self.waiting >= limits.WAITING_CALLS or self.stuck >= limits.STUCK_CALLS:
            raise TooBusy("all of the plugin's %d workers are busy" % self._count)
        loop = asyncio.get_event_loop()
        done: "asyncio.Future[Any]" = loop.create_future()
        context = contextvars.copy_context()
        context.run(current_call.set, call)
        job = _Job(call, lambda: context.run(work), loop, done)
        with self._lock:
            self.waiting += 1
            self._jobs.put(job)
            if self._idle < self.waiting and self._threads < self._count + self.stuck:
                self._threads += 1
                threading.Thread(target=self._work, name="worker", daemon=True).start()
        try:
            return await asyncio.wait_for(done, seconds)
        except asyncio.TimeoutError:
            self._give_up(job)
            raise TooLong(call.name, seconds) from None
        except asyncio.CancelledError:
            # Nobody waits for it any more, such as an application's visitor who was told that it takes too long.
            self._give_up(job)
            raise

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            job = self._jobs.get()
            with self._lock:
                self._idle -= 1
                self.waiting -= 1
                if job.given_up:
                    continue
                job.thread = job.call.thread = threading.get_ident()
                self.running[id(job)] = job.call
            result, error = job.outcome()
            try:
                was_stuck = self._finish(job)
            except CallTimedOut:
                # It was interrupted just as it ended.
                was_stuck = self._finish(job)
            job.tell(result, error)
            if was_stuck:
                return

    def _finish(self, job: "_Job") -> bool:
        """Whether its thread was given up: then its replacement stays, and it goes."""
        with self._lock:
            if not job.finished:
                job.finished = job.call.over = True
                self.running.pop(id(job), None)
                if job.given_up:
                    self.stuck -= 1
                    self._threads -= 1
            return job.given_up

    def _give_up(self, job: "_Job") -> None:
        with self._lock:
            if job.finished or job.given_up:
                return
            job.given_up = True
            if job.thread is None:
                return
            self.stuck += 1
            if job.call.future is not None:
                job.call.future.cancel()
            else:
                interrupt(job.thread)


class _Job:
    def __init__(self, call: Call, work: Callable[[], Any], loop: Any, done: "asyncio.Future[Any]") -> None:
        self.call, self._work, self._loop, self._done = call, work, loop, done
        self.thread: Optional[int] = None
        self.given_up = self.finished = False

    def outcome(self) -> Any:
        try:
            return self._work(), None
        except BaseException as error:
            # Whatever it is (SystemExit too), it is this call's and no other's.
            return None, error

    def tell(self, result: Any, error: Optional[BaseException]) -> None:
        def settle() -> None:
            if self._done.done():
                return
            if error is None:
                self._done.set_result(result)
            else:
                self._done.set_exception(_tellable(error))

        self._loop.call_soon_threadsafe(settle)


def interrupt(thread: int) -> None:
    """Raises CallTimedOut in pure Python code, at its next bytecode; C code notices when it returns."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(CallTimedOut))


def _tellable(error: BaseException) -> BaseException:
    """A future takes neither StopIteration nor what would end the loop."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    told = RuntimeError("%s: %s" % (type(error).__name__, error))
    told.__cause__ = error
    return told
