"""JSON trees: documents as dicts, lists and scalars, which patches and field sets work on."""

from __future__ import annotations

from typing import Any, TypeAlias

Tree: TypeAlias = dict[str, Any]
"""A JSON object."""


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1, as it is to Python."""
    # The first look is Python's own, in C; what differs goes no further.
    return bool(left == right) and _same_kinds(left, right)


def _same_kinds(left: Any, right: Any) -> bool:
    """Of values that are equal to Python: whether truth values meet truth values throughout."""
    if isinstance(left, dict):
        return all(_same_kinds(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return all(map(_same_kinds, left, right))
    return isinstance(left, bool) is isinstance(right, bool)
