"""The names of generic classes that are bound at use."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.model import (
    Constrained,
    DictOf,
    ListOf,
    Named,
    Optional,
    QualifiedName,
    Scalar,
    TypeRef,
    UnionOf,
)
from codegen.source.modules import Declared


def bound_name(declared: Declared, arguments: Sequence[TypeRef]) -> QualifiedName:
    """The name of a class, with its arguments where it is bound: `Page[apis.x.v1.Cluster]`."""
    suffix = f"[{', '.join(describe(a) for a in arguments)}]" if arguments else ""
    return QualifiedName(declared.module.name, declared.name + suffix)


def describe(ref: TypeRef) -> str:
    """A type as Python writes it, declared types with their modules."""
    match ref:
        case Scalar(name):
            return name
        case ListOf(element):
            return f"list[{describe(element)}]"
        case DictOf(key, value):
            return f"dict[{describe(key)}, {describe(value)}]"
        case Optional(inner):
            return f"{describe(inner)} | None"
        case UnionOf(members):
            return " | ".join(describe(m) for m in members)
        case Constrained(inner):
            return describe(inner)
        case Named(name):
            return str(name)
    return f"Literal[{', '.join(repr(v) for v in ref.values)}]"
