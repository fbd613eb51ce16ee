"""Groups of runnables, which start and stop together.

A group's tasks end in three steps: they are asked to stop, cancelled near the end of the time for
the stop, and left behind after it. A plain runnable has one way to be asked: to be cancelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from kube.controller.callables import is_async
from kube.controller.errors import ManagerStateError, StopTimeoutError
from kube.runtime.clock import Clock, timeout

log = logging.getLogger("kube.controller")


@dataclass(frozen=True, slots=True, eq=False)
class Runnable:
    """Something that runs until it is stopped. `drain` asks it to end; without it it is cancelled.

    One that returns has simply ended; one that raises ends the manager. `give_up` is called where
    it did not end in time: nobody waits for it any longer.
    """

    name: str
    run: Callable[[], Awaitable[object]] = field(repr=False)
    drain: Callable[[], None] | None = field(default=None, repr=False)
    give_up: Callable[[], None] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, runnable: Any) -> Runnable:
        """That of an async function, or of an object with an async `run`. Raises TypeError."""
        run: Any = getattr(runnable, "run", runnable)
        if not callable(run):
            raise TypeError(
                f"a runnable is an async function, or an object with an async run, not {runnable!r}"
            )
        if not is_async(run):
            raise TypeError(
                f"{getattr(run, '__qualname__', run)} is not an async function: wrap a blocking "
                "one in kube.leaderelection.to_thread"
            )
        function = getattr(run, "func", run)  # of a partial
        name = getattr(function, "__qualname__", None) or type(runnable).__qualname__
        start: Callable[[], Awaitable[object]] = getattr(runnable, "run", runnable)
        return cls(str(name), start)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a stop is over. `cancel_at` is when what still runs is cancelled; None is never."""

    cancel_at: float | None
    ends_at: float | None
    seconds: float

    @classmethod
    def after(cls, now: float, seconds: float | None) -> Deadline:
        """A fifth of the time is left for what has to be cancelled."""
        if seconds is None:
            return cls(None, None, 0.0)
        return cls(now + 0.8 * seconds, now + seconds, seconds)


class Group:
    """Runnables that were added before the start wait for it; later ones start at once.

    Each runs within a context of its own that `within` makes.
    """

    def __init__(
        self,
        name: str,
        on_failure: Callable[[Exception], None],
        clock: Clock,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.name = name
        self._within = within
        self._on_failure = on_failure
        self._clock = clock
        self._waiting: list[Runnable] = []
        self._tasks: dict[asyncio.Task[None], Runnable] = {}
        self._is_running = False
        self._is_stopping = False

    def __repr__(self) -> str:
        return f"<Group {self.name}: {', '.join(r.name for r in self._tasks.values()) or 'idle'}>"

    @property
    def running(self) -> list[str]:
        """The names of what runs."""
        return [runnable.name for runnable in self._tasks.values()]

    def add(self, runnable: Runnable) -> None:
        """Raises ManagerStateError once the stop has begun."""
        if self._is_stopping:
            raise ManagerStateError(
                f"{runnable.name} was added while the manager stops, and would never run"
            )
        if self._is_running:
            self._start(runnable)
        else:
            self._waiting.append(runnable)

    def start(self) -> None:
        """Start what was added; nothing where the stop has begun."""
        if self._is_stopping:
            return
        self._is_running = True
        waiting, self._waiting = self._waiting, []
        for runnable in waiting:
            self._start(runnable)

    def refuse(self) -> None:
        """Start nothing any more."""
        self._is_stopping = True

    async def stop(self, deadline: Deadline) -> None:
        """Have everything end. Raises StopTimeoutError for what does not by the deadline."""
        self._is_stopping = True
        for task, runnable in list(self._tasks.items()):
            if runnable.drain is not None:
                runnable.drain()
            else:
                task.cancel()
        await self._ended(deadline.cancel_at)
        await self.abort(deadline)

    async def abort(self, deadline: Deadline) -> None:
        """Cancel everything, once, and wait for its end. Raises StopTimeoutError."""
        self._is_stopping = True
        for task in list(self._tasks):
            if not task.cancelling():
                task.cancel()
        await self._ended(deadline.ends_at)
        if self._tasks:
            for runnable in self._tasks.values():
                if runnable.give_up is not None:
                    runnable.give_up()
            raise StopTimeoutError(deadline.seconds, self.running)

    async def _ended(self, by: float | None) -> None:
        if not self._tasks:
            return
        left = None if by is None else max(0.0, by - self._clock.monotonic())
        try:
            async with timeout(self._clock, left):
                await asyncio.wait(list(self._tasks))
        except TimeoutError:
            pass

    def _start(self, runnable: Runnable) -> None:
        async def run() -> None:
            with self._within():
                await runnable.run()

        task = asyncio.create_task(run(), name=runnable.name)
        self._tasks[task] = runnable
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        runnable = self._tasks.pop(task)
        error = _failure_of(task)
        if error is None:
            return
        if self._is_stopping:
            log.error(
                "%s failed as it was stopped",
                runnable.name,
                exc_info=error,
                extra={"runnable": runnable.name},
            )
        else:
            self._on_failure(error)


def is_being_cancelled() -> bool:
    """Whether the running task was cancelled; else a CancelledError comes from what it awaits."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _failure_of(task: asyncio.Task[None]) -> Exception | None:
    """What a task failed with. Nothing ends in silence that nobody has asked to end."""
    name = task.get_name()
    if task.cancelled():
        if task.cancelling():
            return None
        return RuntimeError(f"{name} ended because something that it awaited was cancelled")
    error = task.exception()
    if error is None or isinstance(error, Exception):
        return error
    failure = RuntimeError(f"{name} ended by {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
