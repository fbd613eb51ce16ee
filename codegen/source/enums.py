"""Enums: their members, as far as text tells their values."""

from __future__ import annotations

import ast

from codegen import tags
from codegen.model import Enum, EnumMember, QualifiedName
from codegen.source import comments, references
from codegen.source.modules import Declared
from codegen.source.scope import Scope


def read(scope: Scope, declared: Declared, *, is_open: bool) -> Enum:
    """The enum that a class declares; `scope` is its body's."""
    node = declared.definition.node
    assert isinstance(node, ast.ClassDef)
    body = declared.module.body(node)
    listed = []
    for name, value, statement in members(scope, node):
        about = body.comments(statement)
        doc = about.documentation(about.below)
        listed.append(EnumMember(name, value, scope.position(statement), doc))
    _check_members(scope, node, {member.name for member in listed})
    own = declared.module.comments(declared.definition)
    own_tags = comments.parse_tags(own.tag_lines(), tags.Place.ENUM, scope.diagnostics)
    return Enum(
        QualifiedName(declared.module.name, declared.name),
        scope.position(node),
        tuple(listed),
        is_open,
        own.documentation(comments.docstring(node.body)),
        own_tags,
        references.constant(scope.loader, declared.module, own_tags),
    )


def _check_members(scope: Scope, node: ast.ClassDef, understood: set[str]) -> None:
    earlier: set[str] = set()
    for statement in node.body:
        match statement:
            case ast.Assign([ast.Name(name)]) if name in earlier:
                scope.error(
                    statement,
                    f"the member {name} is declared twice",
                    code="bad-enum-member",
                    hint="rename or remove one of the two",
                )
            case ast.Assign([ast.Name(name)], value):
                earlier.add(name)
                if not name.startswith("_") and name not in understood:
                    scope.error(
                        value,
                        f"the value of {name}, {ast.unparse(value)}, is neither a string nor an "
                        "integer",
                        code="bad-enum-member",
                        hint=f'write {name} = "…": no code is run to read an enum',
                    )
            case _:
                pass


def members(scope: Scope, body: ast.ClassDef) -> list[tuple[str, str | int, ast.stmt]]:
    """Name, value and statement of each member of an enum, whose body `scope` is.

    A member whose value is neither a string nor an integer is left out: `read` reports it.
    """
    listed: list[tuple[str, str | int, ast.stmt]] = []
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
            listed.append((name, worth, node))
    return listed


def _member_value(scope: Scope, name: str, value: ast.expr, last: int, *, integers: bool) -> object:
    match value:
        case ast.Constant(worth):
            return worth
        case ast.UnaryOp(ast.USub(), ast.Constant(int(worth))):
            return -worth
        case ast.Call(function, []) if scope.known(function) == "enum.auto":
            return last + 1 if integers else name.lower()
    return None
