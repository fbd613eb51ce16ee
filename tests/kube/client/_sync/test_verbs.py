# Derived from tests/kube/client/_async/test_verbs.py: python hack/unasync.py. DO NOT EDIT.
"""The typed verbs, against the embedded server: in memory and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kube.api.meta.v1 import Preconditions
from kube.client import Config, PatchType, RESTClient, Watch, retry_on_conflict
from kube.envtest import Environment, MemoryTransport, Server
from kube.runtime import errors
from tests.kube.client.kinds import (
    Widget,
    Widgets,
    wanted,
    wanted_status,
    widget,
    widget_server,
)
from tests.kube.client.scripted import ScriptedTransport, answer


@pytest.fixture
def server() -> Server:
    return widget_server()


@pytest.fixture(params=["memory", "network"])
def rest(request: pytest.FixtureRequest, server: Server) -> Iterator[RESTClient]:
    if request.param == "memory":
        with RESTClient(MemoryTransport(server)) as client:
            yield client
        return
    with Environment(server=server) as environment:
        config = Config.load(environment.kubeconfig, qps=-1)
        with RESTClient.for_config(config) as client:
            yield client


@pytest.fixture
def widgets(rest: RESTClient) -> Widgets:
    return Widgets(rest, "default")


def drain(watch: Watch[Widget]) -> None:
    with watch as events:
        for _ in events:
            pass


def test_create_fills_kind_and_leaves_the_given_object_alone(widgets: Widgets) -> None:
    given = widget("one", size=3)
    created = widgets.create(given)
    assert (created.api_version, created.kind) == ("example.com/v1", "Widget")
    assert created.metadata.uid
    assert created.spec.size == 3
    assert given == widget("one", size=3)


def test_get_of_an_absent_object_raises_not_found(widgets: Widgets) -> None:
    with pytest.raises(errors.NotFoundError, match='"nobody" not found') as e:
        widgets.get("nobody")
    assert (e.value.code, e.value.reason) == (404, "NotFound")


def test_creating_a_name_twice_raises_already_exists(widgets: Widgets) -> None:
    widgets.create(widget("one"))
    with pytest.raises(errors.AlreadyExistsError):
        widgets.create(widget("one"))


def test_a_dry_run_stores_nothing(widgets: Widgets) -> None:
    widgets.create(widget("one"), dry_run=True)
    assert widgets.list().items == []


def test_items_of_a_list_know_their_kind(widgets: Widgets) -> None:
    widgets.create(widget("one"))
    found = widgets.list()
    assert (found.api_version, found.kind) == ("example.com/v1", "WidgetList")
    assert [(i.api_version, i.kind) for i in found.items] == [("example.com/v1", "Widget")]


def test_a_stale_update_raises_conflict_and_retry_on_conflict_heals_it(
    widgets: Widgets,
) -> None:
    widgets.create(widget("one"))
    stale = widgets.get("one")
    fresh = widgets.get("one")
    fresh.spec.color = "red"
    widgets.update(fresh)
    with pytest.raises(errors.ConflictError):
        widgets.update(stale)

    tries = 0

    def grow() -> Widget:
        nonlocal tries
        tries += 1
        current = widgets.get("one")
        if tries == 1:
            widgets.patch("one", {"spec": {"color": "blue"}})
        current.spec.size = 9
        return widgets.update(current)

    healed = retry_on_conflict(grow)
    assert (tries, healed.spec.size, healed.spec.color) == (2, 9, "blue")


def test_update_status_changes_the_status_alone(widgets: Widgets) -> None:
    found = widgets.create(widget("one", size=1))
    found.status.ready = True
    found.spec.size = 5
    widgets.update_status(found)
    stored = widgets.get("one")
    assert (stored.status.ready, stored.spec.size) == (True, 1)


def test_patches_of_each_type_a_custom_resource_takes(widgets: Widgets) -> None:
    widgets.create(widget("one"))
    merged = widgets.patch("one", {"spec": {"color": "red"}})
    assert merged.spec.color == "red"
    operations = [{"op": "replace", "path": "/spec/size", "value": 7}]
    patched = widgets.patch("one", operations, PatchType.JSON)
    assert patched.spec.size == 7
    status = widgets.patch("one", {"status": {"ready": True}}, subresource="status")
    assert status.status.ready
    with pytest.raises(errors.UnsupportedMediaTypeError):
        widgets.patch("one", {"spec": {}}, PatchType.STRATEGIC)


def test_delete_honours_preconditions(widgets: Widgets) -> None:
    created = widgets.create(widget("one"))
    with pytest.raises(errors.ConflictError):
        widgets.delete("one", preconditions=Preconditions(uid="another"))
    widgets.delete("one", preconditions=Preconditions(uid=created.metadata.uid))
    with pytest.raises(errors.NotFoundError):
        widgets.get("one")


def test_delete_collection_deletes_what_the_selector_matches(widgets: Widgets) -> None:
    widgets.create(widget("one", labels={"app": "web"}))
    widgets.create(widget("two"))
    widgets.delete_collection(label_selector="app=web")
    assert [item.metadata.name for item in widgets.list().items] == ["two"]


def test_iterating_reads_page_by_page(server: Server, widgets: Widgets) -> None:
    for number in range(5):
        widgets.create(widget(f"w{number}"))
    server.actions.clear()
    names = [item.metadata.name for item in widgets.iterate(page_size=2)]
    assert names == ["w0", "w1", "w2", "w3", "w4"]
    assert [action.verb for action in server.actions] == ["list"] * 3


def test_iterating_survives_an_expired_continue_token(server: Server, widgets: Widgets) -> None:
    for number in range(5):
        widgets.create(widget(f"w{number}"))
    names = []
    for item in widgets.iterate(page_size=2):
        names.append(item.metadata.name)
        if len(names) == 2:
            widgets.create(widget("w9"))
            server.compact()
    assert names == ["w0", "w1", "w2", "w3", "w4", "w9"]


def test_a_client_without_a_namespace_lists_all_and_refuses_to_guess_for_one(
    rest: RESTClient, widgets: Widgets
) -> None:
    widgets.create(widget("one"))
    everywhere = Widgets(rest)
    assert len(everywhere.list().items) == 1
    with pytest.raises(ValueError, match="widgets are namespaced"):
        everywhere.get("one")
    placed = everywhere.create(widget("two", namespace="default"))
    assert placed.metadata.namespace == "default"


@pytest.mark.parametrize("name", ["", "..", "a/b", "a%2fb"])
def test_a_name_that_is_not_one_path_segment_is_refused(widgets: Widgets, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        widgets.get(name)


def test_a_watch_yields_typed_events_from_a_version_on(widgets: Widgets) -> None:
    start = widgets.list().metadata.resource_version
    created = widgets.create(widget("one"))
    created.spec.size = 2
    widgets.update(created)
    widgets.delete("one")
    seen = []
    with widgets.watch(resource_version=start, timeout_seconds=30) as events:
        for event in events:
            seen.append((str(event.type), event.object.spec.size))
            if len(seen) == 3:
                break
    assert seen == [("ADDED", 1), ("MODIFIED", 2), ("DELETED", 2)]


def test_a_watch_that_the_server_ends_ends_the_iteration(server: Server, widgets: Widgets) -> None:
    widgets.create(widget("one"))
    names = []
    with widgets.watch() as events:
        for event in events:
            names.append(event.object.metadata.name)
            server.drop_watches()
    assert names == ["one"]


def test_a_watch_from_a_forgotten_version_raises_expired(server: Server, widgets: Widgets) -> None:
    first = widgets.create(widget("one"))
    widgets.create(widget("two"))
    server.compact()
    with pytest.raises(errors.ExpiredError):
        drain(widgets.watch(resource_version=first.metadata.resource_version))


def test_leaving_a_watch_closes_its_connection(server: Server, widgets: Widgets) -> None:
    widgets.create(widget("one"))
    with widgets.watch() as events:
        for _ in events:
            break
    # The server ends a watch whose client has gone; only then can a new one be the only one.
    with widgets.watch() as events:
        for event in events:
            assert event.object.metadata.name == "one"
            break


def test_a_list_may_take_as_long_as_the_server_was_given() -> None:
    transport = ScriptedTransport(answer(200, {"kind": "WidgetList", "items": []}))
    widgets = Widgets(RESTClient(transport, timeout=60), "default")
    widgets.list(timeout_seconds=300)
    widgets.list()
    assert [request.timeout for request in transport.requests] == [310, 60]


def test_apply_sends_what_stands_there_as_its_managers_will() -> None:
    transport = ScriptedTransport(
        answer(200, {"kind": "Widget", "metadata": {"name": "one"}, "spec": {}})
    )
    widgets = Widgets(RESTClient(transport), "default")
    widgets.apply({"metadata": {"name": "one"}}, field_manager="us", force=True)
    widgets.apply_status(wanted_status("one", ready=True), field_manager="us")
    applied, status = transport.requests
    assert applied.method == "PATCH"
    assert applied.headers["content-type"] == "application/apply-patch+yaml"
    assert dict(applied.query) == {"fieldManager": "us", "force": "true"}
    assert applied.body == (
        b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"one"}}'
    )
    assert status.path.endswith("/widgets/one/status")
    assert dict(status.query) == {"fieldManager": "us", "force": "false"}


def test_apply_creates_owns_and_conflicts(widgets: Widgets) -> None:
    mine = {"metadata": {"name": "one"}, "spec": {"size": 1}}
    applied = widgets.apply(mine, field_manager="us")
    assert applied.kind == "Widget"
    with pytest.raises(errors.ConflictError) as conflict:
        widgets.apply(wanted("one", size=2), field_manager="them")
    assert [cause.field for cause in conflict.value.causes] == [".spec.size"]
    forced = widgets.apply(wanted("one", size=2), field_manager="them", force=True)
    assert forced.spec.size == 2
