"""How the fields of a struct merge on server-side apply, as a twin declares it at run time.

The entries are those that `kube.runtime.applyconfiguration` describes. What merges by default is
left out: lists as a whole, maps and structs member by member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from codegen import formatting
from codegen.formatting import Brackets, Expression, Prefixed
from codegen.model import (
    Alias,
    DictOf,
    Field,
    ListOf,
    Named,
    Struct,
    Tag,
    TypeRef,
    Universe,
    bare,
)
from codegen.tags.declared import conversion, declarative, openapi, validation

ATOMIC = "atomic"

Marker: TypeAlias = str | dict[str, object]
"""`"atomic"`, `"set"`, or the keys of a list's items with their defaults."""


def is_atomic(struct: Struct) -> bool:
    return any(tag.value == ATOMIC for tag in struct.tags.all(openapi.StructType))


def topology(universe: Universe, fields: Iterable[Field]) -> dict[str, Marker]:
    """The marker of each field that does not merge by default, by its JSON name."""
    markers: dict[str, Marker] = {}
    for field in fields:
        markers |= _markers(universe, field.type, tuple(field.tags), field.json_name)
    return markers


def printed(markers: dict[str, Marker]) -> Expression:
    """The table as an expression."""
    return Brackets("", "{", "}", [_entry(path, marker) for path, marker in markers.items()])


def _entry(path: str, marker: Marker) -> Prefixed:
    if isinstance(marker, str):
        return Prefixed(f"{formatting.string(path)}: ", formatting.string(marker))
    keys = [
        Prefixed(
            f"{formatting.string(name)}: ",
            formatting.string(default) if isinstance(default, str) else repr(default),
        )
        for name, default in marker.items()
    ]
    return Prefixed(f"{formatting.string(path)}: ", Brackets("", "{", "}", keys))


def _markers(
    universe: Universe, ref: TypeRef, tags: tuple[Tag, ...], path: str
) -> dict[str, Marker]:
    """The markers of a type: by the tags of its field first, then by those of its aliases."""
    ref = bare(ref)
    while isinstance(ref, Named):
        declared = universe.types[ref.name]
        if not isinstance(declared, Alias):
            break
        tags += tuple(declared.tags)
        ref = bare(declared.target)
    match ref:
        case ListOf(element):
            list_type = _value(tags, openapi.ListType, declarative.ListType)
            if list_type == "map":
                return {path: dict(_keys(universe, element, tags))}
            below = _markers(universe, element, (), f"{path}[]")
            return {path: list_type, **below} if list_type == "set" else below
        case DictOf(_, value):
            below = _markers(universe, value, (), f"{path}{{}}")
        case _:
            below = {}
    atomic = ATOMIC in (_value(tags, openapi.MapType), _value(tags, openapi.StructType))
    return {path: ATOMIC} if atomic else below


def _value(tags: Iterable[Tag], *wanted: type[Tag]) -> str:
    """The value of the first tag of some classes; '' for none."""
    values: Iterator[str] = (tag.value for tag in tags if isinstance(tag, wanted))  # type: ignore[attr-defined]
    return next(values, "")


def _keys(
    universe: Universe, element: TypeRef, tags: Iterable[Tag]
) -> Iterator[tuple[str, object]]:
    item = universe.resolve(bare(element))
    for tag in tags:
        if isinstance(tag, openapi.ListMapKey | declarative.ListMapKey):
            members = item.fields if isinstance(item, Struct) else ()
            member = next((f for f in members if f.json_name == tag.value), None)
            yield tag.value, None if member is None else _default(member)


def _default(field: Field) -> object:
    """The default of a key, by a marker or by the class; None without one."""
    marker = field.tags.get(validation.Default) or field.tags.get(conversion.Default)
    if marker is not None:
        value = marker.value
        return value if isinstance(value, str | int | bool) else None
    if field.default is not None and field.default.has_value:
        return field.default.value or None
    return None
