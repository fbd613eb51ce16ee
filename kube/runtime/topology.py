"""How the fields of an object merge on server-side apply, by the twins of its classes.

`structure` gives what `kube.runtime.fieldsets` needs to know of a kind: which lists have keys,
which maps are atomic. A server that has no schema of a kind can take it from here, and extraction
reads managed fields by it. See `kube.runtime.applyconfiguration` for what a twin declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from kube.runtime import fieldsets
from kube.runtime.applyconfiguration import ApplyConfiguration, Topology
from kube.runtime.fieldsets import Schema
from kube.runtime.shapes import bare, fields, is_struct, real_class
from kube.runtime.struct import Struct


class _ClassSchema(dict[str, Any]):
    """The schema of a twin. Properties are worked out on demand: types may contain themselves."""

    def __init__(self, cls: type[Struct], defaults: Mapping[str, Any] | None = None) -> None:
        super().__init__({"type": "object"})
        self._cls = cls
        self._defaults = defaults or {}
        if _topology(cls) is None:
            self["x-kubernetes-map-type"] = "atomic"

    def get(self, key: str, default: Any = None) -> Any:
        if key == "properties" and key not in self:
            self[key] = self._properties()
        return super().get(key, default)

    def _properties(self) -> dict[str, Schema]:
        topology = _topology(self._cls) or {}
        properties = {
            name: _schema(each.type, name, topology) for name, each in fields(self._cls).items()
        }
        for name, default in self._defaults.items():
            properties[name] = {**properties[name], "default": default}
        return properties


def _topology(cls: type[Struct]) -> Mapping[str, Any] | None:
    """The topology of a class and its bases; None for an atomic class."""
    merged: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        own: Topology = base.__dict__.get("__topology__", {})
        if isinstance(own, str):
            return None
        merged |= own
    return merged


@cache
def structure(cls: type[Struct]) -> Schema:
    """How the objects of a twin merge, as a schema with nothing but that, for `fieldsets`."""
    schema = _ClassSchema(cls)
    if issubclass(cls, ApplyConfiguration):
        schema["properties"] = {**schema.get("properties"), "metadata": fieldsets.METADATA}
    return schema


def _schema(tp: Any, path: str, topology: Mapping[str, Any]) -> Schema:
    tp = bare(tp)
    marker = topology.get(path)
    arguments = get_args(tp)
    if is_struct(tp):
        return {"x-kubernetes-map-type": "atomic"} if marker == "atomic" else _ClassSchema(tp)
    if real_class(tp) is list and arguments:
        if not isinstance(marker, Mapping):
            schema = {"items": _schema(arguments[0], f"{path}[]", topology)}
            return {**schema, "x-kubernetes-list-type": marker} if marker else schema
        defaults = {name: value for name, value in marker.items() if value is not None}
        item = bare(arguments[0])
        return {
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": list(marker),
            "items": _ClassSchema(item, defaults) if is_struct(item) else {},
        }
    if real_class(tp) is dict and arguments:
        schema = {"additionalProperties": _schema(arguments[1], f"{path}{{}}", topology)}
        return {**schema, "x-kubernetes-map-type": marker} if marker == "atomic" else schema
    return {"x-kubernetes-map-type": "atomic"} if marker == "atomic" else {}
