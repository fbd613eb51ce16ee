from __future__ import annotations

from kube.api.core.v1 import (
    PersistentVolumeReclaimPolicy,
    PersistentVolumeSpec,
    TopologySelectorTerm,
)
from kube.api.meta.v1 import LabelSelector, Time
from kube.runtime import Int32, Object, ObjectList, OpenEnum, Struct, field
from kube.runtime.quantity import Quantity


class TokenRequest(Struct):
    audience: str
    expiration_seconds: int | None = None


class CSIDriverSpec(Struct):
    attach_required: bool | None = None

    fs_group_policy: str | None = None

    node_allocatable_update_period_seconds: int | None = None

    pod_info_on_mount: bool | None = None

    prevent_pod_scheduling_if_missing: bool | None = None

    requires_republish: bool | None = None

    se_linux_mount: bool | None = None

    service_account_token_in_secrets: bool | None = None

    storage_capacity: bool | None = None

    # +listType=atomic
    token_requests: list[TokenRequest] | None = None

    # +listType=set
    volume_lifecycle_modes: list[str] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CSIDriver(Object):
    """How Kubernetes has to deal with a driver of volumes."""

    spec: CSIDriverSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CSIDriverList(ObjectList[CSIDriver]):
    """A list of CSIDriver."""


class VolumeNodeResources(Struct):
    count: Int32 | None = None


class CSINodeDriver(Struct):
    allocatable: VolumeNodeResources | None = None

    name: str

    node_id: str = field(name="nodeID")

    # +listType=atomic
    topology_keys: list[str] | None = None


class CSINodeSpec(Struct):
    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    drivers: list[CSINodeDriver]


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CSINode(Object):
    """The drivers of volumes that a node has."""

    spec: CSINodeSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CSINodeList(ObjectList[CSINode]):
    """A list of CSINode."""


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CSIStorageCapacity(Object):
    """How much storage of a class is left in a part of the cluster."""

    capacity: Quantity | None = None
    maximum_volume_size: Quantity | None = None
    node_topology: LabelSelector | None = None
    storage_class_name: str


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CSIStorageCapacityList(ObjectList[CSIStorageCapacity]):
    """A list of CSIStorageCapacity."""


class VolumeBindingMode(OpenEnum):
    IMMEDIATE = "Immediate"
    WAIT_FOR_FIRST_CONSUMER = "WaitForFirstConsumer"


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StorageClass(Object):
    """A class of storage, and how volumes of it are made."""

    allow_volume_expansion: bool | None = None

    # +listType=atomic
    allowed_topologies: list[TopologySelectorTerm] | None = None

    # +listType=atomic
    mount_options: list[str] | None = None

    parameters: dict[str, str] | None = None

    provisioner: str

    reclaim_policy: PersistentVolumeReclaimPolicy | None = None
    """What becomes of a volume whose claim is gone; Delete without a value."""

    volume_binding_mode: VolumeBindingMode | None = None
    """Whether a volume is made for the claim at once or for its first Pod."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StorageClassList(ObjectList[StorageClass]):
    """A list of StorageClass."""


class VolumeAttachmentSource(Struct):
    inline_volume_spec: PersistentVolumeSpec | None = None
    persistent_volume_name: str | None = None


class VolumeAttachmentSpec(Struct):
    attacher: str
    node_name: str
    source: VolumeAttachmentSource


class VolumeError(Struct):
    error_code: Int32 | None = None
    message: str | None = None
    time: Time | None = None


class VolumeAttachmentStatus(Struct):
    attach_error: VolumeError | None = None
    attached: bool
    attachment_metadata: dict[str, str] | None = None
    detach_error: VolumeError | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class VolumeAttachment(Object):
    """Attaches a volume to a node, or asks for it."""

    spec: VolumeAttachmentSpec
    status: VolumeAttachmentStatus = field(
        default_factory=lambda: VolumeAttachmentStatus(attached=False)
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class VolumeAttachmentList(ObjectList[VolumeAttachment]):
    """A list of VolumeAttachment."""


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class VolumeAttributesClass(Object):
    """Attributes of volumes that can be changed while they are in use."""

    driver_name: str
    parameters: dict[str, str] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class VolumeAttributesClassList(ObjectList[VolumeAttributesClass]):
    """A list of VolumeAttributesClass."""
