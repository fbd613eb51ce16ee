"""The comments of a module: which lines belong to which statement, and what they document.

Lines are looked at only between the end of the statement before and the statement itself: no
tokenizer is needed to know that a `#` there starts a comment, and a string that contains a line
like `# +genclient` is never taken for a tag.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from codegen import tags
from codegen.diagnostics import Diagnostics
from codegen.model import Position, Tags
from codegen.source.files import Source
from codegen.tags import is_tag_line

# Comments that speak to a tool, as a whole line: prose may well begin with the same words.
_PRAGMA = re.compile(
    r"noqa(:\s*[A-Z]+\d+([,\s]+[A-Z]+\d+)*)?"
    r"|type:\s*ignore(\[.*\])?"
    r"|fmt:\s*(on|off|skip)"
    r"|isort:\s*(on|off|split|skip|skip_file)"
    r"|ruff:\s*(noqa|isort|disable|enable)\b.*"
    r"|(mypy|pyright|pylint):\s*[\w-]+(\[.*\]|\s*=.*)?"
    r"|codegen:\s*ignore\[.*\]"
    r"|endregion"
)
_FENCES = ("```", "~~~")
_SEPARATION = 2  # blank lines a formatter of Python makes of the one that Go authors leave


class Line(msgspec.Struct, frozen=True):
    """One comment line: `text` from its `#`, and `position` of that `#`."""

    position: Position
    text: str

    @property
    def is_tag(self) -> bool:
        return is_tag_line(self.text)

    @property
    def is_pragma(self) -> bool:
        return _PRAGMA.fullmatch(self.text[1:].removeprefix(" ")) is not None

    @property
    def prose(self) -> str:
        """What follows `#` or `#:` and at most one blank: more indentation belongs to the text."""
        return self.text[1:].removeprefix(":").removeprefix(" ").rstrip()


class Comments(msgspec.Struct, frozen=True):
    """The two blocks above a statement; `below` is the text of the string that follows it.

    `detached` is the block that ends one blank line above `direct`, or above the statement. Only
    types have both; of any other statement it belongs to nobody.
    """

    direct: tuple[Line, ...] = ()
    detached: tuple[Line, ...] = ()
    below: str | None = None

    def tag_lines(self) -> tuple[Line, ...]:
        """The tags of a type, which may stand in either block."""
        return tuple(line for line in (*self.detached, *self.direct) if line.is_tag)

    def direct_tag_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.direct if line.is_tag)

    def documentation(self, docstring: str | None) -> str:
        """The prose of the block directly above, or else the docstring."""
        prose = [line.prose for line in self.direct if not (line.is_tag or line.is_pragma)]
        return clean(prose) or clean(inspect.cleandoc(docstring or "").split("\n"))


_NONE = Comments()


class Body(msgspec.Struct, frozen=True):
    """The statements of a module or of a class, each with its comments.

    `floors` has the last line of the statement before each. `unattached` are the tags that stand
    in no statement's blocks, by line.
    """

    statements: Sequence[tuple[ast.stmt, int]]
    unattached: Sequence[Line]
    _comments: Mapping[int, Comments] = msgspec.field(default_factory=dict)

    def comments(self, node: ast.stmt) -> Comments:
        return self._comments.get(id(node), _NONE)


def attach(source: Source, statements: Sequence[tuple[ast.stmt, int]], end: int) -> Body:
    """One pass over a body: each statement gets its blocks, and what is left over is kept.

    Each statement comes with its floor, the last line of what stands before it. `end` is the last
    line that belongs to the body.
    """
    comments: dict[int, Comments] = {}
    unattached: list[Line] = []
    below = _texts_below(statements)
    last = 0
    for node, floor in statements:
        last = max(last, node.end_lineno or node.lineno)
        start, column = source.start(node), node.col_offset + 1
        direct = range(start, start)
        detached = direct
        if start - floor > 1:
            direct = _block_above(source.lines, start, floor, column)
            detached = _detached_block_above(source.lines, direct.start, floor, column)
            gap = (n for n in range(floor + 1, start) if n not in direct and n not in detached)
            unattached += (line for line in read(source, gap) if line.is_tag)
        if direct or detached or id(node) in below:
            comments[id(node)] = Comments(
                tuple(read(source, direct)), tuple(read(source, detached)), below.get(id(node))
            )
    if statements:
        unattached += (line for line in read(source, range(last + 1, end + 1)) if line.is_tag)
    return Body(statements, unattached, comments)


def _texts_below(statements: Sequence[tuple[ast.stmt, int]]) -> dict[int, str]:
    texts = {}
    for (node, _), (following, _) in pairwise(statements):
        text = string_statement(following)
        if text is not None:
            texts[id(node)] = text
    return texts


def read(source: Source, numbers: Iterable[int]) -> Iterator[Line]:
    """The comments among the lines of these numbers, counted from 1."""
    for number in numbers:
        raw = source.lines[number - 1]
        text = raw.lstrip()
        if text.startswith("#"):
            yield Line(Position(source.path, number, len(raw) - len(text) + 1), text)


def _block_above(lines: Sequence[str], start: int, floor: int, column: int) -> range:
    """The numbers of the comment lines that end directly above line `start`, all below `floor`.

    They stand in `column`, that of the statement: what is indented otherwise belongs to another.
    """
    first = start
    while first - 1 > floor and _is_comment(lines[first - 2], column):
        first -= 1
    return range(first, start)


def _is_comment(line: str, column: int) -> bool:
    text = line.lstrip()
    return text.startswith("#") and len(line) - len(text) == column - 1


def _detached_block_above(lines: Sequence[str], start: int, floor: int, column: int) -> range:
    """The block that ends one blank line above `start`, or two, as formatters leave it."""
    end = start
    while end - 1 > floor and start - end < _SEPARATION and not lines[end - 2].strip():
        end -= 1
    return _block_above(lines, end, floor, column) if end < start else range(start, start)


def parse_tags(lines: Iterable[Line], place: tags.Place, diagnostics: Diagnostics) -> Tags:
    texts = [(line.position, line.text) for line in lines]
    return tags.parse(texts, place, diagnostics) if texts else Tags()


# --- documentation ------------------------------------------------------------------------------


def clean(lines: Iterable[str]) -> str:
    """The documentation among lines of prose, by upstream's rules (controller-tools, markers/zip).

    Blank lines at the start go and runs of them become one; lines that begin with `TODO` go, and
    all from a line that begins with `---`, but neither inside a fenced block of code.
    """
    kept: list[str] = []
    in_code = False
    for line in _without_runs_of_blank_lines(lines):
        if line.startswith(_FENCES):
            in_code = not in_code
        if not in_code:
            if line.startswith("TODO"):
                continue
            if line.startswith("---"):
                break
        kept.append(line)
    text = "\n".join(kept)
    return text if text.strip() else ""


def _without_runs_of_blank_lines(lines: Iterable[str]) -> Sequence[str]:
    kept: list[str] = []
    for line in lines:
        text = line.rstrip()
        if text or (kept and kept[-1]):
            kept.append(text)
    return kept[:-1] if kept and not kept[-1] else kept


def docstring(body: Sequence[ast.stmt]) -> str | None:
    return string_statement(body[0]) if body else None


def string_statement(node: ast.stmt) -> str | None:
    """The text of a statement that is only a string, as a docstring is."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else None
    return None
