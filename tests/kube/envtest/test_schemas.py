"""What a CRD's schema does to objects: pruning, defaults, validation; and what a CRD must be."""

from __future__ import annotations

from typing import Any

import pytest

from kube.envtest import Server
from tests.kube.envtest.api import CRDS, WIDGETS, Client, definition, events, widget


def test_unknown_fields_are_pruned_with_a_warning(client: Client) -> None:
    created = client.create(WIDGETS, widget(extra=1, nodes=[{"host": "h", "colour": "red"}]))
    assert "extra" not in created.body["spec"]
    assert created.body["spec"]["nodes"] == [{"host": "h", "role": "worker"}]
    assert created.headers["warning"] == (
        '299 - "unknown field \\"spec.extra\\"", 299 - "unknown field \\"spec.nodes[0].colour\\""'
    )


def test_strict_field_validation_refuses_unknown_and_double_fields(client: Client) -> None:
    body = (
        b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},'
        b'"spec":{"mode":"a","mode":"b","extra":1}}'
    )
    refused = client.send("POST", WIDGETS, body, query={"fieldValidation": "Strict"})
    assert refused.status == 400
    assert refused.message == (
        'Widget in version "v1" cannot be handled as a Widget: strict decoding error: duplicate '
        'field "spec.mode", unknown field "spec.extra"'
    )
    ignored = client.send("POST", WIDGETS, body, query={"fieldValidation": "Ignore"})
    assert ignored.status == 201
    assert "warning" not in ignored.headers


def test_double_fields_of_a_yaml_body_are_found_too(client: Client) -> None:
    body = b"kind: Widget\nmetadata: {name: a}\nspec:\n  mode: a\n  mode: b\n"
    refused = client.send(
        "POST", WIDGETS, body, query={"fieldValidation": "Strict"}, content_type="application/yaml"
    )
    assert 'duplicate field "spec.mode"' in refused.message


def test_defaults_fill_what_is_absent_or_null(client: Client) -> None:
    spec = client.create(WIDGETS, widget(size=None, note=None, nodes=[{"host": "h"}])).body["spec"]
    assert spec["size"] == 3
    assert spec["note"] is None
    assert spec["nodes"][0]["role"] == "worker"


def test_preserved_fields_are_kept(client: Client) -> None:
    spec = client.create(WIDGETS, widget(free={"a": {"b": [1, None]}})).body["spec"]
    assert spec["free"] == {"a": {"b": [1, None]}}


@pytest.mark.parametrize(
    ("spec", "field", "message"),
    [
        ({"mode": None}, "spec.mode", "Required value"),
        ({"mode": "z"}, "spec.mode", 'Unsupported value: "z": supported values: "a", "b"'),
        (
            {"size": "x"},
            "spec.size",
            'Invalid value: "string": spec.size in body must be of type integer: "string"',
        ),
        (
            {"size": 0},
            "spec.size",
            "Invalid value: 0: spec.size in body should be greater than or equal to 1",
        ),
        (
            {"size": 11},
            "spec.size",
            "Invalid value: 11: spec.size in body should be less than or equal to 10",
        ),
        ({"code": "abcde"}, "spec.code", "Too long: may not be more than 4 bytes"),
        (
            {"code": "a"},
            "spec.code",
            'Invalid value: "a": spec.code in body should be at least 2 chars long',
        ),
        (
            {"code": "AB"},
            "spec.code",
            "Invalid value: \"AB\": spec.code in body should match '^[a-z]+$'",
        ),
        (
            {"nodes": [{"host": "a"}, {"host": "b"}, {"host": "c"}]},
            "spec.nodes",
            "Too many: 3: must have at most 2 items",
        ),
        ({"nodes": [{}]}, "spec.nodes[0].host", "Required value"),
        (
            {"nodes": [{"host": "a"}, {"host": "a"}]},
            "spec.nodes[1]",
            'Duplicate value: {"host":"a"}',
        ),
        (
            {"port": 1.5},
            "spec.port",
            'Invalid value: "number": spec.port in body must be of type integer,string: "number"',
        ),
        (
            {"choice": {"p": "1", "q": "1"}},
            "<nil>",
            'Invalid value: "": "spec.choice" must validate one and only one schema (oneOf). '
            "Found 2 valid alternatives",
        ),
    ],
)
def test_a_fault_is_told_as_the_api_server_tells_it(
    client: Client, spec: dict[str, Any], field: str, message: str
) -> None:
    refused = client.create(WIDGETS, widget(**spec))
    assert (refused.status, refused.body["reason"]) == (422, "Invalid")
    assert refused.causes == [(field, message)]
    assert refused.message == f'Widget.example.com "a" is invalid: {field}: {message}'


