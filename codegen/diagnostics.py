"""Positioned messages, collected and reported all at once.

A fault in the input is never an exception: the code that meets it reports where it is, what is
wrong and what to do, and goes on, so that one run reports everything there is to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum

import msgspec

from codegen.model import Position


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


WAIVABLE = frozenset(("bad-path", "bad-column", "missing-status"))
"""Codes that `# codegen: ignore[…]` above a marker of a CRD waives: the server accepts what they
refuse, and imported CRDs have it."""


class Diagnostic(msgspec.Struct, frozen=True, order=True):
    """`message` is one sentence: what is wrong. `hint` is one: what to do about it. Both begin in
    lower case and have no full stop: they follow a colon.

    `code` is a stable short name of the kind of fault (`unknown-tag`), for filters and tests.
    """

    position: Position
    message: str
    hint: str = ""
    code: str = ""
    severity: Severity = Severity.ERROR


class Diagnostics:
    """The diagnostics of a run so far."""

    def __init__(self) -> None:
        self._by_place: dict[tuple[Position, str], Diagnostic] = {}

    def error(self, position: Position, message: str, *, code: str, hint: str) -> None:
        self.add(Diagnostic(position, message, hint, code))

    def warning(self, position: Position, message: str, *, code: str, hint: str) -> None:
        self.add(Diagnostic(position, message, hint, code, Severity.WARNING))

    def note(self, position: Position, message: str, *, code: str, hint: str) -> None:
        self.add(Diagnostic(position, message, hint, code, Severity.NOTE))

    def add(self, diagnostic: Diagnostic) -> None:
        """A fault that two generators report is reported once."""
        self._by_place.setdefault((diagnostic.position, diagnostic.message), diagnostic)

    def has(self, position: Position, code: str) -> bool:
        """Whether a fault of this kind is reported there already."""
        return any(d.position == position and d.code == code for d in self._by_place.values())

    @property
    def failed(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self._by_place.values())

    def __iter__(self) -> Iterator[Diagnostic]:
        """In the order of a reader: by file, line and column."""
        return iter(sorted(self._by_place.values(), key=lambda d: (d.position, d.message)))

    def __len__(self) -> int:
        return len(self._by_place)


def closest(name: str, names: Collection[str], cutoff: float = 0.6) -> str | None:
    """The name most like this one, if any is like it: for "did you mean" in hints."""
    from difflib import get_close_matches  # only on the way to an error

    return next(iter(get_close_matches(name, names, n=1, cutoff=cutoff)), None)
