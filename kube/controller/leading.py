"""When a manager leads: at once, or while it holds the lease."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

from kube.client import AsyncRESTClient
from kube.controller.election import LeaderElection
from kube.controller.errors import LeadershipLostError, StopTimeoutError
from kube.controller.fencing import FencedTransport
from kube.controller.groups import Deadline, Group
from kube.leaderelection import LeaderElector, LeaseLock
from kube.leaderelection.metrics import MetricsProvider
from kube.runtime.clock import Clock


class Leading:
    """Runs a group of runnables while this process leads; after that it writes nothing more.

    `on_failure` gets LeadershipLostError, and what the election fails with. `may_end_process` tells
    whether a lease that lapses with work in progress ends the process.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        election: LeaderElection | None,
        group: Group,
        *,
        on_failure: Callable[[Exception], None],
        may_end_process: Callable[[], bool],
        metrics: MetricsProvider | None,
        clock: Clock,
    ) -> None:
        self.elected = asyncio.Event()
        """Set while this process leads, or once it runs where there is no election."""
        self._rest = rest
        self._election = election
        self._group = group
        self._on_failure = on_failure
        self._may_end_process = may_end_process
        self._metrics = metrics
        self._clock = clock
        self._handed_back = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._elector: LeaderElector | None = None
        if election is not None:
            rest.transport = FencedTransport(rest.transport, self._leads)

    @property
    def is_over(self) -> bool:
        """Whether the lead was handed back."""
        return self._handed_back.is_set()

    def start(self) -> None:
        """Lead, at once or when elected, until `hand_back`."""
        self._running = asyncio.create_task(self._lead(), name="leader election")
        self._running.add_done_callback(self._note_end)

    async def hand_back(self) -> None:
        """Give up the lead: all work has ended."""
        self._handed_back.set()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _lead(self) -> None:
        if self._election is None:
            await self._work()
            return
        options = self._election
        lock = LeaseLock(self._rest, options.name, options.namespace, options.identity)
        self._elector = LeaderElector(
            lock,
            on_started_leading=self._work,
            on_stopped_leading=self.elected.clear,
            on_overrun=self._note_overrun,
            lease_duration=options.lease_duration,
            renew_deadline=options.renew_deadline,
            retry_period=options.retry_period,
            release_on_cancel=options.release_on_stop,
            metrics=self._metrics,
            clock=self._clock,
        )
        await self._elector.run()
        raise LeadershipLostError(f"the lease {lock} was lost: another process may lead")

    def _leads(self) -> bool:
        return self._elector is not None and self._elector.is_leader

    async def _work(self) -> None:
        """Run what needs the lead. Cancelled where the lease is lost, it ends at once."""
        self._group.start()
        self.elected.set()
        try:
            await self._handed_back.wait()
        except asyncio.CancelledError:
            if self._election is not None and not self.is_over:
                lost = LeadershipLostError("the lease was lost: another process may lead")
                self._on_failure(lost)
                with suppress(StopTimeoutError):
                    await self._group.abort(Deadline.after(self._clock.monotonic(), None))
            raise

    def _note_end(self, running: asyncio.Task[None]) -> None:
        if not running.cancelled() and isinstance(error := running.exception(), Exception):
            self._on_failure(error)

    def _note_overrun(self) -> None:
        """The lease has lapsed with controllers at work. In the election's thread."""
        if self._may_end_process():
            os._exit(1)
