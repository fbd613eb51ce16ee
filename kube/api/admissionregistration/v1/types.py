from __future__ import annotations

from kube.api.meta.v1 import Condition, LabelSelector
from kube.runtime import Int32, Object, ObjectList, OpenEnum, Struct, field


class FailurePolicyType(OpenEnum):
    FAIL = "Fail"
    IGNORE = "Ignore"


class MatchCondition(Struct):
    expression: str
    name: str


class OperationType(OpenEnum):
    ALL = "*"
    CONNECT = "CONNECT"
    CREATE = "CREATE"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


class ScopeType(OpenEnum):
    ALL = "*"
    CLUSTER = "Cluster"
    NAMESPACED = "Namespaced"


# +structType=atomic
class NamedRuleWithOperations(Struct):
    # +listType=atomic
    api_groups: list[str] | None = None

    # +listType=atomic
    api_versions: list[str] | None = None

    # +listType=atomic
    operations: list[OperationType] | None = None

    # +listType=atomic
    resource_names: list[str] | None = None

    # +listType=atomic
    resources: list[str] | None = None

    scope: ScopeType | None = None


class MatchPolicyType(OpenEnum):
    EQUIVALENT = "Equivalent"
    EXACT = "Exact"


# +structType=atomic
class MatchResources(Struct):
    """Which requests a policy or a binding applies to: all rules have to match."""

    # +listType=atomic
    exclude_resource_rules: list[NamedRuleWithOperations] | None = None

    match_policy: MatchPolicyType | None = None

    namespace_selector: LabelSelector | None = None

    object_selector: LabelSelector | None = None

    # +listType=atomic
    resource_rules: list[NamedRuleWithOperations] | None = None


class ApplyConfiguration(Struct):
    expression: str | None = None


class JSONPatch(Struct):
    expression: str | None = None


class PatchType(OpenEnum):
    APPLY_CONFIGURATION = "ApplyConfiguration"
    JSON_PATCH = "JSONPatch"


class Mutation(Struct):
    apply_configuration: ApplyConfiguration | None = None
    json_patch: JSONPatch | None = None
    patch_type: PatchType


# +structType=atomic
class ParamKind(Struct):
    api_version: str | None = None
    kind: str | None = None


class ReinvocationPolicyType(OpenEnum):
    IF_NEEDED = "IfNeeded"
    NEVER = "Never"


# +structType=atomic
class Variable(Struct):
    expression: str
    name: str


class MutatingAdmissionPolicySpec(Struct):
    failure_policy: FailurePolicyType | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    match_conditions: list[MatchCondition] | None = None

    match_constraints: MatchResources | None = None

    # +listType=atomic
    mutations: list[Mutation] | None = None

    param_kind: ParamKind | None = None

    reinvocation_policy: ReinvocationPolicyType | None = None

    # +listType=atomic
    variables: list[Variable] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class MutatingAdmissionPolicy(Object):
    """CEL expressions that change the objects of requests; a binding puts them in force."""

    spec: MutatingAdmissionPolicySpec = field(default_factory=MutatingAdmissionPolicySpec)


# +structType=atomic
class ParamRef(Struct):
    name: str | None = None
    namespace: str | None = None
    parameter_not_found_action: str | None = None
    selector: LabelSelector | None = None


