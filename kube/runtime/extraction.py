"""Extraction: from a live object, what a field manager has applied of it.

After k8s.io/apimachinery/pkg/util/managedfields/extract.go. The paths of managed fields are
followed through the object; a schema is needed only where one ends at a list or a map, which is
either owned as a whole or was applied empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec

from kube.runtime import codec, fieldsets
from kube.runtime.applyconfiguration import ApplyConfiguration, object_type
from kube.runtime.fieldsets import MEMBER, Fields, Schema
from kube.runtime.metadata import ManagedFieldsEntry
from kube.runtime.object import Object
from kube.runtime.resource import gvk_of, type_name
from kube.runtime.struct import Struct
from kube.runtime.topology import structure
from kube.runtime.unstructured import Unstructured

A = TypeVar("A", bound=ApplyConfiguration[Any])


def extract(configuration: type[A], obj: Object, field_manager: str, subresource: str = "") -> A:
    """What a field manager has applied of an object, to change it and apply it again.

    `obj` is as the server returned it. `subresource` is the one that was applied to; empty for the
    object itself. Fields that others have taken over since are missing. Where the manager has
    applied nothing, the configuration has the object's name and nothing else.

    Raises ValueError for an object without managed fields: from that, every field would be missing,
    and applying the result would remove them all.
    """
    _expect_own(configuration, obj)
    entries = obj.metadata.managed_fields
    if not entries:
        raise ValueError(
            f"the {type(obj).__name__} {obj.metadata.name!r} has no managedFields, which tell what "
            f"{field_manager!r} has applied: read it from the server, without a transform that "
            "drops them"
        )
    gvk = gvk_of(obj)
    entry = _entry(entries, field_manager, subresource, gvk.api_version)
    kept: dict[str, Any] = {}
    if entry is not None:
        owned: Fields = msgspec.json.decode(bytes(entry.fields_v1) or b"{}")
        kept = _kept(structure(configuration), obj, owned)
    place = {"name": obj.metadata.name, "namespace": obj.metadata.namespace}
    metadata = {**kept.get("metadata", {}), **{k: v for k, v in place.items() if v}}
    kept |= {"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": metadata}
    return codec.from_builtins(kept, configuration)


def _expect_own(configuration: type[ApplyConfiguration[Any]], obj: Object) -> None:
    configured = object_type(configuration)
    if not isinstance(obj, (configured, Unstructured)):
        raise TypeError(
            f"{configuration.__name__} is for objects of {type_name(configured)}, and this is a "
            f"{type(obj).__name__}"
        )
    if gvk_of(obj) != gvk_of(configured):
        raise TypeError(f"{configuration.__name__} is for {gvk_of(configured)}, not {gvk_of(obj)}")


def _entry(
    entries: Iterable[ManagedFieldsEntry], manager: str, subresource: str, api_version: str
) -> ManagedFieldsEntry | None:
    """The manager's entry; of several, that of the object's version."""
    matching = [
        entry
        for entry in entries
        if entry.manager == manager
        and entry.operation == "Apply"
        and entry.subresource == subresource
    ]
    matching.sort(key=lambda entry: entry.api_version != api_version)
    return matching[0] if matching else None


def _kept(schema: Schema, value: Any, owned: Fields) -> Any:
    """The part of a value, a class's or a tree, that a set of fields in FieldsV1 names."""
    below = {step: inner for step, inner in owned.items() if step != MEMBER}
    if not below:
        if isinstance(value, (Struct, dict)):
            is_whole = schema.get("x-kubernetes-map-type") == "atomic"
        else:
            is_whole = schema.get("x-kubernetes-list-type") not in ("map", "set")
        if is_whole:
            return codec.to_builtins(value)
        return [] if isinstance(value, list) else {}
    if isinstance(value, list):
        items = schema.get("items") or {}
        chosen = sorted(_chosen(value, below), key=lambda each: each[0])
        return [_kept(items, value[index], inner) for index, inner in chosen]
    kept = {}
    for step, inner in below.items():
        name = step.removeprefix("f:")
        member = _member(value, name)
        if member is None:
            continue
        part = _kept(fieldsets.child(schema, name), member, inner)
        # Of what was owned in it nothing may be left; empty, it would be owned itself.
        if part not in ({}, []) or not inner.keys() - {MEMBER} or MEMBER in inner:
            kept[name] = part
    return kept


def _member(value: Any, name: str) -> Any:
    """A member of an object by its JSON name; None where it has none."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, Struct):
        attribute = _attributes(type(value)).get(name)
        if attribute is not None:
            return getattr(value, attribute)
        return codec.to_builtins(value).get(name)  # a member that the class does not declare
    return None


@cache
def _attributes(cls: type[Struct]) -> Mapping[str, str]:
    return dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))


def _chosen(items: list[Any], steps: Fields) -> Iterator[tuple[int, Fields]]:
    """The items that steps of FieldsV1 name, by their indices; those that are gone are left out."""
    # By the names of their keys, the index of each item; the items of sets are their own keys.
    tables: dict[tuple[str, ...], dict[bytes, int]] = {}
    for step, inner in steps.items():
        kind, _, text = step.partition(":")
        named = msgspec.json.decode(text)
        if kind == "i":
            index: int | None = named if named < len(items) else None
        else:
            names = tuple(sorted(named)) if kind == "k" else ()
            if names not in tables:
                tables[names] = _indices(items, names)
            index = tables[names].get(_key(named, names))
        if index is not None:
            yield index, inner


def _indices(items: list[Any], names: tuple[str, ...]) -> dict[bytes, int]:
    indices: dict[bytes, int] = {}
    for index, item in enumerate(items):
        indices.setdefault(_key(item, names), index)
    return indices


def _key(item: Any, names: tuple[str, ...]) -> bytes:
    value = [_member(item, name) for name in names] if names else item
    return msgspec.json.encode(codec.to_builtins(value), order="sorted")
