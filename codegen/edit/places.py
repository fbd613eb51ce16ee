"""Where a change of a module is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A declaration, or a field of it. The package itself has no name."""

    declaration: str
    member: str | None = None
