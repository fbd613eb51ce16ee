"""What the schemas of one package declare: each shape once, under a number until it has a name.

Schemas repeat: a class is one shape, its members and its constraints, whoever uses it. A use as an
element or a value can say nothing itself, so there the class's docstring is the description, and
shapes with different descriptions are different classes. A field says its own description, and its
class has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from codegen.model import (
    DictOf,
    ListOf,
    Named,
    Optional,
    QualifiedName,
    Tag,
    TypeRef,
    walk,
)

Path: TypeAlias = tuple[str, ...]
"""How a type is reached: the kind, then members; of elements, in the singular."""

_MODULE = "?"
"""The module of a name that is still a number."""


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a class. `factory`: it is made where it is absent, and never None."""

    json_name: str
    type: TypeRef
    optional: bool = False
    nullable: bool = False
    factory: bool = False
    tags: tuple[Tag, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    members: tuple[Member, ...]
    tags: tuple[Tag, ...]
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    target: TypeRef
    tags: tuple[Tag, ...]
    doc: str = ""


Declaration: TypeAlias = Class | Alias


class Declarations:
    """The declarations of one package, by number; equal ones have one."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._declared: list[Declaration] = []
        self._paths: list[set[Path]] = []

    def use(self, declaration: Declaration, path: Path) -> Named:
        key = _key(declaration)
        number = self._numbers.setdefault(key, len(self._declared))
        if number == len(self._declared):
            self._declared.append(declaration)
            self._paths.append(set())
        self._paths[number].add(path)
        return Named(QualifiedName(_MODULE, str(number)))

    def get(self, number: int) -> Declaration:
        return self._declared[number]

    def paths(self) -> dict[int, set[Path]]:
        """The paths that lead to each declaration."""
        return dict(enumerate(self._paths))


def _key(declaration: Declaration) -> object:
    tags = tuple(map(str, declaration.tags))
    if isinstance(declaration, Alias):
        return "alias", declaration.target, tags, declaration.doc
    members = tuple(
        (m.json_name, m.type, m.optional, m.nullable, m.factory, tuple(map(str, m.tags)), m.doc)
        for m in declaration.members
    )
    return "class", members, tags, declaration.doc


def number_of(ref: TypeRef) -> int | None:
    is_own = isinstance(ref, Named) and ref.name.module == _MODULE
    return int(ref.name.name) if is_own and isinstance(ref, Named) else None


def numbers(refs: Iterable[TypeRef]) -> list[int]:
    """The declarations that types refer to, in order."""
    found = (number_of(part) for ref in refs for part in walk(ref))
    return list(dict.fromkeys(number for number in found if number is not None))


def named(ref: TypeRef, names: Mapping[int, QualifiedName]) -> TypeRef:
    """A type with the names of what it refers to."""
    number = number_of(ref)
    if number is not None:
        return Named(names[number])
    match ref:
        case ListOf(element):
            return ListOf(named(element, names))
        case DictOf(key, value):
            return DictOf(key, named(value, names))
        case Optional(inner):
            return Optional(named(inner, names))
    return ref
