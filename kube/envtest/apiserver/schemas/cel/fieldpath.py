"""The `fieldPath` of a rule: `.spec.ports['http']`, relative to the schema of the rule."""

from __future__ import annotations

import re

from kube.runtime.trees import Tree

_STEP = re.compile(r"\.([^.\[\]]+)|\['((?:\\.|[^'\\])*)'\]")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def normalized(path: str, schema: Tree) -> str:
    """The path as causes show it; raises ValueError if the schema does not have it."""
    shown = ""
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(path)
        position = match.end()
        name = match[1] if match[1] is not None else _unescaped(match[2])
        others = schema.get("additionalProperties")
        if schema.get("properties"):
            if name not in schema["properties"]:
                raise ValueError(path)
            schema = schema["properties"][name]
            shown += f".{name}" if shown else name
        elif isinstance(others, dict):
            schema = others
            shown += f"[{name}]"
        else:
            raise ValueError(path)
    return shown


def _unescaped(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        char = match[1]
        if char not in _ESCAPES and char not in "'\\":
            raise ValueError(match.group())
        return _ESCAPES.get(char, char)

    return re.sub(r"\\(.)", replace, text)
