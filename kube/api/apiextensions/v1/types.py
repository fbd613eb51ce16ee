from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, Time
from kube.runtime import JSON, Int32, Object, ObjectList, OpenEnum, Struct, field


class ServiceReference(Struct):
    name: str
    namespace: str
    path: str | None = None
    port: Int32 | None = None


class WebhookClientConfig(Struct):
    ca_bundle: bytes | None = None
    service: ServiceReference | None = None
    url: str | None = None


class WebhookConversion(Struct):
    client_config: WebhookClientConfig | None = None

    # +listType=atomic
    conversion_review_versions: list[str]


class CustomResourceConversion(Struct):
    strategy: str
    webhook: WebhookConversion | None = None


class CustomResourceDefinitionNames(Struct):
    # +listType=atomic
    categories: list[str] | None = None

    kind: str

    list_kind: str | None = None

    plural: str

    # +listType=atomic
    short_names: list[str] | None = None

    singular: str | None = None


class CustomResourceColumnDefinition(Struct):
    description: str | None = None
    format: str | None = None
    json_path: str
    name: str
    priority: Int32 | None = None
    type: str


class ExternalDocumentation(Struct):
    description: str | None = None
    url: str | None = None


class FieldValueErrorReason(OpenEnum):
    FIELD_VALUE_DUPLICATE = "FieldValueDuplicate"
    FIELD_VALUE_FORBIDDEN = "FieldValueForbidden"
    FIELD_VALUE_INVALID = "FieldValueInvalid"
    FIELD_VALUE_REQUIRED = "FieldValueRequired"


class ValidationRule(Struct):
    """A rule in CEL; see `x-kubernetes-validations`."""

    field_path: str | None = None
    message: str | None = None
    message_expression: str | None = None
    optional_old_self: bool | None = None
    reason: FieldValueErrorReason | None = None
    rule: str


class JSONSchemaProps(Struct):
    """A JSON schema, as structural schemas use it."""

    ref: str | None = field(default=None, name="$ref")

    schema: str | None = field(default=None, name="$schema")

    additional_items: JSONSchemaProps | bool | None = None

    additional_properties: JSONSchemaProps | bool | None = None

    # +listType=atomic
    all_of: list[JSONSchemaProps] | None = None

    # +listType=atomic
    any_of: list[JSONSchemaProps] | None = None

    default: JSON | None = None

    definitions: dict[str, JSONSchemaProps] | None = None

    dependencies: dict[str, JSONSchemaProps | list[str]] | None = None

    description: str | None = None

    # +listType=atomic
    enum: list[JSON] | None = None

    example: JSON | None = None

    exclusive_maximum: bool | None = None

    exclusive_minimum: bool | None = None

    external_docs: ExternalDocumentation | None = None

    format: str | None = None

    id: str | None = None

    items: JSONSchemaProps | None = None

    max_items: int | None = None

    max_length: int | None = None

    max_properties: int | None = None

    maximum: float | None = None

    min_items: int | None = None

    min_length: int | None = None

    min_properties: int | None = None

    minimum: float | None = None

    multiple_of: float | None = None

    not_: JSONSchemaProps | None = None

    nullable: bool | None = None

    # +listType=atomic
    one_of: list[JSONSchemaProps] | None = None

    pattern: str | None = None

    pattern_properties: dict[str, JSONSchemaProps] | None = None

    properties: dict[str, JSONSchemaProps] | None = None

    # +listType=atomic
    required: list[str] | None = None

    title: str | None = None

    type: str | None = None

    unique_items: bool | None = None

    x_kubernetes_embedded_resource: bool | None = field(
        default=None, name="x-kubernetes-embedded-resource"
    )

    x_kubernetes_int_or_string: bool | None = field(default=None, name="x-kubernetes-int-or-string")

    # +listType=atomic
    x_kubernetes_list_map_keys: list[str] | None = field(
        default=None, name="x-kubernetes-list-map-keys"
    )

    x_kubernetes_list_type: str | None = field(default=None, name="x-kubernetes-list-type")

    x_kubernetes_map_type: str | None = field(default=None, name="x-kubernetes-map-type")

    x_kubernetes_preserve_unknown_fields: bool | None = field(
        default=None, name="x-kubernetes-preserve-unknown-fields"
    )

    # +listType=map
    # +listMapKey=rule
    # +patchStrategy=merge
    # +patchMergeKey=rule
    x_kubernetes_validations: list[ValidationRule] | None = field(
        default=None, name="x-kubernetes-validations"
    )


class CustomResourceValidation(Struct):
    open_api_v3_schema: JSONSchemaProps | None = field(default=None, name="openAPIV3Schema")


class SelectableField(Struct):
    json_path: str


class CustomResourceSubresourceScale(Struct):
    label_selector_path: str | None = None
    spec_replicas_path: str
    status_replicas_path: str


class CustomResourceSubresourceStatus(Struct):
    """The status subresource; it has no settings."""


class CustomResourceSubresources(Struct):
    scale: CustomResourceSubresourceScale | None = None
    status: CustomResourceSubresourceStatus | None = None


class CustomResourceDefinitionVersion(Struct):
    # +listType=atomic
    additional_printer_columns: list[CustomResourceColumnDefinition] | None = None

    deprecated: bool | None = None

    deprecation_warning: str | None = None

    name: str

    schema: CustomResourceValidation | None = None

    # +listType=atomic
    selectable_fields: list[SelectableField] | None = None

    served: bool

    storage: bool

    subresources: CustomResourceSubresources | None = None


class ResourceScope(OpenEnum):
    CLUSTER = "Cluster"
    NAMESPACED = "Namespaced"


class CustomResourceDefinitionSpec(Struct):
    conversion: CustomResourceConversion | None = None

    group: str

    names: CustomResourceDefinitionNames

    preserve_unknown_fields: bool | None = None

    scope: ResourceScope

    # +listType=atomic
    versions: list[CustomResourceDefinitionVersion]


class CustomResourceDefinitionCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    observed_generation: int | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class CustomResourceDefinitionStatus(Struct):
    accepted_names: CustomResourceDefinitionNames = field(
        default_factory=lambda: CustomResourceDefinitionNames(kind="", plural="")
    )

    # +listType=map
    # +listMapKey=type
    conditions: list[CustomResourceDefinitionCondition] | None = None

    observed_generation: int | None = None

    # +listType=atomic
    stored_versions: list[str] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CustomResourceDefinition(Object):
    """A kind that users define and the API server serves like a built-in one."""

    spec: CustomResourceDefinitionSpec
    status: CustomResourceDefinitionStatus = field(default_factory=CustomResourceDefinitionStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CustomResourceDefinitionList(ObjectList[CustomResourceDefinition]):
    """A list of CustomResourceDefinition."""
