"""The ways to wait, each in its asynchronous and its synchronous form.

The sync client is derived from the async one by dropping `Async` and `async_` from names; functions
that differ in more than that are here, in both forms.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
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


def start_in_thread(
    function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> asyncio.Future[R]:
    """Run a blocking function in a thread of its own, which the end of the loop does not wait for.

    asyncio waits for the threads of its own pool when the loop ends, however long they take.
    """
    import asyncio
    import contextvars

    loop = asyncio.get_running_loop()
    future: asyncio.Future[R] = loop.create_future()
    context = contextvars.copy_context()

    def settle(result: R | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = context.run(function, *args, **kwargs)
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="kube-client-blocking", daemon=True).start()
    return future


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread, or None."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
