"""The kind Nginx: a number of pods with nginx."""

from kube.runtime import Int32, Object, ObjectList, Struct, field


class NginxSpec(Struct):
    """What somebody wants."""

    # +kubebuilder:validation:Minimum=0
    count: Int32
    """How many pods run nginx."""


class NginxStatus(Struct):
    """What there is."""

    nodes: list[str] | None = None
    """The names of the pods."""


# +genclient
# +kubebuilder:object:root=true
# +kubebuilder:subresource:status
# +kubebuilder:printcolumn:name=Count,type=integer,JSONPath=.spec.count
# +kubebuilder:printcolumn:name=Age,type=date,JSONPath=.metadata.creationTimestamp
# +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="the name is a label of the pods, and has at most 63 characters"
class Nginx(Object):
    """Some pods with nginx."""

    spec: NginxSpec
    status: NginxStatus = field(default_factory=NginxStatus)


# +kubebuilder:object:root=true
class NginxList(ObjectList[Nginx]):
    """Several Nginx."""
