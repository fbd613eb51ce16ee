"""What the manager's cache holds and answers. Numbers are those of the promises."""

from __future__ import annotations

import asyncio
import logging

import pytest

from kube.cache import strip_managed_fields
from kube.client import AsyncRESTClient, metadata_of
from kube.controller import (
    CacheNotStartedError,
    CacheOptions,
    CacheOptionsError,
    CacheSyncTimeoutError,
    Controller,
    Manager,
    NotCachedError,
    Watch,
)
from kube.envtest import AsyncMemoryTransport
from kube.runtime.errors import NotFoundError
from kube.runtime.selectors import SelectorError
from tests.kube.controller.world import (
    WEBS,
    Late,
    Part,
    Recording,
    Web,
    Zone,
    part,
    settled,
    web,
)


@pytest.fixture
def running(world):
    """A manager that runs, with the given options."""

    async def start(**options):
        manager = world.manager(**options)
        world.start(manager)
        await asyncio.wait_for(manager.elected.wait(), 60)
        return manager

    return start


async def colored(world, **colors):
    for name, color in colors.items():
        await world.client.create(web(name, color=color))


def names(collection):
    return [obj.metadata.name for obj in collection.items]


async def test_a_read_before_the_start_is_an_error_and_not_an_empty_answer(world):
    """32. A read before the start is a "not started" error, not an empty answer."""
    manager = world.manager()
    with pytest.raises(CacheNotStartedError, match="before the manager ran"):
        await manager.client.list(Web)
    with pytest.raises(CacheNotStartedError):
        await manager.client.get(Web, "a", "default")


async def test_reading_an_unwatched_kind_starts_one_informer_however_many_wait(
    world, running, caplog
):
    """33. Reading an unwatched kind starts one informer, however many callers wait."""
    await colored(world, a="red")
    manager = await running()

    async def read():
        return await manager.client.get(Web, "a", "default")

    with caplog.at_level(logging.WARNING, "kube.controller"):
        webs = await asyncio.gather(*(read() for _ in range(10)))
    assert {w.spec.color for w in webs} == {"red"}
    assert (world.requests("list", "webs"), world.requests("watch", "webs")) == (1, 1)
    assert "test_cache.py" in caplog.text
    assert "started to watch all webs" in caplog.text


async def test_with_fail_on_missing_such_a_read_is_an_error_and_asks_nothing(world, running):
    """34. With fail-on-missing it is an error other than NotFound, and no request is made."""
    manager = await running(fail_on_missing_informer=True)
    with pytest.raises(NotCachedError, match="nobody watches webs") as raised:
        await manager.client.get(Web, "a", "default")
    assert not isinstance(raised.value, NotFoundError)
    assert world.requests("list", "webs") == 0
    assert (await manager.reader.list(Web)).items == []


async def test_watching_and_reading_a_kind_makes_one_list_and_one_watch(world):
    """35. Watching and reading a kind in one form makes one list and one watch request."""
    await colored(world, a="red")
    manager = world.manager()
    recording = Recording(lambda request: manager.client.get(Web, request.name, request.namespace))
    recording.answer = None
    manager.add(Controller(Web, recording))
    manager.add(Controller(Part, Recording(), watches=[Watch(Web, lambda obj: [])]))
    manager.index(Web, "color", lambda obj: [obj.spec.color])
    world.start(manager)
    await recording.until(1)
    await manager.client.get(Web, "a", "default")
    await manager.client.list(Web)
    assert (world.requests("list", "webs"), world.requests("watch", "webs")) == (1, 1)


async def test_changing_a_returned_object_changes_nothing_in_the_cache(world, running):
    """36. Changing a returned object changes nothing in the cache (unless it is shared)."""
    await colored(world, a="red")
    manager = await running()
    one = await manager.client.get(Web, "a", "default")
    one.spec.color = "blue"
    listed = (await manager.client.list(Web)).items[0]
    assert listed.spec.color == "red"
    listed.metadata.labels = {"changed": "yes"}
    assert (await manager.client.get(Web, "a", "default")).metadata.labels is None

    shared = await running(cache=CacheOptions(share=True))
    assert await shared.client.get(Web, "a", "default") is (await shared.client.list(Web)).items[0]


