"""What the schemas of one package declare: each shape once, under a number until it has a name.

Schemas repeat: a class is one shape, its members and its constraints, whoever uses it. A use as an
element or a value can say nothing itself, so there the class's docstring is the description, and
shapes with different descriptions are different classes. A field says its own description, and its
class has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from codegen.importer.names import Path
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


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A closed list of values, by the names of its members."""

    members: tuple[tuple[str, str], ...]


Declaration: TypeAlias = Class | Alias | Enumeration


class Declarations:
    """The declarations of one package, by number; equal ones have one."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._declared: list[Declaration] = []
        self._paths: list[set[Path]] = []

    def use(self, declaration: Declaration, *paths: Path) -> Named:
        key = _key(declaration)
        number = self._numbers.setdefault(key, len(self._declared))
        if number == len(self._declared):
            self._declared.append(declaration)
            self._paths.append(set())
        self._paths[number].update(paths)
        return Named(QualifiedName(_MODULE, str(number)))

    def get(self, number: int) -> Declaration:
        return self._declared[number]

    def classes(self) -> Iterator[tuple[int, Class]]:
        return (
            (number, declared)
            for number, declared in enumerate(self._declared)
            if isinstance(declared, Class)
        )

    def paths(self) -> dict[int, set[Path]]:
        """The paths that lead to each declaration."""
        return dict(enumerate(self._paths))


def _key(declaration: Declaration) -> object:
    match declaration:
        case Class(doc=doc):
            docs = tuple(member.doc for member in declaration.members)
            return "class", shape(declaration), docs, doc
        case Alias(target, tags, doc):
            return "alias", target, tuple(map(str, tags)), doc
        case Enumeration(members):
            return "enum", members


def shape(declared: Class) -> object:
    """What a class is but for its descriptions."""
    return tuple(map(str, declared.tags)), tuple(
        (m.json_name, m.type, m.optional, m.nullable, m.factory, tuple(map(str, m.tags)))
        for m in declared.members
    )


def references(declaration: Declaration) -> tuple[TypeRef, ...]:
    """The types that a declaration is made of."""
    match declaration:
        case Class(members):
            return tuple(member.type for member in members)
        case Alias(target):
            return (target,)
        case Enumeration():
            return ()


def number_of(ref: TypeRef) -> int | None:
    is_own = isinstance(ref, Named) and ref.name.module == _MODULE
    return int(ref.name.name) if is_own and isinstance(ref, Named) else None


def numbers(refs: Iterable[TypeRef]) -> list[int]:
    """The declarations that types refer to, in order."""
    found = (number_of(part) for ref in refs for part in walk(ref))
    return list(dict.fromkeys(number for number in found if number is not None))


def mapped(ref: TypeRef, change: Callable[[TypeRef], TypeRef]) -> TypeRef:
    """A type with its parts changed, those without parts of their own."""
    match ref:
        case ListOf(element):
            return ListOf(mapped(element, change))
        case DictOf(key, value):
            return DictOf(key, mapped(value, change))
        case Optional(inner):
            return Optional(mapped(inner, change))
    return change(ref)
