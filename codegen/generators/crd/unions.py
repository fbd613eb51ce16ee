"""Python's unions as structural schemas.

`Circle | Square`, each with its own leading `type: Literal["…"]`, is an object with the members of
all of them: a structural schema must name each of them outside of `oneOf`. `type` is one of the
literals; a branch of `oneOf` for each says which members it requires and what bounds they have; and
a rule for each member that not all classes have allows it only with the types that have it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from codegen.diagnostics import Diagnostics
from codegen.generators.schema.merging import VALIDATIONS, Schema
from codegen.generators.schema.rules import cel_name
from codegen.model import Position

# The keywords that a branch of `oneOf` may have; the rest belongs to the structural part.
_VALIDATING = frozenset(
    (
        "enum", "format", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "multipleOf", "maxLength", "minLength", "pattern", "maxItems", "minItems",
        "maxProperties", "minProperties", "required", "allOf", "anyOf", "oneOf", "not",
    )
)  # fmt: skip
_NESTING = ("properties", "items", "additionalProperties")
_DOCUMENTATION = ("description", "title", "example", "externalDocs")


def structural(
    variants: Mapping[str, Schema], position: Position, diagnostics: Diagnostics
) -> Schema:
    """The schema of a union, from those of its members by their `type`; without references.

    Faults go to the diagnostics, at `position`.
    """
    properties, owners = _members(variants, position, diagnostics)
    rules = [
        {**rule, "rule": f"self.type != {json.dumps(value)} || ({rule['rule']})"}
        for value, schema in variants.items()
        for rule in schema.get(VALIDATIONS, ())
    ]
    branches = [_branch(value, schema, properties) for value, schema in variants.items()]
    for name, values in owners.items():
        if len(values) < len(variants):
            # A default in a schema has no condition: it would set the member for the others too.
            properties[name] = {w: v for w, v in properties[name].items() if w != "default"}
            rules.append(_exclusion(name, values))
    union: Schema = {
        "type": "object",
        "properties": properties,
        "required": ["type"],
        "oneOf": branches,
    }
    if rules:
        union[VALIDATIONS] = rules
    return union


def _members(
    variants: Mapping[str, Schema], position: Position, diagnostics: Diagnostics
) -> tuple[Schema, Mapping[str, list[str]]]:
    """The structural part of all members, and for each the types that have it."""
    properties: Schema = {"type": {"type": "string", "enum": list(variants)}}
    owners: dict[str, list[str]] = {}
    for value, schema in variants.items():
        for name, inner in schema.get("properties", {}).items():
            if name == "type":
                continue
            owners.setdefault(name, []).append(value)
            known = properties.setdefault(name, inner)
            if _structure(known) != _structure(inner):
                diagnostics.error(
                    position,
                    f"the members {owners[name][0]} and {value} have different fields {name}",
                    code="bad-union",
                    hint="a schema has one type for a member: rename one of the two fields",
                )
            elif known != inner:
                properties[name] = _without_bounds(known)
    return properties, owners


def _branch(value: str, schema: Schema, properties: Schema) -> Schema:
    """The branch of `oneOf` for one type: the members that it requires, and their bounds."""
    bounds: Schema = {"type": {"enum": [value]}}
    for name, inner in schema.get("properties", {}).items():
        if name != "type" and properties[name] != inner:
            kept = _bounds(inner)
            if kept:
                bounds[name] = kept
    return {"properties": bounds, "required": sorted({"type", *schema.get("required", ())})}


def _exclusion(name: str, values: list[str]) -> Schema:
    """The rule that allows a member only with the types that have it."""
    allowed = " || ".join(f"self.type == {json.dumps(value)}" for value in values)
    return {
        "rule": f"!has(self.{cel_name(name)}) || {allowed}",
        "message": f"{name} may be set only where type is {' or '.join(values)}",
    }


def _structure(schema: Schema) -> Schema:
    """A schema without what only bounds its values, and without its documentation."""
    bare = _without_bounds(schema)
    return {
        keyword: (
            {name: _structure(inner) for name, inner in value.items()}
            if keyword == "properties"
            else _structure(value)
            if keyword in _NESTING and isinstance(value, dict)
            else value
        )
        for keyword, value in bare.items()
        if keyword not in _DOCUMENTATION
    }


def _without_bounds(schema: Schema) -> Schema:
    kept = {w: v for w, v in schema.items() if w not in _VALIDATING or w == "format"}
    for keyword in _NESTING:
        value = kept.get(keyword)
        if isinstance(value, dict):
            kept[keyword] = (
                {name: _without_bounds(inner) for name, inner in value.items()}
                if keyword == "properties"
                else _without_bounds(value)
            )
    return kept


def _bounds(schema: Schema) -> Schema:
    """The part of a schema that is allowed in a branch."""
    bounds = {w: v for w, v in schema.items() if w in _VALIDATING and w != "format"}
    for keyword in _NESTING:
        value = schema.get(keyword)
        if keyword == "properties" and isinstance(value, dict):
            inner = {name: kept for name, each in value.items() if (kept := _bounds(each))}
        elif isinstance(value, dict):
            inner = _bounds(value)
        else:
            continue
        if inner:
            bounds[keyword] = inner
    return bounds
