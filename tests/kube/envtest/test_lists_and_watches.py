"""Lists, pages and selectors; watches and what they promise."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from kube.client.transport import Request, TransportError
from kube.envtest import AsyncMemoryTransport, MemoryTransport, Server
from tests.kube.envtest.api import NAMESPACES, WIDGETS, Client, definition, events, names, widget

ALL = "/apis/example.com/v1/widgets"
INITIAL_END = {"k8s.io/initial-events-end": "true"}


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def fill(client: Client, count: int) -> None:
    for number in range(count):
        client.create(WIDGETS, widget(f"w{number:02}"))


def test_pages_are_of_one_moment(client: Client) -> None:
    fill(client, 5)
    first = client.get(WIDGETS, limit="2").body
    assert first["metadata"]["remainingItemCount"] == 3
    client.delete(f"{WIDGETS}/w03")
    client.create(WIDGETS, widget("w031"))
    client.patch(f"{WIDGETS}/w04", {"spec": {"size": 9}})
    seen, page = first["items"], first
    while token := page["metadata"].get("continue"):
        page = client.get(WIDGETS, **{"limit": "2", "continue": token}).body
        assert page["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        seen += page["items"]
    assert [item["metadata"]["name"] for item in seen] == ["w00", "w01", "w02", "w03", "w04"]
    assert seen[-1]["spec"]["size"] == 3


def test_an_expired_page_offers_to_go_on_inconsistently(server: Server, client: Client) -> None:
    fill(client, 3)
    token = client.get(WIDGETS, limit="1").body["metadata"]["continue"]
    client.create(WIDGETS, widget("x"))
    server.compact()
    gone = client.get(WIDGETS, **{"limit": "2", "continue": token})
    assert (gone.status, gone.body["reason"]) == (410, "Expired")
    rest = client.get(WIDGETS, **{"continue": gone.body["metadata"]["continue"]}).body
    assert [item["metadata"]["name"] for item in rest["items"]] == ["w01", "w02", "x"]


def test_a_namespace_lists_its_own_and_the_cluster_lists_all(client: Client) -> None:
    client.create(NAMESPACES, {"metadata": {"name": "team"}})
    client.create(WIDGETS, widget("a"))
    client.create(WIDGETS.replace("default", "team"), widget("b"))
    assert len(client.get(WIDGETS).body["items"]) == 1
    assert len(client.get(ALL).body["items"]) == 2
    assert client.create(ALL, widget("c")).status == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"labelSelector": "n in (1,2)"}, ["w1", "w2"]),
        ({"labelSelector": "n>1"}, ["w2"]),
        ({"labelSelector": "!n"}, ["plain"]),
        ({"labelSelector": "n,n!=0"}, ["w1", "w2"]),
        ({"fieldSelector": "metadata.name=w1"}, ["w1"]),
        ({"fieldSelector": "metadata.name!=w1,metadata.namespace=default"}, ["plain", "w0", "w2"]),
    ],
)
def test_selectors_choose(client: Client, query: dict[str, str], found: list[str]) -> None:
    client.create(WIDGETS, widget("plain"))
    for number in range(3):
        body = widget(f"w{number}")
        body["metadata"]["labels"] = {"n": str(number)}
        client.create(WIDGETS, body)
    items = client.get(WIDGETS, **query).body["items"]
    assert [item["metadata"]["name"] for item in items] == found


def test_a_field_that_cannot_be_selected_is_refused(client: Client) -> None:
    refused = client.get(WIDGETS, fieldSelector="spec.mode=a")
    assert (refused.status, refused.message) == (400, "field label not supported: spec.mode")


def test_selectable_fields_of_a_crd_can_be_selected() -> None:
    server = Server()
    server.load([definition(selectableFields=[{"jsonPath": ".spec.mode"}])])
    client = Client(server)
    client.create(WIDGETS, widget("a"))
    client.create(WIDGETS, widget("b", mode="b"))
    items = client.get(WIDGETS, fieldSelector="spec.mode=b").body["items"]
    assert [item["metadata"]["name"] for item in items] == ["b"]


def test_a_version_of_the_future_is_a_timeout(client: Client) -> None:
    refused = client.get(WIDGETS, resourceVersion="100000")
    assert (refused.status, refused.headers["retry-after"]) == (504, "1")
    assert "Too large resource version: 100000" in refused.message


def test_a_watch_begins_with_what_is_there_and_goes_on(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    watch = client.watch(WIDGETS)
    assert names(watch) == [("ADDED", "a")]
    client.patch(f"{WIDGETS}/a", {"spec": {"size": 5}})
    client.create(WIDGETS, widget("b"))
    client.delete(f"{WIDGETS}/a")
    assert names(watch) == [("MODIFIED", "a"), ("ADDED", "b"), ("DELETED", "a")]


def test_a_watch_from_a_version_gets_all_that_came_after_it(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    version = client.get(WIDGETS).body["metadata"]["resourceVersion"]
    client.create(WIDGETS, widget("b"))
    client.delete(f"{WIDGETS}/a")
    watch = client.watch(WIDGETS, resourceVersion=version)
    assert names(watch) == [("ADDED", "b"), ("DELETED", "a")]


def test_a_deleted_object_carries_the_version_of_its_deletion(client: Client) -> None:
    created = client.create(WIDGETS, widget("a")).body["metadata"]["resourceVersion"]
    watch = client.watch(WIDGETS, resourceVersion=created)
    client.delete(f"{WIDGETS}/a")
    ((kind, last),) = events(watch)
    assert kind == "DELETED"
    assert int(last["metadata"]["resourceVersion"]) > int(created)


def test_an_object_that_ceases_to_match_is_deleted_to_the_watcher(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    watch = client.watch(WIDGETS, labelSelector="on=yes")
    assert names(watch) == []
    client.patch(f"{WIDGETS}/a", {"metadata": {"labels": {"on": "yes"}}})
    client.patch(f"{WIDGETS}/a", {"spec": {"size": 5}})
    last = client.patch(f"{WIDGETS}/a", {"metadata": {"labels": {"on": "no"}}}).body
    client.delete(f"{WIDGETS}/a")
    seen = events(watch)
    assert [kind for kind, _ in seen] == ["ADDED", "MODIFIED", "DELETED"]
    gone = seen[-1][1]["metadata"]
    assert gone["labels"] == {"on": "yes"}
    assert gone["resourceVersion"] == last["metadata"]["resourceVersion"]


def test_a_watch_of_a_compacted_version_ends_with_410(server: Server, client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    server.compact()
    watch = client.watch(WIDGETS, resourceVersion="1")
    ((kind, error),) = events(watch)
    assert (kind, error["code"], error["reason"]) == ("ERROR", 410, "Expired")
    assert error["message"].startswith("too old resource version: 1 (")
    assert watch.ended


def test_a_watcher_too_slow_for_the_history_is_told_so() -> None:
    server = Server(history=10)
    server.load([definition()])
    client = Client(server)
    watch = client.watch(WIDGETS)
    assert names(watch) == []
    fill(client, 30)
    assert [kind for kind, _ in events(watch)] == ["ERROR"]


def test_a_watch_list_ends_its_beginning_with_a_bookmark(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    watch = client.watch(
        WIDGETS,
        sendInitialEvents="true",
        resourceVersionMatch="NotOlderThan",
        allowWatchBookmarks="true",
    )
    (first, _), (kind, bookmark) = events(watch)
    assert (first, kind) == ("ADDED", "BOOKMARK")
    assert bookmark["metadata"]["annotations"] == INITIAL_END
    assert bookmark["kind"] == "Widget"


def test_send_initial_events_needs_its_match_rule(client: Client) -> None:
    refused = client.get(WIDGETS, watch="1", sendInitialEvents="true")
    assert refused.status == 422
    assert refused.causes == [
        (
            "resourceVersionMatch",
            "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        )
    ]


def test_bookmarks_come_to_those_who_asked(server: Server, client: Client) -> None:
    asked = client.watch(WIDGETS, allowWatchBookmarks="true")
    silent = client.watch(WIDGETS)
    client.create(NAMESPACES, {"metadata": {"name": "moves-the-version"}})
    server.send_bookmarks()
    ((kind, bookmark),) = events(asked)
    version = client.get(WIDGETS).body["metadata"]["resourceVersion"]
    assert (kind, bookmark["metadata"]["resourceVersion"]) == ("BOOKMARK", version)
    assert events(silent) == []


def test_a_watch_ends_at_its_timeout_with_a_bookmark_before() -> None:
    clock = Clock()
    server = Server(monotonic=clock)
    server.load([definition()])
    watch = Client(server).watch(WIDGETS, timeoutSeconds="10", allowWatchBookmarks="true")
    assert events(watch) == []
    clock.seconds = 8.5
    assert [kind for kind, _ in events(watch)] == ["BOOKMARK"]
    assert not watch.ended
    clock.seconds = 10
    assert events(watch) == []
    assert watch.ended


def test_a_table_has_the_columns_of_the_crd(client: Client) -> None:
    client.create(WIDGETS, widget("a", size=7))
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    table = client.send("GET", WIDGETS, accept=accept).body
    assert [column["name"] for column in table["columnDefinitions"]] == [
        "Name",
        "Mode",
        "Size",
        "Age",
    ]
    assert table["rows"][0]["cells"][:3] == ["a", "a", 7]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    watch = client.watch(WIDGETS, accept=accept)
    client.create(WIDGETS, widget("b"))
    first, second = events(watch)
    assert first[1]["columnDefinitions"]
    assert second[1]["rows"][0]["cells"][0] == "b"


def test_only_metadata_is_sent_where_only_metadata_is_wanted(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    found = client.send("GET", WIDGETS, accept=accept).body
    assert found["kind"] == "PartialObjectMetadataList"
    assert set(found["items"][0]) == {"kind", "apiVersion", "metadata"}


async def test_an_async_stream_hears_of_changes_from_other_threads(server: Server) -> None:
    transport = AsyncMemoryTransport(server)
    request = Request("GET", WIDGETS, [("watch", "1")])
    async with transport.stream(request) as stream:
        chunks = aiter(stream)
        waiting = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        await asyncio.to_thread(Client(server).create, WIDGETS, widget("a"))
        assert json.loads(await waiting)["object"]["metadata"]["name"] == "a"
        waiting = asyncio.ensure_future(anext(chunks, b"the end"))
        await asyncio.sleep(0)
        server.drop_watches("widgets")
        assert await waiting == b"the end"


def test_a_sync_stream_hears_of_changes_from_other_threads(server: Server) -> None:
    transport = MemoryTransport(server)
    writer = threading.Thread(target=Client(server).create, args=(WIDGETS, widget("a")))
    with transport.stream(Request("GET", WIDGETS, [("watch", "1")])) as stream:
        writer.start()
        assert json.loads(next(iter(stream)))["type"] == "ADDED"
    writer.join()


async def test_silence_longer_than_the_timeout_is_a_transport_error(server: Server) -> None:
    request = Request("GET", WIDGETS, [("watch", "1")], timeout=0.01)
    async with AsyncMemoryTransport(server).stream(request) as stream:
        with pytest.raises(TransportError):
            await anext(aiter(stream))


def test_a_closed_watch_leaves_nothing_behind(server: Server, client: Client) -> None:
    collection = server.store.collection(("example.com", "widgets"))
    watch = client.watch(WIDGETS)
    watch.on_change(lambda: None)
    assert len(collection.watchers) == 1
    watch.close()
    assert not collection.watchers
