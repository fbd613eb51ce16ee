"""The manager on the embedded server, as users' tests have it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from kube.api.coordination.v1 import Lease
from kube.controller import Controller, LeaderElection, Result, Watch
from kube.controller.testing import EmbeddedManager
from kube.runtime.errors import ForbiddenError
from tests.kube.controller.world import CRDS, PARTS, WEBS, Part, Web, definition, part, web


@pytest.fixture
def manager():
    manager = EmbeddedManager(crds=CRDS)
    manager.server.load([definition(WEBS), definition(PARTS)])
    return manager


async def test_what_follows_from_a_write_has_happened_when_all_is_settled(manager):
    class Reconciler:
        async def reconcile(self, request):
            one = await manager.client.get(Web, request.name, request.namespace)
            if one.spec.replicas < 5:
                one.spec.replicas += 1
                await manager.client.update(one)
            else:
                one.status.ready = True
                await manager.client.status(one).update()

    async with manager:
        manager.add(Controller(Web, Reconciler(), owns=[Part]))
        await manager.user.create(web("a"))
        await manager.settled()
        done = await manager.user.get(Web, "a", "default")
        assert (done.spec.replicas, done.status.ready) == (5, True)


async def test_an_hour_passes_when_the_clock_is_turned(manager):
    times = []

    async def reconcile(request):
        times.append(manager.manual_clock.monotonic())
        return Result(requeue_after=3600)

    async with manager:
        manager.add(Controller(Web, reconcile))
        await manager.user.create(web("a"))
        await manager.settled()
        await manager.advance(3599)
        await manager.advance(1)
        await manager.advance(7200)
    assert times == [0, 3600, 10800]


async def test_errors_back_off_by_the_same_clock_as_the_servers_timestamps(manager):
    tries = []

    async def reconcile(request):
        tries.append(await manager.client.get(Web, request.name, request.namespace))
        raise OSError("no")

    async with manager:
        manager.add(Controller(Web, reconcile))
        manager.manual_clock.advance(500)
        created = await manager.user.create(web("a"))
        assert (
            created.metadata.creation_timestamp - manager.manual_clock.now()
        ).total_seconds() == 0
        await manager.settled()
        before = len(tries)
        while manager.manual_clock.next_timer is not None and len(tries) < before + 20:
            await manager.advance(manager.manual_clock.next_timer)
    assert manager.manual_clock.monotonic() > 500 + 1000


async def test_leases_are_renewed_and_lost_by_the_same_clock(manager):
    election = LeaderElection(name="web", namespace="default", identity="one")
    leading = EmbeddedManager(
        server=manager.server, clock=manager.manual_clock, leader_election=election
    )
    async with leading:
        await leading.elected.wait()
        assert leading.elected.is_set()


async def test_settling_waits_for_threads_and_for_async_map_functions(manager):
    mapped, threads = [], []

    async def to_web(obj):
        await asyncio.sleep(0)
        mapped.append(obj.metadata.name)
        return [obj.metadata.name]

    def reconcile(key):
        threads.append(threading.current_thread())

    async with manager:
        manager.add(Controller(None, reconcile, name="x", watches=[Watch(Part, to_web)]))
        for n in range(5):
            await manager.user.create(part(f"p{n}"))
        await manager.settled()
        assert len(mapped) == 5
        assert len(threads) == 5


async def test_the_failure_of_a_part_is_what_the_block_ends_with(manager):
    async def fails():
        raise OSError("the disk is full")

    async def use():
        async with manager:
            manager.add(fails)
            await manager.settled()

    with pytest.raises(OSError, match="the disk is full"):
        await use()


class Counts:
    """Adds one replica for each reconcile of a web, up to three; the second write is held up."""

    def __init__(self, client, held):
        self.client, self.held = client, held

    async def reconcile(self, request):
        one = await self.client.get(Web, request.name, request.namespace)
        if one.spec.replicas < 3:
            one.spec.replicas += 1
            await self.client.update(one)
            await self.held(one.spec.replicas)


async def test_a_successor_goes_on_where_a_crash_has_ended_its_predecessor(manager):
    second = asyncio.Event()

    async def held(count):
        if count == 2:
            second.set()
            await asyncio.Event().wait()

    async def not_held(count):
        pass

    async with manager:
        manager.add(Controller(Web, Counts(manager.client, held)))
        await manager.user.create(web("a"))
        await second.wait()
        await manager.crash()
    assert (await manager.user.get(Web, "a", "default")).spec.replicas == 2
    async with manager.successor() as restarted:
        restarted.add(Controller(Web, Counts(restarted.client, not_held)))
        await restarted.settled()
        assert (await restarted.user.get(Web, "a", "default")).spec.replicas == 3


async def test_another_replica_leads_once_the_lease_of_one_that_crashed_is_over(manager):
    def election(identity):
        return LeaderElection(name="web", namespace="default", identity=identity)

    one = manager.successor(leader_election=election("one"))
    two = one.successor(leader_election=election("two"))
    async with one, two:
        await one.elected.wait()
        await one.crash()
        assert (await one.user.get(Lease, "web", "default")).spec.holder_identity == "one"
        while not two.elected.is_set():
            one.manual_clock.advance(1)
            await asyncio.sleep(0.001)
        assert (await one.user.get(Lease, "web", "default")).spec.holder_identity == "two"


async def test_a_manager_with_roles_may_do_what_they_allow_and_nothing_else(tmp_path):
    (tmp_path / "role.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\n"
        "kind: ClusterRole\n"
        "metadata: {name: manager-role}\n"
        f"rules: [{{verbs: [get, list, watch, update], apiGroups: [{WEBS.group}], "
        f"resources: [{WEBS.plural}]}}]\n"
    )
    manager = EmbeddedManager(roles=tmp_path)
    manager.server.load([definition(WEBS), definition(PARTS)])
    refused = []

    class Reconciler:
        async def reconcile(self, request):
            one = await manager.client.get(Web, request.name, request.namespace)
            if one.spec.replicas < 5:
                one.spec.replicas = 5
                await manager.client.update(one)
                try:
                    await manager.client.create(part("p"))
                except ForbiddenError as error:
                    refused.append(str(error))

    async with manager:
        manager.add(Controller(Web, Reconciler()))
        await manager.user.create(web("a"))
        await manager.settled()
        assert (await manager.user.get(Web, "a", "default")).spec.replicas == 5
    [why] = refused
    assert f'cannot create resource "{PARTS.plural}" in API group "{PARTS.group}"' in why
