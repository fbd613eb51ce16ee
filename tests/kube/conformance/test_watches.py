"""Watches: where they begin, what they say, and how they end."""

from __future__ import annotations

import pytest

from tests.kube.conformance.api import name_and_type
from tests.kube.conformance.conftest import configmap, widget


def version_of(tree):
    return int(tree["metadata"]["resourceVersion"])


def test_a_watch_from_a_version_tells_all_that_came_after_it(api, configmaps):
    api.post(configmaps, configmap("before")).ok()
    start = version_of(api.get(configmaps).ok())
    made = api.post(configmaps, configmap("a", k="1")).ok()
    changed = api.patch("merge", f"{configmaps}/a", {"data": {"k": "2"}}).ok()
    api.delete(f"{configmaps}/a").ok()
    with api.watch(configmaps, resourceVersion=start) as watch:
        added, modified, deleted = watch.take(3)
    assert added == ("ADDED", made)
    assert modified == ("MODIFIED", changed)
    assert deleted[0] == "DELETED"
    assert deleted[1]["data"] == {"k": "2"}
    assert version_of(deleted[1]) > version_of(changed)


def test_a_watch_tells_what_happens_while_it_is_open(api, widgets):
    start = version_of(api.get(widgets).ok())
    with api.watch(widgets, resourceVersion=start) as watch:
        assert watch.status == 200
        made = api.post(widgets, widget("a")).ok()
        assert watch.next() == ("ADDED", made)
        api.delete(f"{widgets}/a").ok()
        assert name_and_type(watch.take(1)) == [("DELETED", "a")]


def test_a_watch_without_a_version_begins_with_what_is_there(api, configmaps):
    for name in "ab":
        api.post(configmaps, configmap(name)).ok()
    for query in ({}, {"resourceVersion": "0"}):
        with api.watch(configmaps, **query) as watch:
            assert sorted(name_and_type(watch.take(2))) == [("ADDED", "a"), ("ADDED", "b")]
            api.post(configmaps, configmap("c")).ok()
            assert name_and_type(watch.take(1)) == [("ADDED", "c")]
            api.delete(f"{configmaps}/c").ok()


def test_a_watch_ends_in_peace_after_its_timeout(api, configmaps):
    api.post(configmaps, configmap("a")).ok()
    with api.watch(configmaps, timeoutSeconds=1) as watch:
        assert name_and_type(watch.rest()) == [("ADDED", "a")]


def test_a_change_that_changes_nothing_is_no_event(api, configmaps):
    made = api.post(configmaps, configmap("a", k="1")).ok()
    api.put(f"{configmaps}/a", made).ok()
    api.patch("merge", f"{configmaps}/a", {"data": {"k": "2"}}).ok()
    with api.watch(configmaps, resourceVersion=version_of(made)) as watch:
        (kind, changed) = watch.next()
    assert (kind, changed["data"]) == ("MODIFIED", {"k": "2"})


def test_an_object_that_comes_to_match_is_added_and_one_that_ceases_to_is_deleted(api, configmaps):
    start = version_of(api.get(configmaps).ok())
    api.post(configmaps, configmap("a", k="1")).ok()
    labelled = {"metadata": {"labels": {"app": "web"}}}
    api.patch("merge", f"{configmaps}/a", labelled).ok()
    api.patch("merge", f"{configmaps}/a", {"data": {"k": "2"}}).ok()
    last = api.patch("merge", f"{configmaps}/a", {"metadata": {"labels": {"app": None}}}).ok()
    with api.watch(configmaps, resourceVersion=start, labelSelector="app=web") as watch:
        events = watch.take(3)
    assert name_and_type(events) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    # The last state that matched, with the version of the change that ended it.
    assert events[2][1]["metadata"]["labels"] == {"app": "web"}
    assert version_of(events[2][1]) == version_of(last)


def test_a_watch_of_one_name_tells_of_it_alone(api, configmaps, widgets):
    for path, body in ((configmaps, configmap), (widgets, widget)):
        start = version_of(api.get(path).ok())
        for name in ("a", "b", "c"):
            api.post(path, body(name)).ok()
        api.delete(f"{path}/b").ok()
        with api.watch(path, resourceVersion=start, fieldSelector="metadata.name=b") as watch:
            assert name_and_type(watch.take(2)) == [("ADDED", "b"), ("DELETED", "b")]


def test_a_watch_of_a_selectable_field_follows_it(api, widgets):
    start = version_of(api.get(widgets).ok())
    api.post(widgets, widget("a", color="red")).ok()
    api.patch("merge", f"{widgets}/a", {"spec": {"color": "blue"}}).ok()
    with api.watch(widgets, resourceVersion=start, fieldSelector="spec.color=red") as watch:
        assert name_and_type(watch.take(2)) == [("ADDED", "a"), ("DELETED", "a")]


def test_a_watch_of_all_namespaces_tells_of_each(api, namespace, configmaps):
    start = version_of(api.get("/api/v1/configmaps").ok())
    api.post(configmaps, configmap("a")).ok()
    with api.watch("/api/v1/configmaps", resourceVersion=start) as watch:
        kind, found = watch.next()
    assert (kind, found["metadata"]["namespace"]) == ("ADDED", namespace.name)


