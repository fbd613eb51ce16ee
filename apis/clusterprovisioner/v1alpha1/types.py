"""The kinds of the clusterprovisioner API."""

from kube.runtime import Object, ObjectList, OpenEnum, Struct, field


class ConditionStatus(OpenEnum):
    """Whether a condition holds."""

    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


class ClusterConditionType(OpenEnum):
    """The aspects of a cluster that are observed."""

    READY = "Ready"
    """The cluster's API server answers."""

    PROVISIONED = "Provisioned"
    """RKE has brought the cluster up."""


class ClusterCondition(Struct):
    """One observed aspect of a cluster."""

    type: ClusterConditionType
    """Type of cluster condition."""

    status: ConditionStatus
    """Status of the condition, one of True, False, Unknown."""

    last_update_time: str = ""
    """The last time this condition was updated."""

    last_transition_time: str = ""
    """Last time the condition transitioned from one status to another."""

    reason: str = ""
    """The reason for the condition's last transition."""

    message: str = ""
    """Human-readable message indicating details about last transition."""


class ClusterSpec(Struct):
    """What the cluster is to be."""

    config_path: str = ""
    """The path of the RKE config file."""


class ClusterStatus(Struct):
    """What is known of the cluster."""

    applied_config: str = ""
    """The content of the config file that was applied last."""

    # +listType=map
    # +listMapKey=type
    conditions: list[ClusterCondition] | None = None
    """The latest observations of the cluster's state."""


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
# +resource:path=cluster
# +genclient:noStatus
# +genclient:nonNamespaced

class Cluster(Object):
    """A Kubernetes cluster to be provisioned by RKE."""

    spec: ClusterSpec
    status: ClusterStatus = field(default_factory=ClusterStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
# +resource:path=clusters

class ClusterList(ObjectList[Cluster]):
    """A list of Clusters."""


class KubeconfigSpec(Struct):
    """Where the kubeconfig is."""

    config_path: str = ""
    """The path of the kubeconfig file."""


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
# +resource:path=kubeconfig
# +genclient:noStatus
# +genclient:nonNamespaced

class Kubeconfig(Object):
    """The kubeconfig of a provisioned cluster."""

    spec: KubeconfigSpec


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
# +resource:path=kubeconfigs

class KubeconfigList(ObjectList[Kubeconfig]):
    """A list of Kubeconfigs."""
