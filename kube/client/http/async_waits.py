"""How asyncio waits for the steps of a dialer: with the event loop, until a deadline."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Generator
from contextlib import suppress
from typing import TypeVar

from kube.client.http.dialer import Ready, Waits
from kube.client.http.lookup import Lookup
from kube.client.http.wire import Readiness

T = TypeVar("T")


async def async_carry_out(
    steps: Generator[Waits, Ready, T], deadline: float, waiters: set[asyncio.Future[None]]
) -> T:
    """What the steps lead to; `deadline` is a moment of the loop's time.

    What is waited for is among `waiters` meanwhile: an exception set there ends the wait. Raises
    what the steps raise, and TimeoutError.
    """
    try:
        waits = next(steps)
        while True:
            try:
                ready = await _waited(waits, deadline, waiters)
            except BaseException as error:
                steps.throw(error)
                raise
            waits = steps.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result


async def _waited(waits: Waits, deadline: float, waiters: set[asyncio.Future[None]]) -> Ready:
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not waiter.done():
            waiter.set_result(None)

    def expire() -> None:
        if not waiter.done():
            waiter.set_exception(TimeoutError())

    timer = loop.call_at(deadline, expire)
    waiters.add(waiter)
    try:
        if isinstance(waits, Lookup):
            waits.when_done(lambda: _call_soon(loop, wake))
            await waiter
            return ()
        return await _ready(loop, waits, waiter)
    finally:
        timer.cancel()
        waiters.discard(waiter)


def _call_soon(loop: asyncio.AbstractEventLoop, wake: object) -> None:
    with suppress(RuntimeError):  # the loop is closed, and who waited is gone
        loop.call_soon_threadsafe(wake)  # type: ignore[arg-type]


async def _ready(
    loop: asyncio.AbstractEventLoop, readiness: Readiness, waiter: asyncio.Future[None]
) -> Ready:
    ready: list[object] = []

    def wake(sock: object) -> None:
        if sock is not None and sock not in ready:
            ready.append(sock)
        if not waiter.done():
            waiter.set_result(None)

    timer = None
    if readiness.seconds is not None:
        timer = loop.call_later(readiness.seconds, wake, None)
    for sock, events in readiness.events.items():
        if events & select.POLLIN:
            loop.add_reader(sock.fileno(), wake, sock)
        if events & select.POLLOUT:
            loop.add_writer(sock.fileno(), wake, sock)
    try:
        await waiter
    finally:
        if timer is not None:
            timer.cancel()
        for sock, events in readiness.events.items():
            if events & select.POLLIN:
                loop.remove_reader(sock.fileno())
            if events & select.POLLOUT:
                loop.remove_writer(sock.fileno())
    return [sock for sock in readiness.events if sock in ready]
