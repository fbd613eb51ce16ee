"""The manager's client: reads of its own writes, and its writes. Numbers are the promises'."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager

import pytest

from kube.client import AsyncClient, AsyncRESTClient, metadata_of, unstructured
from kube.controller import CacheOptions, Controller, Manager
from kube.envtest import AsyncMemoryTransport
from kube.runtime.errors import ConflictError, NotFoundError
from tests.kube.controller.world import (
    Web,
    WebStatus,
    settled,
    wanted,
    web,
)


class Lagging(AsyncMemoryTransport):
    """Watches say nothing until they may."""

    def __init__(self, server):
        super().__init__(server)
        self.may_speak = asyncio.Event()
        self.may_speak.set()

    @asynccontextmanager
    async def stream(self, request):
        async with super().stream(request) as inner:
            if ("watch", "true") not in list(request.query):
                yield inner
                return
            yield _Delayed(inner, self.may_speak)


class _Delayed:
    def __init__(self, inner, may_speak):
        self.status, self.headers, self.close = inner.status, inner.headers, inner.close
        self._inner, self._may_speak = inner, may_speak

    async def __aiter__(self):
        async for chunk in self._inner:
            await self._may_speak.wait()
            yield chunk


@pytest.fixture
async def line(world):
    return Lagging(world.server)


@pytest.fixture
async def manager(world, line):
    """A manager that runs and has read webs and parts, behind a line that can lag."""
    await world.client.create(web("a", color="red"))
    manager = Manager(AsyncRESTClient(line), name="test")
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    await manager.client.list(Web)
    return manager


def version(obj):
    return int(obj.metadata.resource_version)


async def soon(line, read):
    """What a read returns while the watch lags behind, and speaks a little later."""
    line.may_speak.clear()
    reading = asyncio.create_task(read)
    await asyncio.sleep(0.5)
    assert not reading.done()
    line.may_speak.set()
    return await reading


WRITES = {
    "create": lambda c: c.create(web("b", color="blue")),
    "update": lambda c: _updated(c),
    "patch": lambda c: c.patch(Web, {"spec": {"color": "blue"}}, name="a", namespace="default"),
    "apply": lambda c: c.apply(wanted("a", color="blue"), field_manager="test", force=True),
    "status": lambda c: _status(c),
}


async def _updated(client):
    obj = await client.get(Web, "a", "default")
    obj.spec.color = "blue"
    return await client.update(obj)


async def _status(client):
    obj = await client.get(Web, "a", "default")
    obj.status = WebStatus(ready=True)
    return await client.status(obj).update()


@pytest.mark.parametrize("write", WRITES)
async def test_a_get_after_a_write_never_shows_an_older_object(manager, line, write):
    """52. A get after the same client's update, patch, apply or create shows no older object."""
    line.may_speak.clear()
    written = await WRITES[write](manager.client)
    got = await soon(line, manager.client.get(Web, written.metadata.name, "default"))
    assert version(got) >= version(written)
    assert got == written
    assert manager.cache.counts.waits == 1
    assert manager.cache.counts.live == 0
    assert len(manager.cache._own.writes) == 0


async def test_a_list_after_a_write_waits_as_well(manager, line):
    """52."""
    line.may_speak.clear()
    await manager.client.create(web("b"))
    listed = await soon(line, manager.client.list(Web, "default"))
    assert [w.metadata.name for w in listed.items] == ["a", "b"]


async def test_a_read_of_another_key_does_not_wait(manager, line):
    await world_create(manager, "c")
    line.may_speak.clear()
    await manager.client.create(web("b"))
    assert (await manager.client.get(Web, "c", "default")).metadata.name == "c"
    assert manager.cache.counts.waits == 1  # that of world_create


async def world_create(manager, name):
    await manager.client.create(web(name))
    return await manager.client.get(Web, name, "default")


async def test_a_get_after_its_delete_is_not_found(manager, line):
    """53. A get after its delete (finalizers aside) is NotFound."""
    line.may_speak.clear()
    await manager.client.delete(Web, "a", "default")
    with pytest.raises(NotFoundError):
        await soon(line, manager.client.get(Web, "a", "default"))
    assert (await manager.client.list(Web)).items == []


async def test_after_delete_and_create_it_is_the_new_object(manager, line):
    """53. After delete and create, the new UID."""
    line.may_speak.clear()
    await manager.client.delete(Web, "a", "default")
    created = await manager.client.create(web("a"))
    got = await soon(line, manager.client.get(Web, "a", "default"))
    assert got.metadata.uid == created.metadata.uid


async def test_after_a_delete_with_finalizers_it_is_marked(manager, line):
    """53. With a finalizer the object stays: it is read with its deletion timestamp."""
    obj = await manager.client.get(Web, "a", "default")
    obj.metadata.finalizers = ["example.com/hold"]
    await manager.client.update(obj)
    await manager.client.get(Web, "a", "default")
    line.may_speak.clear()
    await manager.client.delete(Web, "a", "default")
    got = await soon(line, manager.client.get(Web, "a", "default"))
    assert got.metadata.deletion_timestamp is not None


