"""Functions: their parameters and results, as far as these are types of an API.

A package may contain any code, so an annotation that is not an API type is not a fault: its text
is all that the model has of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen import tags
from codegen.diagnostics import Diagnostics
from codegen.model import Function, Parameter, QualifiedName, TypeRef
from codegen.source import aliases, comments, expressions, known
from codegen.source.comments import Comments
from codegen.source.declarations import Declarations
from codegen.source.modules import Declared, Import, Module
from codegen.source.scope import Scope

_LIBRARIES = frozenset({"typing", "typing_extensions", "datetime", "msgspec"})


def read(
    declarations: Declarations,
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    name: str,
    about: Comments,
) -> Function:
    """A function of a module, or a method of a class in it, whose name has the class before it."""
    annotations = _Annotations(declarations, module)
    return Function(
        QualifiedName(module.name, name),
        module.source.position(node),
        comments.parse_tags(
            about.direct_tag_lines(), tags.Place.FUNCTION, declarations.diagnostics
        ),
        tuple(_parameters(node.args, annotations)),
        annotations.read(node.returns),
        _text(node.returns),
        isinstance(node, ast.AsyncFunctionDef),
    )


def _parameters(arguments: ast.arguments, annotations: _Annotations) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        yield Parameter(
            argument.arg,
            annotations.read(argument.annotation),
            _text(argument.annotation),
            required=index < required,
        )
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(
            argument.arg,
            annotations.read(argument.annotation),
            _text(argument.annotation),
            required=default is None,
            keyword_only=True,
        )


def _text(annotation: ast.expr | None) -> str:
    return "" if annotation is None else ast.unparse(annotation)


class _Annotations:
    """Reads annotations of functions, without diagnostics.

    Names are followed only into the project and the runtime's types: a function's other parameters
    may be of any library, which it would cost time to parse.
    """

    def __init__(
        self, declarations: Declarations, module: Module, within: frozenset[str] = frozenset()
    ) -> None:
        """`within` names the aliases that are being read: one may lead to itself."""
        self._declarations = declarations
        self._scope = Scope(declarations.loader, Diagnostics(), module)
        self._within = within

    def read(self, annotation: ast.expr | None) -> TypeRef | None:
        if annotation is None or not all(map(self._is_near, ast.walk(annotation))):
            return None
        return expressions.read(self._scope, annotation, self)

    def _is_near(self, node: ast.AST) -> bool:
        symbol = self._scope.module.symbols.get(node.id) if isinstance(node, ast.Name) else None
        loader = self._declarations.loader
        if isinstance(symbol, Import) and symbol.module == known.RUNTIME and symbol.name:
            runtime = loader.module(known.RUNTIME)
            symbol = None if runtime is None else runtime.symbols.get(symbol.name)
            return isinstance(symbol, Import) and symbol.module in known.PUBLIC
        if not isinstance(symbol, Import) or symbol.module in _LIBRARIES:
            return True
        if symbol.module == "kube" or symbol.module.startswith("kube."):
            return symbol.module.startswith("kube.api.") or symbol.module in known.PUBLIC
        return loader.is_in_project(symbol.module)

    def reference(
        self, scope: Scope, node: ast.expr, declared: Declared, arguments: tuple[TypeRef, ...]
    ) -> TypeRef | None:
        """A reference to a type that the universe has, or will have when all is read."""
        is_class = isinstance(declared.definition.node, ast.ClassDef)
        if is_class and not self._declarations.quiet_classes.is_api_type(declared):
            return None
        if not is_class and not self._stands_for_a_type(declared):
            return None
        return self._declarations.reference(scope, node, declared, arguments)

    def _stands_for_a_type(self, alias: Declared) -> bool:
        """Whether an alias may be read as one of an API, and not be of code: `Callable[…]`."""
        name = f"{alias.module.name}.{alias.name}"
        if name in self._within:
            return False
        inside = _Annotations(self._declarations, alias.module, self._within | {name})
        return inside.read(aliases.target(inside._scope, alias)) is not None

    def opaque(self, module: str, name: str) -> QualifiedName:
        return self._declarations.opaque(module, name)
