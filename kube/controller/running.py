"""One controller at work: its watches, its queue, its workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Executor
from typing import Any

from kube.cache.handler_thread import HandlerThread
from kube.controller.cache import Cache
from kube.controller.controller import Controller
from kube.controller.errors import CacheSyncTimeoutError, ManagerStateError
from kube.controller.following import Follower, follow_channel
from kube.controller.logs import Reconcile, reconciling
from kube.controller.mapping import MapFunction, to_itself, to_owners
from kube.controller.metrics import MetricsProvider, Recorder
from kube.controller.outcome import Decision, Fault, Outcome, decide
from kube.controller.predicates import Predicate
from kube.controller.request import Cause, Request, Result
from kube.controller.tracing import reconcile_span
from kube.controller.watch import Channel, Watch
from kube.leaderelection.threads import run_in
from kube.runtime.clock import Clock, timeout
from kube.runtime.errors import NotFoundError
from kube.runtime.resource import Resource
from kube.workqueue import ItemExponentialFailureRateLimiter, QueueShutDownError, Workqueue

MOST_CAUSES = 10
"""Causes of one key that are remembered."""
OLDEST_EVERY = 8
"""One of so many keys is the one that waits longest, whatever its priority."""

log = logging.getLogger("kube.controller")

Resolve = Callable[[Any], Awaitable[Resource]]


class RunningController:
    """Runs a controller once. `resolve` finds the Resource of a kind."""

    def __init__(
        self,
        controller: Controller,
        cache: Cache,
        resolve: Resolve,
        clock: Clock,
        metrics: MetricsProvider | None = None,
    ) -> None:
        self.controller = controller
        self.name = controller.name
        self._cache = cache
        self._resolve = resolve
        self._clock = clock
        self._recorder: Recorder | None = None
        if metrics is not None:
            self._recorder = metrics.for_controller(self.name, controller.max_concurrent_reconciles)
        self.queue: Workqueue[Hashable] = Workqueue(
            self.name,
            rate_limiter=controller.rate_limiter or ItemExponentialFailureRateLimiter(),
            oldest_every=OLDEST_EVERY,
            metrics=metrics.queues if metrics is not None else None,
            clock=clock,
        )
        self._primary: Resource | None = None
        self._causes: dict[Hashable, tuple[Cause, ...]] = {}
        # The cause of keys that wait for their time: an event before that is the cause then.
        self._later: dict[Hashable, Cause] = {}
        self._followers: dict[Watch, Follower] = {}
        self._active = 0
        self._is_started = False
        self._is_working = False
        self._draining = asyncio.Event()

    def __repr__(self) -> str:
        return f"<RunningController {self.name}: {len(self.queue)} queued, {self._active} active>"

    @property
    def active(self) -> int:
        """Reconciles that are running."""
        return self._active

    @property
    def is_idle(self) -> bool:
        """Whether nothing is queued, running, or waiting for a map function to succeed."""
        unfinished = any(follower.unfinished for follower in self._followers.values())
        return self._is_working and not (len(self.queue) or self._active or unfinished)

    async def run(self) -> None:
        """Follow the watches and reconcile, until drained or cancelled.

        Raises CacheSyncTimeoutError, and what a source or, without recovery, a reconciler raises.
        """
        if self._is_started:
            raise ManagerStateError(f"controller {self.name!r} was started already")
        self._is_started = True
        try:
            await self._run()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            self.queue.shut_down()
            for follower in self._followers.values():
                await follower.stop()

    def drain(self) -> None:
        """Take no more keys; `run` returns when the reconciles in progress have ended."""
        self._draining.set()
        self.queue.shut_down()

    async def add_watch(self, watch: Watch) -> None:
        """Follow another kind, while the controller runs, with its objects first.

        Raises CacheSyncTimeoutError.
        """
        if watch in self._followers:
            raise ValueError(f"the controller {self.name} follows this watch of {watch} already")
        await self._start_watch(watch)

    async def remove_watch(self, watch: Watch) -> None:
        """Follow a kind no longer: its map function gets nothing from now on.

        The kind stays in the cache; see `Cache.remove_informer`. Raises ValueError for a watch that
        the controller does not have.
        """
        follower = self._followers.pop(watch, None)
        if follower is None:
            raise ValueError(f"the controller {self.name} does not have this watch of {watch}")
        await follower.stop()

    async def _run(self) -> None:
        starting = asyncio.ensure_future(self._start_watches())
        draining = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait([starting, draining], return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                return
            starting.result()
        finally:
            starting.cancel()
            draining.cancel()
            await asyncio.gather(starting, draining, return_exceptions=True)
        async with asyncio.TaskGroup() as group:
            sources = [
                group.create_task(self._run_source(source), name=f"{self.name} source")
                for source in self.controller.sources
            ]
            workers = [
                group.create_task(self._work(), name=f"{self.name} worker {n}")
                for n in range(self.controller.max_concurrent_reconciles)
            ]
            self._is_working = True
            log.info(
                "controller %s started %d workers",
                self.name,
                len(workers),
                extra={"controller": self.name},
            )
            await self._draining.wait()
            for task in sources:
                task.cancel()

    # Events

    async def _start_watches(self) -> None:
        """Hand over every watch's first list. Raises CacheSyncTimeoutError."""
        controller = self.controller
        if controller.primary is not None:
            self._primary = await self._resolve(controller.primary.kind)
        watches = [
            *([controller.primary] if controller.primary is not None else []),
            *controller.owns,
            *controller.watches,
        ]
        outcomes = await asyncio.gather(
            *(self._start_watch(watch) for watch in watches), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _start_watch(self, watch: Watch) -> None:
        resource = await self._resolve(watch.source)
        follower = self._followers[watch] = Follower(
            str(watch),
            self._map_of(watch),
            self._enqueue,
            predicates=self._predicates_of(watch),
            clock=self._clock,
        )
        seconds = self.controller.cache_sync_timeout
        registration = follower.follow(self._cache.informer_for(resource))
        if watch.optional:
            return
        try:
            async with timeout(self._clock, seconds):
                await registration.wait_for_sync()
        except TimeoutError:
            raise CacheSyncTimeoutError(
                f"controller {self.name}: the watch of {watch} had no first list within "
                f"{seconds:g} s; if {watch} is defined by a CRD, install that first, or make the "
                "watch optional; the log of kube.cache has the server's answers"
            ) from None

    def _map_of(self, watch: Watch) -> MapFunction:
        if watch is self.controller.primary:
            return to_itself
        if watch.map is not None:
            return watch.map
        assert self._primary is not None
        return to_owners(self._primary, any_owner=watch.any_owner)

    def _predicates_of(self, watch: Watch) -> tuple[Predicate, ...]:
        predicates = (watch.predicate, self.controller.event_filter)
        return tuple(predicate for predicate in predicates if predicate is not None)

    async def _run_source(self, source: Any) -> None:
        if isinstance(source, Channel):
            await follow_channel(source, self._enqueue)
            return

        def enqueue(key: Hashable, *, priority: int = 0, after: float = 0.0) -> None:
            if after > 0:
                self.queue.add_after(key, after, priority=priority)
            else:
                self._enqueue(key, Cause("generic", via=_name(source)), priority=priority)

        await source(enqueue)

    def _enqueue(self, key: Hashable, cause: Cause, *, priority: int = 0) -> None:
        self._note_cause(key, cause)
        self.queue.add_now(key, priority=priority)

    def _note_cause(self, key: Hashable, cause: Cause) -> None:
        causes = self._causes.get(key, ())
        if not causes or causes[-1] != cause:
            self._causes[key] = (*causes[1 - MOST_CAUSES :], cause)
        if log.isEnabledFor(logging.DEBUG):
            fields = {"controller": self.name, "key": str(key)}
            log.debug("%s: %s is queued: %s", self.name, key, cause, extra=fields)

    # Work

    async def _work(self) -> None:
        thread = None if self.controller.is_async else HandlerThread(f"{self.name} worker")
        try:
            while not self._draining.is_set():
                try:
                    key, priority = await self.queue.get_with_priority()
                except QueueShutDownError:
                    return
                try:
                    if not self._draining.is_set():
                        await self._reconcile(key, priority, thread)
                finally:
                    self.queue.done(key)
        finally:
            if thread is not None:
                thread.shutdown(wait=False)

    async def _reconcile(self, key: Hashable, priority: int, thread: Executor | None) -> None:
        later = self._later.pop(key, None)
        causes = self._causes.pop(key, None) or ((later,) if later is not None else ())
        request = key.caused_by(causes) if isinstance(key, Request) else key
        reconcile = self._describe(key)
        self._active += 1
        if self._recorder is not None:
            self._recorder.started()
        began = self._clock.monotonic()
        decision, timed_out = decide(Outcome()), False
        try:
            with reconciling(reconcile), reconcile_span(reconcile, causes) as span:
                outcome = await self._call(request, thread)
                decision, timed_out = decide(outcome), outcome.timed_out
                span.ended(outcome, decision)
                self._log(key, reconcile, outcome, decision)
            self._follow(key, priority, decision)
        finally:
            self._active -= 1
            if self._recorder is not None:
                self._recorder.finished(self._clock.monotonic() - began, decision, timed_out)
        if decision.fault is Fault.PANIC and not self.controller.recover_panics:
            error = outcome.error
            raise RuntimeError(
                f"{self.name} {key} ended by {type(error).__name__}: {error}"
            ) from error

    async def _call(self, request: Any, thread: Executor | None) -> Outcome:
        """Call the reconciler, within its time. Raises CancelledError where we are cancelled."""
        function: Any = self.controller.reconcile
        limit: asyncio.Timeout | None = None
        try:
            async with timeout(self._clock, self.controller.reconcile_timeout) as limit:
                if thread is not None:
                    result = await run_in(thread, lambda: function(request))
                else:
                    result = await function(request)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return Outcome(error=error)  # something that it waited for was cancelled
        except BaseException as error:
            if isinstance(error, GeneratorExit):
                raise
            if self._is_gone(request, error):
                return Outcome()
            return Outcome(error=error, timed_out=limit is not None and limit.expired())
        if result is not None and not isinstance(result, Result):
            answer = type(result).__name__
            return Outcome(error=TypeError(f"a reconciler returned {answer}, not a Result or None"))
        return Outcome(result, timed_out=limit is not None and limit.expired())

    def _is_gone(self, request: Any, error: BaseException) -> bool:
        """Whether the error says that the object that was to be reconciled does not exist."""
        primary = self._primary
        if primary is None or not (
            isinstance(error, NotFoundError) and isinstance(request, Request)
        ):
            return False
        details = error.status.details
        return details is not None and (details.group, details.kind, details.name) == (
            primary.group,
            primary.plural,
            request.name,
        )

    def _follow(self, key: Hashable, priority: int, decision: Decision) -> None:
        """Do with the key as decided; it keeps its priority unless the result has another."""
        if decision.forgets:
            self.queue.forget(key)
        if decision.retries:
            self._later[key] = Cause("retry")
            self.queue.add_rate_limited(key, priority=priority)
        elif decision.after is not None:
            self._later[key] = Cause("requeue")
            chosen = priority if decision.priority is None else decision.priority
            self.queue.add_after(key, decision.after, priority=chosen)

    def _log(
        self, key: Hashable, reconcile: Reconcile, outcome: Outcome, decision: Decision
    ) -> None:
        fault, error = decision.fault, outcome.error
        if fault is None:
            return
        fields = reconcile.fields
        if fault is Fault.CONFLICT:
            log.debug("%s %s: tried again: %s", self.name, key, error, extra=fields)
        elif fault is Fault.TIMEOUT:
            seconds = self.controller.reconcile_timeout
            log.error("%s %s: not done within %g s", self.name, key, seconds, extra=fields)
        else:
            again = "not tried again" if fault is Fault.TERMINAL else "tried again later"
            log.error("%s %s failed: %s", self.name, key, again, exc_info=error, extra=fields)

    def _describe(self, key: Hashable) -> Reconcile:
        name, namespace = (key.name, key.namespace) if isinstance(key, Request) else (str(key), "")
        primary = self._primary
        if primary is None:
            return Reconcile(self.name, namespace=namespace, object=name)
        return Reconcile(self.name, primary.group, primary.kind, namespace, name)


def _name(function: Any) -> str:
    return str(getattr(function, "__qualname__", None) or type(function).__qualname__)
