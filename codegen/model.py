"""The immutable model that every generator reads.

Source text is understood once, here, in these values. Nothing downstream re-reads what the reader
knew: a generator that needs a fact not in the model is a reason to extend the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import msgspec


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in a source file. Lines and columns count from 1, as editors show them."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


# --- tags -------------------------------------------------------------------------------------


class Tag:
    """One tag, of a class that `codegen.tags` declares: its value and arguments are attributes.

    Positions do not count: tags of one class with equal values are equal.
    `text` is the tag as its author wrote it, `str(tag)` the same tag as we write it. `places` gives
    the position of the value (`value`) and of each argument, by their attributes.
    """

    __slots__ = ("places", "position", "text")

    position: Position
    places: Mapping[str, Position]
    text: str

    @property
    def tag_name(self) -> str:
        """The name that the tag is declared under, without its `+`."""
        raise NotImplementedError

    def at(self, attribute: str = "value") -> Position:
        """Where the value, or an argument, stands; the tag itself where it is absent."""
        return self.places.get(attribute, self.position)


T = TypeVar("T", bound=Tag)


class Tags(msgspec.Struct, frozen=True):
    """The tags of one package, type, field or function, in source order."""

    items: tuple[Tag, ...] = ()

    def __iter__(self) -> Iterator[Tag]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, wanted: type[Tag]) -> bool:
        return any(isinstance(tag, wanted) for tag in self.items)

    def get(self, wanted: type[T]) -> T | None:
        """The first tag of a class."""
        return next((tag for tag in self.items if isinstance(tag, wanted)), None)

    def all(self, wanted: type[T]) -> tuple[T, ...]:
        return tuple(tag for tag in self.items if isinstance(tag, wanted))


# --- types ------------------------------------------------------------------------------------


class QualifiedName(msgspec.Struct, frozen=True, order=True):
    """A name as Python would import it: `from <module> import <name>`.

    A class nested in a class keeps the dots: name="Outer.Inner".
    """

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Scalar(msgspec.Struct, frozen=True):
    """str, int, float, bool, bytes, or Any (free-form JSON)."""

    name: str


class ListOf(msgspec.Struct, frozen=True):
    element: TypeRef


class DictOf(msgspec.Struct, frozen=True):
    key: TypeRef
    value: TypeRef


class Optional(msgspec.Struct, frozen=True):
    """`X | None`."""

    inner: TypeRef


class UnionOf(msgspec.Struct, frozen=True):
    """`A | B` of two or more members, none of them None."""

    members: tuple[TypeRef, ...]


class LiteralOf(msgspec.Struct, frozen=True):
    values: tuple[str | int | bool, ...]


class Named(msgspec.Struct, frozen=True):
    """A reference to a declared type: look it up in `Universe.types`."""

    name: QualifiedName


class Constrained(msgspec.Struct, frozen=True):
    """`Annotated[X, Meta(ge=0, …)]`: `constraints` has Meta's keyword arguments as literals."""

    inner: TypeRef
    constraints: Mapping[str, object]
    position: Position


TypeRef: TypeAlias = Scalar | ListOf | DictOf | Optional | UnionOf | LiteralOf | Named | Constrained


class Constant(msgspec.Struct, frozen=True):
    """A name at module level with a value that text tells: `LIMIT = 3`."""

    name: QualifiedName
    position: Position
    value: object


@dataclass(frozen=True, slots=True)
class Default:
    """What a field has when it is absent.

    Exactly one is meaningful: `value` (a JSON literal; `has_value` tells None from nothing),
    `factory` (a type or builtin called without arguments) or neither, for an expression that text
    alone cannot evaluate: then `source` is all there is. Two defaults of one value
    are equal, however they are written.
    """

    source: str = field(compare=False)
    has_value: bool = False
    value: object = None
    factory: TypeRef | None = None


