"""What `codegen compat` calls breaking, held to jsonschema over random schemas and mutations.

If there is an object that the old schema takes and the new one does not, something must have been
called breaking; and between a schema and itself there is nothing to say.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from codegen.compat import Level, compare

Schema = dict[str, Any]
NAMES = ("a", "b", "c")
TEXTS = ("", "a", "b", "ab", "abc", "1", "aa1", "x" * 9)
NUMBERS = (-3, -1, 0, 1, 2, 3, 4, 6, 9, 12)
PATTERNS = ("^a", "b$", "^[a-z]*$", "^$", "[0-9]")


def words(kind: str) -> dict[str, st.SearchStrategy[Any]]:
    """The words that bound values of a type, each with what it may say."""
    number, size = st.sampled_from(NUMBERS), st.integers(0, 4)
    found: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "string": {
            "minLength": size,
            "maxLength": size,
            "pattern": st.sampled_from(PATTERNS),
            "enum": st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3, unique=True),
        },
        "integer": {
            "minimum": number,
            "maximum": number,
            "exclusiveMinimum": st.booleans(),
            "exclusiveMaximum": st.booleans(),
            "multipleOf": st.integers(1, 4),
            "enum": st.lists(number, min_size=1, max_size=3, unique=True),
        },
        "array": {"minItems": size, "maxItems": size},
        "object": {"minProperties": size, "maxProperties": size},
    }
    found["number"] = found["integer"]
    branch = st.sampled_from(
        [{"required": ["a"]}, {"minLength": 2}, {"maximum": 3}, {"enum": ["a", 1]}, {"maxItems": 1}]
    )
    return {
        **found.get(kind, {}),
        "nullable": st.booleans(),
        "not": branch,
        **{word: st.lists(branch, min_size=1, max_size=2) for word in ("allOf", "anyOf", "oneOf")},
    }


KINDS = ("string", "integer", "number", "boolean", "array", "object")
PRESERVE = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING = "x-kubernetes-int-or-string"


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> Schema:
    kind = draw(st.sampled_from(KINDS if depth else KINDS[:4]))
    if draw(st.integers(0, 9)) == 0:
        return {INT_OR_STRING: True}
    schema: Schema = {"type": kind}
    known = words(kind)
    for word in draw(st.lists(st.sampled_from(sorted(known)), max_size=2, unique=True)):
        schema[word] = draw(known[word])
    if kind == "array":
        schema["items"] = draw(schemas(depth - 1))
    elif kind == "object" and draw(st.booleans()):
        schema["additionalProperties"] = draw(schemas(depth - 1))
    elif kind == "object":
        members = st.dictionaries(st.sampled_from(NAMES), schemas(depth - 1), max_size=3)
        schema["properties"] = draw(members)
        schema["required"] = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        if draw(st.integers(0, 3)) == 0:
            schema[PRESERVE] = True
    return _exclusive(schema)


@st.composite
def mutated(draw: st.DrawFn, schema: Schema) -> Schema:
    """The schema with one thing in it changed, or a few."""
    if draw(st.integers(0, 9)) == 0 or INT_OR_STRING in schema:
        return draw(schemas(1))
    if schema["type"] in ("integer", "string") and draw(st.integers(0, 9)) == 0:
        return {INT_OR_STRING: True}
    found = copy.deepcopy(schema)
    if found["type"] == "integer" and draw(st.integers(0, 3)) == 0:
        found["type"] = "number"
    known = words(found["type"])
    for word in draw(st.lists(st.sampled_from(sorted(known)), max_size=2, unique=True)):
        if draw(st.booleans()):
            found[word] = draw(known[word])
        else:
            found.pop(word, None)
    for word in ("items", "additionalProperties"):
        if word in found and draw(st.booleans()):
            found[word] = draw(mutated(found[word]))
    if "properties" in found:
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)):
            inner = found["properties"].pop(name, None)
            if inner is None:
                found["properties"][name] = draw(schemas(0))
            elif draw(st.booleans()):
                found["properties"][name] = draw(mutated(inner))
        if draw(st.booleans()):
            required = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
            found["required"] = draw(required)
        if draw(st.integers(0, 3)) == 0:
            found[PRESERVE] = True
        elif draw(st.booleans()):
            found.pop(PRESERVE, None)
        if draw(st.integers(0, 9)) == 0:
            del found["properties"]
            found["additionalProperties"] = draw(schemas(0))
    return _exclusive(found)


def _exclusive(schema: Schema) -> Schema:
    """Draft 4 has no exclusive bound without a bound."""
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if bound not in schema:
            schema.pop(word, None)
    return schema


@st.composite
def values(draw: st.DrawFn, schema: Schema) -> Any:
    """Something that has a chance of being valid."""
    if schema.get("nullable") and draw(st.integers(0, 3)) == 0:
        return None
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if INT_OR_STRING in schema:
        return draw(st.sampled_from(NUMBERS) | st.sampled_from(TEXTS))
    match schema["type"]:
        case "string":
            return draw(st.sampled_from(TEXTS))
        case "boolean":
            return draw(st.booleans())
        case "array":
            return draw(st.lists(values(schema["items"]), max_size=4))
        case "object":
            others = schema.get("additionalProperties")
            found = {}
            for name in NAMES:
                inner = schema.get("properties", {}).get(name) or others
                wanted = name in schema.get("required", ()) or draw(st.booleans())
                if inner and wanted:
                    found[name] = draw(values(inner))
                elif schema.get(PRESERVE) and wanted:
                    found[name] = draw(st.sampled_from((None, 1, "a", [], {"a": 1})))
            return found
    return draw(st.sampled_from(NUMBERS))


def pruned(schema: Schema, value: Any) -> Any:
    """The value as the API server would store it: without fields that the schema does not name."""
    if isinstance(value, list):
        return [pruned(schema.get("items", {}), item) for item in value]
    if not isinstance(value, dict) or INT_OR_STRING in schema:
        return value
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    return {
        name: pruned(properties.get(name) or others or {PRESERVE: True}, inner)
        for name, inner in value.items()
        if name in properties or others or schema.get(PRESERVE)
    }


def to_json_schema(schema: Schema) -> Schema:
    found = {key: value for key, value in schema.items() if key != "nullable"}
    if INT_OR_STRING in schema:
        found["type"] = ["integer", "string"]
    if schema.get("nullable"):
        found["type"] = [schema["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
    if not found.get("required"):
        found.pop("required", None)
    for word in ("items", "additionalProperties"):
        if word in found:
            found[word] = to_json_schema(found[word])
    if "properties" in found:
        found["properties"] = {k: to_json_schema(v) for k, v in found["properties"].items()}
    return found


def accepts(schema: Schema, value: Any) -> bool:
    return Draft4Validator(to_json_schema(schema)).is_valid(value)


def definition(schema: Schema) -> dict[str, Any]:
    root = {"type": "object", "properties": {"spec": schema}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": root}}
    return {
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "things", "kind": "Thing"},
            "versions": [version],
        },
    }


def levels(old: Schema, new: Schema) -> list[Level]:
    before, after = definition(old), definition(new)
    return [c.level for c in compare({"things": before}, {"things": after})]


@settings(deadline=None)
@given(schemas())
def test_between_a_crd_and_itself_there_is_no_change(schema: Schema) -> None:
    assert levels(schema, copy.deepcopy(schema)) == []


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_what_was_valid_and_is_so_no_more_is_breaking(data: st.DataObject) -> None:
    old = data.draw(schemas(), "old")
    new = data.draw(mutated(old), "new")
    assume(old != new)
    value = data.draw(values(old), "value")
    if accepts(old, value) and not accepts(new, pruned(new, value)):
        assert Level.BREAKING in levels(old, new)
