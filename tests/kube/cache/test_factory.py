"""One factory for all informers of a clientset."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

import pytest

from kube.cache import CacheMutationError, InformerStateError, UnknownResourceError
from kube.runtime import GroupVersionResource
from kube.runtime.errors import NotFoundError
from tests.kube.cache.scripted import Widget
from tests.kube.cache.served import (
    GADGETS,
    WIDGETS,
    Clients,
    Factory,
    Faults,
    FaultyTransport,
    Gadget,
    GadgetLister,
    WidgetLister,
    Writer,
    new_server,
    status,
)


@pytest.fixture
async def server():
    return new_server(asyncio.get_running_loop().time)


@pytest.fixture
async def writer(server):
    return Writer(server)


@pytest.fixture
def transport(server):
    return FaultyTransport(server)


async def test_informers_and_listers_are_typed_and_shared(transport, writer):
    await writer.create("a")
    async with Factory(Clients(transport)) as factory:
        assert factory.widgets.informer is factory.widgets.informer
        assert isinstance(factory.widgets.lister, WidgetLister)
        assert isinstance(factory.gadgets.lister, GadgetLister)
        assert await factory.wait_for_cache_sync() == {Widget: True, Gadget: True}
        found = factory.widgets.lister.get("a", "ns")
        assert isinstance(found, Widget)
        assert found is factory.widgets.lister.namespace("ns").list()[0]
        with pytest.raises(NotFoundError):
            factory.gadgets.lister.get("a")


async def test_start_may_be_called_again_and_starts_only_what_is_new(transport):
    async with Factory(Clients(transport)) as factory:
        widgets = factory.widgets.informer
        factory.start()
        factory.start()
        await widgets.wait_for_sync()
        gadgets = factory.gadgets.informer
        assert not gadgets.is_started
        factory.start()
        await gadgets.wait_for_sync()
        assert widgets.measures().lists == gadgets.measures().lists == 1


async def test_waiting_for_sync_starts_what_is_not_started(transport):
    async with Factory(Clients(transport)) as factory:
        assert await factory.wait_for_cache_sync() == {}
        factory.gadgets  # noqa: B018 (asking for the kind alone asks for no informer)
        assert await factory.wait_for_cache_sync() == {}
        factory.widgets.informer  # noqa: B018
        assert await factory.wait_for_cache_sync() == {Widget: True}


async def test_what_has_not_synced_in_time_is_told_by_type(server):
    transport = FaultyTransport(server, Faults(lists=[status(503, "ServiceUnavailable")] * 50))
    async with Factory(Clients(transport), watch_list=False) as factory:
        factory.widgets.informer  # noqa: B018
        assert await factory.wait_for_cache_sync(timeout=20) == {Widget: False}


async def test_waiting_ends_with_a_shutdown(server):
    transport = FaultyTransport(server, Faults(lists=[status(503, "ServiceUnavailable")] * 50))
    factory = Factory(Clients(transport), watch_list=False)
    factory.widgets.informer  # noqa: B018
    waiting = asyncio.create_task(factory.wait_for_cache_sync())
    await asyncio.sleep(5)
    await factory.shutdown()
    assert await waiting == {Widget: False}


async def test_a_handler_cannot_shut_its_own_factory_down(transport, writer):
    await writer.create("a")
    factory = Factory(Clients(transport))
    other = Factory(Clients(transport))
    raised = asyncio.get_running_loop().create_future()

    async def handler(obj):
        await other.shutdown()
        try:
            await factory.shutdown()
        except InformerStateError as error:
            raised.set_result(str(error))

    factory.widgets.informer.add_event_handler(on_add=handler)
    await factory.wait_for_cache_sync()
    assert "cannot shut its own factory down" in await raised
    await factory.shutdown()


async def test_kinds_that_share_a_class_are_synced_when_all_are(transport):
    async with Factory(Clients(transport)) as factory:
        factory.informer_for(replace(WIDGETS, plural="unserved"))
        served = factory.widgets.informer
        assert await factory.wait_for_cache_sync(timeout=20) == {Widget: False}
        assert served.has_synced


@pytest.mark.parametrize("started", [True, False])
async def test_who_waits_for_an_informer_that_never_ran_is_told_of_the_shutdown(transport, started):
    factory = Factory(Clients(transport))
    informer = factory.widgets.informer
    handler = informer.add_event_handler(on_add=print)
    waits = asyncio.gather(informer.wait_for_sync(), handler.wait_for_sync())
    await asyncio.sleep(0)
    if started:
        factory.start()
    await factory.shutdown()
    assert await waits == [False, False]
    assert informer.is_stopped
    with pytest.raises(InformerStateError):
        informer.add_event_handler(on_add=print)


async def test_shutdown_waits_and_leaves_nothing_behind(transport):
    before = asyncio.all_tasks()
    factory = Factory(Clients(transport))
    factory.widgets.informer.add_event_handler(on_add=print)
    await factory.wait_for_cache_sync()
    await factory.shutdown()
    await factory.shutdown()
    assert transport.open_streams == 0
    assert asyncio.all_tasks() == before
    with pytest.raises(InformerStateError, match="make a new one"):
        factory.start()


async def test_a_resource_known_by_name_has_its_informer_too(transport, writer):
    await writer.create("a")
    async with Factory(Clients(transport)) as factory:
        generic = factory.for_resource(WIDGETS.gvr)
        assert generic.informer is factory.widgets.informer
        assert factory.for_resource(GADGETS.gvr).lister.list() == []
        await factory.wait_for_cache_sync()
        assert generic.lister.get("a", "ns").metadata.name == "a"


async def test_an_unknown_resource_is_an_error(transport):
    factory = Factory(Clients(transport))
    with pytest.raises(UnknownResourceError, match=r"example.io/v1, Resource=gizmos"):
        factory.for_resource(GroupVersionResource("example.io", "v1", "gizmos"))


async def test_a_factory_may_be_limited_to_a_namespace(transport, writer):
    await writer.create("a", namespace="x")
    await writer.create("b", namespace="y")
    async with Factory(Clients(transport), namespace="x") as factory:
        factory.gadgets.informer  # noqa: B018 (cluster-scoped: read as a whole)
        factory.widgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        assert factory.widgets.informer.indexer.keys() == ["x/a"]
        assert factory.gadgets.informer.has_synced


async def test_list_options_may_be_tweaked_for_lists_and_watches(transport, writer):
    def only_web(options):
        options.label_selector = "tier=web"

    await writer.create("a", labels={"tier": "web"})
    await writer.create("b", labels={"tier": "db"})
    options = {"tweak_list_options": only_web, "watch_list": False}
    async with Factory(Clients(transport), **options) as factory:
        factory.widgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        await writer.create("c", labels={"tier": "web"})
        await writer.create("d")
        await asyncio.sleep(1)
        assert sorted(factory.widgets.informer.indexer.keys()) == ["ns/a", "ns/c"]
        assert {a.query["labelSelector"] for a in transport.asked} == {"tier=web"}
        assert {a.watch for a in transport.asked} == {True, False}


async def test_a_transform_and_a_resync_by_type_reach_the_informers(transport, writer):
    def grow(obj):
        if isinstance(obj, Widget):
            obj.spec.size = 7
        return obj

    await writer.create("a")
    options = {"resync": 100, "resync_by_type": {Widget: 5}, "transform": grow}
    async with Factory(Clients(transport), **options) as factory:
        resyncing = factory.widgets.informer.add_event_handler(on_update=lambda old, new: None)
        assert resyncing.resync == 5
        assert factory.gadgets.informer.add_event_handler(on_add=print).resync == 100
        await factory.wait_for_cache_sync()
        assert factory.widgets.lister.get("a", "ns").spec.size == 7


async def test_a_mutation_of_the_cache_is_raised_at_the_shutdown(transport, writer):
    await writer.create("a")
    factory = Factory(Clients(transport))
    factory.widgets.informer  # noqa: B018
    await factory.wait_for_cache_sync()
    factory.widgets.lister.get("a", "ns").spec.size = 99
    with pytest.raises(CacheMutationError, match=r"Widget ns/a: \.spec\.size changed"):
        await factory.shutdown()


async def test_two_informers_share_the_clients_connections(transport, writer):
    async with Factory(Clients(transport)) as factory:
        factory.widgets.informer  # noqa: B018
        factory.gadgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        await asyncio.sleep(1)
        assert transport.open_streams == 2


async def test_a_cached_object_does_not_keep_the_text_that_it_came_from(server):
    """Raw JSON, as managedFields hold it, is a view of the whole page that it stood in."""
    bodies = []

    class Keeping(FaultyTransport):
        async def send(self, request):
            answer = await super().send(request)
            bodies.append(answer.body)
            return answer

    managed = {"manager": "me", "operation": "Update", "fieldsV1": {"f:spec": {"f:size": {}}}}
    meta = {"name": "a", "namespace": "ns", "managedFields": [managed]}
    tree = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": meta}
    server.load([tree])
    async with Factory(Clients(Keeping(server)), watch_list=False) as factory:
        factory.widgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        [entry] = factory.widgets.lister.get("a", "ns").metadata.managed_fields
        assert bytes(entry.fields_v1) == b'{"f:spec":{"f:size":{}}}'
        [body] = bodies
        del bodies[:]
        # This name, and the call's argument.
        assert sys.getrefcount(body) == 2
