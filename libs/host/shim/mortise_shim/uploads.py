"""Bodies that are too long to be held: read by the plugin's own application while they arrive."""

import asyncio
import io
from typing import Any, Callable

from . import limits


class Upload:
    """One such body. Filled by its connection and read on the same loop; no more comes than is taken."""

    def __init__(self, length: int, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._missing, self._pause, self._resume = length, pause, resume
        self._unread = bytearray()
        self._news = asyncio.Event()
        self._is_broken = False
        self.taken = 0

    def feed(self, buffer: bytearray) -> None:
        """Takes its own bytes out of `buffer`."""
        own = buffer[: self._missing]
        del buffer[: self._missing]
        self._missing -= len(own)
        self._unread += own
        if len(self._unread) >= limits.UNREAD_BYTES:
            self._pause()
        self._news.set()

    def break_off(self) -> None:
        self._is_broken = self._missing > 0
        self._news.set()

    @property
    def is_whole(self) -> bool:
        return self._missing == 0 and not self._unread

    async def read(self) -> bytes:
        """What has come, as soon as anything has; empty at the end. Raises ConnectionResetError where it is cut short."""
        while not self._unread and self._missing and not self._is_broken:
            self._news.clear()
            await self._news.wait()
        if self._is_broken and not self._unread:
            raise ConnectionResetError("the client went away before all of the body had come")
        data = bytes(self._unread)
        self._unread.clear()
        self.taken += len(data)
        self._resume()
        return data


class UploadFile(io.RawIOBase):
    """An upload as a file for another thread than its loop's."""

    def __init__(self, upload: Upload, loop: asyncio.AbstractEventLoop) -> None:
        self._upload, self._loop = upload, loop
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._left:
            self._left = memoryview(asyncio.run_coroutine_threadsafe(self._upload.read(), self._loop).result())
        part, self._left = self._left[: len(into)], self._left[len(into) :]
        into[: len(part)] = part
        return len(part)
