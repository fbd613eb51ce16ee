"""Kubernetes' own kinds, as its OpenAPI documents describe them.

The documents stand in kube/envtest/openapi; what they do not say is in kube/envtest/facts. Each
file is read when something in it is first asked for, and once for all servers.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import msgspec

from kube.runtime.trees import Tree

_ROOT = Path(__file__).resolve().parents[2]
_PREFIX = "#/components/schemas/"
_FREE = (".runtime.RawExtension", ".meta.v1.FieldsV1")
"""Types that hold any object."""


@functools.cache
def discovery() -> dict[str, list[Tree]]:
    """The resources and subresources of each `<group>/<version>`, in the order of discovery."""
    return _read("discovery.json")  # type: ignore[no-any-return]


@functools.cache
def facts() -> dict[str, dict[str, str]]:
    """Each member of each struct as `<protobuf number>|<flags>|<Go type>`: see hack/go_facts.py."""
    return _read("go_facts.json")  # type: ignore[no-any-return]


@functools.cache
def go_types() -> dict[str, list[str] | str]:
    """Kubernetes' internal types, as refusals show their values: see hack/go_types.py."""
    return _read("go_types.json")  # type: ignore[no-any-return]


@functools.cache
def columns() -> dict[str, list[Tree]]:
    """The columns of the tables of each `<group>/<plural>`."""
    return _read("columns.json")  # type: ignore[no-any-return]


def group_versions() -> list[tuple[str, str]]:
    """Groups ('' for core) with their versions, in the order of discovery."""
    return [_split(name) for name in discovery()]


def has(group: str, version: str) -> bool:
    return (f"{group}/{version}" if group else version) in discovery()


def _split(group_version: str) -> tuple[str, str]:
    group, _, version = group_version.rpartition("/")
    return group, version


def content(group: str, version: str) -> bytes:
    """The document as it is stored, without descriptions."""
    name = f"apis__{group}__{version}" if group else f"api__{version}"
    return (_ROOT / "openapi" / f"{name}.json").read_bytes()


def descriptions() -> bytes:
    """The descriptions of all documents, as gzip of JSON: see hack/openapi_descriptions.py."""
    return (_ROOT / "openapi" / "descriptions.json.gz").read_bytes()


def _read(name: str) -> Any:
    return msgspec.json.decode((_ROOT / "facts" / name).read_bytes())


@functools.cache
def schemas(group: str, version: str) -> dict[str, Tree]:
    """The schemas of a document by their full name, with references as they are."""
    document: Tree = msgspec.json.decode(content(group, version))
    return document["components"]["schemas"]  # type: ignore[no-any-return]


@functools.cache
def names(group: str, version: str) -> dict[str, str]:
    """The full name of the schema of each kind, lists included."""
    named = {}
    for name, schema in schemas(group, version).items():
        for kind in schema.get("x-kubernetes-group-version-kind") or ():
            if (kind["group"], kind["version"]) == (group, version):
                named[kind["kind"]] = name
    return named


@functools.cache
def place_of(group: str, version: str, kind: str) -> tuple[str, str, str] | None:
    """The document with a kind's schema, and the schema's full name.

    What is posted to a subresource of the core group is described in that group's document.
    """
    for place in ((group, version), ("", "v1")):
        if not has(*place):
            continue
        for name, schema in schemas(*place).items():
            kinds = schema.get("x-kubernetes-group-version-kind") or ()
            if {"group": group, "version": version, "kind": kind} in kinds:
                return (*place, name)
    return None


def target(schema: Tree) -> str:
    """The full name of the schema that a member refers to; '' where it is written in place."""
    reference = schema.get("$ref")
    if reference is None and "allOf" in schema:
        reference = schema["allOf"][0]["$ref"]
    return reference.removeprefix(_PREFIX) if reference else ""


class Resolver:
    """Schemas of one document with each reference replaced by what it refers to.

    Types that are used often are one dict, so a document costs what its kinds need; a type that
    contains itself is a dict that contains itself.
    """

    def __init__(self, group: str, version: str) -> None:
        self._schemas = schemas(group, version)
        self._resolved: dict[str, Tree] = {}

    def named(self, name: str) -> Tree:
        resolved = self._resolved.get(name)
        if resolved is None:
            resolved = self._resolved[name] = {}
            resolved.update(self._inside(self._schemas[name]))
            if name.endswith(_FREE):
                resolved["x-kubernetes-preserve-unknown-fields"] = True
                resolved["x-kubernetes-map-type"] = "atomic"
        return resolved

    def _member(self, schema: Tree) -> Tree:
        name = target(schema)
        if not name:
            return self._inside(schema)
        more = {k: v for k, v in schema.items() if k not in ("$ref", "allOf", "default")}
        return {**self.named(name), **more} if more else self.named(name)

    def _inside(self, schema: Tree) -> Tree:
        inside = dict(schema)
        if "properties" in schema:
            inside["properties"] = {
                key: self._member(member) for key, member in schema["properties"].items()
            }
        for part in ("items", "additionalProperties"):
            if isinstance(schema.get(part), dict):
                inside[part] = self._member(schema[part])
        return inside


resolver = functools.cache(Resolver)
