"""Registration of this version's kinds in a Scheme."""

from apis.clusterprovisioner import GROUP_NAME
from apis.clusterprovisioner.v1alpha1.types import (
    Cluster,
    ClusterList,
    Kubeconfig,
    KubeconfigList,
)
from kube.runtime import GroupResource, GroupVersion, Scheme, SchemeBuilder

SCHEME_GROUP_VERSION = GroupVersion(GROUP_NAME, "v1alpha1")


def resource(name: str) -> GroupResource:
    """An unqualified resource, such as `clusters`, with this group."""
    return SCHEME_GROUP_VERSION.with_resource(name).group_resource


def add_known_types(scheme: Scheme) -> None:
    """Add the kinds of this version to a scheme."""
    scheme.add_known_types(SCHEME_GROUP_VERSION, Cluster, ClusterList, Kubeconfig, KubeconfigList)


scheme_builder = SchemeBuilder(add_known_types)
add_to_scheme = scheme_builder.add_to_scheme
