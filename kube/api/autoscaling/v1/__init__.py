# +k8s:deepcopy-gen=package,register
# +groupName=autoscaling
# +kubebuilder:skip
"""Version v1 of autoscaling."""

from kube.api.autoscaling.v1.types import (
    CrossVersionObjectReference,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerList,
    HorizontalPodAutoscalerSpec,
    HorizontalPodAutoscalerStatus,
    Scale,
    ScaleSpec,
    ScaleStatus,
)

__all__ = [
    "CrossVersionObjectReference",
    "HorizontalPodAutoscaler",
    "HorizontalPodAutoscalerList",
    "HorizontalPodAutoscalerSpec",
    "HorizontalPodAutoscalerStatus",
    "Scale",
    "ScaleSpec",
    "ScaleStatus",
]
