# +k8s:deepcopy-gen=package
# +k8s:register-gen=false
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +groupName=meta.k8s.io
"""What all kinds share: metadata, lists, selectors, conditions, options, status, watch events."""

# First the runtime, which itself needs these types: whichever is imported first, this order works.
import kube.runtime  # noqa: F401
from kube.api.meta.v1.conditions import (
    find_condition,
    is_condition_false,
    is_condition_true,
    remove_condition,
    set_condition,
)
from kube.api.meta.v1.time import Duration, MicroTime, Time, now, now_micro, parse_duration
from kube.api.meta.v1.types import (
    APIResource,
    Condition,
    ConditionStatus,
    CreateOptions,
    DeleteOptions,
    DeletionPropagation,
    FieldsV1,
    GetOptions,
    LabelSelector,
    LabelSelectorOperator,
    LabelSelectorRequirement,
    ListMeta,
    ListOptions,
    ManagedFieldsEntry,
    ObjectMeta,
    OwnerReference,
    PatchOptions,
    Preconditions,
    Status,
    StatusCause,
    StatusDetails,
    UpdateOptions,
    WatchEvent,
)

__all__ = [
    "APIResource",
    "Condition",
    "ConditionStatus",
    "CreateOptions",
    "DeleteOptions",
    "DeletionPropagation",
    "Duration",
    "FieldsV1",
    "GetOptions",
    "LabelSelector",
    "LabelSelectorOperator",
    "LabelSelectorRequirement",
    "ListMeta",
    "ListOptions",
    "ManagedFieldsEntry",
    "MicroTime",
    "ObjectMeta",
    "OwnerReference",
    "PatchOptions",
    "Preconditions",
    "Status",
    "StatusCause",
    "StatusDetails",
    "Time",
    "UpdateOptions",
    "WatchEvent",
    "find_condition",
    "is_condition_false",
    "is_condition_true",
    "now",
    "now_micro",
    "parse_duration",
    "remove_condition",
    "set_condition",
]
