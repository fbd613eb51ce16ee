"""Requests that nobody should send: each gets a refusal in words, at a cost in proportion to it."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest

from kube.runtime.trees import DEEPEST
from tests.kube.envtest.api import CRDS, JSON_PATCH, MERGE, WIDGETS, Client, definition, widget

MAPS = "/api/v1/namespaces/default/configmaps"
APPLY = "application/apply-patch+yaml"
STRATEGIC = "application/strategic-merge-patch+json"


def nested(levels: int, opening: str = '{"a":', closing: str = "}") -> str:
    return opening * levels + "1" + closing * levels


@pytest.mark.parametrize("levels", [DEEPEST, 5_000, 200_000])
@pytest.mark.parametrize("kind", ["application/json", "application/yaml"])
@pytest.mark.parametrize("brackets", [('{"a":', "}"), ("[", "]")], ids=["objects", "lists"])
def test_a_body_that_is_nested_too_deeply_is_refused(
    client: Client, levels: int, kind: str, brackets: tuple[str, str]
) -> None:
    body = f'{{"metadata":{{"name":"a"}},"spec":{nested(levels, *brackets)}}}'.encode()
    answer = client.send("POST", WIDGETS, body, content_type=kind)
    assert (answer.status, answer.body["reason"]) == (400, "BadRequest")
    assert "200 levels" in answer.message


@pytest.mark.parametrize("text", ["- " * 200_000, "? " * 200_000, "{a: " * 20_000])
def test_yaml_that_is_nested_too_deeply_is_refused_before_the_stack_ends(
    client: Client, text: str
) -> None:
    query = {"fieldManager": "tests"}
    answer = client.send("PATCH", f"{MAPS}/a", text.encode(), query=query, content_type=APPLY)
    assert answer.status == 400
    assert "nested too deeply" in answer.message


@pytest.mark.parametrize("kind", [JSON_PATCH, MERGE, STRATEGIC])
def test_a_patch_that_is_nested_too_deeply_is_refused(client: Client, kind: str) -> None:
    client.create(MAPS, {"metadata": {"name": "a"}})
    body = nested(100_000).encode()
    answer = client.send("PATCH", f"{MAPS}/a", body, content_type=kind)
    assert answer.status == 400
    assert "exceeded max depth" in answer.message


def test_what_is_nested_as_deeply_as_allowed_is_stored_applied_patched_and_shown(
    client: Client,
) -> None:
    free = json.loads(nested(DEEPEST - 3))
    deep = {**widget("a", free=free), "metadata": {"name": "a"}}
    assert client.create(WIDGETS, deep).status == 201
    applied = {**deep, "metadata": {"name": "b"}}
    for manager in ("one", "two"):
        answer = client.patch(f"{WIDGETS}/b", applied, APPLY, fieldManager=manager)
        assert answer.status in (200, 201)
    assert client.patch(f"{WIDGETS}/b", {"spec": {"free": free}}).status == 200
    listed = client.send("GET", WIDGETS, accept="application/yaml")
    assert listed.status == 200


def test_a_set_with_many_items_is_checked_in_one_pass(client: Client) -> None:
    plural = "sets"
    version = copy.deepcopy(definition(plural, "Set"))
    spec = version["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    items = {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}
    spec["properties"] = {**spec["properties"], "tags": items}
    client.create(CRDS, version)
    path = WIDGETS.replace("widgets", plural)
    tags: list[Any] = [f"tag-{number}" for number in range(50_000)]
    body = {**widget("a", tags=tags), "kind": "Set"}
    assert client.create(path, body).status == 201
    body["spec"]["tags"] = ["x", "y", "x"]
    assert client.create(path, body).causes == [("spec.tags[2]", 'Duplicate value: "x"')]


def test_copies_of_a_patch_may_not_double_without_end(client: Client) -> None:
    client.create(WIDGETS, widget("a", free={"a": "x" * 1000}))
    copies = [{"op": "copy", "from": "/spec/free", "path": f"/spec/free/{n}"} for n in range(40)]
    answer = client.patch(f"{WIDGETS}/a", copies, JSON_PATCH)
    assert (answer.status, answer.body["reason"]) == (422, "Invalid")


def test_a_patch_may_have_ten_thousand_operations(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    operations = [{"op": "replace", "path": "/spec/size", "value": 4}] * 10_001
    assert client.patch(f"{WIDGETS}/a", operations[:-1], JSON_PATCH).status == 200
    answer = client.patch(f"{WIDGETS}/a", operations, JSON_PATCH)
    assert (answer.status, answer.body["reason"]) == (413, "RequestEntityTooLarge")
    assert "maximum operations in a JSON patch is 10000, got 10001" in answer.message


def test_a_patch_may_not_nest_deeper_than_a_body(client: Client) -> None:
    client.create(WIDGETS, widget("a", free={}))
    paths = ["/spec/free" + "/a" * level for level in range(1, DEEPEST)]
    operations = [{"op": "add", "path": path, "value": {}} for path in paths]
    assert client.patch(f"{WIDGETS}/a", operations, JSON_PATCH).status == 422
    assert client.patch(f"{WIDGETS}/a", operations[:50], JSON_PATCH).status == 200


@pytest.mark.parametrize("index", ["9" * 5000, "-" + "9" * 30])
def test_an_index_of_a_patch_that_is_no_index_is_refused(client: Client, index: str) -> None:
    client.create(WIDGETS, widget("a", nodes=[{"host": "x"}]))
    operations = [{"op": "remove", "path": f"/spec/nodes/{index}"}]
    assert client.patch(f"{WIDGETS}/a", operations, JSON_PATCH).status == 422


@pytest.mark.parametrize("text", ["1_0", "\u0663", " 1", "9" * 30, "9" * 5000, "1.0", "0x1"])
@pytest.mark.parametrize("name", ["limit", "timeoutSeconds"])
def test_a_number_of_a_query_is_read_as_go_reads_it(client: Client, name: str, text: str) -> None:
    answer = client.get(MAPS, **{"watch": "1", name: text})
    assert answer.status == 400
    assert answer.message.startswith("strconv.ParseInt: parsing ")


def token(fields: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


@pytest.mark.parametrize(
    "forged",
    [
        "abc",
        "%%%",
        "\u0663",
        token([]),
        token({"rv": "1", "start": "default/a"}),
        token({"rv": 1, "start": ["a"]}),
        token({"rv": True, "start": ""}),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_forged_continue_token_is_refused(client: Client, forged: str) -> None:
    answer = client.get(MAPS, **{"continue": forged, "limit": "1"})
    assert answer.status == 400
    assert answer.message.startswith("invalid continue token")


@pytest.mark.parametrize("version", ["9" * 30, "9" * 5000])
def test_a_resource_version_out_of_range_is_refused(client: Client, version: str) -> None:
    answer = client.get(MAPS, resourceVersion=version)
    assert answer.status == 400
    assert answer.message.endswith("value out of range")


def test_a_watch_for_longer_than_a_thread_can_wait_is_a_long_watch(client: Client) -> None:
    watch = client.watch(MAPS, timeoutSeconds=str(2**62))
    try:
        assert watch.poll() == b""
        assert not watch.ended
    finally:
        watch.close()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("preconditions", "a"),
        ("preconditions", {"uid": 5}),
        ("dryRun", 5),
        ("gracePeriodSeconds", ["a"]),
        ("propagationPolicy", {}),
        ("orphanDependents", "x"),
    ],
)
@pytest.mark.parametrize("path", [f"{WIDGETS}/a", WIDGETS], ids=["one", "many"])
def test_options_of_a_deletion_are_typed(
    client: Client, path: str, member: str, value: object
) -> None:
    client.create(WIDGETS, widget("a"))
    answer = client.delete(path, {"kind": "DeleteOptions", "apiVersion": "v1", member: value})
    assert answer.status == 400
    assert answer.message.startswith(
        'DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal'
    )
    assert client.get(f"{WIDGETS}/a").status == 200


@pytest.mark.parametrize("spec", ["x", {"expirationSeconds": "x"}, {"audiences": 5}])
def test_a_request_for_a_token_is_typed(client: Client, spec: object) -> None:
    accounts = "/api/v1/namespaces/default/serviceaccounts"
    client.create(accounts, {"metadata": {"name": "a"}})
    answer = client.create(f"{accounts}/a/token", {"spec": spec})
    assert answer.status == 400
    assert "cannot be handled as a TokenRequest" in answer.message
    assert client.create(f"{accounts}/a/token", {"spec": {"expirationSeconds": None}}).status == 201


@pytest.mark.parametrize(
    "spec", [{"deleteOptions": 5}, {"metadata": []}, {"deleteOptions": {"dryRun": "x"}}]
)
def test_an_eviction_is_typed(client: Client, spec: dict[str, Any]) -> None:
    pods = "/api/v1/namespaces/default/pods"
    containers = [{"name": "a", "image": "a"}]
    client.create(pods, {"metadata": {"name": "a"}, "spec": {"containers": containers}})
    answer = client.create(f"{pods}/a/eviction", spec)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (MAPS, {"metadata": {"name": "a", "": "x"}}, "metadata."),
        ("/api/v1/namespaces/default/serviceaccounts", {"secrets": [{"": "x"}]}, "secrets[0]."),
    ],
)
def test_a_member_without_a_name_is_an_unknown_field(
    client: Client, path: str, body: dict[str, Any], field: str
) -> None:
    body = {**body, "metadata": {"name": "a", **body.get("metadata", {})}}
    answer = client.create(path, body, fieldValidation="Strict")
    assert answer.status == 400
    assert f'unknown field "{field}"' in answer.message


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"$retainKeys": 5}, "retainKeys"),
        ({"data": {"$retainKeys": "a"}}, "retainKeys"),
        ({"metadata": {"$setElementOrder/finalizers": 5}}, "setElementOrder list"),
        ({"metadata": {"$deleteFromPrimitiveList/finalizers": "x"}}, "primitive list"),
        ({"metadata": {"$deleteFromPrimitiveList/labels": ["x"]}}, "primitive list"),
    ],
)
def test_a_directive_of_a_patch_that_is_no_list_is_refused(
    client: Client, change: dict[str, Any], why: str
) -> None:
    metadata = {"name": "a", "finalizers": ["a.b/c"], "labels": {"a": "b"}}
    client.create(MAPS, {"metadata": metadata, "data": {"a": "b"}})
    answer = client.patch(f"{MAPS}/a", change, STRATEGIC)
    assert answer.status == 500
    assert answer.message == f"invalid patch format of {why}"


def test_bytes_that_are_not_in_ascii_are_refused(client: Client) -> None:
    secrets = "/api/v1/namespaces/default/secrets"
    answer = client.create(secrets, {"metadata": {"name": "a"}, "data": {"a": "\u00e9"}})
    assert answer.status == 400
    assert "illegal base64 data at input byte 0" in answer.message


def test_an_order_of_what_is_no_list_is_refused(client: Client) -> None:
    client.create(MAPS, {"metadata": {"name": "a", "labels": {"a": "b"}}})
    change = {"metadata": {"labels": {"a": "c"}, "$setElementOrder/labels": ["a"]}}
    answer = client.patch(f"{MAPS}/a", change, STRATEGIC)
    assert (answer.status, answer.message) == (500, "invalid patch format of setElementOrder list")


@pytest.mark.parametrize("size", [10**400, -(10**400), 10**30])
def test_numbers_that_no_float_holds_are_refused(client: Client, size: int) -> None:
    assert client.create(WIDGETS, widget("a", size=size)).status == 422
    served = copy.deepcopy(definition("sizes", "Size"))
    spec = served["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["properties"] = {"mode": {"type": "string"}, "size": {"type": "integer", "minimum": size}}
    created = client.create(CRDS, served)
    assert created.status in (201, 400)
    if created.status == 201:
        path = WIDGETS.replace("widgets", "sizes")
        assert client.create(path, {**widget("a", size=5), "kind": "Size"}).status in (201, 422)


@pytest.mark.parametrize(
    ("version", "code", "why"),
    [
        ("abc", 500, 'parsing "abc": invalid syntax'),
        ("9999999", 504, "Too large resource version: 9999999"),
    ],
)
def test_the_resource_version_of_a_read_is_checked(
    client: Client, version: str, code: int, why: str
) -> None:
    client.create(MAPS, {"metadata": {"name": "a"}})
    answer = client.get(f"{MAPS}/a", resourceVersion=version)
    assert answer.status == code
    assert why in answer.message


@pytest.mark.parametrize(("value", "escape"), [("\\", "\\"), ("a\\x", "\\x"), ("\\\\\\", "\\")])
def test_an_escape_of_a_field_selector_that_is_none_is_refused(
    client: Client, value: str, escape: str
) -> None:
    answer = client.get(MAPS, fieldSelector=f"metadata.name={value}")
    assert answer.status == 400
    assert answer.message == f"invalid field selector: invalid escape sequence: {escape}"
