"""One factory for all informers of a clientset."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

import pytest

from kube.cache import (
    CacheMutationError,
    InformerFailedError,
    InformerOptions,
    InformerStateError,
    SharedInformerFactory,
    UnknownResourceError,
    strip_managed_fields,
)
from kube.client import AsyncDynamicClient, RESTClient
from kube.envtest import AsyncMemoryTransport, MemoryTransport, Server
from kube.runtime import GroupVersionResource, PartialObjectMetadata
from kube.runtime.errors import NotFoundError
from kube.runtime.unstructured import Unstructured
from tests.kube.cache.scripted import Widget, widget
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
from tests.kube.client.kinds import WIDGETS_CRD


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


async def test_a_discovered_kind_whose_definition_names_its_lists_is_followed():
    server = Server()
    names = {**WIDGETS_CRD["spec"]["names"], "listKind": "WidgetCollection"}
    server.load([{**WIDGETS_CRD, "spec": {**WIDGETS_CRD["spec"], "names": names}}])
    clients = Clients(AsyncMemoryTransport(server))
    widgets = await AsyncDynamicClient(clients.rest).kind("example.com/v1", "Widget", "default")
    await widgets.create(Unstructured.from_tree({"metadata": {"name": "one"}, "spec": {}}))
    async with SharedInformerFactory(clients) as factory:
        informer = factory.informer_for(widgets.resource)
        assert await factory.wait_for_cache_sync(10) == {Unstructured: True}
        assert list(informer.indexer.keys()) == ["default/one"]


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
    async with Factory(Clients(transport)) as factory:
        factory.widgets.informer  # noqa: B018
        assert await factory.wait_for_cache_sync(timeout=20) == {Widget: False}


async def test_waiting_ends_with_a_shutdown(server):
    transport = FaultyTransport(server, Faults(lists=[status(503, "ServiceUnavailable")] * 50))
    factory = Factory(Clients(transport))
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
        gadgets = factory.for_resource(GADGETS.gvr)
        await factory.wait_for_cache_sync()
        assert gadgets.lister.list() == []
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
    async with Factory(Clients(transport), tweak_list_options=only_web) as factory:
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
    options = {"options": {Widget: InformerOptions(resync=5)}, "resync": 100, "transform": grow}
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
    async with Factory(Clients(Keeping(server))) as factory:
        factory.widgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        [entry] = factory.widgets.lister.get("a", "ns").metadata.managed_fields
        assert bytes(entry.fields_v1) == b'{"f:spec":{"f:size":{}}}'
        [body] = bodies
        del bodies[:]
        # This name, and the call's argument.
        assert sys.getrefcount(body) == 2


# Failures


def raising(obj):
    raise ValueError("cannot shrink this")


def forgetful(obj):
    obj.spec.size = 0


def unhashable(obj):
    return [["a"]]


def one_string(obj):
    return obj.metadata.name


@pytest.mark.parametrize("transform", [raising, forgetful])
async def test_a_transform_that_always_fails_reaches_all_who_wait(transport, writer, transform):
    await writer.create("a")
    factory = Factory(Clients(transport), transform=transform)
    informer = factory.widgets.informer
    handler = informer.add_event_handler(on_add=print)
    factory.start()
    waits = [factory.wait_for_cache_sync(), informer.wait_for_sync(), handler.wait_for_sync()]
    for outcome in await asyncio.gather(*waits, return_exceptions=True):
        assert isinstance(outcome, InformerFailedError)
        assert transform.__qualname__ in str(outcome)
    with pytest.raises(InformerFailedError):
        await factory.shutdown()
    assert "failed" in repr(informer)


@pytest.mark.parametrize("function", [raising, unhashable, one_string])
async def test_an_index_that_always_fails_reaches_all_who_wait(transport, writer, function):
    await writer.create("a")
    factory = Factory(Clients(transport))
    factory.widgets.informer.add_indexers({"by-name": function})
    with pytest.raises(InformerFailedError, match="the index 'by-name' failed on every object"):
        await factory.wait_for_cache_sync()
    with pytest.raises(InformerFailedError):
        await factory.shutdown()


async def test_a_failure_ends_the_block_of_the_factory_and_its_other_informers(transport, writer):
    await writer.create("a")
    factory = Factory(Clients(transport), options={Widget: InformerOptions(transform=raising)})

    async def work():
        async with factory:
            factory.widgets.informer  # noqa: B018
            factory.gadgets.informer  # noqa: B018
            factory.start()
            await asyncio.Event().wait()

    with pytest.raises(InformerFailedError, match="cannot shrink this"):
        await work()
    assert factory.gadgets.informer.is_stopped
    assert not asyncio.current_task().cancelling()
    assert transport.open_streams == 0


async def test_the_block_of_a_factory_raises_what_its_body_was_told(transport, writer):
    await writer.create("a")

    async def work():
        async with Factory(Clients(transport), transform=raising) as factory:
            factory.widgets.informer  # noqa: B018
            await factory.wait_for_cache_sync()

    with pytest.raises(InformerFailedError, match="cannot shrink this"):
        await work()
    assert not asyncio.current_task().cancelling()


async def test_what_fails_on_some_objects_alone_fails_no_informer(transport, writer):
    def particular(obj):
        if obj.metadata.name == "odd":
            raise ValueError("cannot shrink this")
        return obj

    await writer.create("odd")
    await writer.create("even")
    async with Factory(Clients(transport), transform=particular) as factory:
        factory.widgets.informer.add_indexers({"i": lambda obj: [particular(obj).metadata.name]})
        assert await factory.wait_for_cache_sync() == {Widget: True}
        assert factory.widgets.informer.indexer.keys() == ["ns/even"]


@pytest.mark.parametrize(
    "wrong",
    [lambda: None, lambda a, b: a, "strip", asyncio.sleep],
    ids=["none", "two", "str", "async"],
)
async def test_a_transform_that_cannot_be_one_is_refused_at_once(transport, wrong):
    with pytest.raises(TypeError, match="transform"):
        Factory(Clients(transport), transform=wrong)
    with pytest.raises(TypeError, match="transform"):
        InformerOptions(transform=wrong)


async def test_options_that_are_not_by_kind_or_not_options_are_refused_at_once(transport):
    for options in ({"widgets": InformerOptions()}, {Widget: {"resync": 5}}):
        with pytest.raises(TypeError, match=r"not by 'widgets'|are InformerOptions, not dict"):
            Factory(Clients(transport), options=options)


async def test_a_handler_that_is_no_function_is_refused_at_once(transport):
    factory = Factory(Clients(transport))
    with pytest.raises(TypeError, match="pass its methods as on_add="):
        factory.widgets.informer.add_event_handler(object())


async def test_a_handler_without_any_function_is_refused_at_once(transport):
    factory = Factory(Clients(transport))
    with pytest.raises(TypeError, match="a handler needs a function"):
        factory.widgets.informer.add_event_handler()
    with pytest.raises(TypeError, match="do not call it there"):
        factory.widgets.informer.add_event_handler(on_add=print(end=""))


# Stopping


async def test_one_informer_can_be_stopped(transport, writer):
    async with Factory(Clients(transport)) as factory:
        widgets, gadgets = factory.widgets.informer, factory.gadgets.informer
        await factory.wait_for_cache_sync()
        await widgets.stop()
        await widgets.stop()
        assert (widgets.is_stopped, gadgets.is_stopped) == (True, False)
        await asyncio.sleep(1)
        assert transport.open_streams == 1
        with pytest.raises(InformerStateError, match="was stopped"):
            widgets.add_event_handler(on_add=print)

        await writer.create("a")
        assert factory.widgets.informer is not widgets, "who asks again gets another"
        await factory.wait_for_cache_sync()
        assert factory.widgets.lister.get("a", "ns").metadata.name == "a"


async def test_an_informer_that_was_never_started_can_be_stopped(transport):
    async with Factory(Clients(transport)) as factory:
        informer = factory.widgets.informer
        await informer.stop()
        assert informer.is_stopped
        factory.start()
        assert not informer.is_started


async def test_a_handler_cannot_stop_its_own_informer(transport, writer):
    await writer.create("a")
    raised = asyncio.get_running_loop().create_future()
    async with Factory(Clients(transport)) as factory:
        informer = factory.widgets.informer

        async def handler(obj):
            try:
                await informer.stop()
            except InformerStateError as error:
                raised.set_result(str(error))

        informer.add_event_handler(on_add=handler)
        await factory.wait_for_cache_sync()
        assert "cannot stop its own informer" in await raised


@pytest.mark.parametrize("stubborn", [False, True])
async def test_a_shutdown_ends_though_a_handler_never_does(transport, writer, caplog, stubborn):
    async def stuck(obj):
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if not stubborn:
                    raise

    await writer.create("a")
    factory = Factory(Clients(transport))
    factory.widgets.informer.add_event_handler(on_add=stuck)
    await factory.wait_for_cache_sync()
    await asyncio.sleep(1)
    began = asyncio.get_running_loop().time()
    shutdown = asyncio.create_task(factory.shutdown(timeout=10))
    await shutdown
    took = asyncio.get_running_loop().time() - began
    assert 10 <= took <= 12
    assert "stuck did not end within 10 s" in caplog.text
    if stubborn:
        [task] = asyncio.all_tasks() - {asyncio.current_task()}
        stubborn = False
        task.cancel()


# Options of single kinds


async def test_an_informer_may_follow_several_namespaces(transport, writer):
    for name in "xyz":
        await writer.create("a", namespace=name)
    options = {Widget: InformerOptions(namespaces=["x", "y"])}
    async with Factory(Clients(transport), options=options) as factory:
        widgets = factory.widgets
        widgets.informer  # noqa: B018
        assert await factory.wait_for_cache_sync() == {Widget: True}
        assert sorted(widgets.informer.indexer.keys()) == ["x/a", "y/a"]

        await writer.create("b", namespace="x")
        await writer.create("b", namespace="y")
        await writer.create("b", namespace="z")
        await writer.delete("a", namespace="x")
        await asyncio.sleep(1)
        assert sorted(widgets.informer.indexer.keys()) == ["x/b", "y/a", "y/b"]
        assert [o.metadata.name for o in widgets.lister.list("x")] == ["b"]
        assert transport.open_streams == 2


async def test_a_gap_in_one_namespace_leaves_the_others_as_they_are(server, writer):
    transport = FaultyTransport(server)
    for name in "xy":
        await writer.create("a", namespace=name)
        await writer.create("b", namespace=name)
    options = {Widget: InformerOptions(namespaces=["x", "y"])}
    async with Factory(Clients(transport), options=options) as factory:
        widgets = factory.widgets
        widgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        transport.faults.watches += [status(410, "Expired")]
        server.drop_watches("widgets")
        await writer.delete("a", namespace="x")
        await asyncio.sleep(60)
        assert sorted(widgets.informer.indexer.keys()) == ["x/b", "y/a", "y/b"]


async def test_several_namespaces_have_synced_when_all_have(server):
    transport = FaultyTransport(server, Faults(lists=[status(403, "Forbidden")] * 50))
    options = {Widget: InformerOptions(namespaces=["x", "y"])}
    async with Factory(Clients(transport), options=options) as factory:
        factory.widgets.informer  # noqa: B018
        assert await factory.wait_for_cache_sync(timeout=5) == {Widget: False}


async def test_a_kind_without_namespaces_cannot_be_limited_to_some(transport):
    factory = Factory(Clients(transport), options={Gadget: InformerOptions(namespaces=["x"])})
    with pytest.raises(ValueError, match="Gadget is cluster-scoped"):
        factory.gadgets.informer  # noqa: B018


async def test_selectors_belong_to_one_kind(transport, writer):
    await writer.create("a", labels={"tier": "web"})
    await writer.create("b", labels={"tier": "db"})
    options = {
        Widget: InformerOptions(label_selector="tier=web", field_selector="metadata.name!=c")
    }
    async with Factory(Clients(transport), options=options) as factory:
        factory.gadgets.informer  # noqa: B018
        widgets = factory.widgets
        widgets.informer  # noqa: B018
        await factory.wait_for_cache_sync()
        await writer.create("c", labels={"tier": "web"})
        await writer.create("d", labels={"tier": "web"})
        await asyncio.sleep(1)
        assert sorted(widgets.informer.indexer.keys()) == ["ns/a", "ns/d"]
        assert {a.query.get("labelSelector") for a in transport.asked} == {"tier=web", None}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"namespaces": "x"}, "namespaces is a list of names"),
        ({"namespaces": ["x", ""]}, "a namespace's name is empty"),
        ({"label_selector": "tier in web"}, None),
        ({"field_selector": "metadata.name"}, None),
    ],
)
async def test_options_that_make_no_sense_are_refused_at_once(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        InformerOptions(**options)


async def test_options_are_set_by_class(transport):
    with pytest.raises(TypeError, match="by a kind's class or its Resource"):
        Factory(Clients(transport), options={"Widget": InformerOptions()})


async def test_metadata_alone_is_read_where_no_more_is_needed(transport, writer):
    await writer.create("a", 7, labels={"tier": "web"})
    await writer.create("b", 8)
    options = {Widget: InformerOptions(label_selector="tier", transform=raising)}
    async with Factory(
        Clients(transport), options=options, transform=strip_managed_fields
    ) as factory:
        metadata = factory.widgets.metadata
        assert await factory.wait_for_cache_sync() == {PartialObjectMetadata: True}
        await writer.create("c", labels={"tier": "db"})
        await asyncio.sleep(1)
        found = metadata.lister.get("a", "ns")
        assert type(found) is PartialObjectMetadata
        assert (found.api_version, found.kind) == ("example.io/v1", "Widget")
        assert sorted(metadata.informer.indexer.keys()) == ["ns/a", "ns/c"]
        assert factory.widgets.metadata.informer is metadata.informer
        assert repr(factory) == "<Factory of metadata of widgets.example.io: synced>"


async def test_metadata_alone_is_listed_too(transport, writer):
    await writer.create("a", 7)
    async with Factory(Clients(transport)) as factory:
        metadata = factory.widgets.metadata
        await factory.wait_for_cache_sync()
        assert metadata.lister.get("a", "ns").kind == "Widget"


# Plain mistakes


def test_a_synchronous_clientset_is_refused_at_once():
    class Synchronous:
        rest = RESTClient(MemoryTransport(new_server(time.monotonic)))

    with pytest.raises(TypeError, match="needs an asynchronous clientset, and Synchronous"):
        Factory(Synchronous())


async def test_a_lister_whose_informer_was_never_started_says_so(transport):
    factory = Factory(Clients(transport))
    for read in (
        factory.widgets.lister.list,
        factory.widgets.lister.namespace("ns").list,
        lambda: factory.widgets.lister.get("a", "ns"),
        factory.gadgets.lister.list,
    ):
        with pytest.raises(InformerStateError, match="was not started"):
            read()


async def test_a_cache_that_was_filled_by_hand_can_be_read_without_a_start(transport):
    factory = Factory(Clients(transport))
    factory.widgets.informer.indexer.add(widget("a", namespace="ns"))
    assert factory.widgets.lister.get("a", "ns").metadata.name == "a"
    assert factory.widgets.lister.list("elsewhere") == []
    with pytest.raises(NotFoundError):
        factory.widgets.lister.get("b", "ns")


async def test_factories_informers_and_listers_tell_what_they_are(transport, writer):
    await writer.create("a")
    factory = Factory(Clients(transport))
    assert repr(factory) == "<Factory of no informers yet>"
    handler = factory.widgets.informer.add_event_handler(on_add=print)
    assert repr(factory) == "<Factory of widgets.example.io: not started>"
    assert repr(factory.widgets) == "<WidgetInformer of widgets.example.io>"
    lister = factory.widgets.lister
    assert repr(lister) == "<WidgetLister of widgets.example.io: not started>"
    await factory.wait_for_cache_sync()
    await handler.wait_for_sync()
    assert repr(factory) == "<Factory of widgets.example.io: synced>"
    assert repr(factory.widgets.informer) == (
        "<SharedInformer of example.io/v1 Widget: synced, 1 objects, 1 handlers>"
    )
    assert repr(lister) == "<WidgetLister of widgets.example.io: 1 objects cached>"
    assert repr(lister.namespace("ns")) == (
        "<NamespaceLister of widgets.example.io in ns: 1 objects cached>"
    )
    assert repr(handler) == "<HandlerRegistration of print: synced, 0 calls queued>"
    await factory.shutdown()
    assert repr(factory) == "<Factory of widgets.example.io: stopped>"
