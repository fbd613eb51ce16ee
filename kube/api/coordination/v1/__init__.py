# +k8s:deepcopy-gen=package,register
# +groupName=coordination.k8s.io
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
"""Version v1 of coordination.k8s.io."""

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
