"""JSON trees: documents as dicts, lists and scalars."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

_encode = msgspec.json.Encoder().encode

Tree: TypeAlias = dict[str, Any]
"""A JSON object."""

DEEPEST = 200
"""The levels of objects and lists that a document may have. What walks a tree is recursive."""


def is_too_deep(value: Any, levels: int = DEEPEST) -> bool:
    """Whether objects and lists are nested in more levels than a document may have."""
    if not isinstance(value, (dict, list)):
        return False
    if not levels:
        return True
    children = value.values() if isinstance(value, dict) else value
    return any(is_too_deep(child, levels - 1) for child in children)


def same(left: Any, right: Any) -> bool:
    """Whether two trees are equal as JSON, where true is not 1."""
    # What runs in C settles nearly all cases: the comparison, and texts with the same order.
    if left != right:
        return False
    if isinstance(left, (dict, list)) and left is not right and _encode(left) == _encode(right):
        return True
    return _same_kinds(left, right)


def _same_kinds(left: Any, right: Any) -> bool:
    """For values that Python considers equal: whether booleans are compared with booleans."""
    if left is right:
        return True
    if isinstance(left, dict):
        pairs = [(value, right[key]) for key, value in left.items()]
    elif isinstance(left, list):
        pairs = list(zip(left, right, strict=True))
    else:
        return isinstance(left, bool) is isinstance(right, bool)
    for one, other in pairs:
        if one is other or type(one) is str:
            continue
        if not _same_kinds(one, other):
            return False
    return True


def copied(tree: Tree) -> Tree:
    """A copy with objects and lists of its own, 20 times as fast as `copy.deepcopy`."""
    result: Tree = msgspec.to_builtins(tree)
    return result


def share(new: Any, old: Any) -> None:
    """Replace the parts of `new`, two objects or two lists, that `old` has too, by those of `old`.

    Both are then held for little more than one; neither may be changed in place any more.
    """
    if isinstance(new, dict) and isinstance(old, dict):
        pairs = [(key, value, old.get(key)) for key, value in new.items()]
    elif isinstance(new, list) and isinstance(old, list):
        pairs = [(i, *pair) for i, pair in enumerate(zip(new, old, strict=False))]
    else:
        return
    for place, value, before in pairs:
        if value is before or not isinstance(value, (dict, list)):
            continue
        if same(value, before):
            new[place] = before
        else:
            share(value, before)
