from __future__ import annotations

from kube.api.meta.v1 import Time
from kube.runtime import Int32, Object, ObjectList, Struct, field


class FlowDistinguisherMethod(Struct):
    type: str


class PriorityLevelConfigurationReference(Struct):
    name: str


class NonResourcePolicyRule(Struct):
    # +listType=set
    non_resource_urls: list[str] = field(name="nonResourceURLs")

    # +listType=set
    verbs: list[str]


class ResourcePolicyRule(Struct):
    # +listType=set
    api_groups: list[str]

    cluster_scope: bool | None = None

    # +listType=set
    namespaces: list[str] | None = None

    # +listType=set
    resources: list[str]

    # +listType=set
    verbs: list[str]


class GroupSubject(Struct):
    name: str


class ServiceAccountSubject(Struct):
    name: str
    namespace: str


class UserSubject(Struct):
    name: str


class Subject(Struct):
    group: GroupSubject | None = None
    kind: str
    service_account: ServiceAccountSubject | None = None
    user: UserSubject | None = None


class PolicyRulesWithSubjects(Struct):
    # +listType=atomic
    non_resource_rules: list[NonResourcePolicyRule] | None = None

    # +listType=atomic
    resource_rules: list[ResourcePolicyRule] | None = None

    # +listType=atomic
    subjects: list[Subject]


class FlowSchemaSpec(Struct):
    distinguisher_method: FlowDistinguisherMethod | None = None

    matching_precedence: Int32 | None = None

    priority_level_configuration: PriorityLevelConfigurationReference

    # +listType=atomic
    rules: list[PolicyRulesWithSubjects] | None = None


class FlowSchemaCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: str | None = None
    type: str | None = None


class FlowSchemaStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[FlowSchemaCondition] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class FlowSchema(Object):
    """Which requests belong together, and the priority level that they get."""

    spec: FlowSchemaSpec = field(
        default_factory=lambda: FlowSchemaSpec(
            priority_level_configuration=PriorityLevelConfigurationReference(name="")
        ),
    )
    status: FlowSchemaStatus = field(default_factory=FlowSchemaStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class FlowSchemaList(ObjectList[FlowSchema]):
    """A list of FlowSchema."""


class ExemptPriorityLevelConfiguration(Struct):
    lendable_percent: Int32 | None = None
    nominal_concurrency_shares: Int32 | None = None


class QueuingConfiguration(Struct):
    hand_size: Int32 | None = None
    queue_length_limit: Int32 | None = None
    queues: Int32 | None = None


class LimitResponse(Struct):
    queuing: QueuingConfiguration | None = None
    type: str


class LimitedPriorityLevelConfiguration(Struct):
    borrowing_limit_percent: Int32 | None = None
    lendable_percent: Int32 | None = None
    limit_response: LimitResponse = field(default_factory=lambda: LimitResponse(type=""))
    nominal_concurrency_shares: Int32 | None = None


class PriorityLevelConfigurationSpec(Struct):
    exempt: ExemptPriorityLevelConfiguration | None = None
    limited: LimitedPriorityLevelConfiguration | None = None
    type: str


class PriorityLevelConfigurationCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: str | None = None
    type: str | None = None


class PriorityLevelConfigurationStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[PriorityLevelConfigurationCondition] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PriorityLevelConfiguration(Object):
    """A share of the requests that the API server handles at a time."""

    spec: PriorityLevelConfigurationSpec = field(
        default_factory=lambda: PriorityLevelConfigurationSpec(type="")
    )
    status: PriorityLevelConfigurationStatus = field(
        default_factory=PriorityLevelConfigurationStatus
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PriorityLevelConfigurationList(ObjectList[PriorityLevelConfiguration]):
    """A list of PriorityLevelConfiguration."""
