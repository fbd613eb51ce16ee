"""The types of apiextensions.k8s.io/v1, after k8s.io/apiextensions-apiserver/pkg/apis."""

from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, Time
from kube.runtime import JSON, Int32, Int64, Object, ObjectList, OpenEnum, Struct, field


class ResourceScope(OpenEnum):
    CLUSTER = "Cluster"
    NAMESPACED = "Namespaced"


class ExternalDocumentation(Struct):
    description: str = ""
    url: str = ""


class ValidationRule(Struct):
    """A rule in CEL; see `x-kubernetes-validations`."""

    rule: str
    message: str = ""
    message_expression: str = ""
    reason: str | None = None
    field_path: str = ""
    optional_old_self: bool | None = None


class JSONSchemaProps(Struct):
    """A JSON schema, as structural schemas use it."""

    id: str = ""
    schema: str = field(default="", name="$schema")
    ref: str | None = field(default=None, name="$ref")
    description: str = ""
    type: str = ""
    format: str = ""
    title: str = ""
    default: JSON = None
    maximum: float | None = None
    exclusive_maximum: bool = False
    minimum: float | None = None
    exclusive_minimum: bool = False
    max_length: Int64 | None = None
    min_length: Int64 | None = None
    pattern: str = ""
    max_items: Int64 | None = None
    min_items: Int64 | None = None
    unique_items: bool = False
    multiple_of: float | None = None
    enum: list[JSON] | None = None
    max_properties: Int64 | None = None
    min_properties: Int64 | None = None
    required: list[str] | None = None
    items: JSONSchemaProps | None = None
    all_of: list[JSONSchemaProps] | None = None
    one_of: list[JSONSchemaProps] | None = None
    any_of: list[JSONSchemaProps] | None = None
    not_: JSONSchemaProps | None = field(default=None, name="not")
    properties: dict[str, JSONSchemaProps] | None = None
    additional_properties: JSONSchemaProps | bool | None = None
    pattern_properties: dict[str, JSONSchemaProps] | None = None
    external_docs: ExternalDocumentation | None = None
    example: JSON = None
    nullable: bool = False
    preserve_unknown_fields: bool | None = field(
        default=None, name="x-kubernetes-preserve-unknown-fields"
    )
    embedded_resource: bool = field(default=False, name="x-kubernetes-embedded-resource")
    int_or_string: bool = field(default=False, name="x-kubernetes-int-or-string")
    list_map_keys: list[str] | None = field(default=None, name="x-kubernetes-list-map-keys")
    list_type: str | None = field(default=None, name="x-kubernetes-list-type")
    map_type: str | None = field(default=None, name="x-kubernetes-map-type")
    validations: list[ValidationRule] | None = field(default=None, name="x-kubernetes-validations")


class CustomResourceDefinitionNames(Struct):
    plural: str
    kind: str
    singular: str = ""
    short_names: list[str] | None = None
    list_kind: str = ""
    categories: list[str] | None = None


class CustomResourceValidation(Struct):
    open_api_v3_schema: JSONSchemaProps | None = field(default=None, name="openAPIV3Schema")


class CustomResourceSubresourceStatus(Struct):
    """The status subresource; it has no settings."""


class CustomResourceSubresourceScale(Struct):
    spec_replicas_path: str
    status_replicas_path: str
    label_selector_path: str | None = None


class CustomResourceSubresources(Struct):
    status: CustomResourceSubresourceStatus | None = None
    scale: CustomResourceSubresourceScale | None = None


class CustomResourceColumnDefinition(Struct):
    name: str
    type: str
    json_path: str = field(name="jsonPath")
    format: str = ""
    description: str = ""
    priority: Int32 = 0


class SelectableField(Struct):
    json_path: str = field(name="jsonPath")


class CustomResourceDefinitionVersion(Struct):
    name: str
    served: bool
    storage: bool
    deprecated: bool = False
    deprecation_warning: str | None = None
    schema: CustomResourceValidation | None = None
    subresources: CustomResourceSubresources | None = None
    additional_printer_columns: list[CustomResourceColumnDefinition] | None = None
    selectable_fields: list[SelectableField] | None = None


class ServiceReference(Struct):
    namespace: str
    name: str
    path: str | None = None
    port: Int32 | None = None


class WebhookClientConfig(Struct):
    url: str | None = None
    service: ServiceReference | None = None
    ca_bundle: str = ""


class WebhookConversion(Struct):
    conversion_review_versions: list[str]
    client_config: WebhookClientConfig | None = None


class CustomResourceConversion(Struct):
    strategy: str
    webhook: WebhookConversion | None = None


class CustomResourceDefinitionSpec(Struct):
    group: str
    names: CustomResourceDefinitionNames
    scope: ResourceScope
    versions: list[CustomResourceDefinitionVersion]
    conversion: CustomResourceConversion | None = None
    preserve_unknown_fields: bool = False


class CustomResourceDefinitionCondition(Struct):
    type: str
    status: ConditionStatus
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


class CustomResourceDefinitionStatus(Struct):
    conditions: list[CustomResourceDefinitionCondition] | None = None
    accepted_names: CustomResourceDefinitionNames | None = None
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
    """A list of custom resource definitions."""
