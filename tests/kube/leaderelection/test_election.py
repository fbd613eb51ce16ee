"""The decisions of an election, without a server, a thread or a clock."""

from __future__ import annotations

import heapq
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kube.api.coordination.v1 import Lease, LeaseSpec
from kube.api.meta.v1 import MicroTime, ObjectMeta, Status
from kube.leaderelection.election import Create, Election, Read, Reply, Sleep, Timing, Update
from kube.runtime.errors import (
    AlreadyExistsError,
    ConflictError,
    InternalError,
    NotFoundError,
)


class Store:
    """One lease, with the server's rule against lost updates."""

    def __init__(self):
        self.lease = None
        self.version = 0

    def answer(self, step):
        if isinstance(step, Read):
            if self.lease is None:
                raise NotFoundError(Status(code=404))
            return self.lease.deep_copy()
        if isinstance(step, Create):
            if self.lease is not None:
                raise AlreadyExistsError(Status(code=409))
            return self._keep(Lease(metadata=ObjectMeta(name="lock"), spec=step.spec))
        if self.lease is None:
            raise NotFoundError(Status(code=404))
        if step.lease.metadata.resource_version != self.lease.metadata.resource_version:
            raise ConflictError(Status(code=409))
        return self._keep(step.lease)

    def _keep(self, lease):
        self.version += 1
        self.lease = lease.deep_copy()
        self.lease.metadata.resource_version = str(self.version)
        return self.lease.deep_copy()


def election(identity="me", **timing):
    return Election(identity, Timing(**timing), Random(0), lambda: MicroTime(2026, 1, 1))


def play(steps, store, now=0.0, until=100.0):
    """Answer steps at once, until a moment or their end; returns the end's value and moment."""
    reply = None
    while True:
        try:
            step = steps.send(reply)
        except StopIteration as end:
            return end.value, now
        if isinstance(step, Sleep):
            if step.until > until:
                return None, until
            reply = Reply(now, step.until)
            now = step.until
            continue
        try:
            reply = Reply(now, now, store.answer(step))
        except Exception as error:
            reply = Reply(now, now, error=error)


def test_the_first_candidate_creates_the_lease_and_holds_it_for_its_duration():
    mine, store = election(), Store()
    acquired, _ = play(mine.acquire(7.0), store, now=7.0)
    assert acquired == 7.0
    assert store.lease.spec.holder_identity == "me"
    assert mine.held_until == 7.0 + 15


def test_a_renewal_counts_from_when_it_was_sent():
    mine = election()
    steps = mine.acquire(0.0)
    assert isinstance(next(steps), Read)
    create = steps.send(Reply(0.0, 1.0, error=NotFoundError(Status(code=404))))
    lease = Lease(metadata=ObjectMeta(name="lock"), spec=create.spec)
    with pytest.raises(StopIteration):
        steps.send(Reply(1.0, 6.0, lease))
    assert mine.held_until == 1.0 + 15


def test_a_lease_that_was_deleted_is_created_again():
    mine, store = election(), Store()
    play(mine.acquire(0.0), store)
    store.lease = None
    lost, _ = play(mine.renew(0.0), store, until=30.0)
    assert lost is None
    assert store.lease.spec.holder_identity == "me"


def test_a_renewal_that_fails_until_the_deadline_loses_the_lease():
    mine, store = election(), Store()
    play(mine.acquire(0.0), store)

    class Broken:
        def answer(self, step):
            raise InternalError(Status(code=500))

    lost, when = play(mine.renew(0.0), Broken())
    assert lost == "it could not be renewed for 10 s"
    assert when == 10.0
    assert mine.held_until == 15.0


def test_a_lease_that_somebody_else_holds_is_held_no_longer_by_us():
    mine, store = election(), Store()
    play(mine.acquire(0.0), store)
    store.answer(Update(_held_by("usurper", store.lease), by=1.0))
    lost, when = play(mine.renew(0.0), store)
    assert lost == "it is held by 'usurper'"
    assert when == 2.0
    assert mine.held_until is None


