"""What one tag is: the words in which the registry declares it.

A declaration is all that anything knows about a tag's spelling: the grammar reads by it, the
catalogue prints it, and a generator sees only the typed `Tag` that came out. A tag whose meaning
depends on where it stands (`+k8s:deepcopy-gen`) is declared once for each meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Place(Enum):
    """Where a comment block stands, and where a tag may.

    As the place of a block, ANYWHERE is a block at module level that belongs to no declaration;
    a tag that may stand ANYWHERE may stand there and on everything else.
    """

    PACKAGE = "a package"
    TYPE = "a type"
    FIELD = "a field"
    FUNCTION = "a function"
    ANYWHERE = "anywhere"


class Family(Enum):
    """Whose grammar a tag follows."""

    GENGO = "code-generator"
    MARKERS = "controller-tools"


class Kind(Enum):
    """What a value is; the enum's value is how the catalogue and messages call it."""

    NONE = "nothing"
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


@dataclass(frozen=True, slots=True)
class Argument:
    """A named argument; the name "" is the single positional one of `tag(value)`.

    `any_case` accepts a choice in any letter case, and reads it as it is declared.
    """

    name: str
    kind: Kind = Kind.STRING
    required: bool = False
    choices: tuple[str, ...] = ()
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """One tag in one meaning.

    `reader` is the generator that the tag is for, `help` one sentence. `bare` lets a tag with a
    value stand without it (a boolean is then true), `empty` lets the value be the empty string.
    `choices` are those of the value, or of each element of a list. `open_arguments` admits
    arguments of any name. `aliases` are other spellings, read as this one. `element` also declares
    the tag under `kubebuilder:validation:items:`, for the elements of a list.
    """

    name: str
    places: tuple[Place, ...]
    reader: str
    help: str
    family: Family = Family.GENGO
    value: Kind = Kind.NONE
    arguments: tuple[Argument, ...] = ()
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    bare: bool = False
    empty: bool = False
    open_arguments: bool = False
    element: bool = False
    aliases: tuple[str, ...] = ()

    def may_stand(self, place: Place) -> bool:
        return place in self.places or Place.ANYWHERE in self.places

    def argument(self, name: str) -> Argument | None:
        return next((a for a in self.arguments if a.name == name), None)
