"""Label and field selectors in the text form that list and watch requests carry.

The embedded API server uses them to filter, caches and clients to select locally. The
grammar is that of apimachinery's `labels.Parse` and `fields.ParseSelector`; parsing is done once,
matching is a plain method without allocation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

import msgspec

Operator = Literal["=", "!=", "in", "notin", "exists", "!", ">", "<"]

_TOKEN = re.compile(r"\s*(==|=|!=|!|>|<|\(|\)|,|[^\s=!<>(),]+)")
_NO_IDENTIFIER = frozenset(("", "=", "==", "!=", "!", ">", "<", "(", ")", ","))
_KEY = re.compile(r"(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")


class SelectorError(ValueError):
    """The text is not a valid selector; the message says where it is wrong."""


class Requirement(msgspec.Struct, frozen=True):
    """One term of a label selector. `values` is empty for `exists` and `!`."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        match self.operator:
            case "=" | "in":
                return value is not None and value in self.values
            case "!=" | "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
        try:
            have, want = int(value or ""), int(self.values[0])
        except ValueError:
            return False
        return have > want if self.operator == ">" else have < want

    def __str__(self) -> str:
        match self.operator:
            case "exists":
                return self.key
            case "!":
                return f"!{self.key}"
            case "in" | "notin":
                return f"{self.key} {self.operator} ({','.join(self.values)})"
        return f"{self.key}{self.operator}{self.values[0]}"


class LabelSelector(msgspec.Struct, frozen=True):
    """Matches if all requirements do; without requirements it matches everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        have = labels or {}
        return all(requirement.matches(have) for requirement in self.requirements)

    def __bool__(self) -> bool:
        return bool(self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


NOTHING = LabelSelector((Requirement("nothing", "exists"), Requirement("nothing", "!")))
"""Matches nothing. Its text is a valid selector, so that a request with it finds nothing either."""


class FieldRequirement(msgspec.Struct, frozen=True):
    """One term of a field selector: `metadata.name=x`, `status.phase!=Failed`."""

    field: str
    equal: bool
    value: str

    def __str__(self) -> str:
        return f"{self.field}{'=' if self.equal else '!='}{self.value}"


class FieldSelector(msgspec.Struct, frozen=True):
    """All requirements must hold. The caller gives values as text, '' for an absent field."""

    requirements: tuple[FieldRequirement, ...] = ()

    def matches(self, values: Mapping[str, str]) -> bool:
        return all((values.get(r.field, "") == r.value) is r.equal for r in self.requirements)

    def required(self, field: str) -> str | None:
        """The one value that `field` must have, None where the selector leaves it open."""
        return next((r.value for r in self.requirements if r.field == field and r.equal), None)

    def __bool__(self) -> bool:
        return bool(self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


class _Tokens:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.next = ""
        self.advance()

    def advance(self) -> str:
        taken = self.next
        match = _TOKEN.match(self.text, self.position)
        if match:
            self.next, self.position = match[1], match.end()
        else:
            self.next, self.position = "", len(self.text)
        return taken

    @property
    def at_identifier(self) -> bool:
        return self.next not in _NO_IDENTIFIER


def selector_from_labels(labels: Mapping[str, str] | None) -> LabelSelector:
    """What matches objects that have all these labels; without any, everything.

    Raises SelectorError for what is not a label.
    """
    return make_selector(
        make_requirement(key, "=", (value,)) for key, value in (labels or {}).items()
    )


def make_selector(requirements: Iterable[Requirement]) -> LabelSelector:
    """A selector of requirements, in the order of their keys."""
    return LabelSelector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))


def make_requirement(key: str, operator: Operator, values: Iterable[str] = ()) -> Requirement:
    """A term of a label selector. Raises SelectorError, as a server would refuse it."""
    _check_key(key)
    distinct = tuple(sorted(set(values)))
    for value in distinct:
        _check_value(value)
    match operator:
        case "in" | "notin" if not distinct:
            raise SelectorError(f"{operator} of {key!r} needs at least one value")
        case "=" | "!=" | ">" | "<" if len(distinct) != 1:
            raise SelectorError(f"{operator} of {key!r} needs exactly one value")
        case "exists" | "!" if distinct:
            raise SelectorError(f"{operator} of {key!r} takes no values")
    return Requirement(key, operator, distinct)


@lru_cache(maxsize=256)
def parse_labels(text: str) -> LabelSelector:
    """`a=b,c in (d,e),!f,g>1` → LabelSelector; raises SelectorError."""
    tokens = _Tokens(text)
    requirements: list[Requirement] = []
    while tokens.next:
        if tokens.next != "!" and not tokens.at_identifier:
            raise _unexpected(tokens, ", expected: !, identifier, or 'end of string'")
        try:
            requirements.append(_requirement(tokens))
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error}") from None
        if not tokens.next:
            break
        if tokens.next != ",":
            raise _unexpected(tokens, ", expected: ',' or 'end of string'")
        tokens.advance()
        if tokens.next != "!" and not tokens.at_identifier:
            raise _unexpected(tokens, ", expected: identifier after ','")
    return LabelSelector(tuple(requirements))


def _unexpected(tokens: _Tokens, expected: str) -> SelectorError:
    """The error for the next token, in apimachinery's words."""
    return SelectorError(f"found '{tokens.next}'{expected}")


