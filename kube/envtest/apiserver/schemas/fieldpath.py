"""Paths to fields by a schema: `.spec.ports['http']`, as rules and selectable fields name them."""

from __future__ import annotations

import re
from typing import Any

from kube.runtime.trees import Tree

_TOKEN = re.compile(r"'(?:.*?[^\\])?'|'.*|[.\[\]]|[^.\[\]]+", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NO_FIELD = "does not refer to a valid field"


def normalized(path: str, schema: Tree) -> str:
    """The path as causes show it; raises ValueError if the schema does not have it."""
    return found(path, schema)[0]


def found(path: str, schema: Tree, *, with_keys: bool = True) -> tuple[str, Any]:
    """The path as causes show it, and the schema there (None for values of any type).

    Raises ValueError in the words of apiserver; `with_keys` allows `['name']`.
    """
    shown = ""
    here: Any = schema
    tokens = _TOKEN.findall(path)
    position = 0

    def take() -> str:
        nonlocal position
        if position == len(tokens):
            raise ValueError("unexpected end of JSON path")
        position += 1
        return str(tokens[position - 1])

    while position < len(tokens):
        token = take()
        if token == "[":
            if not with_keys:
                raise ValueError("array notation is not allowed")
            shown, here = _step(shown, here, _quoted(take()))
            if (end := take()) != "]":
                raise ValueError(f"expected ] but got {end}")
        elif token == ".":
            shown, here = _step(shown, here, take())
        else:
            raise ValueError(f"expected [ or . but got: {token}")
    return shown, here


def _step(shown: str, schema: Any, name: str) -> tuple[str, Any]:
    properties = (schema or {}).get("properties")
    others = (schema or {}).get("additionalProperties")
    if properties:
        if name not in properties:
            raise ValueError(_NO_FIELD)
        return (f"{shown}.{name}" if shown else name), properties[name]
    if others is None:
        raise ValueError(_NO_FIELD)
    return f"{shown}[{name}]", others if isinstance(others, dict) else None


def _quoted(token: str) -> str:
    if len(token) < 2 or token[0] != "'" or token[-1] != "'":
        raise ValueError(f"expected single quoted string but got {token}")

    def replace(match: re.Match[str]) -> str:
        char = match[1]
        if char not in _ESCAPES and char not in "'\\":
            raise ValueError(f"invalid string literal: invalid escape char {match[0]}")
        return _ESCAPES.get(char, char)

    return re.sub(r"\\(.)", replace, token[1:-1])