class MutatingAdmissionPolicyBindingSpec(Struct):
    match_resources: MatchResources | None = None
    param_ref: ParamRef | None = None
    policy_name: str | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class MutatingAdmissionPolicyBinding(Object):
    """Puts a MutatingAdmissionPolicy in force, for some resources and with some parameters."""

    spec: MutatingAdmissionPolicyBindingSpec = field(
        default_factory=MutatingAdmissionPolicyBindingSpec
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class MutatingAdmissionPolicyBindingList(ObjectList[MutatingAdmissionPolicyBinding]):
    """A list of MutatingAdmissionPolicyBinding."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class MutatingAdmissionPolicyList(ObjectList[MutatingAdmissionPolicy]):
    """A list of MutatingAdmissionPolicy."""


class ServiceReference(Struct):
    name: str
    namespace: str
    path: str | None = None
    port: Int32 | None = None


class WebhookClientConfig(Struct):
    """How the API server reaches a webhook: by URL or by service, one of the two."""

    ca_bundle: bytes | None = None
    service: ServiceReference | None = None
    url: str | None = None


class RuleWithOperations(Struct):
    # +listType=atomic
    api_groups: list[str] | None = None

    # +listType=atomic
    api_versions: list[str] | None = None

    # +listType=atomic
    operations: list[OperationType] | None = None

    # +listType=atomic
    resources: list[str] | None = None

    scope: ScopeType | None = None


class SideEffectClass(OpenEnum):
    NONE = "None"
    NONE_ON_DRY_RUN = "NoneOnDryRun"
    SOME = "Some"
    UNKNOWN = "Unknown"


class MutatingWebhook(Struct):
    # +listType=atomic
    admission_review_versions: list[str]

    client_config: WebhookClientConfig

    failure_policy: FailurePolicyType | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    match_conditions: list[MatchCondition] | None = None

    match_policy: MatchPolicyType | None = None

    name: str

    namespace_selector: LabelSelector | None = None

    object_selector: LabelSelector | None = None

    reinvocation_policy: ReinvocationPolicyType | None = None

    # +listType=atomic
    rules: list[RuleWithOperations] | None = None

    side_effects: SideEffectClass

    timeout_seconds: Int32 | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class MutatingWebhookConfiguration(Object):
    """Webhooks that may change the objects of requests, and the requests they are called for."""

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    webhooks: list[MutatingWebhook] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class MutatingWebhookConfigurationList(ObjectList[MutatingWebhookConfiguration]):
    """A list of MutatingWebhookConfiguration."""


class AuditAnnotation(Struct):
    key: str
    value_expression: str


class Validation(Struct):
    expression: str
    message: str | None = None
    message_expression: str | None = None
    reason: str | None = None


class ValidatingAdmissionPolicySpec(Struct):
    # +listType=atomic
    audit_annotations: list[AuditAnnotation] | None = None

    failure_policy: FailurePolicyType | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    match_conditions: list[MatchCondition] | None = None

    match_constraints: MatchResources | None = None

    param_kind: ParamKind | None = None

    # +listType=atomic
    validations: list[Validation] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    variables: list[Variable] | None = None


class ExpressionWarning(Struct):
    field_ref: str
    warning: str


class TypeChecking(Struct):
    # +listType=atomic
    expression_warnings: list[ExpressionWarning] | None = None


class ValidatingAdmissionPolicyStatus(Struct):
    # +listType=map
    # +listMapKey=type
    conditions: list[Condition] | None = None

    observed_generation: int | None = None

    type_checking: TypeChecking | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ValidatingAdmissionPolicy(Object):
    """CEL expressions that decide whether a request is admitted; a binding puts them in force."""

    spec: ValidatingAdmissionPolicySpec = field(default_factory=ValidatingAdmissionPolicySpec)
    status: ValidatingAdmissionPolicyStatus = field(default_factory=ValidatingAdmissionPolicyStatus)


class ValidationAction(OpenEnum):
    AUDIT = "Audit"
    DENY = "Deny"
    WARN = "Warn"


class ValidatingAdmissionPolicyBindingSpec(Struct):
    match_resources: MatchResources | None = None

    param_ref: ParamRef | None = None

    policy_name: str

    # +listType=set
    validation_actions: list[ValidationAction]


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ValidatingAdmissionPolicyBinding(Object):
    """Puts a ValidatingAdmissionPolicy in force, for some resources and with some parameters."""

    spec: ValidatingAdmissionPolicyBindingSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ValidatingAdmissionPolicyBindingList(ObjectList[ValidatingAdmissionPolicyBinding]):
    """A list of ValidatingAdmissionPolicyBinding."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ValidatingAdmissionPolicyList(ObjectList[ValidatingAdmissionPolicy]):
    """A list of ValidatingAdmissionPolicy."""


class ValidatingWebhook(Struct):
    # +listType=atomic
    admission_review_versions: list[str]

    client_config: WebhookClientConfig

    failure_policy: FailurePolicyType | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    match_conditions: list[MatchCondition] | None = None

    match_policy: MatchPolicyType | None = None

    name: str

    namespace_selector: LabelSelector | None = None

    object_selector: LabelSelector | None = None

    # +listType=atomic
    rules: list[RuleWithOperations] | None = None

    side_effects: SideEffectClass

    timeout_seconds: Int32 | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ValidatingWebhookConfiguration(Object):
    """Webhooks that may refuse requests, and the requests they are called for."""

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    webhooks: list[ValidatingWebhook] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ValidatingWebhookConfigurationList(ObjectList[ValidatingWebhookConfiguration]):
    """A list of ValidatingWebhookConfiguration."""
