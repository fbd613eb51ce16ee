"""From events to keys: owners, map functions, predicates, sources. Numbers are the promises'."""

from __future__ import annotations

import asyncio
import logging

import pytest

from kube.client import metadata_of
from kube.controller import (
    CacheSyncTimeoutError,
    Channel,
    Controller,
    Event,
    EventType,
    Request,
    Watch,
)
from kube.controller.mapping import to_owners
from kube.controller.predicates import (
    all_of,
    annotations_changed,
    any_of,
    generation_changed,
    labeled,
    labels_changed,
    not_,
    resource_version_changed,
    status_ignored,
)
from kube.runtime.errors import ServiceUnavailableError
from tests.kube.controller.world import (
    LATES,
    WEBS,
    ZONES,
    Late,
    Part,
    Recording,
    Web,
    Zone,
    definition,
    owned_by,
    part,
    settled,
    web,
)


class Unregistered(Web):
    pass


def nothing(obj):
    return []


async def reconcile(request):
    return None


MISUSES = {
    "a reconciler that is a class": (lambda: Controller(Web, Recording), "is a class"),
    "no reconciler": (lambda: Controller(Web, None), "a reconciler is a function"),
    "a reconciler without an argument": (
        lambda: Controller(Web, lambda: None),
        "must take one argument",
    ),
    "neither a kind nor a name": (
        lambda: Controller(None, reconcile, watches=[Watch(Web, nothing)]),
        "needs a name",
    ),
    "nothing to watch": (lambda: Controller(None, reconcile, name="x"), "watches nothing"),
    "owns without a kind": (
        lambda: Controller(None, reconcile, name="x", owns=[Part]),
        "owns nothing",
    ),
    "owns with a map": (
        lambda: Controller(Web, reconcile, owns=[Watch(Part, nothing)]),
        "owner references lead to the key",
    ),
    "a watch without a map": (
        lambda: Controller(Web, reconcile, watches=[Watch(Part)]),
        "needs a map function",
    ),
    "a kind in place of a watch": (
        lambda: Controller(Web, reconcile, watches=[Part]),
        "takes Watch objects",
    ),
    "a class that is not a kind": (lambda: Controller(int, reconcile), "int"),
    "a kind without a resource": (
        lambda: Controller(Unregistered, reconcile),
        "has no Resource",
    ),
    "a source that is not async": (
        lambda: Controller(Web, reconcile, sources=[lambda enqueue: None]),
        "a source is a Channel, or an async function",
    ),
    "no workers": (
        lambda: Controller(Web, reconcile, max_concurrent_reconciles=0),
        "at least 1",
    ),
    "a timeout of 0": (lambda: Controller(Web, reconcile, reconcile_timeout=0), "must be positive"),
    "a predicate without a kind": (
        lambda: Controller(
            None, reconcile, name="x", watches=[Watch(Web, nothing)], predicate=generation_changed
        ),
        "there is no kind",
    ),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_misuse_is_an_error_where_the_controller_is_made(misuse):
    """65. Each misuse is an error at `Controller(...)`, not at start."""
    make, why = MISUSES[misuse]
    with pytest.raises((TypeError, ValueError, LookupError), match=why):
        make()


async def started(world, *controllers):
    manager = world.manager()
    for controller in controllers:
        manager.add(controller)
    world.start(manager)
    await settled()
    return manager


async def test_the_owner_is_queued_for_each_change_of_a_child(world):
    """66. owns() enqueues the owner for create, update, delete of a child; by default for
    controller references only.
    """
    owner = await world.client.create(web("owner"))
    recording = Recording()
    await started(world, Controller(Web, recording, owns=[Part]))
    recording.requests.clear()
    child = await world.client.create(part("child", owner=owner))
    assert await recording.until(1) == ["owner"]
    await settled(1)
    await world.client.patch(child, {"spec": {"color": "blue"}})
    await recording.until(2)
    await settled(1)
    await world.client.delete(child)
    assert await recording.until(3) == ["owner"] * 3
    plain = part("plain")
    plain.metadata.owner_references = [owned_by(owner, controller=None)]
    await world.client.create(plain)
    await settled()
    assert len(recording.requests) == 3


async def test_with_any_owner_all_references_count(world):
    """66."""
    owner = await world.client.create(web("owner"))
    recording = Recording()
    await started(world, Controller(Web, recording, owns=[Watch(Part, any_owner=True)]))
    plain = part("plain")
    plain.metadata.owner_references = [owned_by(owner, controller=None)]
    await world.client.create(plain)
    await settled()
    assert recording.names == ["owner", "owner"]


async def test_a_child_that_moves_queues_both_owners(world):
    """67. An update that moves a child from owner A to B enqueues both."""
    one, two = [await world.client.create(web(name)) for name in ("one", "two")]
    child = await world.client.create(part("child", owner=one))
    recording = Recording()
    await started(world, Controller(Web, recording, owns=[Part]))
    recording.requests.clear()
    child.metadata.owner_references = [owned_by(two)]
    await world.client.update(child)
    await settled()
    assert sorted(recording.names) == ["one", "two"]


async def test_a_cluster_scoped_owner_is_queued_without_a_namespace(world):
    """68. A cluster-scoped owner is enqueued without a namespace."""
    zone = await world.client.create(web("zone", kind=Zone))
    recording = Recording()
    await started(world, Controller(Zone, recording, owns=[Part]))
    recording.requests.clear()
    await world.client.create(part("child", owner=zone))
    await recording.until(1)
    assert recording.requests == [Request("zone")]


def test_an_owner_counts_by_group_and_kind_in_any_version():
    """69. An owner reference of another group with the same kind enqueues nothing; another
    version of the group does.
    """
    owner = web("owner")
    owner.metadata.uid = "1"
    child = part("child")
    child.metadata.owner_references = [
        owned_by(owner, api_version="other.com/v1"),
        owned_by(owner, api_version="example.com/v2beta1", name="newer"),
        owned_by(owner, kind="Zone"),
    ]
    assert to_owners(WEBS, any_owner=False)(child) == [Request("newer", "default")]
    assert to_owners(ZONES, any_owner=False)(child) == [Request("owner")]


def test_one_unreadable_owner_reference_does_not_hide_the_others(caplog):
    """70. One unreadable owner reference does not hide the others."""
    owner = web("owner")
    owner.metadata.uid = "1"
    child = part("child")
    child.metadata.owner_references = [owned_by(owner, api_version="a/b/c"), owned_by(owner)]
    assert to_owners(WEBS, any_owner=False)(child) == [Request("owner", "default")]
    assert "owner reference that cannot be read" in caplog.text


async def test_a_map_function_sees_old_and_new_and_equal_keys_are_queued_once(world):
    """71. A map function sees old and new; equal requests of one event enqueue once."""
    child = await world.client.create(part("child", names=["a", "b"]))
    recording = Recording()

    def to_named(obj):
        return [Request(name) for name in obj.spec.names or ()]

    await started(world, Controller(None, recording, name="x", watches=[Watch(Part, to_named)]))
    assert recording.names == ["a", "b"]
    child.spec.names = ["b", "c", "b"]
    await world.client.update(child)
    await settled()
    assert sorted(recording.names[2:]) == ["a", "b", "c"]


async def test_a_map_function_may_be_async_or_yield(world):
    await world.client.create(part("child"))
    recording = Recording()

    async def waits(obj):
        await asyncio.sleep(1)
        return [Request("waited")]

    async def yields(obj):
        yield Request("yielded")

    watches = [Watch(Part, waits), Watch(Part, yields)]
    await started(world, Controller(None, recording, name="x", watches=watches))
    assert sorted(recording.names) == ["waited", "yielded"]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_map_function_that_fails_is_run_again_and_others_go_on(world, caplog, is_async):
    """72. A map function that fails is run again until it succeeds, and others go on."""
    await world.client.create(part("bad"))
    await world.client.create(part("good"))
    recording, failures = Recording(), [0]

    def to_itself(obj):
        if obj.metadata.name == "bad" and failures[0] < 5:
            failures[0] += 1
            raise ServiceUnavailableError("later")
        return [Request(obj.metadata.name)]

    async def async_to_itself(obj):
        return to_itself(obj)

    watch = Watch(Part, async_to_itself if is_async else to_itself)
    manager = world.manager()
    manager.add(Controller(None, recording, name="x", watches=[watch]))
    with caplog.at_level(logging.WARNING):
        world.start(manager)
        assert await recording.until(2) == ["good", "bad"]
    assert failures == [5]
    assert "the mapping of Part default/bad failed" in caplog.text
    assert manager.controllers["x"].is_idle


async def test_a_delete_that_a_relist_finds_has_the_last_known_state(world):
    """73. A delete learned from a relist reaches the handlers with the last known state."""
    child = await world.client.create(part("child", color="red"))
    events = []
    recording = Recording()
    manager = world.manager()
    manager.add(Controller(Part, recording, predicate=lambda event: events.append(event) or True))
    world.start(manager)
    await settled()
    with world.server.state.lock:
        world.server.drop_watches("parts")
        await world.client.delete(child)
        world.server.compact()
    await settled(60)
    last = events[-1]
    assert (last.type, last.is_last_known) == (EventType.DELETE, True)
    assert last.object.spec.color == "red"


def changed(**metadata):
    old, new = web("a"), web("a")
    old.metadata.resource_version, new.metadata.resource_version = "1", "2"
    old.metadata.generation = new.metadata.generation = 1
    for name, value in metadata.items():
        setattr(new.metadata, name, value)
    return Event(EventType.UPDATE, new, old)


SPEC, STATUS = changed(generation=2), changed()
LABELS, RESYNC = changed(labels={"a": "b"}), changed(resource_version="1")
ANNOTATIONS, FINALIZERS = changed(annotations={"a": "b"}), changed(finalizers=["x"])
OWNERS = changed(owner_references=[owned_by(web("o"))])
CREATE = Event(EventType.CREATE, web("a"))
UPDATES = [SPEC, STATUS, LABELS, RESYNC, ANNOTATIONS, FINALIZERS, OWNERS]


@pytest.mark.parametrize(
    ("predicate", "passed"),
    [
        (generation_changed, [SPEC]),
        (resource_version_changed, [e for e in UPDATES if e is not RESYNC]),
        (labels_changed, [LABELS]),
        (annotations_changed, [ANNOTATIONS]),
        (status_ignored, [SPEC, LABELS, ANNOTATIONS, FINALIZERS, OWNERS]),
        (all_of(generation_changed, labels_changed), []),
        (any_of(generation_changed, labels_changed), [SPEC, LABELS]),
        (not_(generation_changed), [e for e in UPDATES if e is not SPEC]),
        (labeled("a=b"), [LABELS]),
    ],
)
def test_predicates_pass_what_they_say(predicate, passed):
    """74. Generation passes a spec change and a deletion, not status or labels; they compose."""
    assert [event for event in UPDATES if predicate(event)] == passed


def test_predicates_of_changes_pass_what_is_no_update():
    """74."""
    for predicate in (generation_changed, labels_changed, annotations_changed, status_ignored):
        assert predicate(CREATE)
        assert not not_(predicate)(CREATE)


async def test_a_deletion_passes_the_generation_predicate(world):
    """74. The server counts a deletion timestamp as a generation."""
    obj = web("a")
    obj.metadata.finalizers = ["example.com/hold"]
    await world.client.create(obj)
    recording = Recording()
    await started(world, Controller(Web, recording, predicate=generation_changed))
    await world.client.patch(Web, {"status": {"ready": True}}, name="a", namespace="default")
    await settled(1)
    assert len(recording.requests) == 1
    await world.client.delete(Web, "a", "default")
    assert len(await recording.until(2)) == 2


async def test_a_kinds_own_predicate_does_not_touch_what_it_owns(world):
    """75. Predicates of for_ do not touch owns; the global filter touches both."""
    owner = await world.client.create(web("owner"))
    own, everything = Recording(), Recording()

    def never(event):
        return False

    await started(
        world,
        Controller(Web, own, predicate=never, owns=[Part], name="own"),
        Controller(Web, everything, event_filter=never, owns=[Part], name="everything"),
    )
    await world.client.create(part("child", owner=owner))
    await settled()
    assert own.names == ["owner"]
    assert everything.names == []


def test_a_filter_that_hides_the_status_of_what_is_owned_is_warned_about(caplog):
    """75. ... and a warning for a global generation filter together with owns."""
    Controller(Web, reconcile, predicate=generation_changed, owns=[Part])
    assert caplog.records == []
    Controller(Web, reconcile, event_filter=generation_changed, owns=[Part])
    assert "also drops status changes of what it owns" in caplog.text


async def test_sources_of_ones_own_ignore_the_filter(world):
    """76. A raw source ignores the global filter."""
    recording, channel = Recording(), Channel()

    async def ticks(enqueue):
        enqueue(Request("now"))
        enqueue(Request("later"), after=60)

    controller = Controller(
        Web, recording, sources=[channel, ticks], event_filter=lambda event: False
    )
    await started(world, controller)
    await channel.send(web("sent"))
    assert sorted(await recording.until(2)) == ["now", "sent"]
    await recording.until(3)
    assert recording.names[-1] == "later"


async def test_a_full_channel_blocks_its_sender_and_nothing_else(world):
    """77. A full channel blocks its sender, not other sources; a closed one ends quietly."""
    recording, held = Recording(), asyncio.Event()

    async def held_up(value):
        await held.wait()
        return [value]

    channel = Channel(held_up, capacity=1)
    manager = await started(world, Controller(Web, recording, sources=[channel]))
    await channel.send("one")
    await settled(1)
    await channel.send("two")
    sending = asyncio.create_task(channel.send("three"))
    await world.client.create(web("a"))
    await recording.until(1)
    assert not sending.done()
    held.set()
    await sending
    await channel.close()
    await settled()
    assert [str(request) for request in recording.requests] == ["default/a", "one", "two", "three"]
    with pytest.raises(ValueError, match="closed"):
        await channel.send("four")
    assert manager.controllers["web"].is_idle


async def test_a_source_that_fails_ends_the_manager_with_its_error(world):
    async def fails(enqueue):
        raise OSError("no such queue")

    manager = world.manager()
    manager.add(Controller(Web, reconcile, sources=[fails]))
    with pytest.raises(OSError, match="no such queue"):
        await world.start(manager)


async def test_a_kind_that_is_not_served_in_time_fails_the_controller_and_is_named(world):
    """78. A source that cannot start fails the controller after cache_sync_timeout, naming it."""
    manager = world.manager()
    manager.add(Controller(Web, reconcile, watches=[Watch(Late, nothing)], cache_sync_timeout=60))
    with pytest.raises(
        CacheSyncTimeoutError, match=r"controller web: the watch of Late .* within 60 s"
    ):
        await world.start(manager)
    assert 60 <= asyncio.get_running_loop().time() < 65


async def test_a_kind_whose_definition_comes_in_time_is_picked_up(world):
    """79. A kind whose CRD comes within the timeout is picked up without a restart."""
    recording = Recording()
    manager = world.manager()
    manager.add(Controller(Late, recording))
    world.start(manager)
    await settled(20)
    world.server.load([definition(LATES)])
    await world.client.create(web("a", kind=Late))
    assert await recording.until(1) == ["a"]


async def test_an_optional_watch_waits_for_its_kind_ends_with_it_and_comes_back(world):
    """80. An optional watch waits for its CRD, ends with it, and comes back with it."""
    from kube.api.apiextensions.v1 import CustomResourceDefinition

    await world.client.create(web("a"))
    recording = Recording()

    def to_late(obj):
        return [Request(f"late-{obj.metadata.name}")]

    watch = Watch(Late, to_late, optional=True)
    await started(world, Controller(Web, recording, watches=[watch]))
    assert recording.names == ["a"]
    for n in range(2):
        recording.requests.clear()
        world.server.load([definition(LATES)])
        await world.client.create(web(f"n{n}", kind=Late))
        await recording.until(1)
        await settled(60)
        assert recording.names == [f"late-n{n}"]
        recording.requests.clear()
        await world.client.delete(CustomResourceDefinition, "lates.example.com")
        await settled(60)
        assert recording.names == [f"late-n{n}"]


async def test_a_watch_can_be_added_to_and_removed_from_a_running_controller(world):
    """81. A watch can be removed from a running controller; its handler then gets nothing."""
    recording, mapped = Recording(), []

    def to_itself(obj):
        mapped.append(obj.metadata.name)
        return [Request(obj.metadata.name)]

    await world.client.create(part("before"))
    manager = await started(world, Controller(Web, recording))
    running, watch = manager.controllers["web"], Watch(Part, to_itself)
    await running.add_watch(watch)
    assert await recording.until(1) == ["before"]
    await running.remove_watch(watch)
    await world.client.create(part("after"))
    await settled()
    assert mapped == ["before"]
    with pytest.raises(ValueError, match="does not have this watch"):
        await running.remove_watch(watch)


async def test_keys_may_be_of_any_kind(world):
    received = []

    async def reconcile(key):
        received.append(key)

    await world.client.create(part("p", replicas=7))
    watch = Watch(Part, lambda obj: [("shard", obj.spec.replicas)])
    await started(world, Controller(None, reconcile, name="x", watches=[watch]))
    assert received == [("shard", 7)]


async def test_a_request_has_the_causes_of_its_being_queued(world, caplog):
    """The cause: which event of which object through which mapping queued this key."""
    owner = await world.client.create(web("owner"))
    recording = Recording()
    with caplog.at_level(logging.DEBUG, "kube.controller"):
        await started(world, Controller(Web, recording, owns=[Part]))
        await world.client.create(part("child", owner=owner))
        await settled()
    causes = [list(map(str, request.causes)) for request in recording.requests]
    assert causes == [["create of Web default/owner"], ["create of Part default/child by owner"]]
    assert "web: default/owner is queued: create of Part default/child by owner" in caplog.text


async def test_metadata_of_a_kind_may_be_what_is_reconciled(world):
    await world.client.create(web("a"))
    recording = Recording()
    await started(world, Controller(metadata_of(Web), recording))
    assert recording.names == ["a"]
