"""The types of core/v1 that controllers need, after k8s.io/api/core/v1/types.go."""

from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, MicroTime, Time
from kube.runtime import Int32, Object, ObjectList, OpenEnum, Struct, field


class NamespacePhase(OpenEnum):
    ACTIVE = "Active"
    TERMINATING = "Terminating"


class NamespaceSpec(Struct):
    finalizers: list[str] | None = None


class NamespaceCondition(Struct):
    type: str
    status: ConditionStatus
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


class NamespaceStatus(Struct):
    phase: NamespacePhase | None = None
    conditions: list[NamespaceCondition] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Namespace(Object):
    """A scope for names."""

    spec: NamespaceSpec = field(default_factory=NamespaceSpec)
    status: NamespaceStatus = field(default_factory=NamespaceStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NamespaceList(ObjectList[Namespace]):
    """A list of namespaces."""


class ObjectReference(Struct):
    """Enough to find an object, or a part of one."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    resource_version: str = ""
    field_path: str = ""


class EventSource(Struct):
    component: str = ""
    host: str = ""


class EventSeries(Struct):
    count: Int32 = 0
    last_observed_time: MicroTime | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Event(Object):
    """A report of something that happened to an object."""

    involved_object: ObjectReference = field(default_factory=ObjectReference)
    reason: str = ""
    message: str = ""
    source: EventSource = field(default_factory=EventSource)
    first_timestamp: Time | None = None
    last_timestamp: Time | None = None
    count: Int32 = 0
    type: str = ""
    event_time: MicroTime | None = None
    series: EventSeries | None = None
    action: str = ""
    related: ObjectReference | None = None
    reporting_component: str = ""
    reporting_instance: str = ""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EventList(ObjectList[Event]):
    """A list of events."""
