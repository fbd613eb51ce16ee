# +k8s:deepcopy-gen=package,register
# +groupName=discovery.k8s.io
# +kubebuilder:skip
"""The types of discovery.k8s.io/v1."""

from kube.api.discovery.v1.types import (
    AddressType,
    Endpoint,
    EndpointConditions,
    EndpointHints,
    EndpointPort,
    EndpointSlice,
    EndpointSliceList,
    ForNode,
    ForZone,
)

__all__ = [
    "AddressType",
    "Endpoint",
    "EndpointConditions",
    "EndpointHints",
    "EndpointPort",
    "EndpointSlice",
    "EndpointSliceList",
    "ForNode",
    "ForZone",
]
