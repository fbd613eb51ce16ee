# +k8s:deepcopy-gen=package,register
# +groupName=scheduling.k8s.io
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
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
