"""Defaulting, pruning and structural validation of custom resources."""

from __future__ import annotations

import pytest

from tests.kube.conformance.conftest import widget


def test_defaults_are_filled_in(api, widgets):
    spec = api.post(widgets, widget("a")).ok()["spec"]
    assert spec == {"size": 1, "enabled": True, "limits": {"cpu": "100m"}}


def test_defaults_reach_into_lists_and_stay_out_of_what_is_absent(api, widgets):
    spec = api.post(widgets, widget("a", parts=[{"name": "x"}, {"name": "y", "weight": 1}])).ok()
    assert spec["spec"]["parts"] == [{"name": "x", "weight": 10}, {"name": "y", "weight": 1}]
    gizmo = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "b"}}
    assert "spec" not in api.post(widgets, gizmo).ok()


def test_null_is_kept_where_it_may_stand_and_else_gives_way_to_the_default(api, widgets):
    spec = api.post(widgets, widget("a", enabled=None, note=None, size=None, title=None)).ok()
    assert spec["spec"] == {"enabled": None, "note": None, "size": 1, "limits": {"cpu": "100m"}}


def test_a_default_holds_for_updates_and_patches_too(api, widgets):
    made = api.post(widgets, widget("a", size=5)).ok()
    del made["spec"]["size"]
    assert api.put(f"{widgets}/a", made).ok()["spec"]["size"] == 1
    patch = {"spec": {"size": None, "limits": None}}
    found = api.patch("merge", f"{widgets}/a", patch).ok()
    assert found["spec"]["size"] == 1
    assert found["spec"]["limits"] == {"cpu": "100m"}


def test_unknown_fields_are_pruned_but_in_free_form_parts(api, widgets):
    body = widget(
        "a",
        nonsense=1,
        parts=[{"name": "x", "nonsense": 1, "limits": {"max": 1, "nonsense": 2}}],
        labels={"kept": "yes"},
        free={"kept": {"too": [1]}},
    )
    body["extra"] = {"gone": True}
    found = api.post(widgets, body, fieldValidation="Ignore").ok()
    assert "extra" not in found
    assert found["spec"] == {
        "size": 1,
        "enabled": True,
        "limits": {"cpu": "100m"},
        "parts": [{"name": "x", "weight": 10, "limits": {"max": 1}}],
        "labels": {"kept": "yes"},
        "free": {"kept": {"too": [1]}},
    }


BAD = [
    (
        {"size": "big"},
        ("FieldValueTypeInvalid", "spec.size", 'Invalid value: "string": spec.size in body must '
         'be of type integer: "string"'),
    ),
    (
        {"step": True},
        ("FieldValueTypeInvalid", "spec.step", 'Invalid value: "boolean": spec.step in body must '
         'be of type integer: "boolean"'),
    ),
    (
        {"size": -1},
        ("FieldValueInvalid", "spec.size", "Invalid value: -1: spec.size in body should be "
         "greater than or equal to 0"),
    ),
    (
        {"size": 101},
        ("FieldValueInvalid", "spec.size", "Invalid value: 101: spec.size in body should be less "
         "than or equal to 100"),
    ),
    (
        {"color": "pink"},
        ("FieldValueNotSupported", "spec.color", 'Unsupported value: "pink": supported values: '
         '"red", "green", "blue"'),
    ),
    (
        {"title": "a"},
        ("FieldValueInvalid", "spec.title", 'Invalid value: "a": spec.title in body should be at '
         "least 2 chars long"),
    ),
    (
        {"title": "abcdefghijk"},
        ("FieldValueTooLong", "spec.title", "Too long: may not be more than 10 bytes"),
    ),
    (
        {"title": "ABC"},
        ("FieldValueInvalid", "spec.title", "Invalid value: \"ABC\": spec.title in body should "
         "match '^[a-z]+$'"),
    ),
    (
        {"ratio": 0},
        ("FieldValueInvalid", "spec.ratio", "Invalid value: 0: spec.ratio in body should be "
         "greater than 0"),
    ),
    (
        {"ratio": 1},
        ("FieldValueInvalid", "spec.ratio", "Invalid value: 1: spec.ratio in body should be less "
         "than 1"),
    ),
    (
        {"step": 7},
        ("FieldValueInvalid", "spec.step", "Invalid value: 7: spec.step in body should be a "
         "multiple of 5"),
    ),
    (
        {"when": "yesterday"},
        ("FieldValueTypeInvalid", "spec.when", 'Invalid value: "yesterday": spec.when in body must '
         'be of type date-time: "yesterday"'),
    ),
    (
        {"port": True},
        ("FieldValueTypeInvalid", "spec.port", 'Invalid value: "boolean": spec.port in body must '
         'be of type integer,string: "boolean"'),
    ),
    (
        {"tags": []},
        ("FieldValueInvalid", "spec.tags", "Invalid value: 0: spec.tags in body should have at "
         "least 1 items"),
    ),
    (
        {"tags": ["a", "b", "c", "d"]},
        ("FieldValueTooMany", "spec.tags", "Too many: 4: must have at most 3 items"),
    ),
    (
        {"tags": ["a", "a"]},
        ("FieldValueDuplicate", "spec.tags[1]", 'Duplicate value: "a"'),
    ),
    (
        {"tags": ["a", 1]},
        ("FieldValueTypeInvalid", "spec.tags[1]", 'Invalid value: "integer": spec.tags[1] in body '
         'must be of type string: "integer"'),
    ),
    (
        {"tags": "a"},
        ("FieldValueTypeInvalid", "spec.tags", 'Invalid value: "string": spec.tags in body must '
         'be of type array: "string"'),
    ),
    (
        {"parts": [{"name": "x"}, {"name": "x"}]},
        ("FieldValueDuplicate", "spec.parts[1]", 'Duplicate value: {"name":"x"}'),
    ),
    (
        {"parts": [{"weight": 1}]},
        ("FieldValueRequired", "spec.parts[0].name", "Required value"),
    ),
    (
        {"parts": [{"name": "x", "limits": {}}]},
        ("FieldValueRequired", "spec.parts[0].limits.max", "Required value"),
    ),
    (
        {"labels": {}},
        ("FieldValueInvalid", "spec.labels", "Invalid value: 0: spec.labels in body should have "
         "at least 1 properties"),
    ),
    (
        {"labels": {"a": "1", "b": "2", "c": "3"}},
        ("FieldValueTooMany", "spec.labels", "Too many: 3: must have at most 2 items"),
    ),
    (
        {"labels": {"a": "toolong"}},
        ("FieldValueTooLong", "spec.labels.a", "Too long: may not be more than 5 bytes"),
    ),
    (
        {"labels": {"a": 1}},
        ("FieldValueTypeInvalid", "spec.labels.a", 'Invalid value: "integer": spec.labels.a in '
         'body must be of type string: "integer"'),
    ),
    (
        {"free": "text"},
        ("FieldValueTypeInvalid", "spec.free", 'Invalid value: "string": spec.free in body must '
         'be of type object: "string"'),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "cause"), BAD, ids=[str(spec) for spec, _ in BAD])
