"""The config generator: keeps a Kubeconfig object beside every provisioned Cluster."""

from __future__ import annotations

import logging
from pathlib import Path

from apis.clusterprovisioner.v1alpha1 import (
    SCHEME_GROUP_VERSION,
    Cluster,
    Kubeconfig,
    KubeconfigSpec,
)
from examples.clusterprovisioner.clusters import Clusters, is_provisioned
from generated.clientset.versioned import AsyncClientset
from generated.listers.clusterprovisioner.v1alpha1 import KubeconfigLister
from kube.api.meta.v1 import ObjectMeta, OwnerReference
from kube.client import async_retry_on_conflict
from kube.runtime.errors import NotFoundError

log = logging.getLogger(__name__)


def kubeconfig_path(config_path: str) -> str:
    """Where `rke` puts the kubeconfig of the cluster that this file configures."""
    path = Path(config_path)
    return str(path.with_name(f"kube_config_{path.name}"))


def kubeconfig_for(cluster: Cluster) -> Kubeconfig:
    """The Kubeconfig that a Cluster is to have; it is deleted with its Cluster."""
    owner = OwnerReference(
        api_version=str(SCHEME_GROUP_VERSION),
        kind="Cluster",
        name=cluster.metadata.name,
        uid=cluster.metadata.uid,
        controller=True,
        block_owner_deletion=True,
    )
    return Kubeconfig(
        metadata=ObjectMeta(name=cluster.metadata.name, owner_references=[owner]),
        spec=KubeconfigSpec(config_path=kubeconfig_path(cluster.spec.config_path)),
    )


class ConfigGenerator:
    """Creates the Kubeconfig of a Cluster, and puts it right where somebody changed it."""

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
        wanted = kubeconfig_for(cluster)
        try:
            cached = self._lister.get(name)
        except NotFoundError:
            await self._client.create(wanted)
            log.info("%s: keeps its kubeconfig in %s", name, wanted.spec.config_path)
            return None
        if not _is_as(cached, wanted):
            await async_retry_on_conflict(lambda: self._put_right(wanted))
        return None

    async def _put_right(self, wanted: Kubeconfig) -> None:
        current = await self._client.get(wanted.metadata.name)
        current.spec = wanted.spec
        current.metadata.owner_references = wanted.metadata.owner_references
        await self._client.update(current)


def _is_as(current: Kubeconfig, wanted: Kubeconfig) -> bool:
    return (
        current.spec == wanted.spec
        and current.metadata.owner_references == wanted.metadata.owner_references
    )
