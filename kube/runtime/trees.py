"""JSON trees: documents as dicts, lists and scalars."""

from __future__ import annotations

from typing import Any, TypeAlias

Tree: TypeAlias = dict[str, Any]
"""A JSON object."""


def same(left: Any, right: Any) -> bool:
    """Whether two trees are equal as JSON, where true is not 1."""
    # Python's comparison runs in C and settles most cases.
    return bool(left == right) and _same_kinds(left, right)


def _same_kinds(left: Any, right: Any) -> bool:
    """For values that Python considers equal: whether booleans are compared with booleans."""
    if isinstance(left, dict):
        return all(_same_kinds(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return all(map(_same_kinds, left, right))
    return isinstance(left, bool) is isinstance(right, bool)
