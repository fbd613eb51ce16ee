# ruff: noqa: E501  the documentation is upstream's, line by line: CRDs show it
"""The types of core/v1 that the runtime uses, after k8s.io/api/core/v1/types.go."""

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


# +structType=atomic
class ObjectReference(Struct):
    """ObjectReference contains enough information to let you inspect or modify the referred object."""

    # Kind of the referent.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds
    # +optional
    kind: str = ""
    # Namespace of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
    # +optional
    namespace: str = ""
    # Name of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names
    # +optional
    name: str = ""
    # UID of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids
    # +optional
    uid: str = ""
    # API version of the referent.
    # +optional
    api_version: str = ""
    # Specific resourceVersion to which this reference is made, if any.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency
    # +optional
    resource_version: str = ""
    # If referring to a piece of an object instead of an entire object, this string
    # should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2].
    # For example, if the object reference is to a container within a pod, this would take on a value like:
    # "spec.containers{name}" (where "name" refers to the name of the container that triggered
    # the event) or if no container name is specified "spec.containers[2]" (container with
    # index 2 in this pod). This syntax is chosen only to have some well-defined way of
    # referencing a part of an object.
    # +optional
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
    """A report about an object, for people to read."""

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
