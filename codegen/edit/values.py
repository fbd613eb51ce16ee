"""The values of enums: of imported ones, and of those that the user made of a Literal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codegen import formatting, naming
from codegen.edit import expressions
from codegen.edit.declared import Declaration, Key, comments
from codegen.edit.expressions import Meaning, Symbol
from codegen.edit.places import Place
from codegen.edit.sides import Side, Sides, side

Use: TypeAlias = tuple[str, Declaration, Declaration]
"""A field by its JSON name, in the class of the import and in that of the user."""


def change_values(sides: Sides, base: Declaration, new: Declaration, user: Declaration) -> bool:
    """The values of an imported enum; whether one that is gone was edited."""
    before, after = ({repr(v): n for n, v in each.values.items()} for each in (base, new))
    if list(before) == list(after):
        return False
    present = {repr(v) for v in user.values.values()}
    kept = [v for v in after if v in present or v not in before]
    own = [v for v in present if v not in before and v not in after]
    return not _set_values(sides, user, [*kept, *own], after)


@dataclass(frozen=True, slots=True)
class _Wanted:
    values: tuple[str, ...]
    use: Use
    is_changed: bool


class OwnTypes:
    """Enums, and aliases, that the user made of Literals, and what their fields want of them."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._wanted: dict[Key, list[_Wanted]] = {}

    def side(
        self, was: Meaning, wants: Meaning, has: Meaning, own: Sequence[Declaration], use: Use
    ) -> Side:
        """Whose type a field gets that has a type of the user's own."""
        unordered = [expressions.in_order(meaning) for meaning in (was, wants, has)]
        of_type = side(*unordered)
        values = [*expressions.literals(wants)]
        is_literal = expressions.without_literals(was) == expressions.without_literals(wants)
        if len(own) != 1 or len(values) != 1 or not is_literal or of_type is Side.BOTH:
            return of_type if of_type is Side.USER else Side.BOTH
        self._wanted.setdefault(own[0].key, []).append(_Wanted(values[0], use, was != wants))
        return Side.USER

    def change(self) -> Iterable[Use]:
        """Changes the types; the uses whose wants cannot be met."""
        for key, wanted in self._wanted.items():
            changed = [each.use for each in wanted if each.is_changed]
            declared = self._sides.user.declared[key]
            is_one = len({frozenset(each.values) for each in wanted}) == 1
            if changed and not (is_one and self._set(declared, wanted[0].values)):
                yield from changed

    def _set(self, declared: Declaration, values: Sequence[str]) -> bool:
        if declared.target is None:
            return _set_values(self._sides, declared, values, {})
        name = self._sides.own_namer(declared.module.path)
        head = expressions.symbol(
            declared.target.value
            if isinstance(declared.target, ast.Subscript)
            else declared.target,
            declared.module,
            self._sides.user,
        )
        if head != Symbol("typing", "Literal"):
            return False
        items = [_printed(value) for value in values]
        target = formatting.subscript(name(Symbol("typing", "Literal")), items)
        annotation = f": {name(Symbol('typing', 'TypeAlias'))}"
        left = declared.name + (annotation if isinstance(declared.node, ast.AnnAssign) else "")
        text = formatting.assigned(f"{left} =", target, 0)
        self._sides.editing(declared).edit().set_target(declared.name, text)
        return True


def _set_values(
    sides: Sides, user: Declaration, values: Sequence[str], names: Mapping[str, str]
) -> bool:
    """Gives an enum these values; False where one of those that go was edited.

    `names` are those that the import has for values.
    """
    editing = sides.editing(user)
    present = {repr(value): name for name, value in user.values.items()}
    gone = [name for value, name in present.items() if value not in values]
    if gone and comments(user.text[len(user.lead.lines) :]):
        return False
    previous: str | None = None
    for value in values:
        if value not in present:
            taken = {*user.names, *present.values()}
            name = names.get(value, "")
            if not name or name in taken:
                name = _constant(str(ast.literal_eval(value)), taken)
            present[value] = name
            editing.edit().add_enum_member(user.name, previous, f"{name} = {_printed(value)}")
        previous = present[value]
    for name in gone:
        editing.edit().remove_member(Place(user.name, name))
    if [v for v in map(repr, user.values.values()) if v in values] != [
        v for v in values if v in map(repr, user.values.values())
    ]:
        editing.edit().order_members(user.name, [present[value] for value in values])
    return True


def _printed(value: str) -> str:
    evaluated = ast.literal_eval(value)
    return formatting.string(evaluated) if isinstance(evaluated, str) else value


def _constant(value: str, taken: Iterable[str]) -> str:
    """A name for a member of an enum."""
    used = set(taken)
    name = re.sub(r"\W", "_", naming.snake_case(value)).upper() or "EMPTY"
    base = name = f"VALUE_{name}" if name[0].isdigit() else name
    number = 2
    while name in used:
        name, number = f"{base}_{number}", number + 1
    return name
