"""The one clock of a program: what queues, leases, caches and the embedded server wait by.

A program runs on `SystemClock`. A test gives `ManualClock` to all of them and turns it, so that a
back-off of an hour takes no time:

    clock = ManualClock()
    server = Server(now=clock.now, monotonic=clock.monotonic)
    ...
    clock.advance(3600)

Waiting is for event loops; reading the time and turning the clock are for any thread.
"""

from __future__ import annotations

import heapq
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


class Timer(Protocol):
    """A call that is due at a moment of a clock."""

    def when(self) -> float: ...

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Time that passes, and waiting for it. Moments and periods are in seconds."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """The moments that timers are set to."""
        ...

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        """Call back in the running event loop at a moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock; in an event loop, the loop's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        loop = _running_loop()
        return time.monotonic() if loop is None else loop.time()

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        import asyncio

        return asyncio.get_running_loop().call_at(when, callback)

    async def sleep(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)


class ManualClock:
    """A clock for tests, which moves when `advance` is called, and not otherwise.

    Timers of any number of event loops wait for it. It begins at `start`, by default the beginning
    of 2026, and at the moment 0.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._moment = 0.0
        self._lock = threading.Lock()
        self._timers: list[tuple[float, int, _ManualTimer]] = []
        self._sequence = 0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._moment)

    def monotonic(self) -> float:
        return self._moment

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        import asyncio

        timer = _ManualTimer(when, callback, asyncio.get_running_loop())
        with self._lock:
            self._sequence += 1
            if when > self._moment:
                heapq.heappush(self._timers, (when, self._sequence, timer))
                return timer
        timer.ring()
        return timer

    async def sleep(self, seconds: float) -> None:
        import asyncio

        over = asyncio.get_running_loop().create_future()

        def end() -> None:
            if not over.done():
                over.set_result(None)

        timer = self.call_at(self._moment + seconds, end)
        try:
            await over
        finally:
            timer.cancel()

    def advance(self, seconds: float) -> None:
        """Move on; what is due by then is called, each in its own loop, in the order of time."""
        with self._lock:
            self._moment += seconds
            due = []
            while self._timers and self._timers[0][0] <= self._moment:
                due.append(heapq.heappop(self._timers)[2])
        for timer in due:
            timer.ring()

    @property
    def next_timer(self) -> float | None:
        """The seconds until the next timer is due; None where nothing waits."""
        with self._lock:
            while self._timers and self._timers[0][2].is_cancelled:
                heapq.heappop(self._timers)
            return self._timers[0][0] - self._moment if self._timers else None


class _ManualTimer:
    def __init__(
        self, when: float, callback: Callable[[], object], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._when = when
        self._callback = callback
        self._loop = loop
        self.is_cancelled = False

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.is_cancelled = True

    def ring(self) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._call)

    def _call(self) -> None:
        if not self.is_cancelled:
            self._callback()


@asynccontextmanager
async def timeout(clock: Clock, seconds: float | None) -> AsyncIterator[asyncio.Timeout]:
    """`asyncio.timeout` by a clock: TimeoutError where the block takes longer. None is for ever."""
    import asyncio

    async with asyncio.timeout(None) as limit:
        if seconds is None:
            yield limit
            return
        loop = asyncio.get_running_loop()

        def end() -> None:
            if not limit.expired():
                limit.reschedule(loop.time())

        timer = clock.call_at(clock.monotonic() + seconds, end)
        try:
            yield limit
        finally:
            timer.cancel()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    # Without asyncio no event loop runs, and a synchronous program need not load it.
    if "asyncio" not in sys.modules:
        return None
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
