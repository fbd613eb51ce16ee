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


def patches(document: Any) -> Iterator[tuple[str, Any, Any]]:
    """(what is changed, a merge patch, a JSON patch), for every third mutation."""
    for number, (where, path, odd) in enumerate(_changes(document)):
        if number % 3 == 0:
            yield where, patch_of(path, odd, document), [_operation(path, odd)]


def _operation(path: Path, value: Any) -> Any:
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
    if value is NOTHING:
        return {"op": "remove", "path": pointer}
    return {"op": "replace", "path": pointer, "value": value}


def _changes(document: Any) -> Iterator[tuple[str, Path, Any]]:
    for path, value in members(document):
        where = ".".join(map(str, path))
        for odd in _ODD[type(value)]:
            if odd is NOTHING or odd != value:
                yield f"{where} = {'without' if odd is NOTHING else repr(odd)}", path, odd


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
