from __future__ import annotations

from kube.api.meta.v1 import Condition, ConditionStatus, LabelSelector, MicroTime, ObjectMeta, Time
from kube.runtime import Int32, IntOrString, Object, ObjectList, OpenEnum, Struct, field
from kube.runtime.quantity import Quantity


# +structType=atomic
class ObjectReference(Struct):
    """ObjectReference contains enough information to let you inspect or modify the referred object."""

    # Kind of the referent.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds
    kind: str | None = None
    # Namespace of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
    namespace: str | None = None
    # Name of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names
    name: str | None = None
    # UID of the referent.
    # More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids
    uid: str | None = None
    # API version of the referent.
    api_version: str | None = None
    # Specific resourceVersion to which this reference is made, if any.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency
    resource_version: str | None = None
    # If referring to a piece of an object instead of an entire object, this string
    # should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2].
    # For example, if the object reference is to a container within a pod, this would take on a value like:
    # "spec.containers{name}" (where "name" refers to the name of the container that triggered
    # the event) or if no container name is specified "spec.containers[2]" (container with
    # index 2 in this pod). This syntax is chosen only to have some well-defined way of
    # referencing a part of an object.
    field_path: str | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Binding(Object):
    """Assigns a Pod to a node: the body of its subresource `binding`."""

    target: ObjectReference


class ComponentCondition(Struct):
    error: str | None = None
    message: str | None = None
    status: ConditionStatus
    type: str


# +genclient
# +genclient:nonNamespaced
# +genclient:onlyVerbs=get,list
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ComponentStatus(Object):
    """The health of a component of the control plane. Deprecated since 1.19."""

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[ComponentCondition] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ComponentStatusList(ObjectList[ComponentStatus]):
    """A list of ComponentStatus."""


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ConfigMap(Object):
    """Settings that are not secret, as text or as bytes."""

    binary_data: dict[str, bytes] | None = None
    """The values that are not UTF-8. No key is in `data` as well."""

    data: dict[str, str] | None = None
    """The values that are text."""

    immutable: bool | None = None
    """Whether the values can never change again."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ConfigMapList(ObjectList[ConfigMap]):
    """A list of ConfigMap."""


# +structType=atomic
class EndpointAddress(Struct):
    hostname: str | None = None
    ip: str
    node_name: str | None = None
    target_ref: ObjectReference | None = None


class Protocol(OpenEnum):
    SCTP = "SCTP"
    TCP = "TCP"
    UDP = "UDP"


# +structType=atomic
class EndpointPort(Struct):
    app_protocol: str | None = None
    name: str | None = None
    port: Int32
    protocol: Protocol | None = None


class EndpointSubset(Struct):
    # +listType=atomic
    addresses: list[EndpointAddress] | None = None

    # +listType=atomic
    not_ready_addresses: list[EndpointAddress] | None = None

    # +listType=atomic
    ports: list[EndpointPort] | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Endpoints(Object):
    """The addresses behind a service. Deprecated since 1.33: use EndpointSlice."""

    # +listType=atomic
    subsets: list[EndpointSubset] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EndpointsList(ObjectList[Endpoints]):
    """A list of Endpoints."""


class EventSeries(Struct):
    count: Int32 | None = None
    last_observed_time: MicroTime | None = None


class EventSource(Struct):
    component: str | None = None
    host: str | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Event(Object):
    """A report about an object, for people to read."""

    action: str | None = None
    count: Int32 | None = None
    """How often it has happened."""

    event_time: MicroTime | None = None
    first_timestamp: Time | None = None
    involved_object: ObjectReference
    last_timestamp: Time | None = None
    message: str | None = None
    reason: str | None = None
    related: ObjectReference | None = None
    reporting_component: str | None = None
    reporting_instance: str | None = None
    series: EventSeries | None = None
    source: EventSource = field(default_factory=EventSource)
    type: str | None = None
    """Normal or Warning."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EventList(ObjectList[Event]):
    """A list of Event."""


class LimitRangeItem(Struct):
    default: dict[str, Quantity] | None = None
    default_request: dict[str, Quantity] | None = None
    max: dict[str, Quantity] | None = None
    max_limit_request_ratio: dict[str, Quantity] | None = None
    min: dict[str, Quantity] | None = None
    type: str


class LimitRangeSpec(Struct):
    # +listType=atomic
    limits: list[LimitRangeItem]


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class LimitRange(Object):
    """Bounds and defaults for what Pods, containers and claims of a namespace request."""

    spec: LimitRangeSpec = field(default_factory=lambda: LimitRangeSpec(limits=[]))


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class LimitRangeList(ObjectList[LimitRange]):
    """A list of LimitRange."""


class NamespaceSpec(Struct):
    # +listType=atomic
    finalizers: list[str] | None = None
    """The namespace stays until they are gone."""


class NamespaceCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class NamespacePhase(OpenEnum):
    ACTIVE = "Active"
    TERMINATING = "Terminating"


class NamespaceStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[NamespaceCondition] | None = None

    phase: NamespacePhase | None = None


