"""One controller at work: its watches, its queue, its workers."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Executor
from typing import Any

from kube.cache.handler_thread import HandlerThread
from kube.controller.controller import Controller
from kube.controller.errors import ManagerStateError
from kube.controller.following import follow_channel
from kube.controller.groups import is_being_cancelled
from kube.controller.informers import Informers
from kube.controller.logs import Reconcile, reconciling
from kube.controller.metrics import MetricsProvider, Recorder
from kube.controller.outcome import SUCCESS, Decision, Fault, Outcome, decide
from kube.controller.request import Cause, Request, Result
from kube.controller.tracing import spans
from kube.controller.watch import Channel, Watch
from kube.controller.watching import Resolve, Watching
from kube.leaderelection.threads import run_in
from kube.runtime.clock import Clock, timeout
from kube.runtime.errors import NotFoundError
from kube.workqueue import ItemExponentialFailureRateLimiter, QueueShutDownError, Workqueue

MOST_CAUSES = 10
"""Causes of one key that are remembered."""
OLDEST_EVERY = 8
"""One of so many keys is the one that waits longest, whatever its priority."""
QUIET_CONFLICTS = 5
"""Failures in a row from which on a conflict is no race of two writers, and is told."""

_RETURNED = Outcome()

log = logging.getLogger("kube.controller")


class RunningController:
    """Runs a controller once. `resolve` finds the Resource of a kind."""

    def __init__(
        self,
        controller: Controller,
        informers: Informers,
        resolve: Resolve,
        clock: Clock,
        metrics: MetricsProvider | None = None,
    ) -> None:
        self.controller = controller
        self.name = controller.name
        self._clock = clock
        self._watching = Watching(controller, informers, resolve, self._enqueue, clock)
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
        self._causes: dict[Hashable, tuple[Cause, ...]] = {}
        # The cause of keys that wait for their time: an event before that is the cause then.
        self._later: dict[Hashable, Cause] = {}
        self._active = 0
        self._is_started = False
        self._is_working = False
        self._is_given_up = False
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
        unfinished = len(self.queue) or self._active or self._watching.unfinished
        return self._is_working and not unfinished

    async def run(self) -> None:
        """Follow the watches and reconcile, until drained or cancelled.

        Raises CacheSyncTimeoutError, and what a source or, without recovery, a reconciler raises.
        """
        if self._is_started:
            raise ManagerStateError(f"controller {self.name!r} was started already")
        self._is_started = True
        self._span_of = spans()
        try:
            await self._run()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            self._is_working = False
            self.queue.shut_down()
            await self._watching.stop()

    def drain(self) -> None:
        """Take no more keys; `run` returns when the reconciles in progress have ended."""
        self._draining.set()
        self.queue.shut_down()

    def give_up(self) -> None:
        """The time for the end is over: wait no longer for threads, which cannot be cancelled."""
        self._is_given_up = True

    async def add_watch(self, watch: Watch) -> None:
        """Follow another kind, while the controller runs, with its objects first.

        Raises CacheSyncTimeoutError, ManagerStateError where the controller does not run, and
        ValueError for a watch that it has already or that leads to no key.
        """
        if not self._is_working or self._draining.is_set():
            raise ManagerStateError(f"controller {self.name} is not running: pass watches= to it")
        await self._watching.add(watch)

    async def remove_watch(self, watch: Watch) -> None:
        """Follow a kind no longer: its map function gets nothing from now on.

        The kind stays in the cache; see `Cache.remove_informer`. Raises ValueError for a watch that
        the controller does not have.
        """
        await self._watching.remove(watch)

    async def _run(self) -> None:
        starting = asyncio.ensure_future(self._watching.start())
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
            try:
                await self._draining.wait()
            finally:
                self.drain()  # cancelled, too: no other key is taken
                for task in sources:
                    task.cancel()

    # Events

    async def _run_source(self, source: Any) -> None:
        if isinstance(source, Channel):
            await follow_channel(source, self._enqueue)
            return

        def enqueue(key: Hashable, *, priority: int = 0, after: float = 0.0) -> None:
            if after > 0:
                self.queue.add_after(key, after, priority=priority)
            else:
                self._enqueue(key, Cause("generic", via=_name(source)), priority=priority)

        try:
            await source(enqueue)
        except asyncio.CancelledError as error:
            if is_being_cancelled():
                raise
            raise RuntimeError(
                f"a source of {self.name} was cancelled by something else than its controller"
            ) from error

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
            while not (self._draining.is_set() or is_being_cancelled()):
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
        later = self._later.pop(key, None) if self._later else None
        causes = self._causes.pop(key, None) or ((later,) if later is not None else ())
        request = key.caused_by(causes) if isinstance(key, Request) else key
        reconcile = self._describe(key)
        self._active += 1
        began = 0.0
        if self._recorder is not None:
            self._recorder.started()
            began = self._clock.monotonic()
        decision, timed_out = SUCCESS, False
        try:
            with reconciling(reconcile), self._span_of(reconcile, causes) as span:
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
        seconds = self.controller.reconcile_timeout
        limit: asyncio.Timeout | None = None
        if thread is not None:
            function = self._in_thread(thread, function)
        try:
            if seconds is None:  # the usual case, and then nothing is watched
                result = await function(request)
            else:
                async with timeout(self._clock, seconds) as limit:
                    result = await function(request)
        except asyncio.CancelledError as error:
            if is_being_cancelled():
                raise
            return Outcome(error=error)  # something that it waited for was cancelled
        except BaseException as error:
            if isinstance(error, GeneratorExit):
                raise
            if self._is_gone(request, error):
                return _RETURNED
            return Outcome(error=error, timed_out=limit is not None and limit.expired())
        if result is None and limit is None:
            return _RETURNED
        if result is not None and not isinstance(result, Result):
            return Outcome(error=_not_a_result(result))
        return Outcome(result, timed_out=limit is not None and limit.expired())

    def _in_thread(self, thread: Executor, function: Any) -> Callable[[Any], Awaitable[Any]]:
        return lambda request: run_in(thread, lambda: function(request), lambda: self._is_given_up)

    def _is_gone(self, request: Any, error: BaseException) -> bool:
        """Whether the error says that the object that was to be reconciled does not exist."""
        primary = self._watching.primary
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
            times = self.queue.num_requeues(key) + 1
            level = logging.DEBUG if times < QUIET_CONFLICTS else logging.WARNING
            log.log(
                level,
                "%s %s: tried again, after failing %d times in a row: %s",
                self.name,
                key,
                times,
                error,
                extra=fields,
            )
        elif fault is Fault.TIMEOUT:
            seconds = self.controller.reconcile_timeout
            log.error("%s %s: not done within %g s", self.name, key, seconds, extra=fields)
        else:
            again = "not tried again" if fault is Fault.TERMINAL else "tried again later"
            log.error("%s %s failed: %s", self.name, key, again, exc_info=error, extra=fields)

    def _describe(self, key: Hashable) -> Reconcile:
        name, namespace = (key.name, key.namespace) if isinstance(key, Request) else (str(key), "")
        primary = self._watching.primary
        if primary is None:
            return Reconcile(self.name, namespace=namespace, object=name)
        return Reconcile(self.name, primary.group, primary.kind, namespace, name)


def _not_a_result(result: Any) -> TypeError:
    hint = ""
    if inspect.iscoroutine(result):
        result.close()
        hint = ": define it with `async def`"
    answer = type(result).__name__
    return TypeError(f"a reconciler returned {answer}, not a Result or None{hint}")


def _name(function: Any) -> str:
    return str(getattr(function, "__qualname__", None) or type(function).__qualname__)
