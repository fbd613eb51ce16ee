from __future__ import annotations

from kube.api.core.v1 import EventSource, ObjectReference
from kube.api.meta.v1 import MicroTime, Time
from kube.runtime import Int32, Object, ObjectList, Struct, field


class EventSeries(Struct):
    count: Int32

    # +required
    last_observed_time: MicroTime | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Event(Object):
    """A report about an object, for people to read; `series` counts repeated ones."""

    action: str | None = None

    deprecated_count: Int32 | None = None

    deprecated_first_timestamp: Time | None = None

    deprecated_last_timestamp: Time | None = None

    deprecated_source: EventSource = field(default_factory=EventSource)

    # +required
    event_time: MicroTime | None = None

    note: str | None = None

    reason: str | None = None

    regarding: ObjectReference = field(default_factory=ObjectReference)

    related: ObjectReference | None = None

    reporting_controller: str | None = None

    reporting_instance: str | None = None

    series: EventSeries | None = None

    type: str | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EventList(ObjectList[Event]):
    """A list of Event."""
