"""What reconcilers write with: only where something has changed. Numbers are the promises'."""

from __future__ import annotations

import asyncio

import pytest

from kube.api.apps.v1 import Deployment, DeploymentSpec
from kube.api.core.v1 import Container, PodSpec, PodTemplateSpec, ResourceRequirements
from kube.api.meta.v1 import LabelSelector, ObjectMeta, find_condition, is_controlled_by
from kube.controller import (
    Finalizers,
    add_finalizer,
    apply,
    apply_set,
    contains_finalizer,
    create_or_patch,
    create_or_update,
    least_patch,
    mark,
    patch_status,
    remove_finalizer,
)
from kube.runtime.errors import ConflictError, NotFoundError
from tests.kube.controller.world import Part, Web, part, settled, wanted, web

HOLD = "example.com/hold"


@pytest.fixture
async def manager(world):
    manager = world.manager()
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    return manager


@pytest.fixture
def writes(world):
    """The writes that the server has got since it was asked last."""

    def take():
        verbs = [
            f"{a.verb} {a.resource}{'/' if a.subresource else ''}{a.subresource or ''}"
            for a in world.server.actions
            if a.verb in ("create", "update", "patch", "delete")
        ]
        world.server.actions.clear()
        return verbs

    return take


# Patches


async def test_the_least_patch_has_what_changed_and_lists_whole(manager, world):
    """59. merge_from sends only what changed; lists go whole; with the lock a stale base is a
    Conflict.
    """
    base = await world.client.create(web("a", names=["x", "y"], color="red"))
    changed = base.deep_copy()
    changed.spec.names.append("z")
    changed.metadata.labels = {"new": "yes"}
    assert least_patch(base, changed) == {
        "spec": {"names": ["x", "y", "z"]},
        "metadata": {"labels": {"new": "yes"}},
    }
    assert least_patch(base, base.deep_copy(), lock=True) == {}
    removed = base.deep_copy()
    removed.spec.names = None
    assert least_patch(base, removed) == {"spec": {"names": None}}
    locked = least_patch(base, changed, lock=True)
    await world.client.patch(base, {"spec": {"replicas": 4}})
    with pytest.raises(ConflictError):
        await manager.client.patch(base, locked)


def test_a_lock_without_a_resource_version_is_an_error():
    """60. An optimistic lock without a resourceVersion is an error."""
    with pytest.raises(ValueError, match="has no resource version to lock"):
        least_patch(web("a"), web("a", color="red"), lock=True)


# create_or_update, create_or_patch


def red(obj):
    obj.spec.color = "red"


async def test_create_or_update_without_a_change_sends_no_write(manager, writes):
    """114. create_or_update without a change sends no write; renaming in mutate is an error."""
    writes()
    outcomes = [(await create_or_update(manager.client, web("a"), red)).operation for _ in range(3)]
    assert outcomes == ["created", "unchanged", "unchanged"]
    assert writes() == ["create webs"]

    async def blue(obj):
        obj.spec.color = "blue"

    result = await create_or_update(manager.client, web("a"), blue)
    assert (result.operation, result.object.spec.color) == ("updated", "blue")
    assert writes() == ["update webs"]

    def rename(obj):
        obj.metadata.name = "b"

    with pytest.raises(ValueError, match="mutate renamed default/a to default/b"):
        await create_or_update(manager.client, web("a"), rename)


async def test_create_or_patch_writes_the_status_by_its_subresource(manager, writes):
    """115. create_or_patch writes status by the subresource, and only if it changed."""

    def ready(obj):
        obj.spec.color = "red"
        obj.status.ready = True

    operations = []
    writes()
    for _ in range(3):
        operations.append((await create_or_patch(manager.client, web("a"), ready)).operation)
    assert operations == ["created", "updatedStatusOnly", "unchanged"]
    assert writes() == ["create webs", "patch webs/status"]

    def both(obj):
        obj.spec.color, obj.status.ready = "blue", False

    result = await create_or_patch(manager.client, web("a"), both)
    assert result.operation == "updatedStatus"
    assert (result.object.spec.color, result.object.status.ready) == ("blue", False)
    assert writes() == ["patch webs", "patch webs/status"]


