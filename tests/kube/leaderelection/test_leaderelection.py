"""Candidates for one lease on the embedded server, in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from random import Random

import msgspec
import pytest

from kube.client import AsyncRESTClient, TransportError
from kube.client.credentials import StaticCredentials
from kube.envtest import AsyncMemoryTransport, Server
from kube.leaderelection import LeaderElector, LeaseLock, default_identity
from kube.runtime.clock import SystemClock

PATH = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"


class SameLoopElector(LeaderElector):
    """Its driver runs in the test's own loop, in virtual time, and not in a thread."""

    _run_driver = staticmethod(lambda run, name: asyncio.ensure_future(run()))


class Line:
    """A transport that can be cut, and that can be made to hang."""

    def __init__(self, server):
        self._inner = AsyncMemoryTransport(server)
        self.cut = False
        self.hung = False
        self.methods = []
        self.on_send = lambda request: None

    async def send(self, request):
        self.methods.append(request.method)
        self.on_send(request)
        if self.hung:
            await asyncio.Event().wait()
        if self.cut:
            raise TransportError("connection refused", sent=False)
        return await self._inner.send(request)

    def stream(self, request):
        return self._inner.stream(request)

    async def close(self):
        pass


class Candidate:
    def __init__(self, server, name, **options):
        self.line = Line(server)
        self.name = name
        self.told = []
        self.working = asyncio.Event()
        self.failure = None
        options = {
            "on_new_leader": lambda leader: self.told.append(f"new leader {leader}")
        } | options
        self.elector = SameLoopElector(
            LeaseLock(AsyncRESTClient(self.line), "lock", "kube-system", name),
            on_started_leading=self.work,
            on_stopped_leading=lambda: self.told.append("stopped"),
            random=Random(0),
            clock=SystemClock(),
            **options,
        )
        self.task = asyncio.create_task(self.elector.run())

    async def work(self):
        self.told.append("started")
        self.working.set()
        if self.failure is not None:
            raise self.failure
        try:
            await asyncio.Event().wait()
        finally:
            self.told.append("work ended")

    async def cancel(self):
        self.task.cancel()
        await asyncio.wait([self.task])


@pytest.fixture
async def server():
    return Server(monotonic=asyncio.get_running_loop().time)


async def lease(server):
    response = await AsyncRESTClient(AsyncMemoryTransport(server)).request("GET", f"{PATH}/lock")
    return msgspec.json.decode(response.body)["spec"]


def now():
    return asyncio.get_running_loop().time()


async def test_the_first_candidate_creates_the_lease_and_leads(server):
    one = Candidate(server, "one")
    await one.working.wait()
    assert one.elector.is_leader
    assert one.elector.leader == "one"
    assert one.told == ["new leader one", "started"]
    found = await lease(server)
    assert (found["holderIdentity"], found["leaseDurationSeconds"]) == ("one", 15)
    assert found["acquireTime"] == found["renewTime"]
    assert found["renewTime"].endswith("Z")
    assert len(found["renewTime"].split(".")[1]) == len("123456Z"), "a MicroTime"
    await one.cancel()


async def test_others_wait_as_long_as_the_lease_is_renewed(server):
    one, two = Candidate(server, "one"), None
    await one.working.wait()
    two = Candidate(server, "two")
    await asyncio.sleep(300)
    assert one.elector.is_leader
    assert not two.elector.is_leader
    assert two.elector.leader == "one"
    assert two.told == ["new leader one"]
    await one.cancel()
    await two.cancel()


async def test_a_dead_leaders_lease_is_taken_after_it_was_seen_unchanged_for_its_duration(server):
    one = Candidate(server, "one", release_on_cancel=False)
    await one.working.wait()
    await one.cancel()
    died = now()
    two = Candidate(server, "two")
    await two.working.wait()
    assert 15 <= now() - died <= 15 + 5
    assert (await lease(server))["leaseTransitions"] == 1
    assert two.told == ["new leader one", "new leader two", "started"]
    await two.cancel()


