# +k8s:deepcopy-gen=package,register
# +groupName=
"""What controllers need of core/v1: namespaces and events."""

from kube.api.core.v1.types import (
    Event,
    EventList,
    EventSeries,
    EventSource,
    Namespace,
    NamespaceCondition,
    NamespaceList,
    NamespacePhase,
    NamespaceSpec,
    NamespaceStatus,
    ObjectReference,
)

__all__ = [
    "Event",
    "EventList",
    "EventSeries",
    "EventSource",
    "Namespace",
    "NamespaceCondition",
    "NamespaceList",
    "NamespacePhase",
    "NamespaceSpec",
    "NamespaceStatus",
    "ObjectReference",
]
