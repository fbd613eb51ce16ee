"""One twin as text: its class, and for a kind the functions that make and extract it."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from codegen import formatting, naming
from codegen.formatting import WIDTH, Alternatives, Expression, Prefixed, subscript
from codegen.generators import render
from codegen.generators.applyconfiguration.homes import Home, Homes, twin_name
from codegen.generators.applyconfiguration.reach import applied_fields, is_inherited
from codegen.generators.applyconfiguration.topology import is_atomic, printed, topology
from codegen.generators.imports import Imports
from codegen.generators.render import call, signature
from codegen.kinds import Kind
from codegen.model import (
    Alias,
    Constrained,
    DictOf,
    Enum,
    Field,
    ListOf,
    LiteralOf,
    Named,
    Opaque,
    Optional,
    QualifiedName,
    Scalar,
    Struct,
    TypeRef,
    UnionOf,
    Universe,
    bare,
)
from codegen.source import known
from codegen.source.prose import Unprintable, comment, docstring
from codegen.tags.declared import validation

RUNTIME = "kube.runtime.applyconfiguration"


class Deferred:
    """Modules that a module of twins names in annotations, and imports when it needs them."""

    def __init__(self, imports: Imports, home: Home, own_packages: frozenset[str]) -> None:
        self._imports = imports
        self._home = home
        self._own_packages = own_packages
        self._aliases: dict[str, str] = {}

    def twin(self, name: QualifiedName, homes: Homes) -> str:
        """What to write for a type's twin."""
        home = homes.of(name)
        if home == self._home:
            return twin_name(name)
        module, alias = (home.name, home.alias) if isinstance(home, Home) else (str(home), "")
        return f"{self._module(module, alias)}.{twin_name(name)}"

    def type(self, name: QualifiedName) -> str:
        """What to write for a class of the API itself."""
        return f"{self._module(name.module, '')}.{name.name}"

    def _module(self, module: str, alias: str) -> str:
        if module not in self._aliases:
            self._aliases[module] = self._imports.free(alias or self._alias(module))
        return self._aliases[module]

    def _alias(self, module: str) -> str:
        parts = module.split(".")
        is_own = any(module.startswith(package) for package in self._own_packages)
        return parts[-1] if is_own else "_".join(parts[-3:])

    @property
    def is_needed(self) -> bool:
        return bool(self._aliases)

    def statements(self, cls: str) -> list[tuple[str, str]]:
        """(what type checkers read, what runs) for each module, in the order of imports."""
        modules = sorted(self._aliases, key=formatting.module_order)
        return [
            (
                formatting.unbreakable(f"    import {module} as {self._aliases[module]}"),
                formatting.assigned(
                    f"{self._aliases[module]} =",
                    formatting.call(cls, [f'"{module}"']),
                    4,
                ),
            )
            for module in modules
        ]


class FunctionNames(msgspec.Struct, frozen=True):
    """The names of the functions that make and extract a kind's twin."""

    make: str
    extract: str


def function_names(structs: Iterable[Struct]) -> dict[QualifiedName, FunctionNames]:
    """The names of a module's functions, none of which is a name of Python or used twice."""
    names = {}
    taken: set[str] = set()

    def free(name: str) -> str:
        while name in taken or hasattr(builtins, name):
            name += "_"
        taken.add(name)
        return name

    for struct in structs:
        snake = naming.snake_case(struct.name.name)
        make = free(naming.identifier(snake))
        names[struct.name] = FunctionNames(make, free(f"extract_{snake}"))
    return names


