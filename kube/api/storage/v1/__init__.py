# +k8s:deepcopy-gen=package,register
# +groupName=storage.k8s.io
# +kubebuilder:skip
"""The types of storage.k8s.io/v1."""

from kube.api.storage.v1.types import (
    CSIDriver,
    CSIDriverList,
    CSIDriverSpec,
    CSINode,
    CSINodeDriver,
    CSINodeList,
    CSINodeSpec,
    CSIStorageCapacity,
    CSIStorageCapacityList,
    StorageClass,
    StorageClassList,
    TokenRequest,
    VolumeAttachment,
    VolumeAttachmentList,
    VolumeAttachmentSource,
    VolumeAttachmentSpec,
    VolumeAttachmentStatus,
    VolumeAttributesClass,
    VolumeAttributesClassList,
    VolumeBindingMode,
    VolumeError,
    VolumeNodeResources,
)

__all__ = [
    "CSIDriver",
    "CSIDriverList",
    "CSIDriverSpec",
    "CSINode",
    "CSINodeDriver",
    "CSINodeList",
    "CSINodeSpec",
    "CSIStorageCapacity",
    "CSIStorageCapacityList",
    "StorageClass",
    "StorageClassList",
    "TokenRequest",
    "VolumeAttachment",
    "VolumeAttachmentList",
    "VolumeAttachmentSource",
    "VolumeAttachmentSpec",
    "VolumeAttachmentStatus",
    "VolumeAttributesClass",
    "VolumeAttributesClassList",
    "VolumeBindingMode",
    "VolumeError",
    "VolumeNodeResources",
]
