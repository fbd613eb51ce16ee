"""An operator's role is enough, and no verb of it is too much."""

from __future__ import annotations

import asyncio
import copy

import pytest

from kube.leaderelection import LeaderElector
from kube.runtime.errors import ConflictError
from tests.examples.operators.operators import OPERATORS, each_operator
from tests.examples.operators.world import embedded


@pytest.fixture(autouse=True)
def elections_in_the_tests_loop(monkeypatch):
    run_here = staticmethod(lambda run, name: asyncio.ensure_future(run()))
    monkeypatch.setattr(LeaderElector, "_run_driver", run_here)


def without_each_verb():
    """The roles of each operator, with one verb on one resource less each time."""
    cases = []
    for operator in OPERATORS:
        roles = operator.roles()
        for r, role in enumerate(roles):
            for n, rule in enumerate(role["rules"]):
                for verb in rule["verbs"]:
                    less = copy.deepcopy(roles)
                    less[r]["rules"][n]["verbs"].remove(verb)
                    less[r]["rules"] = [rule for rule in less[r]["rules"] if rule["verbs"]]
                    lost = f"{operator}: {verb} {','.join(rule['resources'])}"
                    cases.append(pytest.param(operator, less, id=lost))
    return cases


async def live_through(world):
    """All that leads an operator to a request, until the first one that it is refused: this one.

    It is elected, creates, and updates. After a conflict, and for as long as its cache is behind
    its own writes, it reads the server.
    """
    manager, line = world.start(is_elected=True)
    life = asyncio.create_task(_life(world, manager, line))
    refusal = asyncio.create_task(line.was_refused.wait())
    await asyncio.wait([life, refusal], return_when=asyncio.FIRST_COMPLETED)
    if not line.refused:
        await life
    for task in (life, refusal):
        task.cancel()
    await asyncio.gather(life, refusal, return_exceptions=True)
    return line.refused


async def _life(world, manager, line):
    await world.create("a", size=1)
    await world.converged()
    conflicts = [ConflictError("somebody was faster")]

    def react(action):
        if action.subresource == "status" and conflicts:
            raise conflicts.pop()

    world.server.reactors.append(react)
    await world.resize("a", 2)
    await world.converged()
    assert not conflicts
    line.hold("deployments", "services")
    await world.resize("a", 1)
    await world.change_ports("a")
    await line.until_writes(line.writes + 1)
    await world.resize("a", 3)
    await world.change_ports("a")
    await world.converged()
    line.hold()
    await world.stop(manager)


@pytest.mark.parametrize(("operator", "roles"), without_each_verb())
async def test_without_any_verb_of_its_role_something_is_refused(operator, roles):
    async with embedded(operator) as world:
        await world.grant(roles)
        assert await live_through(world)


@each_operator
async def test_with_its_role_nothing_is_refused(operator):
    async with embedded(operator) as world:
        await world.grant(operator.roles())
        assert await live_through(world) == set()
