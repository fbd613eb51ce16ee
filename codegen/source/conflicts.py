"""Comments that an import leaves where it and the user changed one thing differently.

Such a comment is an error until its lines are deleted. It is code that Python still runs, with the
user's version in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.diagnostics import Diagnostics
from codegen.model import Position

_MARK = "# codegen: conflict: "
_QUOTE = "# | "


def comment(message: str, lines: Sequence[str] = ()) -> list[str]:
    """The lines of a comment; `lines` are what the import has instead."""
    return [f"{_MARK}{message}", *(f"{_QUOTE}{line}".rstrip() for line in lines)]


def read(path: str, lines: Sequence[str]) -> Iterator[tuple[Position, str]]:
    """Where a module has such comments, and what they say."""
    for number, line in enumerate(lines, 1):
        text = line.lstrip()
        if text.startswith(_MARK):
            yield Position(path, number, len(line) - len(text) + 1), text.removeprefix(_MARK)


def check(path: str, lines: Sequence[str], diagnostics: Diagnostics) -> None:
    for position, message in read(path, lines):
        report(position, message, diagnostics)


def report(position: Position, message: str, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        position,
        f"conflict: {message.removesuffix(', which has:').removesuffix(', to:')}",
        code="merge-conflict",
        hint="choose, then delete this comment and the lines `# | …` below it",
    )
