"""Declarations as types of the model: classes, enums and aliases, each read once, when referred to.

A reference only needs the name of what it refers to, so types that mention each other, and modules
that import each other, need no order: what is referred to waits in a queue. Only inheritance reads
the base at once, since its fields come first.
"""

from __future__ import annotations

import ast
from collections import deque

from codegen import tags
from codegen.diagnostics import Diagnostics
from codegen.model import Alias, Named, Opaque, Position, QualifiedName, Type, TypeRef
from codegen.source import aliases, comments, enums, expressions, known, references, structs
from codegen.source.bases import Classes, Family
from codegen.source.binding import bound_name
from codegen.source.modules import Declared, Loader
from codegen.source.scope import Scope

_DEEPEST_BINDING = 20  # type arguments within type arguments


class Declarations:
    """Every type read so far, and the queue of those that something refers to."""

    def __init__(self, loader: Loader, diagnostics: Diagnostics) -> None:
        self.loader = loader
        self.diagnostics = diagnostics
        self.classes = Classes(loader, diagnostics)
        self.quiet_classes = Classes(loader, Diagnostics())  # of code that need not be an API
        self.types: dict[QualifiedName, Type] = {}
        self._waiting: deque[tuple[Declared, tuple[TypeRef, ...]]] = deque()
        self._asked: set[QualifiedName] = set()

    # --- references ---------------------------------------------------------------------------

    def reference(
        self, scope: Scope, node: ast.expr, declared: Declared, arguments: tuple[TypeRef, ...]
    ) -> TypeRef | None:
        """The reference that a name in an annotation is; its declaration is read later."""
        name = declared.name
        if f"{declared.module.name}.{name}" in known.OPAQUE:
            return Named(self.opaque(declared.module.name, name))
        if scope.is_type_variable(declared):
            scope.error(
                node,
                f"the type variable {name} is not bound here",
                code="unbound-type-variable",
                hint=f"derive the class from Generic[{name}] too",
            )
            return None
        if not self._is_type(scope, node, declared):
            return None
        expected = len(self.classes.parameters(declared))
        if expected != len(arguments):
            scope.report_arguments(node, name, expected, len(arguments))
            return None
        if bound_name(declared, arguments).name.count("[") > _DEEPEST_BINDING:
            scope.error(
                node,
                f"{name} refers to itself with ever larger type arguments",
                code="endless-type",
                hint=f"refer to {name} with its own type variables",
            )
            return None
        return Named(self.ask(declared, arguments))

    def _is_type(self, scope: Scope, node: ast.expr, declared: Declared) -> bool:
        if isinstance(declared.definition.node, ast.ClassDef):
            family = self.classes.family(declared)
            if family is Family.PLAIN:
                scope.error(
                    node,
                    f"the class {declared.name} is not an API type",
                    code="bad-type",
                    hint=f"derive it from Struct of {known.RUNTIME}, or make it an enum",
                )
            return self.classes.is_api_type(declared)
        if aliases.target(self.classes.module_scope(declared), declared) is None:
            scope.error(
                node,
                f"{declared.name} is not a type",
                code="bad-type",
                hint=f"for an alias write {declared.name}: TypeAlias = …",
            )
            return False
        return True

    def opaque(self, module: str, name: str) -> QualifiedName:
        """The name of a type of one JSON value, which needs no reading."""
        qualified = QualifiedName(module, name)
        if qualified not in self.types:
            loaded = self.loader.module(module) if module.startswith("kube.") else None
            path = loaded.source.path if loaded else f"<{module}>"
            self.types[qualified] = Opaque(qualified, Position(path), known.OPAQUE[str(qualified)])
        return qualified

    # --- the queue ----------------------------------------------------------------------------

    def ask(self, declared: Declared, arguments: tuple[TypeRef, ...] = ()) -> QualifiedName:
        """Queue a declaration to be read, once for each binding of its parameters."""
        name = bound_name(declared, arguments)
        if name not in self._asked:
            self._asked.add(name)
            self._waiting.append((declared, arguments))
        return name

    def ask_struct(self, declared: Declared) -> QualifiedName | None:
        """Queue what must be a Struct with nothing to bind; None where it is not."""
        if not isinstance(declared.definition.node, ast.ClassDef):
            return None
        if self.classes.family(declared) is not Family.STRUCT or self.classes.parameters(declared):
            return None
        return self.ask(declared)

    def read_all(self) -> None:
        """Read what is waiting, and what that refers to, until nothing is left."""
        while self._waiting:
            self.read(*self._waiting.popleft())

    def read(self, declared: Declared, arguments: tuple[TypeRef, ...] = ()) -> Type | None:
        """The declared type; None after a diagnostic."""
        name = bound_name(declared, arguments)
        self._asked.add(name)
        if name not in self.types:
            declaration = self._read(declared, name, arguments)
            if declaration is not None:
                self.types[name] = declaration
        return self.types.get(name)

    def _read(
        self, declared: Declared, name: QualifiedName, arguments: tuple[TypeRef, ...]
    ) -> Type | None:
        if not isinstance(declared.definition.node, ast.ClassDef):
            return self._alias(declared, name)
        match self.classes.family(declared):
            case Family.STRUCT:
                return structs.read(self, declared, name, arguments)
            case Family.OPEN_ENUM:
                return enums.read(self.classes.scope(declared), declared, is_open=True)
            case Family.ENUM:
                return enums.read(self.classes.scope(declared), declared, is_open=False)
        return None

    def _alias(self, declared: Declared, name: QualifiedName) -> Alias | None:
        scope = self.classes.module_scope(declared)
        value = aliases.target(scope, declared)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            scope.error(
                value,
                f"the alias {declared.name} is a string at run time, not a type",
                code="bad-alias",
                hint="write it without quotes, below what it names",
            )
        own = declared.module.comments(declared.definition)
        own_tags = comments.parse_tags(own.tag_lines(), tags.Place.ALIAS, self.diagnostics)
        target = None if value is None else expressions.read(scope, value, self)
        if target is None:
            return None
        return Alias(
            name,
            scope.position(declared.definition.node),
            target,
            own.documentation(own.below),
            own_tags,
            references.constant(self.loader, declared.module, own_tags),
        )
