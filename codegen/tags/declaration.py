"""What one tag is: a class that declares its name, its place, its value and its arguments.

The class is all that anything knows of a tag: the grammar reads by it, the catalogue and
`str(tag)` print by it, and what comes out of a comment is an object of it, with typed attributes.
A tag whose meaning depends on where it stands (`+k8s:deepcopy-gen`) is a class for each meaning.

The classes behave as frozen dataclasses do, for type checkers too, but are not made by
`dataclasses`: that compiles source for each class, which for 150 tags would double the time that
a run takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum
from typing import Any, ClassVar, Generic, TypeVar, cast, dataclass_transform, overload

from codegen.model import Position, Tag

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

NOWHERE = Position("")


class Place(Enum):
    """Where a comment block stands, and where a tag may.

    As the place of a block, ANYWHERE is a block at module level that belongs to no declaration;
    a tag that may stand ANYWHERE may stand there and on everything else.
    """

    PACKAGE = "a package"
    CLASS = "a class"
    ENUM = "an enum"
    ALIAS = "an alias"
    FIELD = "a field"
    FUNCTION = "a function"
    ANYWHERE = "anywhere"


TYPE = (Place.CLASS, Place.ENUM, Place.ALIAS)
"""The places of a tag for any type; one that needs fields stands only on a `Place.CLASS`."""


def place_names(places: Iterable[Place]) -> list[str]:
    """How messages and the catalogue call some places: all types together are one."""
    names = [place.value for place in places]
    types = [place.value for place in TYPE]
    if not set(types) <= set(names):
        return names
    return [n for n in ("a type" if n == types[0] else n for n in names) if n not in types]


class Family(Enum):
    """Whose grammar a tag follows."""

    GENGO = "code-generator"
    CONTROLLER_TOOLS = "controller-tools"


# --- values -------------------------------------------------------------------------------------


class Form(Enum):
    """How a value is written; the enum's value is how the catalogue and messages call it."""

    STRING = "a string"
    INTEGER = "an integer"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    ANY = "any value"
    STRINGS = "strings separated by ;"
    VALUES = "values separated by ;"
    # only in code-generator's tags
    WORD = "a word"
    WORDS = "words separated by commas"
    SCALAR = "a string, an integer, true or false"
    TEXT = "text"
    JSON = "JSON"
    TAG = "a tag"


class ValueType(Generic[T]):
    """The Python type of a value (`T`), and the form that it has in a comment."""

    __slots__ = ("choices", "convert", "form")

    def __init__(
        self,
        form: Form,
        choices: tuple[str, ...] = (),
        convert: Callable[[Any], T] | None = None,
    ) -> None:
        self.form = form
        self.choices = choices
        self.convert = convert


STRING: ValueType[str] = ValueType(Form.STRING)
INTEGER: ValueType[int] = ValueType(Form.INTEGER)
NUMBER: ValueType[float] = ValueType(Form.NUMBER)
BOOLEAN: ValueType[bool] = ValueType(Form.BOOLEAN)
ANY: ValueType[object] = ValueType(Form.ANY)
STRINGS: ValueType[tuple[str, ...]] = ValueType(Form.STRINGS, convert=tuple)
VALUES: ValueType[tuple[object, ...]] = ValueType(Form.VALUES, convert=tuple)
WORD: ValueType[str] = ValueType(Form.WORD)
WORDS: ValueType[tuple[str, ...]] = ValueType(Form.WORDS, convert=tuple)
SCALAR: ValueType[str | int | bool] = ValueType(Form.SCALAR)
TEXT: ValueType[str] = ValueType(Form.TEXT)
JSON: ValueType[object] = ValueType(Form.JSON)
TAG: ValueType[Tag] = ValueType(Form.TAG)


def word_of(choices: type[E]) -> ValueType[E]:
    """A word that is one of an enum's values."""
    return ValueType(Form.WORD, tuple(choices), choices)


def words_of(choices: type[E]) -> ValueType[tuple[E, ...]]:
    """Words that are values of an enum."""
    return ValueType(Form.WORDS, tuple(choices), lambda words: tuple(choices(w) for w in words))


class Ref:
    """`ref(name)` as a value: a constant that the name refers to."""

    __slots__ = ("name", "position")

    def __init__(self, name: str, position: Position = NOWHERE) -> None:
        self.name = name
        self.position = position

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Ref({self.name!r})"