class Field(msgspec.Struct, frozen=True):
    name: str
    json_name: str
    type: TypeRef
    position: Position
    default: Default | None = None  # None: the field is required
    doc: str = ""
    tags: Tags = Tags()
    constant: Constant | None = None  # the one that `+default=ref(…)` names
    inlined_from: QualifiedName | None = None  # the base class that declares it, if not this one


class Struct(msgspec.Struct, frozen=True):
    """A class on `kube.runtime.Struct`, its bases' fields inlined before its own.

    `bases` are the direct Struct bases (inlining), `base_arguments` what generic ones are bound to.
    `kind` says what it is at a document's root: "object" (derives from Object), "list" (from
    ObjectList; `item` is its element) or "struct".
    A generic class has `parameters` and is bound at use: the reader makes one Struct for each use
    in a field, with `generic_of` and `arguments` set and a name like `Page[Cluster]`, so that
    generators see only bound types. The unbound class itself stands in its package with Any for
    each parameter; generators of code leave it (and what is bound) alone. `references` has the
    types that tags name (`input=Scale`), by their names as written; `constant` is the one that
    `+default=ref(…)` names.
    """

    name: QualifiedName
    position: Position
    fields: tuple[Field, ...] = ()
    bases: tuple[QualifiedName, ...] = ()
    base_arguments: Mapping[QualifiedName, tuple[TypeRef, ...]] = msgspec.field(
        default_factory=dict
    )
    kind: str = "struct"
    item: TypeRef | None = None
    doc: str = ""
    tags: Tags = Tags()
    methods: Mapping[str, Position] = msgspec.field(default_factory=dict)  # in the class's own body
    parameters: tuple[str, ...] = ()
    generic_of: QualifiedName | None = None
    arguments: tuple[TypeRef, ...] = ()
    references: Mapping[str, QualifiedName] = msgspec.field(default_factory=dict)
    constant: Constant | None = None

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


class EnumMember(msgspec.Struct, frozen=True):
    name: str
    value: str | int
    position: Position
    doc: str = ""


class Enum(msgspec.Struct, frozen=True):
    """A StrEnum/IntEnum (closed) or an OpenEnum (open: an unknown value is kept)."""

    name: QualifiedName
    position: Position
    members: tuple[EnumMember, ...]
    open: bool = False
    doc: str = ""
    tags: Tags = Tags()
    constant: Constant | None = None


class Alias(msgspec.Struct, frozen=True):
    """`Percent: TypeAlias = Int32`, with the comment block above it."""

    name: QualifiedName
    position: Position
    target: TypeRef
    doc: str = ""
    tags: Tags = Tags()
    constant: Constant | None = None


class Opaque(msgspec.Struct, frozen=True):
    """A type of the runtime for one JSON value: Time, Quantity, IntOrString, RawExtension …

    `immutable` tells deepcopy that sharing it is safe.
    """

    name: QualifiedName
    position: Position
    immutable: bool
    doc: str = ""


Type: TypeAlias = Struct | Enum | Alias | Opaque


def bare(ref: TypeRef) -> TypeRef:
    """A type without `| None` and constraints."""
    while isinstance(ref, Optional | Constrained):
        ref = ref.inner
    return ref


def children(ref: TypeRef) -> tuple[TypeRef, ...]:
    """The references that a reference is directly made of: a dict's key, then its value.

    A `Named` has none: what it names is a declaration, to be looked up.
    """
    match ref:
        case ListOf(inner) | Optional(inner) | Constrained(inner):
            return (inner,)
        case DictOf(key, value):
            return (key, value)
        case UnionOf(members):
            return members
        case Scalar() | LiteralOf() | Named():
            return ()


def walk(ref: TypeRef) -> Iterator[TypeRef]:
    """A reference and all that it is made of, each before its parts."""
    yield ref
    for child in children(ref):
        yield from walk(child)


