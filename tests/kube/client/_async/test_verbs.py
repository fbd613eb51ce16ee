"""The typed verbs, against the embedded server: in memory and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kube.api.meta.v1 import Preconditions
from kube.client import AsyncRESTClient, AsyncWatch, Config, PatchType, async_retry_on_conflict
from kube.envtest import AsyncMemoryTransport, Environment, Server
from kube.runtime import errors
from tests.kube.client.kinds import (
    AsyncWidgets,
    Widget,
    wanted,
    wanted_status,
    widget,
    widget_server,
)
from tests.kube.client.scripted import AsyncScriptedTransport, answer


@pytest.fixture
def server() -> Server:
    return widget_server()


@pytest.fixture(params=["memory", "network"])
async def rest(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[AsyncRESTClient]:
    if request.param == "memory":
        async with AsyncRESTClient(AsyncMemoryTransport(server)) as client:
            yield client
        return
    async with Environment(server=server) as environment:
        config = Config.load(environment.kubeconfig, qps=-1)
        async with AsyncRESTClient.for_config(config) as client:
            yield client


@pytest.fixture
async def widgets(rest: AsyncRESTClient) -> AsyncWidgets:
    return AsyncWidgets(rest, "default")


async def drain(watch: AsyncWatch[Widget]) -> None:
    async with watch as events:
        async for _ in events:
            pass


async def test_create_fills_kind_and_leaves_the_given_object_alone(widgets: AsyncWidgets) -> None:
    given = widget("one", size=3)
    created = await widgets.create(given)
    assert (created.api_version, created.kind) == ("example.com/v1", "Widget")
    assert created.metadata.uid
    assert created.spec.size == 3
    assert given == widget("one", size=3)


async def test_get_of_an_absent_object_raises_not_found(widgets: AsyncWidgets) -> None:
    with pytest.raises(errors.NotFoundError, match='"nobody" not found') as e:
        await widgets.get("nobody")
    assert (e.value.code, e.value.reason) == (404, "NotFound")


async def test_creating_a_name_twice_raises_already_exists(widgets: AsyncWidgets) -> None:
    await widgets.create(widget("one"))
    with pytest.raises(errors.AlreadyExistsError):
        await widgets.create(widget("one"))


async def test_a_dry_run_stores_nothing(widgets: AsyncWidgets) -> None:
    await widgets.create(widget("one"), dry_run=True)
    assert (await widgets.list()).items == []


async def test_items_of_a_list_know_their_kind(widgets: AsyncWidgets) -> None:
    await widgets.create(widget("one"))
    found = await widgets.list()
    assert (found.api_version, found.kind) == ("example.com/v1", "WidgetList")
    assert [(i.api_version, i.kind) for i in found.items] == [("example.com/v1", "Widget")]


async def test_a_stale_update_raises_conflict_and_retry_on_conflict_heals_it(
    widgets: AsyncWidgets,
) -> None:
    await widgets.create(widget("one"))
    stale = await widgets.get("one")
    fresh = await widgets.get("one")
    fresh.spec.color = "red"
    await widgets.update(fresh)
    with pytest.raises(errors.ConflictError):
        await widgets.update(stale)

    tries = 0

    async def grow() -> Widget:
        nonlocal tries
        tries += 1
        current = await widgets.get("one")
        if tries == 1:
            await widgets.patch("one", {"spec": {"color": "blue"}})
        current.spec.size = 9
        return await widgets.update(current)

    healed = await async_retry_on_conflict(grow)
    assert (tries, healed.spec.size, healed.spec.color) == (2, 9, "blue")


async def test_update_status_changes_the_status_alone(widgets: AsyncWidgets) -> None:
    found = await widgets.create(widget("one", size=1))
    found.status.ready = True
    found.spec.size = 5
    await widgets.update_status(found)
    stored = await widgets.get("one")
    assert (stored.status.ready, stored.spec.size) == (True, 1)


async def test_patches_of_each_type_a_custom_resource_takes(widgets: AsyncWidgets) -> None:
    await widgets.create(widget("one"))
    merged = await widgets.patch("one", {"spec": {"color": "red"}})
    assert merged.spec.color == "red"
    operations = [{"op": "replace", "path": "/spec/size", "value": 7}]
    patched = await widgets.patch("one", operations, PatchType.JSON)
    assert patched.spec.size == 7
    status = await widgets.patch("one", {"status": {"ready": True}}, subresource="status")
    assert status.status.ready
    with pytest.raises(errors.UnsupportedMediaTypeError):
        await widgets.patch("one", {"spec": {}}, PatchType.STRATEGIC)


async def test_delete_honours_preconditions(widgets: AsyncWidgets) -> None:
    created = await widgets.create(widget("one"))
    with pytest.raises(errors.ConflictError):
        await widgets.delete("one", preconditions=Preconditions(uid="another"))
    await widgets.delete("one", preconditions=Preconditions(uid=created.metadata.uid))
    with pytest.raises(errors.NotFoundError):
        await widgets.get("one")


async def test_delete_collection_deletes_what_the_selector_matches(widgets: AsyncWidgets) -> None:
    await widgets.create(widget("one", labels={"app": "web"}))
    await widgets.create(widget("two"))
    await widgets.delete_collection(label_selector="app=web")
    assert [item.metadata.name for item in (await widgets.list()).items] == ["two"]


async def test_iterating_reads_page_by_page(server: Server, widgets: AsyncWidgets) -> None:
    for number in range(5):
        await widgets.create(widget(f"w{number}"))
    server.actions.clear()
    names = [item.metadata.name async for item in widgets.iterate(page_size=2)]
    assert names == ["w0", "w1", "w2", "w3", "w4"]
    assert [action.verb for action in server.actions] == ["list"] * 3


async def test_iterating_survives_an_expired_continue_token(
    server: Server, widgets: AsyncWidgets
) -> None:
    for number in range(5):
        await widgets.create(widget(f"w{number}"))
    names = []
    async for item in widgets.iterate(page_size=2):
        names.append(item.metadata.name)
        if len(names) == 2:
            await widgets.create(widget("w9"))
            server.compact()
    assert names == ["w0", "w1", "w2", "w3", "w4", "w9"]


async def test_a_client_without_a_namespace_lists_all_and_refuses_to_guess_for_one(
    rest: AsyncRESTClient, widgets: AsyncWidgets
) -> None:
    await widgets.create(widget("one"))
    everywhere = AsyncWidgets(rest)
    assert len((await everywhere.list()).items) == 1
    with pytest.raises(ValueError, match="widgets are namespaced"):
        await everywhere.get("one")
    placed = await everywhere.create(widget("two", namespace="default"))
    assert placed.metadata.namespace == "default"


@pytest.mark.parametrize("name", ["", "..", "a/b", "a%2fb"])
async def test_a_name_that_is_not_one_path_segment_is_refused(
    widgets: AsyncWidgets, name: str
) -> None:
    with pytest.raises(ValueError, match="name"):
        await widgets.get(name)


async def test_a_watch_yields_typed_events_from_a_version_on(widgets: AsyncWidgets) -> None:
    start = (await widgets.list()).metadata.resource_version
    created = await widgets.create(widget("one"))
    created.spec.size = 2
    await widgets.update(created)
    await widgets.delete("one")
    seen = []
    async with widgets.watch(resource_version=start, timeout_seconds=30) as events:
        async for event in events:
            seen.append((str(event.type), event.object.spec.size))
            if len(seen) == 3:
                break
    assert seen == [("ADDED", 1), ("MODIFIED", 2), ("DELETED", 2)]


async def test_a_watch_that_the_server_ends_ends_the_iteration(
    server: Server, widgets: AsyncWidgets
) -> None:
    await widgets.create(widget("one"))
    names = []
    async with widgets.watch() as events:
        async for event in events:
            names.append(event.object.metadata.name)
            server.drop_watches()
    assert names == ["one"]


async def test_a_watch_from_a_forgotten_version_raises_expired(
    server: Server, widgets: AsyncWidgets
) -> None:
    first = await widgets.create(widget("one"))
    await widgets.create(widget("two"))
    server.compact()
    with pytest.raises(errors.ExpiredError):
        await drain(widgets.watch(resource_version=first.metadata.resource_version))


async def test_leaving_a_watch_closes_its_connection(server: Server, widgets: AsyncWidgets) -> None:
    await widgets.create(widget("one"))
    async with widgets.watch() as events:
        async for _ in events:
            break
    # The server ends a watch whose client has gone; only then can a new one be the only one.
    async with widgets.watch() as events:
        async for event in events:
            assert event.object.metadata.name == "one"
            break


async def test_a_list_may_take_as_long_as_the_server_was_given() -> None:
    transport = AsyncScriptedTransport(answer(200, {"kind": "WidgetList", "items": []}))
    widgets = AsyncWidgets(AsyncRESTClient(transport, timeout=60), "default")
    await widgets.list(timeout_seconds=300)
    await widgets.list()
    assert [request.timeout for request in transport.requests] == [310, 60]


async def test_apply_sends_what_stands_there_as_its_managers_will() -> None:
    transport = AsyncScriptedTransport(
        answer(200, {"kind": "Widget", "metadata": {"name": "one"}, "spec": {}})
    )
    widgets = AsyncWidgets(AsyncRESTClient(transport), "default")
    await widgets.apply({"metadata": {"name": "one"}}, field_manager="us", force=True)
    await widgets.apply_status(wanted_status("one", ready=True), field_manager="us")
    applied, status = transport.requests
    assert applied.method == "PATCH"
    assert applied.headers["content-type"] == "application/apply-patch+yaml"
    assert dict(applied.query) == {"fieldManager": "us", "force": "true"}
    assert applied.body == (
        b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"one"}}'
    )
    assert status.path.endswith("/widgets/one/status")
    assert dict(status.query) == {"fieldManager": "us", "force": "false"}


async def test_apply_creates_owns_and_conflicts(widgets: AsyncWidgets) -> None:
    mine = {"metadata": {"name": "one"}, "spec": {"size": 1}}
    applied = await widgets.apply(mine, field_manager="us")
    assert applied.kind == "Widget"
    with pytest.raises(errors.ConflictError) as conflict:
        await widgets.apply(wanted("one", size=2), field_manager="them")
    assert [cause.field for cause in conflict.value.causes] == [".spec.size"]
    forced = await widgets.apply(wanted("one", size=2), field_manager="them", force=True)
    assert forced.spec.size == 2
