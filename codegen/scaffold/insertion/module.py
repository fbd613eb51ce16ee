"""A Python module of a project: its lines and its syntax tree."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from functools import cached_property

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.scaffold.insertion import lines
from codegen.scaffold.insertion.meaning import Bindings, Meaning

_BREAK = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


class Module:
    """A module's lines and its tree, which is read again after a change."""

    def __init__(self, path: str, text: str) -> None:
        """Raises SyntaxError."""
        self.path = path
        self.lines = split(text)
        self.tree = ast.parse(text)
        self.bindings = Bindings.of(self.tree, path)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def changed(self) -> Module:
        return Module(self.path, self.text)

    def markers(self, name: str) -> list[int]:
        """The lines of a marker, from 0; what looks like one in a string is not one."""
        return [
            token.start[0] - 1
            for token in tokenize.generate_tokens(io.StringIO(self.text, newline="").readline)
            if token.type == tokenize.COMMENT
            and lines.marker_name(token.string) == name
            and not token.line[: token.start[1]].strip()
        ]

    @cached_property
    def bodies(self) -> list[list[ast.stmt]]:
        """The statements of each block."""
        fields = ("body", "orelse", "finalbody")
        lists = (getattr(node, name, None) for node in ast.walk(self.tree) for name in fields)
        return [
            body
            for body in lists
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt)
        ]

    def places(self, wanted: Sequence[Meaning]) -> list[list[ast.stmt]]:
        """The statements of this meaning that follow each other, wherever they stand."""
        count = len(wanted)
        return [
            body[i : i + count]
            for body in self.bodies
            for i in range(len(body) - count + 1)
            if all(
                self.bindings.meaning(statement) == meaning
                for statement, meaning in zip(body[i : i + count], wanted, strict=True)
            )
        ]


def split(text: str) -> list[str]:
    """Lines as Python counts them, with their ends."""
    return [line for line in _BREAK.split(text) if line]


def parsed(path: str, text: str, diagnostics: Diagnostics) -> Module | None:
    try:
        return Module(path, text)
    except (SyntaxError, ValueError) as error:
        report_unparsable(path, error, diagnostics)
        return None


def report_unparsable(path: str, error: SyntaxError | ValueError, diagnostics: Diagnostics) -> None:
    """Reports what `ast.parse` raised; a ValueError is about a null byte."""
    hint = "correct the module and run again; nothing was changed"
    if isinstance(error, SyntaxError):
        place = Position(path, error.lineno or 1, max(error.offset or 1, 1))
        message = f"syntax error: {error.msg}"
    else:
        place, message = Position(path), f"this module cannot be parsed: {error}"
    diagnostics.error(place, message, code="syntax-error", hint=hint)
