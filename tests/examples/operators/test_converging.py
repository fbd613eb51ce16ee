"""What holds of every operator: objects get what they ask for, and keep it, whatever happens."""

from __future__ import annotations

from contextlib import suppress

import pytest

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Service
from kube.client import PatchType
from kube.runtime.errors import NotFoundError
from tests.examples.operators.operators import each_operator

pytestmark = each_operator


async def test_objects_get_what_they_ask_for_and_what_they_ask_for_later(world):
    world.start()
    await world.create("a", "b", "c")
    await world.converged()
    await world.resize("b", 5)
    await world.resize("c", 0)
    await world.converged()


async def test_what_somebody_else_changes_is_put_right(world):
    world.start()
    await world.create("a")
    await world.converged()
    where = {"name": "a", "namespace": world.namespace}
    replicas = {"spec": {"replicas": 7}}
    await world.user.patch(Deployment, replicas, **where)
    await world.converged()
    image = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "evil"}]
    await world.user.patch(Deployment, image, PatchType.JSON, **where)
    await world.converged()
    await world.user.delete(Deployment, **where)
    await world.converged()


async def test_the_ports_that_somebody_else_changes_are_put_right(world):
    if not world.operator.ports(world.operator.spec(1, 0)):
        pytest.skip("has no Service")
    world.start()
    await world.create("a")
    await world.converged()
    where = {"name": "a", "namespace": world.namespace}
    before = await world.user.get(Service, **where)
    ports = {"spec": {"ports": [{"name": "other", "port": 9999}]}}
    await world.user.patch(Service, ports, **where)
    await world.converged()
    after = await world.user.get(Service, **where)
    assert after.spec.cluster_ip == before.spec.cluster_ip
    await world.user.delete(Service, **where)
    await world.converged()


@pytest.mark.parametrize("policy", ["Background", "Foreground"])
async def test_what_belongs_to_a_deleted_object_goes_with_it(world, policy):
    world.start()
    await world.create("a", "b")
    await world.converged()
    await world.delete("a", propagation_policy=policy)
    await world.converged()


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried-out", "not-sent"])
async def test_it_converges_after_a_restart_at_any_of_its_writes(world, carried_out):
    """A replica is killed by each write that it comes to; the next one does what it has not."""
    await world.create("a", "b")
    for write in range(1, 8):
        manager, line = world.start(f"replica {write}")
        line.die_at(write, carried_out=carried_out)
        await world.create(f"more-{write}")
        await line.dead.wait()
        await world.kill(manager)
        with suppress(NotFoundError):  # the first replica may have created nothing
            await world.user.delete(Deployment, "a", world.namespace)
        await world.resize("b", write % 4)
        if write > 2:
            await world.delete(f"more-{write - 2}")
    world.start("last")
    await world.converged()
