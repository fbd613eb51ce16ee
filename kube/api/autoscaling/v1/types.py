from __future__ import annotations

from kube.api.meta.v1 import Time
from kube.runtime import Int32, Object, ObjectList, Struct, field


# +structType=atomic
class CrossVersionObjectReference(Struct):
    api_version: str | None = None
    kind: str
    name: str


class HorizontalPodAutoscalerSpec(Struct):
    max_replicas: Int32
    """At most so many."""

    min_replicas: Int32 | None = None
    """At least so many; 1 without a value."""

    scale_target_ref: CrossVersionObjectReference
    target_cpu_utilization_percentage: Int32 | None = field(
        default=None, name="targetCPUUtilizationPercentage"
    )


class HorizontalPodAutoscalerStatus(Struct):
    current_cpu_utilization_percentage: Int32 | None = field(
        default=None, name="currentCPUUtilizationPercentage"
    )
    current_replicas: Int32
    desired_replicas: Int32
    last_scale_time: Time | None = None
    observed_generation: int | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class HorizontalPodAutoscaler(Object):
    """Sets the number of replicas of a workload by what is measured of its Pods."""

    spec: HorizontalPodAutoscalerSpec
    status: HorizontalPodAutoscalerStatus = field(
        default_factory=lambda: HorizontalPodAutoscalerStatus(
            current_replicas=0, desired_replicas=0
        ),
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class HorizontalPodAutoscalerList(ObjectList[HorizontalPodAutoscaler]):
    """A list of HorizontalPodAutoscaler."""


class ScaleSpec(Struct):
    # +default=0
    replicas: Int32 | None = None


class ScaleStatus(Struct):
    replicas: Int32
    selector: str | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Scale(Object):
    """The number of replicas of a workload: the body of its subresource `scale`."""

    spec: ScaleSpec = field(default_factory=ScaleSpec)
    status: ScaleStatus = field(default_factory=lambda: ScaleStatus(replicas=0))
