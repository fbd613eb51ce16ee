from __future__ import annotations

from kube.api.meta.v1 import Condition, DeleteOptions, LabelSelector, Time
from kube.runtime import Int32, IntOrString, Object, ObjectList, OpenEnum, Struct, field


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Eviction(Object):
    """Asks to evict a Pod: the body of its subresource `eviction`."""

    delete_options: DeleteOptions | None = None


class UnhealthyPodEvictionPolicyType(OpenEnum):
    ALWAYS_ALLOW = "AlwaysAllow"
    IF_HEALTHY_BUDGET = "IfHealthyBudget"


class PodDisruptionBudgetSpec(Struct):
    max_unavailable: IntOrString | None = None
    """Pods that may be missing after an eviction, as a number or a percentage; not beside
    `min_available`.
    """

    min_available: IntOrString | None = None
    """Pods that must be left after an eviction, as a number or a percentage."""

    # +patchStrategy=replace
    selector: LabelSelector | None = None

    unhealthy_pod_eviction_policy: UnhealthyPodEvictionPolicyType | None = None


class PodDisruptionBudgetStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[Condition] | None = None

    current_healthy: Int32 | None = None

    desired_healthy: Int32 | None = None

    disrupted_pods: dict[str, Time] | None = None

    disruptions_allowed: Int32 | None = None

    expected_pods: Int32 | None = None

    observed_generation: int | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PodDisruptionBudget(Object):
    """How many Pods of a set may be evicted at a time."""

    spec: PodDisruptionBudgetSpec = field(default_factory=PodDisruptionBudgetSpec)
    status: PodDisruptionBudgetStatus = field(default_factory=PodDisruptionBudgetStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PodDisruptionBudgetList(ObjectList[PodDisruptionBudget]):
    """A list of PodDisruptionBudget."""
