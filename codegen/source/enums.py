"""Enums: their members, as far as text tells their values."""

from __future__ import annotations

import ast

from codegen import tags
from codegen.model import Enum, EnumMember, QualifiedName
from codegen.source import comments
from codegen.source.attached import attached, parse_tags
from codegen.source.modules import Declared, header_end, siblings
from codegen.source.scope import Scope


def read(scope: Scope, found: Declared, node: ast.ClassDef, *, is_open: bool) -> Enum:
    """The enum that a class declares; `scope` is its body's."""
    statements = list(siblings(node.body, header_end(node)))
    after = {id(s): statements[i + 1][0] for i, (s, _) in enumerate(statements[:-1])}
    floors = {id(s): floor for s, floor in statements}
    listed = []
    for name, value, statement in members(scope, node):
        about = attached(found.module, statement, floors[id(statement)])
        following = after.get(id(statement))
        text = comments.string_statement(following) if following else None
        listed.append(
            EnumMember(
                name,
                value,
                scope.position(statement),
                comments.documentation(about.direct, text),
            )
        )
    _check_members(scope, node, {m.name for m in listed})
    about = attached(found.module, node, found.declaration.floor, detached=True)
    return Enum(
        QualifiedName(found.module.name, found.name),
        scope.position(node),
        tuple(listed),
        is_open,
        comments.documentation(about.direct, comments.docstring(node.body)),
        parse_tags(about.tags, tags.Place.TYPE, scope.diagnostics),
    )


def _check_members(scope: Scope, node: ast.ClassDef, understood: set[str]) -> None:
    for statement in node.body:
        match statement:
            case ast.Assign([ast.Name(name)], value):
                if not name.startswith("_") and name not in understood:
                    scope.error(
                        value,
                        f"{ast.unparse(value)} is neither a string nor an integer",
                        code="bad-enum-member",
                        hint=f'write {name} = "…": the reader cannot run code',
                    )
            case _:
                pass


def members(scope: Scope, body: ast.ClassDef) -> list[tuple[str, str | int, ast.stmt]]:
    """Name, value and statement of each member of an enum, whose body `scope` is.

    A member whose value is no string or int is left out: `read` reports it.
    """
    found: list[tuple[str, str | int, ast.stmt]] = []
    integers = any(scope.known(base) == "enum.IntEnum" for base in body.bases)
    last = 0
    for node in body.body:
        match node:
            case ast.Assign([ast.Name(name)], value):
                pass
            case ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                pass
            case _:
                continue
        if name.startswith("_"):
            continue
        worth = _member_value(scope, name, value, last, integers=integers)
        if isinstance(worth, str | int) and not isinstance(worth, bool):
            last = worth if isinstance(worth, int) else last
            found.append((name, worth, node))
    return found


def _member_value(scope: Scope, name: str, value: ast.expr, last: int, *, integers: bool) -> object:
    match value:
        case ast.Constant(worth):
            return worth
        case ast.UnaryOp(ast.USub(), ast.Constant(int(worth))):
            return -worth
        case ast.Call(function, []) if scope.known(function) == "enum.auto":
            return last + 1 if integers else name.lower()
    return None
