"""Manifests: YAML documents as controller-gen writes them, which is as sigs.k8s.io/yaml does.

Keys are in go-yaml's order, list items not indented, long lines folded at 80 columns, text of
several lines in literal style, and a string that YAML would read as something else in double
quotes. So a project that moves from controller-gen has a diff of what changed, and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cmp_to_key
from typing import Any

import yaml

from codegen.generators import Artifact, Settings
from codegen.generators.render import header

Document = Mapping[str, Any]

_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
# What YAML 1.1 or 1.2 reads as a number or a date, beyond what PyYAML's resolver knows.
_NUMBER = re.compile(
    r"[-+]?(0[bB][01_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+|[0-9][0-9_]*"
    r"|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))"
    r"|\.(nan|NaN|NAN)"
)
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt]|\s+\d{1,2}:|$)")
_DIGITAL = frozenset("0123456789+-.")
_DIGITS = re.compile(r"\d*")
_WORDS = frozenset(
    word
    for plain in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    for word in (plain, plain.capitalize(), plain.upper())
) | {"", "~", "<<"}
_UNPRINTABLE = re.compile(r"[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-]")


class _Dumper(_Base):  # type: ignore[misc]
    def ignore_aliases(self, data: object) -> bool:
        return True


def _is_something_else(text: str) -> bool:
    if text in _WORDS:
        return True
    if text[0] not in _DIGITAL:
        return False
    return any(p.fullmatch(text) for p in (_NUMBER, _BASE_60)) or _DATE.match(text) is not None


def _text(dumper: Any, text: str) -> Any:
    style = None
    if _UNPRINTABLE.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif _is_something_else(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _number(dumper: Any, number: float) -> Any:
    if number.is_integer() and abs(number) < 1e21:
        return dumper.represent_int(int(number))
    return dumper.represent_float(number)


def _mapping(dumper: Any, value: Mapping[str, Any]) -> Any:
    pairs = [(key, value[key]) for key in _in_order(tuple(value))]
    return dumper.represent_mapping("tag:yaml.org,2002:map", pairs)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _number)
_Dumper.add_representer(dict, _mapping)


def _compare(left: str, right: str) -> int:
    """go-yaml's order of keys: letters after all else, digits by the number that they make."""
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            continue
        if a.isalpha() and b.isalpha():
            return -1 if a < b else 1
        if a.isalpha() or b.isalpha():
            return -1 if b.isalpha() else 1
        before = re.search(r"\d*\Z", left[:index])
        # A zero that follows other digits does not lead, so that 10 comes before 100.
        inside = "0" in (a, b) and before is not None and before.group().strip("0") != ""
        digits = [_DIGITS.match(text, index) for text in (left, right)]
        numbers = [int(("1" if inside else "0") + (d.group() if d else "")) for d in digits]
        ends = [d.end() if d else index for d in digits]
        return (numbers[0] - numbers[1]) or (ends[0] - ends[1]) or (-1 if a < b else 1)
    return len(left) - len(right)


@cache  # schemas have the same few sets of words again and again
def _in_order(keys: tuple[str, ...]) -> list[str]:
    return sorted(keys, key=cmp_to_key(_compare))


def to_yaml(document: Document) -> str:
    """One document, without a separator."""
    text: str = yaml.dump(
        document,
        Dumper=_Dumper,
        default_flow_style=False,
        allow_unicode=True,
        sort_keys=False,
    )
    return text


def manifest(
    settings: Settings, generator: str, path: str, documents: Iterable[Document]
) -> Artifact:
    """The file of some documents, each after its `---`."""
    body = "".join(f"---\n{to_yaml(document)}" for document in documents)
    return Artifact(path, header(settings, generator) + body, generator)