async def test_a_returned_object_has_kind_and_api_version(world, running):
    """37. A returned object has kind and apiVersion."""
    await colored(world, a="red")
    manager = await running()
    await manager.client.list(Web)
    await world.client.create(web("b"))
    await settled()
    listed = await manager.client.list(Web)
    assert {(w.api_version, w.kind) for w in listed.items} == {("example.com/v1", "Web")}
    one = await manager.client.get(Web, "b", "default")
    assert (one.api_version, one.kind) == ("example.com/v1", "Web")


async def test_selectors_of_a_kind_reach_list_and_watch_alike(world, running):
    """38. by_object selectors reach list and watch requests alike."""
    for name, tier in (("a", "front"), ("b", "back")):
        obj = web(name)
        obj.metadata.labels = {"tier": tier}
        await world.client.create(obj)
    manager = await running(
        cache_by_kind={Web: CacheOptions(label_selector="tier=front", field_selector="")}
    )
    assert names(await manager.client.list(Web)) == ["a"]
    late = web("c")
    late.metadata.labels = {"tier": "front"}
    await world.client.create(late)
    other = web("d")
    other.metadata.labels = {"tier": "back"}
    await world.client.create(other)
    await settled()
    assert names(await manager.client.list(Web)) == ["a", "c"]


PRECEDENCE = {
    "namespaces": (["one"], ["two"]),
    "label_selector": ("a=1", "b=2"),
    "field_selector": ("metadata.name=x", "metadata.name=y"),
    "transform": (strip_managed_fields, lambda obj: obj),
    "strip_managed_fields": (True, False),
    "resync": (10.0, 20.0),
    "share": (True, False),
    "compact": (True, False),
}


@pytest.mark.parametrize("setting", PRECEDENCE)
def test_a_kinds_own_options_go_before_the_default(setting):
    """39. The precedence of section 2 holds, for each of the settings."""
    default, own = PRECEDENCE[setting]
    of_all = CacheOptions(**{setting: default})
    assert getattr(CacheOptions().over(of_all), setting) == default
    assert getattr(CacheOptions(**{setting: own}).over(of_all), setting) == own
    assert getattr(of_all.over(CacheOptions()), setting) == default


def test_an_explicit_everything_goes_before_the_default():
    """39."""
    default = CacheOptions(label_selector="a=1", namespaces=["one"])
    own = CacheOptions(label_selector="", namespaces=())
    assert own.over(default).label_selector == ""
    assert own.over(default).namespaces == ()


async def test_with_two_namespaces_nothing_is_asked_of_the_whole_cluster(world, running):
    """40. With two namespaces, nothing is asked cluster-wide; a get elsewhere is a clear error."""
    for namespace in ("one", "two", "three"):
        world.server.load(
            [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}]
        )
        obj = web(f"in-{namespace}")
        obj.metadata.namespace = namespace
        await world.client.create(obj)
    manager = await running(cache=CacheOptions(namespaces=["one", "two"]))
    assert names(await manager.client.list(Web)) == ["in-one", "in-two"]
    asked = {a.namespace for a in world.server.actions if a.verb in ("list", "watch")}
    assert asked == {"one", "two"}
    assert (await manager.client.get(Web, "in-two", "two")).metadata.name == "in-two"
    for read in (manager.client.get(Web, "x", "three"), manager.client.list(Web, "three")):
        with pytest.raises(NotCachedError, match="namespaces one, two, not of three"):
            await read


def test_all_namespaces_beside_a_named_one_are_an_error():
    """41. Each object is cached once: all namespaces are `()`, and nothing beside it."""
    with pytest.raises(ValueError, match="a namespace's name is empty"):
        CacheOptions(namespaces=["", "one"])


