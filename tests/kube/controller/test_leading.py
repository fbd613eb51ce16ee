"""Several replicas on one lease. Numbers are those of the promises."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from kube.api.coordination.v1 import Lease
from kube.client import AsyncClient, AsyncRESTClient, TransportError
from kube.controller import Controller, LeaderElection, LeadershipLostError, Manager
from kube.controller.fencing import FencedTransport, leaders_work
from kube.envtest import AsyncMemoryTransport
from kube.leaderelection import LeaderElector
from tests.kube.controller.world import Recording, Web, settled, web


@pytest.fixture(autouse=True)
def elections_in_the_tests_loop(monkeypatch):
    """Elections run in virtual time too, and not in threads."""
    monkeypatch.setattr(
        LeaderElector,
        "_run_driver",
        staticmethod(lambda run, name: asyncio.ensure_future(run())),
    )


class Line(AsyncMemoryTransport):
    """A transport that can be cut."""

    is_cut = False

    async def send(self, request):
        if self.is_cut:
            raise TransportError("cut")
        return await super().send(request)


class Replica:
    def __init__(self, world, identity, **options):
        self.world = world
        self.line = Line(world.server)
        self.log = []
        self.manager = Manager(
            AsyncRESTClient(self.line),
            name=identity,
            leader_election=LeaderElection(name="web", namespace="default", identity=identity),
            **options,
        )
        self.recording = Recording()
        self.manager.add(self.work)
        self.manager.add(self.watch, needs_leader=False)
        self.manager.add(Controller(Web, self.recording))

    async def work(self):
        self.log.append("leads")
        try:
            await asyncio.Event().wait()
        finally:
            self.log.append("ended")

    async def watch(self):
        self.log.append("replica")
        await asyncio.Event().wait()

    def start(self):
        self.running = self.world.start(self.manager)
        return self


async def holder(world):
    return (await world.client.get(Lease, "web", "default")).spec.holder_identity


async def test_only_the_leader_runs_what_says_nothing_about_leadership(world):
    """4. A runnable that says nothing about leadership runs only on the leader.
    5. A leader-free runnable runs on each replica, also without the lead.
    10. Without the lead, the second replica starts no controller and no source.
    """
    await world.client.create(web("a"))
    one = Replica(world, "one").start()
    await settled()
    two = Replica(world, "two").start()
    await settled(60)
    assert one.log == ["replica", "leads"]
    assert two.log == ["replica"]
    assert one.recording.names == ["a"]
    assert two.recording.names == []
    assert world.requests("watch", "webs") == 1
    assert one.manager.elected.is_set()
    assert not two.manager.elected.is_set()


async def test_losing_the_lease_ends_run_with_an_error_at_once(world):
    """11. Losing the lease ends start with an error at once, without the grace."""
    one = Replica(world, "one").start()
    two = Replica(world, "two").start()
    await settled()
    one.line.is_cut = True
    with pytest.raises(LeadershipLostError, match="lease"):
        await one.running
    assert one.log[-1] == "ended"
    assert await holder(world) == "one"
    await settled(60)
    assert "leads" in two.log


async def test_the_lease_is_released_after_all_controllers_have_ended(world):
    """12. Stop releases the lease only after all controllers have ended.
    13. Release on cancel: the next replica leads within two retry periods.
    """
    await world.client.create(web("a"))
    one = Replica(world, "one")
    holders = []

    async def slow(request):
        await asyncio.sleep(20)
        holders.append(await holder(world))

    one.manager.add(Controller(Web, slow, name="slow"))
    one.start()
    await settled()
    two = Replica(world, "two").start()
    await settled()
    one.manager.stop()
    await one.running
    assert holders == ["one"]
    assert await holder(world) in ("", "two")
    await settled(2 * 2 * 2.2)
    assert await holder(world) == "two"
    assert two.log == ["replica", "leads"]


async def test_a_replica_that_stops_without_the_lead_never_runs_what_is_the_leaders(world):
    """14. A non-leader that stops never runs leader-only code."""
    Replica(world, "one").start()
    await settled()
    two = Replica(world, "two").start()
    await settled()
    two.manager.stop()
    await two.running
    await settled()
    assert two.log == ["replica"]
    assert await holder(world) == "one"


async def test_a_running_reconcile_is_cancelled_when_the_lease_is_lost(world):
    await world.client.create(web("a"))
    one = Replica(world, "one")
    ended = []

    async def slow(request):
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append(one.manager.elected.is_set())

    one.manager.add(Controller(Web, slow, name="slow"))
    one.start()
    await settled()
    one.line.is_cut = True
    with pytest.raises(LeadershipLostError):
        await one.running
    assert len(ended) == 1


async def test_a_leader_whose_lease_has_lapsed_writes_nothing_more(world):
    """11. ... also where the process stood still, and has not been told yet."""
    leads = [True]
    transport = FencedTransport(AsyncMemoryTransport(world.server), lambda: leads[0])
    client = AsyncClient(AsyncRESTClient(transport))
    loop = asyncio.get_running_loop()

    async def write(name):
        await client.create(web(name))

    with leaders_work():
        await write("one")
        leads[0] = False
        for attempt in (write("two"), asyncio.create_task(write("two"))):
            with pytest.raises(LeadershipLostError, match=r"POST .*/webs was not sent"):
                await attempt
        in_thread = asyncio.to_thread(
            lambda: asyncio.run_coroutine_threadsafe(write("two"), loop).result()
        )
        with pytest.raises(LeadershipLostError):
            await in_thread
        assert (await client.get(Web, "one", "default")).metadata.name == "one"
    await write("free")


async def test_what_needs_no_leader_writes_without_the_lead(world):
    """5."""
    Replica(world, "one").start()
    await settled()
    two = Replica(world, "two")

    async def writes():
        await two.manager.client.create(web("free"))

    two.manager.add(writes, needs_leader=False)
    two.start()
    await settled()
    assert (await world.client.get(Web, "free", "default")).metadata.name == "free"


@pytest.mark.parametrize("seed", range(3))
async def test_leaders_never_overlap_and_no_key_is_forgotten_however_often_they_change(world, seed):
    """A soak: lines are cut, replicas are stopped or killed, and others take their place."""
    random, leading, overlaps, reconciled = Random(seed), set(), [], {}

    def replica(number):
        one = Replica(world, f"r{number}", graceful_stop=10)

        async def reconcile(request):
            leading.add(number)
            overlaps.extend([set(leading)] if len(leading) > 1 else [])
            try:
                await asyncio.sleep(random.uniform(0, 2))
                obj = await one.manager.client.get(Web, request.name, request.namespace)
                reconciled[request.name] = obj.spec.replicas
            finally:
                leading.discard(number)

        one.manager.add(Controller(Web, reconcile, name="soak"))
        return one.start()

    for n in range(5):
        await world.client.create(web(f"w{n}"))
    replicas = [replica(n) for n in range(3)]
    for number in range(3, 15):
        for n in range(5):
            change = {"spec": {"replicas": 10 * number + n}}
            await world.client.patch(Web, change, name=f"w{n}", namespace="default")
        victim = replicas.pop(random.randrange(3))
        match random.choice(["stop", "cut", "kill"]):
            case "stop":
                victim.manager.stop()
            case "cut":
                victim.line.is_cut = True
            case "kill":
                victim.running.cancel()
        replicas.append(replica(number))
        await settled(random.uniform(1, 30))
    await settled(120)
    assert overlaps == []
    assert reconciled == {f"w{n}": 140 + n for n in range(5)}
