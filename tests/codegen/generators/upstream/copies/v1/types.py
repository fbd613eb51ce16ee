"""Types that are copied unless they say otherwise."""

from typing import TypeAlias

from kube.runtime import Object, ObjectList, OpenEnum, Struct, field


class Plain(Struct):
    """Plain has nothing but scalars."""

    name: str = ""


class Nested(Struct):
    """Nested holds others."""

    plain: Plain = field(default_factory=Plain)
    plains: list[Plain] | None = None
    by_name: dict[str, Plain] | None = None
    self_: "Nested | None" = field(name="self", default=None)


# +k8s:deepcopy-gen=false
class Left(Struct):
    """Left asks for no copies."""

    name: str = ""


class Mode(OpenEnum):
    """Mode is a string with a name."""


Modes: TypeAlias = list[Mode]


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Thing(Object):
    spec: Nested = field(default_factory=Nested)
    mode: Mode | None = None


class Formless(Object):
    """Formless is an object without the interface."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ThingList(ObjectList[Thing]):
    pass
