"""Fragments of text at the insertion points of files that belong to their user.

An insertion point is a comment `# +kubebuilder:scaffold:<name>`, and a fragment goes above it. What
is there already, in whatever form, is found by its meaning: in Python by the syntax tree, in YAML
by the nodes of the list. Everything else in the file stays as it is, byte for byte, and removing
what was inserted gives the text of before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from codegen.diagnostics import Diagnostics
from codegen.scaffold.insertion import manifests, modules, settings
from codegen.scaffold.insertion.fragments import Fragment, Surroundings
from codegen.scaffold.insertion.lists import Lists

__all__ = ["Fragment", "Surroundings", "insert", "missing", "remove"]

_BOM = "\ufeff"
_YAML, _TOML = Lists(manifests.SYNTAX), Lists(settings.SYNTAX)
_LISTS = {"yaml": _YAML, "yml": _YAML, "toml": _TOML}


def insert(
    path: str,
    text: str,
    fragments: Sequence[Fragment],
    diagnostics: Diagnostics,
    surroundings: Surroundings | None = None,
) -> str | None:
    """The text with these fragments; None after a diagnostic.

    A fragment stands below what was there, but before its siblings of a later order, so that the
    order in which fragments are inserted does not matter.
    """
    around = (surroundings or Surroundings()).with_siblings(fragments)
    bare = text.removeprefix(_BOM)
    change = _LISTS[end].insert if (end := _end(path)) in _LISTS else modules.insert
    after = change(path, bare, sorted(set(fragments)), diagnostics, around)
    return None if after is None else text[: len(text) - len(bare)] + after


def remove(
    path: str,
    text: str,
    fragments: Collection[Fragment],
    diagnostics: Diagnostics,
    surroundings: Surroundings | None = None,
) -> str | None:
    """The text without these fragments; None after a diagnostic."""
    around = (surroundings or Surroundings()).with_siblings(fragments)
    bare = text.removeprefix(_BOM)
    change = _LISTS[end].remove if (end := _end(path)) in _LISTS else modules.remove
    after = change(path, bare, sorted(set(fragments)), diagnostics, around)
    return None if after is None else text[: len(text) - len(bare)] + after


def missing(
    path: str,
    text: str,
    fragments: Collection[Fragment],
    surroundings: Surroundings | None = None,
) -> list[Fragment]:
    """Those of the fragments that are not in a text, in whatever form; all if it has faults."""
    around = (surroundings or Surroundings()).with_siblings(fragments)
    look = _LISTS[end].missing if (end := _end(path)) in _LISTS else modules.missing
    return look(path, text.removeprefix(_BOM), sorted(set(fragments)), around)


def _end(path: str) -> str:
    return path.rpartition(".")[2]
