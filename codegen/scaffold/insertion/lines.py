"""Texts as lists of lines that keep their line ends, and marker comments in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codegen.diagnostics import Diagnostics
from codegen.model import Position

PREFIX = "+kubebuilder:scaffold:"

_MARKER = re.compile(rf"#\s*{re.escape(PREFIX)}(\S+)\s*")
_END = re.compile(r"[\r\n\x85\u2028\u2029]+\Z")


def marker_name(comment: str) -> str | None:
    """The name of the insertion point that a comment marks."""
    match = _MARKER.fullmatch(comment.strip())
    return match.group(1) if match else None


def marker_comment(name: str) -> str:
    return f"# {PREFIX}{name}"


def content(line: str) -> str:
    """A line without its end."""
    return _END.sub("", line)


def indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def is_blank(line: str) -> bool:
    return not line.strip()


def insert(lines: list[str], index: int, new: Sequence[str]) -> None:
    """Inserts lines, with the line end of their neighbour; a last line without one stays so."""
    neighbours = [line for line in lines[max(index - 1, 0) : index + 1] if content(line) != line]
    newline = neighbours[-1][len(content(neighbours[-1])) :] if neighbours else "\n"
    added = [line + newline for line in new]
    if added and index == len(lines) and lines and content(lines[-1]) == lines[-1]:
        lines[-1] += newline
        added[-1] = new[-1]
    lines[index:index] = added


def delete(lines: list[str], start: int, end: int) -> None:
    """Deletes lines; where the last one had no line end, the new last one has none."""
    is_open = end == len(lines) and start < end and content(lines[-1]) == lines[-1]
    del lines[start:end]
    if is_open and lines:
        lines[-1] = content(lines[-1])


def between_neighbours(
    lines: Sequence[str], pristine: Sequence[str], marker: int
) -> tuple[int | None, int]:
    """Where a lost marker stood, and the line that comes nearest to it.

    `marker` is its line in `pristine`, the text as the scaffold wrote it. The place is known where
    the line before and the line after it there are neighbours here too, once.
    """
    above = _nearest(pristine, range(marker - 1, -1, -1))
    below = _nearest(pristine, range(marker + 1, len(pristine)))
    solid = [i for i, line in enumerate(lines) if not is_blank(line)]
    texts = [content(lines[i]).rstrip() for i in solid]
    places = [
        k
        for k in range(len(texts) + 1)
        if (texts[k - 1] if k else None) == above
        and (texts[k] if k < len(texts) else None) == below
    ]
    if len(places) != 1:
        nearest = [
            i
            for wanted in (above, below)
            if texts.count(wanted or "") == 1
            for i, text in zip(solid, texts, strict=True)
            if text == wanted
        ]
        return None, nearest[0] if nearest else max(len(lines) - 1, 0)
    place = places[0]
    start = solid[place - 1] + 1 if place else 0
    end = solid[place] if place < len(solid) else len(lines)
    blanks = sum(1 for _ in _blanks_above(pristine, marker))
    return min(start + blanks, end), start


def _nearest(lines: Sequence[str], indices: range) -> str | None:
    return next((content(lines[i]).rstrip() for i in indices if not is_blank(lines[i])), None)


def _blanks_above(lines: Sequence[str], index: int) -> Iterator[str]:
    while index and is_blank(lines[index - 1]):
        index -= 1
        yield lines[index]


def shown(text: str) -> str:
    """A fragment on one line, for messages."""
    return "; ".join(part.strip() for part in text.splitlines() if part.strip())


def report_lost(path: str, line: int, marker: str, text: str, diagnostics: Diagnostics) -> None:
    """`text` is what was to be inserted; `line` (from 0) is the one nearest to the place."""
    diagnostics.error(
        Position(path, line + 1),
        f"this file has no `{marker_comment(marker)}` any more, and where it stood is not certain",
        code="lost-marker",
        hint=f"put that comment back where new lines are to go, and run again; or insert there: "
        f"`{shown(text)}`",
    )


def report_repeated(path: str, lines: Sequence[int], marker: str, diagnostics: Diagnostics) -> None:
    first, *others = (line + 1 for line in lines)
    diagnostics.error(
        Position(path, others[-1]),
        f"`{marker_comment(marker)}` is already on line {first}, so where to insert is not certain",
        code="lost-marker",
        hint="keep the one where new lines are to go",
    )
