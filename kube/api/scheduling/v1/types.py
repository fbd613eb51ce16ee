from __future__ import annotations

from kube.runtime import Int32, Object, ObjectList, OpenEnum


class PreemptionPolicy(OpenEnum):
    NEVER = "Never"
    PREEMPT_LOWER_PRIORITY = "PreemptLowerPriority"


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PriorityClass(Object):
    """A priority for Pods, by the name that they refer to it by."""

    description: str | None = None
    global_default: bool | None = None
    """Whether Pods without a class have this one."""

    preemption_policy: PreemptionPolicy | None = None
    value: Int32 | None = None
    """The higher, the earlier scheduled."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PriorityClassList(ObjectList[PriorityClass]):
    """A list of PriorityClass."""
