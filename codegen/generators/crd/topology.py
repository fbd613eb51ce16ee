"""Lists of type map and set, as the server demands them.

The keys of a map-like list must be there in each element, and the elements of a set must compare
as a whole. The server refuses the rest when the CRD is applied, with a path through the schema;
here the error stands at the marker.
"""

from __future__ import annotations

from codegen.diagnostics import Diagnostics
from codegen.generators.schema.merging import Schema
from codegen.model import Tags
from codegen.tags.declared import declarative, openapi

_ListType = openapi.ListType | declarative.ListType
_ListMapKey = openapi.ListMapKey | declarative.ListMapKey


def check(schema: Schema, tags: Tags, diagnostics: Diagnostics) -> None:
    """What is wrong with the list types that these tags give a schema."""
    kinds = [tag for tag in tags if isinstance(tag, _ListType)]
    keys = [tag for tag in tags if isinstance(tag, _ListMapKey)]
    items = schema.get("items")
    if not isinstance(items, dict):
        return
    for tag in kinds:
        if tag.value == "map" and not schema.get("x-kubernetes-list-map-keys"):
            diagnostics.error(
                tag.at(),
                "a list of type map needs a key",
                code="missing-list-key",
                hint="add +listMapKey=<member> for each member that identifies an element",
            )
        elif tag.value == "set":
            _check_set(tag, items, diagnostics)
    for key in keys:
        _check_key(key, items, diagnostics)


def _check_set(tag: _ListType, items: Schema, diagnostics: Diagnostics) -> None:
    kind = items.get("type")
    atomic = (
        items.get("x-kubernetes-map-type") == "atomic"
        if kind == "object"
        else items.get("x-kubernetes-list-type") == "atomic"
        if kind == "array"
        else True
    )
    if not atomic:
        diagnostics.error(
            tag.at(),
            "the elements of a set must be scalars or atomic",
            code="bad-list-type",
            hint="write +listType=map with a +listMapKey, or +structType=atomic above the class",
        )


def _check_key(tag: _ListMapKey, items: Schema, diagnostics: Diagnostics) -> None:
    properties = items.get("properties", {})
    name = tag.value
    if items.get("type") != "object":
        diagnostics.error(
            tag.at(),
            "only lists of objects have keys",
            code="bad-list-key",
            hint="remove this marker, or make the elements a Struct",
        )
    elif name not in properties:
        diagnostics.error(
            tag.at(),
            f"the elements have no member {name!r}",
            code="bad-list-key",
            hint=f"they have {', '.join(sorted(properties)) or 'none'}",
        )
    elif properties[name].get("type") in ("array", "object"):
        diagnostics.error(
            tag.at(),
            f"the key {name} is not a scalar",
            code="bad-list-key",
            hint="name a member that is a string, a number or a boolean",
        )
    elif name not in items.get("required", ()) and "default" not in properties[name]:
        diagnostics.error(
            tag.at(),
            f"the key {name} is optional and has no default",
            code="bad-list-key",
            hint="make it required, or give it a default other than the zero value",
        )
