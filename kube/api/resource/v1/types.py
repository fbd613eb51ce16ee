from __future__ import annotations

from kube.api.core.v1 import NodeSelector
from kube.api.meta.v1 import Condition, ObjectMeta, Time
from kube.runtime import Object, ObjectList, OpenEnum, RawExtension, Struct, field
from kube.runtime.quantity import Quantity


class OpaqueDeviceConfiguration(Struct):
    driver: str
    parameters: RawExtension


class DeviceClassConfiguration(Struct):
    opaque: OpaqueDeviceConfiguration | None = None


class CELDeviceSelector(Struct):
    expression: str


class DeviceSelector(Struct):
    cel: CELDeviceSelector | None = None


class DeviceClassSpec(Struct):
    # +listType=atomic
    config: list[DeviceClassConfiguration] | None = None

    extended_resource_name: str | None = None

    # +listType=atomic
    selectors: list[DeviceSelector] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class DeviceClass(Object):
    """A class of devices that claims can ask for."""

    spec: DeviceClassSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class DeviceClassList(ObjectList[DeviceClass]):
    """A list of DeviceClass."""


class DeviceClaimConfiguration(Struct):
    opaque: OpaqueDeviceConfiguration | None = None

    # +listType=atomic
    requests: list[str] | None = None


class DeviceConstraint(Struct):
    distinct_attribute: str | None = None

    match_attribute: str | None = None

    # +listType=atomic
    requests: list[str] | None = None


class DeviceAllocationMode(OpenEnum):
    ALL = "All"
    EXACT_COUNT = "ExactCount"


class CapacityRequirements(Struct):
    requests: dict[str, Quantity] | None = None


class DeviceTaintEffect(OpenEnum):
    NO_EXECUTE = "NoExecute"
    NO_SCHEDULE = "NoSchedule"
    NONE = "None"


class DeviceTolerationOperator(OpenEnum):
    EQUAL = "Equal"
    EXISTS = "Exists"


class DeviceToleration(Struct):
    effect: DeviceTaintEffect | None = None

    key: str | None = None

    # +default="Equal"
    operator: DeviceTolerationOperator | None = None

    toleration_seconds: int | None = None

    value: str | None = None


class ExactDeviceRequest(Struct):
    admin_access: bool | None = None

    allocation_mode: DeviceAllocationMode | None = None

    capacity: CapacityRequirements | None = None

    count: int | None = None

    device_class_name: str

    # +listType=atomic
    selectors: list[DeviceSelector] | None = None

    # +listType=atomic
    tolerations: list[DeviceToleration] | None = None


class DeviceSubRequest(Struct):
    allocation_mode: DeviceAllocationMode | None = None

    capacity: CapacityRequirements | None = None

    count: int | None = None

    device_class_name: str

    name: str

    # +listType=atomic
    selectors: list[DeviceSelector] | None = None

    # +listType=atomic
    tolerations: list[DeviceToleration] | None = None


class DeviceRequest(Struct):
    exactly: ExactDeviceRequest | None = None

    # +listType=atomic
    first_available: list[DeviceSubRequest] | None = None

    name: str


class DeviceClaim(Struct):
    # +listType=atomic
    config: list[DeviceClaimConfiguration] | None = None

    # +listType=atomic
    constraints: list[DeviceConstraint] | None = None

    # +listType=atomic
    requests: list[DeviceRequest] | None = None


class ResourceClaimSpec(Struct):
    devices: DeviceClaim = field(default_factory=DeviceClaim)


class AllocationConfigSource(OpenEnum):
    FROM_CLAIM = "FromClaim"
    FROM_CLASS = "FromClass"


class DeviceAllocationConfiguration(Struct):
    opaque: OpaqueDeviceConfiguration | None = None

    # +listType=atomic
    requests: list[str] | None = None

    source: AllocationConfigSource


class DeviceRequestAllocationResult(Struct):
    admin_access: bool | None = None

    # +listType=atomic
    binding_conditions: list[str] | None = None

    # +listType=atomic
    binding_failure_conditions: list[str] | None = None

    consumed_capacity: dict[str, Quantity] | None = None

    device: str

    driver: str

    pool: str

    request: str

    share_id: str | None = field(default=None, name="shareID")

    # +listType=atomic
    tolerations: list[DeviceToleration] | None = None


class DeviceAllocationResult(Struct):
    # +listType=atomic
    config: list[DeviceAllocationConfiguration] | None = None

    # +listType=atomic
    results: list[DeviceRequestAllocationResult] | None = None


