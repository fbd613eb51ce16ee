# +k8s:deepcopy-gen=package,register
# +groupName=coordination.k8s.io
# +kubebuilder:skip
"""The types of coordination.k8s.io/v1."""

from kube.api.coordination.v1.types import (
    Lease,
    LeaseList,
    LeaseSpec,
)

__all__ = [
    "Lease",
    "LeaseList",
    "LeaseSpec",
]
