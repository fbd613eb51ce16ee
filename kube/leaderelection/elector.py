"""Leader election: of several candidates one leads, as long as it renews its lease.

After client-go's. No clock is compared with another's: a lease counts as valid for its duration
after *we* saw it change, by our own monotonic clock. The leader gives up when it could not renew
for `renew_deadline`, which is shorter than the lease; so before anybody else may lead, its work is
cancelled. That work must heed cancellation: nobody can stop what does not.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from random import Random

from kube.api.coordination.v1 import Lease, LeaseSpec
from kube.api.meta.v1 import now_micro
from kube.client import CredentialsError, TransportError
from kube.leaderelection.lock import LeaseLock
from kube.leaderelection.metrics import MetricsProvider
from kube.runtime.errors import AlreadyExistsError, APIError, ConflictError, NotFoundError

JITTER = 1.2

log = logging.getLogger("kube.leaderelection")


class LeaderElector:
    """A candidate, for as long as `run` runs. It may run again.

    `on_started_leading` is an async function that does the leader's work; it is cancelled when
    leadership ends. `on_stopped_leading` is called at the end of `run` whatever happened, even if
    we never led, and awaited where it is async; `on_new_leader`, a plain function, with the
    identity of each new leader, ourselves included.

    Times are in seconds, the lease's whole ones, as it holds no others. With `release_on_cancel`,
    a leader that is cancelled gives up the lease after its work has ended, so that the next one
    need not wait for it to expire. `metrics` is told whether we lead; `kube.metrics` has one.

    Raises ValueError unless `lease_duration` > `renew_deadline` > 1.2 * `retry_period` > 0.
    """

    def __init__(
        self,
        lock: LeaseLock,
        *,
        on_started_leading: Callable[[], Awaitable[object]],
        on_stopped_leading: Callable[[], object],
        on_new_leader: Callable[[str], object] | None = None,
        lease_duration: int = 15,
        renew_deadline: float = 10.0,
        retry_period: float = 2.0,
        release_on_cancel: bool = True,
        metrics: MetricsProvider | None = None,
        random: Random | None = None,
    ) -> None:
        if lease_duration <= renew_deadline:
            raise ValueError(
                f"lease_duration {lease_duration} s must exceed renew_deadline {renew_deadline} s"
            )
        if renew_deadline <= JITTER * retry_period:
            raise ValueError(
                f"renew_deadline {renew_deadline} s must exceed {JITTER} * retry_period "
                f"{retry_period} s"
            )
        if retry_period <= 0:
            raise ValueError(f"retry_period {retry_period} s must be positive")
        self.lock = lock
        self._fields = {"lease": str(lock), "identity": lock.identity}
        self._on_started_leading = on_started_leading
        self._on_stopped_leading = on_stopped_leading
        self._on_new_leader = on_new_leader
        self._lease_duration = lease_duration
        self._renew_deadline = renew_deadline
        self._retry_period = retry_period
        self._release_on_cancel = release_on_cancel
        self._random = random or Random()
        self._observed: Lease | None = None
        self._observed_at = 0.0
        self._renewed_at = 0.0
        self._reported_leader = ""
        self._leading = False
        self._report = metrics.for_lease(str(lock)) if metrics is not None else None

    @property
    def is_leader(self) -> bool:
        """Whether we hold the lease and do the leader's work."""
        return self._leading

    @property
    def leader(self) -> str:
        """The identity of whoever holds the lease, as far as we know; empty for nobody."""
        return _holder(self._observed)

    async def run(self) -> None:
        """Wait to become the leader, and lead until leadership is lost; then return.

        Raises what the leader's work raises; the lease is given up then, as on cancellation.
        """
        try:
            await self._acquire()
            await self._lead()
        finally:
            outcome = self._on_stopped_leading()
            if inspect.isawaitable(outcome):
                await outcome

    async def _acquire(self) -> None:
        log.info("%s: %s is a candidate", self.lock, self.lock.identity, extra=self._fields)
        while True:
            try:
                async with asyncio.timeout(self._renew_deadline):
                    acquired = await self._try_to_hold()
            except TimeoutError:
                acquired = False
            if acquired:
                log.info("%s: %s leads", self.lock, self.lock.identity, extra=self._fields)
                return
            await asyncio.sleep(self._retry_period * (1 + JITTER * self._random.random()))

    async def _lead(self) -> None:
        """Do the leader's work until it fails or the lease is lost."""
        work = asyncio.ensure_future(self._on_started_leading())
        renewing = asyncio.ensure_future(self._renew_until_lost())
        self._set_leading(True)
        try:
            await asyncio.wait([work, renewing], return_when=asyncio.FIRST_COMPLETED)
            if not renewing.done():
                await work  # which may have failed; done, it leaves us in office
                await asyncio.wait([renewing])
            log.error("%s: %s lost the lease", self.lock, self.lock.identity, extra=self._fields)
        finally:
            lost = renewing.done()
            # The work ends first: the next leader must not begin before.
            for task in (work, renewing):
                task.cancel()
            try:
                outcomes = await asyncio.gather(work, renewing, return_exceptions=True)
            finally:
                self._set_leading(False)
            if lost and isinstance(outcomes[0], Exception):
                log.error(
                    "%s: the work failed as it was stopped",
                    self.lock,
                    exc_info=outcomes[0],
                    extra=self._fields,
                )
            if self._release_on_cancel and not lost:
                await self._release()

    def _set_leading(self, leading: bool) -> None:
        self._leading = leading
        if self._report is not None:
            self._report(leading)

    async def _renew_until_lost(self) -> None:
        """Renew the lease for as long as that succeeds in time. Raises _LostError."""
        while True:
            try:
                async with asyncio.timeout_at(self._renewed_at + self._renew_deadline):
                    await asyncio.sleep(self._retry_period)
                    while not await self._try_to_hold():
                        if self.leader != self.lock.identity:
                            raise _LostError
                        await asyncio.sleep(self._retry_period)
            except TimeoutError:
                raise _LostError from None

    async def _try_to_hold(self) -> bool:
        """Acquire or renew the lease, if we may."""
        try:
            return await self._hold()
        except (ConflictError, AlreadyExistsError) as error:
            log.info("%s: somebody else was quicker: %s", self.lock, error, extra=self._fields)
        except Exception as error:
            expected = isinstance(error, (APIError, TransportError, CredentialsError, TimeoutError))
            log.warning(
                "%s: cannot hold the lease: %s",
                self.lock,
                error,
                exc_info=not expected,
                extra=self._fields,
            )
        return False

    async def _hold(self) -> bool:
        if self._leading and self._observed is not None and self._is_valid(self._observed):
            # Nobody may have changed it: save the read.
            try:
                await self._claim(self._observed)
            except ConflictError:
                log.info(
                    "%s: the lease was changed by somebody else", self.lock, extra=self._fields
                )
            else:
                return True
        began = asyncio.get_running_loop().time()
        try:
            lease = await self.lock.get()
        except NotFoundError:
            self._observe(await self.lock.create(self._claim_of(LeaseSpec())))
            self._renewed_at = began
            return True
        self._observe(lease)
        if _holder(lease) not in ("", self.lock.identity) and self._is_valid(lease):
            return False
        await self._claim(lease)
        return True

    async def _claim(self, lease: Lease) -> None:
        """Write that we hold the lease, now. Raises ConflictError."""
        began = asyncio.get_running_loop().time()
        claimed = lease.deep_copy()
        claimed.spec = self._claim_of(lease.spec)
        self._observe(await self.lock.update(claimed))
        self._renewed_at = began

    def _claim_of(self, spec: LeaseSpec) -> LeaseSpec:
        ours = spec.holder_identity == self.lock.identity
        now = now_micro()
        transitions = spec.lease_transitions or 0
        first = spec.renew_time is None
        claim = spec.deep_copy()
        claim.holder_identity = self.lock.identity
        claim.lease_duration_seconds = self._lease_duration
        claim.acquire_time = spec.acquire_time if ours else now
        claim.renew_time = now
        claim.lease_transitions = transitions if ours or first else transitions + 1
        return claim

    async def _release(self) -> None:
        """Write that nobody holds the lease, as far as that can be done."""
        lease = self._observed
        if lease is None or _holder(lease) != self.lock.identity:
            return
        released = lease.deep_copy()
        now = now_micro()
        released.spec.holder_identity = ""
        released.spec.lease_duration_seconds = 1
        released.spec.acquire_time = released.spec.renew_time = now
        try:
            async with asyncio.timeout(self._renew_deadline):
                self._observe(await self.lock.update(released))
        except Exception as error:
            log.warning("%s: cannot release the lease: %s", self.lock, error, extra=self._fields)

    def _observe(self, lease: Lease) -> None:
        if self._observed is None or lease.spec != self._observed.spec:
            self._observed_at = asyncio.get_running_loop().time()
        self._observed = lease
        holder = _holder(lease)
        if holder != self._reported_leader:
            self._reported_leader = holder
            if holder and self._on_new_leader is not None:
                try:
                    self._on_new_leader(holder)
                except Exception:
                    log.exception("%s: on_new_leader failed", self.lock, extra=self._fields)

    def _is_valid(self, lease: Lease) -> bool:
        duration = lease.spec.lease_duration_seconds or 0
        return asyncio.get_running_loop().time() < self._observed_at + duration


class _LostError(Exception):
    """The lease could not be renewed in time, or is somebody else's."""


def _holder(lease: Lease | None) -> str:
    return (lease.spec.holder_identity or "") if lease is not None else ""
