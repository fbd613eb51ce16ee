"""Event handlers: each has a queue and a task of its own.

The informer only appends to queues, so a handler that awaits something delays no other. A queue is
unbounded, as upstream's: a handler should do little, such as adding a key to a workqueue, and leave
what takes time to workers.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from kube.cache.handler_thread import HandlerThread
from kube.cache.mutation import MutationDetector
from kube.runtime import Object
from kube.runtime.keys import object_key

T = TypeVar("T", bound=Object)

OnObject: TypeAlias = Callable[[T], object]
OnUpdate: TypeAlias = Callable[[T, T], object]

YIELD_EVERY = 256
"""Calls after which other tasks run."""

log = logging.getLogger("kube.cache")


@dataclass(frozen=True, slots=True)
class Callbacks(Generic[T]):
    """The functions of a handler, each a plain or an async one, or None.

    Raises TypeError for what is not a function, and where all of them are None.
    """

    on_add: OnObject[T] | None
    on_update: OnUpdate[T] | None
    on_delete: OnObject[T] | None
    on_initial_add: OnObject[T] | None
    on_tombstone: OnObject[T] | None

    def __post_init__(self) -> None:
        if not self._all():
            raise TypeError(
                "a handler needs a function: pass one as on_add=, on_update= or on_delete=, "
                "and do not call it there"
            )
        for callback in self._all():
            if not callable(callback):
                raise TypeError(
                    f"a handler is a function, not {callback!r}: pass its methods as on_add=, "
                    "on_update= and on_delete="
                )

    @property
    def name(self) -> str:
        callback = next(iter(self._all()), None)
        return str(getattr(callback, "__qualname__", None) or callback)

    def _all(self) -> list[Any]:
        callbacks: tuple[Any, ...] = (
            self.on_add,
            self.on_update,
            self.on_delete,
            self.on_initial_add,
            self.on_tombstone,
        )
        return [callback for callback in callbacks if callback is not None]


class HandlerRegistration(Generic[T]):
    """A handler that was added to an informer: whether it has synced, and how to remove it."""

    def __init__(
        self,
        callbacks: Callbacks[T],
        resync: float,
        detector: MutationDetector | None,
        *,
        remove: Callable[[HandlerRegistration[T]], None],
        count_error: Callable[[], None],
    ) -> None:
        self._callbacks = callbacks
        # Callback, object, and for an update its new state, one after the other: with a tuple for
        # each call the cyclic collector would run more often.
        self._queue: deque[Any] = deque()
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._synced = False
        self._detector = detector
        self._thread: HandlerThread | None = None
        self._task: asyncio.Task[None] | None = None
        self._remove = remove
        self._count_error = count_error
        self._closed = False
        self._failure: Exception | None = None
        self._resyncing = False
        self.resync = resync
        """Seconds between two resyncs; 0 for none."""
        self.errors = 0
        """How many calls raised."""

    def __repr__(self) -> str:
        state = "removed" if self._closed else "synced" if self._synced else "not synced"
        return f"<HandlerRegistration of {self.name}: {state}, {self.pending} calls queued>"

    @property
    def name(self) -> str:
        """The name of its first function."""
        return self._callbacks.name

    @property
    def has_synced(self) -> bool:
        """Whether the handler has seen every object of the informer's first list."""
        return self._synced

    async def wait_for_sync(self) -> bool:
        """Wait until it has. False where it was removed before, or its informer stopped.

        Raises InformerFailedError where the informer cannot go on.
        """
        await self._settled.wait()
        if self._failure is not None:
            raise self._failure
        return self._synced

    @property
    def pending(self) -> int:
        """Calls that are queued."""
        return len(self._queue) // 3

    def remove(self) -> None:
        """Call it no more: the call in progress ends, queued ones are dropped. Idempotent."""
        self._remove(self)

    # For the informer

    @property
    def is_calling_us(self) -> bool:
        """Whether the code that asks runs within a call of this handler."""
        if self._thread is not None and self._thread.is_current:
            return True
        try:
            return self._task is not None and asyncio.current_task() is self._task
        except RuntimeError:
            return False  # no event loop runs here

    def close(self, failure: Exception | None = None) -> None:
        """End the calls; who waits for the sync gets `failure`, or False."""
        self._failure = failure
        self._closed = True
        self._queue.clear()
        self._wake.set()
        self._settled.set()

    def add(self, obj: T, *, initial: bool) -> None:
        calls = self._callbacks
        callback = (initial and calls.on_initial_add) or calls.on_add
        if callback is not None:
            self._queue.extend((callback, obj, None))
            self._wake.set()

    def update(self, old: T, new: T) -> None:
        callback = self._callbacks.on_update
        if callback is not None:
            self._queue.extend((callback, old, new))
            self._wake.set()

    def delete(self, obj: T, *, tombstone: bool) -> None:
        calls = self._callbacks
        callback = (tombstone and calls.on_tombstone) or calls.on_delete
        if callback is not None:
            self._queue.extend((callback, obj, None))
            self._wake.set()

    def mark_synced(self) -> None:
        """The first list is in the queue: once this mark is reached, the handler has seen it."""
        self._queue.extend((self._end_sync, None, None))
        self._wake.set()

    def begin_resync(self, objects: list[T]) -> None:
        """Call `on_update(obj, obj)` with every object.

        Skipped while the last resync is in progress: a slow handler would fall behind forever.
        """
        if self._resyncing or self._callbacks.on_update is None:
            return
        self._resyncing = True
        for obj in objects:
            self.update(obj, obj)
        self._queue.extend((self._end_resync, None, None))
        self._wake.set()

    def _end_sync(self) -> None:
        self._synced = True
        self._settled.set()

    def _end_resync(self) -> None:
        self._resyncing = False

    async def run(self, *, in_thread: bool = False) -> None:
        """Make the queued calls in order until closed, with `in_thread` in a thread of its own."""
        self._task = asyncio.current_task()
        if in_thread:
            self._thread = HandlerThread(self.name)
        try:
            while not self._closed:
                self._wake.clear()
                await self._drain()
                await self._wake.wait()
        finally:
            if self._thread is not None:
                self._thread.shutdown(wait=False)
            self._task = self._thread = None

    async def _drain(self) -> None:
        queue, detector, thread = self._queue, self._detector, self._thread
        next_call, loop = queue.popleft, asyncio.get_running_loop()
        calls = 0
        while queue:
            callback, obj, new = next_call(), next_call(), next_call()
            if obj is None:
                callback()
                continue
            try:
                if thread is not None:
                    arguments = (obj,) if new is None else (obj, new)
                    result = await loop.run_in_executor(thread, callback, *arguments)
                else:
                    result = callback(obj) if new is None else callback(obj, new)
                if result is not None and inspect.isawaitable(result):
                    await result
            except Exception:
                self._note_error(obj)
            except asyncio.CancelledError:
                if self._task is None or self._task.cancelling():
                    raise
                # Something that the handler waited for was cancelled, not the handler.
                self._note_error(obj)
            if detector is not None:
                detector.check(object_key(obj), f"handler {self.name}")
            calls += 1
            if not calls % YIELD_EVERY:
                await asyncio.sleep(0)

    def _note_error(self, obj: T) -> None:
        self.errors += 1
        self._count_error()
        key, name = object_key(obj), self.name
        log.exception("handler %s failed on %s", name, key, extra={"handler": name, "key": key})
