# +k8s:deepcopy-gen=package
# +k8s:register-gen=false
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +groupName=meta.k8s.io
"""Types that all kinds share: metadata, selectors, conditions, options, status, watch events."""

from kube.api.meta.v1.conditions import (
    find_condition,
    is_condition_false,
    is_condition_true,
    remove_condition,
    set_condition,
)
from kube.api.meta.v1.types import (
    APIResource,
    Condition,
    ConditionStatus,
    CreateOptions,
    DeleteOptions,
    DeletionPropagation,
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
from kube.runtime.metadata import (
    FieldsV1,
    ListMeta,
    ManagedFieldsEntry,
    ObjectMeta,
    OwnerReference,
    Status,
    StatusCause,
    StatusDetails,
)
from kube.runtime.time import Duration, MicroTime, Time, now, now_micro, parse_duration

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
