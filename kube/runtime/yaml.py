"""YAML as Kubernetes reads it: with JSON's types and no others.

PyYAML alone follows YAML 1.1, where `on` and `NO` are booleans, `12:30:45` is an int, an unquoted
date is a datetime and `1e3` is a string. Needs libyaml, ten times as fast as pure Python, where
PyYAML has it (all its wheels have).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

import yaml

YAMLError = yaml.YAMLError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class JSONTypesLoader(_Loader):  # type: ignore[misc]
    """Plain scalars are null, booleans, numbers and strings as in JSON; keys are strings."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[str, Any]:
        found = super().construct_mapping(node, deep=deep)
        return {key if isinstance(key, str) else _key(key): value for key, value in found.items()}


def _key(key: object) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


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
    JSONTypesLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _first
    )


def load(text: str | bytes | IO[str] | IO[bytes]) -> Any:
    """The one document of a text, as dicts, lists and scalars. Raises `YAMLError`."""
    return yaml.load(text, Loader=JSONTypesLoader)


def load_all(text: str | bytes | IO[str] | IO[bytes]) -> Iterator[Any]:
    """The documents of a text; empty ones are None. Raises `YAMLError` while iterated."""
    return yaml.load_all(text, Loader=JSONTypesLoader)


def dump(tree: Any) -> str:
    """A document, its keys in their order. Strings that YAML 1.1 would misread are quoted."""
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=4096)
    return text