def test_what_the_schema_forbids_is_refused_with_its_path_and_cause(api, widgets, spec, cause):
    answer = api.post(widgets, widget("a", **spec))
    assert answer.refusal() == (
        422,
        "Invalid",
        f'Widget.example.io "a" is invalid: {cause[1]}: {cause[2]}',
    )
    assert answer.causes() == [cause]
    details = answer.body["details"]
    assert (details["name"], details["group"], details["kind"]) == ("a", "example.io", "Widget")


GOOD = [
    {"size": 0},
    {"size": 100},
    {"size": 3.0},
    {"ratio": 0.5},
    {"step": -5},
    {"title": "ab"},
    {"when": "2025-01-01T00:00:00Z"},
    {"when": "2025-01-01T00:00:00.5+02:00"},
    {"port": 80},
    {"port": "http"},
    {"tags": ["a", "b"]},
    {"labels": {"a": "12345"}},
    {"choice": {"a": "x"}},
    {"free": {}},
]


@pytest.mark.parametrize("spec", GOOD, ids=str)
def test_what_the_schema_allows_is_stored(api, widgets, spec):
    found = api.post(widgets, widget("a", **spec), fieldValidation="Strict").ok()["spec"]
    assert {key: found[key] for key in spec} == spec


def test_a_value_that_fits_no_number_of_the_format_is_refused_twice(api, widgets):
    answer = api.post(widgets, widget("a", size=1.5))
    assert answer.causes() == [
        (
            "FieldValueInvalid",
            "<nil>",
            'Invalid value: "": Checked value must be of type integer with format int32 in '
            "spec.size",
        ),
        (
            "FieldValueTypeInvalid",
            "spec.size",
            'Invalid value: "float64": spec.size in body must be of type int32: "float64"',
        ),
    ]


def test_every_fault_is_a_cause(api, widgets):
    answer = api.post(widgets, widget("a", size=-1, color="pink", parts=[{}]))
    found = sorted(cause[1] for cause in answer.causes())
    assert found == ["spec.color", "spec.parts[0].name", "spec.size"]
    code, reason, message = answer.refusal()
    assert (code, reason) == (422, "Invalid")
    assert message.startswith('Widget.example.io "a" is invalid: [')


@pytest.mark.parametrize("choice", [{}, {"a": "x", "b": "y"}])
def test_exactly_one_of_the_alternatives_must_hold(api, widgets, choice):
    answer = api.post(widgets, widget("a", choice=choice))
    assert answer.refusal()[:2] == (422, "Invalid")
    told = [message for _, _, message in answer.causes() if "oneOf" in message]
    assert len(told) == 1
    assert '"spec.choice" must validate one and only one schema (oneOf)' in told[0]


