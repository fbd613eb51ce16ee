"""Fragments of text at insertion points, the comments `+kubebuilder:scaffold:<name>`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from codegen.diagnostics import Diagnostics


@dataclass(frozen=True, slots=True, order=True)
class Fragment:
    """Whole statements of Python, or whole items of a list, without indentation."""

    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a file beyond its text: all fragments that the scaffold has for it, the text
    as the scaffold last wrote it, and the project's own top-level packages."""

    siblings: frozenset[Fragment] = frozenset()
    pristine: str | None = None
    packages: frozenset[str] = field(default_factory=frozenset)


def insert(
    path: str,
    text: str,
    fragments: Sequence[Fragment],
    diagnostics: Diagnostics,
    surroundings: Surroundings | None = None,
) -> str | None:
    """The text with each fragment above its marker; None after a diagnostic."""
    for fragment in sorted(fragments):
        lines = text.splitlines(keepends=True)
        name = f"+kubebuilder:scaffold:{fragment.marker}"
        at = next(n for n, line in enumerate(lines) if name in line)
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        if fragment.marker == "imports" and lines[at - 1] == "\n":
            at -= 1
        text = "".join([*lines[:at], f"{indent}{fragment.text}\n", *lines[at:]])
    return text
