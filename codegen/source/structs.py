"""Structs: a class's own fields, after those that its bases bring."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import msgspec
from msgspec.structs import replace

from codegen import tags
from codegen.model import Field, Position, QualifiedName, Scalar, Struct, Type, TypeRef
from codegen.source import comments, expressions, fields, known, references, values
from codegen.source.bases import Classes, Family
from codegen.source.comments import Comments
from codegen.source.expressions import Resolver
from codegen.source.modules import Declared, Missing
from codegen.source.scope import Scope

_OPTIONS = frozenset({"rename", "tag", "tag_field", "array_like", "frozen", "omit_defaults"})


class Types(Resolver, Protocol):
    """What a Struct needs of the other declarations: the bases read at once, the rest in time."""

    classes: Classes

    def read(self, declared: Declared, arguments: tuple[TypeRef, ...] = ()) -> Type | None:
        """The declared type; None after a diagnostic."""

    def ask_struct(self, declared: Declared) -> QualifiedName | None:
        """The name of a class that must be a Struct with nothing to bind; None where it is not."""


class _Base(msgspec.Struct, frozen=True):
    """A base class that is a Struct, with its type arguments."""

    declared: Declared
    arguments: tuple[TypeRef, ...]

    @property
    def name(self) -> QualifiedName:
        return QualifiedName(self.declared.module.name, self.declared.name)


def read(
    types: Types, declared: Declared, name: QualifiedName, arguments: tuple[TypeRef, ...]
) -> Struct:
    """The Struct that a class declares; `name` has the arguments in it, if there are any."""
    node = declared.definition.node
    assert isinstance(node, ast.ClassDef)
    parameters = types.classes.parameters(declared)
    unbound = bool(parameters) and not arguments
    scope = types.classes.scope(declared, arguments or tuple(Scalar("Any") for _ in parameters))
    _check_options(scope, node)
    qualified = QualifiedName(declared.module.name, declared.name)
    members: dict[str, Field] = {}
    bases: list[QualifiedName] = []
    kind, item = "struct", None
    direct = list(_bases(types, declared, scope))
    for base in reversed(direct):
        parent = types.read(base.declared, base.arguments)
        if not isinstance(parent, Struct):
            continue
        bases.insert(0, base.name)
        for member in parent.fields:
            origin = member.inlined_from or base.name
            members[member.name] = replace(member, inlined_from=origin)
        if parent.kind != "struct":
            kind, item = parent.kind, parent.item
        if base.name == known.OBJECT_LIST:
            item = base.arguments[0]
    body = _Body(types, scope, node)
    members |= body.fields()
    own = declared.module.comments(declared.definition)
    own_tags = comments.parse_tags(own.tag_lines(), tags.Place.CLASS, scope.diagnostics)
    return Struct(
        name=name,
        position=scope.position(node),
        fields=tuple(members.values()),
        bases=tuple(bases),
        base_arguments={base.name: base.arguments for base in direct if base.arguments},
        kind={known.OBJECT: "object", known.OBJECT_LIST: "list"}.get(qualified, kind),
        item=item,
        doc=own.documentation(comments.docstring(node.body)),
        tags=own_tags,
        methods=body.methods(),
        references=references.read(scope.loader, declared.module, own_tags, types.ask_struct),
        constant=references.constant(scope.loader, declared.module, own_tags),
        parameters=parameters if unbound else (),
        generic_of=qualified if arguments else None,
        arguments=arguments,
    )


def _bases(types: Types, declared: Declared, scope: Scope) -> Iterator[_Base]:
    """The direct bases that are Structs, whose fields are inlined."""
    head = replace(types.classes.scope(declared, outside=True), variables=scope.variables)
    for base in types.classes.bases(declared, head):
        entity = base.entity
        if not isinstance(entity, Declared) or not isinstance(entity.definition.node, ast.ClassDef):
            continue
        if types.classes.family(entity) is not Family.STRUCT:
            continue
        arguments = [expressions.read(base.scope, part, types) for part in base.arguments]
        readable = tuple(ref for ref in arguments if ref is not None)
        if len(readable) != len(arguments):
            continue
        expected = len(types.classes.parameters(entity))
        if expected != len(readable):
            scope.report_arguments(base.node, entity.name, expected, len(readable))
            continue
        yield _Base(entity, readable)


def _check_options(scope: Scope, node: ast.ClassDef) -> None:
    for keyword in node.keywords:
        if keyword.arg in _OPTIONS:
            scope.error(
                keyword.value,
                f"the class option {keyword.arg} is set by Struct for all API types",
                code="class-option",
                hint="leave it out; field(name=…) sets a JSON name",
            )


# --- the body -------------------------------------------------------------------------------------


def is_class_variable(scope: Scope, node: ast.AnnAssign) -> bool:
    """Whether an annotated name in a class body is `ClassVar`, and so not a field."""
    annotation = node.annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.lstrip().removeprefix("typing.").startswith("ClassVar")
    named = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return scope.known(named) == known.CLASS_VARIABLE


class _Body(msgspec.Struct):
    """The body of a class: what of it are fields, and what methods."""

    types: Types
    scope: Scope
    node: ast.ClassDef

    def methods(self) -> dict[str, Position]:
        return {
            statement.name: self.scope.position(statement)
            for statement in self.node.body
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    def fields(self) -> dict[str, Field]:
        body = self.scope.module.body(self.node)
        members: dict[str, Field] = {}
        declared: set[str] = set()
        for statement, _ in body.statements:
            match statement:
                case ast.AnnAssign(ast.Name(name)) if not is_class_variable(self.scope, statement):
                    if not self._is_allowed(statement, name):
                        continue
                    if name in declared:
                        self.scope.error(
                            statement,
                            f"the field {name} is declared twice",
                            code="duplicate-field",
                            hint="remove one of the two",
                        )
                    declared.add(name)
                    member = self._field(statement, name, body.comments(statement))
                    if member is not None:
                        members[name] = member
                case ast.Assign([ast.Name(name)], ast.Call(function)):
                    if self.scope.known(function) == known.FIELD_FUNCTION:
                        self.scope.error(
                            statement,
                            f"the field {name} has no type",
                            code="bad-field",
                            hint=f"write {name}: X = field(…)",
                        )
                case ast.Assign([ast.Name(name)], value) if not name.startswith("_"):
                    self._report_untyped(statement, name, value)
                case _:
                    pass
        self._check_shadowing(declared, members)
        return members

    def _report_untyped(self, node: ast.Assign, name: str, value: ast.expr) -> None:
        """Report what reads as a field with a default: no constant, and no other expression."""
        literals = ast.Constant | ast.UnaryOp | ast.List | ast.Dict
        if isinstance(value, literals) and not name.isupper():
            self.scope.error(
                node,
                f"{name} has no type, and would not be part of the API",
                code="bad-field",
                hint=f"write {name}: X = {ast.unparse(value)}, or {name}: ClassVar[X] for what "
                "all objects share",
            )

    def _is_allowed(self, node: ast.AnnAssign, name: str) -> bool:
        if name.startswith("__") and name.endswith("__"):
            return False
        if not name.startswith("_"):
            return True
        bare = name.lstrip("_")
        self.scope.error(
            node,
            f"the field {name} begins with an underscore, and would not be part of the API",
            code="private-field",
            hint=f'write {bare or "x"}: … = field(name="{name}"), or ClassVar[…] for what all '
            "objects share",
        )
        return False

    def _field(self, node: ast.AnnAssign, name: str, about: Comments) -> Field | None:
        scope = replace(self.scope, subject=name)
        kind = expressions.read(scope, node.annotation, self.types)
        json_name = fields.json_name(scope, node, name)
        default = None
        if node.value is not None and kind is not None:  # one fault is one message
            default = values.default(
                scope, node.value, lambda factory: expressions.read(scope, factory, self.types)
            )
        own_tags = comments.parse_tags(
            about.direct_tag_lines(), tags.Place.FIELD, scope.diagnostics
        )
        if kind is None:
            return None
        return Field(
            name=name,
            json_name=json_name,
            type=kind,
            position=scope.position(node),
            default=default,
            doc=about.documentation(about.below),
            tags=own_tags,
            constant=references.constant(scope.loader, scope.module, own_tags),
        )

    def _check_shadowing(self, declared: set[str], members: Mapping[str, Field]) -> None:
        """Refuse a field whose name the class body needs: from there on it is the default."""
        candidates = {name for name in declared if self._means_something(name)}
        if not candidates:
            return
        used = set(_names_used(self.node.body))
        for statement in self.node.body:
            match statement:
                case ast.AnnAssign(ast.Name(name)) if name in candidates and name in used:
                    json_name = members[name].json_name if name in members else name
                    self.scope.error(
                        statement,
                        f"the field {name} hides the name {name}, which the class body uses",
                        code="shadowing-field",
                        hint=f'rename it: {name}_: … = field(name="{json_name}")',
                    )
                case _:
                    pass

    def _means_something(self, name: str) -> bool:
        is_there = hasattr(builtins, name) or name in self.scope.classes
        return is_there or not isinstance(
            self.scope.loader.resolve(self.scope.module, name), Missing
        )


_WORD = re.compile(r"[^\W\d]\w*")


def _names_used(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that Python looks up while it runs a class body, or evaluates its annotations."""
    for statement in body:
        annotations: list[ast.expr | None] = []
        values: list[ast.expr | None] = []
        match statement:
            case ast.AnnAssign(_, annotation, value):
                annotations, values = [annotation], [value]
            case ast.Assign(_, value):
                values = [value]
            case ast.FunctionDef(args=every) | ast.AsyncFunctionDef(args=every):
                listed = [*every.posonlyargs, *every.args, *every.kwonlyargs]
                annotations = [statement.returns, *(argument.annotation for argument in listed)]
                values = [*statement.decorator_list, *every.defaults, *every.kw_defaults]
            case ast.ClassDef():
                values = [*statement.bases, *statement.decorator_list]
            case _:
                pass
        for part in (*annotations, *values):
            for node in ast.walk(part) if part is not None else ():
                if isinstance(node, ast.Name):
                    yield node.id
        for part in annotations:
            if part is not None:
                yield from _quoted_names(part)


def _quoted_names(annotation: ast.expr) -> Iterator[str]:
    """The names in the parts of an annotation that are written as strings."""
    match annotation:
        case ast.Constant(str(text)):
            yield from _WORD.findall(text)
        case ast.Subscript(named, inner) if not ast.unparse(named).endswith("Literal"):
            yield from _quoted_names(inner)
        case ast.BinOp(left, _, right):
            yield from _quoted_names(left)
            yield from _quoted_names(right)
        case ast.Tuple(elements):
            for element in elements:
                yield from _quoted_names(element)
