"""Lists: selectors, pages, versions, deletion of collections."""

from __future__ import annotations

import base64
import json

import pytest

from tests.kube.conformance.api import names
from tests.kube.conformance.conftest import configmap, widget


@pytest.fixture
def labelled(api, configmaps):
    for name, labels in {
        "a": {"app": "web", "tier": "front"},
        "b": {"app": "web", "tier": "back"},
        "c": {"app": "db"},
        "d": {},
    }.items():
        body = configmap(name)
        body["metadata"]["labels"] = labels
        api.post(configmaps, body).ok()
    return configmaps


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("app=web", "ab"),
        ("app==web", "ab"),
        ("app!=web", "cd"),
        ("app", "abc"),
        ("!app", "d"),
        ("app in (web, db)", "abc"),
        ("app notin (web)", "cd"),
        ("app=web,tier=front", "a"),
        ("app in (web),tier notin (front)", "b"),
        ("tier,app=db", ""),
        ("app=", ""),
        ("", "abcd"),
        ("x in (),app", ""),
    ],
)
def test_a_label_selector_chooses(api, labelled, selector, wanted):
    assert names(api.get(labelled, labelSelector=selector).ok()) == list(wanted)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("app=web,", "found '', expected: identifier after ','"),
        ("=x", "found '=', expected: !, identifier, or 'end of string'"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("!=x", "found '!=', expected: !, identifier, or 'end of string'"),
        ("!,a", "unable to parse requirement: found ',', expected: identifier"),
        ("app in web", "unable to parse requirement: found 'web' expected: '('"),
        (
            "a b",
            "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
        ),
        ("app in (web", "unable to parse requirement: found '', expected: ',' or ')'"),
    ],
)
def test_a_malformed_label_selector_is_refused(api, labelled, selector, expected):
    code, reason, message = api.get(labelled, labelSelector=selector).refusal()
    assert (code, reason) == (400, "BadRequest")
    assert message == expected


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("metadata.name=a", "a"),
        ("metadata.name==a", "a"),
        ("metadata.name!=a", "bcd"),
        ("metadata.name=a,metadata.name=b", ""),
        ("metadata.name=none", ""),
    ],
)
def test_a_field_selector_chooses(api, labelled, selector, wanted):
    assert names(api.get(labelled, fieldSelector=selector).ok()) == list(wanted)


def test_a_field_selector_of_the_namespace_chooses(api, namespace, labelled):
    query = {"fieldSelector": f"metadata.namespace={namespace.name}"}
    assert names(api.get("/api/v1/configmaps", **query).ok()) == ["a", "b", "c", "d"]


def test_a_field_that_cannot_be_selected_is_refused(api, configmaps, widgets):
    assert api.get(configmaps, fieldSelector="data.k=v").refusal() == (
        400,
        "BadRequest",
        '"data.k" is not a known field selector: only "metadata.name", "metadata.namespace"',
    )
    code, reason, message = api.get(widgets, fieldSelector="spec.size=1").refusal()
    assert (code, reason) == (400, "BadRequest")
    assert message == "field label not supported: spec.size"


def test_a_field_that_a_definition_names_can_be_selected(api, widgets):
    api.post(widgets, widget("a", color="red")).ok()
    api.post(widgets, widget("b", color="blue")).ok()
    api.post(widgets, widget("c")).ok()
    assert names(api.get(widgets, fieldSelector="spec.color=red").ok()) == ["a"]
    assert names(api.get(widgets, fieldSelector="spec.color!=red").ok()) == ["b", "c"]


def test_a_list_has_a_kind_and_a_version_and_its_items_have_theirs_left_out(api, labelled, widgets):
    listed = api.get(labelled).ok()
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert int(listed["metadata"]["resourceVersion"]) > 0
    assert "kind" not in listed["items"][0]
    api.post(widgets, widget("a")).ok()
    listed = api.get(widgets).ok()
    assert (listed["kind"], listed["apiVersion"]) == ("WidgetList", "example.io/v1")
    assert listed["items"][0]["kind"] == "Widget"
    assert listed["items"][0]["apiVersion"] == "example.io/v1"


