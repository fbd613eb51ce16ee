"""The fields of a class, merged in three ways."""

from __future__ import annotations

import ast

from codegen.edit import copies, expressions
from codegen.edit.declared import Declaration, Member, comments
from codegen.edit.expressions import Symbol
from codegen.edit.places import Place
from codegen.edit.sides import Side, Sides, side
from codegen.edit.texts import change_texts
from codegen.edit.values import OwnTypes
from codegen.formatting import Expression

_CHANGED = "was changed here and by the import, which has:"


class Members:
    """Merges fields. What they need of enums that the user made goes to `own_types`."""

    def __init__(self, sides: Sides, own_types: OwnTypes) -> None:
        self._sides = sides
        self._own_types = own_types

    def merge(self, base: Declaration, new: Declaration, user: Declaration) -> None:
        sides, editing = self._sides, self._sides.editing(user)
        previous: str | None = None
        for wire, member in new.members.items():
            before, mine = base.members.get(wire), user.members.get(wire)
            if mine is not None:
                previous = mine.name
                if before is not None:
                    self._change(wire, base, new, user)
                elif not self._is_same(member, new, mine, user):
                    self.conflict(wire, new, user, "was added here and by the import, which has:")
            elif before is None:
                previous = self._add(member, new, user, previous)
            elif not self._is_same(before, base, member, new):
                name = sides.namer(user.module.path, silent=True)
                lines = copies.member(member, new, sides.new, member.name, name)
                message = f"{wire} of {user.name} was deleted here and changed by the import, to:"
                editing.mark(Place(user.name), message, lines)
        for wire, before in base.members.items():
            mine = user.members.get(wire)
            if wire in new.members or mine is None:
                continue
            if self.is_untouched(before, base, mine, user):
                editing.edit().remove_member(Place(user.name, mine.name))
            else:
                message = f"{wire} of {user.name} was changed here and removed by the import"
                editing.mark(Place(user.name, mine.name), message)

    def _change(self, wire: str, base: Declaration, new: Declaration, user: Declaration) -> None:
        sides = self._sides
        before, after, mine = base.members[wire], new.members[wire], user.members[wire]
        editing, place = sides.editing(user), Place(user.name, mine.name)
        is_conflict = change_texts(editing, place, before, after, mine)
        was, wants, has = sides.said(before, base), sides.said(after, new), sides.said(mine, user)
        own = [*sides.of_user.own(mine.annotation, user.module)]
        kind = Side.USER
        if own:
            kind = self._own_types.side(was[0], wants[0], has[0], own, (wire, new, user))
        elif has[0] != wants[0]:
            kind = side(
                sides.said(before, base, expands=True)[0],
                sides.said(after, new, expands=True)[0],
                sides.said(mine, user, expands=True)[0],
            )
        presence = side(was[1], wants[1], has[1])
        is_conflict |= Side.BOTH in (kind, presence)
        if not is_conflict and Side.IMPORT in (kind, presence):
            of_type = (after, new) if kind is Side.IMPORT else (mine, user)
            of_default = (after, new) if presence is Side.IMPORT else (mine, user)
            editing.edit().set_member(place, self._statement(mine, user, of_type, of_default))
        if is_conflict:
            self.conflict(wire, new, user, _CHANGED)

    def _statement(
        self,
        mine: Member,
        user: Declaration,
        of_type: tuple[Member, Declaration],
        of_default: tuple[Member, Declaration],
    ) -> str:
        """A field with the type of one side, and the default of one."""
        path = user.module.path

        def rendered(node: ast.expr, declared: Declaration) -> Expression:
            state = self._sides.state(declared)
            is_own = state is self._sides.user
            name = self._sides.own_namer(path) if is_own else self._sides.namer(path)
            return expressions.rendered(node, declared.module, state, name)

        member, declared = of_type
        bare = expressions.plain(member.annotation, declared.module, self._sides.state(declared))
        annotation = rendered(bare, declared)
        member, declared = of_default
        if self._sides.said(member, declared)[1][0]:
            annotation = expressions.optional(annotation)
        word, value = expressions.default(member)
        return expressions.statement(
            mine.name,
            mine.wire,
            annotation,
            word,
            None if value is None else rendered(value, declared),
            lambda: self._sides.namer(path)(Symbol("kube.runtime", "field")),
        )

    def _add(
        self, member: Member, new: Declaration, user: Declaration, previous: str | None
    ) -> str:
        editing = self._sides.editing(user)
        inherited = self._sides.inherited_names(new)
        name = inherited.get(member.wire) or editing.free_member(user, member.name)
        namer = self._sides.namer(user.module.path)
        lines = copies.member(member, new, self._sides.new, name, namer)
        editing.edit().add_member(user.name, previous, lines)
        return name

    def conflict(self, wire: str, new: Declaration, user: Declaration, message: str) -> None:
        mine = user.members[wire]
        name = self._sides.namer(user.module.path, silent=True)
        lines = copies.member(new.members[wire], new, self._sides.new, mine.name, name)
        place = Place(user.name, mine.name)
        self._sides.editing(user).mark(place, f"{wire} of {user.name} {message}", lines)

    def _is_same(
        self, one: Member, of_one: Declaration, other: Member, of_other: Declaration
    ) -> bool:
        return (
            self._sides.said(one, of_one) == self._sides.said(other, of_other)
            and one.lead == other.lead
            and one.doc.text == other.doc.text
        )

    def is_untouched(
        self, before: Member, base: Declaration, mine: Member, user: Declaration
    ) -> bool:
        """Whether a field is as it was imported, but for its name."""
        has_comment = bool(comments(user.module.lines[mine.first - 1 : mine.end]))
        return not has_comment and self._is_same(before, base, mine, user)