class Argument:
    """One attribute of a tag: its value (the attribute `value`) or an argument.

    `name` is how an argument is spelled, "" for the single positional one of `tag(value)`.
    `any_case` accepts a choice in any letter case, and reads it as it is declared. `bare` lets a
    boolean value be left out, as true; `empty` lets a value be the empty string. `open` collects
    the arguments of all other names.
    """

    __slots__ = (
        "any_case", "attribute", "bare", "choices", "convert", "empty", "form", "name", "open",
        "required",
    )  # fmt: skip

    attribute: str
    name: str

    def __init__(
        self,
        type: ValueType[Any],
        name: str | None,
        choices: tuple[str, ...],
        *,
        required: bool,
        any_case: bool,
        bare: bool,
        empty: bool,
        open: bool,
    ) -> None:
        self.form = type.form
        self.choices = choices or type.choices
        self.convert = type.convert
        self.required = required
        self.any_case = any_case
        self.bare = bare
        self.empty = empty
        self.open = open
        if name is not None:
            self.name = name

    def bind(self, attribute: str) -> None:
        """Take the name of the attribute, and spell it as arguments are: `shortName`."""
        self.attribute = attribute
        if not hasattr(self, "name"):
            first, *others = attribute.split("_")
            self.name = first + "".join(word.capitalize() for word in others)


@overload
def argument(
    type: ValueType[T],
    *,
    name: str | None = None,
    choices: tuple[str, ...] = (),
    any_case: bool = False,
    bare: bool = False,
    empty: bool = False,
) -> T: ...
@overload
def argument(
    type: ValueType[T],
    *,
    default: None,
    name: str | None = None,
    choices: tuple[str, ...] = (),
    any_case: bool = False,
) -> T | None: ...
def argument(
    type: ValueType[Any],
    *,
    default: object = ...,
    name: str | None = None,
    choices: tuple[str, ...] = (),
    any_case: bool = False,
    bare: bool = False,
    empty: bool = False,
) -> Any:
    """Declares an attribute of a tag; with `default=None` it may be left out."""
    return Argument(
        type,
        name,
        choices,
        required=default is ...,
        any_case=any_case,
        bare=bare,
        empty=empty,
        open=False,
    )


def open_arguments() -> Mapping[str, str | int | bool]:
    """Declares the attribute that collects arguments of any name."""
    return cast(
        "Mapping[str, str | int | bool]",
        Argument(
            SCALAR,
            None,
            (),
            required=True,
            any_case=False,
            bare=False,
            empty=False,
            open=True,
        ),
    )


# --- tags ---------------------------------------------------------------------------------------


class TagDeclaration:
    """What a class of tags declares.

    `reader` is the generator that the tag is for, `help` one sentence. `aliases` are other
    spellings, read as this one. `elements` also declares the tag under
    `kubebuilder:validation:items:`, for the elements of a list; `for_elements` is that
    declaration. `unread` says why nothing reads the tag, in which case a note is made where it
    stands.
    """

    __slots__ = (
        "aliases", "arguments", "elements", "family", "for_elements", "help", "name", "places",
        "reader", "repeatable", "tag", "unread", "value",
    )  # fmt: skip

    def __init__(
        self,
        tag: type[DeclaredTag],
        name: str,
        places: tuple[Place, ...],
        reader: str,
        family: Family,
        attributes: tuple[Argument, ...],
        *,
        repeatable: bool = False,
        elements: bool = False,
        for_elements: bool = False,
        aliases: tuple[str, ...] = (),
        unread: str = "",
    ) -> None:
        self.tag = tag
        self.name = name
        self.places = places
        self.reader = reader
        self.help = " ".join((tag.__doc__ or "").split())
        self.family = family
        self.value = next((a for a in attributes if a.attribute == "value"), None)
        self.arguments = tuple(a for a in attributes if a.attribute != "value")
        self.repeatable = repeatable
        self.elements = elements
        self.for_elements = for_elements
        self.aliases = aliases
        self.unread = unread

    @property
    def attributes(self) -> tuple[Argument, ...]:
        return self.arguments if self.value is None else (self.value, *self.arguments)

    @property
    def open_arguments(self) -> Argument | None:
        return next((a for a in self.arguments if a.open), None)

    def of_elements(self, name: str) -> TagDeclaration:
        """The same tag about the elements of a list."""
        return TagDeclaration(
            self.tag,
            name,
            self.places,
            self.reader,
            self.family,
            self.attributes,
            repeatable=self.repeatable,
            for_elements=True,
        )

    def may_stand(self, place: Place) -> bool:
        return place in self.places or Place.ANYWHERE in self.places

    def argument(self, name: str) -> Argument | None:
        """The argument that is spelled so."""
        return next((a for a in self.arguments if a.name == name and not a.open), None)

    def is_complete(self, values: Mapping[str, object]) -> bool:
        """Whether there are values, by attribute, for all that a tag needs."""
        return all(a.attribute in values for a in self.attributes if a.required)

    def make(
        self,
        values: Mapping[str, object],
        position: Position,
        places: Mapping[str, Position],
        text: str,
    ) -> Tag:
        """The tag that was read from a comment, from values in their forms by attribute."""
        tag = object.__new__(self.tag)
        attributes = tag.__dict__
        for attribute in self.attributes:
            value = values.get(attribute.attribute)
            if value is not None and attribute.convert is not None:
                value = attribute.convert(value)
            attributes[attribute.attribute] = value
        stand(tag, position, places, text)
        if not self.for_elements:
            return tag
        outer = ForElements(tag)
        stand(outer, position, places, text)
        return outer


