from __future__ import annotations

from kube.api.core.v1 import ObjectReference, Protocol
from kube.runtime import Int32, Object, ObjectList, OpenEnum, Struct, field


class AddressType(OpenEnum):
    FQDN = "FQDN"
    IPV4 = "IPv4"
    IPV6 = "IPv6"


class EndpointConditions(Struct):
    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class ForNode(Struct):
    name: str


class ForZone(Struct):
    name: str


class EndpointHints(Struct):
    # +listType=atomic
    for_nodes: list[ForNode] | None = None

    # +listType=atomic
    for_zones: list[ForZone] | None = None


class Endpoint(Struct):
    # +listType=set
    addresses: list[str]

    conditions: EndpointConditions = field(default_factory=EndpointConditions)

    deprecated_topology: dict[str, str] | None = None

    hints: EndpointHints | None = None

    hostname: str | None = None

    node_name: str | None = None

    target_ref: ObjectReference | None = None

    zone: str | None = None


# +structType=atomic
class EndpointPort(Struct):
    app_protocol: str | None = None
    name: str | None = None
    port: Int32 | None = None
    protocol: Protocol | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EndpointSlice(Object):
    """Some of the addresses behind a service."""

    address_type: AddressType

    # +listType=atomic
    endpoints: list[Endpoint] | None = None

    # +listType=atomic
    ports: list[EndpointPort] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EndpointSliceList(ObjectList[EndpointSlice]):
    """A list of EndpointSlice."""