async def test_the_write_that_ends_an_object_is_its_deletion(manager, line):
    """53. The last finalizer goes, and the object with it: there is no later version to see."""
    obj = await manager.client.get(Web, "a", "default")
    obj.metadata.finalizers = ["example.com/hold"]
    await manager.client.update(obj)
    await manager.client.delete(Web, "a", "default")
    marked = await manager.client.get(Web, "a", "default")
    line.may_speak.clear()
    marked.metadata.finalizers = None
    await manager.client.update(marked)
    with pytest.raises(NotFoundError):
        await soon(line, manager.client.get(Web, "a", "default"))


async def test_an_object_that_was_created_and_deleted_unseen_does_not_come_back(manager, line):
    line.may_speak.clear()
    await manager.client.create(web("b"))
    await manager.client.delete(Web, "b", "default")
    with pytest.raises(NotFoundError):
        await soon(line, manager.client.get(Web, "b", "default"))
    await settled()
    with pytest.raises(NotFoundError):
        await manager.client.get(Web, "b", "default")


async def test_all_that_was_deleted_together_is_gone_together(manager, line):
    await world_create(manager, "b")
    line.may_speak.clear()
    await manager.client.delete_all_of(Web, "default")
    assert (await soon(line, manager.client.list(Web))).items == []


async def test_the_wait_is_bounded_and_then_the_server_is_read_and_counted(manager, line, world):
    """54. That wait is bounded; when over, the read falls back and is counted."""
    line.may_speak.clear()
    written = await _updated(manager.client)
    began = asyncio.get_running_loop().time()
    got = await manager.client.get(Web, "a", "default")
    assert asyncio.get_running_loop().time() - began == pytest.approx(1)
    assert got == written
    assert (manager.cache.counts.waits, manager.cache.counts.live) == (1, 1)
    # Once was enough: the next reads do not wait again.
    assert await manager.client.get(Web, "a", "default") == written
    assert asyncio.get_running_loop().time() - began == pytest.approx(1)
    assert [w.spec.color for w in (await manager.client.list(Web)).items] == ["blue"]
    line.may_speak.set()
    await settled()
    reads = world.requests("get", "webs")
    assert await manager.client.get(Web, "a", "default") == written
    assert world.requests("get", "webs") == reads


async def test_a_list_that_reads_the_server_has_the_caches_selectors_and_indices(world, line):
    """54."""
    for name, color in (("a", "red"), ("b", "red"), ("c", "blue")):
        obj = web(name, color=color)
        obj.metadata.labels = {"tier": "front" if name != "b" else "back"}
        await world.client.create(obj)
    manager = Manager(
        AsyncRESTClient(line),
        name="test",
        cache_by_kind={Web: CacheOptions(label_selector="tier=front")},
    )
    manager.index(Web, "color", lambda obj: [obj.spec.color])
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    line.may_speak.clear()
    await manager.client.patch(Web, {"spec": {"replicas": 3}}, name="a", namespace="default")
    listed = await manager.client.list(Web, field_selector="color=red")
    assert manager.cache.counts.live == 1
    assert [(w.metadata.name, w.spec.replicas) for w in listed.items] == [("a", 3)]


async def test_a_dry_run_is_not_waited_for(manager, line):
    line.may_speak.clear()
    await manager.client.create(web("b"), dry_run=True)
    await manager.client.delete(Web, "a", "default", dry_run=True)
    assert (await manager.client.get(Web, "a", "default")).spec.color == "red"
    assert manager.cache.counts.waits == 0


async def test_writes_of_other_clients_of_the_manager_count_too(manager, line):
    """A generated clientset over `manager.rest` writes, and the manager's client reads it."""
    line.may_speak.clear()
    written = await AsyncClient(manager.rest).create(web("b"))
    got = await soon(line, manager.client.get(Web, "b", "default"))
    assert got == written


async def test_uncached_kinds_and_the_reader_always_read_the_server(world):
    """55. Kinds in disable_for, and the API reader, always go to the server."""
    await world.client.create(web("a"))
    manager = world.manager(uncached=[Web])
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    await manager.client.get(Web, "a", "default")
    await manager.client.list(Web)
    await manager.reader.get(Web, "a", "default")
    assert (world.requests("get", "webs"), world.requests("list", "webs")) == (2, 1)
    assert world.requests("watch", "webs") == 0


async def test_kinds_without_a_class_are_read_live_unless_asked_for_and_metadata_is_cached(world):
    """56. Unstructured reads go live unless asked for; metadata-only reads come from the cache."""
    await world.client.create(web("a"))
    kind = unstructured("example.com/v1", "Web")
    for cached, watches in ((False, 0), (True, 1)):
        world.server.actions.clear()
        manager = world.manager(cache_unstructured=cached)
        world.start(manager)
        await asyncio.wait_for(manager.elected.wait(), 60)
        assert (await manager.client.get(kind, "a", "default")).metadata.name == "a"
        assert world.requests("watch", "webs") == watches
    await manager.client.get(metadata_of(Web), "a", "default")
    assert world.requests("watch", "webs") == 2
    assert world.requests("get", "webs") == 0


