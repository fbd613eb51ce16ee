from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, LabelSelector, Time
from kube.runtime import Int32, Object, ObjectList, Struct, field
from kube.runtime.quantity import Quantity


class HPAScalingPolicy(Struct):
    period_seconds: Int32
    type: str
    value: Int32


class HPAScalingRules(Struct):
    # +listType=atomic
    policies: list[HPAScalingPolicy] | None = None

    select_policy: str | None = None

    stabilization_window_seconds: Int32 | None = None

    tolerance: Quantity | None = None


class HorizontalPodAutoscalerBehavior(Struct):
    scale_down: HPAScalingRules | None = None
    scale_up: HPAScalingRules | None = None


class MetricTarget(Struct):
    average_utilization: Int32 | None = None
    average_value: Quantity | None = None
    type: str
    value: Quantity | None = None


class ContainerResourceMetricSource(Struct):
    container: str
    name: str
    target: MetricTarget


class MetricIdentifier(Struct):
    name: str
    selector: LabelSelector | None = None


class ExternalMetricSource(Struct):
    metric: MetricIdentifier
    target: MetricTarget


class CrossVersionObjectReference(Struct):
    api_version: str | None = None
    kind: str
    name: str


class ObjectMetricSource(Struct):
    described_object: CrossVersionObjectReference
    metric: MetricIdentifier
    target: MetricTarget


class PodsMetricSource(Struct):
    metric: MetricIdentifier
    target: MetricTarget


class ResourceMetricSource(Struct):
    name: str
    target: MetricTarget


class MetricSpec(Struct):
    container_resource: ContainerResourceMetricSource | None = None
    external: ExternalMetricSource | None = None
    object: ObjectMetricSource | None = None
    pods: PodsMetricSource | None = None
    resource: ResourceMetricSource | None = None
    type: str


class HorizontalPodAutoscalerSpec(Struct):
    behavior: HorizontalPodAutoscalerBehavior | None = None

    max_replicas: Int32
    """At most so many."""

    # +listType=atomic
    metrics: list[MetricSpec] | None = None

    min_replicas: Int32 | None = None
    """At least so many; 1 without a value."""

    scale_target_ref: CrossVersionObjectReference


class HorizontalPodAutoscalerCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class MetricValueStatus(Struct):
    average_utilization: Int32 | None = None
    average_value: Quantity | None = None
    value: Quantity | None = None


class ContainerResourceMetricStatus(Struct):
    container: str
    current: MetricValueStatus
    name: str


class ExternalMetricStatus(Struct):
    current: MetricValueStatus
    metric: MetricIdentifier


class ObjectMetricStatus(Struct):
    current: MetricValueStatus
    described_object: CrossVersionObjectReference
    metric: MetricIdentifier


class PodsMetricStatus(Struct):
    current: MetricValueStatus
    metric: MetricIdentifier


class ResourceMetricStatus(Struct):
    current: MetricValueStatus
    name: str


class MetricStatus(Struct):
    container_resource: ContainerResourceMetricStatus | None = None
    external: ExternalMetricStatus | None = None
    object: ObjectMetricStatus | None = None
    pods: PodsMetricStatus | None = None
    resource: ResourceMetricStatus | None = None
    type: str


class HorizontalPodAutoscalerStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[HorizontalPodAutoscalerCondition] | None = None

    # +listType=atomic
    current_metrics: list[MetricStatus] | None = None

    current_replicas: Int32 | None = None

    desired_replicas: Int32

    last_scale_time: Time | None = None

    observed_generation: int | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class HorizontalPodAutoscaler(Object):
    """Sets the number of replicas of a workload by what is measured of its Pods."""

    spec: HorizontalPodAutoscalerSpec
    status: HorizontalPodAutoscalerStatus = field(
        default_factory=lambda: HorizontalPodAutoscalerStatus(desired_replicas=0)
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class HorizontalPodAutoscalerList(ObjectList[HorizontalPodAutoscaler]):
    """A list of HorizontalPodAutoscaler."""
