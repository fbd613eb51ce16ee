"""Annotations as types: what Python's typing says about a field, without running any of it."""

from __future__ import annotations

import ast
from typing import Protocol

from codegen.model import (
    Constrained,
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Optional,
    QualifiedName,
    TypeRef,
    UnionOf,
)
from codegen.source import known, values
from codegen.source.modules import Declared, Entity, Known, Missing
from codegen.source.scope import Scope

_HINT = "use str, int, float, bool, bytes, list, dict, an enum or a Struct"


class Resolver(Protocol):
    """Makes references to declared types, which it has read in time."""

    def reference(
        self, scope: Scope, node: ast.expr, declared: Declared, arguments: tuple[TypeRef, ...]
    ) -> TypeRef | None:
        """The reference that a name in an annotation is; None after a diagnostic."""

    def opaque(self, module: str, name: str) -> QualifiedName:
        """The name of a type of one JSON value."""
        raise NotImplementedError


def read(scope: Scope, node: ast.expr, resolver: Resolver) -> TypeRef | None:
    """The type an annotation means; None when a diagnostic says why it means none."""
    try:
        return _Reader(scope, resolver).read(node)
    except RecursionError:
        scope.error(
            node,
            "the type nests too deeply",
            code="bad-type",
            hint="give its parts names, as aliases or classes",
        )
        return None


