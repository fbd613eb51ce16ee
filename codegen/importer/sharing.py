"""What the declarations of one package have in common, declared once.

Three steps, none of which changes a schema. The class of a field, which is described there, is the
class of elements that has the same members and the same text as its docstring. A list of values
with good names that stands twice is an enum class. A class that differs from another only in the
descriptions of few members is its subclass, which declares those anew; classes of few members
are often alike by chance, and stay apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from codegen.importer import names
from codegen.importer.declared import (
    Alias,
    Class,
    Declaration,
    Declarations,
    Enumeration,
    Member,
    mapped,
    number_of,
    numbers,
    references,
    shape,
)
from codegen.importer.names import Path
from codegen.importer.texts import documented
from codegen.model import LiteralOf, Named, TypeRef, walk

Kinds: TypeAlias = Mapping[str, tuple[Member, ...]]
"""The members of the kinds of a package."""

Others: TypeAlias = Callable[[int, str], TypeRef | None]
"""Another type for a declaration that a member of this name uses, if there is one."""

_TWICE = 2
_FEW = 3
"""A subclass declares at most one in so many members anew."""


def shared(declarations: Declarations, kinds: Kinds) -> tuple[Declarations, Kinds]:
    """The declarations of a package with what they share."""
    while merged := dict(_documented_elsewhere(declarations, kinds)):
        change = _Change(declarations, merged, {})
        declarations, kinds = change.declarations(), change.kinds(kinds)
    change = _Change(declarations, {}, _enums(declarations, kinds))
    return change.declarations(), change.kinds(kinds)


def replaced(
    declarations: Declarations, kinds: Kinds, others: Others
) -> tuple[Declarations, Kinds]:
    """The declarations that a package needs where other types stand for uses of some of them."""
    change = _Change(declarations, {}, {}, others)
    kinds = change.kinds(kinds)
    return change.reached, kinds


class _Change:
    """All declarations with other types: some classes are others, some lists of values enums."""

    def __init__(
        self,
        declarations: Declarations,
        merged: Mapping[int, int],
        enums: Mapping[LiteralOf, Path],
        others: Others = lambda number, member: None,
    ) -> None:
        self._old = declarations
        self._paths = declarations.paths()
        self._merged = merged
        self.reached = Declarations()
        self._enums = {
            literal: self.reached.use(Enumeration(names.enum_members(literal.values) or ()), path)
            for literal, path in sorted(enums.items(), key=lambda item: item[1])
        }
        self._others = others
        self._done: dict[int, TypeRef] = {}

    def declarations(self) -> Declarations:
        for number in self._paths:
            self._number(number)
        return self.reached

    def kinds(self, kinds: Kinds) -> Kinds:
        return {name: self._members(members) for name, members in kinds.items()}

    def _number(self, number: int) -> TypeRef:
        if number not in self._done:
            kept = self._declaration(self._old.get(self._merged.get(number, number)))
            self._done[number] = self.reached.use(kept, *self._paths[number])
        return self._done[number]

    def _declaration(self, declared: Declaration) -> Declaration:
        match declared:
            case Class(members):
                return replace(declared, members=self._members(members))
            case Alias(target):
                return replace(declared, target=self._typed(target, ""))
            case Enumeration():
                return declared

    def _members(self, members: tuple[Member, ...]) -> tuple[Member, ...]:
        return tuple(
            replace(member, type=self._typed(member.type, member.json_name)) for member in members
        )

    def _typed(self, ref: TypeRef, member: str) -> TypeRef:
        """A type as it is used by a member; elements go by its name in the singular."""
        word = member if isinstance(ref, Named) or not member else names.singular(member)

        def changed(part: TypeRef) -> TypeRef:
            if isinstance(part, LiteralOf):
                return self._enums.get(part, part)
            number = number_of(part)
            if number is None:
                return part
            return self._others(number, word) or self._number(number)

        return mapped(ref, changed)


# --- classes with one text, as a docstring and beside fields --------------------------------------


def _documented_elsewhere(declarations: Declarations, kinds: Kinds) -> Iterator[tuple[int, int]]:
    """The classes without a docstring that are another one with it, and which."""
    documented_ones: dict[tuple[object, str], int] = {}
    bare: list[tuple[int, object]] = []
    for number, declared in declarations.classes():
        key: object = (shape(declared), tuple(member.doc for member in declared.members))
        if declared.doc:
            documented_ones[key, declared.doc] = number
        else:
            bare.append((number, key))
    texts_of = descriptions(declarations, kinds) if documented_ones else {}
    for number, key in bare:
        texts = texts_of.get(number, set())
        other = documented_ones.get((key, next(iter(texts)))) if len(texts) == 1 else None
        if other is not None:
            yield number, other


def descriptions(declarations: Declarations, kinds: Kinds) -> dict[int, set[str]]:
    """What the uses of each declaration describe it as; an empty text where one does not."""
    found: dict[int, set[str]] = {}
    declared = [declarations.get(number) for number in declarations.paths()]
    classes = [each.members for each in declared if isinstance(each, Class)]
    for members in (*classes, *kinds.values()):
        for member in members:
            text = member.doc if isinstance(member.type, Named) else ""
            for number in numbers([member.type]):
                found.setdefault(number, set()).add(text)
    for each in declared:
        if isinstance(each, Alias):
            for number in numbers(references(each)):
                found.setdefault(number, set()).add("")
    return found


# --- enums ----------------------------------------------------------------------------------------


def _enums(declarations: Declarations, kinds: Kinds) -> dict[LiteralOf, Path]:
    """The lists of values that become an enum class, and the first path to each."""
    uses: Counter[LiteralOf] = Counter()
    first: dict[LiteralOf, Path] = {}

    def use(ref: TypeRef, path: Path) -> None:
        for part in walk(ref):
            if isinstance(part, LiteralOf):
                inner = path if part is ref else names.element(path)
                uses[part] += 1
                first[part] = min(first.get(part, inner), inner, key=lambda p: (len(p), p))

    for number, paths in declarations.paths().items():
        path = min(paths, key=lambda p: (len(p), p))
        match declarations.get(number):
            case Class(members):
                for member in members:
                    use(member.type, names.enum(path, member.json_name))
            case Alias(target):
                use(target, path)
    for kind, members in kinds.items():
        for member in members:
            use(member.type, names.enum((kind,), member.json_name))
    return {
        literal: first[literal]
        for literal, count in uses.items()
        if count >= _TWICE and names.enum_members(literal.values) is not None
    }


# --- base classes ---------------------------------------------------------------------------------


def bases(declarations: Declarations) -> dict[int, int]:
    """The classes that are better a subclass of another: they differ in few descriptions."""
    paths = declarations.paths()
    alike: dict[object, list[tuple[int, Class]]] = {}
    for number, declared in declarations.classes():
        alike.setdefault(shape(declared), []).append((number, declared))
    found: dict[int, int] = {}
    for same in alike.values():
        if len(same) == 1:
            continue
        same.sort(key=lambda each: min((len(p), p) for p in paths[each[0]]))
        base, its = next((each for each in same if _can_be_base(each[1])), same[0])
        found |= {
            number: base
            for number, declared in same
            if number != base and _can_be_base(its) and _is_close(declared, its)
        }
    return found


def _can_be_base(declared: Class) -> bool:
    """Whether a subclass can replace its description: only documentation is replaced."""
    return not documented(declared.doc, 4)[1]


def _is_close(declared: Class, base: Class) -> bool:
    is_same_text = declared.doc == base.doc
    return is_same_text and _FEW * len(anew(declared, base)) <= len(declared.members)


def anew(declared: Class, base: Class) -> tuple[Member, ...]:
    """The members that a subclass declares itself."""
    pairs = zip(declared.members, base.members, strict=True)
    return tuple(own for own, inherited in pairs if own.doc != inherited.doc)
