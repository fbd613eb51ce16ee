# +k8s:deepcopy-gen=package
# +k8s:register-gen=false
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +groupName=meta.k8s.io
"""Types that all kinds share: metadata, selectors, conditions, options, status, watch events."""

from typing import TYPE_CHECKING

from kube.api.meta.v1.types import (
    APIResource,
    Condition,
    ConditionStatus,
    CreateOptions,
    DeleteOptions,
    DeletionPropagation,
    FieldSelectorOperator,
    FieldSelectorRequirement,
    GetOptions,
    LabelSelector,
    LabelSelectorOperator,
    LabelSelectorRequirement,
    ListOptions,
    PatchOptions,
    Preconditions,
    UpdateOptions,
    WatchEvent,
)
from kube.runtime.lazy import lazy_attributes
from kube.runtime.metadata import (
    FieldsV1,
    ListMeta,
    ManagedFieldsEntry,
    ObjectMeta,
    OwnerReference,
    ShardInfo,
    Status,
    StatusCause,
    StatusDetails,
)
from kube.runtime.time import Duration, MicroTime, Time, now, now_micro, parse_duration

if TYPE_CHECKING:
    from kube.api.meta.v1.conditions import (
        find_condition,
        is_condition_false,
        is_condition_true,
        remove_condition,
        set_condition,
    )
    from kube.api.meta.v1.owners import (
        AlreadyOwnedError,
        NotOwnedError,
        OwnerNamespaceError,
        OwnerReferenceError,
        OwnerWithoutUIDError,
        controller_of,
        has_owner_reference,
        is_controlled_by,
        owner_reference,
        remove_controller_reference,
        remove_owner_reference,
        set_controller_reference,
        set_owner_reference,
    )
    from kube.api.meta.v1.selectors import as_selector
else:
    __getattr__ = lazy_attributes(
        __name__,
        ("AlreadyOwnedError", ".owners"),
        ("NotOwnedError", ".owners"),
        ("OwnerNamespaceError", ".owners"),
        ("OwnerReferenceError", ".owners"),
        ("OwnerWithoutUIDError", ".owners"),
        ("as_selector", ".selectors"),
        ("controller_of", ".owners"),
        ("find_condition", ".conditions"),
        ("has_owner_reference", ".owners"),
        ("is_condition_false", ".conditions"),
        ("is_condition_true", ".conditions"),
        ("is_controlled_by", ".owners"),
        ("owner_reference", ".owners"),
        ("remove_condition", ".conditions"),
        ("remove_controller_reference", ".owners"),
        ("remove_owner_reference", ".owners"),
        ("set_condition", ".conditions"),
        ("set_controller_reference", ".owners"),
        ("set_owner_reference", ".owners"),
    )

__all__ = [
    "APIResource",
    "AlreadyOwnedError",
    "Condition",
    "ConditionStatus",
    "CreateOptions",
    "DeleteOptions",
    "DeletionPropagation",
    "Duration",
    "FieldSelectorOperator",
    "FieldSelectorRequirement",
    "FieldsV1",
    "GetOptions",
    "LabelSelector",
    "LabelSelectorOperator",
    "LabelSelectorRequirement",
    "ListMeta",
    "ListOptions",
    "ManagedFieldsEntry",
    "MicroTime",
    "NotOwnedError",
    "ObjectMeta",
    "OwnerNamespaceError",
    "OwnerReference",
    "OwnerReferenceError",
    "OwnerWithoutUIDError",
    "PatchOptions",
    "Preconditions",
    "ShardInfo",
    "Status",
    "StatusCause",
    "StatusDetails",
    "Time",
    "UpdateOptions",
    "WatchEvent",
    "as_selector",
    "controller_of",
    "find_condition",
    "has_owner_reference",
    "is_condition_false",
    "is_condition_true",
    "is_controlled_by",
    "now",
    "now_micro",
    "owner_reference",
    "parse_duration",
    "remove_condition",
    "remove_controller_reference",
    "remove_owner_reference",
    "set_condition",
    "set_controller_reference",
    "set_owner_reference",
]
