# +k8s:deepcopy-gen=package,register
# +groupName=discovery.k8s.io
# +kubebuilder:skip
"""Version v1 of discovery.k8s.io."""

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
