"""Every shape that a field can have."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from kube.api.meta.v1 import LabelSelector, Time
from kube.runtime import JSON, IntOrString, Meta, Object, ObjectList, OpenEnum, Struct, field

Percent: TypeAlias = Annotated[int, Meta(ge=0, le=100)]
Names: TypeAlias = list[str]


class Colour(OpenEnum):
    RED = "Red"
    BLUE = "Blue"


class Mode(StrEnum):
    FAST = "Fast"
    SLOW = "Slow"


class Leaf(Struct):
    """Nothing in it can be changed in place."""

    name: str
    colour: Colour = Colour.RED
    mode: Mode | None = None
    kind: Literal["a", "b"] = "a"
    data: bytes = b""
    port: IntOrString = 0
    at: Time | None = None
    share: Percent = 0


Tree: TypeAlias = dict[str, list[Leaf]]


class Branch(Struct):
    """Structs in each other, and in containers."""

    leaf: Leaf
    maybe: Leaf | None = None
    leaves: list[Leaf] = field(default_factory=list)
    maybe_leaves: list[Leaf] | None = None
    by_name: dict[str, Leaf] | None = None
    branches: list[Branch] | None = None
    """A Branch holds Branches."""


class Containers(Struct):
    """Containers of what cannot change, and containers in containers."""

    names: list[str] | None = None
    labels: dict[str, str] = field(default_factory=dict)
    colours: list[Colour] | None = None
    matrix: list[list[int]] | None = None
    trees: list[dict[str, list[Leaf]]] | None = None
    deep: dict[str, dict[str, list[Branch]]] | None = None
    aliased: Names | None = None
    tree: Tree | None = None
    bounded: Annotated[list[str], Meta(max_length=3)] | None = None
    holes: list[Leaf | None] | None = None


class Circle(Struct):
    type: Literal["Circle"]
    radius: int = 0


class Polygon(Struct):
    type: Literal["Polygon"]
    points: list[int] | None = None


class Free(Struct):
    """What only the value itself can tell."""

    anything: Any = None
    document: JSON = None
    settings: dict[str, Any] | None = None
    figure: Circle | Polygon | None = None
    text_or_list: str | list[str] | None = None


class Words(Struct):
    """Members named like words of the language, and a name too long for one line."""

    continue_: list[str] | None = field(default=None, name="continue")
    from_: Leaf | None = field(default=None, name="from")
    c: list[str] | None = None
    source: list[str] | None = None
    type: list[str] | None = None
    copy_value: list[JSON] | None = None
    a_name_of_forty_letters_breaks_the_guard: list[str] | None = None
    some_more_letters_in_the_name_and_the_copy_breaks: list[str] | None = None
    v: list[Leaf] | None = None
    this_name_is_so_long_that_the_statement_which_copies_it_takes_lines: (
        list[AStructWhoseNameIsSoLongThatLinesFill] | None
    ) = None
    another_long_name_with_containers_in_containers_of_them: (
        dict[str, dict[str, list[AStructWhoseNameIsSoLongThatLinesFill]]] | None
    ) = None


class AStructWhoseNameIsSoLongThatLinesFill(Struct):
    names: list[str] | None = None


class Spec(Struct):
    class Inner(Struct):
        """A class inside a class."""

        names: list[str] | None = None

    branch: Branch
    containers: Containers = field(default_factory=Containers)
    free: Free = field(default_factory=Free)
    words: Words | None = None
    inner: list[Inner] | None = None
    selector: LabelSelector | None = None
    selectors: dict[str, LabelSelector] | None = None


class AStructWhoseNameIsSoLongThatTheComparisonOfClassesTakesSeveralLinesOfText(Struct):
    names: list[str] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Shape(Object):
    spec: Spec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ShapeList(ObjectList[Shape]):
    pass
