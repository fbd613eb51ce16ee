"""The shared informer: one watch of one kind, one cache, any number of handlers.

Eventually the cache is what the server has. Handlers hear of a change after the cache has it, and
of the changes of one object in their order. Between two changes that are heard of there may have
been others: an object that was deleted and created anew under its name while the connection was
down arrives as one update; compare the UIDs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Generic, TypeAlias, TypeVar

from kube.cache.handlers import Callbacks, HandlerRegistration, OnObject, OnUpdate
from kube.cache.indexer import Indexer, IndexFunction
from kube.cache.keys import object_key
from kube.cache.listwatch import ListerWatcher
from kube.cache.metrics import InformerMeasures, MetricsProvider
from kube.cache.mutation import MutationDetector, is_enabled
from kube.cache.reflector import Reflector, Tweak
from kube.client.waiting import running_loop
from kube.runtime import Object

T = TypeVar("T", bound=Object)
R = TypeVar("R")

Transform: TypeAlias = Callable[[T], T]

MINIMUM_RESYNC = 1.0
MUTATION_CHECK_SECONDS = 1.0

log = logging.getLogger("kube.cache")


class InformerStateError(RuntimeError):
    """The informer has been started, or stopped, and what was asked comes too late."""


class SharedInformer(Generic[T]):
    """Keeps a cache of one kind, and tells handlers of changes.

    `resync` is in seconds, and what handlers get that do not say themselves; 0 is none. `metrics`
    is told of the informer while it runs.
    """

    def __init__(
        self,
        lister_watcher: ListerWatcher[T],
        *,
        api_version: str = "",
        kind: str = "",
        resync: float = 0.0,
        transform: Transform[T] | None = None,
        indexers: Mapping[str, IndexFunction[T]] | None = None,
        watch_list: bool = True,
        tweak_list_options: Tweak | None = None,
        metrics: MetricsProvider | None = None,
        random: Random | None = None,
    ) -> None:
        self.api_version = api_version
        self.kind = kind
        self.indexer: Indexer[T] = Indexer(indexers)
        """The cache. What it hands out are the cached objects: do not change them."""
        self.reflector = Reflector(
            lister_watcher,
            self,
            api_version=api_version,
            kind=kind,
            watch_list=watch_list,
            tweak=tweak_list_options,
            random=random,
        )
        self.transform_errors = 0
        """How many objects a transform failed on; they are skipped."""
        self.handler_errors = 0
        """How many calls of handlers raised."""
        self.handlers_in_threads = False
        """Whether each handler runs in a thread of its own; set before the start."""
        self._metrics = metrics
        self._resync = resync
        self._transform = transform
        self._handlers: dict[HandlerRegistration[T], list[asyncio.Task[None]]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._detector = MutationDetector(kind) if is_enabled() else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._synced = asyncio.Event()
        self._stopped = asyncio.Event()

    @property
    def has_synced(self) -> bool:
        """Whether the cache holds the first list. Handlers may not have seen it all yet."""
        return self._synced.is_set()

    async def wait_for_sync(self) -> bool:
        """Wait for the first list. False where the informer was stopped before it had one."""
        waits = [asyncio.ensure_future(e.wait()) for e in (self._synced, self._stopped)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self.has_synced

    @property
    def is_stopped(self) -> bool:
        """Whether it has ended; it does not run again."""
        return self._stopped.is_set()

    @property
    def is_started(self) -> bool:
        """Whether `run` was ever called."""
        return self._loop is not None

    @property
    def last_sync_resource_version(self) -> str:
        """The version up to which the cache is known to be true; empty before the first list."""
        return self.reflector.last_sync_resource_version

    def set_transform(self, transform: Transform[T]) -> None:
        """What every object goes through, once, before the cache.

        It may change the object it is given, and returns what is to be cached. Raises
        InformerStateError after the start.
        """
        if self.is_started:
            raise InformerStateError(f"the informer of {self.kind} runs: set a transform earlier")
        self._transform = transform

    def add_indexers(self, indexers: Mapping[str, IndexFunction[T]]) -> None:
        """Add indices to the cache, before or after the start. Raises ValueError: name taken."""
        self._in_loop(lambda: self.indexer.add_indexers(indexers))

    def add_event_handler(
        self,
        on_add: OnObject[T] | None = None,
        on_update: OnUpdate[T] | None = None,
        on_delete: OnObject[T] | None = None,
        *,
        on_initial_add: OnObject[T] | None = None,
        on_tombstone: OnObject[T] | None = None,
        resync: float | None = None,
    ) -> HandlerRegistration[T]:
        """Hear of changes, by plain or async functions; they get cached objects, to read only.

        `on_initial_add` gets the objects that were there before the handler was, where that
        matters; else `on_add` gets them too. `on_tombstone` gets the last state that was seen of
        an object whose deletion itself was missed; else `on_delete` does. `resync`, in seconds,
        at least 1, hands over every object at that interval as `on_update(obj, obj)`.

        Raises InformerStateError once the informer was stopped.
        """
        callbacks = Callbacks(on_add, on_update, on_delete, on_initial_add, on_tombstone)
        period = self._resync if resync is None else resync
        return self._in_loop(lambda: self._add_handler(callbacks, period))

    def measures(self) -> InformerMeasures:
        """What the informer has done, and has, at this moment. For any thread."""
        reflector = self.reflector
        version = self.last_sync_resource_version
        return InformerMeasures(
            lists=reflector.lists,
            relists=max(0, reflector.intake.replaced - 1),
            watches=reflector.watches,
            events=reflector.events,
            failures=reflector.failures,
            skipped=reflector.intake.skipped,
            transform_errors=self.transform_errors,
            handler_errors=self.handler_errors,
            objects=len(self.indexer),
            pending=sum(handler.pending for handler in list(self._handlers)),
            resource_version=int(version) if version.isdecimal() else 0,
        )

    async def run(self) -> None:
        """Keep the cache until cancelled; then wait for the handlers' calls at hand.

        Raises InformerStateError when run a second time, and CacheMutationError at the end where
        the mutation detector is on and found something.
        """
        if self.is_started or self.is_stopped:
            raise InformerStateError(f"the informer of {self.kind} was started already, or stopped")
        self._loop = asyncio.get_running_loop()
        for registration in self._handlers:
            self._start_handler(registration)
        checking = self._loop.create_task(self._check_mutations()) if self._detector else None
        forget: Callable[[], None] | None = None
        if self._metrics is not None:
            forget = self._metrics.for_informer(self.api_version, self.kind, self)
        try:
            await self.reflector.run()
        finally:
            self._stopped.set()
            if checking is not None:
                checking.cancel()
            await self._stop_handlers()
            if forget is not None:
                forget()
            if self._detector is not None:
                self._detector.raise_if_any()

    def abandon(self) -> None:
        """Stop an informer that never ran: who waits for it is told. One that ran is left alone.

        A task that is cancelled before its first step never begins, so `run` cannot do this.
        """
        if not self.is_started:
            self._stopped.set()
            for registration in list(self._handlers):
                self._remove_handler(registration)

    @property
    def is_calling_us(self) -> bool:
        """Whether the code that asks runs within a call of one of the informer's handlers."""
        return any(registration.is_calling_us for registration in list(self._handlers))

    # What the reflector calls

    def add(self, obj: T) -> None:
        transformed = obj if self._transform is None else self._transformed(obj)
        if transformed is not None:
            self._put(transformed)

    update = add

    def delete(self, obj: T) -> None:
        key = object_key(obj)
        old = self.indexer.get(key)
        if old is None or _is_older(obj, old):
            return
        transformed = self._transformed(obj)
        self._drop(key, transformed if transformed is not None else old, tombstone=False)

    def delete_unseen(self, key: str) -> None:
        old = self.indexer.get(key)
        if old is not None:
            self._drop(key, old, tombstone=True)

    def replace(self, objects: Sequence[T], keep: Collection[str]) -> None:
        listed = {object_key(obj): obj for obj in objects}
        for gone in sorted(set(self.indexer.keys()) - listed.keys() - set(keep)):
            self.delete_unseen(gone)
        initial = not self.has_synced
        for key, obj in listed.items():
            old = self.indexer.get(key)
            if old is not None and _is_same(old, obj):
                continue
            transformed = self._transformed(obj)
            if transformed is not None:
                self._put(transformed, initial=initial)
        if initial:
            self._synced.set()
            for registration in self._handlers:
                registration.mark_synced()

    def _transformed(self, obj: T) -> T | None:
        if self._transform is None:
            return obj
        try:
            return self._transform(obj)
        except Exception:
            self.transform_errors += 1
            key = object_key(obj)
            log.exception(
                "%s %s: skipped, its transform failed",
                self.kind,
                key,
                extra={"kind": self.kind, "key": key},
            )
            return None

    def _put(self, obj: T, *, initial: bool | None = None) -> None:
        key = object_key(obj)
        old = self.indexer.get(key)
        if old is not None and initial is None and _is_older(obj, old):
            return
        self.indexer.add(obj)
        if self._detector is not None:
            self._detector.remember(key, obj)
        if old is None:
            for registration in self._handlers:
                registration.add(obj, initial=bool(initial))
        else:
            for registration in self._handlers:
                registration.update(old, obj)

    def _drop(self, key: str, last: T, *, tombstone: bool) -> None:
        if self._detector is not None:
            self._detector.forget(key)
        self.indexer.discard(key)
        for registration in self._handlers:
            registration.delete(last, tombstone=tombstone)

    # Handlers

    def _add_handler(self, callbacks: Callbacks[T], resync: float) -> HandlerRegistration[T]:
        if self.is_stopped:
            raise InformerStateError(
                f"the informer of {self.kind} was stopped: a handler would hear nothing"
            )
        registration = HandlerRegistration(
            callbacks,
            max(resync, MINIMUM_RESYNC) if resync > 0 else 0.0,
            self._detector,
            forget=lambda r: self._in_loop(lambda: self._remove_handler(r)),
            count_error=self._count_handler_error,
        )
        for obj in self.indexer.list():
            registration.add(obj, initial=True)
        if self.has_synced:
            registration.mark_synced()
        self._handlers[registration] = []
        if self.is_started:
            self._start_handler(registration)
        return registration

    def _start_handler(self, registration: HandlerRegistration[T]) -> None:
        assert self._loop is not None
        tasks = self._handlers[registration]
        running = registration.run(in_thread=self.handlers_in_threads)
        tasks.append(self._loop.create_task(running))
        if registration.resync:
            tasks.append(self._loop.create_task(self._resync_for_ever(registration)))

    async def _resync_for_ever(self, registration: HandlerRegistration[T]) -> None:
        while True:
            await asyncio.sleep(registration.resync)
            if self.has_synced:
                registration.begin_resync(self.indexer.list())

    def _remove_handler(self, registration: HandlerRegistration[T]) -> None:
        tasks = self._handlers.pop(registration, None)
        if tasks is None:
            return
        registration.close()
        for resyncing in tasks[1:]:
            resyncing.cancel()
        for running in tasks[:1]:
            self._ending.add(running)
            running.add_done_callback(self._ending.discard)

    def _count_handler_error(self) -> None:
        self.handler_errors += 1

    async def _stop_handlers(self) -> None:
        for registration in list(self._handlers):
            self._remove_handler(registration)
        await asyncio.gather(*self._ending)

    async def _check_mutations(self) -> None:
        assert self._detector is not None
        while True:
            await asyncio.sleep(MUTATION_CHECK_SECONDS)
            self._detector.check_all()

    def _in_loop(self, call: Callable[[], R]) -> R:
        """Call at once, or, from another thread than the informer's, in the informer's loop."""
        loop = self._loop
        if loop is None or not loop.is_running() or running_loop() is loop:
            return call()

        async def called() -> R:
            return call()

        return asyncio.run_coroutine_threadsafe(called(), loop).result()


def _is_same(old: Object, new: Object) -> bool:
    version = new.metadata.resource_version
    return (
        version != ""
        and version == old.metadata.resource_version
        and new.metadata.uid == old.metadata.uid
    )


def _is_older(obj: Object, than: Object) -> bool:
    """Whether an event is of a state before the cached one, as versions that are numbers tell."""
    version, cached = obj.metadata.resource_version, than.metadata.resource_version
    if len(version) == len(cached) and version >= cached:
        return False
    return version.isdecimal() and cached.isdecimal() and int(version) < int(cached)


def strip_managed_fields(obj: T) -> T:
    """A transform that drops `metadata.managedFields`, often a third of an object's memory."""
    obj.metadata.managed_fields = None
    return obj