def unquoted(scope: Scope, node: ast.expr) -> ast.expr | None:
    """A string annotation as the expression it holds, which keeps the string's position."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return node
    try:
        inner = ast.parse(node.value.strip(), mode="eval").body
    except SyntaxError as error:
        scope.error(
            node,
            f"the annotation {node.value!r} is not an expression: {error.msg}",
            code="bad-annotation",
            hint="write the type as Python writes it",
        )
        return None
    for part in ast.walk(inner):
        ast.copy_location(part, node)
    return inner


class _Reader:
    def __init__(self, scope: Scope, resolver: Resolver) -> None:
        self.scope = scope
        self.resolver = resolver

    def read(self, node: ast.expr) -> TypeRef | None:
        expression = unquoted(self.scope, node)
        match expression:
            case None:
                return None
            case ast.Name() | ast.Attribute():
                return self._name(expression)
            case ast.Subscript(base, argument):
                return self._subscript(expression, base, argument)
            case ast.BinOp(_, ast.BitOr(), _):
                return self._union(expression, _alternatives(expression))
            case ast.Constant(None):
                return self._refuse(expression, "None alone is not a type", "write X | None")
        return self._refuse(expression, f"{ast.unparse(expression)} is not a type", _HINT)

    def _refuse(self, node: ast.expr, message: str, hint: str) -> TypeRef | None:
        self.scope.error(node, message, code="bad-type", hint=hint)
        return None

    # --- names --------------------------------------------------------------------------------

    def _name(self, node: ast.expr) -> TypeRef | None:
        match self.scope.entity(node):
            case Known(name):
                return self._known(node, name)
            case Declared() as declared:
                return self._declared(node, declared, ())
            case Missing() as missing:
                self.scope.report_missing(node, missing)
                return None
        return self._refuse(node, f"{ast.unparse(node)} is not a type", _HINT)

    def _known(self, node: ast.expr, name: str) -> TypeRef | None:
        if name in known.SCALARS:
            return known.SCALARS[name]
        if name in known.OPAQUE:
            module, _, bare = name.rpartition(".")
            return Named(self.resolver.opaque(module, bare))
        written = ast.unparse(node)
        if name in known.LISTS:
            return self._refuse(
                node,
                f"{written} needs an element type",
                f"write {written}[X], or {written}[Any] for any elements",
            )
        if name in known.DICTS:
            return self._refuse(
                node,
                f"{written} needs a key and a value type",
                f"write {written}[str, X], or {written}[str, Any] for any values",
            )
        if name == known.STRUCT:
            return self._refuse(
                node,
                f"{written} has no fields of its own",
                "name a class that derives from it, or RawExtension for any object",
            )
        return self._refuse(
            node, f"{written} has no JSON representation", known.INSTEAD.get(name, _HINT)
        )

    def _declared(
        self, node: ast.expr, declared: Declared, arguments: tuple[TypeRef, ...]
    ) -> TypeRef | None:
        if declared.name in self.scope.variables and self.scope.is_type_variable(declared):
            return self.scope.variables[declared.name]
        return self.resolver.reference(self.scope, node, declared, arguments)

    # --- subscripts ---------------------------------------------------------------------------

    def _subscript(self, node: ast.expr, base: ast.expr, argument: ast.expr) -> TypeRef | None:
        arguments = list(argument.elts) if isinstance(argument, ast.Tuple) else [argument]
        entity = self.scope.entity(base)
        if isinstance(entity, Missing):
            self.scope.report_missing(base, entity)
            return None
        if isinstance(entity, Declared):
            references = [self.read(argument) for argument in arguments]
            readable = tuple(ref for ref in references if ref is not None)
            if len(readable) != len(references):
                return None
            return self._declared(node, entity, readable)
        return self._special(node, entity, arguments)

    def _special(
        self, node: ast.expr, entity: Entity | None, arguments: list[ast.expr]
    ) -> TypeRef | None:
        name = entity.name if isinstance(entity, Known) else ""
        if name in known.LISTS:
            return self._list(node, arguments)
        if name in known.DICTS:
            return self._dict(node, arguments)
        if name == known.OPTIONAL:
            return self._union(node, [*arguments, ast.Constant(None)])
        if name == known.UNION:
            return self._union(node, arguments)
        if name == known.LITERAL:
            return self._literal(node, arguments)
        if name == known.ANNOTATED:
            return self._annotated(node, arguments)
        if name in known.TRANSPARENT and len(arguments) == 1:
            return self.read(arguments[0])
        written = ast.unparse(node)
        hint = known.INSTEAD.get(name, _HINT)
        return self._refuse(node, f"{written} has no JSON representation", hint)

    def _list(self, node: ast.expr, arguments: list[ast.expr]) -> TypeRef | None:
        if len(arguments) != 1:
            return self._refuse(node, "list takes one element type", "write list[X]")
        element = self.read(arguments[0])
        return element and ListOf(element)

    def _dict(self, node: ast.expr, arguments: list[ast.expr]) -> TypeRef | None:
        if len(arguments) != 2:
            return self._refuse(node, "dict takes a key and a value type", "write dict[str, X]")
        key, value = self.read(arguments[0]), self.read(arguments[1])
        return DictOf(key, value) if key and value else None

    def _union(self, node: ast.expr, parts: list[ast.expr]) -> TypeRef | None:
        members: list[TypeRef] = []
        nullable = False
        for part in parts:
            if isinstance(part, ast.Constant) and part.value is None:
                nullable = True
                continue
            member = self.read(part)
            if member is None:
                return None
            if isinstance(member, Optional):
                nullable, member = True, member.inner
            flat = member.members if isinstance(member, UnionOf) else (member,)
            members += [m for m in flat if m not in members]
        if not members:
            return self._refuse(node, "the union has no member but None", "write X | None")
        union = members[0] if len(members) == 1 else UnionOf(tuple(members))
        return Optional(union) if nullable else union

    def _literal(self, node: ast.expr, arguments: list[ast.expr]) -> TypeRef | None:
        literals: list[str | int | bool] = []
        nullable = False
        for argument in arguments:
            try:
                value = values.literal(self.scope, argument)
            except values.Unknown:
                value = ...
            if value is None:
                nullable = True
            elif isinstance(value, str | int | bool):
                literals.append(value)
            else:
                return self._refuse(
                    argument,
                    f"{ast.unparse(argument)} is not a literal",
                    "Literal takes strings, integers and booleans",
                )
        if not literals:
            return self._refuse(node, "the Literal has no values", 'write Literal["a", "b"]')
        literal = LiteralOf(tuple(literals))
        return Optional(literal) if nullable else literal

    def _annotated(self, node: ast.expr, arguments: list[ast.expr]) -> TypeRef | None:
        inner = self.read(arguments[0])
        for metadata in arguments[1:]:
            if inner is None or not isinstance(metadata, ast.Call):
                continue
            function = self.scope.known(metadata.func)
            if function in known.INSTEAD:
                written = ast.unparse(metadata.func)
                return self._refuse(
                    metadata, f"{written} is not for API types", known.INSTEAD[function]
                )
            if function != known.META_FUNCTION:
                continue
            constraints: dict[str, object] = {}
            for keyword in metadata.keywords:
                try:
                    constraints[keyword.arg or "**"] = values.literal(self.scope, keyword.value)
                except values.Unknown:
                    return self._refuse(
                        keyword.value,
                        f"{ast.unparse(keyword.value)} is not a literal",
                        "Meta takes literals: no code is run to read a type",
                    )
            inner = Constrained(inner, constraints, self.scope.position(metadata))
        return inner


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """The members of `A | B | C`, left to right."""
    rightmost_first: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        rightmost_first.append(node.right)
        node = node.left
    return [node, *reversed(rightmost_first)]
