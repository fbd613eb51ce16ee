# +k8s:deepcopy-gen=package
"""What every object, every list and every error carries: the part of meta/v1 under `Object`.

Programs import these types from `kube.api.meta.v1`, which has the rest of meta/v1 too. They stand
here because `Object` needs them, and the runtime imports nothing of `kube.api`.
"""

from kube.runtime.metadata.types import (
    FieldsV1,
    ListMeta,
    ManagedFieldsEntry,
    ObjectMeta,
    OwnerReference,
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
    "Status",
    "StatusCause",
    "StatusDetails",
]
