# +k8s:deepcopy-gen=package,register
# +groupName=policy
# +kubebuilder:skip
"""The types of policy/v1."""

from kube.api.policy.v1.types import (
    Eviction,
    PodDisruptionBudget,
    PodDisruptionBudgetList,
    PodDisruptionBudgetSpec,
    PodDisruptionBudgetStatus,
    UnhealthyPodEvictionPolicyType,
)

__all__ = [
    "Eviction",
    "PodDisruptionBudget",
    "PodDisruptionBudgetList",
    "PodDisruptionBudgetSpec",
    "PodDisruptionBudgetStatus",
    "UnhealthyPodEvictionPolicyType",
]
