"""The few ways to wait, each in its asynchronous and its synchronous form.

The sync client is derived from the async one by dropping `Async` and `async_` from names; what
differs in more than that stands here, side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["async_run_blocking", "async_sleep", "run_blocking", "sleep"]


async def async_sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


async def async_run_blocking(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run what blocks, in a thread of its own."""
    import asyncio

    return await asyncio.to_thread(function, *args, **kwargs)


def run_blocking(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return function(*args, **kwargs)
