"""The comment lines above a statement, merged in three ways, tag by tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from codegen.edit.declared import Lead, is_repeatable, tag_name

Unit: TypeAlias = tuple[str, ...]


def merged(base: Lead, new: Lead, user: Lead) -> tuple[tuple[str, ...], bool]:
    """The user's lines with what the import changed, and whether both changed one thing.

    What is in conflict stays as the user has it.
    """
    merging = _Merging(base, new, user)
    if base.units() != new.units():
        merging.tags()
    if base.prose() != new.prose():
        merging.prose()
    return tuple(line for part in merging.parts for line in part), merging.is_conflict


class _Merging:
    def __init__(self, base: Lead, new: Lead, user: Lead) -> None:
        self._base = base
        self._new = new
        self._user = user
        self.parts: list[Unit] = user.parts()
        self.is_conflict = False

    def tags(self) -> None:
        before, after = self._base.units(), self._new.units()
        own = _without(self._user.units(), before)
        removed, added = _without(before, after), _without(after, before)
        for unit in removed:
            instead = next((a for a in added if tag_name(a) == tag_name(unit)), None)
            if instead is not None:
                added.remove(instead)
                self._replace(unit, instead)
            elif unit in self.parts:
                self.parts.remove(unit)
            elif any(tag_name(mine) == tag_name(unit) for mine in own):
                self.is_conflict = True
        for unit in added:
            rivals = [mine for mine in own if tag_name(mine) == tag_name(unit)]
            if unit in rivals:
                continue
            if rivals and not is_repeatable(tag_name(unit)):
                self.is_conflict = True
            else:
                self.parts.insert(self._index(unit, after), unit)
        self._order(after)

    def _replace(self, unit: Unit, instead: Unit) -> None:
        if unit in self.parts:
            self.parts[self.parts.index(unit)] = instead
        elif instead not in self.parts:
            self.is_conflict = True

    def _index(self, unit: Unit, after: Sequence[Unit]) -> int:
        """Where a new tag stands: below its neighbour in the import, else above the next one."""
        place = list(after).index(unit)
        for neighbour in reversed(after[:place]):
            if neighbour in self.parts:
                return self.parts.index(neighbour) + 1
        for neighbour in after[place + 1 :]:
            if neighbour in self.parts:
                return self.parts.index(neighbour)
        return len(self.parts)

    def _order(self, after: Sequence[Unit]) -> None:
        """Tags of one name have the order of the import: that of columns, or of rules, counts."""
        for name in {tag_name(unit) for unit in after}:
            wanted = [unit for unit in after if tag_name(unit) == name and unit in self.parts]
            places = [i for i, part in enumerate(self.parts) if part in wanted]
            if len(places) == len(wanted):
                for index, unit in zip(places, wanted, strict=True):
                    self.parts[index] = unit

    def prose(self) -> None:
        mine, before, after = self._user.prose(), self._base.prose(), self._new.prose()
        if mine == after:
            return
        if mine != before:
            self.is_conflict = True
            return
        index = self.parts.index((before[0],)) if before else 0
        for line in before:
            self.parts.remove((line,))
        self.parts[index:index] = [(line,) for line in after]


def _without(units: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    """The units that are not among the others, each counted."""
    left = Counter(others)
    kept = []
    for unit in units:
        if left[unit]:
            left[unit] -= 1
        else:
            kept.append(unit)
    return kept
