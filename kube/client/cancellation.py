"""Cancelling a call from outside of it, from any thread, at any time.

An asynchronous call is cancelled as its task would be. A synchronous one blocks its thread, so what
may be cancelled runs in a thread of its own, and the caller waits for whichever comes first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    contextmanager,
    suppress,
)
from typing import Generic, TypeVar

T = TypeVar("T")


class Cancellation:
    """Whether a call is still wanted. `cancel` may be called from any thread, more than once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._callbacks: dict[object, Callable[[], object]] = {}

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled.set()
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    @contextmanager
    def calling(self, callback: Callable[[], object]) -> Iterator[None]:
        """Call `callback` when cancelled inside the block; at once if that has happened already.

        It runs in the thread that cancels, and may still be running when the block is left.
        """
        key = object()
        with self._lock:
            registered = not self._cancelled.is_set()
            if registered:
                self._callbacks[key] = callback
        if not registered:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.pop(key, None)

    def wait(self, seconds: float) -> bool:
        """Sleep for so many seconds, or until cancelled; whether it was cancelled."""
        return self._cancelled.wait(seconds)


async def async_enter(
    context: AbstractAsyncContextManager[T], cancellation: Cancellation
) -> T | None:
    """Enter a context; None as soon as that is cancelled, and then the context was not entered."""
    import asyncio

    if cancellation.cancelled:
        return None
    loop = asyncio.get_running_loop()

    def expire() -> None:
        with suppress(RuntimeError):  # entered by now
            scope.reschedule(loop.time())

    def expire_soon() -> None:
        with suppress(RuntimeError):  # the loop is closed, and its tasks with it
            loop.call_soon_threadsafe(expire)

    scope = asyncio.timeout(None)
    try:
        async with scope:
            with cancellation.calling(expire_soon):
                return await context.__aenter__()
    except TimeoutError:
        if not scope.expired():
            raise
        return None


def enter(context: AbstractContextManager[T], cancellation: Cancellation) -> T | None:
    """Enter a context; None as soon as that is cancelled.

    A context that is entered later all the same is left again at once.
    """
    if cancellation.cancelled:
        return None
    entering = _Entering(context)
    with cancellation.calling(entering.settled.set):
        threading.Thread(target=entering.run, name="kube-client-open", daemon=True).start()
        try:
            entering.settled.wait()
        except BaseException:  # Ctrl-C
            cancellation.cancel()
            entering.abandon()
            raise
    return entering.result(cancellation)


class _Entering(Generic[T]):
    """A context that is entered in another thread."""

    def __init__(self, context: AbstractContextManager[T]) -> None:
        self.settled = threading.Event()
        self._context = context
        self._lock = threading.Lock()
        self._abandoned = False
        self._entered: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            entered = self._context.__enter__()
        except BaseException as error:
            self._error = error
        else:
            with self._lock:
                abandoned = self._abandoned
                if not abandoned:
                    self._entered.append(entered)
            if abandoned:
                self._context.__exit__(None, None, None)
        self.settled.set()

    def abandon(self) -> None:
        """Leave the context, now or when it has been entered."""
        with self._lock:
            self._abandoned = True
            entered = bool(self._entered)
        if entered:
            self._context.__exit__(None, None, None)

    def result(self, cancellation: Cancellation) -> T | None:
        with self._lock:
            if self._entered:
                return self._entered[0]
            self._abandoned = True
        if self._error is not None and not cancellation.cancelled:
            raise self._error
        return None
