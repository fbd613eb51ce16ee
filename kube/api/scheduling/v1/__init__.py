# +k8s:deepcopy-gen=package,register
# +groupName=scheduling.k8s.io
# +kubebuilder:skip
"""Version v1 of scheduling.k8s.io."""

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
