from kube.api.meta.v1 import ObjectMeta
from kube.runtime import Int32, Object, ObjectList, Struct, field


# +kubebuilder:validation:XValidation:rule="!has(self.tls) || self.port != 80",message=TLS needs another port
class Listener(Struct):
    """One listener."""

    name: str
    port: Int32 | None = None
    tls: bool | None = None


class GatewaySpec(Struct):
    class_name: str
    """The class that owns the gateway."""

    # +kubebuilder:validation:Minimum=0
    # +default=1
    replicas: Int32 | None = None

    # +listType=map
    # +listMapKey=name
    listeners: list[Listener] | None = None


class GatewayStatus(Struct):
    replicas: Int32 | None = None


# +genclient
# +kubebuilder:resource:scope=Cluster
# +kubebuilder:subresource:status
# +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas
# +kubebuilder:storageversion
# +kubebuilder:selectablefield:JSONPath=.spec.className
# +codegen:conversion={"strategy": "Webhook", "webhook": {"clientConfig": {"service": {"name": "converter", "namespace": "system", "port": 8443}}, "conversionReviewVersions": ["v1", "v1beta1"]}}
# +codegen:metadata={"type": "object", "properties": {"name": {"type": "string", "maxLength": 30}}}
class Gateway(Object):
    """A gateway."""

    # +required
    metadata: ObjectMeta

    spec: GatewaySpec

    status: GatewayStatus = field(default_factory=GatewayStatus)


class GatewayList(ObjectList[Gateway]):
    """A list of Gateway."""
