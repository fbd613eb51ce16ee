"""The few ways to wait, each in its asynchronous and its synchronous form.

The sync client is derived from the async one by dropping `Async` and `async_` from names; what
differs in more than that stands here, side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from kube.client.transport import TransportError

if TYPE_CHECKING:
    import asyncio

    from kube.client.cancellation import Cancellation

P = ParamSpec("P")
R = TypeVar("R")


async def async_sleep(seconds: float, cancellation: Cancellation | None = None) -> None:
    """Sleep. A cancelled call has its task cancelled, so that `cancellation` adds nothing."""
    import asyncio

    await asyncio.sleep(seconds)


def sleep(seconds: float, cancellation: Cancellation | None = None) -> None:
    """Sleep. Raises `TransportError` as soon as the call is cancelled."""
    if cancellation is None:
        time.sleep(seconds)
    elif cancellation.wait(seconds):
        raise TransportError("the call was cancelled", sent=False)


async def async_run_blocking(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run what blocks, in a thread of its own."""
    import asyncio

    return await asyncio.to_thread(function, *args, **kwargs)


def run_blocking(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return function(*args, **kwargs)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread, or None."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
