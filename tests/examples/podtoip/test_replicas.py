"""Replicas of the program on both servers: killed, handed over, with very much to do."""

from __future__ import annotations

import asyncio

import pytest
from podtoip.testing import new_pod

from kube.api.core.v1 import Pod
from kube.runtime import to_tree
from tests.examples.podtoip.worlds import overlapping

NAMES = [f"p{n}" for n in range(8)]


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried-out", "not-sent"])
async def test_what_a_replica_leaves_undone_the_next_one_does(world, cluster, carried_out):
    """Each is killed by one of its writes: the definition's, and those that follow."""
    for write in range(1, 7):
        manager, line = world.start(f"replica {write}")
        line.die_at(write, carried_out=carried_out)
        for n in range(write):
            await cluster.pod(f"{write}-{n}", f"10.0.{write}.{n}")
        await line.dead.wait()
        await world.kill(manager)
        await cluster.move(f"{write}-0", f"10.1.{write}.0")
        if write > 1:
            await cluster.delete(f"{write - 1}-0")
    world.start("last")
    await cluster.registered()
    assert len(await cluster.converged()) == 16


async def test_a_leader_that_stops_in_the_middle_hands_over_with_no_overlap(world, cluster):
    for n, name in enumerate(NAMES):
        await cluster.pod(name, f"10.0.0.{n}")
    one, line = world.start("one", is_elected=True)
    await one.elected.wait()
    two, _ = world.start("two", is_elected=True)
    await line.until_writes(5)
    await world.stop(one)
    await cluster.move("p0", "10.0.1.0")
    assert len(await cluster.converged()) == len(NAMES)
    assert two.elected.is_set()
    assert overlapping(world.log) == []


async def test_a_thousand_pods_at_once(world, cluster):
    pods = {f"p{n}": f"10.0.{n // 250}.{n % 250}" for n in range(1000)}
    if world.server is not None:
        world.server.load([running_pod(name, address) for name, address in pods.items()])
    else:
        await asyncio.gather(*(cluster.pod(name, address) for name, address in pods.items()))
    _, line = world.start()
    await cluster.registered()
    assert await cluster.converged() == pods
    assert line.writes == 1001  # the definition, and each once
    await world.user.delete_all_of(Pod, world.namespace)
    assert await cluster.converged() == {}
    assert line.writes == 2001


def running_pod(name, address):
    pod = new_pod(name, "default")
    pod.status.pod_ip = address
    return to_tree(pod)
