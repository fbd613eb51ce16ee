"""The driver of an election: a thread with an event loop and a client of its own.

The leader's work may block its event loop, or use up the client's rate limit; renewals must not
wait for either. So they have their own thread. It reports to the elector through `Office`, and is
stopped by it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Protocol, TypeVar

from kube.client import CredentialsError, TransportError
from kube.leaderelection.election import Create, Election, Read, Reply, Sleep, Step, Update
from kube.leaderelection.lock import LeaseClient, LeaseLock
from kube.runtime.clock import Clock, timeout
from kube.runtime.errors import AlreadyExistsError, APIError, ConflictError, NotFoundError

R = TypeVar("R")

log = logging.getLogger("kube.leaderelection")


class Office(Protocol):
    """Where a driver reports. All methods are called in the driver's thread."""

    def is_gone(self) -> bool:
        """Whether the event loop of the leader's work was closed, so that nobody can stop us."""
        ...

    def on_holder(self, identity: str) -> None: ...

    def on_acquired(self) -> None: ...

    def on_lost(self, reason: str) -> None: ...

    def on_lapsed_at_work(self) -> None:
        """The lease has lapsed, and the leader's work has not ended."""
        ...

    def on_ended(self, failure: BaseException | None) -> None: ...


class Driver:
    """One election, from candidacy to its end."""

    def __init__(self, lock: LeaseLock, election: Election, office: Office, clock: Clock) -> None:
        self._lock = lock
        self._election = election
        self._office = office
        self._clock = clock
        self._fields = {"lease": str(lock), "identity": lock.identity}
        self._known_holder = ""
        # Guards what both threads touch before the loop exists and after it is gone.
        self._handover = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_requested = asyncio.Event()
        self._work_ended = asyncio.Event()
        self._release = False

    async def run(self) -> None:
        """Be a candidate, then the leader, until stopped or the lease is lost."""
        failure: BaseException | None = None
        with self._handover:
            self._loop = asyncio.get_running_loop()
        try:
            async with self._lock.connect() as rest:
                await self._run(self._lock.leases(rest))
        except BaseException as error:
            failure = error
            if not isinstance(error, Exception):
                raise
        finally:
            with self._handover:
                self._loop = None
            self._office.on_ended(failure)

    def stop(self, *, release: bool) -> None:
        """End the election, from any thread; with `release`, after giving up the lease."""
        self._release = release
        self._signal(self._stop_requested)

    def work_ended(self) -> None:
        """Tell, from any thread, that the leader's work has ended."""
        self._signal(self._work_ended)

    def _signal(self, event: asyncio.Event) -> None:
        with self._handover:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(event.set)
            else:
                event.set()  # before the loop has begun, or after its end

    async def _run(self, leases: LeaseClient) -> None:
        reason = None
        election = self._election
        log.info("%s: %s is a candidate", self._lock, self._lock.identity, extra=self._fields)
        acquired = await self._until_stopped(leases, election.acquire(self._clock.monotonic()))
        if acquired is not None:
            log.info("%s: %s leads", self._lock, self._lock.identity, extra=self._fields)
            self._office.on_acquired()
            reason = await self._until_stopped(leases, election.renew(acquired))
        if reason is not None:
            self._office.on_lost(reason)
            await self._watch_work()
        elif self._release:
            await self._follow(leases, election.release(self._clock.monotonic()))
        elif acquired is not None:
            await self._watch_work()

    async def _watch_work(self) -> None:
        """Wait for the work to end; report it if that takes longer than the lease lasts."""
        lapses_at = self._election.held_until or 0.0
        try:
            async with timeout(self._clock, max(0.0, lapses_at - self._clock.monotonic())):
                await self._work_ended.wait()
        except TimeoutError:
            if not self._office.is_gone():
                self._office.on_lapsed_at_work()

    async def _until_stopped(
        self, leases: LeaseClient, steps: Generator[Step, Reply, R]
    ) -> R | None:
        """What the steps return; None when the driver was stopped before."""
        following = asyncio.ensure_future(self._follow(leases, steps))
        stopping = asyncio.ensure_future(self._stop_requested.wait())
        try:
            await asyncio.wait([following, stopping], return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                return following.result()
            following.cancel()
            await asyncio.wait([following])
            return None
        finally:
            stopping.cancel()
            following.cancel()
            await asyncio.gather(stopping, following, return_exceptions=True)

    async def _follow(self, leases: LeaseClient, steps: Generator[Step, Reply, R]) -> R:
        try:
            step = next(steps)
            while True:
                reply = await self._perform(leases, step)
                try:
                    step = steps.send(reply)
                finally:
                    self._note_holder()
        except StopIteration as end:
            result: R = end.value
            return result

    async def _perform(self, leases: LeaseClient, step: Step) -> Reply:
        began = self._clock.monotonic()
        if isinstance(step, Sleep):
            await self._clock.sleep(step.until - began)
            return Reply(began, self._clock.monotonic())
        if self._office.is_gone():
            raise RuntimeError("the event loop of the leader's work was closed")
        try:
            async with timeout(self._clock, max(0.0, step.by - began)):
                lease = await self._send(leases, step)
        except Exception as error:
            self._log_failure(step, error)
            return Reply(began, self._clock.monotonic(), error=error)
        return Reply(began, self._clock.monotonic(), lease)

    async def _send(self, leases: LeaseClient, step: Read | Create | Update) -> Any:
        if isinstance(step, Read):
            return await leases.get(self._lock.name)
        if isinstance(step, Create):
            return await leases.create(self._lock.new_lease(step.spec))
        return await leases.update(step.lease)

    def _log_failure(self, step: Step, error: Exception) -> None:
        if isinstance(step, Read) and isinstance(error, NotFoundError):
            return
        if isinstance(error, (ConflictError, AlreadyExistsError)):
            log.info("%s: the lease was changed meanwhile", self._lock, extra=self._fields)
            return
        expected = isinstance(error, (APIError, TransportError, CredentialsError, TimeoutError))
        verb = "read" if isinstance(step, Read) else "write"
        log.warning(
            "%s: cannot %s the lease: %s",
            self._lock,
            verb,
            str(error) or "no answer in time",
            exc_info=not expected,
            extra=self._fields,
        )

    def _note_holder(self) -> None:
        holder = self._election.holder
        if holder != self._known_holder:
            self._known_holder = holder
            if holder:
                self._office.on_holder(holder)


def run_in_own_thread(run: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
    """Run a coroutine in an event loop in a new thread.

    A daemon: a program that ends without stopping the election must not be kept alive by it.
    """
    threading.Thread(target=lambda: asyncio.run(run()), name=name, daemon=True).start()
