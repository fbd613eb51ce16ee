"""The paths that print columns, the scale subresource and field selectors give.

The server accepts most wrong paths, and then shows empty columns. A path through parts of
an object that have no schema (metadata, free-form fields) cannot be checked, and passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators.schema.merging import Schema
from codegen.model import Tag
from codegen.tags.declared.crd import (
    PrintColumn,
    ScaleSubresource,
    SelectableField,
    StatusSubresource,
)

_STEP = re.compile(
    r"\.(?P<name>(?:\\\.|[\w$/-])+)"
    r"|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]"
    r"|\[(?P<index>\?\(.*?\)|[^\]'\"]*)\]"
    r"|\.(?P<all>\*)|(?P<deep>\.\.)"
)
_METADATA: Mapping[str, str] = {
    "name": "string", "namespace": "string", "generateName": "string", "uid": "string",
    "resourceVersion": "string", "generation": "integer", "creationTimestamp": "date",
    "deletionTimestamp": "date", "deletionGracePeriodSeconds": "integer", "labels": "object",
    "annotations": "object", "finalizers": "array", "ownerReferences": "array",
    "managedFields": "array", "selfLink": "string",
}  # fmt: skip
_OPEN: Schema = {"x-kubernetes-preserve-unknown-fields": True}


class _NoPath(Exception):
    """Why a text is not a path of a schema."""


def _walk(path: str, schema: Schema) -> Schema:
    """The schema at a path; one that says nothing where it cannot be known."""
    if not path.startswith((".", "[")):
        raise _NoPath(f"the path {path!r} does not begin with a dot")
    index, walked, current = 0, "", schema
    while index < len(path):
        step = _STEP.match(path, index)
        if step is None:
            raise _NoPath(f"the path {path!r} is not valid from {path[index:]!r} on")
        index = step.end()
        name = step["name"] or step["key"]
        if step["deep"] or step["all"]:
            return _OPEN
        if name is None:
            current = _element(current, walked)
        else:
            current = _member(current, name.replace("\\.", "."), walked)
        walked = path[:index]
    return current


def _element(schema: Schema, walked: str) -> Schema:
    items = schema.get("items")
    if isinstance(items, dict):
        return items
    if schema.get("type") in (None, "array"):
        return _OPEN
    raise _NoPath(f"{walked or 'the object'} is not a list")


def _member(schema: Schema, name: str, walked: str) -> Schema:
    if walked == ".metadata":
        if name not in _METADATA:
            raise _NoPath(f"metadata has no member {name!r}")
        return {"type": _METADATA[name]}
    if walked.startswith(".metadata"):
        return _OPEN
    properties: dict[str, Any] = schema.get("properties", {})
    if name in properties:
        member: Schema = properties[name]
        return member
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        return others
    if schema.get("x-kubernetes-preserve-unknown-fields") or others or not schema.get("type"):
        return _OPEN
    if schema.get("type") != "object":
        raise _NoPath(f"{walked} is {schema['type']}, and has no member {name!r}")
    known = ", ".join(sorted(properties)) or "none"
    raise _NoPath(f"{walked or 'the object'} has no member {name!r}: it has {known}")


def _at(
    tag: Tag, argument: str, path: str, schema: Schema, diagnostics: Diagnostics
) -> Schema | None:
    try:
        return _walk(path, schema)
    except _NoPath as why:
        diagnostics.error(
            tag.at(argument),
            str(why),
            code="bad-path",
            hint="write a path of members by their JSON names, such as .status.phase",
        )
        return None


def check_column(tag: PrintColumn, schema: Schema, diagnostics: Diagnostics) -> None:
    path, kind = tag.json_path, tag.type
    member = _at(tag, "json_path", path, schema, diagnostics)
    if member is None:
        return
    actual = member.get("type")
    fitting = {
        "integer": ("integer",),
        "number": ("integer", "number"),
        "boolean": ("boolean",),
        "date": ("date", "string"),
    }
    if actual is not None and kind in fitting and actual not in fitting[kind]:
        diagnostics.error(
            tag.at("type"),
            f"{path} is {actual}, and the column is of type {kind}",
            code="bad-column",
            hint=f"write type={actual if actual in fitting else 'string'}",
        )


def check_status(tag: StatusSubresource, schema: Schema, diagnostics: Diagnostics) -> None:
    if "status" not in schema["properties"]:
        diagnostics.error(
            tag.position,
            "the kind has no status, so its status subresource would be empty",
            code="missing-status",
            hint="add a field status, or remove this marker",
        )


def check_scale(tag: ScaleSubresource, schema: Schema, diagnostics: Diagnostics) -> None:
    for argument, path, root, wanted in (
        ("specpath", tag.specpath, ".spec", "integer"),
        ("statuspath", tag.statuspath, ".status", "integer"),
        ("selectorpath", tag.selectorpath, "", "string"),
    ):
        if path is None:
            continue
        if not path.startswith((f"{root}.",) if root else (".spec.", ".status.")):
            diagnostics.error(
                tag.at(argument),
                f"{path} is not below {root or '.spec or .status'}",
                code="bad-path",
                hint="the server accepts no other path here",
            )
            continue
        if "[" in path:
            diagnostics.error(
                tag.at(argument),
                f"{path} goes through a list",
                code="bad-path",
                hint="the scale subresource accepts only paths of members",
            )
            continue
        member = _at(tag, argument, path, schema, diagnostics)
        if member is not None and member.get("type") not in (None, wanted):
            diagnostics.error(
                tag.at(argument),
                f"{path} is {member['type']}, not {wanted}",
                code="bad-path",
                hint=f"write the path of a field of type {wanted}",
            )


def check_selectable(tag: SelectableField, schema: Schema, diagnostics: Diagnostics) -> None:
    path = tag.json_path
    if path.startswith(".metadata"):
        diagnostics.error(
            tag.at("json_path"),
            "fields of metadata cannot be selectable fields",
            code="bad-path",
            hint="metadata.name and metadata.namespace are selectable without a marker",
        )
        return
    member = _at(tag, "json_path", path, schema, diagnostics)
    if member is not None and member.get("type") not in ("string", "boolean", "integer"):
        diagnostics.error(
            tag.at("json_path"),
            f"{path} is {member.get('type', 'of no type')}, and cannot be a selectable field",
            code="bad-path",
            hint="write the path of a string, an integer or a boolean",
        )
