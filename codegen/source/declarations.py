"""Declarations as types of the model: classes, enums and aliases, each read once, when referred to.

A reference only needs the name of what it refers to, so types that mention each other, and modules
that import each other, need no order: what is referred to waits in a queue. Only inheritance reads
the base at once, since its fields come first.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from codegen import tags
from codegen.diagnostics import Diagnostics
from codegen.model import (
    Alias,
    Field,
    Named,
    Opaque,
    Position,
    QualifiedName,
    Scalar,
    Struct,
    Type,
    TypeRef,
)
from codegen.source import comments, enums, expressions, fields, known, references, values
from codegen.source.attached import attached, parse_tags
from codegen.source.binding import bound_name
from codegen.source.modules import (
    Declared,
    Known,
    Loader,
    Missing,
    header_end,
    nested,
    siblings,
)
from codegen.source.scope import Scope

_OPTIONS = frozenset({"rename", "tag", "tag_field", "array_like", "frozen", "omit_defaults"})


@dataclass(frozen=True, slots=True)
class _Base:
    """A base class, with the type arguments it is given."""

    found: Declared
    arguments: tuple[TypeRef, ...]
    node: ast.expr


_DEEPEST_BINDING = 20  # type arguments within type arguments


class Declarations:
    """Every type read so far, and the queue of those that something refers to."""

    def __init__(self, loader: Loader, diagnostics: Diagnostics) -> None:
        self.loader = loader
        self.diagnostics = diagnostics
        self.types: dict[QualifiedName, Type] = {}
        self._waiting: deque[tuple[Declared, tuple[TypeRef, ...]]] = deque()
        self._asked: set[QualifiedName] = set()
        self._reading: list[QualifiedName] = []
        self._families: dict[tuple[str, str], str] = {}

    # --- references ---------------------------------------------------------------------------

    def reference(
        self, scope: Scope, node: ast.expr, found: Declared, arguments: tuple[TypeRef, ...]
    ) -> TypeRef | None:
        """What an annotation that names `found` refers to; its declaration is read later."""
        if found.module.name.startswith("kube.") and found.name in known.OPAQUE:
            return Named(self.opaque(found.module.name, found.name))
        if expressions.is_type_variable(scope, found):
            scope.error(
                node,
                f"the type variable {found.name} is not bound here",
                code="unbound-type-variable",
                hint=f"derive the class from Generic[{found.name}] too",
            )
            return None
        if not self._is_type(scope, node, found):
            return None
        wanted = len(self.parameters(found))
        if wanted != len(arguments):
            scope.report_arguments(node, found.name, wanted, len(arguments))
            return None
        if bound_name(found, arguments).name.count("[") > _DEEPEST_BINDING:
            scope.error(
                node,
                f"{found.name} is bound to itself without end",
                code="endless-type",
                hint=f"refer to {found.name} with its own type variables",
            )
            return None
        return Named(self.ask(found, arguments))

    def _is_type(self, scope: Scope, node: ast.expr, found: Declared) -> bool:
        statement = found.declaration.node
        if isinstance(statement, ast.ClassDef):
            family = self.family(found)
            if family == "plain":
                scope.error(
                    node,
                    f"{found.name} is a class, but no API type",
                    code="bad-type",
                    hint=f"derive it from Struct of {known.RUNTIME}, or make it an enum",
                )
            return family not in ("plain", "unknown")
        if self.alias_target(found) is None:
            scope.error(
                node,
                f"{found.name} is not a type",
                code="bad-type",
                hint=f"for an alias write {found.name}: TypeAlias = …",
            )
            return False
        return True

    def opaque(self, module: str, name: str) -> QualifiedName:
        qualified = QualifiedName(module, name)
        if qualified not in self.types:
            immutable = known.OPAQUE_ELSEWHERE.get(str(qualified), known.OPAQUE.get(name, False))
            found = self.loader.module(module) if module.startswith("kube.") else None
            path = found.source.path if found else f"<{module}>"
            self.types[qualified] = Opaque(qualified, Position(path), immutable)
        return qualified

    def ask(self, found: Declared, arguments: tuple[TypeRef, ...] = ()) -> QualifiedName:
        """Queue a declaration to be read, once for each binding of its parameters."""
        name = bound_name(found, arguments)
        if name not in self._asked:
            self._asked.add(name)
            self._waiting.append((found, arguments))
        return name

    def _ask_struct(self, found: Declared) -> QualifiedName | None:
        """Queue what must be a Struct with nothing to bind; None where it is not."""
        is_class = isinstance(found.declaration.node, ast.ClassDef)
        if not is_class or self.family(found) != "struct" or self.parameters(found):
            return None
        return self.ask(found)

    def read_all(self) -> None:
        """Read what is waiting, and what that refers to, until nothing is left."""
        while self._waiting:
            self.read(*self._waiting.popleft())

    def read(self, found: Declared, arguments: tuple[TypeRef, ...] = ()) -> Type | None:
        name = bound_name(found, arguments)
        self._asked.add(name)
        if name in self.types:
            return self.types[name]
        made: Type | None
        if isinstance(found.declaration.node, ast.ClassDef):
            family = self.family(found)
            if family in ("enum", "open"):
                made = enums.read(
                    self._scope(found), found, found.declaration.node, is_open=family == "open"
                )
            elif family == "struct":
                made = self._struct(found, found.declaration.node, name, arguments)
            else:
                made = None
        else:
            made = self._alias(found, name)
        if made is not None:
            self.types[name] = made
        return made

    # --- classes ------------------------------------------------------------------------------

    def family(self, found: Declared) -> str:
        """What a class is by its bases: struct, enum, open, plain; unknown after a diagnostic."""
        if found.key in self._families:
            return self._families[found.key]
        self._families[found.key] = "unknown"  # what a circle of bases finds
        node = found.declaration.node
        assert isinstance(node, ast.ClassDef)
        families = {self._family_of_base(found, base) for base in node.bases}
        chosen = next((f for f in ("unknown", "struct", "open", "enum") if f in families), "plain")
        self._families[found.key] = chosen
        if chosen == "struct":
            self._report_plain_bases(found, node)
        return chosen

    def _report_plain_bases(self, found: Declared, node: ast.ClassDef) -> None:
        """A class whose objects have a `__dict__` cannot be joined to a Struct's fixed layout."""
        scope = self._scope(found, outside=True)
        for base in node.bases:
            other = scope.entity(base)
            if not isinstance(other, Declared):
                continue
            body = other.declaration.node
            if isinstance(body, ast.ClassDef) and self.family(other) == "plain":
                named = (t for s in body.body if isinstance(s, ast.Assign) for t in s.targets)
                if not any(isinstance(t, ast.Name) and t.id == "__slots__" for t in named):
                    scope.error(
                        base,
                        f"{found.name} cannot derive from {other.name}, which is no Struct",
                        code="base-conflict",
                        hint=f"derive {other.name} from Struct, or give it __slots__ = ()",
                    )

    def _family_of_base(self, found: Declared, base: ast.expr) -> str:
        scope = self._scope(found, outside=True)
        named = base.value if isinstance(base, ast.Subscript) else base
        match scope.entity(named):
            case Known(known.STRUCT):
                return "struct"
            case Known(known.OPEN_ENUM):
                return "open"
            case Known(name) if name in known.CLOSED_ENUMS:
                return "enum"
            case Declared() as other if isinstance(other.declaration.node, ast.ClassDef):
                if other.key not in self._families or self._families[other.key] != "unknown":
                    return self.family(other)
                if other.key == found.key or self._derives(other, found):
                    scope.error(
                        base,
                        f"{found.name} derives from itself",
                        code="circular-inheritance",
                        hint="break the circle of base classes",
                    )
                return "unknown"
            case Missing() as missing:
                scope.report_missing(named, missing)
                return "unknown"
        return "plain"

    def _derives(self, found: Declared, ancestor: Declared) -> bool:
        """Whether a chain of bases leads from one class to another."""
        seen: set[tuple[str, str]] = set()
        waiting = [found]
        while waiting:
            current = waiting.pop()
            if current.key == ancestor.key:
                return True
            if current.key not in seen and isinstance(current.declaration.node, ast.ClassDef):
                seen.add(current.key)
                scope = self._scope(current, outside=True)
                entities = (scope.entity(b) for b in current.declaration.node.bases)
                waiting += [e for e in entities if isinstance(e, Declared)]
        return False

    def _scope(
        self, found: Declared, arguments: Sequence[TypeRef] = (), *, outside: bool = False
    ) -> Scope:
        """The scope of a class's body; `outside`, that of its bases."""
        node = found.declaration.node
        outer, _, _ = found.name.rpartition(".")
        parameters = self.parameters(found) if arguments else ()
        return Scope(
            self.loader,
            self.diagnostics,
            found.module,
            outer if outside else found.name,
            nested(node) if isinstance(node, ast.ClassDef) and not outside else {},
            dict(zip(parameters, arguments, strict=False)),
        )

    def parameters(self, found: Declared) -> tuple[str, ...]:
        """The type variables of a class, as `Generic[T]` lists them or its bases use them."""
        node = found.declaration.node
        if not isinstance(node, ast.ClassDef):
            return ()
        scope = self._scope(found, outside=True)
        declared: list[str] = []
        used: list[str] = []
        for base in node.bases:
            if not isinstance(base, ast.Subscript):
                continue
            target = declared if scope.known(base.value) == known.GENERIC else used
            for part in ast.walk(base.slice):
                if isinstance(part, ast.Name):
                    entity = scope.entity(part)
                    if isinstance(entity, Declared) and expressions.is_type_variable(scope, entity):
                        target.append(entity.name)
        return tuple(dict.fromkeys(declared or used))

    def _bases(self, found: Declared, node: ast.ClassDef, scope: Scope) -> Iterator[_Base]:
        """The direct bases that are Structs with fields to inline."""
        for base in node.bases:
            arguments: list[TypeRef] = []
            named = base
            if isinstance(base, ast.Subscript):
                named = base.value
                if scope.known(named) == known.GENERIC:
                    continue
                parts = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
                read = [expressions.read(scope, part, self) for part in parts]
                arguments = [r for r in read if r is not None]
                if len(arguments) != len(read):
                    continue
            entity = scope.entity(named)
            if not isinstance(entity, Declared) or self.family(entity) != "struct":
                continue
            wanted = len(self.parameters(entity))
            if wanted != len(arguments):
                scope.report_arguments(base, entity.name, wanted, len(arguments))
                continue
            yield _Base(entity, tuple(arguments), base)

    def _struct(
        self,
        found: Declared,
        node: ast.ClassDef,
        name: QualifiedName,
        arguments: tuple[TypeRef, ...],
    ) -> Struct | None:
        parameters = self.parameters(found)
        unbound = bool(parameters) and not arguments
        bound: tuple[TypeRef, ...] = arguments or tuple(Scalar("Any") for _ in parameters)
        scope = self._scope(found, bound)
        outside = replace(self._scope(found, outside=True), variables=scope.variables)
        self._check_options(scope, node)
        found_fields: dict[str, Field] = {}
        names: list[QualifiedName] = []
        kind, item = "struct", None
        for base in reversed(list(self._bases(found, node, outside))):
            parent = self.read(base.found, base.arguments)
            if not isinstance(parent, Struct):
                continue
            origin = QualifiedName(base.found.module.name, base.found.name)
            names.insert(0, origin)
            for inherited in parent.fields:
                found_fields[inherited.name] = replace(
                    inherited, inlined_from=inherited.inlined_from or origin
                )
            if parent.kind != "struct":
                kind, item = parent.kind, parent.item
            if origin == known.OBJECT_LIST:
                item = base.arguments[0]
        methods: dict[str, Position] = {}
        self._body(scope, node, found_fields, methods)
        about = attached(found.module, node, found.declaration.floor, detached=True)
        own_tags = parse_tags(about.tags, tags.Place.TYPE, self.diagnostics)
        qualified = QualifiedName(found.module.name, found.name)
        kind = {known.OBJECT: "object", known.OBJECT_LIST: "list"}.get(qualified, kind)
        return Struct(
            name=name,
            position=scope.position(node),
            fields=tuple(found_fields.values()),
            bases=tuple(names),
            kind=kind,
            item=item,
            doc=comments.documentation(about.direct, comments.docstring(node.body)),
            tags=own_tags,
            methods=methods,
            references=references.read(self.loader, found.module, own_tags, self._ask_struct),
            parameters=parameters if unbound else (),
            generic_of=None if unbound or not arguments else qualified,
            arguments=arguments,
        )

    def _check_options(self, scope: Scope, node: ast.ClassDef) -> None:
        for keyword in node.keywords:
            if keyword.arg in _OPTIONS:
                scope.error(
                    keyword.value,
                    f"the class option {keyword.arg} is set by Struct for all API types",
                    code="class-option",
                    hint="leave it out; a JSON name is given with field(name=…)",
                )

    def _body(
        self,
        scope: Scope,
        node: ast.ClassDef,
        into: dict[str, Field],
        methods: dict[str, Position],
    ) -> None:
        own: set[str] = set()
        statements = list(siblings(node.body, header_end(node)))
        for index, (statement, floor) in enumerate(statements):
            match statement:
                case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                    methods[name] = scope.position(statement)
                case ast.AnnAssign(ast.Name(name)) if not name.startswith("_"):
                    if self._is_class_variable(scope, statement.annotation):
                        continue
                    if name in own:
                        scope.error(
                            statement,
                            f"the field {name} is declared twice",
                            code="duplicate-field",
                            hint="remove one of the two",
                        )
                    own.add(name)
                    after = statements[index + 1][0] if index + 1 < len(statements) else None
                    made = self._field(scope, statement, name, floor, after)
                    if made is not None:
                        into[name] = made
                case ast.Assign([ast.Name(name)], ast.Call(function)):
                    if scope.known(function) == known.FIELD_FUNCTION:
                        scope.error(
                            statement,
                            f"the field {name} has no type",
                            code="bad-field",
                            hint=f"write {name}: X = field(…)",
                        )
                case _:
                    pass

    def _is_class_variable(self, scope: Scope, annotation: ast.expr) -> bool:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return annotation.value.lstrip().removeprefix("typing.").startswith("ClassVar")
        named = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        return scope.known(named) == known.CLASS_VARIABLE

    def _field(
        self,
        scope: Scope,
        node: ast.AnnAssign,
        name: str,
        floor: int,
        after: ast.stmt | None,
    ) -> Field | None:
        kind = expressions.read(scope, node.annotation, self)
        json_name = fields.json_name(scope, node, name)
        default = None
        if node.value is not None:
            default = values.default(
                scope, node.value, lambda factory: expressions.read(scope, factory, self)
            )
        about = attached(scope.module, node, floor)
        field_tags = parse_tags(about.tags, tags.Place.FIELD, self.diagnostics)
        if kind is None:
            return None
        return Field(
            name=name,
            json_name=json_name,
            type=kind,
            position=scope.position(node),
            default=default,
            doc=comments.documentation(
                about.direct, comments.string_statement(after) if after else None
            ),
            tags=field_tags,
        )

    # --- aliases ------------------------------------------------------------------------------

    def alias_target(self, found: Declared) -> ast.expr | None:
        """The expression that an alias stands for; None where the name is no alias of a type."""
        scope = Scope(self.loader, self.diagnostics, found.module)
        match found.declaration.node:
            case ast.AnnAssign(annotation=annotation, value=ast.expr() as value):
                return value if self.is_alias(scope, annotation) else None
            case ast.Assign(_, ast.Call(function, [_, target])):
                return target if scope.known(function) == known.NEW_TYPE else None
            case ast.Assign(
                _, (ast.Name() | ast.Attribute() | ast.Subscript() | ast.BinOp()) as value
            ):
                return value
        return None

    def is_alias(self, scope: Scope, annotation: ast.expr) -> bool:
        if isinstance(annotation, ast.Constant):
            return annotation.value in ("TypeAlias", "typing.TypeAlias")
        return scope.known(annotation) == known.TYPE_ALIAS

    def _alias(self, found: Declared, name: QualifiedName) -> Alias | None:
        scope = Scope(self.loader, self.diagnostics, found.module)
        node = found.declaration.node
        value = self.alias_target(found)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            scope.error(
                value,
                f"the alias {found.name} is a string when the module runs, and no type",
                code="bad-alias",
                hint="write it without quotes, below what it names",
            )
        about = attached(found.module, node, found.declaration.floor, detached=True)
        alias_tags = parse_tags(about.tags, tags.Place.TYPE, self.diagnostics)
        target = None if value is None else expressions.read(scope, value, self)
        if target is None:
            return None
        return Alias(
            name,
            scope.position(node),
            target,
            comments.documentation(about.direct, self._text_below(found)),
            alias_tags,
        )

    def _text_below(self, found: Declared) -> str | None:
        body = found.module.source.tree.body
        for node, following in pairwise(body):
            if node is found.declaration.node:
                return comments.string_statement(following)
        return None
