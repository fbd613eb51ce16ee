"""Fields: JSON names that collide, and defaults and keys that do not fit their types."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Diagnostics
from codegen.model import (
    Constrained,
    Default,
    DictOf,
    Enum,
    Field,
    ListOf,
    LiteralOf,
    Named,
    Opaque,
    Optional,
    Scalar,
    Struct,
    TypeRef,
    UnionOf,
    Universe,
    bare,
    walk,
)
from codegen.source import known
from codegen.source.checks.readable import is_readable

_RESERVED = frozenset({"deep_copy", "deep_copy_into", "deep_copy_object"})


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Fields whose names collide, and defaults and keys that their types do not have."""
    for declared in universe.types.values():
        if isinstance(declared, Struct):
            _members(declared, universe, diagnostics)


def _members(struct: Struct, universe: Universe, diagnostics: Diagnostics) -> None:
    names: dict[str, Field] = {}
    for member in struct.fields:
        first = names.setdefault(member.json_name, member)
        position = struct.position if member.inlined_from else member.position
        if first is not member:
            origin = f", of {first.inlined_from.name}," if first.inlined_from else ""
            diagnostics.error(
                position,
                f"{first.name}{origin} and {member.name} have one JSON name, {member.json_name}",
                code="duplicate-json-name",
                hint='give one of them another with field(name="…")',
            )
        if member.inlined_from is None:
            _own_member(member, universe, diagnostics)
    metadata = struct.field("metadata")
    if struct.kind == "object" and metadata is not None and metadata.inlined_from is None:
        _metadata(metadata, diagnostics)
    if struct.kind == "list" and struct.item is not None and not struct.parameters:
        item = universe.resolve(struct.item) if is_readable(struct.item, universe) else None
        if isinstance(item, Struct) and item.kind != "object":
            diagnostics.error(
                struct.position,
                f"{struct.name.name} is a list of {item.name.name}, which is not a kind",
                code="list-of-no-kind",
                hint=f"derive {item.name.name} from Object of {known.RUNTIME}",
            )


def _metadata(member: Field, diagnostics: Diagnostics) -> None:
    kind = bare(member.type)
    if not isinstance(kind, Named) or kind.name != known.OBJECT_META:
        diagnostics.error(
            member.position,
            "the type of a kind's metadata is ObjectMeta",
            code="bad-metadata",
            hint="leave it out: Object has it",
        )


def _own_member(member: Field, universe: Universe, diagnostics: Diagnostics) -> None:
    if member.name in _RESERVED:
        diagnostics.error(
            member.position,
            f"the field {member.name} hides the method of that name",
            code="reserved-name",
            hint=f'rename it: {member.name}_: … = field(name="{member.json_name}")',
        )
    for key in _keys(member.type):
        if not _is_text(key, universe):
            diagnostics.error(
                member.position,
                f"the keys of {member.name} are not strings",
                code="bad-key",
                hint="write dict[str, …]: JSON has no other keys",
            )
    default = member.default
    if default is not None and default.has_value and not _fits(default, member, universe):
        wanted = "X | None" if default.value is None else "the type's"
        diagnostics.error(
            member.position,
            f"the default {default.source} of {member.name} is not of its type",
            code="bad-default",
            hint=f"make the type {wanted}"
            if default.value is None
            else "correct the default or the type",
        )


def _keys(ref: TypeRef) -> Iterator[TypeRef]:
    return (part.key for part in walk(ref) if isinstance(part, DictOf))


def _is_text(ref: TypeRef, universe: Universe) -> bool:
    if isinstance(ref, Constrained):
        return _is_text(ref.inner, universe)
    if not is_readable(ref, universe):
        return True  # reported where it was read
    match universe.resolve(ref):
        case Scalar("str"):
            return True
        case LiteralOf(values):
            return all(isinstance(v, str) for v in values)
        case Enum(members=members):
            return all(isinstance(m.value, str) for m in members)
        case Constrained(inner):
            return _is_text(inner, universe)
    return False


_PYTHON = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "bytes": (bytes,)}


def _fits(default: Default, member: Field, universe: Universe) -> bool:
    return _accepts(member.type, default.value, universe)


def _accepts(ref: TypeRef, value: object, universe: Universe) -> bool:
    """Whether a literal is a value of a type, as far as literals go."""
    if not is_readable(ref, universe):
        return True
    match universe.resolve(ref):
        case Scalar("Any") | Opaque():
            return True
        case Scalar(name):
            is_bool = isinstance(value, bool)
            return isinstance(value, _PYTHON[name]) and (not is_bool or name == "bool")
        case Optional(inner):
            return value is None or _accepts(inner, value, universe)
        case Constrained(inner):
            return _accepts(inner, value, universe)
        case UnionOf(members):
            return any(_accepts(m, value, universe) for m in members)
        case LiteralOf(values):
            return value in values
        case ListOf(element):
            return isinstance(value, list) and all(_accepts(element, v, universe) for v in value)
        case DictOf(_, element):
            return isinstance(value, dict) and all(
                _accepts(element, v, universe) for v in value.values()
            )
        case Enum(members=members, open=is_open):
            return value in [m.value for m in members] or (is_open and isinstance(value, str))
    return False