def test_a_finalizer_makes_a_deletion_a_change_first(api, configmaps):
    body = configmap("a")
    body["metadata"]["finalizers"] = ["example.io/hold"]
    start = version_of(api.post(configmaps, body).ok())
    api.delete(f"{configmaps}/a").ok()
    api.patch("merge", f"{configmaps}/a", {"metadata": {"finalizers": None}}).ok()
    with api.watch(configmaps, resourceVersion=start) as watch:
        marked, gone = watch.take(2)
    assert marked[0] == "MODIFIED"
    assert marked[1]["metadata"]["deletionTimestamp"]
    assert gone[0] == "DELETED"


def test_the_deletion_of_a_collection_is_an_event_for_each(api, configmaps):
    for name in "abc":
        last = api.post(configmaps, configmap(name)).ok()
    api.delete(configmaps).ok()
    with api.watch(configmaps, resourceVersion=version_of(last)) as watch:
        events = watch.take(3)
    assert sorted(name_and_type(events)) == [("DELETED", name) for name in "abc"]
    versions = [version_of(found) for _, found in events]
    assert versions == sorted(set(versions))


def test_a_watch_from_a_forgotten_version_is_expired(api, forget, widgets):
    api.post(widgets, widget("a")).ok()
    forget()
    with api.watch(widgets, resourceVersion="1") as watch:
        if watch.status == 200:
            ((kind, found),) = watch.rest()
            assert kind == "ERROR"
        else:
            found = watch.refusal()
            assert watch.status == 410
    assert (found["code"], found["reason"]) == (410, "Expired")
    assert found["message"].startswith("too old resource version: 1 (")
    assert found["kind"] == "Status"


def test_a_watch_from_a_version_that_is_none_is_refused(api, configmaps):
    with api.watch(configmaps, resourceVersion="old") as watch:
        assert watch.status in (400, 500)
        assert watch.refusal()["kind"] == "Status"


def wait_for_cache(api, path):
    """Return when a read at version 0, which may be behind, sees what was written until now."""
    now = version_of(api.get(path).ok())
    api.get(path, resourceVersion=now, resourceVersionMatch="NotOlderThan").ok()


def test_a_streamed_list_begins_with_what_is_there_and_marks_its_end(api, configmaps):
    for name in "ab":
        api.post(configmaps, configmap(name)).ok()
    now = version_of(api.get(configmaps).ok())
    query = {
        "sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }  # fmt: skip
    for version in ({}, {"resourceVersion": "0"}, {"resourceVersion": now}):
        wait_for_cache(api, configmaps)
        with api.watch(configmaps, **query, **version) as watch:
            events = watch.until("BOOKMARK")
            assert sorted(name_and_type(events[:-1])) == [("ADDED", "a"), ("ADDED", "b")]
            mark = events[-1][1]
            assert mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
            assert version_of(mark) >= now
            assert (mark["kind"], mark["apiVersion"]) == ("ConfigMap", "v1")
            api.post(configmaps, configmap("c")).ok()
            assert name_and_type(watch.until("ADDED"))[-1] == ("ADDED", "c")
            api.delete(f"{configmaps}/c").ok()


def test_a_streamed_list_of_custom_resources_marks_its_end(api, widgets):
    api.post(widgets, widget("a")).ok()
    wait_for_cache(api, widgets)
    query = {
        "sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true", "resourceVersion": "0",
    }  # fmt: skip
    with api.watch(widgets, **query) as watch:
        events = watch.until("BOOKMARK")
    assert name_and_type(events[:-1]) == [("ADDED", "a")]
    mark = events[-1][1]
    assert (mark["kind"], mark["apiVersion"]) == ("Widget", "example.io/v1")
    assert mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            {"sendInitialEvents": "true"},
            "resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
            "resourceVersionMatch to NotOlderThan",
        ),
        (
            {"resourceVersionMatch": "NotOlderThan", "resourceVersion": "0"},
            "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless "
            "sendInitialEvents is provided",
        ),
    ],
)
def test_options_of_a_watch_that_contradict_are_refused(api, configmaps, query, message):
    with api.watch(configmaps, **query) as watch:
        assert watch.status == 422
        found = watch.refusal()
    assert found["reason"] == "Invalid"
    assert found["message"] == f'ListOptions.meta.k8s.io "" is invalid: {message}'


def test_a_bookmark_comes_before_the_timeout_of_a_watch(api, configmaps):
    """Some two seconds before, so that the next watch need not begin where this one did."""
    start = version_of(api.get(configmaps).ok())
    query = {"allowWatchBookmarks": "true", "timeoutSeconds": 4, "resourceVersion": start}
    with api.watch(configmaps, **query) as watch:
        made = api.post(configmaps, configmap("a")).ok()
        events = watch.rest()
    assert events[0] == ("ADDED", made)
    assert {kind for kind, _ in events[1:]} == {"BOOKMARK"}
    mark = events[-1][1]
    assert (mark["kind"], mark["apiVersion"]) == ("ConfigMap", "v1")
    assert set(mark["metadata"]) == {"resourceVersion"}
    assert version_of(mark) >= version_of(made)