# --- packages ---------------------------------------------------------------------------------


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a function; `type` is None where its `annotation` is not an API type."""

    name: str
    type: TypeRef | None = None
    annotation: str = ""
    required: bool = True
    keyword_only: bool = False


class Function(msgspec.Struct, frozen=True):
    """A function of a package, or a method that has tags (rbac, webhook).

    `result` is None where `result_annotation`, its text, is not an API type; of a method,
    `parameters` begin with `self`. Neither has `*args` and `**kwargs`.
    """

    name: QualifiedName
    position: Position
    tags: Tags = Tags()
    parameters: tuple[Parameter, ...] = ()
    result: TypeRef | None = None
    result_annotation: str = ""
    is_async: bool = False


class Step(msgspec.Struct, frozen=True):
    """One name of a chain in code. `arguments` are those of the call that follows the name.

    None: the name is not called. `keywords` has the call's keyword arguments, each as a tuple: of a
    list's elements, or of the one value.
    """

    name: str
    arguments: tuple[Argument, ...] | None = None
    keywords: tuple[tuple[str, tuple[Argument, ...]], ...] = ()


Chain: TypeAlias = tuple[Step, ...]
Argument: TypeAlias = "Chain | str | None"
"""A positional argument: a chain, a string literal, or None for any other expression."""


class ClientCall(msgspec.Struct, frozen=True):
    """A chain of names in code, from what it begins with to the method that is called at its end.

    The bases of classes are such chains, too.

    `clients.apps_v1.deployments("x").list()` has the steps `clients`, `apps_v1`, `deployments` and
    `list`. A variable stands for the chain that was assigned to it, or for the class that its
    annotation names; an imported name is a first step with its module: `kube.client.Client`.
    `own` is the index of the first step, or call, that is written here: those before it stand
    where the variable was assigned.
    """

    steps: Chain
    position: Position
    own: int = 0

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps)


class Silence(msgspec.Struct, frozen=True):
    """A comment `# codegen: ignore[code, code]`: the diagnostics that it silences, and the line."""

    path: str
    line: int
    codes: frozenset[str]


class Package(msgspec.Struct, frozen=True):
    """One API package: a folder that holds one version of one group.

    `module` is its dotted name (`apis.clusterprovisioner.v1alpha1`), `path` its folder relative to
    the project's root, with `/`. `internal` is true where the folder's name is not a version:
    such a package gets deepcopy helpers, no client and no registration. `types` are those declared
    in it, in source order, files sorted by name. `loose_tags` are markers at module level that
    belong to no declaration.
    """

    module: str
    path: str
    position: Position
    group: str | None
    version: str
    internal: bool
    tags: Tags = Tags()
    doc: str = ""
    types: tuple[Type, ...] = ()
    functions: tuple[Function, ...] = ()
    constants: tuple[Constant, ...] = ()
    loose_tags: Tags = Tags()
    calls: tuple[ClientCall, ...] = ()  # in the bodies of its functions
    silences: tuple[Silence, ...] = ()
    files: tuple[str, ...] = ()  # the modules read, relative to the root
    complete: bool = True  # whether all of them could be parsed

    def structs(self) -> Iterator[Struct]:
        return (t for t in self.types if isinstance(t, Struct))


class Universe(msgspec.Struct, frozen=True):
    """All that one run knows: the packages asked for, and every type that they reach.

    `inputs` has what the run read, for a later one to tell whether anything changed: the content
    hash of each source file, those of other packages and of the runtime included, by its path
    (relative to the root where it stands below it).
    """

    packages: tuple[Package, ...]
    types: Mapping[QualifiedName, Type]
    inputs: Mapping[str, str] = msgspec.field(default_factory=dict)

    def resolve(self, ref: TypeRef) -> TypeRef | Type:
        """Follow Named references and aliases to a Struct, Enum, Opaque or a builtin shape."""
        while isinstance(ref, Named):
            declared = self.types[ref.name]
            if not isinstance(declared, Alias):
                return declared
            ref = declared.target
        return ref
