"""Rules in CEL, as far as text tells that the server would refuse them.

Their syntax is checked by Google's own parser; which functions there are, and what a rule costs,
only the server knows. That parser takes a tenth of a second to load, and is loaded where an API
has a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codegen.model import Position, Tag

if TYPE_CHECKING:
    from cel_expr_python import cel

_STRINGS = re.compile(r"""[rR]?("(\\.|[^"\\])*"|'(\\.|[^'\\])*')""")
_MEMBER = re.compile(r"(?<![\w.])self\.([A-Za-z_]\w*)(?!\w|\s*\()")
_OLD = re.compile(r"(?<![\w.])oldSelf\b")
_FAULT = re.compile(r"<input>:(\d+):(\d+): (.*)")
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_RESERVED = frozenset(
    (
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for",
        "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
        "void", "while",
    )
)  # fmt: skip


def syntax_fault(expression: str) -> tuple[str, int] | None:
    """The parser's message about an expression, and its column, counted from 1."""
    if not expression.strip():
        return "it is empty", 1
    try:
        _environment().compile(expression, disable_check=True)
    except RuntimeError as error:
        match = _FAULT.search(str(error))
        if match is None:
            return str(error), 1
        line, column, why = match.groups()
        why = why.removeprefix("Syntax error: ").partition(" expecting ")[0]
        return why, int(column) if line == "1" else 1
    return None


@cache
def _environment() -> cel.Env:
    from cel_expr_python import cel
    from cel_expr_python.ext.ext_optional import ExtOptional

    return cel.NewEnv(extensions=[ExtOptional()])


def place(tag: Tag, argument: str, value: str, column: int) -> Position:
    """Where a column of an argument stands, if it is written without escapes; else its start."""
    start = tag.at(argument)
    offset = start.column - tag.position.column
    quoted = tag.text[offset : offset + 1] in ('"', "`")
    if tag.text[offset + quoted :].startswith(value):
        return replace(start, column=start.column + quoted + column - 1)
    return start


def uses_old(rule: str) -> bool:
    """Whether a rule is about a change."""
    return _OLD.search(_STRINGS.sub("''", rule)) is not None


def unknown_member(rule: str, names: Iterable[str]) -> str:
    """The first `self.<name>` that is none of the members; empty where all are."""
    known = {cel_name(name) for name in names}
    for member in _MEMBER.finditer(_STRINGS.sub("''", rule)):
        if member.group(1) not in known:
            return member.group(1)
    return ""


def cel_name(name: str) -> str:
    """A member's name in the rules of a CRD: `__dash__` for `-`, `__in__` for a reserved word."""
    if name in _RESERVED:
        return f"__{name}__"
    for text, escape in _ESCAPES.items():
        name = name.replace(text, escape)
    return name