async def test_cluster_scoped_kinds_are_readable_with_namespaces_set(world, running):
    """42. Cluster-scoped kinds are readable with namespaces set."""
    await world.client.create(web("z", kind=Zone))
    manager = await running(cache=CacheOptions(namespaces=["one", "two"]))
    assert (await manager.client.get(Zone, "z")).metadata.name == "z"


def test_namespaces_of_a_cluster_scoped_kind_are_an_error_at_construction():
    """43. Namespaces on a cluster-scoped kind are an error at construction."""
    from kube.client import Config
    from kube.controller import Manager

    with pytest.raises(CacheOptionsError, match="Zone is cluster-scoped"):
        Manager(
            Config(server="http://127.0.0.1:1"),
            cache_by_kind={Zone: CacheOptions(namespaces=["one"])},
        )


async def test_a_transform_runs_before_the_store_and_the_handlers(world):
    """44. A transform runs before the store and the handlers; managed fields are left out."""
    await colored(world, a="red")

    def paint(obj):
        obj.spec.color = "painted"
        return obj

    events = []
    manager = world.manager(
        cache_by_kind={Web: CacheOptions(transform=paint, strip_managed_fields=True)}
    )
    recording = Recording()
    manager.add(
        Controller(
            Web, recording, predicate=lambda event: events.append(event.object.spec.color) or True
        )
    )
    world.start(manager)
    await recording.until(1)
    cached = await manager.client.get(Web, "a", "default")
    assert (cached.spec.color, cached.metadata.managed_fields) == ("painted", None)
    assert events == ["painted"]


async def test_an_index_that_was_added_after_the_start_finds_what_was_cached_before(world, running):
    """45. An index added after the start answers for objects cached before.
    46. An index answers per namespace and over all; a missing index is an error that names it.
    """
    await colored(world, a="red", b="blue", c="red")
    manager = await running()
    await manager.client.list(Web)
    with pytest.raises(NotCachedError, match="Web has no index 'color'"):
        await manager.client.list(Web, field_selector="color=red")
    manager.index(Web, "color", lambda obj: [obj.spec.color])
    assert names(await manager.client.list(Web, field_selector="color=red")) == ["a", "c"]
    assert names(await manager.client.list(Web, "default", field_selector="color=red")) == [
        "a",
        "c",
    ]
    assert names(await manager.client.list(Web, "other", field_selector="color=red")) == []
    with pytest.raises(ValueError, match="has an index 'color' already"):
        manager.index(Web, "color", lambda obj: [])


async def test_several_fields_must_all_match_and_only_equality_is_possible(world, running):
    """47. Two field requirements are ANDed; a non-exact one is refused."""
    for name, color, replicas in (("a", "red", 1), ("b", "red", 2), ("c", "blue", 2)):
        await world.client.create(web(name, color=color, replicas=replicas))
    manager = await running()
    manager.index(Web, "color", lambda obj: [obj.spec.color])
    manager.index(Web, "replicas", lambda obj: [str(obj.spec.replicas)])
    listed = manager.client.list(Web, field_selector="color=red,replicas=2")
    assert names(await listed) == ["b"]
    named = await manager.client.list(Web, field_selector="color=red,metadata.name=a")
    assert names(named) == ["a"]
    elsewhere = "metadata.namespace=other,color=red"
    assert names(await manager.client.list(Web, field_selector=elsewhere)) == []
    with pytest.raises(SelectorError, match="by equality alone, not by color!=red"):
        await manager.client.list(Web, field_selector="color!=red")


async def test_a_limit_cuts_and_there_is_no_next_page(world, running):
    """48. Limit cuts; continue is refused."""
    await colored(world, a="red", b="red", c="red")
    manager = await running()
    listed = await manager.client.list(Web, limit=2)
    assert names(listed) == ["a", "b"]
    assert listed.metadata.continue_ == "continue-not-supported"
    assert listed.metadata.resource_version == ""
    with pytest.raises(ValueError, match="no further pages"):
        await manager.client.list(Web, limit=2, continue_=listed.metadata.continue_)
    assert names(await manager.client.list(Web, limit=3)) == ["a", "b", "c"]


