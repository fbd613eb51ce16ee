"""Three-way merge of texts, by lines.

The longest stretches that a text shares with the base are its unchanged lines; where both texts
have a base line unchanged, the merge has a fixed point. What stands between two fixed points is
taken from the side that changed it, and is a conflict where both did, differently.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OURS, THEIRS = "yours", "codegen"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text. `conflicts` are the lines, from 1, of the first marker of each conflict."""

    text: str
    conflicts: tuple[int, ...] = ()


def merge(base: str, new: str, user: str, version: str) -> Merged:
    """The user's text with what changed from `base` to `new`, which is of a version of codegen.

    It has the user's line ends.
    """
    mark = _BOM if user.startswith(_BOM) else ""
    newline = "\r\n" if "\r\n" in user else "\n"
    rows = _LINE.findall(user.removeprefix(_BOM))
    mine, old, other = (
        [_bare(row) for row in _LINE.findall(text)] for text in (user.removeprefix(_BOM), base, new)
    )
    out: list[str] = []
    conflicts: list[int] = []
    for chunk in _chunks(old, other, mine):
        own = rows[chunk.user.start : chunk.user.stop]
        changed = [f"{other[i]}{newline}" for i in chunk.new]
        match chunk.winner(old, other, mine):
            case "user":
                out += own
            case "new":
                out += changed
            case _:
                conflicts.append(len(out) + 1)
                marked = (f"<<<<<<< {OURS}", "=======", f">>>>>>> {THEIRS} {version}")
                first, middle, last = (f"{marker}{newline}" for marker in marked)
                out += [first, *own, middle, *changed, last]
    return Merged(mark + _joined(out, newline, (base, new, user)), tuple(conflicts))


def unresolved(text: str) -> Iterator[int]:
    """The lines, from 1, at which a conflict of a merge begins that nobody has resolved."""
    start: int | None = None
    is_halfway = False
    for number, line in enumerate(map(_bare, text.split("\n")), 1):
        if line == f"<<<<<<< {OURS}":
            start, is_halfway = number, False
        elif line == "=======":
            is_halfway = start is not None
        elif line.startswith(f">>>>>>> {THEIRS} ") and start is not None and is_halfway:
            yield start
            start = None


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A stretch of the three texts, as ranges of their lines."""

    base: range
    new: range
    user: range

    def winner(self, base: Sequence[str], new: Sequence[str], user: Sequence[str]) -> str | None:
        old, other, mine = (
            [lines[i] for i in part]
            for lines, part in ((base, self.base), (new, self.new), (user, self.user))
        )
        if other in (old, mine):
            return "user"
        return "new" if mine == old else None


def _chunks(base: Sequence[str], new: Sequence[str], user: Sequence[str]) -> Iterator[_Chunk]:
    """The texts in stretches: those that all three share, and what is between them."""
    in_new, in_user = _unchanged(base, new), _unchanged(base, user)
    before = (0, 0, 0)
    for line in range(len(base)):
        if line in in_new and line in in_user:
            fixed = (line, in_new[line], in_user[line])
            if before != fixed:
                yield from _narrowed(_between(before, fixed), new, user)
            yield _Chunk(*(range(at, at + 1) for at in fixed))
            before = (fixed[0] + 1, fixed[1] + 1, fixed[2] + 1)
    yield from _narrowed(_between(before, (len(base), len(new), len(user))), new, user)


def _between(before: tuple[int, int, int], after: tuple[int, int, int]) -> _Chunk:
    return _Chunk(*(range(start, end) for start, end in zip(before, after, strict=True)))


def _narrowed(chunk: _Chunk, new: Sequence[str], user: Sequence[str]) -> Iterator[_Chunk]:
    """A stretch without what both sides begin and end with alike, where the base has nothing.

    So two insertions at one place conflict only in what differs.
    """
    if len(chunk.base):
        yield chunk
        return
    head = 0
    shorter = min(len(chunk.new), len(chunk.user))
    while head < shorter and new[chunk.new[head]] == user[chunk.user[head]]:
        head += 1
    tail = 0
    while tail < shorter - head and new[chunk.new[-1 - tail]] == user[chunk.user[-1 - tail]]:
        tail += 1
    cuts = [(0, head), (head, -tail or None), (-tail or None, None)]
    for start, end in cuts if tail else cuts[:2]:
        yield _Chunk(chunk.base, chunk.new[start:end], chunk.user[start:end])


def _unchanged(base: Sequence[str], text: Sequence[str]) -> dict[int, int]:
    """Lines of the base that a text still has, and where."""
    matcher = difflib.SequenceMatcher(None, base, text, autojunk=False)
    return {
        old + i: new + i for old, new, size in matcher.get_matching_blocks() for i in range(size)
    }


def _bare(row: str) -> str:
    return row.removesuffix("\n").removesuffix("\r")


def _joined(rows: Sequence[str], newline: str, texts: tuple[str, str, str]) -> str:
    """Rows as one text, which ends as the texts do: that of the user, unless the new one changed
    its end."""
    base, new, user = (not text or text.endswith("\n") for text in texts)
    is_closed = user if new == base else new
    closed = [row if row.endswith("\n") else row + newline for row in rows]
    text = "".join(closed)
    return text if is_closed or not text else text.removesuffix(newline)
