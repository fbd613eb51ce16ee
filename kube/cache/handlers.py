"""Event handlers: each has a queue and a task of its own.

The informer only ever appends to queues, so a handler that awaits something holds up nobody else.
A queue has no bound, as upstream's has none: a handler should do little, put a key on a workqueue
say, and let workers do what takes time.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from kube.cache.keys import object_key
from kube.cache.mutation import MutationDetector
from kube.runtime import Object

T = TypeVar("T", bound=Object)

OnObject: TypeAlias = Callable[[T], object]
OnUpdate: TypeAlias = Callable[[T, T], object]

BREATH = 256
"""Calls after which other tasks get their turn."""

log = logging.getLogger("kube.cache")


@dataclass(frozen=True, slots=True)
class Callbacks(Generic[T]):
    """What a handler wants to hear of; each a plain or an async function, or None."""

    on_add: OnObject[T] | None
    on_update: OnUpdate[T] | None
    on_delete: OnObject[T] | None
    on_initial_add: OnObject[T] | None
    on_tombstone: OnObject[T] | None

    @property
    def name(self) -> str:
        callback = next((c for c in (self.on_add, self.on_update, self.on_delete) if c), None)
        return str(getattr(callback, "__qualname__", None) or callback)


class HandlerRegistration(Generic[T]):
    """A handler that was added to an informer: whether it is up to date, and its removal."""

    def __init__(
        self,
        callbacks: Callbacks[T],
        resync: float,
        detector: MutationDetector | None,
        *,
        forget: Callable[[HandlerRegistration[T]], None],
        count_error: Callable[[], None],
    ) -> None:
        self._callbacks = callbacks
        # Callback, object, and for an update its new state, one after the other: a tuple for each
        # call would keep the cyclic collector busy.
        self._queue: deque[Any] = deque()
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._synced = False
        self._detector = detector
        self._executor: ThreadPoolExecutor | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread: int | None = None
        self._forget = forget
        self._count_error = count_error
        self._closed = False
        self._resyncing = False
        self.resync = resync
        """Seconds between two resyncs; 0 for none."""
        self.errors = 0
        """How many calls raised."""

    @property
    def has_synced(self) -> bool:
        """Whether the handler has seen every object of the informer's first list."""
        return self._synced

    async def wait_for_sync(self) -> bool:
        """Wait until it has. False where it never will: removed, or its informer stopped."""
        await self._settled.wait()
        return self._synced

    @property
    def pending(self) -> int:
        """Calls that are queued."""
        return len(self._queue) // 3

    def remove(self) -> None:
        """Stop hearing of changes. A call at hand ends; what is queued is dropped. Idempotent."""
        self._forget(self)

    # For the informer

    @property
    def is_calling_us(self) -> bool:
        """Whether the code that asks runs within a call of this handler."""
        if self._thread == threading.get_ident():
            return True
        try:
            return self._task is not None and asyncio.current_task() is self._task
        except RuntimeError:
            return False  # no event loop runs here

    def close(self) -> None:
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
        """The first list is in the queue; whoever comes by this mark has seen it."""
        self._queue.extend((self._end_sync, None, None))
        self._wake.set()

    def begin_resync(self, objects: list[T]) -> None:
        """Hand over every object as an update from itself to itself.

        Passed over while the last resync is not through yet: a slow handler would never be done.
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
        """Call what is queued, in order, until closed; in a thread of its own if so wished."""
        self._task = asyncio.current_task()
        if in_thread:
            self._executor = ThreadPoolExecutor(
                1, self._callbacks.name, initializer=self._note_thread
            )
        try:
            while not self._closed:
                self._wake.clear()
                await self._drain()
                await self._wake.wait()
        finally:
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)
            self._task = self._thread = None

    def _note_thread(self) -> None:
        self._thread = threading.get_ident()

    async def _drain(self) -> None:
        queue, detector, executor = self._queue, self._detector, self._executor
        next_call, loop = queue.popleft, asyncio.get_running_loop()
        calls = 0
        while queue:
            callback, obj, new = next_call(), next_call(), next_call()
            if obj is None:
                callback()
                continue
            try:
                if executor is not None:
                    arguments = (obj,) if new is None else (obj, new)
                    result = await loop.run_in_executor(executor, callback, *arguments)
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
                detector.check(object_key(obj), f"handler {self._callbacks.name}")
            calls += 1
            if not calls % BREATH:
                await asyncio.sleep(0)

    def _note_error(self, obj: T) -> None:
        self.errors += 1
        self._count_error()
        key, name = object_key(obj), self._callbacks.name
        log.exception("handler %s failed on %s", name, key, extra={"handler": name, "key": key})
