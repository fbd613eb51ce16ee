"""The JSONPath of printer columns: `.a.b[0]`, `['a.b']`, `..x`, `[1:3]`, `[?(@.t=="Ready")]`.

This is Kubernetes' own dialect (client-go's util/jsonpath), in which an absent field has no value;
general JSONPath libraries differ in quoting, in filters and in how they treat absent fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Step = Callable[[Any], Iterable[Any]]


class PathError(ValueError):
    """The text is not a valid path; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[Step, ...]

    def find(self, tree: object) -> list[Any]:
        """All values at the path, [] if there is none."""
        values: list[Any] = [tree]
        for step in self.steps:
            values = [found for value in values for found in step(value)]
        return values


_TOKEN = re.compile(
    r"""
    (?P<deep>\.\.)
  | \.?\[(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]
  | \.?\[\?\((?P<filter>.*?)\)\]
  | \.?\[(?P<index>[-\d:,*\s]*)\]
  | \.?(?P<star>\*)
  | \.?(?P<field>(?:[^.\[\]\\'"\s]|\\.)+)
  | (?P<self>[.@$])
    """,
    re.VERBOSE,
)
_FILTER = re.compile(r"\s*(?P<left>@[^=!<>\s]*|'[^']*'|\"[^\"]*\"|[^=!<>\s]+)\s*"
                     r"(?:(?P<op>==|!=|<=|>=|<|>)\s*(?P<right>.+?))?\s*")  # fmt: skip


@lru_cache(maxsize=1024)
def compiled(text: str) -> Path:
    """Parse a path, with or without `{}` and a leading `$`; raises PathError."""
    source = text.strip()
    if source.startswith("{") and source.endswith("}"):
        source = source[1:-1].strip()
    source = source.removeprefix("$").removeprefix("@")
    steps: list[Step] = []
    position = 0
    deep = False
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise PathError(f"invalid JSON path {text!r} at character {position + 1}")
        position = match.end()
        if match["deep"]:
            deep = True
            continue
        if match["self"]:
            continue
        step = _step(match, text)
        steps.append(_everywhere(step) if deep else step)
        deep = False
    return Path(tuple(steps))


def _step(match: re.Match[str], text: str) -> Step:
    if match["quoted"]:
        return _field(re.sub(r"\\(.)", r"\1", match["quoted"][1:-1]))
    if match["field"]:
        return _field(re.sub(r"\\(.)", r"\1", match["field"]))
    if match["star"]:
        return _all
    if match["filter"] is not None:
        return _filtered(match["filter"], text)
    return _indexed(match["index"].strip(), text)


def _field(name: str) -> Step:
    def step(value: Any) -> Iterable[Any]:
        return (value[name],) if isinstance(value, dict) and name in value else ()

    return step


def _all(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _indexed(inside: str, text: str) -> Step:
    if inside == "*":
        return _all
    parts: list[int | slice] = []
    try:
        for part in inside.split(","):
            if ":" in part:
                parts.append(slice(*(int(n) if n.strip() else None for n in part.split(":"))))
            else:
                parts.append(int(part))
    except ValueError:
        raise PathError(f"invalid array index [{inside}] in JSON path {text!r}") from None

    def step(value: Any) -> Iterator[Any]:
        if not isinstance(value, list):
            return
        for part in parts:
            if isinstance(part, slice):
                yield from value[part]
            elif -len(value) <= part < len(value):
                yield value[part]

    return step


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _filtered(condition: str, text: str) -> Step:
    match = _FILTER.fullmatch(condition)
    if match is None:
        raise PathError(f"invalid filter ?({condition}) in JSON path {text!r}")
    left = _operand(match["left"])
    if match["op"] is None:
        return lambda value: [v for v in _all(value) if left(v)]
    right, compare = _operand(match["right"]), _COMPARE[match["op"]]

    def holds(value: Any) -> bool:
        a, b = left(value), right(value)
        try:
            return bool(a and b and compare(a[0], b[0]))
        except TypeError:
            return False

    return lambda value: [v for v in _all(value) if holds(v)]


def _operand(text: str) -> Callable[[Any], list[Any]]:
    if text.startswith("@"):
        return compiled(text).find
    if text[:1] in "'\"":
        constant: object = text[1:-1]
    else:
        try:
            constant = json.loads(text)
        except ValueError:
            constant = text
    return lambda _: [constant]


def _everywhere(step: Step) -> Step:
    def descend(value: Any) -> Iterator[Any]:
        yield from step(value)
        if isinstance(value, (dict, list)):
            for child in _all(value):
                yield from descend(child)

    return descend


def text(values: list[Any]) -> str:
    """Values as kubectl prints them: scalars bare, the rest as JSON, several joined by a comma."""
    return ",".join(_text(value) for value in values)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "<none>"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
