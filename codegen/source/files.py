"""One source file, from bytes to lines and syntax tree; each way it can be bad is a diagnostic."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import msgspec

from codegen.diagnostics import Diagnostics
from codegen.files import digest
from codegen.model import Position

_GRAMMAR = (3, 11)  # the oldest Python that must be able to import an API module
_BOM = b"\xef\xbb\xbf"


class Source(msgspec.Struct, frozen=True):
    """A parsed module. `path` is as diagnostics show it; `lines` are without line ends."""

    path: str
    lines: Sequence[str]
    tree: ast.Module

    def position(self, node: ast.AST) -> Position:
        """Where a node starts, with the column in characters (`ast` counts bytes of UTF-8)."""
        line = getattr(node, "lineno", 1)
        offset = getattr(node, "col_offset", 0)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if not text.isascii():
            offset = len(text.encode()[:offset].decode(errors="replace"))
        return Position(self.path, line, offset + 1)

    def start(self, node: ast.stmt) -> int:
        """The first line of a statement, its decorators included."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        return min([node.lineno, *(d.lineno for d in decorators)])


def parse(path: Path, display: str, diagnostics: Diagnostics) -> tuple[Source | None, str]:
    """The parsed file and its content hash; None for the file when a diagnostic says why."""
    try:
        data = path.read_bytes()
    except OSError as error:
        diagnostics.error(
            Position(display),
            f"cannot read the file: {error.strerror or error}",
            code="unreadable-file",
            hint="check that the file exists and that you may read it",
        )
        return None, ""
    text = _decode(data.removeprefix(_BOM), display, diagnostics)
    source = None if text is None else _tree(text, display, diagnostics)
    return source, digest(data)


def _decode(data: bytes, display: str, diagnostics: Diagnostics) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        diagnostics.error(
            Position(
                display,
                before.count(b"\n") + 1,
                len(before[line_start:].decode(errors="replace")) + 1,
            ),
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            code="bad-encoding",
            hint="save the file as UTF-8",
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _tree(text: str, display: str, diagnostics: Diagnostics) -> Source | None:
    lines = text.split("\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in a docstring is not our concern
            return Source(display, lines, ast.parse(text, feature_version=_GRAMMAR))
    except SyntaxError as error:
        line = min(error.lineno or 1, len(lines))
        diagnostics.error(
            Position(display, line, max(error.offset or 1, 1)),
            f"syntax error: {error.msg}",
            code="syntax-error",
            hint=_syntax_hint(lines[line - 1]),
        )
    except (ValueError, RecursionError, MemoryError) as error:
        diagnostics.error(
            Position(display),
            f"cannot parse the file: {str(error) or 'it nests too deeply'}",
            code="syntax-error",
            hint="mend the file until Python can compile it",
        )
    return None


def _syntax_hint(line: str) -> str:
    if match := re.match(r"\s*type\s+(\w+)\s*=", line):
        return f"write `{match[1]}: TypeAlias = …`, which every supported Python understands"
    if match := re.match(r"\s*class\s+(\w+)\s*\[", line):
        return f"write `class {match[1]}(Struct, Generic[T])` with `T = TypeVar('T')`"
    return "mend the file until Python can compile it"
