# +k8s:deepcopy-gen=package,register
# +groupName=flowcontrol.apiserver.k8s.io
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
"""Version v1 of flowcontrol.apiserver.k8s.io."""

from kube.api.flowcontrol.v1.types import (
    ExemptPriorityLevelConfiguration,
    FlowDistinguisherMethod,
    FlowSchema,
    FlowSchemaCondition,
    FlowSchemaList,
    FlowSchemaSpec,
    FlowSchemaStatus,
    GroupSubject,
    LimitedPriorityLevelConfiguration,
    LimitResponse,
    NonResourcePolicyRule,
    PolicyRulesWithSubjects,
    PriorityLevelConfiguration,
    PriorityLevelConfigurationCondition,
    PriorityLevelConfigurationList,
    PriorityLevelConfigurationReference,
    PriorityLevelConfigurationSpec,
    PriorityLevelConfigurationStatus,
    QueuingConfiguration,
    ResourcePolicyRule,
    ServiceAccountSubject,
    Subject,
    UserSubject,
)

__all__ = [
    "ExemptPriorityLevelConfiguration",
    "FlowDistinguisherMethod",
    "FlowSchema",
    "FlowSchemaCondition",
    "FlowSchemaList",
    "FlowSchemaSpec",
    "FlowSchemaStatus",
    "GroupSubject",
    "LimitResponse",
    "LimitedPriorityLevelConfiguration",
    "NonResourcePolicyRule",
    "PolicyRulesWithSubjects",
    "PriorityLevelConfiguration",
    "PriorityLevelConfigurationCondition",
    "PriorityLevelConfigurationList",
    "PriorityLevelConfigurationReference",
    "PriorityLevelConfigurationSpec",
    "PriorityLevelConfigurationStatus",
    "QueuingConfiguration",
    "ResourcePolicyRule",
    "ServiceAccountSubject",
    "Subject",
    "UserSubject",
]
