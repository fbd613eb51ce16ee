"""Transports without sockets: requests go to a server in this process, sync or async.

Both carry the same values as the network transports, headers and raw bytes included, so a client
cannot tell the difference. They are how the fake clientset reaches its server.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from kube.client.transport import AsyncStream, Request, Response, Stream, TransportError
from kube.envtest.apiserver import Delay, Server, WatchStream

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


class MemoryTransport:
    """A `Transport` over a server in this process."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def send(self, request: Request) -> Response:
        answer = self._answer(request)
        if isinstance(answer, WatchStream):
            with contextmanager(_watching)(answer, request) as stream:
                return Response(stream.status, stream.headers, b"".join(stream))
        return answer

    def _answer(self, request: Request) -> Response | WatchStream:
        answer = self._server.handle(request)
        while isinstance(answer, Delay):
            _check_timeout(answer, request)
            time.sleep(answer.seconds)
            assert answer.resume is not None
            answer = answer.resume()
        return answer

    @contextmanager
    def stream(self, request: Request) -> Iterator[Stream]:
        answer = self._answer(request)
        if isinstance(answer, WatchStream):
            yield from _watching(answer, request)
        else:
            yield _Whole(answer)

    def close(self) -> None:
        """Nothing is held open."""


class AsyncMemoryTransport:
    """An `AsyncTransport` over a server in this process."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def send(self, request: Request) -> Response:
        async with self.stream(request) as stream:
            body = b"".join([chunk async for chunk in stream])
            return Response(stream.status, stream.headers, body)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[AsyncStream]:
        answer = self._server.handle(request)
        while isinstance(answer, Delay):
            _check_timeout(answer, request)
            answer = await resumed(answer)
        if not isinstance(answer, WatchStream):
            yield _Whole(answer)
            return
        try:
            yield _Watching(answer, request.timeout)
        finally:
            answer.close()

    async def close(self) -> None:
        """Nothing is held open."""


async def resumed(delay: Delay) -> Response | WatchStream | Delay:
    """The answer after a delay, without holding up the event loop."""
    import asyncio

    await asyncio.sleep(delay.seconds)
    assert delay.resume is not None
    if delay.blocks:
        return await asyncio.get_running_loop().run_in_executor(_threads(), delay.resume)
    return delay.resume()


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """For answers that wait for webhooks. A webhook may write, too, and so need another one."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(256, "envtest-webhooks")


def _check_timeout(delay: Delay, request: Request) -> None:
    if request.timeout is not None and delay.seconds >= request.timeout:
        raise TransportError(f"no answer within {request.timeout} s")


class _Whole:
    """A whole response as a stream of one chunk."""

    def __init__(self, response: Response) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self._body = response.body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body

    def close(self) -> None:
        """All of it is there already."""


def _watching(watch: WatchStream, request: Request) -> Iterator[Stream]:
    try:
        yield _Watching(watch, request.timeout)
    finally:
        watch.close()


class _Watching:
    """A watch as a stream of both kinds."""

    def __init__(self, watch: WatchStream, timeout: float | None) -> None:
        self.status = watch.status
        self.headers: Mapping[str, str] = watch.headers
        self._watch = watch
        self._timeout = timeout

    def close(self) -> None:
        self._watch.close()

    def __iter__(self) -> Iterator[bytes]:
        ready = threading.Event()
        self._watch.on_change(ready.set)
        while True:
            ready.clear()
            while chunk := self._watch.poll():
                yield chunk
            if self._watch.ended:
                return
            wait, is_timeout = patience(self._watch, self._timeout)
            if not ready.wait(wait) and is_timeout:
                raise TransportError(f"nothing arrived within {self._timeout} s")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in follow(self._watch, self._timeout):
            yield chunk


async def follow(watch: WatchStream, silence: float | None = None) -> AsyncIterator[bytes]:
    """The chunks of a watch until it ends; raises TransportError after so many s of `silence`."""
    import asyncio

    loop = asyncio.get_running_loop()
    ready = asyncio.Event()

    def wake() -> None:
        # Writers may be in other threads; the loop may be gone when a late one calls.
        if not loop.is_closed():
            loop.call_soon_threadsafe(ready.set)

    watch.on_change(wake)
    while True:
        ready.clear()
        while chunk := watch.poll():
            yield chunk
        if watch.ended:
            return
        wait, is_timeout = patience(watch, silence)
        try:
            async with asyncio.timeout(wait):
                await ready.wait()
        except TimeoutError:
            if is_timeout:
                raise TransportError(f"nothing arrived within {silence} s") from None


def patience(watch: WatchStream, timeout: float | None) -> tuple[float | None, bool]:
    """How long to wait for the next change, and whether the wait's end is the client's timeout."""
    due = watch.due_in()
    if timeout is not None and (due is None or timeout <= due):
        return timeout, True
    return due, False
