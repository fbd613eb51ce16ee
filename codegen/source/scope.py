"""Where an expression stands: which names it sees, and what its type variables are bound to."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import msgspec

from codegen.diagnostics import Diagnostics
from codegen.model import Position, TypeRef
from codegen.source import known
from codegen.source.modules import Declared, Definition, Entity, Loader, Missing, Module


class Scope(msgspec.Struct, frozen=True):
    """`owner` is the class whose body it is, with the dots of nesting; empty at module level.

    `classes` are those declared in that body: it sees them by their bare names. `subject` is the
    field that messages are about.
    """

    loader: Loader
    diagnostics: Diagnostics
    module: Module
    owner: str = ""
    classes: Mapping[str, Definition] = msgspec.field(default_factory=dict)
    variables: Mapping[str, TypeRef] = msgspec.field(default_factory=dict)
    subject: str = ""

    def position(self, node: ast.AST) -> Position:
        return self.module.source.position(node)

    def error(self, node: ast.AST, message: str, *, code: str, hint: str) -> None:
        about = f"{self.subject}: " if self.subject else ""
        self.diagnostics.error(self.position(node), about + message, code=code, hint=hint)

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

    def of_module(self, module: Module) -> Scope:
        """The scope at the level of a module, for what an alias or a constant there says."""
        return Scope(self.loader, self.diagnostics, module, subject=self.subject)

    def is_type_variable(self, declared: Declared) -> bool:
        match declared.definition:
            case Definition(ast.Assign(_, ast.Call(function))):
                return self.of_module(declared.module).known(function) == known.TYPE_VARIABLE
        return False

    def report_missing(self, node: ast.expr, missing: Missing) -> None:
        if missing.reported:
            return
        name = node.attr if isinstance(node, ast.Attribute) else ast.unparse(node)
        self.error(node, missing.reason, code="unresolved-name", hint=missing.hint(name))

    def report_arguments(self, node: ast.expr, name: str, expected: int, actual: int) -> None:
        self.error(
            node,
            f"{name} takes {expected} type argument{'' if expected == 1 else 's'}, got {actual}",
            code="type-arguments",
            hint=f"write {name}[…]" if expected else f"write {name} alone",
        )
