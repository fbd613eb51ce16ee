"""Blocking work of a leader, in a thread that the lease outlives."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def to_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`asyncio.to_thread`, but a cancelled call first waits for its thread to end.

    `asyncio.to_thread` returns at once when it is cancelled while its thread works on. A leader
    that awaits it would give up the lease with work still running. Here the lease is kept until
    `function` has returned. A function that takes long should ask `LeaderElector.is_leader` now
    and then, and return when it is False. What it raises after the cancellation is dropped.
    """
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    running = loop.run_in_executor(None, lambda: context.run(function, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            # Cancelled again and again, it still waits: the thread cannot be stopped.
            try:
                await asyncio.wait([running])
            except asyncio.CancelledError:
                continue
        if not running.cancelled():
            running.exception()
        raise
