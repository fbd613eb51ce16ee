"""Merges schemas: the keywords of a field, and those of the type it refers to, in one schema.

A structural schema has no references, so each use of a type becomes a copy of the type's schema
with the field's own keywords added. Where both give a different value to one keyword, both values
go to `allOf` and both hold. The rules are those of controller-tools' flattener
(pkg/crd/flatten.go), so that a schema is the same from either tool.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

REF = "$ref"
"""In a schema: the type that it refers to, as a path in an OpenAPI document."""

_DOCUMENTATION = frozenset(("title", "description", "example", "externalDocs"))
_REPLACED = (
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-map-type",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
)
VALIDATIONS = "x-kubernetes-validations"


def joined(referred: Schema, own: Schema) -> Schema:
    """The schema of a type merged with the keywords of one use of it; parts may be shared."""
    if not own:
        return dict(referred)
    schema: Schema = {
        keyword: source[keyword]
        for source in (referred, own)
        for keyword in _DOCUMENTATION
        if keyword in source
    }
    merge(schema, referred)
    merge(schema, own)
    return schema


def merge(into: Schema, other: Schema) -> None:
    """Add another schema's keywords. Its documentation is left: that is for `joined` to choose."""
    if not into.keys() - _DOCUMENTATION:
        into.update({w: value for w, value in other.items() if w not in _DOCUMENTATION})
        return
    for part in other.get("allOf", ()):
        merge(into, part)
    mine: Schema = {}
    theirs: Schema = {}
    for keyword, value in other.items():
        if keyword == "allOf" or keyword in _DOCUMENTATION:
            continue
        if keyword not in into:
            into[keyword] = value
        elif keyword == "enum":
            continue  # the type's own beats the field's
        elif not _merge_keyword(into, keyword, value):
            mine[keyword] = into.pop(keyword)
            theirs[keyword] = value
    if mine:
        into["allOf"] = [*into.get("allOf", ()), mine, theirs]


# Upstream compares pointers where these are numbers, so even equal ones are kept twice.
_KEPT_TWICE = frozenset(
    ("maximum", "minimum", "multipleOf", "maxLength", "minLength", "maxItems", "minItems")
)


def _merge_keyword(into: Schema, keyword: str, value: Any) -> bool:
    """Merge a keyword that both schemas have; False where both values must stay, in `allOf`."""
    match keyword:
        case "properties":
            merged = dict(into[keyword])
            for name, schema in value.items():
                if name in merged:
                    merged[name] = dict(merged[name])
                    merge(merged[name], schema)
                else:
                    merged[name] = schema
            into[keyword] = merged
        case "required":
            into[keyword] = sorted({*into[keyword], *value})
        case "additionalProperties":
            merged = dict(into[keyword]) if isinstance(into[keyword], dict) else {}
            if isinstance(value, dict):
                merge(merged, value)
            into[keyword] = merged
        case "type":
            pass  # the reader of tags has reported a type that contradicts
        case _ if keyword == VALIDATIONS:
            into[keyword] = [*value, *into[keyword]]
        case _ if keyword in _REPLACED:
            into[keyword] = value
        case _:
            return into[keyword] == value and keyword not in _KEPT_TWICE
    return True
