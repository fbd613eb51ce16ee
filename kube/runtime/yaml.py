"""YAML as Kubernetes reads it: with JSON's types and no others.

PyYAML alone follows YAML 1.1, where `on` and `NO` are booleans, `12:30:45` is an int, an unquoted
date is a datetime and `1e3` is a string. Needs libyaml, ten times as fast as pure Python, where
PyYAML has it (all its wheels have).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

import yaml
from yaml.composer import ComposerError

from kube.runtime.trees import DEEPEST

YAMLError = yaml.YAMLError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class JSONTypesLoader(_Loader):  # type: ignore[misc]
    """Reads plain scalars as JSON's null, booleans, numbers and strings; keys are strings."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    _depth = 0

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        """Called by the composer when it enters a node; libyaml has no limit, the stack has."""
        self._depth += 1
        if self._depth > DEEPEST:
            mark = current_node.start_mark if current_node is not None else None
            problem = f"it is nested too deeply: more than {DEEPEST} levels"
            raise ComposerError(None, None, problem, mark)

    def ascend_resolver(self) -> None:
        """Called by the composer when it leaves a node."""
        self._depth -= 1

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        if len(node.value) > MOST_VALUES:
            raise _too_large(node.start_mark)
        for key, _ in node.value:
            if key.tag in _SCALARS:
                key.tag = "tag:yaml.org,2002:str"


class _StrictLoader(JSONTypesLoader):
    """Refuses a mapping with a key that occurs twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in names and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {name!r} occurs twice", key.start_mark
                )
            names.add(name)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


class JSONTypesDumper(_Dumper):  # type: ignore[misc]
    """Quotes each string that a YAML 1.1 or 1.2 parser would read as another type."""


MOST_VALUES = 1_000_000
"""The most values that aliases may expand to. Without a limit a few lines can become billions."""


def _too_large(mark: yaml.Mark | None = None) -> yaml.YAMLError:
    problem = f"the aliases expand to more than {MOST_VALUES} values"
    return yaml.constructor.ConstructorError(None, None, problem, mark)


def _bounded(tree: Any) -> Any:
    """The tree, unless its aliases expand to too many values or one contains itself."""
    sizes: dict[int, int] = {}  # of lists and dicts with their contents; 0 while counting
    values = 0

    def size(value: Any) -> int:
        nonlocal values
        if not isinstance(value, (list, dict)):
            return 1
        known = sizes.get(id(value))
        if known == 0:
            raise yaml.constructor.ConstructorError(None, None, "an alias contains itself", None)
        if known is None:
            sizes[id(value)] = 0
            values += len(value) + 1
            children = value.values() if isinstance(value, dict) else value
            known = sizes[id(value)] = 1 + sum(map(size, children))
        return known

    if size(tree) > max(MOST_VALUES, values):  # without aliases a tree of any size is accepted
        raise _too_large()
    return tree


_SCALARS = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float")}

for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*|0o?[0-7]+|0x[0-9a-fA-F]+)", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+",
        list("-+0123456789."),
    ),
    ("merge", r"<<", ["<"]),
):
    for _class in (JSONTypesLoader, JSONTypesDumper):
        _class.add_implicit_resolver(
            f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _first
        )


def _checked(read: Callable[[Any, yaml.Node], Any]) -> Callable[[Any, yaml.Node], Any]:
    """A constructor that refuses, with its place, what JSON cannot hold."""

    def construct(loader: Any, node: yaml.Node) -> Any:
        try:
            value = read(loader, node)
            if isinstance(value, int) and not -(2**63) <= value < 2**64:
                value = float(value)
        except (ValueError, KeyError, OverflowError):
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            kind = node.tag.rpartition(":")[2]
            problem = f"the value is not a valid {kind} in JSON"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return value

    return construct


def _refuse(loader: Any, node: yaml.Node) -> Any:
    problem = f"JSON has no type for the tag {node.tag!r}"
    raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


for _tag in ("bool", "int", "float"):
    _full = f"tag:yaml.org,2002:{_tag}"
    JSONTypesLoader.add_constructor(_full, _checked(JSONTypesLoader.yaml_constructors[_full]))
for _tag in ("binary", "omap", "pairs", "set", "timestamp"):
    JSONTypesLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _refuse)


def load(text: str | bytes | IO[str] | IO[bytes]) -> Any:
    """The one document of a text, as dicts, lists and scalars. Raises `YAMLError`."""
    return _bounded(yaml.load(text, Loader=JSONTypesLoader))


def load_strictly(text: str | bytes | IO[str] | IO[bytes]) -> Any:
    """As `load`, but a key that occurs twice in a mapping is an error. Raises `YAMLError`."""
    return _bounded(yaml.load(text, Loader=_StrictLoader))


def load_all(text: str | bytes | IO[str] | IO[bytes]) -> Iterator[Any]:
    """The documents of a text; empty ones are None. Raises `YAMLError` while iterated."""
    return map(_bounded, yaml.load_all(text, Loader=JSONTypesLoader))


def describe(error: yaml.YAMLError) -> str:
    """The problem and its position, in one line."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error)
    problem = getattr(error, "problem", None) or "the text is not YAML"
    return f"{problem}, line {mark.line + 1}, column {mark.column + 1}"


def dump(tree: Any) -> str:
    """A document, its keys in their order."""
    text: str = yaml.dump(
        tree, Dumper=JSONTypesDumper, sort_keys=False, allow_unicode=True, width=4096
    )
    return text
