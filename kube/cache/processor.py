"""The handlers of one informer: added, started, told of changes, resynced, stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from kube.cache.handlers import Callbacks, HandlerRegistration
from kube.cache.indexer import Indexer
from kube.cache.mutation import MutationDetector
from kube.runtime import Object

T = TypeVar("T", bound=Object)

MINIMUM_RESYNC = 1.0
CANCELLATION_SECONDS = 1.0
"""How long a handler that was cancelled may take to end."""

log = logging.getLogger("kube.cache")


class Processor(Generic[T]):
    """Hands changes to handlers, each of which has a queue and a task of its own."""

    def __init__(self, kind: str, indexer: Indexer[T], detector: MutationDetector | None) -> None:
        self._kind = kind
        self._indexer = indexer
        self._detector = detector
        self._tasks: dict[HandlerRegistration[T], list[asyncio.Task[None]]] = {}
        self._ending: dict[asyncio.Task[None], str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._in_threads = False
        self._synced = False
        self.errors = 0
        """Calls of handlers that raised."""

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def registrations(self) -> tuple[HandlerRegistration[T], ...]:
        return tuple(self._tasks)

    @property
    def pending(self) -> int:
        """Calls that are queued."""
        return sum(registration.pending for registration in self.registrations)

    @property
    def is_calling_us(self) -> bool:
        """Whether the code that asks runs within a call of one of the handlers."""
        return any(registration.is_calling_us for registration in self.registrations)

    def add(
        self,
        callbacks: Callbacks[T],
        resync: float,
        remove: Callable[[HandlerRegistration[T]], None],
    ) -> HandlerRegistration[T]:
        """Begin to call a handler; the objects that are in the cache come first.

        `remove` is what the registration calls to be removed.
        """
        registration = HandlerRegistration(
            callbacks,
            max(resync, MINIMUM_RESYNC) if resync > 0 else 0.0,
            self._detector,
            remove=remove,
            count_error=self._count_error,
        )
        for obj in self._indexer.list():
            registration.add(obj, initial=True)
        if self._synced:
            registration.mark_synced()
        self._tasks[registration] = []
        if self._loop is not None:
            self._start(registration)
        return registration

    def remove(
        self, registration: HandlerRegistration[T], failure: Exception | None = None
    ) -> None:
        """Call a handler no more; who waits for it gets `failure`. Idempotent."""
        tasks = self._tasks.pop(registration, None)
        if tasks is None:
            return
        registration.close(failure)
        for resyncing in tasks[1:]:
            resyncing.cancel()
        for running in tasks[:1]:
            self._ending[running] = registration.name
            running.add_done_callback(lambda task: self._ending.pop(task, None))

    def start(self, *, in_threads: bool) -> None:
        """Run the handlers in this event loop, or each in a thread of its own."""
        self._loop = asyncio.get_running_loop()
        self._in_threads = in_threads
        for registration in self._tasks:
            self._start(registration)

    async def stop(self, timeout: float | None, failure: Exception | None = None) -> None:
        """Remove all handlers and wait for their calls in progress, `timeout` seconds at most.

        After that the calls are cancelled. A thread cannot be: it is left behind.
        """
        for registration in self.registrations:
            self.remove(registration, failure)
        if not self._ending:
            return
        await asyncio.wait(list(self._ending), timeout=timeout)
        stuck = dict(self._ending)
        for task, name in stuck.items():
            log.error(
                "%s: handler %s did not end within %g s after the informer was stopped: cancelled",
                self._kind,
                name,
                timeout,
                extra={"kind": self._kind, "handler": name},
            )
            task.cancel()
        if stuck:
            await asyncio.wait(list(stuck), timeout=CANCELLATION_SECONDS)

    def tell_added(self, obj: T, *, initial: bool) -> None:
        for registration in self._tasks:
            registration.add(obj, initial=initial)

    def tell_updated(self, old: T, new: T) -> None:
        for registration in self._tasks:
            registration.update(old, new)

    def tell_deleted(self, obj: T, *, tombstone: bool) -> None:
        for registration in self._tasks:
            registration.delete(obj, tombstone=tombstone)

    def mark_synced(self) -> None:
        """The first list is complete."""
        self._synced = True
        for registration in self._tasks:
            registration.mark_synced()

    def _start(self, registration: HandlerRegistration[T]) -> None:
        assert self._loop is not None
        tasks = self._tasks[registration]
        tasks.append(self._loop.create_task(registration.run(in_thread=self._in_threads)))
        if registration.resync:
            tasks.append(self._loop.create_task(self._resync_forever(registration)))

    async def _resync_forever(self, registration: HandlerRegistration[T]) -> None:
        while True:
            await asyncio.sleep(registration.resync)
            if self._synced:
                registration.begin_resync(self._indexer.list())

    def _count_error(self) -> None:
        self.errors += 1