def test_an_empty_list_has_items_all_the_same(api, configmaps, widgets):
    for path in (configmaps, widgets):
        assert api.get(path).ok()["items"] == []


def test_a_list_of_all_namespaces_is_in_order(api, namespace, labelled):
    found = api.get("/api/v1/configmaps").ok()["items"]
    keys = [(item["metadata"]["namespace"], item["metadata"]["name"]) for item in found]
    assert keys == sorted(keys)
    assert (namespace.name, "a") in keys


def test_pages_hold_everything_once_and_say_what_remains(api, labelled):
    first = api.get(labelled, limit=3).ok()
    assert names(first) == ["a", "b", "c"]
    assert first["metadata"]["remainingItemCount"] == 1
    rest = api.get(labelled, limit=3, **{"continue": first["metadata"]["continue"]}).ok()
    assert names(rest) == ["d"]
    assert "continue" not in rest["metadata"]
    assert "remainingItemCount" not in rest["metadata"]
    assert rest["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


def test_pages_show_one_moment(api, labelled):
    first = api.get(labelled, limit=2).ok()
    api.delete(f"{labelled}/c").ok()
    api.post(labelled, configmap("e")).ok()
    rest = api.get(labelled, limit=9, **{"continue": first["metadata"]["continue"]}).ok()
    assert names(rest) == ["c", "d"]


def test_a_page_of_selected_objects_does_not_say_what_remains(api, labelled):
    first = api.get(labelled, limit=1, labelSelector="app").ok()
    assert names(first) == ["a"]
    assert first["metadata"]["continue"]
    assert "remainingItemCount" not in first["metadata"]


def test_a_limit_that_is_not_reached_gives_everything(api, labelled):
    listed = api.get(labelled, limit=4).ok()
    assert len(listed["items"]) == 4
    assert "continue" not in listed["metadata"]


def test_a_continuation_takes_no_version(api, labelled):
    token = api.get(labelled, limit=1).ok()["metadata"]["continue"]
    answer = api.get(labelled, limit=1, resourceVersion="5", **{"continue": token})
    code, reason, message = answer.refusal()
    assert (code, reason) == (400, "BadRequest")
    assert message == "specifying resource version is not allowed when using continue"


def test_a_continuation_that_is_none_is_refused(api, labelled):
    code, reason, message = api.get(labelled, **{"continue": "nonsense"}).refusal()
    assert (code, reason) == (400, "BadRequest")
    assert message.startswith("invalid continue token: continue key is not valid")


def test_an_expired_continuation_says_so_and_offers_an_inconsistent_one(api, forget, widgets):
    for name in "abcd":
        api.post(widgets, widget(name)).ok()
    first = api.get(widgets, limit=1).ok()["metadata"]["continue"]
    forget()
    # The same place at version 1, which no cache of the server still has.
    token = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    token["rv"] = 1
    old = base64.urlsafe_b64encode(json.dumps(token).encode()).decode().rstrip("=")
    answer = api.get(widgets, limit=9, **{"continue": old})
    assert answer.refusal() == (
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can "
        "start a new list without the continue parameter, or use the continue token in this "
        "response to retrieve the remainder of the results. Continuing with the provided token "
        "results in an inconsistent list - objects that were created, modified, or deleted between "
        "the time the first chunk was returned and now may show up in the list.",
    )
    rest = api.get(widgets, **{"continue": answer.body["metadata"]["continue"]}).ok()
    assert names(rest) == ["b", "c", "d"]


def test_a_list_at_a_forgotten_version_is_expired(api, forget, widgets):
    forget()
    query = {"resourceVersion": "1", "resourceVersionMatch": "Exact"}
    code, reason, message = api.get(widgets, **query).refusal()
    assert (code, reason) == (410, "Expired")
    assert message.startswith("The resourceVersion for the provided ")


def test_a_list_may_be_as_old_as_the_server_likes(api, labelled):
    assert names(api.get(labelled, resourceVersion="0").ok())[:1] in ([], ["a"])
    version = api.get(labelled).ok()["metadata"]["resourceVersion"]
    for query in (
        {"resourceVersion": version},
        {"resourceVersion": version, "resourceVersionMatch": "NotOlderThan"},
        {"resourceVersion": version, "resourceVersionMatch": "Exact"},
    ):
        assert names(api.get(labelled, **query).ok()) == ["a", "b", "c", "d"]


def test_an_exact_version_shows_the_past(api, labelled):
    version = api.get(labelled).ok()["metadata"]["resourceVersion"]
    api.delete(f"{labelled}/a").ok()
    query = {"resourceVersion": version, "resourceVersionMatch": "Exact"}
    listed = api.get(labelled, **query).ok()
    assert names(listed) == ["a", "b", "c", "d"]
    assert listed["metadata"]["resourceVersion"] == version


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            {"resourceVersionMatch": "Exact"},
            "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless "
            "resourceVersion is provided",
        ),
        (
            {"resourceVersionMatch": "Exact", "resourceVersion": "0"},
            'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for '
            'resourceVersion "0"',
        ),
        (
            {"resourceVersionMatch": "Nearly", "resourceVersion": "1"},
            'resourceVersionMatch: Unsupported value: "Nearly": supported values: '
            '"Exact", "NotOlderThan", ""',
        ),
        (
            {"sendInitialEvents": "true"},
            "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
        ),
    ],
)
def test_options_of_a_list_that_contradict_are_refused(api, configmaps, query, message):
    code, reason, found = api.get(configmaps, **query).refusal()
    assert (code, reason) == (422, "Invalid")
    assert found == f'ListOptions.meta.k8s.io "" is invalid: {message}'


