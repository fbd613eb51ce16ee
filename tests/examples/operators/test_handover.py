"""Two replicas of an operator: one leads at a time, and what one leaves undone the other does."""

from __future__ import annotations

import pytest

from kube.controller import LeadershipLostError
from tests.examples.operators.operators import each_operator

pytestmark = each_operator

NAMES = [f"o{n}" for n in range(8)]


def overlapping(log):
    """The part of a log between the first write of the second leader and the last of the first."""
    begin = log.index("two begins")
    return [entry for entry in log[begin:] if entry.startswith("one")]


async def test_a_leader_that_stops_in_the_middle_hands_over_with_no_overlap(world):
    await world.create(*NAMES)
    one, line = world.start("one", is_elected=True)
    await one.elected.wait()
    two, _ = world.start("two", is_elected=True)
    await line.until_writes(5)
    await world.stop(one)
    await world.resize("o3", 1)
    await world.converged()
    assert two.elected.is_set()
    assert "one ends" in world.log
    assert overlapping(world.log) == []


async def test_a_leader_that_is_cut_off_has_ended_before_the_next_one_leads(world):
    if world.server is None:
        pytest.skip("a lease lapses in real time there")
    await world.create(*NAMES)
    one, line = world.start("one", is_elected=True)
    await one.elected.wait()
    two, _ = world.start("two", is_elected=True)
    await line.until_writes(5)
    line.cut()
    with pytest.raises(LeadershipLostError):
        await world.end(one)
    assert not two.elected.is_set()
    await world.resize("o3", 1)
    await world.converged()
    assert overlapping(world.log) == []
