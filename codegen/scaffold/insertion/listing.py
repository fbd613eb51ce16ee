"""A list in a YAML or TOML document: where it and its items stand, and what the items mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line and column, from 0."""
Path: TypeAlias = tuple[str | int, ...]


class Form(Enum):
    BLOCK = "each item has lines of its own, after a dash"
    ABSENT = "the key has no value"
    FLOW = "the items stand in brackets"


@dataclass(frozen=True, slots=True)
class Item:
    """`start` is its first character (in a block: its dash), `end` the place after its last."""

    start: Place
    end: Place
    value: Hashable


@dataclass(frozen=True, slots=True)
class Listing:
    """`head` is the line of its key, and `column` that of the key, or of the dashes of a block.

    `end` is the place after its last character that is neither blank nor a comment. `start` is that
    of its first: of the bracket, or of the first dash.
    """

    path: Path
    form: Form
    head: int
    column: int
    start: Place
    end: Place
    items: tuple[Item, ...] = ()

    @property
    def last_line(self) -> int:
        """The line after the last one that it stands on."""
        line, column = self.end
        return line + 1 if column else line


@dataclass(frozen=True, slots=True)
class Syntax:
    """What the two languages differ in.

    `read` raises ValueError, of `Fault`, for a text that is not of the language. `printed` has the
    item of a fragment as it stands in brackets. `has_comments_inside`: a marker stands inside
    brackets, and not behind the list.
    """

    read: Callable[[str], list[Listing]]
    split: Callable[[str], list[str]]
    items: Callable[[str], Sequence[str]]
    value: Callable[[str], Hashable]
    printed: Callable[[str], str]
    is_bracketed: bool


class Fault(ValueError):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
