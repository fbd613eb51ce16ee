"""Kinds whose fields have every shape, and the roots that tags make and unmake."""

from __future__ import annotations

import builtins
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from applied.foreign.v1 import Size
from applied.parts.v1.types import Colour, Paint
from kube.api.meta.v1 import Condition, Duration, LabelSelector, MicroTime, ObjectMeta, Time
from kube.runtime import (
    JSON,
    Int32,
    IntOrString,
    Meta,
    Object,
    ObjectList,
    OpenEnum,
    RawExtension,
    Struct,
    field,
)

T = TypeVar("T")

Percent: TypeAlias = Int32

# +listType=set
Names: TypeAlias = list[str]

Walls: TypeAlias = list["Wall"]


class Mode(OpenEnum):
    """How it works."""

    FAST = "Fast"


class Base(Struct):
    """What several have."""

    # +listType=set
    tags: list[str] | None = None


class Wall(Base):
    """A wall, which may have others inside."""

    name: str
    # +default="TCP"
    protocol: str = "TCP"
    inner: list[Wall] | None = None
    room: Room | None = None
    paint: Paint = field(default_factory=Paint)


class Room(Struct):
    # +listType=map
    # +listMapKey=name
    # +listMapKey=protocol
    walls: Walls | None = None
    by_name: dict[str, Wall] | None = None


class Inherited(Wall):
    """Two bases up."""

    height: Annotated[int, Meta(ge=0)] = 3


# +structType=atomic
class Whole(Struct):
    x: int = 0
    y: int = 0


class Page(Struct, Generic[T]):
    item: T | None = None


class File(Struct):
    type: Literal["file"]
    path: str = ""


class Url(Struct):
    type: Literal["url"]
    url: str = field(default="", name="URL")


class Outer(Struct):
    class Inner(Struct):
        size: int = 0

    inner: Inner | None = None


class Shadows(Struct):
    """Members that hide what annotations name."""

    int: builtins.int = 0
    list: builtins.list[builtins.str] | None = None
    str: dict[builtins.str, builtins.int] | None = None
    types: Mode | None = None
    meta_v1: builtins.str = field(default="", name="metaV1Name")
    field_: bytes = field(default=b"", name="field")


class EverythingSpec(Inherited):
    """All shapes.

    Two lines, with "quotes" and a \\ in them.
    """

    text: str
    flag: bool = False
    number: float = 1.5
    percent: Percent = 0
    names: Names | None = None
    # +listType=atomic
    letters: list[list[str]] | None = None
    sets: dict[str, Names] | None = None
    # +mapType=atomic
    labels: dict[str, str] | None = None
    # +structType=atomic
    at_once: Room | None = None
    whole: Whole | None = None
    wholes: list[Whole] | None = None
    mode: Mode | None = None
    modes: list[Mode | None] | None = None
    literal: Literal["a", "b"] = "a"
    source: File | Url | None = None
    port: IntOrString = 0
    raw: RawExtension = None
    anything: JSON = None
    free: Any = None
    when: Time | None = None
    exactly: MicroTime | None = None
    lasting: Duration | None = None
    selector: LabelSelector | None = None
    template: ObjectMeta = field(default_factory=ObjectMeta)
    paints: list[Paint] | None = None
    colour: Colour | None = None
    page: Page[Wall] | None = None
    outer: Outer | None = None
    shadows: Shadows | None = None
    size: Size | None = None
    pod_ips: list[str] | None = field(default=None, name="podIPs")
    # +nullable
    nullable: int | None = None
    ZZZ_gone: str = ""
    a_field_whose_name_is_long_enough_to_break_the_line_it_stands_on: (
        dict[str, list[Paint]] | None
    ) = None


class EverythingStatus(Struct):
    # +listType=map
    # +listMapKey=type
    conditions: list[Condition] | None = None


# +genclient
class Everything(Object):
    """A kind with every shape."""

    spec: EverythingSpec
    status: EverythingStatus = field(default_factory=EverythingStatus)


class EverythingList(ObjectList[Everything]):
    pass


# +genclient
# +genclient:onlyVerbs=get,list,watch
class ReadOnly(Object):
    hidden: OfReadOnly | None = None


class ReadOnlyList(ObjectList[ReadOnly]):
    pass


class OfReadOnly(Struct):
    """Reached by what cannot be applied alone, so it has no twin."""


# +genclient
# +genclient:skipVerbs=apply,applyStatus
class Skipping(Object):
    pass


class SkippingList(ObjectList[Skipping]):
    pass


# +genclient
# +genclient:onlyVerbs=applyStatus,get
# +genclient:nonNamespaced
class StatusOnly(Object):
    status: EverythingStatus = field(default_factory=EverythingStatus)


class StatusOnlyList(ObjectList[StatusOnly]):
    pass


# +genclient
# +genclient:noVerbs
class NoVerbs(Object):
    pass


# +genclient
# +genclient:onlyVerbs=get,list
# +genclient:method=ApplyPart,verb=apply,subresource=part,input=Part,result=Part
class WithMethod(Object):
    pass


class WithMethodList(ObjectList[WithMethod]):
    pass


class Part(Object):
    replicas: int = 0


# +genclient
# +k8s:applyconfiguration-gen=false
class SwitchedOff(Object):
    pass


class SwitchedOffList(ObjectList[SwitchedOff]):
    pass


class NoClient(Object):
    pass


# +k8s:applyconfiguration-gen=true
class AskedFor(Object):
    pass
