"""The decisions of leader election, as a pure state machine.

After client-go's. No clock is compared with another's: a lease counts as valid for its duration
after *we* saw it change, by our own monotonic clock. The leader gives up when it could not renew
for `renew_deadline`, which is shorter than the lease, so its work is cancelled before anybody else
may lead.

`Election` performs nothing. Its generators yield the next `Step`, and expect a `Reply` to it; a
test answers them in virtual time, and `kube.leaderelection.driver` answers them with a server.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from kube.api.coordination.v1 import Lease, LeaseSpec
from kube.api.meta.v1 import MicroTime, now_micro
from kube.runtime.errors import AlreadyExistsError, APIError, ConflictError, NotFoundError

JITTER = 1.2


@dataclass(frozen=True, slots=True)
class Timing:
    """The periods of an election, in seconds. A Lease holds `lease_duration` as a whole number.

    Raises ValueError unless `lease_duration` > `renew_deadline` > 1.2 * `retry_period` > 0.
    """

    lease_duration: int = 15
    renew_deadline: float = 10.0
    retry_period: float = 2.0

    def __post_init__(self) -> None:
        if self.lease_duration <= self.renew_deadline:
            raise ValueError(
                f"lease_duration {self.lease_duration} s must exceed "
                f"renew_deadline {self.renew_deadline} s"
            )
        if self.renew_deadline <= JITTER * self.retry_period:
            raise ValueError(
                f"renew_deadline {self.renew_deadline} s must exceed {JITTER} * retry_period "
                f"{self.retry_period} s"
            )
        if self.retry_period <= 0:
            raise ValueError(f"retry_period {self.retry_period} s must be positive")


@dataclass(frozen=True, slots=True)
class Read:
    """Get the lease. The answer is needed before the moment `by`."""

    by: float


@dataclass(frozen=True, slots=True)
class Create:
    """Create the lease. The answer is needed before the moment `by`."""

    spec: LeaseSpec
    by: float


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the lease, if nobody has changed it. The answer is needed before the moment `by`."""

    lease: Lease
    by: float


@dataclass(frozen=True, slots=True)
class Sleep:
    """Do nothing until a moment."""

    until: float


