# +k8s:deepcopy-gen=package
# +k8s:register-gen=false
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
# +groupName=
"""The types of core/v1 that the runtime uses: namespaces and events."""

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
