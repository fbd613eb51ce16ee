"""Kinds that are applied, and some that are not."""

from __future__ import annotations

from copies.v1.types import Nested, Plain

from kube.api.meta.v1 import Condition, LabelSelector, OwnerReference, Time
from kube.runtime import Object, ObjectList, OpenEnum, Struct, field


class Mode(OpenEnum):
    pass


class Common(Struct):
    labels: dict[str, str] | None = None


class Wall(Common):
    name: str
    inner: list[Wall] | None = None
    room: Room | None = None


class Room(Struct):
    walls: list[Wall] | None = None
    by_name: dict[str, Wall] | None = None


class Spec(Struct):
    replicas: int | None = None
    paused: bool = False
    mode: Mode | None = None
    modes: list[Mode] | None = None
    data: bytes = b""
    numbers: dict[str, int] | None = None
    since: Time | None = None
    selector: LabelSelector | None = None
    room: Room = field(default_factory=Room)
    plain: Plain | None = None
    nested: list[Nested] | None = None
    ZZZ_gone: str = field(default="", name="gone")
    conditions: list[Condition] | None = None
    lists: dict[str, list[str]] | None = None
    owner: OwnerReference | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class House(Object):
    spec: Spec = field(default_factory=Spec)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class HouseList(ObjectList[House]):
    pass


class OnlyRead(Struct):
    name: str = ""


# +genclient
# +genclient:skipVerbs=apply,applyStatus
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Sight(Object):
    only: OnlyRead = field(default_factory=OnlyRead)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class SightList(ObjectList[Sight]):
    pass


class Size(Object):
    width: int = 0


# +genclient
# +genclient:nonNamespaced
# +genclient:onlyVerbs=get
# +genclient:method=ApplySize,verb=apply,subresource=size,input=Size,result=Size
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Gate(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class GateList(ObjectList[Gate]):
    pass
