# Derived from tests/kube/client/_async/test_watch.py: python hack/unasync.py. DO NOT EDIT.
"""Watches, and lists with objects that do not decode, from scripted bytes."""

from __future__ import annotations

import msgspec
import pytest

from kube.client import (
    Bookmark,
    RESTClient,
    TransportError,
    Undecodable,
    Watch,
    WatchEvent,
)
from kube.client.transport import Response
from kube.runtime import errors
from kube.runtime.codec import DecodeError
from kube.runtime.resource import Resource
from tests.kube.client.kinds import Widget, Widgets
from tests.kube.client.scripted import ScriptedTransport, answer, refusal


def line(type: str, object: object) -> bytes:
    return msgspec.json.encode({"type": type, "object": object}) + b"\n"


def body(name: str, **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name, "namespace": "default", "resourceVersion": "7"},
        "spec": spec,
    }


BOOKMARK = line(
    "BOOKMARK",
    {
        "kind": "Widget",
        "metadata": {
            "resourceVersion": "12",
            "creationTimestamp": None,
            "annotations": {"k8s.io/initial-events-end": "true"},
        },
        "spec": {"size": None},
    },
)


def widgets_of(*answers: Response) -> tuple[Widgets, ScriptedTransport, list[str]]:
    transport = ScriptedTransport(*answers)
    reported: list[str] = []

    def report(resource: Resource, found: Undecodable) -> None:
        reported.append(f"{resource.kind} {found.key}: {found.error}")

    rest = RESTClient(transport, on_undecodable=report)
    return Widgets(rest, "default"), transport, reported


def collect(watch: Watch[Widget], names: list[str]) -> None:
    with watch as events:
        for event in events:
            names.append(event.object.metadata.name)


def test_chunks_cut_anywhere_make_the_same_events() -> None:
    text = line("ADDED", body("one", color="\u2028\u0085 ü")) + line("DELETED", body("two"))
    widgets, transport, _ = widgets_of(answer(200, text))
    with widgets.watch() as events:
        seen = [(str(e.type), e.object.metadata.name, e.object.spec.color) for e in events]
    assert seen == [("ADDED", "one", "\u2028\u0085 ü"), ("DELETED", "two", "")]
    assert transport.open_streams == 0


def test_a_watch_asks_for_what_it_was_told_and_bounds_silence() -> None:
    widgets, transport, _ = widgets_of(answer(200, b""))
    with widgets.watch(
        label_selector="a=b", resource_version="5", timeout_seconds=300, allow_bookmarks=True
    ):
        pass
    request = transport.requests[0]
    assert dict(request.query) == {
        "watch": "true",
        "labelSelector": "a=b",
        "resourceVersion": "5",
        "timeoutSeconds": "300",
        "allowWatchBookmarks": "true",
    }
    assert request.timeout == 310


def test_iteration_yields_objects_alone_and_reports_what_does_not_decode() -> None:
    text = BOOKMARK + line("ADDED", body("bad", size="much")) + line("ADDED", body("good"))
    widgets, _, reported = widgets_of(answer(200, text))
    with widgets.watch() as events:
        names = [event.object.metadata.name for event in events]
    assert names == ["good"]
    assert len(reported) == 1
    assert reported[0].startswith("Widget default/bad: ")
    assert "$.spec.size" in reported[0]


def test_everything_yields_bookmarks_and_undecodable_objects_too() -> None:
    text = line("MODIFIED", body("bad", size="much")) + BOOKMARK + line("ADDED", body("good"))
    widgets, _, _ = widgets_of(answer(200, text))
    with widgets.watch() as events:
        seen = [event for event in events.everything()]
    bad, bookmark, good = seen
    assert isinstance(bad, Undecodable)
    assert (bad.type, bad.key, bad.metadata.resource_version) == ("MODIFIED", "default/bad", "7")
    assert isinstance(bookmark, Bookmark)
    assert (bookmark.resource_version, bookmark.ends_initial_events) == ("12", True)
    assert isinstance(good, WatchEvent)


