"""The annotator: writes the version of Kubernetes onto every ready Cluster."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from examples.clusterprovisioner.clusters import Clusters, is_ready
from generated.listers.clusterprovisioner.v1alpha1 import KubeconfigLister
from kube.runtime.errors import NotFoundError

ANNOTATION = "clusterprovisioner.rke.io/kubernetes-version"

log = logging.getLogger(__name__)


class Annotator:
    """Keeps one annotation true. `server_version` is given a kubeconfig's path."""

    def __init__(
        self,
        clusters: Clusters,
        kubeconfigs: KubeconfigLister,
        server_version: Callable[[str], Awaitable[str]],
    ) -> None:
        self._clusters = clusters
        self._kubeconfigs = kubeconfigs
        self._server_version = server_version

    async def reconcile(self, name: str) -> float | None:
        cluster = self._clusters.get(name)
        if cluster is None or cluster.metadata.deletion_timestamp or not is_ready(cluster):
            return None
        try:
            kubeconfig = self._kubeconfigs.get(name)
        except NotFoundError:
            return None
        version = await self._server_version(kubeconfig.spec.config_path)
        if (cluster.metadata.annotations or {}).get(ANNOTATION) != version:
            await self._clusters.apply(cluster, "annotator", annotations={ANNOTATION: version})
            log.info("%s: runs Kubernetes %s", name, version)
        return None