def _requirement(tokens: _Tokens) -> Requirement:
    negated = tokens.next == "!"
    if negated:
        tokens.advance()
    if not tokens.at_identifier:
        raise _unexpected(tokens, ", expected: identifier")
    key = tokens.advance()
    _check_key(key)
    if negated:
        return Requirement(key, "!")
    match tokens.next:
        case "" | ",":
            return Requirement(key, "exists")
        case "=" | "==":
            tokens.advance()
            return Requirement(key, "=", (_value(tokens),))
        case "!=":
            tokens.advance()
            return Requirement(key, "!=", (_value(tokens),))
        case ">" | "<" as operator:
            tokens.advance()
            value = _value(tokens)
            if not re.fullmatch(r"-?\d+", value):
                raise SelectorError("for 'Gt', 'Lt' operators, the value must be an integer")
            return Requirement(key, ">" if operator == ">" else "<", (value,))
        case "in" | "notin" as operator:
            tokens.advance()
            return Requirement(key, "in" if operator == "in" else "notin", _values(tokens))
    raise _unexpected(tokens, ", expected: in, notin, =, ==, !=, gt, lt")


def _value(tokens: _Tokens) -> str:
    if tokens.next in ("", ","):
        return ""
    value = tokens.advance()
    _check_value(value)
    return value


def _check_key(key: str) -> None:
    prefix, _, name = key.rpartition("/")
    if not _KEY.fullmatch(key) or len(name) > 63 or len(prefix) > 253:
        raise SelectorError(
            f"{key!r} is not a label key: name part must consist of alphanumeric characters, '-', "
            "'_' or '.', and must start and end with an alphanumeric character"
        )


def _check_value(value: str) -> None:
    if not _VALUE.fullmatch(value) or len(value) > 63:
        raise SelectorError(f"{value!r} is not a label value")


def _values(tokens: _Tokens) -> tuple[str, ...]:
    if tokens.next != "(":
        raise _unexpected(tokens, " expected: '('")
    tokens.advance()
    values: list[str] = []
    while True:
        values.append("" if tokens.next in (")", ",") else _value(tokens))
        if tokens.next not in (")", ","):
            raise _unexpected(tokens, ", expected: ',' or ')'")
        if tokens.advance() == ")":
            return tuple(sorted(set(values)))


_RIGHT_ESCAPE = re.compile(r"\\[\\,=]")
_WRONG_ESCAPE = re.compile(r"\\.?", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@lru_cache(maxsize=256)
def parse_fields(text: str) -> FieldSelector:
    r"""`metadata.name=x,spec.a!=b` → FieldSelector; `\`, `,`, `=` in values are escaped by `\`."""
    requirements: list[FieldRequirement] = []
    wrong = _WRONG_ESCAPE.search(_RIGHT_ESCAPE.sub("", text))
    if wrong is not None:
        raise SelectorError(f"invalid field selector: invalid escape sequence: {wrong[0]}")
    for term in re.findall(r"((?:\\.|[^,\\])+)", text):
        match = re.match(r"((?:\\.|[^=!\\])*)(!=|==|=)(.*)", term, re.DOTALL)
        if match is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        field, operator, value = match.groups()
        if re.search(r"(?<!\\)=", value):
            raise SelectorError(f"invalid field selector: {text}")
        value = _ESCAPED.sub(r"\1", value)
        requirements.append(FieldRequirement(field.strip(), operator != "!=", value))
    return FieldSelector(tuple(requirements))
