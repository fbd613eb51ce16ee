# +k8s:deepcopy-gen=package,register
# +groupName=events.k8s.io
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
"""Version v1 of events.k8s.io."""

from kube.api.events.v1.types import (
    Event,
    EventList,
    EventSeries,
)

__all__ = [
    "Event",
    "EventList",
    "EventSeries",
]
