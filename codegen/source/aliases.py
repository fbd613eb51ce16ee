"""Aliases of types: `Percent: TypeAlias = Int32`, `Percent = Int32` and `NewType`."""

from __future__ import annotations

import ast

from codegen.source import known
from codegen.source.modules import Declared
from codegen.source.scope import Scope


def is_alias(scope: Scope, annotation: ast.expr) -> bool:
    """Whether an annotation says that the name is an alias, as `TypeAlias` does."""
    if isinstance(annotation, ast.Constant):
        return annotation.value in ("TypeAlias", "typing.TypeAlias")
    return scope.known(annotation) == known.TYPE_ALIAS


def target(scope: Scope, declared: Declared) -> ast.expr | None:
    """The expression that an alias stands for; None where the name is not an alias of a type.

    `scope` is that of the alias's module.
    """
    match declared.definition.node:
        case ast.AnnAssign(annotation=annotation, value=ast.expr() as value):
            return value if is_alias(scope, annotation) else None
        case ast.Assign(_, ast.Call(function, [_, base])):
            return base if scope.known(function) == known.NEW_TYPE else None
        case ast.Assign(_, (ast.Name() | ast.Attribute() | ast.Subscript() | ast.BinOp()) as value):
            return value
    return None
