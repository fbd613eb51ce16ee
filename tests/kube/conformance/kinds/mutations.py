"""Requests about an object: each member, one after the other, with values that are odd for it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

NOTHING = object()
_ODD: dict[type, tuple[Any, ...]] = {
    str: (NOTHING, "", "Not Valid!", 7),
    int: (NOTHING, 0, -1, "text"),
    bool: (NOTHING, "text"),
    dict: (NOTHING, "text"),
    list: (NOTHING, [], "text"),
}
_LEFT_OUT = ("apiVersion", "kind")

Path = tuple[str | int, ...]


def members(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every member of an object with its path, those of its metadata left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if not path and key in (*_LEFT_OUT, "metadata"):
            continue
        yield (*path, key), item
        if isinstance(item, (dict, list)):
            yield from members(item, (*path, key))


def changed(document: Any, path: Path, value: Any) -> Any:
    whole = copy.deepcopy(document)
    *parents, last = path
    node = whole
    for step in parents:
        node = node[step]
    if value is NOTHING:
        del node[last]
    else:
        node[last] = value
    return whole


def mutations(document: Any) -> Iterator[tuple[str, Any]]:
    """(what was done, the changed object), in a fixed order."""
    for path, value in members(document):
        where = ".".join(map(str, path))
        for odd in _ODD[type(value)]:
            if odd is NOTHING or odd != value:
                done = "without" if odd is NOTHING else repr(odd)
                yield f"{where} = {done}", changed(document, path, odd)
        if isinstance(value, dict):
            yield f"{where}.unknownMember", changed(document, (*path, "unknownMember"), 1)
