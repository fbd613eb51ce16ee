"""The kind DeployObject: a program that runs, and can be reached."""

from kube.api.apps.v1 import DeploymentStatus
from kube.api.core.v1 import EnvVar, ResourceRequirements, ServicePort
from kube.runtime import Int32, Object, ObjectList, Struct, field


class DeployObjectSpec(Struct):
    """What somebody wants."""

    # +kubebuilder:validation:Minimum=0
    replicas: Int32
    """How many pods run."""

    # +kubebuilder:validation:MinLength=1
    image: str
    """The image of their container."""

    resources: ResourceRequirements = field(default_factory=ResourceRequirements)
    """What the container needs, and may use."""

    env: list[EnvVar] | None = None
    """The container's environment."""

    # +kubebuilder:validation:MinItems=1
    ports: list[ServicePort]
    """The ports of the Service; their target ports are the container's."""


class DeployObjectStatus(DeploymentStatus):
    """The latest status of the Deployment."""


# +genclient
# +kubebuilder:object:root=true
# +kubebuilder:subresource:status
# +kubebuilder:printcolumn:name=Image,type=string,JSONPath=.spec.image
# +kubebuilder:printcolumn:name=Replicas,type=integer,JSONPath=.spec.replicas
# +kubebuilder:printcolumn:name=Ready,type=integer,JSONPath=.status.readyReplicas
# +kubebuilder:printcolumn:name=Age,type=date,JSONPath=.metadata.creationTimestamp
# +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name is that of a Service: at most 63 lower case letters, digits and dashes, a letter first"
class DeployObject(Object):
    """A program that runs in some pods, with a Service before them."""

    spec: DeployObjectSpec
    status: DeployObjectStatus = field(default_factory=DeployObjectStatus)


# +kubebuilder:object:root=true
class DeployObjectList(ObjectList[DeployObject]):
    """Several DeployObjects."""
