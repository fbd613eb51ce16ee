# +k8s:deepcopy-gen=package,register
# +groupName=clusterprovisioner.rke.io
"""v1alpha1 is the v1alpha1 version of the clusterprovisioner API."""

from apis.clusterprovisioner.v1alpha1.register import (
    SCHEME_GROUP_VERSION,
    add_to_scheme,
    resource,
    scheme_builder,
)
from apis.clusterprovisioner.v1alpha1.types import (
    Cluster,
    ClusterCondition,
    ClusterConditionType,
    ClusterList,
    ClusterSpec,
    ClusterStatus,
    ConditionStatus,
    Kubeconfig,
    KubeconfigList,
    KubeconfigSpec,
)

__all__ = [
    "SCHEME_GROUP_VERSION",
    "Cluster",
    "ClusterCondition",
    "ClusterConditionType",
    "ClusterList",
    "ClusterSpec",
    "ClusterStatus",
    "ConditionStatus",
    "Kubeconfig",
    "KubeconfigList",
    "KubeconfigSpec",
    "add_to_scheme",
    "resource",
    "scheme_builder",
]
