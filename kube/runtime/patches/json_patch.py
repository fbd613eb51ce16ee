"""JSON patch (RFC 6902).

It is our own because it is short, and because the libraries treat `true` and `1` as equal in `test`
operations and report other errors than the API server.
"""

from __future__ import annotations

import copy
import re
from typing import Any

import msgspec

from kube.runtime.trees import DEEPEST, is_too_deep, same

_MISSING = object()
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")

MOST_COPIED = 3 * 1024 * 1024
"""Bytes of JSON that the copies of one patch may add, as in the API server: each may double."""


class PatchError(ValueError):
    """The patch cannot be applied to this document; the message says which part of it."""


def json_patch(document: Any, operations: list[Any]) -> Any:
    """Apply RFC 6902 operations; raises PatchError. `document` may be changed in place."""
    copied = 0
    for operation in operations:
        if not isinstance(operation, dict):
            raise PatchError("an operation is not an object")
        if operation.get("op") == "copy":
            copied += _size(document, operation)
            if copied > MOST_COPIED:
                raise PatchError(
                    f"Unable to complete the copy, the accumulated size increase of copy is "
                    f"{copied}, exceeding the limit {MOST_COPIED}"
                )
        document = _operate(document, operation)
    if is_too_deep(document):
        raise PatchError(f"the patched document has more than {DEEPEST} levels")
    return document


def _size(document: Any, operation: dict[str, Any]) -> int:
    """The bytes that a copy adds."""
    source = _read(document, _pointer(operation, "from"), "copy")
    return len(msgspec.json.encode(source))


def _operate(document: Any, operation: dict[str, Any]) -> Any:
    name, path = operation.get("op"), _pointer(operation, "path")
    match name:
        case "add" | "replace" | "test":
            value = operation.get("value")
            if name == "add":
                return _add(document, path, copy.deepcopy(value))
            if name == "replace":
                return _replace(document, path, copy.deepcopy(value))
            if not same(_read(document, path, "test"), value):
                raise PatchError(f"testing value {operation['path']} failed: test failed")
            return document
        case "remove":
            return _remove(document, path)
        case "move" | "copy":
            source = _pointer(operation, "from")
            value = _read(document, source, name)
            if name == "copy":
                return _add(document, path, copy.deepcopy(value))
            return _add(_remove(document, source), path, value)
    raise PatchError(f"Unexpected kind: {name}")


def _absent(what: str, path: str) -> str:
    return f'{what} does not apply: doc is missing path: "{path}": missing value'


def _pointer(operation: dict[str, Any], member: str) -> list[str]:
    text = operation.get(member)
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise PatchError(f"{operation.get('op')} operation has no valid {member}")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _index(items: list[Any], step: str, *, end: bool) -> int:
    """As the API server's library reads it: one below 0 counts from the end."""
    if step == "-" and end:
        return len(items)
    if not _NUMBER.fullmatch(step):
        raise PatchError(f"array index {step!r} is not a number")
    index, size = int(step), len(items) + end
    if not -size <= index < size:
        raise PatchError(f"Unable to access invalid index: {index}: invalid index referenced")
    return index if index >= 0 else index + size


def _read(document: Any, path: list[str], verb: str) -> Any:
    """What is at a path; of a member that is missing, the API server's library reads null."""
    if not path:
        return document
    parent = _parent(document, path, verb)
    if isinstance(parent, dict):
        return parent.get(path[-1])
    return parent[_index(parent, path[-1], end=False)]


def _find(document: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(document, dict):
            document = document.get(step, _MISSING)
        elif isinstance(document, list):
            document = document[_index(document, step, end=False)]
        else:
            return _MISSING
    return document


def _parent(document: Any, path: list[str], verb: str) -> Any:
    parent = _find(document, path[:-1])
    if not isinstance(parent, (dict, list)):
        raise PatchError(_absent(f"{verb} operation", "/" + "/".join(path)))
    return parent


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        raise PatchError(_absent("add operation", ""))
    parent = _parent(document, path, "add")
    if isinstance(parent, dict):
        parent[path[-1]] = value
    else:
        parent.insert(_index(parent, path[-1], end=True), value)
    return document


def _replace(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent = _parent(document, path, "replace")
    # As in the API server's library, a replace may add a missing key.
    if isinstance(parent, list):
        parent[_index(parent, path[-1], end=False)] = value
    else:
        parent[path[-1]] = value
    return document


def _remove(document: Any, path: list[str]) -> Any:
    if not path:
        raise PatchError("remove operation has no valid path")
    parent = _parent(document, path, "remove")
    if isinstance(parent, list):
        del parent[_index(parent, path[-1], end=False)]
    elif path[-1] not in parent:
        raise PatchError(f"Unable to remove nonexistent key: {path[-1]}: missing value")
    else:
        del parent[path[-1]]
    return document
