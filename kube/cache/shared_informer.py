"""The shared informer: one watch of one kind, one cache, any number of handlers.

The cache eventually equals what the server has. Handlers are told of a change after the cache has
it, and of the changes of one object in their order. Between two changes that a handler is told of
there may have been others: an object that was deleted and created again under its name while the
connection was down arrives as one update; compare the UIDs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from random import Random
from typing import Generic, TypeVar

from kube.cache.errors import InformerFailedError, InformerStateError
from kube.cache.handlers import Callbacks, HandlerRegistration, OnObject, OnUpdate
from kube.cache.indexer import Indexer, IndexFunction
from kube.cache.listwatch import ListerWatcher
from kube.cache.metrics import InformerMeasures, MetricsProvider
from kube.cache.mutation import MutationDetector, is_enabled
from kube.cache.partition import Partition
from kube.cache.processor import Processor
from kube.cache.reflector import Reflector, Tweak
from kube.cache.transform import Transform, Transformer, check_transform
from kube.client.waiting import running_loop
from kube.runtime import Object

T = TypeVar("T", bound=Object)
R = TypeVar("R")

log = logging.getLogger("kube.cache")

MUTATION_CHECK_SECONDS = 1.0
STOP_SECONDS = 30.0
"""How long a stop waits for calls of handlers that are in progress."""


class SharedInformer(Generic[T]):
    """Keeps a cache of one kind, and tells handlers of changes.

    `lister_watcher` reads the server; a mapping of namespaces to such readers fills one cache with
    the objects of several namespaces. `resync`, in seconds, is for handlers that do not name one;
    0 is none. `metrics` measures the informer while it runs. `indexer` is the cache, where it is to
    be another than an Indexer of objects.
    """

    def __init__(
        self,
        lister_watcher: ListerWatcher[T] | Mapping[str, ListerWatcher[T]],
        *,
        api_version: str = "",
        kind: str = "",
        resync: float = 0.0,
        transform: Transform[T] | None = None,
        indexers: Mapping[str, IndexFunction[T]] | None = None,
        watch_list: bool = False,
        tweak_list_options: Tweak | None = None,
        metrics: MetricsProvider | None = None,
        indexer: Indexer[T] | None = None,
        random: Random | None = None,
    ) -> None:
        self.api_version = api_version
        self.kind = kind
        self.indexer: Indexer[T] = Indexer() if indexer is None else indexer
        """The cache. It returns the cached objects themselves: do not change them."""
        if indexers:
            self.indexer.add_indexers(indexers)
        self.handlers_in_threads = False
        """Whether each handler runs in a thread of its own; set before the start."""
        self._metrics = metrics
        self._resync = resync
        self._loop: asyncio.AbstractEventLoop | None = None
        self._transformer: Transformer[T] | None = None
        if transform is not None:
            self.set_transform(transform)
        self._detector = MutationDetector(kind) if is_enabled() else None
        self._processor = Processor(kind, self.indexer, self._detector)
        readers = lister_watcher if isinstance(lister_watcher, Mapping) else {"": lister_watcher}
        self._partitions = [self._partition(namespace) for namespace in readers]
        self._reflectors = [
            Reflector(
                reader,
                partition,
                api_version=api_version,
                kind=kind,
                watch_list=watch_list,
                tweak=tweak_list_options,
                random=random,
            )
            for reader, partition in zip(readers.values(), self._partitions, strict=True)
        ]
        self._readers = dict(zip(readers, self._reflectors, strict=True))
        self._progress_waiters: dict[asyncio.Future[None], Callable[[], bool]] = {}
        self._task: asyncio.Task[None] | None = None
        self._failure: InformerFailedError | None = None
        self._stop_seconds: float | None = STOP_SECONDS
        self._is_stopping = False
        self._synced = asyncio.Event()
        self._stopped = asyncio.Event()
        self._ended = asyncio.Event()
        self.indexer.unavailable = (
            f"the informer of {kind or 'this kind'} was not started, so that its cache is empty: "
            "await factory.wait_for_cache_sync() first"
        )

    def __repr__(self) -> str:
        return (
            f"<SharedInformer of {self.api_version} {self.kind}: {self.state}, "
            f"{len(self.indexer)} objects, {len(self._processor)} handlers>"
        )

    @property
    def state(self) -> str:
        """In words: not started, not synced, synced, stopped or failed."""
        if self._failure is not None:
            return "failed"
        if self.is_stopped:
            return "stopped"
        if not self.is_started:
            return "not started"
        return "synced" if self.has_synced else "not synced"

    @property
    def has_synced(self) -> bool:
        """Whether the cache holds the first list. Handlers may not have seen it all yet."""
        return self._synced.is_set()

    async def wait_for_sync(self) -> bool:
        """Wait for the first list. False where the informer was stopped before it had one.

        Raises InformerFailedError where the informer cannot go on.
        """
        waits = [asyncio.ensure_future(e.wait()) for e in (self._synced, self._stopped)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self._failure is not None:
            raise self._failure
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
    def failure(self) -> InformerFailedError | None:
        """Why the informer could not go on, or None."""
        return self._failure

    @property
    def last_error(self) -> Exception | None:
        """Why the last list or watch failed, where nothing was listed since."""
        return next((r.error for r in self._reflectors if r.error is not None), None)

    @property
    def handlers(self) -> int:
        """How many handlers it has."""
        return len(self._processor)

    @property
    def last_sync_resource_version(self) -> str:
        """The version up to which the cache is known to be true; empty before the first list.

        Of several namespaces it is the oldest one.
        """
        versions = [reflector.last_sync_resource_version for reflector in self._reflectors]
        if len(versions) == 1:
            return versions[0]
        return min(versions, key=int) if all(v.isdecimal() for v in versions) else ""

    def version_in(self, namespace: str) -> str:
        """The version up to which the cache is known to be true for one namespace."""
        reflector = self._readers.get(namespace) or self._readers.get("")
        return reflector.last_sync_resource_version if reflector is not None else ""

    async def wait_until(self, reached: Callable[[], bool]) -> None:
        """Wait for a condition on the cache, which is asked again after each change of it.

        For the informer's own event loop. It also returns when the informer has stopped.
        """
        if reached() or self.is_stopped:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._progress_waiters[waiter] = reached
        self._set_progress()
        try:
            await waiter
        finally:
            self._progress_waiters.pop(waiter, None)
            self._set_progress()

    def _set_progress(self) -> None:
        # Nobody waits, mostly, and then events cost nothing more.
        on_progress = self._note_progress if self._progress_waiters else None
        for reflector in self._reflectors:
            reflector.intake.on_progress = on_progress

    def _note_progress(self) -> None:
        for waiter, reached in list(self._progress_waiters.items()):
            if not waiter.done() and (self.is_stopped or reached()):
                waiter.set_result(None)

    def set_transform(self, transform: Transform[T]) -> None:
        """Set the function that every object goes through once, before it is cached.

        It may change the object that it gets, and returns the one to cache. Raises
        InformerStateError after the start, and TypeError for a function that cannot be called with
        one object.
        """
        if self.is_started:
            raise InformerStateError(
                f"the informer of {self.kind} is running: set a transform earlier"
            )
        check_transform(transform)
        self._transformer = Transformer(self.kind, transform)

    def add_indexers(self, indexers: Mapping[str, IndexFunction[T]]) -> None:
        """Add indices to the cache, before or after the start.

        Raises ValueError for a name that is taken or a function that fails on every object.
        """
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
        """Have functions, plain or async, called with changes. They get cached objects, to read.

        `on_initial_add` gets the objects that existed before the handler did; without it `on_add`
        gets them too. `on_tombstone` gets the last known state of an object whose deletion was
        missed; without it `on_delete` does. `resync`, in seconds, at least 1, calls
        `on_update(obj, obj)` with every object at that interval.

        Raises InformerStateError once the informer has stopped.
        """
        callbacks = Callbacks(on_add, on_update, on_delete, on_initial_add, on_tombstone)
        period = self._resync if resync is None else resync
        return self._in_loop(lambda: self._add_handler(callbacks, period))

    def measures(self) -> InformerMeasures:
        """What the informer has done so far, and holds now. For any thread."""
        reflectors = self._reflectors
        version = self.last_sync_resource_version
        return InformerMeasures(
            lists=sum(r.lists for r in reflectors),
            relists=sum(max(0, r.intake.replaced - 1) for r in reflectors),
            watches=sum(r.watches for r in reflectors),
            events=sum(r.events for r in reflectors),
            failures=sum(r.failures for r in reflectors),
            skipped=sum(r.intake.skipped for r in reflectors),
            transform_errors=self._transformer.errors if self._transformer is not None else 0,
            handler_errors=self._processor.errors,
            objects=len(self.indexer),
            pending=self._processor.pending,
            resource_version=int(version) if version.isdecimal() else 0,
        )

    async def run(self) -> None:
        """Keep the cache until cancelled or stopped; then wait for handlers' calls in progress.

        Raises InformerStateError when run a second time, InformerFailedError where the transform
        or an index function fails on every object of the first list, and CacheMutationError at the
        end where the mutation detector is on and has found something.
        """
        if self.is_started or self.is_stopped:
            raise InformerStateError(f"the informer of {self.kind} was started already, or stopped")
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self.indexer.unavailable = ""
        try:
            await self._run()
        except asyncio.CancelledError:
            if not self._is_stopping or self._task is None or self._task.uncancel():
                raise
        finally:
            self._ended.set()
            if self._detector is not None:
                self._detector.raise_if_any()

    async def stop(self, timeout: float | None = STOP_SECONDS) -> None:
        """Stop this informer, and wait for its handlers' calls in progress. Idempotent.

        Calls that take longer than `timeout` seconds are cancelled and logged; a thread cannot be
        cancelled and is left behind. None waits for as long as it takes.

        Raises InformerStateError within one of its handlers, which would wait for itself, and in
        another event loop than its own (`InformerThread.stop` is for other threads).
        """
        if self.is_calling_us:
            raise InformerStateError(
                "a handler cannot stop its own informer, because a stop waits for handlers: "
                "set an event that the program waits for"
            )
        if self._task is None:
            self.abandon()
            return
        if running_loop() is not self._loop:
            raise InformerStateError(
                f"the informer of {self.kind} runs in another event loop: stop it there, or with "
                "InformerThread.stop"
            )
        if not self.is_stopped:
            self._is_stopping = True
            self._stop_seconds = timeout
            self._task.cancel()
        await self._ended.wait()

    def abandon(self) -> None:
        """Stop an informer that never ran: who waits for it is told. Others are left alone.

        A task that is cancelled before its first step never begins, so `run` cannot do this.
        """
        if not self.is_started:
            self._stopped.set()
            self._ended.set()
            for registration in self._processor.registrations:
                self._processor.remove(registration)

    @property
    def is_calling_us(self) -> bool:
        """Whether the code that asks runs within a call of one of the informer's handlers."""
        return self._processor.is_calling_us

    async def _run(self) -> None:
        checking: asyncio.Task[None] | None = None
        forget: Callable[[], None] | None = None
        try:
            self._processor.start(in_threads=self.handlers_in_threads)
            if self._detector is not None:
                checking = asyncio.create_task(self._check_mutations(self._detector))
            if self._metrics is not None:
                forget = self._metrics.for_informer(self.api_version, self.kind, self)
            await self._reflect()
        except Exception as error:
            if isinstance(error, InformerFailedError):
                self._failure = error
            else:
                self._failure = InformerFailedError(f"the informer of {self.kind} failed: {error}")
                self._failure.__cause__ = error
            log.error("%s", self._failure, extra={"kind": self.kind})
            raise self._failure from self._failure.__cause__
        finally:
            self._stopped.set()
            self._note_progress()
            if checking is not None:
                checking.cancel()
            await self._processor.stop(self._stop_seconds, self._failure)
            if forget is not None:
                forget()

    async def _reflect(self) -> None:
        for reflector in self._reflectors:
            reflector.intake.prepare = self._transformer
        if len(self._reflectors) == 1:
            return await self._reflectors[0].run()
        try:
            async with asyncio.TaskGroup() as group:
                for reflector in self._reflectors:
                    group.create_task(reflector.run())
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    def _partition(self, namespace: str) -> Partition[T]:
        return Partition(
            self.indexer, self._processor, self._detector, namespace, self._note_first_list
        )

    def _note_first_list(self) -> None:
        if not all(partition.has_synced for partition in self._partitions):
            return
        if self._transformer is not None:
            self._transformer.raise_if_useless()
        self.indexer.raise_if_useless(self.kind)
        self._synced.set()
        self._processor.mark_synced()

    def _add_handler(self, callbacks: Callbacks[T], resync: float) -> HandlerRegistration[T]:
        if self.is_stopped:
            raise InformerStateError(
                f"the informer of {self.kind} was stopped: a handler would never be called"
            )
        return self._processor.add(
            callbacks, resync, lambda r: self._in_loop(lambda: self._processor.remove(r))
        )

    async def _check_mutations(self, detector: MutationDetector) -> None:
        while True:
            await asyncio.sleep(MUTATION_CHECK_SECONDS)
            detector.check_all()

    def _in_loop(self, call: Callable[[], R]) -> R:
        """Call at once, or, from another thread than the informer's, in the informer's loop."""
        loop = self._loop
        if loop is None or not loop.is_running() or running_loop() is loop:
            return call()

        async def called() -> R:
            return call()

        return asyncio.run_coroutine_threadsafe(called(), loop).result()
