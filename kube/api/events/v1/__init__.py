# +k8s:deepcopy-gen=package,register
# +groupName=events.k8s.io
# +kubebuilder:skip
"""The types of events.k8s.io/v1."""

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