def test_an_error_event_is_raised_typed() -> None:
    gone = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
    widgets, transport, _ = widgets_of(answer(200, line("ERROR", gone)))
    with pytest.raises(errors.ExpiredError, match="too old"):
        collect(widgets.watch(), [])
    assert transport.open_streams == 0


def test_an_error_event_that_is_not_a_status_is_raised_too() -> None:
    widgets, _, _ = widgets_of(answer(200, line("ERROR", {"oh": "no"})))
    with pytest.raises(errors.InternalError, match='"oh":"no"'):
        collect(widgets.watch(), [])


def test_a_410_answer_is_raised_when_the_block_is_entered() -> None:
    widgets, _, _ = widgets_of(refusal(410, "Gone"))
    with pytest.raises(errors.GoneError):
        widgets.watch().__enter__()


@pytest.mark.parametrize("rubbish", [b"<html>\n", b'{"type":"ADDED","obj', b"\xff\xfe\n"])
def test_a_line_that_is_not_an_event_breaks_the_watch_without_losing_it_silently(
    rubbish: bytes,
) -> None:
    widgets, transport, _ = widgets_of(answer(200, line("ADDED", body("one")) + rubbish))
    names: list[str] = []
    with pytest.raises(TransportError):
        collect(widgets.watch(), names)
    assert names == ["one"]
    assert transport.open_streams == 0


def test_a_watch_outside_its_block_says_what_to_do() -> None:
    widgets, _, _ = widgets_of(answer(200, b""))
    with pytest.raises(RuntimeError, match="block"):
        for _ in widgets.watch():
            pass


def test_an_undecodable_item_of_a_list_is_reported_and_the_others_are_there() -> None:
    items = [body("one"), body("bad", size=[]), body("two")]
    metadata = {"resourceVersion": "9", "continue": "more"}
    document = {"kind": "WidgetList", "metadata": metadata, "items": items}
    widgets, _, reported = widgets_of(answer(200, document))
    found = widgets.list()
    assert [item.metadata.name for item in found.items] == ["one", "two"]
    assert (found.metadata.resource_version, found.metadata.continue_) == ("9", "more")
    assert (found.kind, found.api_version) == ("WidgetList", "example.com/v1")
    assert reported[0].startswith("Widget default/bad: ")


def test_a_list_without_items_is_empty() -> None:
    widgets, _, _ = widgets_of(answer(200, {"kind": "WidgetList", "items": None}))
    assert widgets.list().items == []


def test_an_answer_that_is_not_an_object_is_a_decode_error() -> None:
    for body in (b"", b"null", b"<html>", b"[]", b"\xff"):
        widgets, _, _ = widgets_of(answer(200, body))
        with pytest.raises(DecodeError, match="the answer is not a valid Widget: "):
            widgets.get("a")


def test_an_answer_that_is_not_a_list_is_a_decode_error() -> None:
    for body in (b"", b"null", b"<html>", b"[]"):
        widgets, _, _ = widgets_of(answer(200, body))
        with pytest.raises(DecodeError, match="the answer is not a valid list"):
            widgets.list()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"{}", "has no kind"),
        (b'{"status":"login required","items":null}', "has no kind"),
        (b'{"kind":"Status","status":"Success"}', "is a Status"),
        (b'{"kind":"GadgetList","apiVersion":"example.com/v1","items":[]}', "is a GadgetList"),
        (b'{"kind":"Widget","metadata":{"name":"one"}}', "is a Widget"),
    ],
)
def test_an_answer_of_another_kind_is_not_taken_for_an_empty_list(body: bytes, fault: str) -> None:
    widgets, _, _ = widgets_of(answer(200, body))
    with pytest.raises(DecodeError, match=f"the answer {fault}, where .* is a WidgetList"):
        widgets.list()
