"""Modules that move, and everything in Python that names them. Pure: from text to text.

Names are found by the syntax tree, and replaced where they stand; the rest keeps its bytes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from codegen import formatting
from codegen.scaffold.insertion.meaning import module_of
from codegen.scaffold.insertion.module import split

Place: TypeAlias = tuple[int, int]
"""Line, from 1, and column, in bytes from 0: as `ast` counts them."""
Edit: TypeAlias = tuple[Place, Place, str]

_DOTTED = re.compile(r"\w+(\.\w+)+")
_FROM = re.compile(rb"from\s+([.\w]+)")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Moves:
    """`files` and `folders` lead from old paths to new ones, `modules` from old names."""

    files: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)

    def path(self, path: str) -> str:
        """Where a file is afterwards."""
        if path in self.files:
            return self.files[path]
        for old, new in self.folders.items():
            if path.startswith(f"{old}/"):
                return new + path.removeprefix(old)
        return path

    def module(self, name: str) -> str | None:
        """What is afterwards called otherwise: a module that moves, or what is in one."""
        parts = name.split(".")
        for count in range(len(parts), 0, -1):
            new = self.modules.get(".".join(parts[:count]))
            if new is not None:
                return ".".join([new, *parts[count:]])
        return None


def renamed(path: str, text: str, moves: Moves) -> str:
    """A module with the new names of those that move; `path` is where it is before.

    Raises SyntaxError.
    """
    bare = text.removeprefix(_BOM)
    tree = ast.parse(bare)
    rows = [line.encode() for line in split(bare)]
    for start, end, new in sorted(set(_edits(path, tree, rows, moves)), reverse=True):
        (first, left), (last, right) = start, end
        after = rows[last - 1][right:]
        rows[first - 1 : last] = [rows[first - 1][:left] + new.encode() + after]
    return text[: len(text) - len(bare)] + b"".join(rows).decode()


def _edits(path: str, tree: ast.Module, rows: Sequence[bytes], moves: Moves) -> Iterator[Edit]:
    plain = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname is None and moves.module(alias.name) is not None
    }
    in_strings = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                for alias in names:
                    new = moves.module(alias.name)
                    if new is not None:
                        yield _instead(alias, len(alias.name), new)
            case ast.ImportFrom():
                yield from _of_from(path, node, rows, moves)
            case ast.Attribute() if (dotted := _dotted(node)) in plain:
                yield _start(node), _end(node), moves.module(dotted) or dotted
            case ast.Constant(str(value)) if id(node) not in in_strings:
                new = moves.module(value) if _DOTTED.fullmatch(value) else None
                written = rows[node.lineno - 1][node.col_offset : node.end_col_offset]
                if new is not None and value.encode() in written:
                    text = written.decode().replace(value, new)
                    yield _start(node), _end(node), text


def _of_from(
    path: str, node: ast.ImportFrom, rows: Sequence[bytes], moves: Moves
) -> Iterator[Edit]:
    module = module_of(node, path)
    by_module: dict[str, list[ast.alias]] = {}
    for alias in node.names:
        name = moves.module(f"{module}.{alias.name}")
        home = moves.module(module) if name is None else name.rpartition(".")[0]
        by_module.setdefault(home or module, []).append(alias)
    stays = module_of(node, moves.path(path))  # what the statement means where the file will be
    if [*by_module] == [stays]:
        return
    if len(by_module) == 1:
        match = _FROM.match(rows[node.lineno - 1], node.col_offset)
        if match is not None:
            (new,) = by_module
            yield (node.lineno, match.start(1)), (node.lineno, match.end(1)), new
            return
    margin = rows[node.lineno - 1][: node.col_offset].decode()
    statements = [
        formatting.import_statement(
            home, [f"{a.name} as {a.asname}" if a.asname else a.name for a in names], len(margin)
        )
        for home, names in sorted(by_module.items())
    ]
    yield _start(node), _end(node), f"\n{margin}".join(statements)


def _instead(node: ast.alias, length: int, new: str) -> Edit:
    start = node.lineno, node.col_offset
    return start, (node.lineno, node.col_offset + length), new


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _start(node: ast.stmt | ast.expr) -> Place:
    return node.lineno, node.col_offset


def _end(node: ast.stmt | ast.expr) -> Place:
    return node.end_lineno or node.lineno, node.end_col_offset or 0
