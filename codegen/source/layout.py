"""Expressions laid out as `ruff format` would, for the few shapes that API modules are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

WIDTH = 100


class Brackets(msgspec.Struct, frozen=True):
    """`head[a, b]`, `head(a, b)`, `[a, b]`. `comma`: one after the last of several lines."""

    head: str
    opening: str
    closing: str
    items: Sequence[Expression]
    comma: bool = True

    def flat(self) -> str:
        inner = ", ".join(map(flat, self.items))
        return f"{self.head}{self.opening}{inner}{self.closing}"


class Prefixed(msgspec.Struct, frozen=True):
    """`name=value`, `lambda: value`, `key: value`."""

    prefix: str
    value: Expression

    def flat(self) -> str:
        return self.prefix + flat(self.value)


class Alternatives(msgspec.Struct, frozen=True):
    """`A | B | None`."""

    members: Sequence[Expression]

    def flat(self) -> str:
        return " | ".join(map(flat, self.members))


Expression: TypeAlias = str | Brackets | Prefixed | Alternatives


def subscript(head: str, items: Sequence[Expression]) -> Expression:
    return Brackets(head, "[", "]", items, comma=len(items) > 1)


def call(function: str, arguments: Sequence[Expression]) -> Expression:
    return Brackets(function, "(", ")", arguments)


def flat(expression: Expression) -> str:
    return expression if isinstance(expression, str) else expression.flat()


def assigned(target: str, value: Expression, indent: int) -> str:
    """`target = value`, or `name: annotation` where `target` ends with its colon."""
    margin = " " * indent
    line = f"{margin}{target} {flat(value)}"
    if len(line) <= WIDTH:
        return line
    return f"{margin}{target} {_broken(value, indent)}"


def annotated(name: str, annotation: Expression, value: Expression | None, indent: int) -> str:
    """`name: annotation = value`."""
    if value is None:
        return assigned(f"{name}:", annotation, indent)
    margin = " " * indent
    line = f"{margin}{name}: {flat(annotation)} = {flat(value)}"
    if len(line) <= WIDTH:
        return line
    target = f"{name}: {flat(annotation)} ="
    opening = value.head + value.opening if isinstance(value, Brackets) else "("
    if indent + len(f"{target} {opening}") <= WIDTH:
        return assigned(target, value, indent)
    if indent + len(f"{target} (") <= WIDTH and indent + 4 + len(flat(value)) <= WIDTH:
        return f"{margin}{target} (\n{margin}    {flat(value)}\n{margin})"
    return f"{margin}{name}: {_broken(annotation, indent)} = {flat(value)}"


def _broken(expression: Expression, indent: int) -> str:
    """An expression over several lines, if that helps."""
    margin = " " * indent
    if isinstance(expression, Brackets) and expression.items:
        return _exploded(expression, indent)
    if isinstance(expression, Alternatives):
        return f"(\n{margin}    {_inside(expression, indent + 4)}\n{margin})"
    if indent + 4 + len(flat(expression)) <= WIDTH:
        return f"(\n{margin}    {flat(expression)}\n{margin})"
    return flat(expression)


def _exploded(brackets: Brackets, indent: int) -> str:
    margin = " " * indent
    inner = ", ".join(map(flat, brackets.items))
    if indent + 4 + len(inner) <= WIDTH:
        body = f"{margin}    {inner}\n"
    else:
        comma = "," if brackets.comma else ""
        items = (_inside(item, indent + 4, len(comma)) for item in brackets.items)
        body = "".join(f"{margin}    {item}{comma}\n" for item in items)
    return f"{brackets.head}{brackets.opening}\n{body}{margin}{brackets.closing}"


def _inside(expression: Expression, indent: int, trailing: int = 0) -> str:
    """An expression within brackets, where it may go over several lines as it is."""
    if indent + len(flat(expression)) + trailing <= WIDTH:
        return flat(expression)
    match expression:
        case Brackets() if expression.items:
            return _exploded(expression, indent)
        case Prefixed(prefix, value):
            return prefix + _inside(value, indent)
        case Alternatives(members):
            return f"\n{' ' * indent}| ".join(_inside(member, indent) for member in members)
    return flat(expression)


def string(text: str) -> str:
    """A string literal, in the quotes that need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return f"{quote}{''.join(_escaped(character, quote) for character in text)}{quote}"


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return f"\\{character}"
    if character.isprintable():
        return character
    return repr(character)[1:-1]