# +genclient
# +genclient:nonNamespaced
# +genclient:skipVerbs=deleteCollection
# +genclient:method=Finalize,verb=update,subresource=finalize
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Namespace(Object):
    """A scope for names."""

    spec: NamespaceSpec = field(default_factory=NamespaceSpec)
    status: NamespaceStatus = field(default_factory=NamespaceStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NamespaceList(ObjectList[Namespace]):
    """A list of Namespace."""


class ConfigMapNodeConfigSource(Struct):
    kubelet_config_key: str
    name: str
    namespace: str
    resource_version: str | None = None
    uid: str | None = None


class NodeConfigSource(Struct):
    config_map: ConfigMapNodeConfigSource | None = None


class TaintEffect(OpenEnum):
    NO_EXECUTE = "NoExecute"
    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"


class Taint(Struct):
    """Keeps Pods that do not tolerate it away from a node."""

    effect: TaintEffect
    key: str
    time_added: Time | None = None
    value: str | None = None


class NodeSpec(Struct):
    config_source: NodeConfigSource | None = None

    external_id: str | None = field(default=None, name="externalID")

    pod_cidr: str | None = field(default=None, name="podCIDR")

    # +listType=set
    # +patchStrategy=merge
    pod_cidrs: list[str] | None = field(default=None, name="podCIDRs")

    provider_id: str | None = field(default=None, name="providerID")

    # +listType=atomic
    taints: list[Taint] | None = None

    unschedulable: bool | None = None
    """Whether new Pods are kept away; `kubectl cordon` sets it."""


class NodeAddress(Struct):
    address: str
    type: str


class NodeCondition(Struct):
    last_heartbeat_time: Time | None = None
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class NodeConfigStatus(Struct):
    active: NodeConfigSource | None = None
    assigned: NodeConfigSource | None = None
    error: str | None = None
    last_known_good: NodeConfigSource | None = None


class DaemonEndpoint(Struct):
    port: Int32 = field(name="Port")


class NodeDaemonEndpoints(Struct):
    kubelet_endpoint: DaemonEndpoint = field(default_factory=lambda: DaemonEndpoint(port=0))


class NodeFeatures(Struct):
    supplemental_groups_policy: bool | None = None


class ContainerImage(Struct):
    # +listType=atomic
    names: list[str] | None = None

    size_bytes: int | None = None


class NodeSwapStatus(Struct):
    capacity: int | None = None


class NodeSystemInfo(Struct):
    architecture: str
    boot_id: str = field(name="bootID")
    container_runtime_version: str
    kernel_version: str
    kube_proxy_version: str
    kubelet_version: str
    machine_id: str = field(name="machineID")
    operating_system: str
    os_image: str
    swap: NodeSwapStatus | None = None
    system_uuid: str = field(name="systemUUID")


class NodePhase(OpenEnum):
    PENDING = "Pending"
    RUNNING = "Running"
    TERMINATED = "Terminated"


class NodeRuntimeHandlerFeatures(Struct):
    recursive_read_only_mounts: bool | None = None
    user_namespaces: bool | None = None


class NodeRuntimeHandler(Struct):
    features: NodeRuntimeHandlerFeatures | None = None
    name: str | None = None


class AttachedVolume(Struct):
    device_path: str
    name: str


class NodeStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    addresses: list[NodeAddress] | None = None

    allocatable: dict[str, Quantity] | None = None
    """What Pods can use of `capacity`."""

    capacity: dict[str, Quantity] | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[NodeCondition] | None = None

    config: NodeConfigStatus | None = None

    daemon_endpoints: NodeDaemonEndpoints = field(default_factory=NodeDaemonEndpoints)

    # +listType=atomic
    declared_features: list[str] | None = None

    features: NodeFeatures | None = None

    # +listType=atomic
    images: list[ContainerImage] | None = None

    node_info: NodeSystemInfo = field(
        default_factory=lambda: NodeSystemInfo(
            architecture="",
            boot_id="",
            container_runtime_version="",
            kernel_version="",
            kube_proxy_version="",
            kubelet_version="",
            machine_id="",
            operating_system="",
            os_image="",
            system_uuid="",
        ),
    )

    phase: NodePhase | None = None

    # +listType=atomic
    runtime_handlers: list[NodeRuntimeHandler] | None = None

    # +listType=atomic
    volumes_attached: list[AttachedVolume] | None = None

    # +listType=atomic
    volumes_in_use: list[str] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Node(Object):
    """A machine that runs Pods."""

    spec: NodeSpec = field(default_factory=NodeSpec)
    status: NodeStatus = field(default_factory=NodeStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NodeList(ObjectList[Node]):
    """A list of Node."""


class PersistentVolumeAccessMode(OpenEnum):
    READ_ONLY_MANY = "ReadOnlyMany"
    READ_WRITE_MANY = "ReadWriteMany"
    READ_WRITE_ONCE = "ReadWriteOnce"
    READ_WRITE_ONCE_POD = "ReadWriteOncePod"


class AWSElasticBlockStoreVolumeSource(Struct):
    fs_type: str | None = None
    partition: Int32 | None = None
    read_only: bool | None = None
    volume_id: str = field(name="volumeID")


class AzureDataDiskCachingMode(OpenEnum):
    NONE = "None"
    READ_ONLY = "ReadOnly"
    READ_WRITE = "ReadWrite"


class AzureDataDiskKind(OpenEnum):
    DEDICATED = "Dedicated"
    MANAGED = "Managed"
    SHARED = "Shared"


class AzureDiskVolumeSource(Struct):
    caching_mode: AzureDataDiskCachingMode | None = None

    disk_name: str

    disk_uri: str = field(name="diskURI")

    # +default="ext4"
    fs_type: str | None = None

    kind: AzureDataDiskKind | None = None

    # +default=false
    read_only: bool | None = None


class AzureFilePersistentVolumeSource(Struct):
    read_only: bool | None = None
    secret_name: str
    secret_namespace: str | None = None
    share_name: str


# +structType=atomic
class SecretReference(Struct):
    name: str | None = None
    namespace: str | None = None


class CephFSPersistentVolumeSource(Struct):
    # +listType=atomic
    monitors: list[str]

    path: str | None = None

    read_only: bool | None = None

    secret_file: str | None = None

    secret_ref: SecretReference | None = None

    user: str | None = None


class CinderPersistentVolumeSource(Struct):
    fs_type: str | None = None
    read_only: bool | None = None
    secret_ref: SecretReference | None = None
    volume_id: str = field(name="volumeID")


class CSIPersistentVolumeSource(Struct):
    controller_expand_secret_ref: SecretReference | None = None
    controller_publish_secret_ref: SecretReference | None = None
    driver: str
    fs_type: str | None = None
    node_expand_secret_ref: SecretReference | None = None
    node_publish_secret_ref: SecretReference | None = None
    node_stage_secret_ref: SecretReference | None = None
    read_only: bool | None = None
    volume_attributes: dict[str, str] | None = None
    volume_handle: str


class FCVolumeSource(Struct):
    fs_type: str | None = None

    lun: Int32 | None = None

    read_only: bool | None = None

    # +listType=atomic
    target_wwns: list[str] | None = field(default=None, name="targetWWNs")

    # +listType=atomic
    wwids: list[str] | None = None


class FlexPersistentVolumeSource(Struct):
    driver: str
    fs_type: str | None = None
    options: dict[str, str] | None = None
    read_only: bool | None = None
    secret_ref: SecretReference | None = None


class FlockerVolumeSource(Struct):
    dataset_name: str | None = None
    dataset_uuid: str | None = field(default=None, name="datasetUUID")


class GCEPersistentDiskVolumeSource(Struct):
    fs_type: str | None = None
    partition: Int32 | None = None
    pd_name: str
    read_only: bool | None = None


class GlusterfsPersistentVolumeSource(Struct):
    endpoints: str
    endpoints_namespace: str | None = None
    path: str
    read_only: bool | None = None


class HostPathType(OpenEnum):
    EMPTY = ""
    BLOCK_DEVICE = "BlockDevice"
    CHAR_DEVICE = "CharDevice"
    DIRECTORY = "Directory"
    DIRECTORY_OR_CREATE = "DirectoryOrCreate"
    FILE = "File"
    FILE_OR_CREATE = "FileOrCreate"
    SOCKET = "Socket"


class HostPathVolumeSource(Struct):
    path: str
    type: HostPathType | None = None


class ISCSIPersistentVolumeSource(Struct):
    chap_auth_discovery: bool | None = None

    chap_auth_session: bool | None = None

    fs_type: str | None = None

    initiator_name: str | None = None

    iqn: str

    # +default="default"
    iscsi_interface: str | None = None

    lun: Int32

    # +listType=atomic
    portals: list[str] | None = None

    read_only: bool | None = None

    secret_ref: SecretReference | None = None

    target_portal: str


class LocalVolumeSource(Struct):
    fs_type: str | None = None
    path: str


class NFSVolumeSource(Struct):
    path: str
    read_only: bool | None = None
    server: str


class NodeSelectorOperator(OpenEnum):
    DOES_NOT_EXIST = "DoesNotExist"
    EXISTS = "Exists"
    GT = "Gt"
    IN = "In"
    LT = "Lt"
    NOT_IN = "NotIn"


class NodeSelectorRequirement(Struct):
    key: str

    operator: NodeSelectorOperator

    # +listType=atomic
    values: list[str] | None = None


# +structType=atomic
class NodeSelectorTerm(Struct):
    # +listType=atomic
    match_expressions: list[NodeSelectorRequirement] | None = None

    # +listType=atomic
    match_fields: list[NodeSelectorRequirement] | None = None


# +structType=atomic
class NodeSelector(Struct):
    # +listType=atomic
    node_selector_terms: list[NodeSelectorTerm]


class VolumeNodeAffinity(Struct):
    required: NodeSelector | None = None


class PersistentVolumeReclaimPolicy(OpenEnum):
    DELETE = "Delete"
    RECYCLE = "Recycle"
    RETAIN = "Retain"


class PhotonPersistentDiskVolumeSource(Struct):
    fs_type: str | None = None
    pd_id: str = field(name="pdID")


class PortworxVolumeSource(Struct):
    fs_type: str | None = None
    read_only: bool | None = None
    volume_id: str = field(name="volumeID")


class QuobyteVolumeSource(Struct):
    group: str | None = None
    read_only: bool | None = None
    registry: str
    tenant: str | None = None
    user: str | None = None
    volume: str


class RBDPersistentVolumeSource(Struct):
    fs_type: str | None = None

    image: str

    # +default="/etc/ceph/keyring"
    keyring: str | None = None

    # +listType=atomic
    monitors: list[str]

    # +default="rbd"
    pool: str | None = None

    read_only: bool | None = None

    secret_ref: SecretReference | None = None

    # +default="admin"
    user: str | None = None


class ScaleIOPersistentVolumeSource(Struct):
    # +default="xfs"
    fs_type: str | None = None

    gateway: str

    protection_domain: str | None = None

    read_only: bool | None = None

    secret_ref: SecretReference

    ssl_enabled: bool | None = None

    # +default="ThinProvisioned"
    storage_mode: str | None = None

    storage_pool: str | None = None

    system: str

    volume_name: str | None = None


class StorageOSPersistentVolumeSource(Struct):
    fs_type: str | None = None
    read_only: bool | None = None
    secret_ref: ObjectReference | None = None
    volume_name: str | None = None
    volume_namespace: str | None = None


class PersistentVolumeMode(OpenEnum):
    BLOCK = "Block"
    FILESYSTEM = "Filesystem"


class VsphereVirtualDiskVolumeSource(Struct):
    fs_type: str | None = None
    storage_policy_id: str | None = field(default=None, name="storagePolicyID")
    storage_policy_name: str | None = None
    volume_path: str


class PersistentVolumeSpec(Struct):
    # +listType=atomic
    access_modes: list[PersistentVolumeAccessMode] | None = None

    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None

    azure_disk: AzureDiskVolumeSource | None = None

    azure_file: AzureFilePersistentVolumeSource | None = None

    capacity: dict[str, Quantity] | None = None

    cephfs: CephFSPersistentVolumeSource | None = None

    cinder: CinderPersistentVolumeSource | None = None

    # +structType=granular
    claim_ref: ObjectReference | None = None

    csi: CSIPersistentVolumeSource | None = None

    fc: FCVolumeSource | None = None

    flex_volume: FlexPersistentVolumeSource | None = None

    flocker: FlockerVolumeSource | None = None

    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None

    glusterfs: GlusterfsPersistentVolumeSource | None = None

    host_path: HostPathVolumeSource | None = None

    iscsi: ISCSIPersistentVolumeSource | None = None

    local: LocalVolumeSource | None = None

    # +listType=atomic
    mount_options: list[str] | None = None

    nfs: NFSVolumeSource | None = None

    node_affinity: VolumeNodeAffinity | None = None

    persistent_volume_reclaim_policy: PersistentVolumeReclaimPolicy | None = None

    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None

    portworx_volume: PortworxVolumeSource | None = None

    quobyte: QuobyteVolumeSource | None = None

    rbd: RBDPersistentVolumeSource | None = None

    scale_io: ScaleIOPersistentVolumeSource | None = field(default=None, name="scaleIO")

    storage_class_name: str | None = None

    storageos: StorageOSPersistentVolumeSource | None = None

    volume_attributes_class_name: str | None = None

    volume_mode: PersistentVolumeMode | None = None

    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None


class PersistentVolumePhase(OpenEnum):
    AVAILABLE = "Available"
    BOUND = "Bound"
    FAILED = "Failed"
    PENDING = "Pending"
    RELEASED = "Released"


class PersistentVolumeStatus(Struct):
    last_phase_transition_time: Time | None = None
    message: str | None = None
    phase: PersistentVolumePhase | None = None
    reason: str | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PersistentVolume(Object):
    """Storage in the cluster that outlives Pods, and that one claim at a time is bound to."""

    spec: PersistentVolumeSpec = field(default_factory=PersistentVolumeSpec)
    status: PersistentVolumeStatus = field(default_factory=PersistentVolumeStatus)


# +structType=atomic
class TypedLocalObjectReference(Struct):
    api_group: str | None = None
    kind: str
    name: str


class TypedObjectReference(Struct):
    api_group: str | None = None
    kind: str
    name: str
    namespace: str | None = None


class VolumeResourceRequirements(Struct):
    limits: dict[str, Quantity] | None = None
    requests: dict[str, Quantity] | None = None


class PersistentVolumeClaimSpec(Struct):
    # +listType=atomic
    access_modes: list[PersistentVolumeAccessMode] | None = None

    data_source: TypedLocalObjectReference | None = None

    data_source_ref: TypedObjectReference | None = None

    resources: VolumeResourceRequirements = field(default_factory=VolumeResourceRequirements)

    selector: LabelSelector | None = None

    storage_class_name: str | None = None
    """The StorageClass. The empty string asks for a volume of none, None for the default class."""

    volume_attributes_class_name: str | None = None

    volume_mode: PersistentVolumeMode | None = None

    volume_name: str | None = None
    """The volume that the claim is bound to, or shall be."""


class ClaimResourceStatus(OpenEnum):
    CONTROLLER_RESIZE_IN_PROGRESS = "ControllerResizeInProgress"
    CONTROLLER_RESIZE_INFEASIBLE = "ControllerResizeInfeasible"
    NODE_RESIZE_IN_PROGRESS = "NodeResizeInProgress"
    NODE_RESIZE_INFEASIBLE = "NodeResizeInfeasible"
    NODE_RESIZE_PENDING = "NodeResizePending"


class PersistentVolumeClaimCondition(Struct):
    last_probe_time: Time | None = None
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class PersistentVolumeClaimModifyVolumeStatus(OpenEnum):
    IN_PROGRESS = "InProgress"
    INFEASIBLE = "Infeasible"
    PENDING = "Pending"


class ModifyVolumeStatus(Struct):
    status: PersistentVolumeClaimModifyVolumeStatus
    target_volume_attributes_class_name: str | None = None


class PersistentVolumeClaimPhase(OpenEnum):
    BOUND = "Bound"
    LOST = "Lost"
    PENDING = "Pending"


class PersistentVolumeClaimStatus(Struct):
    # +listType=atomic
    access_modes: list[PersistentVolumeAccessMode] | None = None

    # +mapType=granular
    allocated_resource_statuses: dict[str, ClaimResourceStatus] | None = None

    allocated_resources: dict[str, Quantity] | None = None

    capacity: dict[str, Quantity] | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[PersistentVolumeClaimCondition] | None = None

    current_volume_attributes_class_name: str | None = None

    modify_volume_status: ModifyVolumeStatus | None = None

    phase: PersistentVolumeClaimPhase | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PersistentVolumeClaim(Object):
    """A request for storage, which a PersistentVolume is bound to."""

    spec: PersistentVolumeClaimSpec = field(default_factory=PersistentVolumeClaimSpec)
    status: PersistentVolumeClaimStatus = field(default_factory=PersistentVolumeClaimStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PersistentVolumeClaimList(ObjectList[PersistentVolumeClaim]):
    """A list of PersistentVolumeClaim."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PersistentVolumeList(ObjectList[PersistentVolume]):
    """A list of PersistentVolume."""


class PreferredSchedulingTerm(Struct):
    preference: NodeSelectorTerm
    weight: Int32


class NodeAffinity(Struct):
    # +listType=atomic
    preferred_during_scheduling_ignored_during_execution: list[PreferredSchedulingTerm] | None = (
        None
    )

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None


class PodAffinityTerm(Struct):
    label_selector: LabelSelector | None = None

    # +listType=atomic
    match_label_keys: list[str] | None = None

    # +listType=atomic
    mismatch_label_keys: list[str] | None = None

    namespace_selector: LabelSelector | None = None

    # +listType=atomic
    namespaces: list[str] | None = None

    topology_key: str


class WeightedPodAffinityTerm(Struct):
    pod_affinity_term: PodAffinityTerm
    weight: Int32


class PodAffinity(Struct):
    # +listType=atomic
    preferred_during_scheduling_ignored_during_execution: list[WeightedPodAffinityTerm] | None = (
        None
    )

    # +listType=atomic
    required_during_scheduling_ignored_during_execution: list[PodAffinityTerm] | None = None


class PodAntiAffinity(Struct):
    # +listType=atomic
    preferred_during_scheduling_ignored_during_execution: list[WeightedPodAffinityTerm] | None = (
        None
    )

    # +listType=atomic
    required_during_scheduling_ignored_during_execution: list[PodAffinityTerm] | None = None


class Affinity(Struct):
    """Rules that attract a Pod to nodes or to other Pods, or keep it away."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAntiAffinity | None = None


# +structType=atomic
class ConfigMapKeySelector(Struct):
    key: str
    # +default=""
    name: str | None = None
    optional: bool | None = None


# +structType=atomic
class ObjectFieldSelector(Struct):
    api_version: str | None = None
    field_path: str


# +structType=atomic
class FileKeySelector(Struct):
    key: str
    # +default=false
    optional: bool | None = None
    path: str
    volume_name: str


# +structType=atomic
class ResourceFieldSelector(Struct):
    container_name: str | None = None
    divisor: Quantity | None = None
    resource: str


# +structType=atomic
class SecretKeySelector(Struct):
    key: str
    # +default=""
    name: str | None = None
    optional: bool | None = None


class EnvVarSource(Struct):
    config_map_key_ref: ConfigMapKeySelector | None = None
    field_ref: ObjectFieldSelector | None = None
    file_key_ref: FileKeySelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    secret_key_ref: SecretKeySelector | None = None


class EnvVar(Struct):
    """An environment variable: its value, or where its value comes from."""

    name: str
    value: str | None = None
    value_from: EnvVarSource | None = None


# +structType=atomic
class ConfigMapEnvSource(Struct):
    # +default=""
    name: str | None = None
    optional: bool | None = None


# +structType=atomic
class SecretEnvSource(Struct):
    # +default=""
    name: str | None = None
    optional: bool | None = None


class EnvFromSource(Struct):
    config_map_ref: ConfigMapEnvSource | None = None
    prefix: str | None = None
    secret_ref: SecretEnvSource | None = None


class PullPolicy(OpenEnum):
    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class ExecAction(Struct):
    # +listType=atomic
    command: list[str] | None = None


class HTTPHeader(Struct):
    name: str
    value: str


class URIScheme(OpenEnum):
    HTTP = "HTTP"
    HTTPS = "HTTPS"


class HTTPGetAction(Struct):
    host: str | None = None

    # +listType=atomic
    http_headers: list[HTTPHeader] | None = None

    path: str | None = None

    port: IntOrString

    scheme: URIScheme | None = None


class SleepAction(Struct):
    seconds: int


class TCPSocketAction(Struct):
    host: str | None = None
    port: IntOrString


class LifecycleHandler(Struct):
    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    sleep: SleepAction | None = None
    tcp_socket: TCPSocketAction | None = None


class Signal(OpenEnum):
    SIGABRT = "SIGABRT"
    SIGALRM = "SIGALRM"
    SIGBUS = "SIGBUS"
    SIGCHLD = "SIGCHLD"
    SIGCLD = "SIGCLD"
    SIGCONT = "SIGCONT"
    SIGFPE = "SIGFPE"
    SIGHUP = "SIGHUP"
    SIGILL = "SIGILL"
    SIGINT = "SIGINT"
    SIGIO = "SIGIO"
    SIGIOT = "SIGIOT"
    SIGKILL = "SIGKILL"
    SIGPIPE = "SIGPIPE"
    SIGPOLL = "SIGPOLL"
    SIGPROF = "SIGPROF"
    SIGPWR = "SIGPWR"
    SIGQUIT = "SIGQUIT"
    SIGRTMAX = "SIGRTMAX"
    SIGRTMAX_1 = "SIGRTMAX-1"
    SIGRTMAX_10 = "SIGRTMAX-10"
    SIGRTMAX_11 = "SIGRTMAX-11"
    SIGRTMAX_12 = "SIGRTMAX-12"
    SIGRTMAX_13 = "SIGRTMAX-13"
    SIGRTMAX_14 = "SIGRTMAX-14"
    SIGRTMAX_2 = "SIGRTMAX-2"
    SIGRTMAX_3 = "SIGRTMAX-3"
    SIGRTMAX_4 = "SIGRTMAX-4"
    SIGRTMAX_5 = "SIGRTMAX-5"
    SIGRTMAX_6 = "SIGRTMAX-6"
    SIGRTMAX_7 = "SIGRTMAX-7"
    SIGRTMAX_8 = "SIGRTMAX-8"
    SIGRTMAX_9 = "SIGRTMAX-9"
    SIGRTMIN = "SIGRTMIN"
    SIGRTMIN_PLUS_1 = "SIGRTMIN+1"
    SIGRTMIN_PLUS_10 = "SIGRTMIN+10"
    SIGRTMIN_PLUS_11 = "SIGRTMIN+11"
    SIGRTMIN_PLUS_12 = "SIGRTMIN+12"
    SIGRTMIN_PLUS_13 = "SIGRTMIN+13"
    SIGRTMIN_PLUS_14 = "SIGRTMIN+14"
    SIGRTMIN_PLUS_15 = "SIGRTMIN+15"
    SIGRTMIN_PLUS_2 = "SIGRTMIN+2"
    SIGRTMIN_PLUS_3 = "SIGRTMIN+3"
    SIGRTMIN_PLUS_4 = "SIGRTMIN+4"
    SIGRTMIN_PLUS_5 = "SIGRTMIN+5"
    SIGRTMIN_PLUS_6 = "SIGRTMIN+6"
    SIGRTMIN_PLUS_7 = "SIGRTMIN+7"
    SIGRTMIN_PLUS_8 = "SIGRTMIN+8"
    SIGRTMIN_PLUS_9 = "SIGRTMIN+9"
    SIGSEGV = "SIGSEGV"
    SIGSTKFLT = "SIGSTKFLT"
    SIGSTOP = "SIGSTOP"
    SIGSYS = "SIGSYS"
    SIGTERM = "SIGTERM"
    SIGTRAP = "SIGTRAP"
    SIGTSTP = "SIGTSTP"
    SIGTTIN = "SIGTTIN"
    SIGTTOU = "SIGTTOU"
    SIGURG = "SIGURG"
    SIGUSR1 = "SIGUSR1"
    SIGUSR2 = "SIGUSR2"
    SIGVTALRM = "SIGVTALRM"
    SIGWINCH = "SIGWINCH"
    SIGXCPU = "SIGXCPU"
    SIGXFSZ = "SIGXFSZ"


class Lifecycle(Struct):
    post_start: LifecycleHandler | None = None
    pre_stop: LifecycleHandler | None = None
    stop_signal: Signal | None = None


class GRPCAction(Struct):
    port: Int32
    # +default=""
    service: str | None = None


class Probe(Struct):
    """A check of a container, repeated while it runs: one of four ways is set."""

    exec: ExecAction | None = None
    failure_threshold: Int32 | None = None
    """Failures in a row until the check counts as failed; 3 without a value."""

    grpc: GRPCAction | None = None
    http_get: HTTPGetAction | None = None
    initial_delay_seconds: Int32 | None = None
    """Seconds between the start of the container and the first check."""

    period_seconds: Int32 | None = None
    success_threshold: Int32 | None = None
    tcp_socket: TCPSocketAction | None = None
    termination_grace_period_seconds: int | None = None
    timeout_seconds: Int32 | None = None


class ContainerPort(Struct):
    container_port: Int32

    host_ip: str | None = field(default=None, name="hostIP")

    host_port: Int32 | None = None

    name: str | None = None

    # +default="TCP"
    protocol: Protocol | None = None


class ContainerResizePolicy(Struct):
    resource_name: str
    restart_policy: str


class ResourceClaim(Struct):
    name: str
    request: str | None = None


class ResourceRequirements(Struct):
    """What a container needs at least (`requests`) and may use at most (`limits`)."""

    # +listType=map
    # +listMapKey=name
    claims: list[ResourceClaim] | None = None

    limits: dict[str, Quantity] | None = None
    """At most this much: a container beyond its memory is killed, beyond its CPU it is slowed."""

    requests: dict[str, Quantity] | None = None
    """At least this much is kept free on the node; as `limits` without a value."""


class ContainerRestartRuleOnExitCodes(Struct):
    operator: str

    # +listType=set
    values: list[Int32] | None = None


class ContainerRestartRule(Struct):
    action: str
    exit_codes: ContainerRestartRuleOnExitCodes | None = None


class AppArmorProfileType(OpenEnum):
    LOCALHOST = "Localhost"
    RUNTIME_DEFAULT = "RuntimeDefault"
    UNCONFINED = "Unconfined"


class AppArmorProfile(Struct):
    localhost_profile: str | None = None
    type: AppArmorProfileType


class Capabilities(Struct):
    # +listType=atomic
    add: list[str] | None = None

    # +listType=atomic
    drop: list[str] | None = None


class ProcMountType(OpenEnum):
    DEFAULT = "Default"
    UNMASKED = "Unmasked"


class SELinuxOptions(Struct):
    level: str | None = None
    role: str | None = None
    type: str | None = None
    user: str | None = None


class SeccompProfileType(OpenEnum):
    LOCALHOST = "Localhost"
    RUNTIME_DEFAULT = "RuntimeDefault"
    UNCONFINED = "Unconfined"


class SeccompProfile(Struct):
    localhost_profile: str | None = None
    type: SeccompProfileType


class WindowsSecurityContextOptions(Struct):
    gmsa_credential_spec: str | None = None
    gmsa_credential_spec_name: str | None = None
    host_process: bool | None = None
    run_as_user_name: str | None = None


class SecurityContext(Struct):
    """The privileges of one container; they win over those of the Pod's own context."""

    allow_privilege_escalation: bool | None = None
    app_armor_profile: AppArmorProfile | None = None
    capabilities: Capabilities | None = None
    privileged: bool | None = None
    proc_mount: ProcMountType | None = None
    read_only_root_filesystem: bool | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    run_as_user: int | None = None
    se_linux_options: SELinuxOptions | None = None
    seccomp_profile: SeccompProfile | None = None
    windows_options: WindowsSecurityContextOptions | None = None


class TerminationMessagePolicy(OpenEnum):
    FALLBACK_TO_LOGS_ON_ERROR = "FallbackToLogsOnError"
    FILE = "File"


class VolumeDevice(Struct):
    device_path: str
    name: str


class MountPropagationMode(OpenEnum):
    BIDIRECTIONAL = "Bidirectional"
    HOST_TO_CONTAINER = "HostToContainer"
    NONE = "None"


class VolumeMount(Struct):
    """Where a container finds a volume."""

    mount_path: str
    mount_propagation: MountPropagationMode | None = None
    name: str
    read_only: bool | None = None
    recursive_read_only: str | None = None
    sub_path: str | None = None
    sub_path_expr: str | None = None


class Container(Struct):
    """One program of a Pod: its image, and how it runs."""

    # +listType=atomic
    args: list[str] | None = None
    """The arguments of the program; without them the image's."""

    # +listType=atomic
    command: list[str] | None = None
    """The program; without it the image's entry point. No shell is involved."""

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    env: list[EnvVar] | None = None

    # +listType=atomic
    env_from: list[EnvFromSource] | None = None

    image: str | None = None

    image_pull_policy: PullPolicy | None = None
    """Without a value IfNotPresent; Always for the tag `latest`."""

    lifecycle: Lifecycle | None = None

    liveness_probe: Probe | None = None
    """Where it fails, the container is started again."""

    name: str

    # +listType=map
    # +listMapKey=containerPort
    # +listMapKey=protocol
    # +patchStrategy=merge
    # +patchMergeKey=containerPort
    ports: list[ContainerPort] | None = None

    readiness_probe: Probe | None = None
    """Where it fails, services do not lead to the Pod."""

    # +listType=atomic
    resize_policy: list[ContainerResizePolicy] | None = None

    resources: ResourceRequirements = field(default_factory=ResourceRequirements)

    restart_policy: str | None = None

    # +listType=atomic
    restart_policy_rules: list[ContainerRestartRule] | None = None

    security_context: SecurityContext | None = None

    startup_probe: Probe | None = None
    """The other probes wait until this one succeeds."""

    stdin: bool | None = None

    stdin_once: bool | None = None

    termination_message_path: str | None = None

    termination_message_policy: TerminationMessagePolicy | None = None

    tty: bool | None = None

    # +listType=map
    # +listMapKey=devicePath
    # +patchStrategy=merge
    # +patchMergeKey=devicePath
    volume_devices: list[VolumeDevice] | None = None

    # +listType=map
    # +listMapKey=mountPath
    # +patchStrategy=merge
    # +patchMergeKey=mountPath
    volume_mounts: list[VolumeMount] | None = None

    working_dir: str | None = None


class PodDNSConfigOption(Struct):
    name: str | None = None
    value: str | None = None


class PodDNSConfig(Struct):
    # +listType=atomic
    nameservers: list[str] | None = None

    # +listType=atomic
    options: list[PodDNSConfigOption] | None = None

    # +listType=atomic
    searches: list[str] | None = None


class DNSPolicy(OpenEnum):
    CLUSTER_FIRST = "ClusterFirst"
    CLUSTER_FIRST_WITH_HOST_NET = "ClusterFirstWithHostNet"
    DEFAULT = "Default"
    NONE = "None"


class EphemeralContainer(Struct):
    # +listType=atomic
    args: list[str] | None = None

    # +listType=atomic
    command: list[str] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    env: list[EnvVar] | None = None

    # +listType=atomic
    env_from: list[EnvFromSource] | None = None

    image: str | None = None

    image_pull_policy: PullPolicy | None = None

    lifecycle: Lifecycle | None = None

    liveness_probe: Probe | None = None

    name: str

    # +listType=map
    # +listMapKey=containerPort
    # +listMapKey=protocol
    # +patchStrategy=merge
    # +patchMergeKey=containerPort
    ports: list[ContainerPort] | None = None

    readiness_probe: Probe | None = None

    # +listType=atomic
    resize_policy: list[ContainerResizePolicy] | None = None

    resources: ResourceRequirements = field(default_factory=ResourceRequirements)

    restart_policy: str | None = None

    # +listType=atomic
    restart_policy_rules: list[ContainerRestartRule] | None = None

    security_context: SecurityContext | None = None

    startup_probe: Probe | None = None

    stdin: bool | None = None

    stdin_once: bool | None = None

    target_container_name: str | None = None

    termination_message_path: str | None = None

    termination_message_policy: TerminationMessagePolicy | None = None

    tty: bool | None = None

    # +listType=map
    # +listMapKey=devicePath
    # +patchStrategy=merge
    # +patchMergeKey=devicePath
    volume_devices: list[VolumeDevice] | None = None

    # +listType=map
    # +listMapKey=mountPath
    # +patchStrategy=merge
    # +patchMergeKey=mountPath
    volume_mounts: list[VolumeMount] | None = None

    working_dir: str | None = None


class HostAlias(Struct):
    # +listType=atomic
    hostnames: list[str] | None = None

    ip: str


# +structType=atomic
class LocalObjectReference(Struct):
    """An object in the same namespace, by its name."""

    # +default=""
    name: str | None = None


class PodOS(Struct):
    name: str


class PreemptionPolicy(OpenEnum):
    NEVER = "Never"
    PREEMPT_LOWER_PRIORITY = "PreemptLowerPriority"


class PodReadinessGate(Struct):
    condition_type: str


class PodResourceClaim(Struct):
    name: str
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None


class RestartPolicy(OpenEnum):
    ALWAYS = "Always"
    NEVER = "Never"
    ON_FAILURE = "OnFailure"


class PodSchedulingGate(Struct):
    name: str


class PodSchedulingGroup(Struct):
    pod_group_name: str | None = None


class PodFSGroupChangePolicy(OpenEnum):
    ALWAYS = "Always"
    ON_ROOT_MISMATCH = "OnRootMismatch"


class SupplementalGroupsPolicy(OpenEnum):
    MERGE = "Merge"
    STRICT = "Strict"


class Sysctl(Struct):
    name: str
    value: str


class PodSecurityContext(Struct):
    """The privileges of all containers of a Pod."""

    app_armor_profile: AppArmorProfile | None = None

    fs_group: int | None = None

    fs_group_change_policy: PodFSGroupChangePolicy | None = None

    run_as_group: int | None = None

    run_as_non_root: bool | None = None

    run_as_user: int | None = None

    se_linux_change_policy: str | None = None

    se_linux_options: SELinuxOptions | None = None

    seccomp_profile: SeccompProfile | None = None

    # +listType=atomic
    supplemental_groups: list[int] | None = None

    supplemental_groups_policy: SupplementalGroupsPolicy | None = None

    # +listType=atomic
    sysctls: list[Sysctl] | None = None

    windows_options: WindowsSecurityContextOptions | None = None


class TolerationOperator(OpenEnum):
    EQUAL = "Equal"
    EXISTS = "Exists"
    GT = "Gt"
    LT = "Lt"


class Toleration(Struct):
    """A taint of nodes that a Pod tolerates."""

    effect: TaintEffect | None = None
    key: str | None = None
    operator: TolerationOperator | None = None
    toleration_seconds: int | None = None
    """How long a taint NoExecute is tolerated; for ever without a value."""

    value: str | None = None


class NodeInclusionPolicy(OpenEnum):
    HONOR = "Honor"
    IGNORE = "Ignore"


class UnsatisfiableConstraintAction(OpenEnum):
    DO_NOT_SCHEDULE = "DoNotSchedule"
    SCHEDULE_ANYWAY = "ScheduleAnyway"


class TopologySpreadConstraint(Struct):
    label_selector: LabelSelector | None = None

    # +listType=atomic
    match_label_keys: list[str] | None = None

    max_skew: Int32

    min_domains: Int32 | None = None

    node_affinity_policy: NodeInclusionPolicy | None = None

    node_taints_policy: NodeInclusionPolicy | None = None

    topology_key: str

    when_unsatisfiable: UnsatisfiableConstraintAction


class AzureFileVolumeSource(Struct):
    read_only: bool | None = None
    secret_name: str
    share_name: str


class CephFSVolumeSource(Struct):
    # +listType=atomic
    monitors: list[str]

    path: str | None = None

    read_only: bool | None = None

    secret_file: str | None = None

    secret_ref: LocalObjectReference | None = None

    user: str | None = None


class CinderVolumeSource(Struct):
    fs_type: str | None = None
    read_only: bool | None = None
    secret_ref: LocalObjectReference | None = None
    volume_id: str = field(name="volumeID")


class KeyToPath(Struct):
    key: str
    mode: Int32 | None = None
    path: str


# +structType=atomic
class ConfigMapVolumeSource(Struct):
    default_mode: Int32 | None = None

    # +listType=atomic
    items: list[KeyToPath] | None = None

    # +default=""
    name: str | None = None

    optional: bool | None = None


class CSIVolumeSource(Struct):
    driver: str
    fs_type: str | None = None
    node_publish_secret_ref: LocalObjectReference | None = None
    read_only: bool | None = None
    volume_attributes: dict[str, str] | None = None


class DownwardAPIVolumeFile(Struct):
    field_ref: ObjectFieldSelector | None = None
    mode: Int32 | None = None
    path: str
    resource_field_ref: ResourceFieldSelector | None = None


class DownwardAPIVolumeSource(Struct):
    default_mode: Int32 | None = None

    # +listType=atomic
    items: list[DownwardAPIVolumeFile] | None = None


class EmptyDirVolumeSource(Struct):
    medium: str | None = None
    size_limit: Quantity | None = None


class PersistentVolumeClaimTemplate(Struct):
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: PersistentVolumeClaimSpec


class EphemeralVolumeSource(Struct):
    volume_claim_template: PersistentVolumeClaimTemplate | None = None


class FlexVolumeSource(Struct):
    driver: str
    fs_type: str | None = None
    options: dict[str, str] | None = None
    read_only: bool | None = None
    secret_ref: LocalObjectReference | None = None


class GitRepoVolumeSource(Struct):
    directory: str | None = None
    repository: str
    revision: str | None = None


class GlusterfsVolumeSource(Struct):
    endpoints: str
    path: str
    read_only: bool | None = None


class ImageVolumeSource(Struct):
    pull_policy: PullPolicy | None = None
    reference: str | None = None


class ISCSIVolumeSource(Struct):
    chap_auth_discovery: bool | None = None

    chap_auth_session: bool | None = None

    fs_type: str | None = None

    initiator_name: str | None = None

    iqn: str

    # +default="default"
    iscsi_interface: str | None = None

    lun: Int32

    # +listType=atomic
    portals: list[str] | None = None

    read_only: bool | None = None

    secret_ref: LocalObjectReference | None = None

    target_portal: str


class PersistentVolumeClaimVolumeSource(Struct):
    claim_name: str
    read_only: bool | None = None


class ClusterTrustBundleProjection(Struct):
    label_selector: LabelSelector | None = None
    name: str | None = None
    optional: bool | None = None
    path: str
    signer_name: str | None = None


# +structType=atomic
class ConfigMapProjection(Struct):
    # +listType=atomic
    items: list[KeyToPath] | None = None

    # +default=""
    name: str | None = None

    optional: bool | None = None


class DownwardAPIProjection(Struct):
    # +listType=atomic
    items: list[DownwardAPIVolumeFile] | None = None


class PodCertificateProjection(Struct):
    certificate_chain_path: str | None = None
    credential_bundle_path: str | None = None
    key_path: str | None = None
    key_type: str
    max_expiration_seconds: Int32 | None = None
    signer_name: str
    user_annotations: dict[str, str] | None = None


# +structType=atomic
class SecretProjection(Struct):
    # +listType=atomic
    items: list[KeyToPath] | None = None

    # +default=""
    name: str | None = None

    optional: bool | None = None


class ServiceAccountTokenProjection(Struct):
    audience: str | None = None
    expiration_seconds: int | None = None
    path: str


class VolumeProjection(Struct):
    cluster_trust_bundle: ClusterTrustBundleProjection | None = None
    config_map: ConfigMapProjection | None = None
    downward_api: DownwardAPIProjection | None = field(default=None, name="downwardAPI")
    pod_certificate: PodCertificateProjection | None = None
    secret: SecretProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None


class ProjectedVolumeSource(Struct):
    default_mode: Int32 | None = None

    # +listType=atomic
    sources: list[VolumeProjection] | None = None


class RBDVolumeSource(Struct):
    fs_type: str | None = None

    image: str

    # +default="/etc/ceph/keyring"
    keyring: str | None = None

    # +listType=atomic
    monitors: list[str]

    # +default="rbd"
    pool: str | None = None

    read_only: bool | None = None

    secret_ref: LocalObjectReference | None = None

    # +default="admin"
    user: str | None = None


class ScaleIOVolumeSource(Struct):
    # +default="xfs"
    fs_type: str | None = None

    gateway: str

    protection_domain: str | None = None

    read_only: bool | None = None

    secret_ref: LocalObjectReference

    ssl_enabled: bool | None = None

    # +default="ThinProvisioned"
    storage_mode: str | None = None

    storage_pool: str | None = None

    system: str

    volume_name: str | None = None


class SecretVolumeSource(Struct):
    default_mode: Int32 | None = None

    # +listType=atomic
    items: list[KeyToPath] | None = None

    optional: bool | None = None

    secret_name: str | None = None


class StorageOSVolumeSource(Struct):
    fs_type: str | None = None
    read_only: bool | None = None
    secret_ref: LocalObjectReference | None = None
    volume_name: str | None = None
    volume_namespace: str | None = None


class Volume(Struct):
    """A volume that containers of a Pod can mount; besides its name one member, its source, is set."""

    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    azure_file: AzureFileVolumeSource | None = None
    cephfs: CephFSVolumeSource | None = None
    cinder: CinderVolumeSource | None = None
    config_map: ConfigMapVolumeSource | None = None
    csi: CSIVolumeSource | None = None
    downward_api: DownwardAPIVolumeSource | None = field(default=None, name="downwardAPI")
    empty_dir: EmptyDirVolumeSource | None = None
    ephemeral: EphemeralVolumeSource | None = None
    fc: FCVolumeSource | None = None
    flex_volume: FlexVolumeSource | None = None
    flocker: FlockerVolumeSource | None = None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    git_repo: GitRepoVolumeSource | None = None
    glusterfs: GlusterfsVolumeSource | None = None
    host_path: HostPathVolumeSource | None = None
    image: ImageVolumeSource | None = None
    iscsi: ISCSIVolumeSource | None = None
    name: str
    nfs: NFSVolumeSource | None = None
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None = None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    projected: ProjectedVolumeSource | None = None
    quobyte: QuobyteVolumeSource | None = None
    rbd: RBDVolumeSource | None = None
    scale_io: ScaleIOVolumeSource | None = field(default=None, name="scaleIO")
    secret: SecretVolumeSource | None = None
    storageos: StorageOSVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None


class PodSpec(Struct):
    """What a Pod runs, and where and how."""

    active_deadline_seconds: int | None = None

    affinity: Affinity | None = None

    automount_service_account_token: bool | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    containers: list[Container]
    """At least one; each is named."""

    dns_config: PodDNSConfig | None = None

    dns_policy: DNSPolicy | None = None

    enable_service_links: bool | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    ephemeral_containers: list[EphemeralContainer] | None = None

    # +listType=map
    # +listMapKey=ip
    # +patchStrategy=merge
    # +patchMergeKey=ip
    host_aliases: list[HostAlias] | None = None

    host_ipc: bool | None = field(default=None, name="hostIPC")

    host_network: bool | None = None
    """Whether the Pod uses the node's own network."""

    host_pid: bool | None = field(default=None, name="hostPID")

    host_users: bool | None = None

    hostname: str | None = None

    hostname_override: str | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    image_pull_secrets: list[LocalObjectReference] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    init_containers: list[Container] | None = None
    """They run before the others, one after the other. One with `restart_policy` Always is a
    sidecar: it keeps running.
    """

    node_name: str | None = None
    """The node that the Pod was assigned to; the scheduler sets it."""

    # +mapType=atomic
    node_selector: dict[str, str] | None = None
    """Labels that a node must have."""

    os: PodOS | None = None

    overhead: dict[str, Quantity] | None = None

    preemption_policy: PreemptionPolicy | None = None

    priority: Int32 | None = None

    priority_class_name: str | None = None
    """The PriorityClass, which sets `priority`."""

    # +listType=atomic
    readiness_gates: list[PodReadinessGate] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge,retainKeys
    # +patchMergeKey=name
    resource_claims: list[PodResourceClaim] | None = None

    resources: ResourceRequirements | None = None

    restart_policy: RestartPolicy | None = None
    """When containers are started again; Always without a value."""

    runtime_class_name: str | None = None

    scheduler_name: str | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    scheduling_gates: list[PodSchedulingGate] | None = None

    scheduling_group: PodSchedulingGroup | None = None

    security_context: PodSecurityContext | None = None

    service_account: str | None = None

    service_account_name: str | None = None
    """The identity of the Pod; `default` without a value."""

    set_hostname_as_fqdn: bool | None = field(default=None, name="setHostnameAsFQDN")

    share_process_namespace: bool | None = None

    subdomain: str | None = None

    termination_grace_period_seconds: int | None = None
    """How long the Pod has to end by itself before it is killed; 30 without a value."""

    # +listType=atomic
    tolerations: list[Toleration] | None = None

    # +listType=map
    # +listMapKey=topologyKey
    # +listMapKey=whenUnsatisfiable
    # +patchStrategy=merge
    # +patchMergeKey=topologyKey
    topology_spread_constraints: list[TopologySpreadConstraint] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge,retainKeys
    # +patchMergeKey=name
    volumes: list[Volume] | None = None


class PodCondition(Struct):
    last_probe_time: Time | None = None
    last_transition_time: Time | None = None
    message: str | None = None
    observed_generation: int | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class ResourceHealth(Struct):
    health: str | None = None
    message: str | None = None
    resource_id: str = field(name="resourceID")


class ResourceStatus(Struct):
    name: str

    # +listType=map
    # +listMapKey=resourceID
    resources: list[ResourceHealth] | None = None


class ContainerStateRunning(Struct):
    started_at: Time | None = None


class ContainerStateTerminated(Struct):
    container_id: str | None = field(default=None, name="containerID")
    exit_code: Int32
    finished_at: Time | None = None
    message: str | None = None
    reason: str | None = None
    signal: Int32 | None = None
    started_at: Time | None = None


class ContainerStateWaiting(Struct):
    message: str | None = None
    reason: str | None = None


class ContainerState(Struct):
    """What a container does: at most one member is set; without one it is waiting."""

    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None
    waiting: ContainerStateWaiting | None = None


class LinuxContainerUser(Struct):
    gid: int

    # +listType=atomic
    supplemental_groups: list[int] | None = None

    uid: int


class ContainerUser(Struct):
    linux: LinuxContainerUser | None = None


class ImageVolumeStatus(Struct):
    # +kubebuilder:validation:MaxLength=256
    image_ref: str


class VolumeStatus(Struct):
    image: ImageVolumeStatus | None = None


class VolumeMountStatus(Struct):
    mount_path: str
    name: str
    read_only: bool | None = None
    recursive_read_only: str | None = None
    volume_status: VolumeStatus | None = None


class ContainerStatus(Struct):
    """What is known of a container that runs, ran or will run."""

    allocated_resources: dict[str, Quantity] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    allocated_resources_status: list[ResourceStatus] | None = None

    container_id: str | None = field(default=None, name="containerID")

    image: str

    image_id: str = field(name="imageID")

    last_state: ContainerState = field(default_factory=ContainerState)
    """How the container ended before it was last started again."""

    name: str

    ready: bool

    resources: ResourceRequirements | None = None

    restart_count: Int32
    """How often the container was started again."""

    started: bool | None = None

    state: ContainerState = field(default_factory=ContainerState)

    stop_signal: Signal | None = None

    user: ContainerUser | None = None

    # +listType=map
    # +listMapKey=mountPath
    # +patchStrategy=merge
    # +patchMergeKey=mountPath
    volume_mounts: list[VolumeMountStatus] | None = None


class ContainerExtendedResourceRequest(Struct):
    container_name: str
    request_name: str
    resource_name: str


class PodExtendedResourceClaimStatus(Struct):
    # +listType=atomic
    request_mappings: list[ContainerExtendedResourceRequest]

    resource_claim_name: str


class HostIP(Struct):
    ip: str


class NodeAllocatableResourceClaimStatus(Struct):
    # +listType=set
    containers: list[str] | None = None

    resource_claim_name: str

    resources: dict[str, Quantity]


class PodPhase(OpenEnum):
    FAILED = "Failed"
    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    UNKNOWN = "Unknown"


class PodIP(Struct):
    ip: str


class PodQOSClass(OpenEnum):
    BEST_EFFORT = "BestEffort"
    BURSTABLE = "Burstable"
    GUARANTEED = "Guaranteed"


class PodResourceClaimStatus(Struct):
    name: str
    resource_claim_name: str | None = None


class PodStatus(Struct):
    """What is known of a Pod: its phase, its addresses, its containers."""

    allocated_resources: dict[str, Quantity] | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[PodCondition] | None = None

    # +listType=atomic
    container_statuses: list[ContainerStatus] | None = None

    # +listType=atomic
    ephemeral_container_statuses: list[ContainerStatus] | None = None

    extended_resource_claim_status: PodExtendedResourceClaimStatus | None = None

    host_ip: str | None = field(default=None, name="hostIP")

    # +listType=atomic
    # +patchStrategy=merge
    # +patchMergeKey=ip
    host_ips: list[HostIP] | None = field(default=None, name="hostIPs")

    # +listType=atomic
    init_container_statuses: list[ContainerStatus] | None = None

    message: str | None = None

    # +listType=atomic
    node_allocatable_resource_claim_statuses: list[NodeAllocatableResourceClaimStatus] | None = None

    nominated_node_name: str | None = None

    observed_generation: int | None = None

    phase: PodPhase | None = None
    """A summary. Whether the Pod can serve is the condition Ready."""

    pod_ip: str | None = field(default=None, name="podIP")
    """The address of the Pod; none before it runs."""

    # +listType=map
    # +listMapKey=ip
    # +patchStrategy=merge
    # +patchMergeKey=ip
    pod_ips: list[PodIP] | None = field(default=None, name="podIPs")

    qos_class: PodQOSClass | None = None

    reason: str | None = None
    """Why the Pod is in this state, in one word, such as Evicted."""

    resize: str | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge,retainKeys
    # +patchMergeKey=name
    resource_claim_statuses: list[PodResourceClaimStatus] | None = None

    resources: ResourceRequirements | None = None

    start_time: Time | None = None


# +genclient
# +genclient:method=Bind,verb=create,subresource=binding,input=Binding,result=kube.api.meta.v1.Status
# +genclient:method=UpdateEphemeralContainers,verb=update,subresource=ephemeralcontainers
# +genclient:method=Evict,verb=create,subresource=eviction,input=kube.api.policy.v1.Eviction,result=kube.api.meta.v1.Status
# +genclient:method=UpdateResize,verb=update,subresource=resize
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Pod(Object):
    """Containers that run together on one node, with one network address and common volumes."""

    spec: PodSpec = field(default_factory=lambda: PodSpec(containers=[]))
    status: PodStatus = field(default_factory=PodStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PodList(ObjectList[Pod]):
    """A list of Pod."""


class PodTemplateSpec(Struct):
    """What the Pods of a workload look like."""

    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: PodSpec = field(default_factory=lambda: PodSpec(containers=[]))


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PodTemplate(Object):
    """A template for Pods, stored by itself."""

    template: PodTemplateSpec = field(default_factory=PodTemplateSpec)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PodTemplateList(ObjectList[PodTemplate]):
    """A list of PodTemplate."""


class ReplicationControllerSpec(Struct):
    min_ready_seconds: Int32 | None = None

    # +default=1
    replicas: Int32 | None = None

    # +mapType=atomic
    selector: dict[str, str] | None = None

    template: PodTemplateSpec | None = None


class ReplicationControllerCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class ReplicationControllerStatus(Struct):
    available_replicas: Int32 | None = None

    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[ReplicationControllerCondition] | None = None

    fully_labeled_replicas: Int32 | None = None

    observed_generation: int | None = None

    ready_replicas: Int32 | None = None

    replicas: Int32


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +genclient:method=ApplyScale,verb=apply,subresource=scale,input=kube.api.autoscaling.v1.Scale,result=kube.api.autoscaling.v1.Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReplicationController(Object):
    """A number of equal Pods. Deployments and ReplicaSets have replaced it."""

    spec: ReplicationControllerSpec = field(default_factory=ReplicationControllerSpec)
    status: ReplicationControllerStatus = field(
        default_factory=lambda: ReplicationControllerStatus(replicas=0)
    )


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReplicationControllerList(ObjectList[ReplicationController]):
    """A list of ReplicationController."""


class ScopeSelectorOperator(OpenEnum):
    DOES_NOT_EXIST = "DoesNotExist"
    EXISTS = "Exists"
    IN = "In"
    NOT_IN = "NotIn"


class ResourceQuotaScope(OpenEnum):
    BEST_EFFORT = "BestEffort"
    CROSS_NAMESPACE_POD_AFFINITY = "CrossNamespacePodAffinity"
    NOT_BEST_EFFORT = "NotBestEffort"
    NOT_TERMINATING = "NotTerminating"
    PRIORITY_CLASS = "PriorityClass"
    TERMINATING = "Terminating"
    VOLUME_ATTRIBUTES_CLASS = "VolumeAttributesClass"


class ScopedResourceSelectorRequirement(Struct):
    operator: ScopeSelectorOperator

    scope_name: ResourceQuotaScope

    # +listType=atomic
    values: list[str] | None = None


# +structType=atomic
class ScopeSelector(Struct):
    # +listType=atomic
    match_expressions: list[ScopedResourceSelectorRequirement] | None = None


class ResourceQuotaSpec(Struct):
    hard: dict[str, Quantity] | None = None

    scope_selector: ScopeSelector | None = None

    # +listType=atomic
    scopes: list[ResourceQuotaScope] | None = None


class ResourceQuotaStatus(Struct):
    hard: dict[str, Quantity] | None = None
    used: dict[str, Quantity] | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceQuota(Object):
    """Bounds on what a namespace uses in total."""

    spec: ResourceQuotaSpec = field(default_factory=ResourceQuotaSpec)
    status: ResourceQuotaStatus = field(default_factory=ResourceQuotaStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceQuotaList(ObjectList[ResourceQuota]):
    """A list of ResourceQuota."""


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Secret(Object):
    """Settings that are secret. `data` holds bytes; base64 is only how JSON has them."""

    data: dict[str, bytes] | None = None
    """The values, as bytes."""

    immutable: bool | None = None
    """Whether the values can never change again."""

    string_data: dict[str, str] | None = None
    """Values as text, for writing alone: the server moves them into `data`."""

    type: str | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class SecretList(ObjectList[Secret]):
    """A list of Secret."""


class ServiceExternalTrafficPolicy(OpenEnum):
    CLUSTER = "Cluster"
    LOCAL = "Local"


class ServiceInternalTrafficPolicy(OpenEnum):
    CLUSTER = "Cluster"
    LOCAL = "Local"


class IPFamily(OpenEnum):
    EMPTY = ""
    IPV4 = "IPv4"
    IPV6 = "IPv6"


class IPFamilyPolicy(OpenEnum):
    PREFER_DUAL_STACK = "PreferDualStack"
    REQUIRE_DUAL_STACK = "RequireDualStack"
    SINGLE_STACK = "SingleStack"


class ServicePort(Struct):
    """A port of a service, and the port of its Pods that it leads to."""

    app_protocol: str | None = None

    name: str | None = None

    node_port: Int32 | None = None
    """The port on each node, for the types NodePort and LoadBalancer."""

    port: Int32

    # +default="TCP"
    protocol: Protocol | None = None

    target_port: IntOrString | None = None
    """The port of the Pods, by number or by name; `port` without a value."""


class ServiceAffinity(OpenEnum):
    CLIENT_IP = "ClientIP"
    NONE = "None"


class ClientIPConfig(Struct):
    timeout_seconds: Int32 | None = None


class SessionAffinityConfig(Struct):
    client_ip: ClientIPConfig | None = field(default=None, name="clientIP")


class ServiceType(OpenEnum):
    CLUSTER_IP = "ClusterIP"
    EXTERNAL_NAME = "ExternalName"
    LOAD_BALANCER = "LoadBalancer"
    NODE_PORT = "NodePort"


class ServiceSpec(Struct):
    allocate_load_balancer_node_ports: bool | None = None

    cluster_ip: str | None = field(default=None, name="clusterIP")
    """The address of the service; `None` makes it headless."""

    # +listType=atomic
    cluster_ips: list[str] | None = field(default=None, name="clusterIPs")

    # +listType=atomic
    external_ips: list[str] | None = field(default=None, name="externalIPs")

    external_name: str | None = None

    external_traffic_policy: ServiceExternalTrafficPolicy | None = None

    health_check_node_port: Int32 | None = None

    internal_traffic_policy: ServiceInternalTrafficPolicy | None = None

    # +listType=atomic
    ip_families: list[IPFamily] | None = None

    ip_family_policy: IPFamilyPolicy | None = None

    load_balancer_class: str | None = None

    load_balancer_ip: str | None = field(default=None, name="loadBalancerIP")

    # +listType=atomic
    load_balancer_source_ranges: list[str] | None = None

    # +listType=map
    # +listMapKey=port
    # +listMapKey=protocol
    # +patchStrategy=merge
    # +patchMergeKey=port
    ports: list[ServicePort] | None = None

    publish_not_ready_addresses: bool | None = None

    # +mapType=atomic
    selector: dict[str, str] | None = None
    """Labels of the Pods that the service leads to. Without it, EndpointSlices are written by hand.

    """

    session_affinity: ServiceAffinity | None = None

    session_affinity_config: SessionAffinityConfig | None = None

    traffic_distribution: str | None = None

    type: ServiceType | None = None
    """Who can reach the service; ClusterIP without a value."""


class PortStatus(Struct):
    # +required
    # +kubebuilder:validation:MaxLength=316
    # +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`
    error: str | None = None
    port: Int32
    protocol: Protocol


class LoadBalancerIngress(Struct):
    hostname: str | None = None

    ip: str | None = None

    ip_mode: str | None = None

    # +listType=atomic
    ports: list[PortStatus] | None = None


class LoadBalancerStatus(Struct):
    # +listType=atomic
    ingress: list[LoadBalancerIngress] | None = None


class ServiceStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[Condition] | None = None

    load_balancer: LoadBalancerStatus = field(default_factory=LoadBalancerStatus)


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Service(Object):
    """One name and one address for a set of Pods."""

    spec: ServiceSpec = field(default_factory=ServiceSpec)
    status: ServiceStatus = field(default_factory=ServiceStatus)


# +genclient
# +genclient:method=CreateToken,verb=create,subresource=token,input=kube.api.authentication.v1.TokenRequest,result=kube.api.authentication.v1.TokenRequest
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ServiceAccount(Object):
    """An identity for programs that run in Pods."""

    automount_service_account_token: bool | None = None

    # +listType=atomic
    image_pull_secrets: list[LocalObjectReference] | None = None

    # +listType=map
    # +listMapKey=name
    # +patchStrategy=merge
    # +patchMergeKey=name
    secrets: list[ObjectReference] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ServiceAccountList(ObjectList[ServiceAccount]):
    """A list of ServiceAccount."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ServiceList(ObjectList[Service]):
    """A list of Service."""


class TopologySelectorLabelRequirement(Struct):
    key: str

    # +listType=atomic
    values: list[str]


# +structType=atomic
class TopologySelectorTerm(Struct):
    # +listType=atomic
    match_label_expressions: list[TopologySelectorLabelRequirement] | None = None