async def test_an_index_may_be_added_while_the_kind_cannot_be_listed(world, running):
    """49. index_field returns while the informer cannot sync."""
    manager = await running()
    manager.index(Late, "color", lambda obj: [obj.spec.color])
    with pytest.raises(CacheSyncTimeoutError, match=r"lates\.example\.com could not be listed"):
        await manager.client.list(Late)


async def test_a_removed_informer_ends_its_watch_and_can_be_started_anew(world, running):
    """50. A removed informer ends its watch and can be started anew."""
    await colored(world, a="red")
    manager = await running()
    await manager.client.list(Web)
    await manager.cache.remove_informer(WEBS)
    await settled(1)
    assert not [w for w in world.server._watches if not w.ended]
    await colored(world, b="red")
    assert names(await manager.client.list(Web)) == ["a", "b"]
    assert world.requests("list", "webs") == 2


async def test_metadata_only_watches_ask_for_metadata_and_carry_the_kind(world):
    """51. Metadata-only watches ask for PartialObjectMetadata and carry their kind."""
    await world.client.create(part("p"))
    events, asked = [], []

    class Asking(AsyncMemoryTransport):
        async def send(self, request):
            asked.append((request.path, request.headers["accept"]))
            return await super().send(request)

        def stream(self, request):
            asked.append((request.path, request.headers["accept"]))
            return super().stream(request)

    manager = Manager(AsyncRESTClient(Asking(world.server)), name="test")
    recording = Recording()

    def to_web(obj):
        events.append((type(obj).__name__, obj.kind, hasattr(obj, "spec")))
        return []

    manager.add(Controller(Web, recording, watches=[Watch(Part, to_web, metadata_only=True)]))
    world.start(manager)
    await settled()
    assert events == [("PartialObjectMetadata", "Part", False)]
    read = await manager.client.get(metadata_of(Part), "p", "default")
    assert (read.kind, read.api_version) == ("Part", "example.com/v1")
    assert world.requests("watch", "parts") == 1
    forms = {accept.split(";")[1] for path, accept in asked if path.endswith("/parts")}
    assert forms == {"as=PartialObjectMetadataList", "as=PartialObjectMetadata"}


async def test_lists_are_in_the_order_of_keys_and_by_labels(world, running):
    for name in "cab":
        obj = web(name)
        obj.metadata.labels = {"name": name}
        await world.client.create(obj)
    manager = await running()
    assert names(await manager.client.list(Web)) == ["a", "b", "c"]
    assert names(await manager.client.list(Web, label_selector="name in (a,c)")) == ["a", "c"]
    assert [w.metadata.name async for w in manager.client.iterate(Web)] == ["a", "b", "c"]


async def test_a_compact_cache_answers_as_any_other(world, running):
    for name, color in (("a", "red"), ("b", "blue"), ("c", "red")):
        await world.client.create(web(name, color=color))
    plain = await running()
    compact = await running(cache_by_kind={Web: CacheOptions(compact=True)})
    for manager in (plain, compact):
        manager.index(Web, "color", lambda obj: [obj.spec.color])
        await manager.client.list(Web)
        manager.index(Web, "name", lambda obj: [obj.metadata.name])
    await world.client.create(web("d", color="red"))
    await world.client.patch(Web, {"spec": {"color": "blue"}}, name="a", namespace="default")
    await world.client.delete(Web, "c", "default")
    await settled()
    for selector in ("", "color=red", "color=blue", "name=b", "metadata.namespace=default"):
        expected = await plain.client.list(Web, field_selector=selector)
        assert await compact.client.list(Web, field_selector=selector) == expected
    one = await compact.client.get(Web, "a", "default")
    one.spec.color = "changed"
    assert (await compact.client.get(Web, "a", "default")).spec.color == "blue"
    with pytest.raises(NotFoundError):
        await compact.client.get(Web, "c", "default")
    [informer] = compact.cache.informers
    assert informer.indexer.size < 3 * 1000
    assert len(informer.indexer.alike("color", one)) == 0
