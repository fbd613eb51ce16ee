"""Requests about an object: each member, one after the other, with values that are odd for it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

NOTHING = object()
_ODD: dict[type, tuple[Any, ...]] = {
    str: (NOTHING, "", "Not Valid!", 7),
    int: (NOTHING, 0, -1, "text"),
    float: (NOTHING, -1, "text"),
    bool: (NOTHING, "text"),
    dict: (NOTHING, "text"),
    list: (NOTHING, [], "text"),
}
_LEFT_OUT = ("apiVersion", "kind")
_UNKNOWN = "unknownMember"
_SCHEMA = "openAPIV3Schema"
_OF_SCHEMA = 4
"""Of the changes inside a schema every fourth is asked for: its members are alike."""

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


def patch_of(path: Path, value: Any, document: Any) -> Any:
    """A merge patch that changes one member; of a list it has the item of that member alone."""
    step, *rest = path
    node = document[step]
    if not rest:
        return {step: None if value is NOTHING else value}
    if isinstance(node, list):
        item = changed(node, tuple(rest), value)
        return {step: [item[rest[0]]] if len(rest) > 1 else item}
    return {step: patch_of(tuple(rest), value, node)}


def _thinned(changes: Iterator[tuple[str, Path, Any]]) -> Iterator[tuple[str, Path, Any]]:
    inside = 0
    for each in changes:
        inside += _SCHEMA in each[1][:-1]
        if _SCHEMA not in each[1][:-1] or inside % _OF_SCHEMA == 0:
            yield each


def patches(document: Any) -> Iterator[tuple[str, Any, Any]]:
    """(what is changed, a merge patch, a JSON patch), for every third mutation."""
    known = (each for each in _mutations(document) if each[1][-1] != _UNKNOWN)
    for number, (where, path, odd) in enumerate(_thinned(known)):
        if number % 3 == 0:
            yield where, patch_of(path, odd, document), [_operation(path, odd)]


def _operation(path: Path, value: Any) -> Any:
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
    if value is NOTHING:
        return {"op": "remove", "path": pointer}
    return {"op": "replace", "path": pointer, "value": value}


def mutations(document: Any) -> Iterator[tuple[str, Any]]:
    """(what was done, the changed object), in a fixed order."""
    for done, path, value in _thinned(_mutations(document)):
        yield done, changed(document, path, value)


def _mutations(document: Any) -> Iterator[tuple[str, Path, Any]]:
    for path, value in members(document):
        where = ".".join(map(str, path))
        for odd in _ODD[type(value)]:
            if odd is NOTHING or odd != value:
                done = "without" if odd is NOTHING else repr(odd)
                yield f"{where} = {done}", path, odd
        if isinstance(value, dict):
            yield f"{where}.{_UNKNOWN}", (*path, _UNKNOWN), 1