def test_missing_required_fields_are_refused(api, namespace):
    gizmo = {"apiVersion": "example.io/v1", "kind": "Gizmo", "metadata": {"name": namespace.name}}
    answer = api.post("/apis/example.io/v1/gizmos", gizmo)
    assert answer.causes() == [("FieldValueRequired", "spec", "Required value")]
    answer = api.post("/apis/example.io/v1/gizmos", {**gizmo, "spec": {"owner": {}}})
    assert answer.causes() == [
        ("FieldValueRequired", "spec.model", "Required value"),
        ("FieldValueRequired", "spec.owner.mail", "Required value"),
        ("FieldValueRequired", "spec.owner.name", "Required value"),
    ]


def test_an_update_is_validated_as_a_whole(api, widgets):
    made = api.post(widgets, widget("a")).ok()
    made["spec"]["size"] = 101
    answer = api.put(f"{widgets}/a", made)
    assert [cause[1] for cause in answer.causes()] == ["spec.size"]


DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def definition(**changes):
    schema = changes.pop("schema", {"type": "object"})
    version = {
        "name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema},
        **changes.pop("version", {}),
    }  # fmt: skip
    spec = {
        "group": "bad.example.io", "scope": "Namespaced",
        "names": {"kind": "Bad", "plural": "bads"}, "versions": [version], **changes,
    }  # fmt: skip
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "bads.bad.example.io"},
        "spec": spec,
    }


SCHEMA = "spec.validation.openAPIV3Schema"
NAMED = {"type": "object", "properties": {"labels": {"type": "object"}}}
ITEMS = {
    "type": "array",
    "items": {"type": "object", "properties": {"k": {"type": "string"}}},
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["k"],
}
BAD_DEFINITIONS = [
    ({"group": ""}, ["metadata.name", "spec.group"]),
    ({"scope": "Galactic"}, ["spec.scope"]),
    ({"names": {"kind": "Bad", "plural": "others"}}, ["metadata.name"]),
    (
        {"schema": {"type": "object", "properties": {"a": ITEMS}}},
        [f"{SCHEMA}.properties[a].items.properties[k].default"],
    ),
    (
        {"version": {"subresources": {"scale": {"specReplicasPath": ".foo"}}}},
        [
            "spec.subresources.scale.specReplicasPath",
            "spec.subresources.scale.statusReplicasPath",
        ],
    ),
    (
        {"schema": {"type": "object", "properties": {"metadata": NAMED}}},
        [f"{SCHEMA}.properties[metadata]"],
    ),
    (
        {"schema": {"type": "object", "properties": {"a": {**NAMED, "default": {"b": 1}}}}},
        [f"{SCHEMA}.properties[a].default"],
    ),
    ({"version": {"storage": False}}, ["spec.versions", "status.storedVersions"]),
    ({"schema": {"type": "string"}}, [f"{SCHEMA}.type"]),
    (
        {"schema": {"type": "object", "properties": {"a": {}}}},
        [f"{SCHEMA}.properties[a].type"],
    ),
    (
        {"schema": {"type": "object", "properties": {"a": {"type": "text"}}}},
        [f"{SCHEMA}.properties[a].type"],
    ),
    (
        {"schema": {"type": "object", "properties": {"a": {"type": "array"}}}},
        [f"{SCHEMA}.properties[a].items"],
    ),
    (
        {"schema": {"type": "object", "properties": {"a": {"type": "integer", "default": "x"}}}},
        [f"{SCHEMA}.properties[a].default"],
    ),
    (
        {
            "version": {
                "additionalPrinterColumns": [{"name": "A", "type": "text", "jsonPath": ".a"}]
            }
        },
        ["spec.additionalPrinterColumns[0].type"],
    ),
]


@pytest.mark.parametrize(
    ("changes", "fields"), BAD_DEFINITIONS, ids=[str(c) for c, _ in BAD_DEFINITIONS]
)
def test_a_definition_that_is_not_structural_is_refused(api, changes, fields):
    answer = api.post(DEFINITIONS, definition(**changes), dryRun="All")
    assert answer.refusal()[:2] == (422, "Invalid")
    assert sorted({cause[1] for cause in answer.causes()}) == fields


def test_a_definition_becomes_established_and_accepts_its_names(api):
    found = api.get(f"{DEFINITIONS}/widgets.example.io").ok()
    conditions = {c["type"]: (c["status"], c["reason"]) for c in found["status"]["conditions"]}
    assert conditions["NamesAccepted"] == ("True", "NoConflicts")
    assert conditions["Established"] == ("True", "InitialNamesAccepted")
    assert found["status"]["storedVersions"] == ["v1"]
    assert found["status"]["acceptedNames"] == {
        "plural": "widgets",
        "singular": "widget",
        "shortNames": ["wd"],
        "kind": "Widget",
        "listKind": "WidgetList",
        "categories": ["all"],
    }
    assert found["spec"]["conversion"] == {"strategy": "None"}
