"""What is noted while an object is read as Go's decoder reads it.

Go tells an empty map or list from an absent one until the object is stored: protobuf does not. So
defaults and validation see `{}` and `[]` where the client sent them, owners of fields see them
where Go would write them, and what is stored has none of them.
"""

from __future__ import annotations

from typing import Any

from kube.runtime.trees import Tree

OMITTED: Any = object()
"""What becomes of an empty member that Go's encoder leaves out."""


class _Place:
    """Where an empty map or list stands, and what is stored in its stead."""

    __slots__ = ("is_written", "key", "stored", "struct", "value")

    def __init__(self, struct: Tree, key: str, value: Any, stored: Any) -> None:
        self.struct = struct
        self.key = key
        self.value = value
        self.stored = stored
        self.is_written = stored is not OMITTED
        """Whether whoever compares two objects sees it."""


class Empties(list[_Place]):
    """The empty maps and lists of one object that is being written."""

    __slots__ = ()

    def add(self, struct: Tree, key: str, value: Any, stored: Any) -> None:
        self.append(_Place(struct, key, value, stored))

    def compared_from(self, first: int) -> None:
        """Have all places from this one on seen by comparisons, as those in an atomic list are."""
        for place in self[first:]:
            place.is_written = True

    def move(self, before: Tree, after: Tree) -> None:
        """One struct is another map now, with the same members."""
        for place in self:
            if place.struct is before:
                place.struct = after

    def hide(self) -> None:
        """Take out what Go's encoder would not write; what was filled in meanwhile stays."""
        self[:] = [p for p in self if p.struct.get(p.key) is p.value and not p.value]
        for place in self:
            if not place.is_written:
                del place.struct[place.key]

    def show(self) -> None:
        """Put back what was hidden, for validation."""
        for place in self:
            place.struct.setdefault(place.key, place.value)

    def settle(self) -> None:
        """Bring the object into its stored form, for good."""
        for place in self:
            if place.struct.get(place.key) is not place.value or place.value:
                continue
            if place.stored is OMITTED:
                del place.struct[place.key]
            else:
                place.struct[place.key] = place.stored
        self.clear()


class Notes(list[str]):
    """The unknown members of an object that is read, and its empty maps and lists."""

    __slots__ = ("empties",)

    def __init__(self, empties: Empties | None = None) -> None:
        super().__init__()
        self.empties = Empties() if empties is None else empties
