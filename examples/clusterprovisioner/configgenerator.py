"""The config generator: keeps a Kubeconfig object beside every provisioned Cluster."""

from __future__ import annotations

import logging
from pathlib import Path

from apis.clusterprovisioner.v1alpha1 import SCHEME_GROUP_VERSION, Cluster
from examples.clusterprovisioner.clusters import Clusters, is_provisioned
from generated.applyconfiguration.clusterprovisioner.v1alpha1 import (
    KubeconfigApplyConfiguration,
    KubeconfigSpecApplyConfiguration,
    extract_kubeconfig,
)
from generated.clientset.versioned import AsyncClientset
from generated.listers.clusterprovisioner.v1alpha1 import KubeconfigLister
from kube.applyconfiguration.meta.v1 import (
    ObjectMetaApplyConfiguration,
    OwnerReferenceApplyConfiguration,
)
from kube.runtime.errors import NotFoundError

MANAGER = "configgenerator"

log = logging.getLogger(__name__)


def kubeconfig_path(config_path: str) -> str:
    """Where `rke` puts the kubeconfig of the cluster that this file configures."""
    path = Path(config_path)
    return str(path.with_name(f"kube_config_{path.name}"))


def kubeconfig_for(cluster: Cluster) -> KubeconfigApplyConfiguration:
    """The Kubeconfig that a Cluster is to have; it is deleted with its Cluster."""
    owner = OwnerReferenceApplyConfiguration(
        api_version=str(SCHEME_GROUP_VERSION),
        kind="Cluster",
        name=cluster.metadata.name,
        uid=cluster.metadata.uid,
        controller=True,
        block_owner_deletion=True,
    )
    return KubeconfigApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name=cluster.metadata.name, owner_references=[owner]),
        spec=KubeconfigSpecApplyConfiguration(
            config_path=kubeconfig_path(cluster.spec.config_path)
        ),
    )


class ConfigGenerator:
    """Keeps a Kubeconfig beside each provisioned Cluster, and puts it right where it differs."""

    def __init__(
        self, clients: AsyncClientset, clusters: Clusters, lister: KubeconfigLister
    ) -> None:
        self._client = clients.clusterprovisioner_v1alpha1.kubeconfigs()
        self._clusters = clusters
        self._lister = lister

    async def reconcile(self, name: str) -> float | None:
        cluster = self._clusters.get(name)
        if cluster is None or cluster.metadata.deletion_timestamp or not is_provisioned(cluster):
            return None
        if not self._is_kept(cluster):
            await self._client.apply(kubeconfig_for(cluster), field_manager=MANAGER, force=True)
            log.info("%s: keeps its kubeconfig", name)
        return None

    def _is_kept(self, cluster: Cluster) -> bool:
        """Whether the cached Kubeconfig is as this controller has applied it."""
        try:
            cached = self._lister.get(cluster.metadata.name)
        except NotFoundError:
            return False
        if not cached.metadata.managed_fields:
            return False
        applied, wanted = extract_kubeconfig(cached, MANAGER), kubeconfig_for(cluster)
        return (applied.metadata, applied.spec) == (wanted.metadata, wanted.spec)
