"""Python laid out as ruff would, for the few shapes that API modules and generated ones have.

No formatter runs: the reader's printer and the generators' templates both write through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

WIDTH = 100


class Brackets(msgspec.Struct, frozen=True):
    """`head[a, b]`, `head(a, b)`, `[a, b]`.

    Over several lines, a comma follows each item: the only one as well where `comma` is set. A
    parameter that has a line to itself is followed by one too: `sole_comma`.
    """

    head: str
    opening: str
    closing: str
    items: Sequence[Expression]
    comma: bool = True
    sole_comma: bool = False

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


def subscript(head: str, items: Sequence[Expression]) -> Brackets:
    return Brackets(head, "[", "]", items, comma=len(items) > 1)


def call(function: str, arguments: Sequence[Expression]) -> Brackets:
    return Brackets(function, "(", ")", arguments)


def flat(expression: Expression) -> str:
    return expression if isinstance(expression, str) else expression.flat()


def fitted(expression: Expression, indent: int, suffix: str = "") -> str:
    """An expression that begins at an indent, on several lines where it has to be."""
    return _inside(expression, indent, len(suffix)) + suffix


def assigned(target: str, value: Expression, indent: int) -> str:
    """`target = value`, or `name: annotation` where `target` ends with its colon."""
    margin = " " * indent
    line = f"{margin}{target} {flat(value)}"
    if len(line) <= WIDTH:
        return line
    return f"{margin}{target} {_broken(value, indent, len(target) + 1)}"


def annotated(name: str, annotation: Expression, value: Expression | None, indent: int) -> str:
    """`name: annotation = value`."""
    if value is None:
        return assigned(f"{name}:", annotation, indent)
    margin = " " * indent
    line = f"{margin}{name}: {flat(annotation)} = {flat(value)}"
    if len(line) <= WIDTH:
        return line
    target = f"{margin}{name}: {flat(annotation)} ="
    texts = [f"(\n{margin}    {_inside(value, indent + 4)}\n{margin})"]
    if isinstance(value, Brackets) and value.items:
        texts.insert(0, _exploded(value, indent))
    for text in texts:
        if _fits(f"{target} {text}"):
            return f"{target} {text}"
    opening = value.head + value.opening if isinstance(value, Brackets) else flat(value)
    if isinstance(annotation, str) or len(f"{target} {opening}") <= WIDTH:
        return f"{target} {texts[0] if len(texts) > 1 else flat(value)}"
    if len(f"{target} (") <= WIDTH:
        return f"{target} {texts[-1]}"
    before = _broken(annotation, indent, len(name) + 2, may_enclose=False)
    *lines, last = f"{margin}{name}: {before} =".splitlines()
    return "\n".join([*lines, assigned(last.strip(), value, indent)])


def _fits(text: str) -> bool:
    return all(len(line) <= WIDTH for line in text.splitlines())


def _broken(expression: Expression, indent: int, column: int, *, may_enclose: bool = True) -> str:
    """An expression over several lines, if that helps; it begins at a column after the indent."""
    margin = " " * indent
    if isinstance(expression, Alternatives):
        return f"(\n{margin}    {_inside(expression, indent + 4)}\n{margin})"
    may_enclose = may_enclose and indent + column + 1 <= WIDTH
    if isinstance(expression, Brackets) and expression.items:
        opening = expression.head + expression.opening
        if indent + column + len(opening) <= WIDTH or not may_enclose:
            return _exploded(expression, indent)
        return f"(\n{margin}    {_inside(expression, indent + 4)}\n{margin})"
    if may_enclose and indent + 4 + len(flat(expression)) <= WIDTH:
        return f"(\n{margin}    {flat(expression)}\n{margin})"
    return flat(expression)


def _exploded(brackets: Brackets, indent: int) -> str:
    margin = " " * indent
    inner = ", ".join(map(flat, brackets.items))
    is_display = not brackets.head  # of a list, tuple or dict, each item gets a line
    if indent + 4 + len(inner) <= WIDTH and not is_display:
        comma = "," if brackets.sole_comma and len(brackets.items) == 1 else ""
        body = f"{margin}    {inner}{comma}\n"
    else:
        comma = "," if brackets.comma else ""
        items = (_inside(item, indent + 4, len(comma)) for item in brackets.items)
        body = "".join(f"{margin}    {item}{comma}\n" for item in items)
    return f"{brackets.head}{brackets.opening}\n{body}{margin}{brackets.closing}"


def _inside(expression: Expression, indent: int, beside: int = 0) -> str:
    """An expression within brackets, where it may go over several lines as it is.

    `beside`: how much stands before and behind it on its line.
    """
    if indent + len(flat(expression)) + beside <= WIDTH:
        return flat(expression)
    match expression:
        case Brackets() if expression.items:
            return _exploded(expression, indent)
        case Prefixed(prefix, value):
            return prefix + _inside(value, indent, len(prefix) + beside)
        case Alternatives(members):
            # The first has no `| ` before it.
            texts = [_inside(member, indent, 2 if i else 0) for i, member in enumerate(members)]
            return f"\n{' ' * indent}| ".join(texts)
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


# --- imports ------------------------------------------------------------------------------------


def import_statement(module: str, names: Iterable[str], indent: int = 0) -> str:
    """`from module import names`, which are in their order; no newline at the end."""
    members = list(names)
    line = f"from {module} import {', '.join(members)}"
    if indent + len(line) <= WIDTH:
        return line
    margin = " " * indent
    lines = "".join(f"{margin}    {member},\n" for member in members)
    opening = unbreakable(f"{margin}from {module} import (").removeprefix(margin)
    return f"{opening}\n{lines}{margin})"


def unbreakable(line: str) -> str:
    """A line that nothing can break, marked for the linter where it is too long."""
    return line if len(line) <= WIDTH else f"{line}  # noqa: E501"


def module_order(module: str) -> tuple[int, list[tuple[int, int, str]], str]:
    """The key by which isort sorts modules: relative ones from the farthest to the nearest."""
    name = module.lstrip(".")
    return len(name) - len(module), _natural(name.lower()), name


def member_order(name: str) -> tuple[int, list[tuple[int, int, str]], str]:
    """The key by which isort sorts what one statement imports: constants, classes, the rest."""
    is_constant = len(name) > 1 and name.isupper()
    rank = 0 if is_constant else 1 if name[:1].isupper() else 2
    return rank, _natural(name.lower()), name


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Digits in a name sort by their number: v2 before v10."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d+)", text)
        if part
    ]