async def test_a_leases_own_times_are_not_compared_with_our_clock(server):
    """A holder whose clock is years behind is still the leader while it renews."""
    rest = AsyncRESTClient(AsyncMemoryTransport(server))

    written = {}

    async def renew(second):
        body = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": "lock", **written},
            "spec": {
                "holderIdentity": "from-the-past",
                "leaseDurationSeconds": 15,
                "renewTime": f"2001-01-01T00:00:{second:02d}.000000Z",
            },
        }
        method, path = ("POST", PATH) if second == 0 else ("PUT", f"{PATH}/lock")
        answer = await rest.request(method, path, body=msgspec.json.encode(body))
        # The server takes no update of a Lease that does not name the version it is based on.
        written["resourceVersion"] = msgspec.json.decode(answer.body)["metadata"]["resourceVersion"]

    await renew(0)
    two = Candidate(server, "two")
    for second in range(1, 20):
        await asyncio.sleep(10)
        await renew(second)
    assert two.told == ["new leader from-the-past"]
    await two.working.wait()
    await two.cancel()


async def test_a_leader_that_cannot_renew_stops_before_the_lease_expires(server):
    one = Candidate(server, "one")
    await one.working.wait()
    await asyncio.sleep(60)
    two = Candidate(server, "two")
    await asyncio.sleep(10)
    one.line.cut = True
    cut = now()
    await asyncio.wait([one.task])
    assert 8 <= now() - cut <= 10, "two seconds may have passed since the last renewal"
    assert one.told[-2:] == ["work ended", "stopped"]
    assert one.task.exception() is None
    assert not two.elector.is_leader
    await two.working.wait()
    assert now() - cut >= 13
    await two.cancel()


async def test_a_request_that_hangs_does_not_keep_a_leader_in_office(server):
    one = Candidate(server, "one")
    await one.working.wait()
    one.line.hung = True
    hung = now()
    await asyncio.wait([one.task])
    assert now() - hung <= 10
    assert one.told[-1] == "stopped"


async def test_a_short_failure_is_survived(server):
    one = Candidate(server, "one")
    await one.working.wait()
    for _ in range(5):
        one.line.cut = True
        await asyncio.sleep(6)
        one.line.cut = False
        await asyncio.sleep(6)
    assert one.elector.is_leader
    await one.cancel()


async def test_a_candidate_survives_an_outage_and_a_request_that_hangs(server):
    one = Candidate(server, "one")
    one.line.cut = True
    await asyncio.sleep(60)
    one.line.cut, one.line.hung = False, True
    await asyncio.sleep(60)
    assert one.told == []
    one.line.hung = False
    await one.working.wait()
    await one.cancel()


async def test_a_lease_that_somebody_else_took_is_lost_at_once(server):
    one = Candidate(server, "one")
    await one.working.wait()
    body = {"spec": {"holderIdentity": "usurper", "leaseDurationSeconds": 15}}
    await AsyncRESTClient(AsyncMemoryTransport(server)).request(
        "PATCH",
        f"{PATH}/lock",
        headers={"content-type": "application/merge-patch+json"},
        body=msgspec.json.encode(body),
    )
    taken = now()
    await asyncio.wait([one.task])
    assert now() - taken <= 2.1
    assert one.told[-3:] == ["new leader usurper", "work ended", "stopped"]
    assert (await lease(server))["holderIdentity"] == "usurper"


async def test_cancelling_a_leader_ends_its_work_and_then_empties_the_lease(server):
    one = Candidate(server, "one")
    await one.working.wait()
    two = Candidate(server, "two")
    await asyncio.sleep(30)
    await one.cancel()
    cancelled = now()
    assert one.told[-2:] == ["work ended", "stopped"]
    assert one.task.cancelled()
    assert not one.elector.is_leader
    found = await lease(server)
    assert (found["holderIdentity"], found["leaseDurationSeconds"]) == ("", 1)
    await two.working.wait()
    assert now() - cancelled <= 5, "nobody waits for a released lease to expire"
    await two.cancel()


async def test_the_lease_is_released_only_after_the_work_has_ended(server):
    one = Candidate(server, "one")
    order = []

    async def slow_work():
        one.working.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(3)
            order.append("work ended")

    def note_release(request):
        if request.body and not msgspec.json.decode(request.body)["spec"].get("holderIdentity"):
            order.append("released")

    one.elector._on_started_leading = slow_work
    one.line.on_send = note_release
    await one.working.wait()
    await one.cancel()
    assert order == ["work ended", "released"]


async def test_without_release_a_cancelled_leaders_lease_stays(server):
    one = Candidate(server, "one", release_on_cancel=False)
    await one.working.wait()
    await one.cancel()
    assert (await lease(server))["holderIdentity"] == "one"