async def test_the_argument_is_never_changed(manager):
    obj = web("a")
    before = obj.deep_copy()
    await create_or_update(manager.client, obj, red)
    await create_or_update(manager.client, obj, red)
    assert obj == before


# Status


async def test_a_status_is_patched_if_it_changed_and_again_after_a_conflict(manager, world, writes):
    created = await world.client.create(web("a"))
    await manager.client.list(Web)
    calls = []

    async def count(obj):
        calls.append(obj.metadata.resource_version)
        if len(calls) == 1:
            await world.client.patch(created, {"spec": {"replicas": 9}})
        obj.status.ready = True

    writes()
    patched = await patch_status(manager.client, created, count)
    assert len(calls) == 2
    assert (patched.status.ready, patched.spec.replicas) == (True, 9)
    writes()
    await patch_status(manager.client, created, count)
    assert writes() == []


def test_a_condition_is_for_the_generation_that_was_seen():
    obj = web("a")
    obj.metadata.generation = 3
    assert mark(obj, "Ready", False, reason="Starting")
    ready = find_condition(obj.status.conditions, "Ready")
    assert (ready.status, ready.observed_generation, ready.reason) == ("False", 3, "Starting")
    at = ready.last_transition_time
    assert at is not None
    assert not mark(obj, "Ready", False, reason="Starting")
    obj.metadata.generation = 4
    assert mark(obj, "Ready", False, reason="Starting")
    ready = find_condition(obj.status.conditions, "Ready")
    assert (ready.observed_generation, ready.last_transition_time) == (4, at)
    assert mark(obj, "Ready", None, reason="Lost")
    assert find_condition(obj.status.conditions, "Ready").status == "Unknown"


@pytest.mark.parametrize("write", [create_or_update, create_or_patch])
async def test_an_object_that_is_deleted_while_it_is_changed_is_a_conflict(manager, world, write):
    """The runtime tries again without a word, as after any other change of somebody else's."""
    await world.client.create(web("a"))

    async def change(one):
        one.spec.replicas += 1
        await world.client.delete(Web, "a", "default")

    with pytest.raises(ConflictError, match="Web default/a was deleted meanwhile"):
        await write(manager.client, web("a"), change)


async def test_an_update_that_the_server_takes_back_is_sent_once(manager, world, writes):
    """What is wanted is what there is in another form: `0.5` of a CPU is `500m`."""
    half = ResourceRequirements(limits={"cpu": "0.5"})
    labels = {"app": "a"}
    template = PodTemplateSpec(metadata=ObjectMeta(labels=labels), spec=PodSpec(containers=[]))
    selector = LabelSelector(match_labels=labels)
    empty = Deployment(
        metadata=ObjectMeta(name="a", namespace="default"),
        spec=DeploymentSpec(selector=selector, template=template),
    )

    def as_wanted(one):
        present = one.spec.template.spec.containers or [Container(name="a", image="a")]
        present[0].resources = half
        one.spec.template.spec.containers = present

    async def ensured():
        return (await create_or_update(manager.client, empty, as_wanted)).operation

    assert await ensured() == "created"
    writes()
    assert [await ensured() for _ in range(3)] == ["unchanged"] * 3
    assert writes() == ["update deployments"]
    # Another version may be another matter.
    where = {"name": "a", "namespace": "default"}
    await world.client.patch(Deployment, {"spec": {"replicas": 2}}, **where)
    await settled(1)
    writes()
    assert [await ensured() for _ in range(3)] == ["unchanged"] * 3
    assert writes() == ["update deployments"]
    # What really differs is still put right.
    change = {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}}
    await world.client.patch(Deployment, change, **where)
    await settled(1)
    assert [await ensured() for _ in range(3)] == ["updated", "unchanged", "unchanged"]
    limits = (
        (await world.client.get(Deployment, **where)).spec.template.spec.containers[0].resources
    )
    assert limits == ResourceRequirements(limits={"cpu": "500m"})


