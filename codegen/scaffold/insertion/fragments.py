"""What is inserted, and what is known of the file that it goes into."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

IMPORTS = "imports"
"""The insertion point of imports, which need none: they go where isort has them."""


class Fragment(msgspec.Struct, frozen=True, order=True):
    """Text to insert above `+kubebuilder:scaffold:<marker>` of a file, without its indentation.

    It is whole statements of Python, whole items of a YAML list, each with its dash, or items of a
    TOML array, each with its comma on a line of its own.
    """

    marker: str
    text: str


class Surroundings(msgspec.Struct, frozen=True):
    """What is known of a file beyond its text.

    `siblings` are all fragments that the scaffold has for the file. `pristine` is the text as the
    scaffold last wrote it, by which a lost marker is put back; `bare` is it with nothing inserted,
    which says whether a list without items is `[]` or absent. `packages` are the names of the
    project's own top-level packages, whose imports are in a section of their own.
    """

    siblings: frozenset[Fragment] = frozenset()
    pristine: str | None = None
    bare: str | None = None
    packages: frozenset[str] = frozenset()

    def with_siblings(self, more: Iterable[Fragment]) -> Surroundings:
        return msgspec.structs.replace(self, siblings=self.siblings | frozenset(more))

    def at(self, marker: str) -> list[Fragment]:
        return sorted(fragment for fragment in self.siblings if fragment.marker == marker)
