# +k8s:deepcopy-gen=package,register
# +groupName=events.k8s.io
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