# Apply


async def test_applying_the_same_twice_writes_once(manager, world, writes):
    """116. Applying the same desired state twice writes once, with server defaults present."""
    writes()
    for _ in range(3):
        applied = await apply(manager.client, wanted("a", replicas=2), field_manager="test")
        assert (applied.spec.replicas, applied.spec.color) == (2, "grey")
    assert writes() == ["patch webs"]
    # Somebody else writes a field that is not ours: nothing is sent.
    await world.client.patch(applied, {"spec": {"names": ["x"]}})
    await settled(1)
    writes()
    await apply(manager.client, wanted("a", replicas=2), field_manager="test")
    assert writes() == []
    # Somebody else writes one of ours: it is ours again.
    await world.client.patch(applied, {"spec": {"replicas": 7}})
    await settled(1)
    writes()
    applied = await apply(manager.client, wanted("a", replicas=2), field_manager="test")
    assert writes() == ["patch webs"]
    assert applied.spec.replicas == 2
    # Something else is desired.
    applied = await apply(manager.client, wanted("a", replicas=3), field_manager="test")
    assert (writes(), applied.spec.replicas) == (["patch webs"], 3)
    # It was deleted, and is created anew.
    await world.client.delete(applied)
    await settled(1)
    writes()
    await apply(manager.client, wanted("a", replicas=3), field_manager="test")
    assert writes() == ["patch webs"]


async def test_what_is_applied_for_an_owner_has_it_for_its_controller(manager, world, writes):
    owner = await world.client.create(web("owner"))
    config = wanted("a", replicas=2)
    for _ in range(2):
        applied = await apply(manager.client, config, field_manager="test", owner=owner)
    assert is_controlled_by(applied, owner)
    assert (type(applied), config.metadata.owner_references) == (Web, None)
    tree = {"apiVersion": "example.com/v1", "kind": "Web"}
    tree["metadata"] = {"name": "b", "namespace": "default"}
    applied = await apply(manager.client, tree, field_manager="test", owner=owner)
    assert is_controlled_by(applied, owner)
    assert "ownerReferences" not in tree["metadata"]
    writes()
    await apply(manager.client, config, field_manager="test", owner=owner)
    assert writes() == []


def part_tree(name, **spec):
    return {
        "apiVersion": "example.com/v1",
        "kind": "Part",
        "metadata": {"name": name},
        "spec": spec,
    }


async def names(client, kind):
    return [obj.metadata.name for obj in (await client.list(kind)).items]


async def test_a_set_is_applied_and_what_is_gone_from_it_is_deleted(manager, world, writes):
    owner = await world.client.create(web("owner"))
    other = await world.client.create(web("other"))
    await world.client.create(part("not-ours"))
    await world.client.create(part("by-hand", owner=owner))

    async def has(*configs, of=owner):
        return await apply_set(manager.client, of, configs, field_manager="test", kinds=[Part, Web])

    await has(part_tree("a"), part_tree("b"), wanted("w", color="red"))
    await has(part_tree("a2"), of=other)
    assert await names(world.client, Part) == ["a", "a2", "b", "by-hand", "not-ours"]
    applied = await world.client.get(Part, "a", "default")
    assert [r.name for r in applied.metadata.owner_references] == ["owner"]
    assert applied.metadata.owner_references[0].controller
    await settled(1)
    writes()
    await has(part_tree("a"))
    assert sorted(writes()) == ["delete parts", "delete webs"]
    assert await names(world.client, Part) == ["a", "a2", "by-hand", "not-ours"]
    assert await names(world.client, Web) == ["other", "owner"]
    with pytest.raises(ValueError, match="is in the set twice"):
        await has(part_tree("a"), part_tree("a"))
    with pytest.raises(ValueError, match="Zone is not among the kinds of the set"):
        await has({**part_tree("a"), "kind": "Zone"})