def test_a_version_that_is_none_is_refused(api, configmaps):
    code, reason, message = api.get(configmaps, resourceVersion="old").refusal()
    assert (code, reason) == (400, "BadRequest")
    assert "old" in message


def test_a_version_from_the_future_times_out(api, configmaps):
    answer = api.get(configmaps, resourceVersion="999999999")
    code, reason, message = answer.refusal()
    assert (code, reason) == (504, "Timeout")
    assert message.startswith("Timeout: Too large resource version: 999999999, current: ")
    assert answer.causes() == [("ResourceVersionTooLarge", None, "Too large resource version")]
    assert answer.body["details"]["retryAfterSeconds"] == 1
    assert answer.headers["retry-after"] == "1"


def test_a_get_may_be_as_old_as_the_server_likes(api, labelled):
    found = api.get(f"{labelled}/a", resourceVersion="0")
    assert found.status in (200, 404)
    version = api.get(f"{labelled}/a").ok()["metadata"]["resourceVersion"]
    assert api.get(f"{labelled}/a", resourceVersion=version).ok()["metadata"]["name"] == "a"


def test_a_collection_is_deleted(api, labelled):
    answer = api.delete(labelled)
    assert answer.status == 200
    assert answer.body["kind"] == "ConfigMapList"
    assert names(answer.body) == ["a", "b", "c", "d"]
    assert api.get(labelled).ok()["items"] == []


def test_a_selected_part_of_a_collection_is_deleted(api, labelled):
    api.delete(labelled, labelSelector="app=web").ok()
    assert names(api.get(labelled).ok()) == ["c", "d"]
    api.delete(labelled, fieldSelector="metadata.name=c").ok()
    assert names(api.get(labelled).ok()) == ["d"]


def test_a_collection_of_custom_resources_is_deleted(api, widgets):
    for name in "ab":
        api.post(widgets, widget(name)).ok()
    assert api.delete(widgets).status == 200
    assert api.get(widgets).ok()["items"] == []


def test_finalizers_hold_members_of_a_deleted_collection(api, configmaps):
    held = configmap("held")
    held["metadata"]["finalizers"] = ["example.io/hold"]
    api.post(configmaps, held).ok()
    api.post(configmaps, configmap("free")).ok()
    api.delete(configmaps).ok()
    (left,) = api.get(configmaps).ok()["items"]
    assert left["metadata"]["name"] == "held"
    assert left["metadata"]["deletionTimestamp"]