async def test_metadata_alone_is_neither_created_nor_updated(world, manager):
    """57. create and update of metadata-only objects are refused without a request."""
    partial = await manager.client.get(metadata_of(Web), "a", "default")
    before = len(world.server.actions)
    for write in (manager.client.create(partial), manager.client.update(partial)):
        with pytest.raises(TypeError, match="only metadata"):
            await write
    assert len(world.server.actions) == before


async def test_a_status_update_leaves_the_spec_and_an_update_the_status(manager):
    """58. status().update leaves spec as it is; update leaves status as it is."""
    obj = await manager.client.get(Web, "a", "default")
    obj.spec.color, obj.status.ready = "blue", True
    await manager.client.status(obj).update()
    got = await manager.client.get(Web, "a", "default")
    assert (got.spec.color, got.status.ready) == ("red", True)
    got.spec.color, got.status.ready = "blue", False
    await manager.client.update(got)
    got = await manager.client.get(Web, "a", "default")
    assert (got.spec.color, got.status.ready) == ("blue", True)


async def test_a_dry_run_of_the_client_reaches_every_write(world, line):
    """61. dry_run at the client reaches every write and subresource, and cannot be turned off."""
    await world.client.create(web("a", color="red"))
    manager = Manager(AsyncRESTClient(line), name="test", dry_run=True)
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    obj = await manager.client.get(Web, "a", "default")
    obj.spec.color, obj.status.ready = "blue", True
    await manager.client.update(obj, dry_run=False)
    await manager.client.status(obj).update()
    await manager.client.delete(Web, "a", "default", dry_run=False)
    await manager.client.create(web("b"))
    listed = await world.client.list(Web)
    assert [(w.metadata.name, w.spec.color, w.status.ready) for w in listed.items] == [
        ("a", "red", False)
    ]


async def test_a_calls_field_manager_goes_before_the_clients(world, line):
    """62. A call's field owner beats the client's."""
    manager = Manager(AsyncRESTClient(line), name="test", field_manager="client")
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    one = await manager.client.apply(wanted("a", color="red"))
    two = await manager.client.apply(wanted("b", color="red"), field_manager="call")
    assert one.metadata.managed_fields[0].manager == "client"
    assert two.metadata.managed_fields[0].manager == "call"


async def test_a_view_of_a_namespace_fills_it_in_and_refuses_another(manager):
    """63. The namespaced wrapper fills, and refuses another namespace."""
    view = manager.client.in_namespace("default")
    assert (await view.get(Web, "a")).metadata.name == "a"
    assert len((await view.list(Web)).items) == 1
    with pytest.raises(ValueError, match="is for the namespace 'default', not 'other'"):
        await view.get(Web, "a", "other")


async def test_a_write_returns_what_the_server_stored_and_changes_no_argument(manager):
    """64. The returned object is the server's answer, with its kind; the argument is as it was."""
    obj = web("b")
    before = obj.deep_copy()
    created = await manager.client.create(obj)
    assert obj == before
    assert created.metadata.uid
    assert created.spec.color == "grey"
    assert (created.kind, created.api_version) == ("Web", "example.com/v1")


async def test_a_stale_update_is_a_conflict(manager):
    one, other = [await manager.client.get(Web, "a", "default") for _ in range(2)]
    one.spec.color, other.spec.color = "blue", "green"
    await manager.client.update(one)
    with pytest.raises(ConflictError):
        await manager.client.update(other)


async def test_a_reconciler_reads_its_own_write_through_any_lag(world, line):
    """52. Over a slow watch, a reconciler that counts never loses a count."""
    await world.client.create(web("a"))
    manager = Manager(AsyncRESTClient(line), name="test")
    counted = asyncio.Event()

    async def count(request):
        for _ in range(20):
            obj = await manager.client.get(Web, request.name, request.namespace)
            obj.spec.replicas += 1
            await manager.client.update(obj)
        counted.set()

    manager.add(Controller(Web, count))
    world.start(manager)
    await asyncio.wait_for(counted.wait(), 600)
    assert (await world.client.get(Web, "a", "default")).spec.replicas >= 20


async def test_the_synchronous_client_reads_its_own_writes_in_a_thread(world, manager):
    client = manager.sync_client

    def work():
        created = client.create(web("b", color="blue"))
        got = client.get(Web, "b", "default")
        assert got == created
        got.status.ready = True
        client.status(got).update()
        again = client.get(Web, "b", "default")
        client.delete(again)
        with pytest.raises(NotFoundError):
            client.get(Web, "b", "default")
        names = [w.metadata.name for w in client.iterate(Web)]
        view = client.in_namespace("default").get(Web, "a")
        return again.status.ready, names, view.metadata.name, threading.current_thread()

    ready, names, name, thread = await asyncio.get_running_loop().run_in_executor(None, work)
    assert (ready, names, name) == (True, ["a"], "a")
    assert thread is not threading.main_thread()
