# +k8s:deepcopy-gen=package,register
# +groupName=apiextensions.k8s.io
# +kubebuilder:skip
"""The types of apiextensions.k8s.io/v1."""

from kube.api.apiextensions.v1.types import (
    CustomResourceColumnDefinition,
    CustomResourceConversion,
    CustomResourceDefinition,
    CustomResourceDefinitionCondition,
    CustomResourceDefinitionList,
    CustomResourceDefinitionNames,
    CustomResourceDefinitionSpec,
    CustomResourceDefinitionStatus,
    CustomResourceDefinitionVersion,
    CustomResourceSubresources,
    CustomResourceSubresourceScale,
    CustomResourceSubresourceStatus,
    CustomResourceValidation,
    ExternalDocumentation,
    FieldValueErrorReason,
    JSONSchemaProps,
    ResourceScope,
    SelectableField,
    ServiceReference,
    ValidationRule,
    WebhookClientConfig,
    WebhookConversion,
)

__all__ = [
    "CustomResourceColumnDefinition",
    "CustomResourceConversion",
    "CustomResourceDefinition",
    "CustomResourceDefinitionCondition",
    "CustomResourceDefinitionList",
    "CustomResourceDefinitionNames",
    "CustomResourceDefinitionSpec",
    "CustomResourceDefinitionStatus",
    "CustomResourceDefinitionVersion",
    "CustomResourceSubresourceScale",
    "CustomResourceSubresourceStatus",
    "CustomResourceSubresources",
    "CustomResourceValidation",
    "ExternalDocumentation",
    "FieldValueErrorReason",
    "JSONSchemaProps",
    "ResourceScope",
    "SelectableField",
    "ServiceReference",
    "ValidationRule",
    "WebhookClientConfig",
    "WebhookConversion",
]
