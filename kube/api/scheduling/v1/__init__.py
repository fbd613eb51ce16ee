# +k8s:deepcopy-gen=package,register
# +groupName=scheduling.k8s.io
# +kubebuilder:skip
"""The types of scheduling.k8s.io/v1."""

from kube.api.scheduling.v1.types import (
    PreemptionPolicy,
    PriorityClass,
    PriorityClassList,
)

__all__ = [
    "PreemptionPolicy",
    "PriorityClass",
    "PriorityClassList",
]
