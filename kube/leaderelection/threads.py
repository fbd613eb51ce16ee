"""Blocking work of a leader, in a thread that the lease outlives."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_cancellation: contextvars.ContextVar[threading.Event] = contextvars.ContextVar("cancellation")


async def to_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`asyncio.to_thread`, but a cancelled call first waits for its thread to end.

    `asyncio.to_thread` returns at once when it is cancelled while its thread works on. A leader
    that awaits it would give up the lease with work still running. Here the lease is kept until
    `function` has returned. A function that takes long should ask `is_cancelled` now and then, and
    return when it is True. A call that is cancelled before a thread was free does not begin. What
    `function` raises after the cancellation is dropped.
    """
    return await run_in(None, lambda: function(*args, **kwargs))


async def run_in(
    executor: Executor | None,
    function: Callable[[], R],
    given_up: Callable[[], bool] = lambda: False,
) -> R:
    """As `to_thread`, in a thread of an executor; None is the event loop's own.

    A call that is cancelled waits for its thread no longer, once it is cancelled again while
    `given_up` says so: where the program ends, which ends the thread.
    """
    loop = asyncio.get_running_loop()
    cancelled = threading.Event()
    context = contextvars.copy_context()
    context.run(_cancellation.set, cancelled)

    def run() -> R:
        if cancelled.is_set():
            raise asyncio.CancelledError
        return context.run(function)

    running = loop.run_in_executor(executor, run)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        cancelled.set()
        while not running.done():
            # Cancelled again and again, it still waits: the thread cannot be stopped.
            try:
                await asyncio.wait([running])
            except asyncio.CancelledError:
                if given_up():
                    raise
        if not running.cancelled():
            running.exception()
        raise


def is_cancelled() -> bool:
    """Whether the call by `to_thread` that runs this function was cancelled, so it should return.

    It is True as soon as leadership ends or the program stops, while the lease is still kept.
    `LeaderElector.is_leader` stays True until then. False outside of `to_thread`.
    """
    cancelled = _cancellation.get(None)
    return cancelled is not None and cancelled.is_set()
