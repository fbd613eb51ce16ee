from __future__ import annotations

from kube.api.core.v1 import Protocol, TypedLocalObjectReference
from kube.api.meta.v1 import Condition, LabelSelector
from kube.runtime import Int32, IntOrString, Object, ObjectList, OpenEnum, Struct, field


class ParentReference(Struct):
    group: str | None = None
    name: str
    namespace: str | None = None
    resource: str


class IPAddressSpec(Struct):
    parent_ref: ParentReference


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class IPAddress(Object):
    """An address that is in use, and by what."""

    spec: IPAddressSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class IPAddressList(ObjectList[IPAddress]):
    """A list of IPAddress."""


# +structType=atomic
class ServiceBackendPort(Struct):
    name: str | None = None
    number: Int32 | None = None


class IngressServiceBackend(Struct):
    name: str
    port: ServiceBackendPort = field(default_factory=ServiceBackendPort)


class IngressBackend(Struct):
    resource: TypedLocalObjectReference | None = None
    service: IngressServiceBackend | None = None


class PathType(OpenEnum):
    EXACT = "Exact"
    IMPLEMENTATION_SPECIFIC = "ImplementationSpecific"
    PREFIX = "Prefix"


class HTTPIngressPath(Struct):
    backend: IngressBackend
    path: str | None = None
    path_type: PathType
    """How the path is compared: whole, by its parts, or as the controller likes."""


class HTTPIngressRuleValue(Struct):
    # +listType=atomic
    paths: list[HTTPIngressPath]


class IngressRule(Struct):
    host: str | None = None
    http: HTTPIngressRuleValue | None = None


class IngressTLS(Struct):
    # +listType=atomic
    hosts: list[str] | None = None

    secret_name: str | None = None


class IngressSpec(Struct):
    default_backend: IngressBackend | None = None

    ingress_class_name: str | None = None
    """The IngressClass, whose controller does the work."""

    # +listType=atomic
    rules: list[IngressRule] | None = None

    # +listType=atomic
    tls: list[IngressTLS] | None = None


class IngressPortStatus(Struct):
    # +required
    # +kubebuilder:validation:MaxLength=316
    # +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`
    error: str | None = None
    port: Int32
    protocol: Protocol


class IngressLoadBalancerIngress(Struct):
    hostname: str | None = None

    ip: str | None = None

    # +listType=atomic
    ports: list[IngressPortStatus] | None = None


class IngressLoadBalancerStatus(Struct):
    # +listType=atomic
    ingress: list[IngressLoadBalancerIngress] | None = None


class IngressStatus(Struct):
    load_balancer: IngressLoadBalancerStatus = field(default_factory=IngressLoadBalancerStatus)


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Ingress(Object):
    """Leads requests from outside to services, by host and path."""

    spec: IngressSpec = field(default_factory=IngressSpec)
    status: IngressStatus = field(default_factory=IngressStatus)


class IngressClassParametersReference(Struct):
    api_group: str | None = None
    kind: str
    name: str
    namespace: str | None = None
    scope: str | None = None


class IngressClassSpec(Struct):
    controller: str | None = None
    parameters: IngressClassParametersReference | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class IngressClass(Object):
    """A controller of Ingresses, by the name that they refer to it by."""

    spec: IngressClassSpec = field(default_factory=IngressClassSpec)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class IngressClassList(ObjectList[IngressClass]):
    """A list of IngressClass."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class IngressList(ObjectList[Ingress]):
    """A list of Ingress."""


class NetworkPolicyPort(Struct):
    end_port: Int32 | None = None
    port: IntOrString | None = None
    protocol: Protocol | None = None


class IPBlock(Struct):
    cidr: str

    # +listType=atomic
    except_: list[str] | None = None


class NetworkPolicyPeer(Struct):
    ip_block: IPBlock | None = None
    namespace_selector: LabelSelector | None = None
    pod_selector: LabelSelector | None = None


class NetworkPolicyEgressRule(Struct):
    # +listType=atomic
    ports: list[NetworkPolicyPort] | None = None

    # +listType=atomic
    to: list[NetworkPolicyPeer] | None = None


class NetworkPolicyIngressRule(Struct):
    # +listType=atomic
    from_: list[NetworkPolicyPeer] | None = None

    # +listType=atomic
    ports: list[NetworkPolicyPort] | None = None


class PolicyType(OpenEnum):
    EGRESS = "Egress"
    INGRESS = "Ingress"


class NetworkPolicySpec(Struct):
    # +listType=atomic
    egress: list[NetworkPolicyEgressRule] | None = None

    # +listType=atomic
    ingress: list[NetworkPolicyIngressRule] | None = None

    pod_selector: LabelSelector = field(default_factory=LabelSelector)
    """The Pods that the policy is about; an empty one selects all of the namespace."""

    # +listType=atomic
    policy_types: list[PolicyType] | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NetworkPolicy(Object):
    """Which connections from and to Pods are allowed."""

    spec: NetworkPolicySpec = field(default_factory=NetworkPolicySpec)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NetworkPolicyList(ObjectList[NetworkPolicy]):
    """A list of NetworkPolicy."""


class ServiceCIDRSpec(Struct):
    # +listType=atomic
    cidrs: list[str] | None = None


class ServiceCIDRStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[Condition] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ServiceCIDR(Object):
    """Ranges of addresses for services."""

    spec: ServiceCIDRSpec = field(default_factory=ServiceCIDRSpec)
    status: ServiceCIDRStatus = field(default_factory=ServiceCIDRStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ServiceCIDRList(ObjectList[ServiceCIDR]):
    """A list of ServiceCIDR."""