class Printer:
    """Prints the twins of one module."""

    def __init__(
        self, universe: Universe, homes: Homes, imports: Imports, deferred: Deferred
    ) -> None:
        self._universe = universe
        self._homes = homes
        self._imports = imports
        self._deferred = deferred
        self._shadowed: frozenset[str] = frozenset()

    def twin(self, struct: Struct) -> str:
        """The class. A field named like a builtin hides it in the annotations of its class."""
        fields = list(self._own_fields(struct))
        self._shadowed = frozenset(f.name for f in applied_fields(struct)) & _BUILTINS
        doc = _docstring(struct.doc, 4)
        members = [list(self._field(struct, field)) for field in fields]
        if is_atomic(struct):
            members.append(['    __topology__ = "atomic"'])
        elif markers := topology(self._universe, fields):
            members.append([formatting.assigned("__topology__ =", printed(markers), 4)])
        return "\n".join([self._head(struct), *_body(doc, members)])

    def _own_fields(self, struct: Struct) -> Iterator[Field]:
        inherited = {
            field.name
            for name in struct.bases
            for base in [self._universe.types.get(name)]
            if isinstance(base, Struct) and is_inherited(struct, base, self._homes)
            for field in base.fields
        }
        for field in applied_fields(struct):
            if field.inlined_from is None or field.name not in inherited:
                yield field

    def _head(self, struct: Struct) -> str:
        name = twin_name(struct.name)
        if struct.kind == "object":
            base = self._imports.name(RUNTIME, "ApplyConfiguration")
            bases = [f'{base}["{self._deferred.type(struct.name)}"]']
        else:
            bases = [
                twin_name(base.name)
                for each in struct.bases
                for base in [self._universe.types.get(each)]
                if isinstance(base, Struct) and is_inherited(struct, base, self._homes)
            ] or [self._imports.name(RUNTIME, "Configuration")]
        return formatting.fitted(formatting.call(f"class {name}", bases), 0, ":")

    # --- fields

    def _field(self, struct: Struct, field: Field) -> Iterator[str]:
        about = "" if field.inlined_from == known.OBJECT else field.doc
        doc = _docstring(about, 4)
        if about and doc is None:
            yield from _comment(about)
        tag = _union_tag(struct, field)
        if tag is not None:
            literal = self._imports.name("typing", "Literal")
            text = formatting.string(tag)
            yield formatting.annotated(field.name, f"{literal}[{text}]", text, 4)
        else:
            yield self._optional(field)
        if doc is not None:
            yield f"    {doc}"

    def _optional(self, field: Field) -> str:
        members = self._alternatives(field.type)
        default = "None"
        if validation.Nullable in field.tags:  # None is a value to set, so something else is not
            members.append(self._imports.name(RUNTIME, "UnsetType"))
            default = self._imports.name(RUNTIME, "UNSET")
        members.append("None")
        value: Expression = default
        is_named = field.json_name != naming.camel_case(field.name)
        if is_named or naming.is_misspelt(field.name):
            name = Prefixed("name=", formatting.string(field.json_name))
            make = self._imports.name("kube.runtime", "field")
            value = formatting.call(make, [Prefixed("default=", default), name])
        return formatting.annotated(field.name, Alternatives(members), value, 4)

    def _alternatives(self, ref: TypeRef) -> list[Expression]:
        ref = bare(ref)
        declared = self._universe.types[ref.name] if isinstance(ref, Named) else None
        if isinstance(declared, Alias):
            return self._alternatives(declared.target)
        members = ref.members if isinstance(ref, UnionOf) else (ref,)
        return [self._type(member) for member in members]

    def _type(self, ref: TypeRef) -> Expression:
        """A type without None and without constraints; aliases are what they stand for."""
        match ref:
            case Optional(inner) | Constrained(inner):
                return self._type(inner)
            case Scalar("Any"):
                return self._imports.name("typing", "Any")
            case Scalar(name):
                return self._builtin(name)
            case ListOf(element):
                return subscript(self._builtin("list"), [self._type(element)])
            case DictOf(key, value):
                return subscript(self._builtin("dict"), [self._type(key), self._type(value)])
            case UnionOf(members):
                return Alternatives([self._type(member) for member in members])
            case LiteralOf(values):
                items = [formatting.string(v) if isinstance(v, str) else repr(v) for v in values]
                return subscript(self._imports.name("typing", "Literal"), items)
            case Named(name):
                return self._named(name)

    def _named(self, name: QualifiedName) -> Expression:
        match self._universe.types[name]:
            case Alias(target=target):
                return self._type(target)
            case Struct():
                return self._deferred.twin(name, self._homes)
            case Enum():
                return self._deferred.type(name)
            case Opaque() if name == _RAW:
                return self._imports.name("typing", "Any")
            case Opaque():
                return self._imports.type(name)

    def _builtin(self, name: str) -> str:
        if name not in self._shadowed:
            return name
        return f"{self._imports.module('builtins')}.{name}"

    # --- functions

    def functions(self, struct: Struct, kind: Kind, names: FunctionNames) -> Iterator[str]:
        """`deployment(name, namespace)` and `extract_deployment(…)`, for a kind."""
        package = self._homes.package(struct.name.module)
        assert package is not None
        yield self._maker(struct, kind, names.make, package.version)
        yield self._extractor(struct, names.extract)

    def _maker(self, struct: Struct, kind: Kind, name: str, version: str) -> str:
        twin = twin_name(struct.name)
        api_version = f"{kind.group}/{version}" if kind.group else version
        parameters = ["name: str", "namespace: str"] if kind.namespaced else ["name: str"]
        meta = self._deferred.twin(_OBJECT_META, self._homes)
        named = formatting.call(
            meta, ["name=name", *(["namespace=namespace"] if kind.namespaced else [])]
        )
        arguments: list[Expression] = [
            f"api_version={formatting.string(api_version)}",
            f"kind={formatting.string(struct.name.name)}",
            Prefixed("metadata=", named),
        ]
        place = "name and namespace" if kind.namespaced else "name"
        about = f"The apply configuration of one {struct.name.name}: its {place} alone."
        return "\n".join(
            [
                signature(name, parameters, twin),
                "    " + render.docstring(about, 4),
                "    " + call(twin, arguments, 4, "return "),
            ]
        )

    def _extractor(self, struct: Struct, name: str) -> str:
        twin = twin_name(struct.name)
        parameters = [
            f"obj: {self._deferred.type(struct.name)}",
            "field_manager: str",
            "*",
            'subresource: str = ""',
        ]
        extract = self._imports.name("kube.runtime.extraction", "extract")
        about = f"What a field manager has applied of one {struct.name.name}; see `extract`."
        return "\n".join(
            [
                signature(name, parameters, twin),
                "    " + render.docstring(about, 4),
                "    " + call(extract, [twin, "obj", "field_manager", "subresource"], 4, "return "),
            ]
        )


_OBJECT_META = QualifiedName("kube.runtime.metadata.types", "ObjectMeta")
_RAW = QualifiedName("msgspec", "Raw")
_BUILTINS = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str"})


def _union_tag(struct: Struct, field: Field) -> str | None:
    """The value of a leading `type: Literal["…"]`, which makes a class a member of unions."""
    if struct.fields[0] != field or field.name != "type" or not isinstance(field.type, LiteralOf):
        return None
    values = field.type.values
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _docstring(doc: str, indent: int) -> str | None:
    return docstring(doc, indent) if doc else None


def _comment(doc: str) -> list[str]:
    try:
        return comment(doc, 4)
    except Unprintable:
        return []


def _body(doc: str | None, members: Sequence[Sequence[str]]) -> Iterator[str]:
    if doc is not None:
        yield f"    {doc}"
        if members:
            yield ""
    apart = any(len(lines) > 1 for lines in members)
    for index, lines in enumerate(members):
        if index and (apart or lines[0].startswith("    __topology__")):
            yield ""
        yield from lines
    if doc is None and not members:
        yield "    pass"


def is_wide(text: str) -> bool:
    """Whether a line is too long for the linter, as documentation may be."""
    return any(len(line) > WIDTH for line in text.split("\n"))
