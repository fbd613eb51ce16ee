"""Kubernetes' OpenAPI documents as kube-apiserver serves them: with their descriptions, and
the parameters of operations.

They are read when a client first asks for a document; nothing else in a server needs them.
"""

from __future__ import annotations

import functools
import zlib
from typing import Any

import msgspec

from kube.envtest.apiserver.requests.parameters import PARAMETERS
from kube.envtest.apiserver.schemas import documents
from kube.runtime.trees import Tree

_GZIP = 31  # zlib's number for the gzip format with the largest window


@functools.cache
def described(group: str, version: str) -> bytes:
    """The document of one of Kubernetes' own groups: one for all servers."""
    document: Tree = msgspec.json.decode(documents.content(group, version))
    schemas, texts = document["components"]["schemas"], _texts()
    for name, schema in schemas.items():
        _describe(schema, texts.get(name) or {}, schemas)
    for item in document["paths"].values():
        for operation in item.values():
            operation["parameters"] = PARAMETERS.get(operation.get("x-kubernetes-action", ""), [])
    return msgspec.json.encode(document)


@functools.cache
def _texts() -> dict[str, dict[str, str]]:
    """By schema and member; '' for the schema itself."""
    body = zlib.decompress(documents.descriptions(), _GZIP)
    texts: dict[str, dict[str, str]] = msgspec.json.decode(body)
    return texts


def _describe(schema: Tree, texts: dict[str, str], schemas: Tree) -> None:
    """Complete a schema in place."""
    if "" in texts:
        schema["description"] = texts[""]
    properties = schema.get("properties") or {}
    for name, member in properties.items():
        if name in texts or "$ref" not in member:
            properties[name] = _complete(member, schemas)
        if name in texts:
            properties[name]["description"] = texts[name]
    _complete_inside(schema, schemas)


_ZEROS: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False}


def _complete_inside(schema: Tree, schemas: Tree) -> None:
    for part in ("items", "additionalProperties"):
        inner = schema.get(part)
        if isinstance(inner, dict):
            if inner.get("type") in _ZEROS and inner.get("format") != "byte":
                inner.setdefault("default", _ZEROS[inner["type"]])
            schema[part] = _complete(inner, schemas)


def _complete(schema: Tree, schemas: Tree) -> Tree:
    """A member with what the stored documents leave out: the defaults of what maps and lists hold,
    and of structs that Go holds by value."""
    name = documents.target(schema)
    if "$ref" in schema and schemas[name].get("type") == "object":
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {"default": {}, **rest, "allOf": [{"$ref": schema["$ref"]}]}
    _complete_inside(schema, schemas)
    return schema
