"""`LeaderElector`: of several candidates one leads, as long as it renews its lease.

The decisions are in `election`, and a thread of its own carries them out (`driver`), so that a
leader whose event loop is blocked still renews. The leader's work runs in the event loop of
`LeaderElector.run`. When the lease is lost the work is cancelled, before anybody else may lead.
That work must heed cancellation: nobody can stop what does not. Therefore the lease is kept until
the work has ended, and if the lease lapses first, `on_overrun` is called.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import logging
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any

from kube.leaderelection.driver import Driver, run_in_own_thread
from kube.leaderelection.election import Election, Timing
from kube.leaderelection.lock import LeaseLock
from kube.leaderelection.metrics import MetricsProvider
from kube.runtime.clock import Clock, SystemClock

log = logging.getLogger("kube.leaderelection")


class LeaderElector:
    """A candidate, for as long as `run` runs. It may run again.

    `on_started_leading` is an async function that does the leader's work; it is cancelled when
    leadership ends. `on_stopped_leading` is called at the end of `run` whatever happened, even if
    we never led, and awaited where it is async; `on_new_leader`, a plain function, with the
    identity of each new leader, ourselves included.

    `on_overrun`, a plain function, is called when the lease has lapsed and the work has not ended:
    another candidate may lead at the same time. It runs in the election's thread, because the
    work may block its own. Before it, the stacks of all threads and of the work are logged as
    CRITICAL. A program that must never have two leaders ends its process there:
    `on_overrun=lambda: os._exit(1)`.

    Times are in seconds, the lease's whole ones, as it holds no others. With `release_on_cancel`,
    a leader that is cancelled gives up the lease after its work has ended, so that the next one
    need not wait for it to expire. `metrics` is told whether we lead; `kube.metrics` has one.
    `clock` is the machine's; a test turns one of its own.

    Raises ValueError unless `lease_duration` > `renew_deadline` > 1.2 * `retry_period` > 0.
    """

    _run_driver = staticmethod(run_in_own_thread)

    def __init__(
        self,
        lock: LeaseLock,
        *,
        on_started_leading: Callable[[], Awaitable[object]],
        on_stopped_leading: Callable[[], object],
        on_new_leader: Callable[[str], object] | None = None,
        on_overrun: Callable[[], object] | None = None,
        lease_duration: int = 15,
        renew_deadline: float = 10.0,
        retry_period: float = 2.0,
        release_on_cancel: bool = True,
        metrics: MetricsProvider | None = None,
        random: Random | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.lock = lock
        self._timing = Timing(lease_duration, renew_deadline, retry_period)
        self._fields = {"lease": str(lock), "identity": lock.identity}
        self._on_started_leading = on_started_leading
        self._on_stopped_leading = on_stopped_leading
        self._on_new_leader = on_new_leader
        self._on_overrun = on_overrun
        self._release_on_cancel = release_on_cancel
        self._random = random or Random()
        self._clock = clock or SystemClock()
        self._report = metrics.for_lease(str(lock)) if metrics is not None else None
        self._term: _Term | None = None

    def __repr__(self) -> str:
        return f"LeaderElector({str(self.lock)!r}, identity={self.lock.identity!r})"

    @property
    def is_leader(self) -> bool:
        """Whether we lead, judged by the lease's own time; it may be asked in any thread.

        It turns False when the lease has lapsed, whatever the event loop of the work is doing.
        """
        term = self._term
        return term is not None and term.leads()

    @property
    def leader(self) -> str:
        """The identity of whoever holds the lease, as far as we know; empty for nobody."""
        return self._term.election.holder if self._term is not None else ""

    async def run(self) -> None:
        """Wait to become the leader, and lead until leadership is lost; then return.

        Raises what the leader's work raises; the lease is given up then, as on cancellation.
        RuntimeError if it runs already.
        """
        if self._term is not None and not self._term.over:
            raise RuntimeError(f"{self!r} runs already")
        term = self._term = _Term(self)
        try:
            await term.serve()
        finally:
            outcome = self._on_stopped_leading()
            if inspect.isawaitable(outcome):
                await outcome


class _Term:
    """One run of an elector: the `Office` of its driver, and the work."""

    def __init__(self, elector: LeaderElector) -> None:
        self.election = Election(elector.lock.identity, elector._timing, elector._random)
        self.over = False
        self._elector = elector
        self._lock = elector.lock
        self._fields = elector._fields
        self._loop = asyncio.get_running_loop()
        self._driver = Driver(elector.lock, self.election, self, elector._clock)
        self._acquired: asyncio.Future[None] = self._loop.create_future()
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._work: asyncio.Future[object] | None = None
        self._leading = False

    def leads(self) -> bool:
        until = self.election.held_until
        return self._leading and until is not None and self._elector._clock.monotonic() < until

    async def serve(self) -> None:
        """Be a candidate; lead; leave nothing running, but for work that ignores cancellation."""
        self._elector._run_driver(self._driver.run, f"leader-election {self._lock}")
        try:
            await self._first_of(self._acquired)
            if self._acquired.done():
                self._set_leading(True)
                await self._lead()
        finally:
            try:
                await self._end_work()
            finally:
                self._set_leading(False)
                await self._end_election()
        self._ended.result()

    async def _lead(self) -> None:
        """Do the leader's work until it fails or the lease is lost, and wait for its end."""
        begun = self._elector._on_started_leading()
        if not inspect.isawaitable(begun):
            raise TypeError(
                "on_started_leading must be an async function: wrap a blocking one in "
                "kube.leaderelection.to_thread"
            )
        work = self._work = asyncio.ensure_future(begun)
        work.add_done_callback(lambda _: self._driver.work_ended())
        await self._first_of(self._lost, work)
        if work.done():
            await work  # which may have failed; done, it leaves us in office
            await self._first_of(self._lost)

    async def _end_work(self) -> None:
        """Cancel the work and wait for its end; the lease is renewed meanwhile."""
        work = self._work
        if work is None or work.done():
            return
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled() and (failure := work.exception()) is not None:
            log.error(
                "%s: the work failed as it was stopped",
                self._lock,
                exc_info=failure,
                extra=self._fields,
            )

    async def _end_election(self) -> None:
        # Cancelled a second time, we may be here with work that has not ended: it keeps the lease,
        # unrenewed, and the driver watches it.
        abandoned = self._work is not None and not self._work.done()
        if not abandoned:
            self._driver.work_ended()
        self._driver.stop(release=self._elector._release_on_cancel and not abandoned)
        self.over = True
        if not abandoned:
            await asyncio.wait([self._ended])

    async def _first_of(self, *futures: asyncio.Future[Any]) -> None:
        """Wait for one of them, or for the driver's end."""
        await asyncio.wait([*futures, self._ended], return_when=asyncio.FIRST_COMPLETED)

    def _set_leading(self, leading: bool) -> None:
        if leading != self._leading:
            self._leading = leading
            if self._elector._report is not None:
                self._elector._report(leading)

    # What the driver reports, in its thread.

    def is_gone(self) -> bool:
        return self._loop.is_closed()

    def on_holder(self, identity: str) -> None:
        self._tell(self._announce, identity)

    def on_acquired(self) -> None:
        self._tell(_resolve, self._acquired)

    def on_lost(self, reason: str) -> None:
        log.error(
            "%s: %s lost the lease: %s",
            self._lock,
            self._lock.identity,
            reason,
            extra=self._fields,
        )
        self._tell(_resolve, self._lost)

    def on_lapsed_at_work(self) -> None:
        work = self._work
        if work is None or work.done():
            return
        log.critical(
            "%s: the lease of %s has lapsed, and its work has not ended: another leader may be at "
            "work too\n%s",
            self._lock,
            self._lock.identity,
            _stacks(work),
            extra=self._fields,
        )
        if self._elector._on_overrun is not None:
            self._elector._on_overrun()

    def on_ended(self, failure: BaseException | None) -> None:
        self._tell(_resolve, self._ended, failure)

    def _announce(self, identity: str) -> None:
        if self._elector._on_new_leader is not None:
            try:
                self._elector._on_new_leader(identity)
            except Exception:
                log.exception("%s: on_new_leader failed", self._lock, extra=self._fields)

    def _tell(self, function: Callable[..., object], *arguments: Any) -> None:
        # The loop may be closed: a program that ends does not wait for us.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *arguments)


def _resolve(future: asyncio.Future[None], failure: BaseException | None = None) -> None:
    if future.done():
        return
    if failure is not None:
        future.set_exception(failure)
    else:
        future.set_result(None)


def _stacks(work: asyncio.Future[object]) -> str:
    """Where each thread is, and the work itself, which may be waiting rather than running."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    parts = [
        f"thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
    ]
    if isinstance(work, asyncio.Task):
        text = io.StringIO()
        work.print_stack(file=text)
        parts.append(f"the leader's work:\n{text.getvalue()}")
    return "\n".join(parts)
