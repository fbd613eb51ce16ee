"""A kind whose fields merge in every way."""

from __future__ import annotations

from kube.api.meta.v1 import Condition
from kube.runtime import Object, ObjectList, Struct, field


class Port(Struct):
    number: int
    # +default="TCP"
    protocol: str = "TCP"
    note: str | None = None


class Scratch(Struct):
    medium: str | None = None


# +structType=atomic
class Place(Struct):
    building: str = ""
    room: str = ""


class MachineSpec(Struct):
    replicas: int | None = None
    paused: bool = False
    title: str = ""
    # +listType=map
    # +listMapKey=number
    # +listMapKey=protocol
    ports: list[Port] | None = None
    # +listType=set
    tags: list[str] | None = None
    args: list[str] | None = None
    settings: dict[str, str] | None = None
    scratch: Scratch | None = None
    place: Place | None = None


class MachineStatus(Struct):
    phase: str = ""
    # +listType=map
    # +listMapKey=type
    conditions: list[Condition] | None = None


# +genclient
# +kubebuilder:subresource:status
class Machine(Object):
    """A kind whose status is a subresource."""

    spec: MachineSpec = field(default_factory=MachineSpec)
    status: MachineStatus = field(default_factory=MachineStatus)


class MachineList(ObjectList[Machine]):
    pass


# +genclient
# +genclient:noStatus
class Plain(Object):
    """A kind whose status is a field like any other."""

    status: MachineStatus = field(default_factory=MachineStatus)


class PlainList(ObjectList[Plain]):
    pass
