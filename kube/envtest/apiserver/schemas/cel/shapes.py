"""The types that rules see for a structural schema, and the values that they see for objects.

After apiserver's `SchemaDeclType` and `UnstructuredToVal`. A field of unknown type is not visible,
nor is one whose name cannot be escaped; integers are ints and numbers doubles whatever their
digits; the formats byte, date, date-time and duration are values of their own kind.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from kube.runtime.trees import Tree

_META: Tree = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}},
    },
}
_RESERVED = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_SCALARS = {"boolean": "bool", "number": "double", "integer": "int", "string": "string"}
_FORMATS = {
    "byte": "bytes",
    "duration": "duration",
    "date": "timestamp",
    "date-time": "timestamp",
}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A type as rules see it; `kind` is CEL's word, or `object` for one with declared fields."""

    kind: str
    element: Shape | None = None
    fields: dict[str, Shape] = field(default_factory=dict)
    """Of an object: by the property's own name, not by the escaped one."""
    keys: tuple[str, ...] | None = None
    """Of a list that is a set or a map: what identifies an item, () for the item itself."""


def escape(name: str) -> str | None:
    """A property's name as a CEL identifier; None if it has none."""
    if not re.fullmatch(r"[A-Za-z_.\-/][\w.\-/]*", name, re.ASCII):
        return None
    if name in _RESERVED:
        return f"__{name}__"
    return re.sub(r"__|[-./]", lambda match: _ESCAPES[match.group()], name)


def shape_of(schema: Tree, *, root: bool = False) -> Shape | None:
    """The type that rules see for a schema, None if they see nothing; `root`: of a whole object."""
    if schema.get("x-kubernetes-int-or-string"):
        return Shape("dyn")
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        element = _below(items) if isinstance(items, dict) else None
        return Shape("list", element, keys=_keys(schema)) if element else None
    if kind == "object":
        return _object(schema, root=root)
    if kind == "string":
        return Shape(_FORMATS.get(schema.get("format", ""), "string"))
    return Shape(_SCALARS[kind]) if kind in _SCALARS else None


def _below(schema: Tree) -> Shape | None:
    return shape_of(schema, root=bool(schema.get("x-kubernetes-embedded-resource")))


def _object(schema: Tree, *, root: bool) -> Shape | None:
    others = schema.get("additionalProperties")
    if isinstance(others, dict) and not root:
        element = _below(others)
        return Shape("map", element) if element else None
    properties = schema.get("properties") or {}
    if root:
        properties = {**properties, **_META}
    fields = {name: _below(inner) for name, inner in properties.items()}
    return Shape("object", fields={name: shape for name, shape in fields.items() if shape})


def _keys(schema: Tree) -> tuple[str, ...] | None:
    match schema.get("x-kubernetes-list-type"):
        case "map":
            return tuple(schema.get("x-kubernetes-list-map-keys") or ())
        case "set":
            return ()
    return None


def to_value(shape: Shape, value: Any) -> Any:
    """A value of an object as a rule sees it.

    Members that the schema does not name stay: rules cannot select them, but `==` compares them. A
    null field is an absent field.
    """
    if value is None:
        return None
    if isinstance(value, dict) and shape.kind == "object":
        return {
            escape(name) or name: to_value(shape.fields[name], inner)
            if name in shape.fields
            else inner
            for name, inner in value.items()
            if inner is not None
        }
    if isinstance(value, dict) and shape.element:
        return {name: to_value(shape.element, inner) for name, inner in value.items()}
    if isinstance(value, list) and shape.element:
        return [to_value(shape.element, inner) for inner in value]
    parse = _PARSERS.get(shape.kind)
    return parse(value) if parse else value


def aligned(shape: Shape, old: Any, new: Any, *, sets: bool) -> Any:
    """`old` with its maps, and sets if they are meant too, in the order of `new`.

    Their order has no meaning, so `==` must ignore it.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        return {
            name: aligned(inner, value, new[name], sets=sets)
            if name in new and (inner := shape.fields.get(name) or shape.element)
            else value
            for name, value in old.items()
        }
    if shape.kind != "list" or not isinstance(old, list) or not isinstance(new, list):
        return old
    if shape.keys is None or shape.element is None or not (shape.keys or sets):
        return old
    rest = {identity(shape.keys, item): item for item in old}
    if len(rest) != len(old):
        return old
    old_items = [
        aligned(shape.element, rest.pop(key), item, sets=sets)
        for item in new
        if (key := identity(shape.keys, item)) in rest
    ]
    return [*old_items, *rest.values()]


def identity(keys: tuple[str, ...], item: Any) -> str:
    """What identifies an item of a set (no keys) or of a map."""
    if keys and isinstance(item, dict):
        item = [item.get(key) for key in keys]
    return json.dumps(item, sort_keys=True)


def _parse_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return text.encode()


def _parse_timestamp(text: str) -> Any:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return text
    timestamp = Timestamp()
    timestamp.FromDatetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return timestamp


_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
    "w": 7 * 24 * 3600 * 10**9,
}


def _parse_duration(text: str) -> Any:
    sign = -1 if text.startswith("-") else 1
    parts = re.findall(r"(\d+(?:\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w)", text)
    duration = Duration()
    duration.FromNanoseconds(sign * round(sum(float(n) * _UNITS[unit] for n, unit in parts)))
    return duration


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "double": float,
    "int": int,
    "bytes": _parse_bytes,
    "timestamp": _parse_timestamp,
    "duration": _parse_duration,
}