# Finalizers


def test_finalizers_are_added_and_removed_once_and_others_are_left():
    """117."""
    obj = web("a")
    obj.metadata.finalizers = ["other.com/x"]
    assert add_finalizer(obj, HOLD)
    assert not add_finalizer(obj, HOLD)
    assert contains_finalizer(obj, HOLD)
    assert remove_finalizer(obj, HOLD)
    assert not remove_finalizer(obj, HOLD)
    assert obj.metadata.finalizers == ["other.com/x"]


async def test_a_finalizer_is_added_once_and_removed_only_after_success(manager, world, writes):
    """117. Finalizers: added once, removed only after success, another's untouched.
    118. With a finalizer still ours, the object is there when we clean up.
    """
    obj = web("a")
    obj.metadata.finalizers = ["other.com/x"]
    await world.client.create(obj)
    cleaned, fails = [], [True]

    async def clean_up(one):
        if fails[0]:
            raise OSError("not yet")
        cleaned.append((await manager.reader.get(Web, one.metadata.name, "default")).spec.color)

    finalizers = Finalizers(manager.client, {HOLD: clean_up})
    writes()
    for _ in range(2):
        alive = await finalizers.settle(await manager.client.get(Web, "a", "default"))
        assert alive.metadata.finalizers == ["other.com/x", HOLD]
    assert writes() == ["patch webs"]
    await world.client.delete(alive)
    await settled(1)
    with pytest.raises(OSError, match="not yet"):
        await finalizers.settle(await manager.client.get(Web, "a", "default"))
    assert contains_finalizer(await world.client.get(Web, "a", "default"), HOLD)
    fails[0] = False
    assert await finalizers.settle(await manager.client.get(Web, "a", "default")) is None
    assert cleaned == ["grey"]
    assert (await world.client.get(Web, "a", "default")).metadata.finalizers == ["other.com/x"]


async def test_all_clean_ups_are_called_and_their_errors_gathered(manager, world):
    """117. ... errors of all gathered."""

    def fails(obj):
        raise OSError(obj.metadata.name)

    done = []
    finalizers = Finalizers(
        manager.client,
        {"example.com/a": fails, "example.com/b": done.append, "example.com/c": fails},
    )
    created = await world.client.create(web("a"))
    await finalizers.settle(created)
    await world.client.delete(Web, "a", "default")
    await settled(1)
    with pytest.raises(ExceptionGroup) as raised:
        await finalizers.settle(await manager.client.get(Web, "a", "default"))
    assert len(raised.value.exceptions) == 2
    assert len(done) == 1
    left = (await world.client.get(Web, "a", "default")).metadata.finalizers
    assert left == ["example.com/a", "example.com/c"]


async def test_the_removal_of_a_finalizer_is_retried_after_a_conflict(manager, world):
    """118. ... removal conflicts are retried."""
    finalizers = Finalizers(manager.client, {HOLD: lambda obj: None})
    await finalizers.settle(await world.client.create(web("a")))
    await world.client.delete(Web, "a", "default")
    await settled(1)
    stale = await manager.client.get(Web, "a", "default")
    await world.client.patch(Web, {"spec": {"replicas": 2}}, name="a", namespace="default")
    assert await finalizers.settle(stale) is None
    with pytest.raises(NotFoundError):
        await world.client.get(Web, "a", "default")


def test_a_finalizer_needs_a_domain(world):
    with pytest.raises(ValueError, match=r"needs a domain: example\.com/hold"):
        Finalizers(None, {"hold": print})


async def test_a_synchronous_reconciler_calls_the_same_helpers(manager, world):
    client = manager.sync_client

    def work():
        first = client.run(create_or_update, web("a"), red)
        again = client.run(create_or_update, web("a"), red)
        applied = client.run(apply, wanted("b", replicas=1), field_manager="test")
        return first.operation, again.operation, applied.spec.replicas

    outcome = await asyncio.get_running_loop().run_in_executor(None, work)
    assert outcome == ("created", "unchanged", 1)