async def test_on_stopped_leading_fires_even_for_who_never_led(server):
    one = Candidate(server, "one")
    await one.working.wait()
    two = Candidate(server, "two")
    await asyncio.sleep(5)
    await two.cancel()
    assert two.told == ["new leader one", "stopped"]
    await one.cancel()


async def test_a_failure_of_the_work_is_raised_and_the_lease_released(server):
    one = Candidate(server, "one")
    one.failure = ValueError("the work is impossible")
    with pytest.raises(ValueError, match="impossible"):
        await one.task
    assert one.told == ["new leader one", "started", "stopped"]
    assert (await lease(server))["holderIdentity"] == ""


async def test_work_that_is_done_leaves_the_leader_in_office(server):
    one = Candidate(server, "one")

    async def brief():
        one.working.set()

    one.elector._on_started_leading = brief
    await one.working.wait()
    await asyncio.sleep(100)
    assert one.elector.is_leader
    await one.cancel()


async def test_work_that_is_cancelled_by_somebody_else_ends_leadership(server):
    one = Candidate(server, "one")

    async def cancelled():
        raise asyncio.CancelledError

    one.elector._on_started_leading = cancelled
    await asyncio.wait([one.task], timeout=100)
    assert one.task.done()
    assert not one.elector.is_leader
    assert (await lease(server))["holderIdentity"] == ""


async def test_a_leader_cancelled_twice_is_none_any_more(server):
    one = Candidate(server, "one")
    ended = asyncio.Event()

    async def slow_to_end():
        one.working.set()
        try:
            await asyncio.sleep(1000)
        finally:
            await ended.wait()

    one.elector._on_started_leading = slow_to_end
    await one.working.wait()
    one.task.cancel()
    await asyncio.sleep(1)
    assert one.elector.is_leader
    one.task.cancel()
    await asyncio.wait([one.task])
    assert not one.elector.is_leader


async def test_an_async_on_stopped_leading_is_awaited(server):
    one = Candidate(server, "one")
    await one.working.wait()

    async def stopped():
        await asyncio.sleep(1)
        one.told.append("stopped slowly")

    one.elector._on_stopped_leading = stopped
    await one.cancel()
    assert one.told[-1] == "stopped slowly"


async def test_an_error_in_on_new_leader_costs_nobody_the_lease(server, caplog):
    def fail(leader):
        raise ValueError("no such leader")

    one = Candidate(server, "one", on_new_leader=fail)
    await one.working.wait()
    assert "on_new_leader failed" in caplog.text
    await one.cancel()


async def test_a_renewal_is_one_request(server):
    one = Candidate(server, "one")
    await one.working.wait()
    one.line.methods.clear()
    await asyncio.sleep(21)
    assert one.line.methods == ["PUT"] * 10
    await one.cancel()


async def test_a_lease_is_renewed_until_cancelled_work_has_ended(server):
    one = Candidate(server, "one")
    two_led = []

    async def slow_to_end():
        one.working.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(100)
            two_led.append(two.elector.is_leader)

    one.elector._on_started_leading = slow_to_end
    await one.working.wait()
    two = Candidate(server, "two")
    await one.cancel()
    assert two_led == [False]
    await two.working.wait()
    await two.cancel()


async def test_who_cannot_renew_is_no_leader_when_the_lease_has_lapsed_whatever_the_work_does(
    server,
):
    overruns = []
    one = Candidate(server, "one", on_overrun=lambda: overruns.append(now() - hung))
    ended = asyncio.Event()

    async def ignores_cancellation():
        one.working.set()
        while not ended.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await ended.wait()

    one.elector._on_started_leading = ignores_cancellation
    await one.working.wait()
    one.line.hung = True
    hung = now()
    await asyncio.sleep(14.9)
    assert one.elector.is_leader
    assert overruns == []
    await asyncio.sleep(0.2)
    assert not one.elector.is_leader
    assert overruns == [pytest.approx(15)]
    await asyncio.sleep(100)
    assert len(overruns) == 1
    ended.set()
    await asyncio.wait([one.task])


async def test_an_overrun_is_logged_as_critical_with_the_stack_of_the_work(server, caplog):
    one = Candidate(server, "one")
    ended = asyncio.Event()

    async def ignores_cancellation():
        one.working.set()
        with contextlib.suppress(asyncio.CancelledError):
            await ended.wait()
        await ended.wait()

    one.elector._on_started_leading = ignores_cancellation
    await one.working.wait()
    one.line.hung = True
    await asyncio.sleep(20)
    [record] = [r for r in caplog.records if r.levelno == logging.CRITICAL]
    assert "its work has not ended" in record.getMessage()
    assert "in ignores_cancellation" in record.getMessage()
    ended.set()
    await asyncio.wait([one.task])


