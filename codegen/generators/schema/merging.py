"""Merging schemas: what a field says, and what the type it refers to says, as one schema.

A structural schema has no references, so each use of a type becomes a copy of the type's schema
with the field's own words added. Where both give a different value to one word, both values go to
`allOf` and both hold. The rules are those of controller-tools' flattener (pkg/crd/flatten.go), so
that a schema is the same from either tool.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

REF = "$ref"
"""In a schema: the type that it refers to, as a path in an OpenAPI document."""

_DOCUMENTATION = ("title", "description", "example", "externalDocs")
_REPLACED = (
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-map-type",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
)
VALIDATIONS = "x-kubernetes-validations"


def joined(referred: Schema, own: Schema) -> Schema:
    """What a use of a type says, and what the type says, as one schema. Shares what it can."""
    if not own:
        return dict(referred)
    found: Schema = {
        keyword: source[keyword]
        for source in (referred, own)
        for keyword in _DOCUMENTATION
        if keyword in source
    }
    merge(found, referred)
    merge(found, own)
    return found


def merge(into: Schema, other: Schema) -> None:
    """Add another schema's words. Its documentation is left: that is for `joined` to choose."""
    for part in other.get("allOf", ()):
        merge(into, part)
    mine: Schema = {}
    theirs: Schema = {}
    for word, value in other.items():
        if word == "allOf" or word in _DOCUMENTATION:
            continue
        if word not in into:
            into[word] = value
        elif word == "enum":
            continue  # the type's own beats the field's
        elif not _merge_word(into, word, value):
            mine[word] = into.pop(word)
            theirs[word] = value
    if mine:
        into["allOf"] = [*into.get("allOf", ()), mine, theirs]


# Upstream compares pointers where these are numbers, so even equal ones are kept twice.
_KEPT_TWICE = frozenset(
    ("maximum", "minimum", "multipleOf", "maxLength", "minLength", "maxItems", "minItems")
)


def _merge_word(into: Schema, word: str, value: Any) -> bool:
    """Settle a word that both schemas have; False where both values must stay, in `allOf`."""
    match word:
        case "properties":
            merged = dict(into[word])
            for name, schema in value.items():
                if name in merged:
                    merged[name] = dict(merged[name])
                    merge(merged[name], schema)
                else:
                    merged[name] = schema
            into[word] = merged
        case "required":
            into[word] = sorted({*into[word], *value})
        case "additionalProperties":
            merged = dict(into[word]) if isinstance(into[word], dict) else {}
            if isinstance(value, dict):
                merge(merged, value)
            into[word] = merged
        case "type":
            pass  # the reader of tags has reported a type that contradicts
        case _ if word == VALIDATIONS:
            into[word] = [*value, *into[word]]
        case _ if word in _REPLACED:
            into[word] = value
        case _:
            return into[word] == value and word not in _KEPT_TWICE
    return True