def test_all_faults_are_told_at_once(client: Client) -> None:
    refused = client.create(WIDGETS, widget(mode="z", size=0))
    assert len(refused.causes) == 2
    assert refused.message.startswith('Widget.example.com "a" is invalid: [spec.mode: ')


def test_another_kind_or_version_in_the_body_is_refused(client: Client) -> None:
    assert client.create(WIDGETS, {**widget(), "kind": "Gadget"}).causes == [
        ("kind", 'Invalid value: "Gadget": must be Widget')
    ]
    assert client.create(WIDGETS, {**widget(), "apiVersion": "example.com/v2"}).message == (
        "the API version in the data (example.com/v2) does not match the expected API version "
        "(example.com/v1)"
    )


def test_a_crd_is_served_once_it_is_created_and_says_so() -> None:
    client = Client(Server())
    watch = client.watch(CRDS)
    assert client.get(WIDGETS).status == 404
    client.create(CRDS, definition())
    assert client.get(WIDGETS).status == 200
    (_, _), (kind, established) = events(watch)
    conditions = {c["type"]: c["status"] for c in established["status"]["conditions"]}
    assert kind == "MODIFIED"
    assert conditions == {"NamesAccepted": "True", "Established": "True"}
    assert established["status"]["acceptedNames"]["listKind"] == "WidgetList"


def test_an_updated_crd_serves_its_new_schema(client: Client) -> None:
    crd = client.get(f"{CRDS}/widgets.example.com").body
    version = crd["spec"]["versions"][0]
    version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["new"] = {
        "type": "string"
    }
    assert client.update(f"{CRDS}/widgets.example.com", crd).status == 200
    assert client.create(WIDGETS, widget(new="x")).body["spec"]["new"] == "x"


def test_every_served_version_shows_the_same_objects() -> None:
    crd = definition()
    second = {**crd["spec"]["versions"][0], "name": "v2", "storage": False}
    crd["spec"]["versions"].append(second)
    server = Server()
    server.load([crd])
    client = Client(server)
    client.create(WIDGETS, widget("a"))
    listed = client.get(WIDGETS.replace("v1", "v2")).body
    assert listed["apiVersion"] == "example.com/v2"
    assert listed["items"][0]["apiVersion"] == "example.com/v2"


def test_a_deleted_crd_takes_its_objects_and_waits_for_their_finalizers(client: Client) -> None:
    held = widget("held")
    held["metadata"]["finalizers"] = ["x/y"]
    client.create(WIDGETS, held)
    client.create(WIDGETS, widget("a"))
    going = client.delete(f"{CRDS}/widgets.example.com").body
    assert going["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    assert client.get(f"{WIDGETS}/a").status == 404
    assert client.create(WIDGETS, widget("b")).status == 403
    client.patch(f"{WIDGETS}/held", {"metadata": {"finalizers": None}})
    assert client.get(f"{CRDS}/widgets.example.com").status == 404
    assert client.get(WIDGETS).text == b"404 page not found\n"


def test_two_crds_cannot_have_one_kind(client: Client) -> None:
    client.create(CRDS, definition("others", "Widget"))
    other = client.get(f"{CRDS}/others.example.com").body
    conditions = {c["type"]: (c["status"], c["reason"]) for c in other["status"]["conditions"]}
    assert conditions["NamesAccepted"] == ("False", "ListKindConflict")
    assert client.get(WIDGETS.replace("widgets", "others")).status == 404


def bad_crd(change: dict[str, Any], **schema: Any) -> dict[str, Any]:
    crd = definition("others", "Other")
    crd["spec"] |= change
    if schema:
        crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema
    return crd


@pytest.mark.parametrize(
    ("crd", "field", "message"),
    [
        (
            bad_crd({"group": "another.com"}),
            "metadata.name",
            'Invalid value: "others.example.com": must be spec.names.plural+"."+spec.group',
        ),
        (
            bad_crd({"scope": "World"}),
            "spec.scope",
            'Unsupported value: "World": supported values: "Cluster", "Namespaced"',
        ),
        (
            bad_crd({}, type="object", properties={"a": {"description": "no type"}}),
            "spec.validation.openAPIV3Schema.properties[a].type",
            "Required value: must not be empty for specified object fields",
        ),
        (
            bad_crd({}, type="object", properties={"a": {"type": "array"}}),
            "spec.validation.openAPIV3Schema.properties[a].items",
            "Required value: must be specified",
        ),
        (
            bad_crd({}, properties={}),
            "spec.validation.openAPIV3Schema.type",
            "Required value: must not be empty at the root",
        ),
    ],
)
def test_a_bad_crd_is_refused_with_the_path_of_its_fault(
    client: Client, crd: dict[str, Any], field: str, message: str
) -> None:
    refused = client.create(CRDS, crd)
    assert refused.status == 422
    assert (field, message) in refused.causes
