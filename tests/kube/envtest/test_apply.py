"""Server-side apply: who owns which field, and what happens when two want one."""

from __future__ import annotations

import copy
from typing import Any

from kube.envtest import Server
from tests.kube.envtest.api import SPEC, WIDGETS, Answer, Client, definition, widget

APPLY = "application/apply-patch+yaml"


def apply(client: Client, manager: str, spec: dict[str, Any], **query: str) -> Answer:
    body = {**widget("a"), "spec": spec}
    return client.patch(f"{WIDGETS}/a", body, APPLY, fieldManager=manager, **query)


def owners(answer: Answer) -> dict[str, Any]:
    entries = answer.body["metadata"]["managedFields"]
    return {entry["manager"]: entry["fieldsV1"] for entry in entries}


def test_an_apply_creates_what_is_not_there(client: Client) -> None:
    created = apply(client, "one", {"mode": "a"})
    assert created.status == 201
    (entry,) = created.body["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("one", "Apply")
    assert entry["fieldsV1"] == {"f:spec": {"f:mode": {}}}
    assert created.body["spec"]["size"] == 3


def test_applying_the_same_again_changes_nothing(client: Client) -> None:
    first = apply(client, "one", {"mode": "a"})
    assert apply(client, "one", {"mode": "a"}).text == first.text


def test_what_is_not_applied_any_more_is_removed(client: Client) -> None:
    apply(client, "one", {"mode": "a", "code": "abc", "free": {"x": {"y": 1}}})
    assert apply(client, "one", {"mode": "a"}).body["spec"] == {"mode": "a", "size": 3}


def test_a_field_of_another_manager_is_a_conflict_unless_forced(client: Client) -> None:
    apply(client, "one", {"mode": "a", "code": "abc"})
    refused = apply(client, "two", {"mode": "b"})
    assert (refused.status, refused.body["reason"]) == (409, "Conflict")
    assert refused.message == 'Apply failed with 1 conflict: conflict with "one": .spec.mode'
    forced = apply(client, "two", {"mode": "b"}, force="true")
    assert owners(forced) == {
        "one": {"f:spec": {"f:code": {}}},
        "two": {"f:spec": {"f:mode": {}}},
    }


def test_the_same_value_is_owned_together_and_stays_while_one_wants_it(client: Client) -> None:
    apply(client, "one", {"mode": "a", "code": "abc"})
    apply(client, "two", {"mode": "a", "code": "abc"})
    assert apply(client, "two", {"mode": "a"}).body["spec"]["code"] == "abc"
    assert "code" not in apply(client, "one", {"mode": "a"}).body["spec"]


def test_an_update_takes_the_fields_that_it_changes(client: Client) -> None:
    apply(client, "one", {"mode": "a", "code": "abc"})
    patched = client.send(
        "PATCH",
        f"{WIDGETS}/a",
        {"spec": {"mode": "b"}},
        content_type="application/merge-patch+json",
        user_agent="kubectl/v1.36 (linux)",
    )
    assert owners(patched) == {
        "one": {"f:spec": {"f:code": {}}},
        "kubectl": {"f:spec": {"f:mode": {}}},
    }
    refused = apply(client, "one", {"mode": "a"})
    assert 'conflict with "kubectl" using example.com/v1: .spec.mode' in refused.message


def test_items_of_a_keyed_list_have_owners_of_their_own(client: Client) -> None:
    apply(client, "one", {"mode": "a", "nodes": [{"host": "x", "role": "boss"}]})
    both = apply(client, "two", {"mode": "a", "nodes": [{"host": "y"}]})
    assert [node["host"] for node in both.body["spec"]["nodes"]] == ["x", "y"]
    refused = apply(client, "two", {"mode": "a", "nodes": [{"host": "x", "role": "hand"}]})
    assert '.spec.nodes[host="x"].role' in refused.message
    left = apply(client, "two", {"mode": "a"})
    assert left.body["spec"]["nodes"] == [{"host": "x", "role": "boss"}]


def test_the_status_has_managers_of_its_own(client: Client) -> None:
    apply(client, "one", {"mode": "a"})
    body = {**widget("a"), "status": {"phase": "x"}}
    path = f"{WIDGETS}/a/status"
    done = client.patch(path, body, APPLY, fieldManager="controller")
    assert owners(done)["controller"] == {"f:status": {"f:phase": {}}}
    subresources = {
        e["manager"]: e.get("subresource") for e in done.body["metadata"]["managedFields"]
    }
    assert subresources == {"one": None, "controller": "status"}
    assert done.body["status"] == {"phase": "x"}


def test_an_apply_needs_a_manager_and_no_managed_fields(client: Client) -> None:
    refused = client.patch(f"{WIDGETS}/a", widget("a"), APPLY)
    assert refused.causes == [("fieldManager", "Required value: is required for apply patch")]
    body = widget("a")
    body["metadata"]["managedFields"] = [{"manager": "x"}]
    refused = client.patch(f"{WIDGETS}/a", body, APPLY, fieldManager="x")
    assert refused.message == "metadata.managedFields must be nil"


def test_an_unknown_field_is_not_applied(client: Client) -> None:
    refused = apply(client, "one", {"mode": "a", "extra": 1})
    assert refused.message == (
        "failed to create typed patch object (/a; example.com/v1, Kind=Widget): .spec.extra: "
        "field not declared in schema"
    )


def test_objects_that_are_alike_have_the_fields_of_their_own_metadata(client: Client) -> None:
    plain, labelled = widget("plain"), widget("labelled")
    labelled["metadata"]["labels"] = {"app": "web"}
    fields = [owners(client.create(WIDGETS, body)) for body in (plain, labelled, widget("again"))]
    spec = {"f:spec": {".": {}, "f:mode": {}, "f:size": {}}}
    assert fields[0] == fields[2] == {"unknown": spec}
    labels = {"f:labels": {".": {}, "f:app": {}}}
    assert fields[1] == {"unknown": {"f:metadata": labels, **spec}}


def test_fields_of_new_objects_follow_the_schema_that_is_served() -> None:
    """Also where another server, or an earlier definition, had the same object of another type."""
    fields = []
    for kind in ("atomic", "map"):
        server = Server()
        crd = definition()
        nodes = copy.deepcopy(SPEC["properties"]["nodes"]) | {"x-kubernetes-list-type": kind}
        if kind == "atomic":
            del nodes["x-kubernetes-list-map-keys"]
        spec = {**SPEC, "properties": {**SPEC["properties"], "nodes": nodes}}
        schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        schema["properties"] = {**schema["properties"], "spec": spec}
        server.load([crd])
        created = Client(server).create(WIDGETS, widget("a", nodes=[{"host": "x"}]))
        fields.append(owners(created)["unknown"]["f:spec"]["f:nodes"])
    host = {".": {}, "f:host": {}, "f:role": {}}
    assert fields == [{}, {".": {}, 'k:{"host":"x"}': host}]
