"""The program where hours take no time: leases that lapse, resyncs, each verb of its role."""

from __future__ import annotations

import asyncio
import copy

import pytest
from podtoip.controllers.pod_controller import RESYNC, PodController
from podtoip.testing import Cluster

from kube.controller import LeadershipLostError
from tests.examples.podtoip.test_replicas import NAMES
from tests.examples.podtoip.worlds import overlapping, roles


async def test_a_leader_that_is_cut_off_has_ended_before_the_next_one_leads(world, cluster):
    for n, name in enumerate(NAMES):
        await cluster.pod(name, f"10.0.0.{n}")
    one, line = world.start("one", is_elected=True)
    await one.elected.wait()
    two, _ = world.start("two", is_elected=True)
    await line.until_writes(5)
    line.cut()
    with pytest.raises(LeadershipLostError):
        await world.end(one)
    assert not two.elected.is_set()
    await cluster.move("p0", "10.0.1.0")
    assert len(await cluster.converged()) == len(NAMES)
    assert overlapping(world.log) == []


async def test_a_resync_writes_nothing(world, cluster, monkeypatch):
    resyncs = []
    filtered = PodController._enqueue_moved

    def noted(self, old, new):
        resyncs.extend([new] if old is new else [])
        filtered(self, old, new)

    monkeypatch.setattr(PodController, "_enqueue_moved", noted)
    for n, name in enumerate(NAMES):
        await cluster.pod(name, f"10.0.0.{n}")
    _, line = world.start()
    await cluster.registered()
    await cluster.converged()
    writes = line.writes
    await asyncio.sleep(10 * RESYNC + 1)
    assert len(resyncs) == 10 * len(NAMES)
    assert line.writes == writes


def without_each_verb():
    """The roles, with one verb on one resource less each time."""
    cases = []
    for r, role in enumerate(roles()):
        for n, rule in enumerate(role["rules"]):
            for verb in rule["verbs"]:
                less = copy.deepcopy(roles())
                less[r]["rules"][n]["verbs"].remove(verb)
                less[r]["rules"] = [rule for rule in less[r]["rules"] if rule["verbs"]]
                cases.append(pytest.param(less, id=f"{verb} {','.join(rule['resources'])}"))
    return cases


async def live_through(world):
    """All that leads the program to a request, until the first one that it is refused: these."""
    cluster = Cluster(world.user, world.namespace)
    manager, line = world.start(is_elected=True)

    async def life():
        await cluster.registered()
        await cluster.pod("a", "10.0.0.1")
        await cluster.sees(a="10.0.0.1")
        await cluster.move("a", "10.0.0.2")
        await cluster.sees(a="10.0.0.2")
        await cluster.delete("a")
        await cluster.sees()
        await world.stop(manager)

    living, refusal = asyncio.ensure_future(life()), asyncio.ensure_future(line.was_refused.wait())
    await asyncio.wait([living, refusal], return_when=asyncio.FIRST_COMPLETED)
    if not line.refused:
        await living
    for task in (living, refusal):
        task.cancel()
    await asyncio.gather(living, refusal, return_exceptions=True)
    return line.refused


@pytest.mark.parametrize("less", without_each_verb())
async def test_without_any_verb_of_its_role_something_is_refused(world, less):
    await world.grant(less)
    assert await live_through(world)


async def test_with_its_role_nothing_is_refused(world):
    await world.grant(roles())
    assert await live_through(world) == set()
