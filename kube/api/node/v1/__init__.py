# +k8s:deepcopy-gen=package,register
# +groupName=node.k8s.io
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
"""Version v1 of node.k8s.io."""

from kube.api.node.v1.types import (
    Overhead,
    RuntimeClass,
    RuntimeClassList,
    Scheduling,
)

__all__ = [
    "Overhead",
    "RuntimeClass",
    "RuntimeClassList",
    "Scheduling",
]
