"""Which comment lines belong to a declaration, and what of them is documentation.

Lines are looked at only between the end of the sibling before and the declaration itself: no
tokenizer is needed to know that a `#` there starts a comment, and a string that holds a line like
`# +genclient` is never taken for a tag.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codegen.model import Position
from codegen.tags import is_tag_line

_PRAGMA = re.compile(r"(noqa|type:|fmt:|isort:|ruff:|mypy:|pyright:|pylint:|region\b|endregion\b)")
_SEPARATION = 2  # blank lines a formatter of Python makes of the one that Go authors leave


@dataclass(frozen=True, slots=True)
class Line:
    """One comment line: `text` from its `#`, and `position` of that `#`."""

    position: Position
    text: str

    @property
    def is_tag(self) -> bool:
        return is_tag_line(self.text)

    @property
    def prose(self) -> str:
        """What follows `#` or `#:` and at most one blank: more indentation belongs to the text."""
        return self.text[1:].removeprefix(":").removeprefix(" ").rstrip()


def read(path: str, lines: Sequence[str], numbers: Iterable[int]) -> Iterator[Line]:
    """The comments among the lines of these numbers, counted from 1."""
    for number in numbers:
        raw = lines[number - 1]
        text = raw.lstrip()
        if text.startswith("#"):
            yield Line(Position(path, number, len(raw) - len(text) + 1), text)


def block_above(lines: Sequence[str], start: int, floor: int, column: int) -> range:
    """The numbers of the comment lines that end directly above line `start`, all below `floor`.

    They stand in `column`, that of the declaration: what is indented otherwise belongs to another.
    """
    first = start
    while first - 1 > floor and _indented(lines[first - 2], column):
        first -= 1
    return range(first, start)


def _indented(line: str, column: int) -> bool:
    text = line.lstrip()
    return text.startswith("#") and len(line) - len(text) == column - 1


def detached_block_above(lines: Sequence[str], start: int, floor: int, column: int) -> range:
    """The block that ends one blank line above `start`, or two, as formatters leave it."""
    end = start
    while end - 1 > floor and start - end < _SEPARATION and not lines[end - 2].strip():
        end -= 1
    return block_above(lines, end, floor, column) if end < start else range(start, start)


def documentation(comment: Iterable[Line], docstring: str | None) -> str:
    """The comment's lines that are no tags, or else the docstring; lines of TODO are dropped,
    and all that follows a line `---`."""
    prose = [c.prose for c in comment if not c.is_tag and not _PRAGMA.match(c.prose.lstrip())]
    return clean(prose) or clean(inspect.cleandoc(docstring or "").split("\n"))


def clean(lines: Iterable[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line.strip() == "---":
            break
        if not line.lstrip().startswith("TODO"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def docstring(body: Sequence[ast.stmt]) -> str | None:
    return string_statement(body[0]) if body else None


def string_statement(node: ast.stmt) -> str | None:
    """The text of a statement that is only a string, as a docstring is."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else None
    return None
