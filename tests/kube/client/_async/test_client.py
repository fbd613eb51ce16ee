"""The client by class, against the embedded server, and what it sends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kube.api.core.v1 import Namespace
from kube.api.meta.v1 import ObjectMeta, Preconditions
from kube.client import (
    AsyncClient,
    AsyncDynamicClient,
    AsyncRESTClient,
    KindRef,
    NoMatchError,
    PatchType,
    ServedResource,
    metadata_of,
    unstructured,
)
from kube.envtest import AsyncMemoryTransport
from kube.runtime import (
    GroupVersionKind,
    NotRegisteredError,
    Object,
    PartialObjectMetadata,
    Struct,
    errors,
)
from kube.runtime.codec import DecodeError
from kube.runtime.unstructured import Unstructured
from tests.kube.client.kinds import (
    Widget,
    WidgetList,
    wanted,
    wanted_status,
    widget,
    widget_server,
)
from tests.kube.client.scripted import AsyncScriptedTransport, answer

WIDGETS = unstructured("example.com/v1", "Widget")


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    transport = AsyncMemoryTransport(widget_server())
    async with AsyncClient(AsyncRESTClient(transport), field_manager="me") as made:
        yield made


def scripted() -> tuple[AsyncClient, AsyncScriptedTransport]:
    transport = AsyncScriptedTransport(
        answer(200, b'{"kind":"Widget","metadata":{"name":"one"},"spec":{}}')
    )
    return AsyncClient(AsyncRESTClient(transport)), transport


def placed(name: str, **metadata: object) -> Widget:
    return widget(name, namespace="default", **metadata)


async def test_a_class_is_all_that_reading_and_writing_need(client: AsyncClient) -> None:
    created = await client.create(placed("one"))
    created.spec.size = 5
    await client.update(created)
    read = await client.get(Widget, "one", "default")
    assert (type(read), read.kind, read.api_version, read.spec.size) == (
        Widget,
        "Widget",
        "example.com/v1",
        5,
    )
    await client.delete(Widget, "one", "default")
    with pytest.raises(errors.NotFoundError):
        await client.get(Widget, "one", "default")


async def test_a_list_is_of_the_classs_list_type_and_spans_namespaces_by_default(
    client: AsyncClient,
) -> None:
    await client.create(Namespace(metadata=ObjectMeta(name="other")))
    await client.create(placed("one"))
    await client.create(widget("two", namespace="other", labels={"a": "b"}))
    everywhere = await client.list(Widget)
    assert isinstance(everywhere, WidgetList)
    assert [item.metadata.name for item in everywhere.items] == ["one", "two"]
    assert [w.metadata.name for w in (await client.list(Widget, "other")).items] == ["two"]
    assert (await client.list(Widget, label_selector="a=c")).items == []


async def test_iterate_reads_page_by_page(client: AsyncClient) -> None:
    for number in range(5):
        await client.create(placed(f"w{number}"))
    names = [w.metadata.name async for w in client.iterate(Widget, "default", page_size=2)]
    assert names == [f"w{number}" for number in range(5)]


async def test_a_watch_yields_objects_of_the_class(client: AsyncClient) -> None:
    await client.create(placed("one"))
    async with client.watch(Widget, "default") as events:
        async for event in events:
            assert isinstance(event.object, Widget)
            assert event.object.metadata.name == "one"
            break


async def test_a_patch_names_an_object_or_a_kind_and_a_name(client: AsyncClient) -> None:
    one = await client.create(placed("one"))
    assert (await client.patch(one, {"spec": {"size": 2}})).spec.size == 2
    operations = [{"op": "replace", "path": "/spec/size", "value": 3}]
    patched = await client.patch(
        Widget, operations, PatchType.JSON, name="one", namespace="default"
    )
    assert patched.spec.size == 3


async def test_apply_owns_in_the_name_of_the_clients_field_manager(client: AsyncClient) -> None:
    applied = await client.apply(wanted("one", namespace="default"))
    assert [entry.manager for entry in applied.metadata.managed_fields or ()] == ["me"]
    with pytest.raises(errors.ConflictError):
        await client.apply(wanted("one", size=9, namespace="default"), field_manager="you")
    forced = await client.apply(
        wanted("one", size=9, namespace="default"), field_manager="you", force=True
    )
    assert forced.spec.size == 9


async def test_apply_without_a_field_manager_says_so_before_it_asks() -> None:
    client, transport = scripted()
    with pytest.raises(ValueError, match="apply needs a field manager"):
        await client.apply(wanted("one", namespace="default"))
    assert transport.requests == []


async def test_an_object_deletes_itself_and_its_precondition_holds(client: AsyncClient) -> None:
    one = await client.create(placed("one"))
    with pytest.raises(errors.ConflictError):
        await client.delete(one, preconditions=Preconditions(uid="another"))
    await client.delete(one)
    assert (await client.list(Widget)).items == []
    with pytest.raises(ValueError, match="pass either an object, or a kind and a name"):
        await client.delete(one, "one")


async def test_delete_all_of_takes_what_the_selector_matches(client: AsyncClient) -> None:
    await client.create(placed("one", labels={"a": "b"}))
    await client.create(placed("two"))
    await client.delete_all_of(Widget, "default", label_selector="a=b")
    assert [w.metadata.name for w in (await client.list(Widget)).items] == ["two"]
    with pytest.raises(ValueError, match="needs a namespace"):
        await client.delete_all_of(Widget)


async def test_the_status_is_written_apart_from_the_rest(client: AsyncClient) -> None:
    one = await client.create(placed("one"))
    one.spec.size, one.status.ready = 9, True
    written = await client.status(one).update()
    assert (written.spec.size, written.status.ready) == (1, True)
    patched = await client.status(one).patch({"status": {"ready": False}})
    assert not patched.status.ready
    applied = await client.status(one).apply({"status": {"ready": True}}, force=True)
    assert applied.status.ready
    assert (await client.status(one).get()).status.ready


class ScaleSpec(Struct):
    replicas: int = 0


class Scale(Object):
    spec: ScaleSpec


async def test_another_subresource_has_a_class_of_its_own(client: AsyncClient) -> None:
    one = await client.create(placed("one"))
    scale = await client.subresource(one, "scale", Scale).get()
    assert scale.spec.replicas == 1
    scale.spec.replicas = 4
    assert (await client.subresource(one, "scale", Scale).update(scale)).spec.replicas == 4
    assert (await client.get(Widget, "one", "default")).spec.size == 4
    with pytest.raises(ValueError, match="update of the subresource scale needs a Scale"):
        await client.subresource(one, "scale", Scale).update()


async def test_posting_to_a_subresource_goes_to_the_objects_path() -> None:
    client, transport = scripted()
    await client.subresource(placed("one"), "eviction", Widget).create({"kind": "Eviction"})
    assert transport.requests[0].path == (
        "/apis/example.com/v1/namespaces/default/widgets/one/eviction"
    )
    with pytest.raises(ValueError, match="needs a name"):
        await client.subresource(placed(""), "eviction", Widget).create({})


async def test_a_kind_without_a_class_is_discovered_and_the_rest_is_the_same(
    client: AsyncClient,
) -> None:
    tree = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "one", "namespace": "default"},
        "spec": {"size": 1},
    }
    created = await client.create(Unstructured.from_tree(tree))
    created["spec"]["size"] = 2
    await client.update(created)
    read = await client.get(WIDGETS, "one", "default")
    assert (type(read), read["spec"]) == (Unstructured, {"size": 2})
    assert [type(item) for item in (await client.list(WIDGETS)).items] == [Unstructured]
    async with client.watch(WIDGETS, "default") as events:
        async for event in events:
            assert event.object["spec"] == {"size": 2}
            break
    await client.delete(WIDGETS, "one", "default")
    assert [w async for w in client.iterate(WIDGETS)] == []


async def test_a_kind_that_is_not_served_is_no_match_also_on_opening_a_watch(
    client: AsyncClient,
) -> None:
    gone = unstructured("example.com/v1", "Gadget")
    with pytest.raises(NoMatchError, match="Gadget"):
        await client.get(gone, "one")
    with pytest.raises(NoMatchError, match="Gadget"):
        await client.watch(gone).__aenter__()


async def test_a_watch_that_was_closed_before_it_is_opened_discovers_nothing() -> None:
    client, transport = scripted()
    watch = client.watch(WIDGETS)
    watch.close()
    async with watch as events:
        assert [event async for event in events] == []
    assert transport.requests == []


async def test_metadata_alone_is_asked_for_and_knows_its_kind(client: AsyncClient) -> None:
    await client.create(placed("one", labels={"a": "b"}))
    expected = GroupVersionKind("example.com", "v1", "Widget")
    for kind in (metadata_of(Widget), metadata_of(WIDGETS)):
        read = await client.get(kind, "one", "default")
        assert type(read) is PartialObjectMetadata
        assert (read.api_version, read.kind, read.metadata.labels) == (
            expected.api_version,
            expected.kind,
            {"a": "b"},
        )
        items = (await client.list(kind)).items
        assert [(item.api_version, item.kind) for item in items] == [("example.com/v1", "Widget")]
        async with client.watch(kind, "default") as events:
            async for event in events:
                assert type(event.object) is PartialObjectMetadata
                assert (event.object.api_version, event.object.kind) == ("example.com/v1", "Widget")
                break


async def test_metadata_alone_can_be_patched_and_deleted_but_not_created_or_updated(
    client: AsyncClient,
) -> None:
    await client.create(placed("one"))
    one = await client.get(metadata_of(Widget), "one", "default")
    patched = await client.patch(one, {"metadata": {"labels": {"a": "b"}}})
    assert type(patched) is PartialObjectMetadata
    assert patched.metadata.labels == {"a": "b"}
    with pytest.raises(TypeError, match="create needs a whole object, and this Widget is only"):
        await client.create(one)
    with pytest.raises(TypeError, match=r"update needs a whole object, .* patch it"):
        await client.update(one)
    await client.delete(one)
    assert (await client.list(Widget)).items == []


async def test_a_dry_run_reaches_every_write_and_no_call_lifts_it() -> None:
    whole, transport = scripted()
    client = whole.with_defaults(dry_run=True, field_manager="me")
    one = placed("one")
    await client.create(one, dry_run=False)
    await client.update(one, dry_run=False)
    await client.patch(one, {}, dry_run=False)
    await client.apply(wanted("one", namespace="default"), dry_run=False)
    await client.status(one).update(dry_run=False)
    await client.status(one).patch({}, dry_run=False)
    status = wanted_status("one", ready=True, namespace="default")
    await client.status(status).apply(dry_run=False)
    await client.subresource(one, "x", Widget).create({}, dry_run=False)
    assert ["dryRun=All" in f"{r.query}".replace("', '", "=") for r in transport.requests] == (
        [True] * 8
    )
    await client.delete(one, dry_run=False)
    await client.delete_all_of(Widget, "default", dry_run=False)
    assert [b'"dryRun":["All"]' in (r.body or b"") for r in transport.requests[8:]] == [True] * 2


async def test_a_calls_own_options_win_over_the_clients() -> None:
    whole, transport = scripted()
    client = whole.with_defaults(field_manager="me", field_validation="Strict")
    await client.create(placed("one"))
    await client.patch(placed("one"), {}, field_manager="you", field_validation="Warn")
    await client.with_defaults(field_manager="them").apply(wanted("one", namespace="default"))
    assert [dict(request.query) for request in transport.requests] == [
        {"fieldManager": "me", "fieldValidation": "Strict"},
        {"fieldManager": "you", "fieldValidation": "Warn"},
        {"fieldManager": "them", "fieldValidation": "Strict", "force": "false"},
    ]


async def test_a_view_of_a_namespace_fills_it_in_and_refuses_another(client: AsyncClient) -> None:
    view = client.in_namespace("default")
    created = await view.create(widget("one"))
    assert created.metadata.namespace == "default"
    assert (await view.get(Widget, "one")).metadata.name == "one"
    assert len((await view.list(Widget)).items) == 1
    assert (await view.get(WIDGETS, "one")).metadata.name == "one"
    assert (await view.get(Namespace, "default")).metadata.name == "default"
    with pytest.raises(ValueError, match="for the namespace 'default', not 'other'"):
        await view.get(Widget, "one", "other")
    with pytest.raises(ValueError, match="for the namespace 'default', not 'other'"):
        await view.create(widget("two", namespace="other"))
    with pytest.raises(ValueError, match="for the namespace 'default', not 'other'"):
        view.watch(Widget, "other")
    with pytest.raises(ValueError, match="for the namespace 'default', not 'other'"):
        view.in_namespace("other")


async def test_a_namespace_for_a_cluster_scoped_kind_is_refused_not_dropped() -> None:
    client, transport = scripted()
    with pytest.raises(ValueError, match=r"namespaces are cluster-scoped: leave out .* 'other'"):
        await client.get(Namespace, "one", "other")
    with pytest.raises(ValueError, match="namespaces are cluster-scoped"):
        await client.create(Namespace(metadata=ObjectMeta(name="one", namespace="other")))
    assert transport.requests == []


@pytest.mark.parametrize("kind", [Namespace, metadata_of(Namespace)])
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"kind":"Status","apiVersion":"v1","code":200}', "is a Status"),
        (b"{}", "has no kind"),
        (b'{"status":{"message":"login required"}}', "has no kind"),
    ],
)
async def test_an_answer_of_another_kind_is_not_taken_for_an_object(
    kind: type[Namespace] | KindRef[PartialObjectMetadata], body: bytes, fault: str
) -> None:
    client = AsyncClient(AsyncRESTClient(AsyncScriptedTransport(answer(200, body))))
    with pytest.raises(DecodeError, match=f"the answer {fault}, where .* is a Namespace"):
        await client.get(kind, "one")


async def test_an_answer_without_a_kind_is_not_taken_for_an_object_of_a_discovered_kind() -> None:
    transport = AsyncScriptedTransport(answer(200, b"{}"))
    described = ServedResource(group="example.com", version="v1", kind="Widget", plural="widgets")
    widgets = AsyncDynamicClient(AsyncRESTClient(transport)).resource(described.resource())
    with pytest.raises(DecodeError, match="the answer has no kind"):
        await widgets.get("one")


async def test_classes_that_lead_nowhere_are_errors_that_say_what_to_do() -> None:
    client, transport = scripted()

    class Unknown(Object):
        pass

    with pytest.raises(NotRegisteredError, match="Unknown has no Resource"):
        await client.get(Unknown, "one")
    with pytest.raises(TypeError, match="unstructured"):
        await client.get(Unstructured, "one")
    with pytest.raises(TypeError, match="metadata_of"):
        await client.list(PartialObjectMetadata)
    with pytest.raises(TypeError, match="WidgetList is a list"):
        await client.list(WidgetList)  # type: ignore[type-var]
    with pytest.raises(ValueError, match="no apiVersion or no kind"):
        await client.create(Unstructured())
    with pytest.raises(ValueError, match="widgets are namespaced: 'one' needs the namespace"):
        await client.get(Widget, "one")
    assert transport.requests == []
