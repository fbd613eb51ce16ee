"""The model back to tagged modules: what `read` makes of them is the model again.

Positions aside, and for packages that are declarations alone: a function or a method has a body,
which the model does not keep. The text is as `ruff format` would have it, for no formatter runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codegen import formatting, naming
from codegen.formatting import Alternatives, Brackets, Expression, Prefixed, call, subscript
from codegen.model import (
    Alias,
    Constant,
    Constrained,
    Default,
    DictOf,
    Enum,
    EnumMember,
    Field,
    ListOf,
    LiteralOf,
    Named,
    Opaque,
    Optional,
    Package,
    QualifiedName,
    Scalar,
    Struct,
    Tags,
    Type,
    TypeRef,
    UnionOf,
    bare,
    walk,
)
from codegen.source import known
from codegen.source.names import Names
from codegen.source.prose import Unprintable, comment, docstring

__all__ = ["Unprintable", "package"]


def package(
    package: Package, types: Mapping[QualifiedName, Type], *, postponed: bool = False
) -> dict[str, str]:
    """The modules of a package by their paths; `types` has all types that its own refer to.

    With `postponed`, no annotation is evaluated when a module is imported, which is most of what
    the import of a large one costs; without, only where one refers to what stands below it.

    Raises Unprintable for what a declaration cannot express: bodies of functions, generic classes,
    and defaults that only running code can tell.
    """
    if package.functions:
        raise Unprintable(f"{package.functions[0].name} has a body, which the model does not keep")
    modules = {}
    for path in package.files:
        stem = path.rpartition("/")[2].removesuffix(".py")
        is_head = stem == "__init__"
        name = package.module if is_head else f"{package.module}.{stem}"
        parts = [_header(package)] if is_head else []
        parts += [_Module(name, package, types, postponed=postponed and not is_head).text()]
        if is_head and package.loose_tags:
            # Above the first statement they would be the package's own.
            parts += ["" if any(parts[1:]) or package.doc else "__all__: list[str] = []\n"]
            parts += ["\n".join(f"# {tag}\n" for tag in package.loose_tags)]
        modules[path] = "\n".join(part for part in parts if part)
    return modules


def _header(package: Package) -> str:
    tags = "".join(f"# {tag}\n" for tag in package.tags)
    if not package.doc:
        return tags
    doc = docstring(package.doc, 0)
    if doc is None:
        raise Unprintable(f"no docstring is read as the documentation of {package.module}")
    return f"{tags}{doc}\n"


class _Module:
    """One module of a package, and the names that it needs."""

    def __init__(
        self,
        name: str,
        package: Package,
        types: Mapping[QualifiedName, Type],
        *,
        postponed: bool,
    ) -> None:
        self._name = name
        self._types = types
        self._own = [t for t in package.types if t.name.module == name]
        self._nested: dict[str, list[Type]] = {}
        for declared in self._own:
            outer, dot, _ = declared.name.name.rpartition(".")
            if dot:
                self._nested.setdefault(outer, []).append(declared)
        self._constants = [c for c in package.constants if c.name.module == name]
        own_names = {t.name.name for t in self._own} | {c.name.name for c in self._constants}
        members = {member.name for t in self._own if isinstance(t, Struct) for member in t.fields}
        self._postponed = postponed or _refers_forward(self._own)
        self._names = Names(frozenset(own_names | members))

    def text(self) -> str:
        top_level = [t for t in self._own if "." not in t.name.name]
        constants = "".join(map(self._constant, self._constants))
        declarations: list[tuple[bool, str]] = []
        for declared in top_level:
            declarations.append(
                (isinstance(declared, Alias), "\n".join(self._declaration(declared, 0)) + "\n")
            )
        head = "from __future__ import annotations\n" if self._postponed else ""
        text = "\n".join(part for part in (head, self._names.imports(), constants) if part)
        was_alias = True
        for is_alias, declaration in declarations:
            blank = "\n" if is_alias and was_alias else "\n\n"
            text += f"{blank if text else ''}{declaration}"
            was_alias = is_alias
        return text

    def _constant(self, constant: Constant) -> str:
        value = self._value(constant.value, None)
        return formatting.assigned(f"{constant.name.name} =", value, 0) + "\n"

    # --- declarations -------------------------------------------------------------------------

    def _declaration(self, declared: Type, indent: int) -> Iterator[str]:
        match declared:
            case Struct():
                yield from self._struct(declared, indent)
            case Enum():
                yield from self._enum(declared, indent)
            case Alias():
                yield from self._alias(declared, indent)
            case Opaque():
                raise Unprintable(f"{declared.name} is a type of the runtime's own")

    def _struct(self, struct: Struct, indent: int) -> Iterator[str]:
        if struct.methods:
            raise Unprintable(f"{struct.name} has methods, whose bodies the model does not keep")
        if struct.parameters or struct.generic_of:
            raise Unprintable(f"{struct.name} is generic: its fields' variables are bound here")
        bases = [self._base(struct, base) for base in struct.bases]
        bases = bases or [self._names.use(known.RUNTIME, "Struct")]
        about, doc = _documentation(struct.doc, indent + 4, indent)
        yield from about
        yield from _tags(struct.tags, indent)
        yield from self._class(struct, bases, doc, indent, self._members(struct, indent + 4))

    def _base(self, struct: Struct, base: QualifiedName) -> Expression:
        arguments = struct.base_arguments.get(base, ())
        name = self._declared(base)
        return subscript(name, [self._type(a) for a in arguments]) if arguments else name

    def _class(
        self,
        declared: Struct | Enum,
        bases: Sequence[Expression],
        doc: str | None,
        indent: int,
        members: Iterator[Sequence[str]],
    ) -> Iterator[str]:
        head = call(f"class {declared.name.name.rpartition('.')[2]}", bases)
        yield " " * indent + formatting.fitted(head, indent, ":")
        yield from _class_body(doc, list(members), indent + 4)

    def _members(self, struct: Struct, indent: int) -> Iterator[Sequence[str]]:
        for inner in self._nested.get(struct.name.name, ()):
            yield [*self._declaration(inner, indent), ""]
        for member in struct.fields:
            if member.inlined_from is None:
                yield list(self._field(member, indent))

    def _field(self, member: Field, indent: int) -> Iterator[str]:
        about, doc = _documentation(member.doc, indent, indent)
        yield from about
        yield from _tags(member.tags, indent)
        yield formatting.annotated(
            member.name, self._type(member.type), self._field_value(member), indent
        )
        if doc:
            yield " " * indent + doc

    def _enum(self, enum: Enum, indent: int) -> Iterator[str]:
        about, doc = _documentation(enum.doc, indent + 4, indent)
        yield from about
        yield from _tags(enum.tags, indent)
        members = (list(self._enum_member(member, indent + 4)) for member in enum.members)
        yield from self._class(enum, [self._enum_base(enum)], doc, indent, members)

    def _enum_base(self, enum: Enum) -> str:
        kinds = {type(member.value) for member in enum.members}
        if enum.open:
            return self._names.use(known.RUNTIME, "OpenEnum")
        name = "IntEnum" if kinds == {int} else "StrEnum" if kinds <= {str} else "Enum"
        return self._names.use("enum", name)

    def _enum_member(self, member: EnumMember, indent: int) -> Iterator[str]:
        about, doc = _documentation(member.doc, indent, indent)
        yield from about
        yield formatting.assigned(f"{member.name} =", self._value(member.value, None), indent)
        if doc:
            yield " " * indent + doc

    def _alias(self, alias: Alias, indent: int) -> Iterator[str]:
        about, doc = _documentation(alias.doc, indent, indent)
        yield from about
        yield from _tags(alias.tags, indent)
        kind = self._names.use("typing", "TypeAlias")
        yield formatting.assigned(f"{alias.name.name}: {kind} =", self._type(alias.target), indent)
        if doc:
            yield " " * indent + doc

    # --- types --------------------------------------------------------------------------------

    def _type(self, ref: TypeRef) -> Expression:
        match ref:
            case Scalar("Any"):
                return self._names.use("typing", "Any")
            case Scalar(name):
                return self._names.use("builtins", name)
            case ListOf(element):
                return subscript(self._names.use("builtins", "list"), [self._type(element)])
            case DictOf(key, value):
                arguments = [self._type(key), self._type(value)]
                return subscript(self._names.use("builtins", "dict"), arguments)
            case Optional(inner):
                return Alternatives([*self._alternatives(inner), "None"])
            case UnionOf():
                return Alternatives(self._alternatives(ref))
            case LiteralOf(values):
                items = [self._value(value, None) for value in values]
                return subscript(self._names.use("typing", "Literal"), items)
            case Constrained(inner, constraints):
                arguments = [
                    Prefixed(f"{key}=", self._value(value, None))
                    for key, value in constraints.items()
                ]
                meta = call(self._names.use(known.RUNTIME, "Meta"), arguments)
                return subscript(self._names.use("typing", "Annotated"), [self._type(inner), meta])
            case Named(name):
                return self._named(name)

    def _alternatives(self, ref: TypeRef) -> list[Expression]:
        members = ref.members if isinstance(ref, UnionOf) else (ref,)
        return [self._type(member) for member in members]

    def _named(self, name: QualifiedName) -> Expression:
        declared = self._types.get(name)
        if isinstance(declared, Struct) and declared.generic_of is not None:
            arguments = [self._type(argument) for argument in declared.arguments]
            return subscript(self._declared(declared.generic_of), arguments)
        return self._declared(name)

    def _declared(self, name: QualifiedName) -> str:
        if name.module == self._name:
            return name.name
        outer, dot, inner = name.name.partition(".")
        return self._names.use(name.module, outer) + dot + inner

    # --- values -------------------------------------------------------------------------------

    def _field_value(self, member: Field) -> Expression | None:
        """The right side of a field: its default, or `field(…)` where that is not all."""
        default = member.default
        is_named = member.json_name != naming.camel_case(member.name)
        is_named = is_named or naming.is_misspelt(member.name)
        arguments: list[Expression] = []
        if default is not None and default.has_value:
            value = self._value(default.value, member.type)
            is_shared = isinstance(default.value, list | dict) and bool(default.value)
            if not is_shared and not is_named:
                return value
            arguments.append(
                Prefixed("default_factory=lambda: " if is_shared else "default=", value)
            )
        elif default is not None:
            arguments.append(Prefixed("default_factory=", self._factory(member, default)))
        if is_named:
            arguments.append(Prefixed("name=", formatting.string(member.json_name)))
        return call(self._names.use(known.RUNTIME, "field"), arguments) if arguments else None

    def _factory(self, member: Field, default: Default) -> Expression:
        if default.factory is None:
            raise Unprintable(f"only running code can tell the default of {member.name}")
        builtin = _FACTORIES.get(default.factory)
        if builtin:
            return self._names.use("builtins", builtin)
        made = self._types.get(default.factory.name) if isinstance(default.factory, Named) else None
        if isinstance(made, Struct) and any(each.default is None for each in made.fields):
            return Prefixed("lambda: ", self._zero(made.name))
        return self._type(default.factory)

    def _zero(self, name: QualifiedName) -> Expression:
        """An object of a class with the zero value for each required field."""
        made = self._types[name]
        arguments = [
            Prefixed(f"{each.name}=", self._zero_value(each.type, each))
            for each in (made.fields if isinstance(made, Struct) else ())
            if each.default is None
        ]
        return call(self._declared(name), arguments)

    def _zero_value(self, ref: TypeRef, member: Field) -> Expression:
        match bare(ref):
            case ListOf():
                return "[]"
            case DictOf():
                return "{}"
            case Scalar(name) if name in _ZEROS:
                return _ZEROS[name]
            case Named(name):
                match self._types.get(name):
                    case Struct():
                        return self._zero(name)
                    case Alias(target=target):
                        return self._zero_value(target, member)
                    case Enum(open=True):
                        return call(self._declared(name), ['""'])
                    case None if name.name in ("Int", "Int32", "Int64"):
                        return "0"
        raise Unprintable(f"the type of {member.name} has no zero value")

    def _value(self, value: object, ref: TypeRef | None) -> Expression:
        """A value as a literal, or as a member where the type is an enum."""
        ref = None if ref is None else bare(ref)
        declared = self._types.get(ref.name) if isinstance(ref, Named) else None
        match declared:
            case Alias(target=target):
                return self._value(value, target)
            case Enum(members=members):
                for member in members:
                    if member.value == value:
                        return f"{self._declared(declared.name)}.{member.name}"
        match value:
            case str():
                return formatting.string(value)
            case list():
                inner = ref.element if isinstance(ref, ListOf) else None
                return Brackets("", "[", "]", [self._value(each, inner) for each in value])
            case dict():
                inner = ref.value if isinstance(ref, DictOf) else None
                items = [
                    Prefixed(f"{formatting.string(str(key))}: ", self._value(each, inner))
                    for key, each in value.items()
                ]
                return Brackets("", "{", "}", items)
            case bytes():
                return "b" + formatting.string(value.decode("latin-1"))
        return repr(value)


_FACTORIES: Mapping[TypeRef, str] = {
    ListOf(Scalar("Any")): "list",
    DictOf(Scalar("str"), Scalar("Any")): "dict",
}

_ZEROS = {"str": '""', "int": "0", "float": "0.0", "bool": "False", "bytes": 'b""'}


def _tags(tags: Tags, indent: int) -> Iterator[str]:
    return (f"{' ' * indent}# {tag}" for tag in tags)


def _documentation(doc: str, indent: int, outside: int) -> tuple[list[str], str | None]:
    """A docstring at an indent if there is one that says it; else the lines of a comment."""
    if not doc:
        return [], None
    text = docstring(doc, indent)
    return ([], text) if text else (comment(doc, outside), None)


def _class_body(doc: str | None, members: Sequence[Sequence[str]], indent: int) -> Iterator[str]:
    margin = " " * indent
    if doc:
        yield f"{margin}{doc}"
        if members:
            yield ""
    apart = any(len(lines) > 1 for lines in members)
    for index, lines in enumerate(members):
        kept = list(lines)
        while kept and not kept[-1]:
            kept.pop()
        if index and apart:
            yield ""
        yield from kept
    if not doc and not members:
        yield f"{margin}pass"


def _refers_forward(declared: Sequence[Type]) -> bool:
    """Whether a class's annotations name it itself, or what stands below it."""
    below = {each.name for each in declared}
    nested = {each.name for each in declared if "." in each.name.name}
    for each in declared:
        if isinstance(each, Struct):
            for member in each.fields:
                if member.inlined_from is None:
                    names = {ref.name for ref in walk(member.type) if isinstance(ref, Named)}
                    if names & (below | nested):
                        return True
        below.discard(each.name)
    return False
