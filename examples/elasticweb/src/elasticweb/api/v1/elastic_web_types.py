"""The kind ElasticWeb: a web application with as many pods as its requests need."""

from kube.runtime import Int32, Object, ObjectList, Struct, field


class ElasticWebSpec(Struct):
    """What somebody wants."""

    # +kubebuilder:validation:MinLength=1
    image: str
    """The image of the application, which listens on port 8080."""

    # +kubebuilder:validation:Minimum=1
    # +kubebuilder:validation:Maximum=65535
    port: Int32
    """The port on each node that leads to the application."""

    # +kubebuilder:validation:Minimum=1
    single_pods_qps: Int32 = field(name="singlePodsQPS")
    """How many requests a second one pod can answer."""

    # +kubebuilder:validation:Minimum=0
    total_qps: Int32 = field(name="totalQPS")
    """How many requests a second there are in all."""


class ElasticWebStatus(Struct):
    """What there is."""

    real_qps: Int32 | None = field(default=None, name="realQPS")
    """How many requests a second the pods that are ready can answer."""


# +genclient
# +kubebuilder:object:root=true
# +kubebuilder:subresource:status
# +kubebuilder:printcolumn:name=Image,type=string,JSONPath=.spec.image
# +kubebuilder:printcolumn:name=Port,type=integer,JSONPath=.spec.port,priority=1
# +kubebuilder:printcolumn:name=Age,type=date,JSONPath=.metadata.creationTimestamp
# +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name is that of a Service: at most 63 lower case letters, digits and dashes, a letter first"
class ElasticWeb(Object):
    """A web application that has as many pods as its requests need."""

    spec: ElasticWebSpec
    status: ElasticWebStatus = field(default_factory=ElasticWebStatus)

    def __str__(self) -> str:
        spec, real = self.spec, self.status.real_qps
        now = "not known yet" if real is None else f"{real} QPS"
        return (
            f"{self.metadata.namespace}/{self.metadata.name}: {spec.image} on port {spec.port}, "
            f"{spec.total_qps} QPS wanted, {spec.single_pods_qps} QPS a pod, now {now}"
        )


# +kubebuilder:object:root=true
class ElasticWebList(ObjectList[ElasticWeb]):
    """Several ElasticWebs."""
