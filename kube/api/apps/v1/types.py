from __future__ import annotations

from kube.api.core.v1 import PersistentVolumeClaim, PodTemplateSpec
from kube.api.meta.v1 import ConditionStatus, LabelSelector, Time
from kube.runtime import (
    Int32,
    IntOrString,
    Object,
    ObjectList,
    OpenEnum,
    RawExtension,
    Struct,
    field,
)


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ControllerRevision(Object):
    """A past state of a StatefulSet or a DaemonSet, as it was stored. It never changes."""

    data: RawExtension | None = None
    revision: int


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ControllerRevisionList(ObjectList[ControllerRevision]):
    """A list of ControllerRevision."""


class RollingUpdateDaemonSet(Struct):
    max_surge: IntOrString | None = None
    max_unavailable: IntOrString | None = None


class DaemonSetUpdateStrategyType(OpenEnum):
    ON_DELETE = "OnDelete"
    ROLLING_UPDATE = "RollingUpdate"


class DaemonSetUpdateStrategy(Struct):
    rolling_update: RollingUpdateDaemonSet | None = None
    type: DaemonSetUpdateStrategyType | None = None


class DaemonSetSpec(Struct):
    min_ready_seconds: Int32 | None = None
    revision_history_limit: Int32 | None = None
    selector: LabelSelector
    template: PodTemplateSpec
    update_strategy: DaemonSetUpdateStrategy = field(default_factory=DaemonSetUpdateStrategy)


class DaemonSetCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class DaemonSetStatus(Struct):
    collision_count: Int32 | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[DaemonSetCondition] | None = None

    current_number_scheduled: Int32

    desired_number_scheduled: Int32

    number_available: Int32 | None = None

    number_misscheduled: Int32

    number_ready: Int32

    number_unavailable: Int32 | None = None

    observed_generation: int | None = None

    updated_number_scheduled: Int32 | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class DaemonSet(Object):
    """One Pod on each node, or on each node that is selected."""

    spec: DaemonSetSpec = field(
        default_factory=lambda: DaemonSetSpec(selector=LabelSelector(), template=PodTemplateSpec())
    )
    status: DaemonSetStatus = field(
        default_factory=lambda: DaemonSetStatus(
            current_number_scheduled=0,
            desired_number_scheduled=0,
            number_misscheduled=0,
            number_ready=0,
        ),
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class DaemonSetList(ObjectList[DaemonSet]):
    """A list of DaemonSet."""


class RollingUpdateDeployment(Struct):
    max_surge: IntOrString | None = None
    max_unavailable: IntOrString | None = None


class DeploymentStrategyType(OpenEnum):
    RECREATE = "Recreate"
    ROLLING_UPDATE = "RollingUpdate"


class DeploymentStrategy(Struct):
    rolling_update: RollingUpdateDeployment | None = None
    type: DeploymentStrategyType | None = None


class DeploymentSpec(Struct):
    min_ready_seconds: Int32 | None = None
    """How long a Pod must be ready to count as available."""

    paused: bool | None = None
    """Whether changes of the template are not rolled out."""

    progress_deadline_seconds: Int32 | None = None
    """Seconds after which a rollout without progress counts as failed; 600 without a value."""

    replicas: Int32 | None = None
    """How many Pods run; 1 without a value. An autoscaler sets it: then leave it out."""

    revision_history_limit: Int32 | None = None
    """How many old ReplicaSets are kept, to roll back to; 10 without a value."""

    selector: LabelSelector
    """Labels of the Pods; the template must have them. It cannot change."""

    # +patchStrategy=retainKeys
    strategy: DeploymentStrategy = field(default_factory=DeploymentStrategy)

    template: PodTemplateSpec


class DeploymentCondition(Struct):
    last_transition_time: Time | None = None
    last_update_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class DeploymentStatus(Struct):
    available_replicas: Int32 | None = None
    """Pods that have been ready for `min_ready_seconds`."""

    collision_count: Int32 | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[DeploymentCondition] | None = None

    observed_generation: int | None = None
    """The generation that this status is about: an older one than `metadata.generation` tells
    nothing yet.
    """

    ready_replicas: Int32 | None = None
    """Pods with the condition Ready."""

    replicas: Int32 | None = None

    terminating_replicas: Int32 | None = None

    unavailable_replicas: Int32 | None = None

    updated_replicas: Int32 | None = None
    """Pods of the present template."""


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Deployment(Object):
    """Pods of one template, of which a number runs; a change of the template is rolled out."""

    spec: DeploymentSpec = field(
        default_factory=lambda: DeploymentSpec(selector=LabelSelector(), template=PodTemplateSpec())
    )
    status: DeploymentStatus = field(default_factory=DeploymentStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class DeploymentList(ObjectList[Deployment]):
    """A list of Deployment."""


class ReplicaSetSpec(Struct):
    min_ready_seconds: Int32 | None = None
    replicas: Int32 | None = None
    selector: LabelSelector
    template: PodTemplateSpec = field(default_factory=PodTemplateSpec)


class ReplicaSetCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class ReplicaSetStatus(Struct):
    available_replicas: Int32 | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[ReplicaSetCondition] | None = None

    fully_labeled_replicas: Int32 | None = None

    observed_generation: int | None = None

    ready_replicas: Int32 | None = None

    replicas: Int32

    terminating_replicas: Int32 | None = None


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReplicaSet(Object):
    """A number of equal Pods. A Deployment makes one for each state of its template."""

    spec: ReplicaSetSpec = field(default_factory=lambda: ReplicaSetSpec(selector=LabelSelector()))
    status: ReplicaSetStatus = field(default_factory=lambda: ReplicaSetStatus(replicas=0))


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReplicaSetList(ObjectList[ReplicaSet]):
    """A list of ReplicaSet."""


class StatefulSetOrdinals(Struct):
    start: Int32 | None = None


class StatefulSetPersistentVolumeClaimRetentionPolicy(Struct):
    when_deleted: str | None = None
    when_scaled: str | None = None


class PodManagementPolicyType(OpenEnum):
    ORDERED_READY = "OrderedReady"
    PARALLEL = "Parallel"


class RollingUpdateStatefulSetStrategy(Struct):
    max_unavailable: IntOrString | None = None
    partition: Int32 | None = None


class StatefulSetUpdateStrategyType(OpenEnum):
    ON_DELETE = "OnDelete"
    ROLLING_UPDATE = "RollingUpdate"


class StatefulSetUpdateStrategy(Struct):
    rolling_update: RollingUpdateStatefulSetStrategy | None = None
    type: StatefulSetUpdateStrategyType | None = None


class StatefulSetSpec(Struct):
    min_ready_seconds: Int32 | None = None

    ordinals: StatefulSetOrdinals | None = None

    persistent_volume_claim_retention_policy: (
        StatefulSetPersistentVolumeClaimRetentionPolicy | None
    ) = None

    pod_management_policy: PodManagementPolicyType | None = None
    """Whether Pods are started and stopped one by one, in order, or all at once."""

    replicas: Int32 | None = None

    revision_history_limit: Int32 | None = None

    selector: LabelSelector

    service_name: str | None = None
    """The service that gives the Pods their names in DNS; it must exist."""

    template: PodTemplateSpec

    update_strategy: StatefulSetUpdateStrategy = field(default_factory=StatefulSetUpdateStrategy)

    # +listType=atomic
    volume_claim_templates: list[PersistentVolumeClaim] | None = None
    """Each Pod gets a claim of each; they stay when the Pod goes."""


class StatefulSetCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class StatefulSetStatus(Struct):
    available_replicas: Int32 | None = None

    collision_count: Int32 | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[StatefulSetCondition] | None = None

    current_replicas: Int32 | None = None

    current_revision: str | None = None

    observed_generation: int | None = None

    ready_replicas: Int32 | None = None

    replicas: Int32

    update_revision: str | None = None

    updated_replicas: Int32 | None = None


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StatefulSet(Object):
    """Pods with stable names and volumes, started and stopped in order."""

    spec: StatefulSetSpec = field(
        default_factory=lambda: StatefulSetSpec(
            selector=LabelSelector(), template=PodTemplateSpec()
        ),
    )
    status: StatefulSetStatus = field(default_factory=lambda: StatefulSetStatus(replicas=0))


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StatefulSetList(ObjectList[StatefulSet]):
    """A list of StatefulSet."""
