"""Schemas of built-in kinds: the fields of their Go types, and what Go's decoder refuses.

A value of a wrong type is a 400 in the words of Go's decoder, and an unknown field is subject to
field validation. All other rules belong to the kind's strategy.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.schema import Schema
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

STRING: Tree = {"type": "string"}
BOOLEAN: Tree = {"type": "boolean"}
INTEGER: Tree = {"type": "integer", "format": "int32"}
MICRO_TIME: Tree = {"type": "string", "format": "micro-time"}
BYTES: Tree = {"type": "string", "format": "byte"}


def map_of(value: Tree) -> Tree:
    return {"type": "object", "additionalProperties": value}


def object_of(**members: Tree) -> Tree:
    return {"type": "object", "properties": members}


class GoSchema(Schema):
    """The fields of a Go type. Its rules are the strategy's."""

    def __init__(self, kind: str, **members: Tree) -> None:
        super().__init__(object_of(**members))
        self._kind = kind

    def check_types(self, tree: Tree) -> None:
        """Raise StatusError 400 for a value that Go's decoder would not accept."""
        why = _mismatch(self.source, tree, self._kind, "")
        if why:
            raise status.bad_request(why)

    def default(self, tree: Tree) -> None:
        """Go's types have no defaults, and null is the zero value of what a map holds."""

    def validate(self, new: Tree, old: Tree | None) -> list[Cause]:
        return []

    def validate_status(self, new: Tree, old: Tree) -> list[Cause]:
        return []


_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "bool"}
_TAKEN: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "integer": (int,),
}  # fmt: skip


def _go_type(schema: Tree) -> str:
    match schema["type"]:
        case "object" if "additionalProperties" in schema:
            return f"map[string]{_go_type(schema['additionalProperties'])}"
        case "array":
            return f"[]{_go_type(schema['items'])}"
        case "string" if schema.get("format") == "byte":
            return "[]uint8"
        case "boolean":
            return "bool"
        case "integer":
            return str(schema["format"])
    return str(schema["type"])


def _mismatch(schema: Tree, value: Any, struct: str, path: str) -> str:
    """The message of Go's decoder for the first value of a wrong type; '' if there is none."""
    if value is None:
        return ""
    is_right = isinstance(value, _TAKEN[schema["type"]])
    if not is_right or (isinstance(value, bool) and schema["type"] != "boolean"):
        actual = _JSON_TYPES.get(type(value), "number")
        return (
            f"json: cannot unmarshal {actual} into Go struct field {struct}.{path} of type "
            f"{_go_type(schema)}"
        )
    if isinstance(value, str):
        return _malformed(schema.get("format"), value)
    if isinstance(value, list):
        faults = (_mismatch(schema["items"], item, struct, path) for item in value)
        return next(filter(None, faults), "")
    if isinstance(value, dict):
        each = schema.get("additionalProperties")
        known = schema.get("properties") or {}
        for key, item in value.items():
            inner = each or known.get(key)
            if inner is None:
                continue
            below = path if each else f"{path}.{key}".lstrip(".")
            within = f"{struct}{key.title()}" if inner.get("properties") else struct
            if fault := _mismatch(inner, item, within, below):
                return fault
    return ""


_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"
_MICRO = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d\.\d{6}([Zz]|[+-]\d\d:\d\d)")


def _malformed(form: object, text: str) -> str:
    if form == "byte":
        try:
            base64.b64decode(text, validate=True)
        except binascii.Error:
            wrong = re.search(r"[^A-Za-z0-9+/=]", text)
            return f"illegal base64 data at input byte {wrong.start() if wrong else len(text)}"
    if form == "micro-time" and not _MICRO.fullmatch(text):
        rest, wanted = text, "2006"
        if re.match(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", text):
            rest, wanted = text[19:], ".000000"
        return f'parsing time "{text}" as "{_LAYOUT}": cannot parse "{rest}" as "{wanted}"'
    return ""
