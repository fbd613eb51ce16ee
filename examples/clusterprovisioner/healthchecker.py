"""The health checker: asks each provisioned cluster for its version, again and again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterConditionType
from examples.clusterprovisioner.clusters import Clusters, is_provisioned, observed
from generated.listers.clusterprovisioner.v1alpha1 import KubeconfigLister
from kube.client import ConfigError, TransportError
from kube.runtime.errors import APIError, NotFoundError

log = logging.getLogger(__name__)


class HealthChecker:
    """Sets the condition Ready to whether the cluster's API server answers.

    `interval` is in seconds; `server_version` is given a kubeconfig's path.
    """

    def __init__(
        self,
        clusters: Clusters,
        kubeconfigs: KubeconfigLister,
        server_version: Callable[[str], Awaitable[str]],
        interval: float,
    ) -> None:
        self._clusters = clusters
        self._kubeconfigs = kubeconfigs
        self._server_version = server_version
        self._interval = interval

    async def reconcile(self, name: str) -> float | None:
        cluster = self._clusters.get(name)
        if cluster is None or cluster.metadata.deletion_timestamp or not is_provisioned(cluster):
            return None
        try:
            kubeconfig = self._kubeconfigs.get(name)
        except NotFoundError:
            return None  # Its arrival brings us back.
        try:
            await self._server_version(kubeconfig.spec.config_path)
        except (APIError, TransportError, ConfigError, OSError) as error:
            await self._observed(cluster, False, "NotReachable", str(error))
        else:
            await self._observed(cluster, True, "Answers", "")
        return self._interval

    async def _observed(self, cluster: Cluster, ready: bool, reason: str, message: str) -> None:
        status = observed(cluster, ClusterConditionType.READY, ready, reason, message)
        if status is not None:
            await self._clusters.apply(cluster, "healthchecker", status=status)
