"""An event loop whose clock jumps to the next timer as soon as nothing else is left to do.

What waits for seconds or hours is tested in no time, and always alike: the loop is the clock that
the code under test is given.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.calls_in_threads = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or (timeout > 0 and self.calls_in_threads):
            # Nothing is scheduled, or a thread is at work: it, or a socket, will go on.
            return super().select(10)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _JumpingSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
        self._virtual.calls_in_threads += 1
        call = super().run_in_executor(executor, func, *args)
        call.add_done_callback(self._note_end)
        return call

    async def shutdown_default_executor(self, *timeout: Any) -> None:
        """Threads end in real time: a virtual timeout would be over at once."""
        self._virtual.calls_in_threads += 1
        try:
            await super().shutdown_default_executor(*timeout)
        finally:
            self._virtual.calls_in_threads -= 1

    def _note_end(self, call: asyncio.Future[Any]) -> None:
        self._virtual.calls_in_threads -= 1
