"""Whether a JSON value, such as a default, is one that a schema admits."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from math import inf
from typing import Any, TypeVar

from codegen.generators.schema.merging import Schema

T = TypeVar("T")

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_NAMES: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    list: "a list",
    dict: "an object",
}
_JUNCTORS = {
    "allOf": "is not admitted by every schema of allOf",
    "anyOf": "is admitted by no schema of anyOf",
    "oneOf": "is not admitted by exactly one schema of oneOf",
    "not": "is admitted by the schema of not",
}


Referred = Callable[[Schema], Schema]
"""From a schema to that of the type that it refers to; empty where it refers to none."""


def fault_of(schema: Schema, value: Any, referred: Referred) -> str:
    """What is wrong with a value, as in "is a string, not integer"; empty if nothing is."""
    if value is None:
        return "" if schema.get("nullable") else "is null, and the field is not nullable"
    schema = {**referred(schema), **schema}
    if "discriminator" in schema and isinstance(value, dict):
        return _fault_in_union(schema, value, referred)
    if schema.get("x-kubernetes-int-or-string"):
        if isinstance(value, bool) or not isinstance(value, int | str):
            return f"is {_name(value)}, not an integer or a string"
        return _fault_by_junctors(schema, value)
    kind = schema.get("type")
    if kind in _KINDS:
        fits = isinstance(value, _KINDS[kind])
        if not fits or (isinstance(value, bool) and kind != "boolean"):
            hint = ": put it in quotes" if kind == "string" else ""
            return f"is {_name(value)}, not {kind}{hint}"
    if "enum" in schema and value not in schema["enum"]:
        return f"is not one of {', '.join(map(str, schema['enum']))}"
    return (
        _out_of_bounds(schema, value)
        or _inside(schema, value, referred)
        or _fault_by_junctors(schema, value)
    )


def _fault_by_junctors(schema: Schema, value: Any) -> str:
    junctors = {word: schema[word] for word in _JUNCTORS if word in schema}
    if not junctors:
        return ""
    from jsonschema import Draft4Validator  # slow to import, and seldom needed

    error = _as_go_reads(lambda: next(iter(Draft4Validator(junctors).iter_errors(value)), None))
    return _JUNCTORS[str(error.schema_path[0])] if error is not None else ""


def _fault_in_union(schema: Schema, value: dict[str, Any], referred: Referred) -> str:
    """A value of a union is one of the member that its `type` names."""
    types = []
    for use in schema["oneOf"]:
        member = referred(use)
        types += member["properties"]["type"]["enum"]
        if value.get("type") in member["properties"]["type"]["enum"]:
            return fault_of(member, value, referred)
    return f"has a type that is none of {', '.join(types)}"


def _name(value: object) -> str:
    return _NAMES.get(type(value), "null")


def _out_of_range(schema: Schema, value: float) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above = bool(schema.get("exclusiveMinimum"))
    below = bool(schema.get("exclusiveMaximum"))
    if low is not None and high is not None and (low > high or (low == high and (above or below))):
        return ""  # no value is within these bounds, which is a fault of theirs
    if low is not None and (value < low or (above and value == low)):
        return f"is less than the minimum {low}"
    if high is not None and (value > high or (below and value == high)):
        return f"is greater than the maximum {high}"
    step = schema.get("multipleOf")
    if step and Decimal(str(value)) % Decimal(str(step)):
        return f"is not a multiple of {step}"
    return ""


def _out_of_bounds(schema: Schema, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _out_of_range(schema, value)
    for kind, least, most in (
        (str, "minLength", "maxLength"),
        (list, "minItems", "maxItems"),
        (dict, "minProperties", "maxProperties"),
    ):
        if isinstance(value, kind) and schema.get(least, 0) <= schema.get(most, inf):
            if len(value) < schema.get(least, 0):
                return f"is shorter than {least} {schema[least]}"
            if len(value) > schema.get(most, len(value)):
                return f"is longer than {most} {schema[most]}"
    pattern = schema.get("pattern")
    if isinstance(value, str) and pattern and _as_go_reads(lambda: not re.search(pattern, value)):
        return f"does not match {pattern}"
    return ""


def _as_go_reads(fault: Callable[[], T]) -> T | None:
    """What a search for a fault finds; None where only Go understands a regular expression."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)  # such as [[:alpha:]]
        try:
            return fault()
        except (re.error, FutureWarning):
            return None


def _inside(schema: Schema, value: Any, referred: Referred) -> str:
    inner: list[tuple[str, Schema, Any]] = []
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        inner = [(f"[{i}]", schema["items"], item) for i, item in enumerate(value)]
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties")
        keeps = schema.get("x-kubernetes-preserve-unknown-fields") or others
        for key, item in value.items():
            if key in properties:
                inner.append((f".{key}", properties[key], item))
            elif isinstance(others, dict):
                inner.append((f".{key}", others, item))
            elif not keeps:
                return f"has an unknown member {key}"
        for key in schema.get("required", ()):
            if key not in value and "default" not in properties.get(key, {}):
                return f"misses the required member {key}"
    for path, inner_schema, item in inner:
        why = fault_of(inner_schema, item, referred)
        if why:
            return f"{why} (at {path})"
    return ""
