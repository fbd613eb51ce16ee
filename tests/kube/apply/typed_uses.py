"""Right and wrong uses of apply configurations, for type checkers alone (test_types.py).

Each line that a checker is to refuse ends with `# wrong`.
"""

from __future__ import annotations

from typing import assert_type

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterSpec, ConditionStatus
from generated.applyconfiguration.clusterprovisioner.v1alpha1 import (
    ClusterApplyConfiguration,
    ClusterConditionApplyConfiguration,
    ClusterSpecApplyConfiguration,
    ClusterStatusApplyConfiguration,
    KubeconfigApplyConfiguration,
    cluster,
    extract_cluster,
)
from generated.clientset.versioned import AsyncClientset, Clientset
from kube.api.core.v1 import ConfigMap
from kube.applyconfiguration.apps.v1 import (
    DeploymentApplyConfiguration,
    DeploymentSpecApplyConfiguration,
    deployment,
)
from kube.applyconfiguration.core.v1 import ConfigMapApplyConfiguration, ContainerApplyConfiguration
from kube.applyconfiguration.meta.v1 import ObjectMetaApplyConfiguration
from kube.client import AsyncClient, Client
from kube.runtime.unstructured import Unstructured


def right(clients: Clientset, client: Client, live: Cluster) -> None:
    clusters = clients.clusterprovisioner_v1alpha1.clusters()
    config = ClusterApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name="aws", labels={"a": "b"}),
        spec=ClusterSpecApplyConfiguration(config_path=""),
        status=ClusterStatusApplyConfiguration(
            conditions=[ClusterConditionApplyConfiguration(status=ConditionStatus.TRUE)]
        ),
    )
    assert_type(clusters.apply(config, field_manager="me", force=True), Cluster)
    assert_type(clusters.apply({"metadata": {"name": "aws"}}, field_manager="me"), Cluster)
    assert_type(client.apply(config), Cluster)
    assert_type(client.apply({"kind": "Cluster"}), Unstructured)
    assert_type(client.status(config).apply(field_manager="me"), Cluster)
    assert_type(client.status(live).apply(config), Cluster)
    extracted = extract_cluster(live, "me", subresource="status")
    assert_type(extracted, ClusterApplyConfiguration)
    if extracted.spec:
        extracted.spec.config_path = "x"
    assert_type(cluster("aws"), ClusterApplyConfiguration)
    assert_type(deployment("web", "default"), DeploymentApplyConfiguration)
    assert_type(client.apply(ConfigMapApplyConfiguration(data={})), ConfigMap)
    DeploymentApplyConfiguration(spec=DeploymentSpecApplyConfiguration(replicas=0))


async def right_too(clients: AsyncClientset, client: AsyncClient) -> None:
    clusters = clients.clusterprovisioner_v1alpha1.clusters()
    assert_type(await clusters.apply(cluster("aws"), field_manager="me"), Cluster)
    assert_type(await client.apply(cluster("aws")), Cluster)


def wrong(clients: Clientset, client: Client, live: Cluster) -> None:
    clusters = clients.clusterprovisioner_v1alpha1.clusters()
    clusters.apply(live, field_manager="me")  # wrong
    clusters.apply(KubeconfigApplyConfiguration(), field_manager="me")  # wrong
    clusters.apply(ClusterSpecApplyConfiguration(), field_manager="me")  # wrong
    clusters.apply(cluster("aws"))  # wrong
    client.apply(live)  # wrong
    client.apply(ClusterSpecApplyConfiguration())  # wrong
    client.status(live).apply(KubeconfigApplyConfiguration())  # wrong
    clusters.apply_status(cluster("aws"), field_manager="me")  # wrong
    extract_cluster(ConfigMap(), "me")  # wrong
    cluster("aws", "default")  # wrong
    ClusterApplyConfiguration(spec=ClusterSpec())  # wrong
    ClusterSpecApplyConfiguration(config_pth="x")  # wrong
    ClusterSpecApplyConfiguration(config_path=3)  # wrong
    ContainerApplyConfiguration(args=["x", None])  # wrong
    ObjectMetaApplyConfiguration(managed_fields=[])  # wrong
    cluster("aws").spec.config_path = "x"  # wrong