class AllocationResult(Struct):
    allocation_timestamp: Time | None = None
    devices: DeviceAllocationResult = field(default_factory=DeviceAllocationResult)
    node_selector: NodeSelector | None = None


class NetworkDeviceData(Struct):
    hardware_address: str | None = None

    interface_name: str | None = None

    # +listType=atomic
    ips: list[str] | None = None


class AllocatedDeviceStatus(Struct):
    # +listType=map
    # +listMapKey=type
    conditions: list[Condition] | None = None

    data: RawExtension | None = None

    device: str

    driver: str

    network_data: NetworkDeviceData | None = None

    pool: str

    share_id: str | None = field(default=None, name="shareID")


class ResourceClaimConsumerReference(Struct):
    api_group: str | None = None
    name: str
    resource: str
    uid: str


class ResourceClaimStatus(Struct):
    allocation: AllocationResult | None = None

    # +listType=map
    # +listMapKey=driver
    # +listMapKey=device
    # +listMapKey=pool
    # +listMapKey=shareID
    devices: list[AllocatedDeviceStatus] | None = None

    # +listType=map
    # +listMapKey=uid
    # +patchStrategy=merge
    # +patchMergeKey=uid
    reserved_for: list[ResourceClaimConsumerReference] | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceClaim(Object):
    """A request for devices, and once they are found, which they are."""

    spec: ResourceClaimSpec
    status: ResourceClaimStatus = field(default_factory=ResourceClaimStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceClaimList(ObjectList[ResourceClaim]):
    """A list of ResourceClaim."""


class ResourceClaimTemplateSpec(Struct):
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: ResourceClaimSpec


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceClaimTemplate(Object):
    """A template for the claims of Pods, one for each Pod."""

    spec: ResourceClaimTemplateSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceClaimTemplateList(ObjectList[ResourceClaimTemplate]):
    """A list of ResourceClaimTemplate."""


class DeviceAttribute(Struct):
    bool_: bool | None = None

    # +listType=atomic
    bools: list[bool] | None = None

    int_: int | None = None

    # +listType=atomic
    ints: list[int] | None = None

    string: str | None = None

    # +listType=atomic
    strings: list[str] | None = None

    version: str | None = None

    # +listType=atomic
    versions: list[str] | None = None


class CapacityRequestPolicyRange(Struct):
    max: Quantity | None = None
    min: Quantity
    step: Quantity | None = None


class CapacityRequestPolicy(Struct):
    default: Quantity | None = None

    valid_range: CapacityRequestPolicyRange | None = None

    # +listType=atomic
    valid_values: list[Quantity] | None = None


class DeviceCapacity(Struct):
    request_policy: CapacityRequestPolicy | None = None
    value: Quantity


class Counter(Struct):
    value: Quantity


class DeviceCounterConsumption(Struct):
    counter_set: str
    counters: dict[str, Counter]


class NodeAllocatableResourceMapping(Struct):
    allocation_multiplier: Quantity | None = None
    capacity_key: str | None = None


class DeviceTaint(Struct):
    effect: DeviceTaintEffect
    key: str
    time_added: Time | None = None
    value: str | None = None


class Device(Struct):
    all_nodes: bool | None = None

    allow_multiple_allocations: bool | None = None

    attributes: dict[str, DeviceAttribute] | None = None

    # +listType=atomic
    binding_conditions: list[str] | None = None

    # +listType=atomic
    binding_failure_conditions: list[str] | None = None

    binds_to_node: bool | None = None

    capacity: dict[str, DeviceCapacity] | None = None

    # +listType=atomic
    consumes_counters: list[DeviceCounterConsumption] | None = None

    name: str

    node_allocatable_resource_mappings: dict[str, NodeAllocatableResourceMapping] | None = None

    node_name: str | None = None

    node_selector: NodeSelector | None = None

    # +listType=atomic
    taints: list[DeviceTaint] | None = None


class ResourcePool(Struct):
    generation: int
    name: str
    resource_slice_count: int


class CounterSet(Struct):
    counters: dict[str, Counter]
    name: str


class ResourceSliceSpec(Struct):
    all_nodes: bool | None = None

    # +listType=atomic
    devices: list[Device] | None = None

    driver: str

    node_name: str | None = None

    node_selector: NodeSelector | None = None

    per_device_node_selection: bool | None = None

    pool: ResourcePool

    # +listType=atomic
    shared_counters: list[CounterSet] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceSlice(Object):
    """Devices that a driver offers, on a node or for several."""

    spec: ResourceSliceSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ResourceSliceList(ObjectList[ResourceSlice]):
    """A list of ResourceSlice."""
