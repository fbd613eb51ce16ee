# +k8s:deepcopy-gen=package,register
# +groupName=node.k8s.io
# +kubebuilder:skip
"""The types of node.k8s.io/v1."""

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
