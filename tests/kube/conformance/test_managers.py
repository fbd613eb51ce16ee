"""Managers over HTTP, on both servers: own writes are read, leaders follow each other."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from kube.api.apiextensions.v1 import CustomResourceDefinition
from kube.api.coordination.v1 import Lease
from kube.client import AsyncClient
from kube.controller import (
    Controller,
    LeaderElection,
    LeadershipLostError,
    Manager,
    Request,
    Watch,
    apply,
)
from kube.runtime import from_tree
from kube.runtime.errors import APIError, NotFoundError
from tests.kube.controller.world import (
    LATES,
    PARTS,
    WEBS,
    Late,
    Recording,
    Web,
    definition,
    wanted,
    web,
)

PATIENCE = 90
"""Seconds after which a test gives up; it waits for nothing that takes as long."""


async def install(client, resource):
    """Have the server serve a kind, and wait until it does."""
    await client.create(from_tree(definition(resource), CustomResourceDefinition))
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(NotFoundError):
                await client.list(resource.type)
                return
            await asyncio.sleep(0.05)


async def uninstall(client, resource):
    with suppress(NotFoundError):
        await client.delete(CustomResourceDefinition, f"{resource.plural}.example.com")
    async with asyncio.timeout(PATIENCE):
        with suppress(NotFoundError):
            while True:
                name = f"{resource.plural}.example.com"
                await client.get(CustomResourceDefinition, name)
                await asyncio.sleep(0.05)


@pytest.fixture
async def client(environment):
    async with AsyncClient.for_config(environment.config) as client:
        for resource in (WEBS, PARTS):
            await install(client, resource)
        yield client
        for resource in (WEBS, PARTS, LATES):
            await uninstall(client, resource)


@pytest.fixture
async def start(environment):
    running = []

    async def started(manager):
        running.append(asyncio.create_task(manager.run(handle_signals=False)))
        return running[-1]

    yield started
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def elected(manager):
    await asyncio.wait_for(manager.elected.wait(), PATIENCE)


async def test_a_manager_reads_its_own_writes(environment, client, start):
    """52. A get after the same client's update, patch, apply or create shows no older object.
    53. A get after its delete is NotFound; after delete and create, the new UID.
    """
    manager = Manager(environment.config, name="test")
    await start(manager)
    await elected(manager)
    mine = manager.client
    await mine.list(Web)
    await mine.create(web("a"))
    for n in range(30):
        one = await mine.get(Web, "a", "default")
        assert one.spec.replicas == n
        one.spec.replicas += 1
        await mine.update(one)
    await mine.patch(Web, {"spec": {"color": "red"}}, name="a", namespace="default")
    assert (await mine.get(Web, "a", "default")).spec.color == "red"
    one.status.ready = True
    one = await mine.get(Web, "a", "default")
    one.status.ready = True
    await mine.status(one).update()
    assert [w.status.ready for w in (await mine.list(Web, "default")).items] == [True]
    for _ in range(5):
        old = await mine.get(Web, "a", "default")
        await mine.delete(old)
        with pytest.raises(NotFoundError):
            await mine.get(Web, "a", "default")
        new = await mine.create(web("a"))
        assert (await mine.get(Web, "a", "default")).metadata.uid == new.metadata.uid
        assert new.metadata.uid != old.metadata.uid
    held = await mine.get(Web, "a", "default")
    held.metadata.finalizers = ["example.com/hold"]
    await mine.update(held)
    await mine.delete(Web, "a", "default")
    marked = await mine.get(Web, "a", "default")
    assert marked.metadata.deletion_timestamp is not None
    marked.metadata.finalizers = None
    await mine.update(marked)
    with pytest.raises(NotFoundError):
        await manager.reader.get(Web, "a", "default")
    assert manager.cache.counts.live == 0


async def test_a_finalizer_that_was_removed_leaves_nothing_to_read(environment, client, start):
    """53. ... also where the last write of an object is what ends it."""
    manager = Manager(environment.config, name="test")
    await start(manager)
    await elected(manager)
    mine = manager.client
    await mine.list(Web)
    obj = web("a")
    obj.metadata.finalizers = ["example.com/hold"]
    await mine.create(obj)
    await mine.delete(Web, "a", "default")
    marked = await mine.get(Web, "a", "default")
    marked.metadata.finalizers = None
    await mine.update(marked)
    with pytest.raises(NotFoundError):
        await mine.get(Web, "a", "default")
    assert manager.cache.counts.live == 0


async def test_applying_the_same_twice_sends_it_once(environment, client, start):
    """116. Applying the same desired state twice writes once, with server defaults present."""
    manager = Manager(environment.config, name="test")
    await start(manager)
    await elected(manager)
    sent = []
    original = manager.client.rest.request

    async def request(method, *args, **kwargs):
        sent.append(method)
        return await original(method, *args, **kwargs)

    manager.client.rest.request = request
    await manager.client.list(Web)
    for replicas in (1, 1, 1, 2, 2):
        applied = await apply(manager.client, wanted("a", replicas=replicas), field_manager="test")
        assert (applied.spec.replicas, applied.spec.color) == (replicas, "grey")
    assert sent.count("PATCH") == 2


def replica(environment, identity, log):
    election = LeaderElection(
        name="web",
        namespace="default",
        identity=identity,
        lease_duration=15,
        renew_deadline=10,
        retry_period=0.2,
    )
    manager = Manager(environment.config, name=identity, leader_election=election)

    async def work():
        log.append(f"{identity} leads")
        try:
            await asyncio.Event().wait()
        finally:
            log.append(f"{identity} ended")

    manager.add(work)
    return manager


async def test_a_leader_that_stops_hands_over_after_its_work_has_ended(environment, client, start):
    """12. Stop releases the lease only after all controllers have ended.
    13. Release on cancel: the next replica leads soon.
    """
    log = []
    one, two = replica(environment, "one", log), replica(environment, "two", log)
    first = await start(one)
    await elected(one)
    await start(two)
    one.stop()
    await first
    await elected(two)
    await asyncio.sleep(0)  # the leader's work begins
    assert log == ["one leads", "one ended", "two leads"]
    with suppress(APIError):
        await client.delete(Lease, "web", "default")


async def test_a_leader_whose_lease_was_taken_ends_at_once(environment, client, start):
    """11. Losing the lease ends start with an error at once, without the grace."""
    log = []
    one = replica(environment, "one", log)
    running = await start(one)
    await elected(one)
    await client.patch(
        Lease, {"spec": {"holderIdentity": "thief"}}, name="web", namespace="default"
    )
    with pytest.raises(LeadershipLostError):
        async with asyncio.timeout(PATIENCE):
            await running
    assert log == ["one leads", "one ended"]
    await client.delete(Lease, "web", "default")


async def test_an_optional_kind_comes_and_goes(environment, client, start):
    """80. An optional watch waits for its CRD, ends with it, and comes back with it."""
    recording = Recording()

    def to_late(obj):
        return [Request(f"late-{obj.metadata.name}")]

    manager = Manager(environment.config, name="test")
    watch = Watch(Late, to_late, optional=True)
    manager.add(Controller(Web, recording, watches=[watch]))
    await start(manager)
    await client.create(web("a"))
    await asyncio.wait_for(recording.until(1), PATIENCE)
    await install(client, LATES)
    await client.create(web("x", kind=Late))
    await asyncio.wait_for(recording.until(2), PATIENCE)
    assert recording.names == ["a", "late-x"]
    await uninstall(client, LATES)
    await asyncio.wait_for(recording.until(3), PATIENCE)
    assert recording.names == ["a", "late-x", "late-x"]
