"""Values of expressions, as far as text tells them: literals, enum members and constants."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codegen.model import Default, DictOf, ListOf, Scalar, TypeRef
from codegen.source import enums, known
from codegen.source.modules import Declared, Definition, Known, Missing
from codegen.source.scope import Scope

_ANY = Scalar("Any")
_EMPTY_FACTORIES: dict[str, TypeRef] = {
    "builtins.list": ListOf(_ANY),
    "builtins.dict": DictOf(Scalar("str"), _ANY),
    "builtins.str": Scalar("str"),
    "builtins.int": Scalar("int"),
    "builtins.float": Scalar("float"),
    "builtins.bool": Scalar("bool"),
    "builtins.bytes": Scalar("bytes"),
}


class Unknown(Exception):
    """Text alone cannot tell the value of the expression."""

    def __init__(self, node: ast.expr) -> None:
        super().__init__(ast.unparse(node))
        self.node = node


def literal(scope: Scope, node: ast.expr, depth: int = 0) -> object:
    """The value of an expression of literals, enum members and constants; raises `Unknown`."""
    match node:
        case ast.Constant(value) if value is not Ellipsis:
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return -value
        case ast.List(elements) | ast.Tuple(elements):
            return [literal(scope, element, depth) for element in elements]
        case ast.Dict(keys, elements):
            return {
                str(literal(scope, key or node, depth + 1)): literal(scope, element, depth)
                for key, element in zip(keys, elements, strict=True)
            }
        case ast.BinOp(ast.Constant(str(left)), ast.Add(), ast.Constant(str(right))):
            return left + right
        case ast.Attribute(owner, "value") if isinstance(owner, ast.Attribute):
            return literal(scope, owner, depth)
        case ast.Attribute(owner, member):
            return _member(scope, node, owner, member)
        case ast.Name():
            return _constant(scope, node, depth)
    raise Unknown(node)


def _member(scope: Scope, node: ast.expr, owner: ast.expr, member: str) -> object:
    entity = scope.entity(owner)
    if isinstance(entity, Missing):
        scope.report_missing(owner, entity)
    if isinstance(entity, Declared) and isinstance(entity.definition.node, ast.ClassDef):
        inside = Scope(scope.loader, scope.diagnostics, entity.module, entity.name)
        members = enums.members(inside, entity.definition.node)
        for name, value, _ in members:
            if name == member:
                return value
        names = tuple(name for name, _, _ in members)
        missing = Missing(f"{entity.name} has no member {member}", names)
        scope.report_missing(node, missing)
    raise Unknown(node)


def _constant(scope: Scope, node: ast.Name, depth: int) -> object:
    entity = scope.entity(node)
    if isinstance(entity, Missing):
        scope.report_missing(node, entity)
    if isinstance(entity, Declared) and depth < 8:
        inside = scope.of_module(entity.module)
        match entity.definition:
            case Definition(ast.Assign(_, value)):
                return literal(inside, value, depth + 1)
            case Definition(ast.AnnAssign(value=ast.expr() as value)):
                return literal(inside, value, depth + 1)
    raise Unknown(node)


Reference = Callable[[ast.expr], TypeRef | None]


def default(scope: Scope, node: ast.expr, reference: Reference) -> Default | None:
    """What a field has when it is absent; None when `field(…)` sets no default.

    `reference` reads an expression as a type: the factory of `field(default_factory=ClusterSpec)`.
    """
    if isinstance(node, ast.Call) and scope.known(node.func) == known.FIELD_FUNCTION:
        arguments = {keyword.arg: keyword.value for keyword in node.keywords}
        if "default" in arguments:
            return _plain(scope, arguments["default"])
        if "default_factory" in arguments:
            return _factory(scope, arguments["default_factory"], reference)
        return None
    return _plain(scope, node)


def _plain(scope: Scope, node: ast.expr) -> Default:
    source = ast.unparse(node)
    factory = ""
    try:
        value = literal(scope, node)
        plain = Default(source, has_value=True, value=value)
        if isinstance(value, list | dict) and value:
            factory = f"lambda: {source}"
    except Unknown:
        plain = Default(source)
        if isinstance(node, ast.Call):
            bare = not node.args and not node.keywords
            factory = ast.unparse(node.func) if bare else f"lambda: {source}"
    if factory:
        scope.error(
            node,
            f"all objects would share the default {source}",
            code="shared-default",
            hint=f"write field(default_factory={factory})",
        )
    return plain


def _factory(scope: Scope, node: ast.expr, reference: Reference) -> Default:
    source = ast.unparse(node)
    if isinstance(node, ast.Lambda):
        try:
            return Default(source, has_value=True, value=literal(scope, node.body))
        except Unknown:
            zero = _zero(scope, node.body)
            return Default(source, factory=None if zero is None else reference(zero))
    entity = scope.entity(node)
    if isinstance(entity, Known) and entity.name in _EMPTY_FACTORIES:
        return Default(source, factory=_EMPTY_FACTORIES[entity.name])
    if isinstance(entity, Missing):
        scope.report_missing(node, entity)
        return Default(source)
    is_class = isinstance(entity, Declared) and isinstance(entity.definition.node, ast.ClassDef)
    is_opaque = isinstance(entity, Known) and entity.name in known.OPAQUE
    if is_class or is_opaque or isinstance(node, ast.Subscript):
        return Default(source, factory=reference(node))
    return Default(source)


_ZEROS: tuple[object, ...] = ("", 0, False, [], {})


def _zero(scope: Scope, node: ast.expr) -> ast.expr | None:
    """The class of `Class(name="", parts=[])`, if every argument is a zero value."""
    if not isinstance(node, ast.Call) or node.args:
        return None
    entity = scope.entity(node.func)
    if not isinstance(entity, Declared) or not isinstance(entity.definition.node, ast.ClassDef):
        return None
    for argument in node.keywords:
        try:
            is_zero = literal(scope, argument.value) in _ZEROS
        except Unknown:
            is_zero = _zero(scope, argument.value) is not None
        if not is_zero or argument.arg is None:
            return None
    return node.func