def test_releasing_reads_first_where_the_fate_of_a_write_is_unknown():
    mine, store = election(), Store()
    steps = mine.acquire(0.0)
    next(steps)
    create = steps.send(Reply(0.0, 0.0, error=NotFoundError(Status(code=404))))
    store.answer(create)  # taken, but the answer never comes: the candidate is cancelled
    steps.close()
    play(mine.release(1.0), store)
    assert store.lease.spec.holder_identity == ""


def test_releasing_survives_a_conflict_with_somebody_who_labels_the_lease():
    mine, store = election(), Store()
    play(mine.acquire(0.0), store)
    store.answer(Update(store.lease, by=1.0))
    play(mine.release(1.0), store)
    assert store.lease.spec.holder_identity == ""


def test_what_others_hold_is_not_released():
    mine, store = election(), Store()
    play(mine.acquire(0.0), store)
    store.answer(Update(_held_by("other", store.lease), by=1.0))
    play(mine.release(1.0), store)
    assert store.lease.spec.holder_identity == "other"


def _held_by(identity, lease):
    changed = lease.deep_copy()
    changed.spec = LeaseSpec(holder_identity=identity, lease_duration_seconds=15)
    return changed


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 4))
def test_two_candidates_never_hold_the_lease_at_once(seed, count):
    """Whatever is slow, lost, frozen or failing, and whatever was written without an answer."""
    random = Random(seed)
    store = Store()
    candidates = [
        Candidate(Election(f"c{i}", Timing(), Random(random.random())), store, random)
        for i in range(count)
    ]
    queue = [(random.uniform(0, 5), i) for i in range(count)]
    heapq.heapify(queue)
    moment = 0.0
    while moment < 400:
        moment, i = heapq.heappop(queue)
        candidates[i].wake(moment)
        heapq.heappush(queue, (candidates[i].next_at, i))
        holders = [c.election.identity for c in candidates if c.leads(moment)]
        assert len(holders) <= 1, f"at {moment}: {holders}"


class Candidate:
    """Plays one election's steps against a store, with delays, failures and freezes."""

    def __init__(self, election, store, random):
        self.election = election
        self.store = store
        self.random = random
        self.leading = False
        self.steps = None
        self.step = None
        self.began = 0.0
        self.sent = False
        self.reply = None
        self.next_at = 0.0

    def leads(self, now):
        until = self.election.held_until
        return self.leading and until is not None and now < until

    def wake(self, now):
        if self.steps is None:
            self._begin(self.election.acquire(now), now)
        elif isinstance(self.step, Sleep):
            self._answer(Reply(self.began, now), now)
        elif not self.sent:
            self._reach_server(now)
        else:
            lease, error = self.reply
            self._answer(Reply(self.began, now, lease, error), now)

    def _reach_server(self, now):
        self.sent = True
        lease = error = None
        fate = self.random.random()
        if fate < 0.15:
            error = ConnectionError("lost on the way there")
        else:
            try:
                lease = self.store.answer(self.step)
            except Exception as refusal:
                error = refusal
            if fate > 0.85:
                lease, error = None, ConnectionError("lost on the way back")
        self.reply = (lease, error)
        self.next_at = now + self._delay()

    def _delay(self):
        # Now and then the whole process is frozen for longer than a lease lasts.
        if self.random.random() < 0.03:
            return self.random.uniform(5, 60)
        return self.random.uniform(0.001, 1.5)

    def _begin(self, steps, now):
        self.steps = steps
        self._answer(None, now)

    def _answer(self, reply, now):
        try:
            self._take(self.steps.send(reply), now)
        except StopIteration:
            self.leading = not self.leading
            election = self.election
            self._begin(election.renew(now) if self.leading else election.acquire(now), now)

    def _take(self, step, now):
        self.step, self.began, self.sent = step, now, False
        self.next_at = step.until if isinstance(step, Sleep) else now + self._delay()
        if isinstance(step, Sleep) and self.random.random() < 0.03:
            self.next_at += self.random.uniform(5, 60)
