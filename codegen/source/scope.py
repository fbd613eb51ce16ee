"""Where an expression stands: which names it sees, and what its type variables are bound to."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from codegen.diagnostics import Diagnostics
from codegen.model import Position, TypeRef
from codegen.source.modules import Declaration, Declared, Entity, Loader, Missing, Module


@dataclass(frozen=True, slots=True)
class Scope:
    """`owner` is the class whose body it is, with the dots of nesting; empty at module level.

    `classes` are those declared in that body: it sees them by their bare names.
    """

    loader: Loader
    diagnostics: Diagnostics
    module: Module
    owner: str = ""
    classes: Mapping[str, Declaration] = field(default_factory=dict)
    variables: Mapping[str, TypeRef] = field(default_factory=dict)

    def position(self, node: ast.AST) -> Position:
        return self.module.source.position(node)

    def error(self, node: ast.AST, message: str, *, code: str, hint: str) -> None:
        self.diagnostics.error(self.position(node), message, code=code, hint=hint)

    def entity(self, node: ast.expr) -> Entity | None:
        """What a name or dotted name means; None when the expression is neither."""
        match node:
            case ast.Name(name):
                if name in self.classes:
                    return Declared(self.module, f"{self.owner}.{name}", self.classes[name])
                return self.loader.resolve(self.module, name)
            case ast.Attribute(value, name):
                outer = self.entity(value)
                return outer and self.loader.attribute(outer, name)
        return None

    def known(self, node: ast.expr) -> str:
        """The canonical name of a name that needs no reading, such as `typing.Literal`; else ''."""
        return getattr(self.entity(node), "name", "") if self.is_name(node) else ""

    @staticmethod
    def is_name(node: ast.expr) -> bool:
        return isinstance(node, ast.Name | ast.Attribute)

    def report_missing(self, node: ast.expr, missing: Missing) -> None:
        name = node.attr if isinstance(node, ast.Attribute) else ast.unparse(node)
        self.error(node, missing.reason, code="unresolved-name", hint=missing.hint(name))

    def report_arguments(self, node: ast.expr, name: str, wanted: int, got: int) -> None:
        self.error(
            node,
            f"{name} takes {wanted} type argument{'' if wanted == 1 else 's'}, got {got}",
            code="type-arguments",
            hint=f"write {name}[…]" if wanted else f"write {name} alone",
        )
