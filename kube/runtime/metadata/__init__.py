# +k8s:deepcopy-gen=package
"""The types of meta/v1 that `Object`, `ObjectList` and errors use.

Programs import them from `kube.api.meta.v1`, together with the rest of meta/v1. They are defined
here because the runtime imports nothing of `kube.api`.
"""

from kube.runtime.metadata.types import (
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

__all__ = [
    "FieldsV1",
    "ListMeta",
    "ManagedFieldsEntry",
    "ObjectMeta",
    "OwnerReference",
    "ShardInfo",
    "Status",
    "StatusCause",
    "StatusDetails",
]