Step: TypeAlias = Read | Create | Update | Sleep


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of a step: the lease as the server has it, or the error.

    `began` and `ended` are moments of the monotonic clock, before and after the step.
    """

    began: float
    ended: float
    lease: Lease | None = None
    error: Exception | None = None


class Election:
    """What one candidate knows of the lease, and what it does about it."""

    def __init__(
        self,
        identity: str,
        timing: Timing,
        random: Random,
        wall_clock: Callable[[], MicroTime] = now_micro,
    ) -> None:
        self.identity = identity
        self.timing = timing
        self._random = random
        self._wall_clock = wall_clock
        self._observed: Lease | None = None
        self._observed_at = 0.0
        self._renewed_at: float | None = None
        # Set while the outcome of a write is unknown: the server may have taken it.
        self._write_pending = False

    @property
    def holder(self) -> str:
        """The identity in the lease that was seen last; empty for nobody."""
        return _holder(self._observed)

    @property
    def held_until(self) -> float | None:
        """The moment before which nobody else can hold our lease; None if we do not hold it."""
        renewed_at = self._renewed_at
        if renewed_at is None or self.holder != self.identity:
            return None
        return renewed_at + self.timing.lease_duration

    def acquire(self, now: float) -> Generator[Step, Reply, float]:
        """Try until we hold the lease; returns the moment of the last reply."""
        while True:
            held, now = yield from self._attempt(now, now + self.timing.renew_deadline)
            if held:
                return now
            pause = self.timing.retry_period * (1 + JITTER * self._random.random())
            now = (yield Sleep(now + pause)).ended

    def renew(self, now: float) -> Generator[Step, Reply, str]:
        """Renew the lease we hold, until that fails for too long; returns why the lease is lost."""
        assert self._renewed_at is not None, "renew() follows acquire()"
        while True:
            by = self._renewed_at + self.timing.renew_deadline
            if now < by:
                now = (yield Sleep(min(now + self.timing.retry_period, by))).ended
            if now >= by:
                return f"it could not be renewed for {self.timing.renew_deadline:g} s"
            held, now = yield from self._attempt(now, by)
            if not held and self.holder != self.identity:
                return f"it is held by {self.holder!r}"

    def release(self, now: float) -> Generator[Step, Reply, None]:
        """Write that nobody holds the lease, if we do or may."""
        by = now + self.timing.renew_deadline
        if self._write_pending:
            reply = yield Read(by)
            if reply.lease is not None:
                self._observe(reply)
        for _ in range(2):
            if self._observed is None or self.holder != self.identity:
                return
            reply = yield Update(self._released(self._observed), by)
            if reply.lease is not None:
                self._observe(reply)
            if not isinstance(reply.error, ConflictError):
                return
            # Another program may have labelled the lease: it is still ours to release.
            reply = yield Read(by)
            if reply.lease is not None:
                self._observe(reply)

    def _attempt(self, now: float, by: float) -> Generator[Step, Reply, tuple[bool, float]]:
        """Acquire or renew the lease if we may: whether we hold it, and the last reply's moment."""
        lease = self._observed
        if lease is not None and self.held_until is not None and self._is_valid(lease, now):
            # Nobody may have changed it: save the read.
            reply = yield from self._claim(lease, by)
            if not isinstance(reply.error, (ConflictError, NotFoundError)):
                return reply.lease is not None, reply.ended
        reply = yield Read(by)
        if isinstance(reply.error, NotFoundError):
            self._write_pending = True
            reply = yield Create(self._claimed(LeaseSpec()), by)
            self._note_write(reply)
            return reply.lease is not None, reply.ended
        if reply.lease is None:
            return False, reply.ended
        self._observe(reply)
        if self.holder not in ("", self.identity) and self._is_valid(reply.lease, reply.ended):
            return False, reply.ended
        reply = yield from self._claim(reply.lease, by)
        return reply.lease is not None, reply.ended

    def _claim(self, lease: Lease, by: float) -> Generator[Step, Reply, Reply]:
        claimed = lease.deep_copy()
        claimed.spec = self._claimed(lease.spec)
        self._write_pending = True
        reply = yield Update(claimed, by)
        self._note_write(reply)
        return reply

    def _note_write(self, reply: Reply) -> None:
        if reply.lease is not None:
            self._observe(reply)
            # Others count from when they see our write, which is not before we sent it.
            self._renewed_at = reply.began
        self._write_pending = reply.lease is None and not _is_definite(reply.error)

    def _observe(self, reply: Reply) -> None:
        assert reply.lease is not None
        if self._observed is None or reply.lease.spec != self._observed.spec:
            self._observed_at = reply.ended
        self._observed = reply.lease

    def _is_valid(self, lease: Lease, now: float) -> bool:
        return now < self._observed_at + (lease.spec.lease_duration_seconds or 0)

    def _claimed(self, spec: LeaseSpec) -> LeaseSpec:
        ours = spec.holder_identity == self.identity
        now = self._wall_clock()
        transitions = spec.lease_transitions or 0
        first = spec.renew_time is None
        claim = spec.deep_copy()
        claim.holder_identity = self.identity
        claim.lease_duration_seconds = self.timing.lease_duration
        claim.acquire_time = spec.acquire_time if ours else now
        claim.renew_time = now
        claim.lease_transitions = transitions if ours or first else transitions + 1
        return claim

    def _released(self, lease: Lease) -> Lease:
        released = lease.deep_copy()
        released.spec.holder_identity = ""
        released.spec.lease_duration_seconds = 1
        released.spec.acquire_time = released.spec.renew_time = self._wall_clock()
        return released


def _is_definite(error: Exception | None) -> bool:
    """Whether an error says that the server did not take a write."""
    if isinstance(error, (ConflictError, AlreadyExistsError)):
        return True
    return isinstance(error, APIError) and error.code < 500


def _holder(lease: Lease | None) -> str:
    return (lease.spec.holder_identity or "") if lease is not None else ""
