"""Imports of a module, inserted where isort has them, and removed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codegen import formatting
from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.scaffold.insertion import lines
from codegen.scaffold.insertion.fragments import IMPORTS, Fragment, Surroundings
from codegen.scaffold.insertion.meaning import module_of
from codegen.scaffold.insertion.module import Module

Statement: TypeAlias = ast.Import | ast.ImportFrom
_FUTURE, _STANDARD, _THIRD_PARTY, _OWN, _RELATIVE = range(5)


@dataclass(frozen=True, slots=True)
class Target:
    """One imported thing: `import module`, or `from module import name`; `alias` is its name."""

    module: str
    name: str | None = None
    alias: str | None = None

    @property
    def target(self) -> str:
        return self.module if self.name is None else f"{self.module}.{self.name}"

    @property
    def bound(self) -> str:
        return self.alias or (self.name or self.module).partition(".")[0]

    @property
    def member(self) -> str:
        suffix = f" as {self.alias}" if self.alias else ""
        return (self.name or self.module) + suffix

    @property
    def statement(self) -> str:
        if self.name is None:
            return f"import {self.member}"
        return formatting.import_statement(self.module, [self.member])

    def is_free(self, module: Module, diagnostics: Diagnostics) -> bool:
        """Whether a module can import this under its name; else a diagnostic."""
        names = module.bindings
        taken = names.targets.get(self.bound, self.target) != self.target
        if names.has(self.target) or not (taken or self.bound in names.declared):
            return True
        diagnostics.error(
            Position(module.path),
            f"`{self.statement}` is to be inserted here, and `{self.bound}` has another meaning",
            code="taken-name",
            hint=f"import it under another name, `{self.statement} as …`, and run again; or rename "
            "what has the name",
        )
        return False


def is_import(fragment: Fragment) -> bool:
    body = ast.parse(fragment.text).body
    return bool(body) and all(isinstance(node, Statement) for node in body)


def targets(fragment: Fragment) -> Iterator[Target]:
    for node in ast.parse(fragment.text).body:
        if isinstance(node, ast.Import):
            yield from (Target(alias.name, None, alias.asname) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Target(node.module or "", alias.name, alias.asname)


# --- inserting ----------------------------------------------------------------------------------


def insert(module: Module, target: Target, packages: Collection[str]) -> Module:
    if module.bindings.has(target.target):
        return module
    beside = _statement_to_join(module, target)
    if beside is not None:
        _join(module, beside, target)
    else:
        _insert_statement(module, target, packages)
    return module.changed()


def _statement_to_join(module: Module, target: Target) -> ast.ImportFrom | None:
    """isort has the names of one module in one statement, but for those with an alias."""
    if target.name is None or target.alias is not None:
        return None
    for node in _head(module):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.level, node.module) == (0, target.module)
            and all(alias.asname is None and alias.name != "*" for alias in node.names)
        ):
            return node
    return None


def _join(module: Module, node: ast.ImportFrom, target: Target) -> None:
    names = [alias.name for alias in node.names]
    ordered = sorted([*names, target.member], key=formatting.member_order)
    if _is_plain(module, node, names):
        _replace(module, node, formatting.import_statement(target.module, ordered))
        return
    index = ordered.index(target.member)
    later = node.names[index] if index < len(node.names) else None
    if later is not None and _begins_line(module, later):
        margin = lines.indentation(module.lines[later.lineno - 1])
        lines.insert(module.lines, later.lineno - 1, [f"{margin}{target.member},"])
    elif later is not None:
        _splice(module, later.lineno, later.col_offset, f"{target.member}, ")
    else:
        last = node.names[-1]
        _splice(module, last.end_lineno or 1, last.end_col_offset or 0, f", {target.member}")


def _insert_statement(module: Module, target: Target, packages: Collection[str]) -> None:
    rank = _rank(target.module, 0, packages)
    key = (rank, target.name is not None, formatting.module_order(target.module))
    head = _head(module)
    keys = [_key(node, packages) for node in head]
    same = [node for node, other in zip(head, keys, strict=True) if other[0] == rank]
    earlier = [node for node in same if _key(node, packages) <= key]
    before = [node for node, other in zip(head, keys, strict=True) if other <= key]
    text = target.statement.split("\n")
    if earlier:
        lines.insert(module.lines, earlier[-1].end_lineno or 0, text)
    elif same:
        lines.insert(module.lines, _above_comments(module, same[0].lineno - 1), text)
    elif before:
        lines.insert(module.lines, before[-1].end_lineno or 0, ["", *text])
    elif head:
        lines.insert(module.lines, _above_comments(module, head[0].lineno - 1), [*text, ""])
    else:
        _insert_first(module, text)


def _insert_first(module: Module, text: Sequence[str]) -> None:
    """The first import of a module: below its docstring, else above what it begins with."""
    body = module.tree.body
    if body and _is_docstring(body[0]):
        lines.insert(module.lines, body[0].end_lineno or 0, ["", *text])
        return
    at = body[0].lineno - 1 if body else len(module.lines)
    at = min([at, *module.markers(IMPORTS)])
    lines.insert(module.lines, at, [*text, ""])


def with_marker(module: Module, around: Surroundings) -> Module:
    """The module with the marker of its imports, if the scaffold has one there."""
    if module.markers(IMPORTS) or not _has_marker(around.pristine):
        return module
    head = _head(module)
    if not head:
        return module
    lines.insert(module.lines, head[-1].end_lineno or 0, ["", lines.marker_comment(IMPORTS)])
    return module.changed()


def _has_marker(text: str | None) -> bool:
    return any(lines.marker_name(line) == IMPORTS for line in (text or "").splitlines())


# --- removing -----------------------------------------------------------------------------------


def remove(module: Module, target: Target, packages: Collection[str]) -> Module:
    """Removes an import, under whatever name, from the top level of a module."""
    for node in module.tree.body:
        if isinstance(node, Statement):
            for alias in node.names:
                if _means(node, alias, module.path) == target.target:
                    _remove_alias(module, node, alias, packages)
                    return remove(module.changed(), target, packages)
    return module


def _means(node: Statement, alias: ast.alias, path: str) -> str:
    if isinstance(node, ast.Import):
        return alias.name
    return f"{module_of(node, path)}.{alias.name}"


def _remove_alias(
    module: Module, node: Statement, alias: ast.alias, packages: Collection[str]
) -> None:
    names = [other.name for other in node.names]
    kept = [other for other in node.names if other is not alias]
    if not kept:
        _remove_statement(module, node, packages)
        return
    if isinstance(node, ast.ImportFrom) and not node.level and _is_plain(module, node, names):
        left = [other.name for other in kept]
        _replace(module, node, formatting.import_statement(node.module or "", left))
        return
    row = module.lines[alias.lineno - 1].encode()[alias.end_col_offset :].decode()
    if _begins_line(module, alias) and row.lstrip(" ,").startswith(("#", "\n", "\r")):
        lines.delete(module.lines, alias.lineno - 1, alias.end_lineno or 0)
        return
    index = node.names.index(alias)
    if index + 1 < len(node.names):
        after = node.names[index + 1]
        _cut(module, _start(alias), _start(after))
    else:
        _cut(module, _end(node.names[index - 1]), _end(alias))


def _remove_statement(module: Module, node: Statement, packages: Collection[str]) -> None:
    """With the blank line of its section, if nothing else is in that section."""
    if _shares_lines(module, node):
        _cut(module, _start(node), _end(node), "pass")
        return
    rank = _key(node, packages)[0]
    is_alone = all(_key(n, packages)[0] != rank for n in _head(module) if n is not node)
    start, end = node.lineno - 1, node.end_lineno or 0
    if is_alone and start and lines.is_blank(module.lines[start - 1]):
        start -= 1
    elif is_alone and end < len(module.lines) and lines.is_blank(module.lines[end]):
        end += 1
    lines.delete(module.lines, start, end)


def _shares_lines(module: Module, node: Statement) -> bool:
    before = module.lines[node.lineno - 1].encode()[: node.col_offset]
    after = module.lines[(node.end_lineno or 1) - 1].encode()[node.end_col_offset :].strip()
    return bool(before.strip()) or after[:1] not in (b"", b"#")


# --- the tree -----------------------------------------------------------------------------------


def _head(module: Module) -> list[Statement]:
    """The imports that a module begins with; else those of its top level."""
    head: list[Statement] = []
    for node in module.tree.body:
        if isinstance(node, Statement):
            head.append(node)
        elif head:
            break
    return head


def _key(
    node: Statement, packages: Collection[str]
) -> tuple[int, bool, tuple[int, list[tuple[int, int, str]], str]]:
    if isinstance(node, ast.Import):
        name = node.names[0].name
        return _rank(name, 0, packages), False, formatting.module_order(name)
    module = "." * node.level + (node.module or "")
    return _rank(module, node.level, packages), True, formatting.module_order(module)


def _rank(module: str, level: int, packages: Collection[str]) -> int:
    """isort's sections: future, standard library, others, the project's own, relative."""
    top = module.partition(".")[0]
    if level:
        return _RELATIVE
    if top == "__future__":
        return _FUTURE
    if top in packages:
        return _OWN
    return _STANDARD if top in sys.stdlib_module_names else _THIRD_PARTY


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


# --- the text -----------------------------------------------------------------------------------


def _is_plain(module: Module, node: ast.ImportFrom, names: Sequence[str]) -> bool:
    """Whether a statement reads as isort would write it: then it is written anew as a whole."""
    text = "".join(module.lines[node.lineno - 1 : node.end_lineno]).replace("\r\n", "\n")
    written = formatting.import_statement(node.module or "", names)
    return lines.content(text) == written


def _replace(module: Module, node: Statement, text: str) -> None:
    start, end = node.lineno - 1, node.end_lineno or 0
    lines.insert(module.lines, end, text.split("\n"))
    lines.delete(module.lines, start, end)


def _above_comments(module: Module, index: int) -> int:
    """Comments right above an import belong to it, but for those that the file begins with."""
    first = index
    while first and module.lines[first - 1].startswith("#"):
        first -= 1
    is_marked = any(lines.marker_name(line) for line in module.lines[first:index])
    return index if first == 0 or is_marked else first


def _begins_line(module: Module, alias: ast.alias) -> bool:
    return not module.lines[alias.lineno - 1].encode()[: alias.col_offset].strip()


def _start(node: ast.alias | Statement) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.alias | Statement) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _splice(module: Module, line: int, column: int, text: str) -> None:
    row = module.lines[line - 1].encode()
    module.lines[line - 1] = (row[:column] + text.encode() + row[column:]).decode()


def _cut(module: Module, start: tuple[int, int], end: tuple[int, int], instead: str = "") -> None:
    """Replaces what is between two places, which are (line, column in bytes)."""
    first = module.lines[start[0] - 1].encode()[: start[1]]
    last = module.lines[end[0] - 1].encode()[end[1] :]
    module.lines[start[0] - 1 : end[0]] = [(first + instead.encode() + last).decode()]