async def test_work_that_was_abandoned_keeps_the_lease_until_it_lapses(server):
    overruns = []
    one = Candidate(server, "one", on_overrun=lambda: overruns.append("overrun"))
    ended = asyncio.Event()

    async def slow_to_end():
        one.working.set()
        try:
            await asyncio.Event().wait()
        finally:
            await ended.wait()

    one.elector._on_started_leading = slow_to_end
    await one.working.wait()
    one.task.cancel()
    await asyncio.sleep(1)
    await one.cancel()
    assert (await lease(server))["holderIdentity"] == "one"
    await asyncio.sleep(20)
    assert overruns == ["overrun"]
    ended.set()


async def test_a_candidate_cancelled_while_it_claims_the_lease_gives_it_up(server):
    one = Candidate(server, "one")
    taken = asyncio.Event()
    send = one.line._inner.send

    async def answers_late(request):
        response = await send(request)
        if request.method == "POST":
            taken.set()
            await asyncio.sleep(5)
        return response

    one.line._inner.send = answers_late
    await taken.wait()
    await one.cancel()
    assert (await lease(server))["holderIdentity"] == ""


async def test_a_callback_that_raises_does_not_keep_the_lease(server):
    def fails():
        raise ValueError("impossible")

    for callback in ("_on_started_leading", "_on_stopped_leading"):
        one = Candidate(server, "one")
        setattr(one.elector, callback, fails)
        if callback == "_on_stopped_leading":
            await one.working.wait()
            one.task.cancel()
        with pytest.raises(ValueError, match="impossible"):
            await one.task
        assert (await lease(server))["holderIdentity"] == ""


async def test_a_failure_of_work_that_is_being_stopped_is_logged(server, caplog):
    one = Candidate(server, "one")

    async def fails_at_the_end():
        one.working.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("cannot clean up")

    one.elector._on_started_leading = fails_at_the_end
    await one.working.wait()
    await one.cancel()
    assert "cannot clean up" in caplog.text


async def test_an_elector_runs_once_at_a_time_and_may_run_again(server):
    one = Candidate(server, "one")
    await one.working.wait()
    with pytest.raises(RuntimeError, match="runs already"):
        await one.elector.run()
    await one.cancel()
    one.working.clear()
    one.task = asyncio.create_task(one.elector.run())
    await one.working.wait()
    assert one.elector.is_leader
    await one.cancel()


async def test_many_candidates_never_lead_at_once(server):
    leading, random = set(), Random(3)

    class Watched(Candidate):
        async def work(self):
            assert not leading
            leading.add(self.name)
            self.working.set()
            try:
                await asyncio.Event().wait()
            finally:
                leading.discard(self.name)

    candidates = [Watched(server, f"c{i}") for i in range(5)]
    led = set()
    for _ in range(60):
        for candidate in candidates:
            candidate.line.cut = random.random() < 0.3
            if candidate.task.done():
                assert candidate.task.exception() is None
                candidate.task = asyncio.create_task(candidate.elector.run())
        await asyncio.sleep(random.uniform(1, 15))
        led |= leading
    assert len(led) > 1
    for candidate in candidates:
        await candidate.cancel()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lease_duration": 10}, "lease_duration 10 s must exceed renew_deadline 10.0 s"),
        ({"retry_period": 9}, r"renew_deadline 10.0 s must exceed 1.2 \* retry_period 9 s"),
        ({"retry_period": 0}, "retry_period 0 s must be positive"),
    ],
)
async def test_times_that_cannot_be_safe_are_refused(server, options, message):
    with pytest.raises(ValueError, match=message):
        Candidate(server, "one", **options)


def test_each_process_has_an_identity_of_its_own():
    assert default_identity() != default_identity()
    rest = AsyncRESTClient(AsyncMemoryTransport(Server()))
    assert LeaseLock(rest, "lock", "ns").identity


def test_an_election_over_a_shared_transport_asks_as_the_program_does():
    credentials = StaticCredentials({"impersonate-user": "manager"})
    rest = AsyncRESTClient(AsyncMemoryTransport(Server()), credentials=credentials)
    assert LeaseLock(rest, "web", "default").connect().credentials is credentials