def stand(tag: Tag, position: Position, places: Mapping[str, Position], text: str) -> None:
    """Say where a tag stands."""
    object.__setattr__(tag, "position", position)
    object.__setattr__(tag, "places", places)
    object.__setattr__(tag, "text", text)


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(argument, open_arguments)
)
class DeclaredTag(Tag):
    """The base of all tags. A subclass without a `name` is a base of others alone."""

    declaration: ClassVar[TagDeclaration]
    family: ClassVar[Family] = Family.GENGO

    def __init_subclass__(
        cls,
        name: str = "",
        on: Place | tuple[Place, ...] = (),
        reader: str = "",
        *,
        repeatable: bool = False,
        elements: bool = False,
        aliases: tuple[str, ...] = (),
        unread: str = "",
    ) -> None:
        own = [(name, value) for name, value in vars(cls).items() if isinstance(value, Argument)]
        for attribute, declared in own:
            declared.bind(attribute)
            delattr(cls, attribute)
        cls._attributes = (*cls._attributes, *(declared for _, declared in own))
        if name:
            cls.declaration = TagDeclaration(
                cls,
                name,
                on if isinstance(on, tuple) else (on,),
                reader,
                cls.family,
                cls._attributes,
                repeatable=repeatable,
                elements=elements,
                aliases=aliases,
                unread=unread,
            )

    _attributes: ClassVar[tuple[Argument, ...]] = ()

    def __init__(self, **values: object) -> None:
        for declared in type(self)._attributes:
            if declared.required and declared.attribute not in values:
                raise TypeError(f"{type(self).__name__} needs {declared.attribute}")
            self.__dict__[declared.attribute] = values.pop(declared.attribute, None)
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")
        stand(self, NOWHERE, {}, "")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a tag cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name} of a tag cannot be deleted")

    @property
    def tag_name(self) -> str:
        return self.declaration.name

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.__dict__.values())))

    def __repr__(self) -> str:
        values = ", ".join(f"{k}={v!r}" for k, v in self.__dict__.items() if v is not None)
        return f"{type(self).__name__}({values})"

    def __str__(self) -> str:
        from codegen.tags.printing import printed  # seldom needed

        return printed(self.declaration, self.__dict__)


class Marker(DeclaredTag):
    """A tag in the grammar of controller-tools."""

    family = Family.CONTROLLER_TOOLS


VALIDATION = "kubebuilder:validation:"
ITEMS = VALIDATION + "items:"


def name_for_elements(name: str) -> str:
    """How a tag is spelled that is about the elements of a list."""
    return ITEMS + name.removeprefix(VALIDATION)


class ForElements(Tag):
    """A tag about the elements of a list, `+kubebuilder:validation:items:…`; `tag` is the one
    that applies to them."""

    __slots__ = ("tag",)

    def __init__(self, tag: DeclaredTag) -> None:
        self.tag = tag
        stand(self, NOWHERE, {}, "")

    @property
    def tag_name(self) -> str:
        return name_for_elements(self.tag.tag_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ForElements) and other.tag == self.tag

    def __hash__(self) -> int:
        return hash((ForElements, self.tag))

    def __repr__(self) -> str:
        return f"ForElements({self.tag!r})"

    def __str__(self) -> str:
        from codegen.tags.printing import printed

        return printed(self.tag.declaration, self.tag.__dict__, self.tag_name)
