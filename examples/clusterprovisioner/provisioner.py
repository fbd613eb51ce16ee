"""The provisioner: has every Cluster match its config file, by `rke`."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterConditionType
from examples.clusterprovisioner.clusters import Clusters, is_provisioned, set_condition
from examples.clusterprovisioner.rke import RKE, RKEError

FINALIZER = "clusterprovisioner.rke.io/provisioner"

log = logging.getLogger(__name__)


class Provisioner:
    """Runs `rke up` where the config file differs from what was applied; `rke remove` at the end.

    The file is read again at each resync of the informers, so a changed file needs no changed
    Cluster.
    """

    def __init__(self, clusters: Clusters, rke: RKE) -> None:
        self._clusters = clusters
        self._rke = rke

    async def reconcile(self, name: str) -> float | None:
        cluster = self._clusters.get(name)
        if cluster is None:
            return None
        if cluster.metadata.deletion_timestamp is not None:
            await self._remove(cluster)
        else:
            await self._bring_up(cluster)
        return None

    async def _bring_up(self, cluster: Cluster) -> None:
        name, path = cluster.metadata.name, cluster.spec.config_path
        try:
            config = await asyncio.to_thread(Path(path).read_text)
        except (OSError, UnicodeDecodeError) as error:
            await self._failed(name, "ConfigUnreadable", f"cannot read {path!r}: {error}")
            raise
        if _is_applied(config, cluster):
            return
        # The cache may not have seen our own last write yet, and `rke up` takes long.
        current = await self._clusters.read(name)
        if current is None or _is_applied(config, current):
            return
        # Before the first resource exists: a Cluster deleted from now on is still cleaned up.
        await self._clusters.change(name, _add_finalizer)
        log.info("%s: applying %s", name, path)
        try:
            await self._rke.up(path)
        except RKEError as error:
            await self._failed(name, "RKEFailed", str(error))
            raise

        def applied(cluster: Cluster) -> bool:
            changed = cluster.status.applied_config != config
            cluster.status.applied_config = config
            provisioned = ClusterConditionType.PROVISIONED
            return set_condition(cluster, provisioned, True, "RKEApplied") or changed

        await self._clusters.change(name, applied)

    async def _remove(self, cluster: Cluster) -> None:
        name, path = cluster.metadata.name, cluster.spec.config_path
        if FINALIZER not in (cluster.metadata.finalizers or ()):
            return
        log.info("%s: removing what %s brought up", name, path)
        await self._rke.remove(path)
        await self._clusters.change(name, _take_finalizer_off)

    async def _failed(self, name: str, reason: str, message: str) -> None:
        await self._clusters.change(
            name,
            lambda cluster: set_condition(
                cluster, ClusterConditionType.PROVISIONED, False, reason, message
            ),
        )


def _is_applied(config: str, cluster: Cluster) -> bool:
    return config == cluster.status.applied_config and is_provisioned(cluster)


def _add_finalizer(cluster: Cluster) -> bool:
    finalizers = cluster.metadata.finalizers = cluster.metadata.finalizers or []
    if FINALIZER in finalizers:
        return False
    finalizers.append(FINALIZER)
    return True


def _take_finalizer_off(cluster: Cluster) -> bool:
    finalizers = cluster.metadata.finalizers or []
    if FINALIZER not in finalizers:
        return False
    finalizers.remove(FINALIZER)
    return True
