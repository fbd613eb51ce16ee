"""Reading and changing Clusters: conditions, finalizers, and two ways to write.

A controller that owns a part by itself, a condition or an annotation, applies it: nothing is read
before, and nothing conflicts. What depends on the rest of the Cluster is changed and updated.
"""

from __future__ import annotations

from collections.abc import Callable

from apis.clusterprovisioner.v1alpha1 import (
    Cluster,
    ClusterCondition,
    ClusterConditionType,
    ConditionStatus,
)
from generated.applyconfiguration.clusterprovisioner.v1alpha1 import (
    ClusterApplyConfiguration,
    ClusterConditionApplyConfiguration,
    ClusterStatusApplyConfiguration,
)
from generated.clientset.versioned import AsyncClientset
from generated.listers.clusterprovisioner.v1alpha1 import ClusterLister
from kube.api.meta.v1 import find_condition, is_condition_true, now
from kube.applyconfiguration.meta.v1 import ObjectMetaApplyConfiguration
from kube.client import async_retry_on_conflict
from kube.runtime.errors import ConflictError, NotFoundError


def is_provisioned(cluster: Cluster) -> bool:
    return is_condition_true(cluster.status.conditions, ClusterConditionType.PROVISIONED)


def is_ready(cluster: Cluster) -> bool:
    return is_condition_true(cluster.status.conditions, ClusterConditionType.READY)


def set_condition(
    cluster: Cluster, type: ClusterConditionType, holds: bool, reason: str, message: str = ""
) -> bool:
    """Record what is observed; False where that was recorded already."""
    conditions = cluster.status.conditions = cluster.status.conditions or []
    status = ConditionStatus.TRUE if holds else ConditionStatus.FALSE
    moment = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = find_condition(conditions, type)
    if condition is None:
        condition = ClusterCondition(type=type, status=ConditionStatus.UNKNOWN)
        conditions.append(condition)
    if (condition.status, condition.reason, condition.message) == (status, reason, message):
        return False
    if condition.status != status:
        condition.last_transition_time = moment
    condition.status, condition.reason, condition.message = status, reason, message
    condition.last_update_time = moment
    return True


def observed(
    cluster: Cluster, type: ClusterConditionType, holds: bool, reason: str, message: str = ""
) -> ClusterStatusApplyConfiguration | None:
    """The status to apply for what is observed; None where that was recorded already."""
    changed = cluster.deep_copy()
    if not set_condition(changed, type, holds, reason, message):
        return None
    condition = find_condition(changed.status.conditions, type)
    assert condition is not None
    return ClusterStatusApplyConfiguration(
        conditions=[
            ClusterConditionApplyConfiguration(
                type=condition.type,
                status=condition.status,
                reason=condition.reason,
                message=condition.message,
                last_update_time=condition.last_update_time,
                last_transition_time=condition.last_transition_time,
            )
        ]
    )


class Clusters:
    """The cached Clusters, and changes of them on the server."""

    def __init__(self, clients: AsyncClientset, lister: ClusterLister) -> None:
        self._client = clients.clusterprovisioner_v1alpha1.clusters()
        self._lister = lister

    def get(self, name: str) -> Cluster | None:
        """The Cluster as the cache has it: to read, not to change."""
        try:
            return self._lister.get(name)
        except NotFoundError:
            return None

    async def read(self, name: str) -> Cluster | None:
        """The Cluster as the server has it, before something that is worth the request."""
        try:
            return await self._client.get(name)
        except NotFoundError:
            return None

    async def apply(
        self,
        cluster: Cluster,
        manager: str,
        *,
        annotations: dict[str, str] | None = None,
        status: ClusterStatusApplyConfiguration | None = None,
    ) -> None:
        """Apply the part of a Cluster that a manager owns. A Cluster that is gone is left alone."""
        # With the uid, an apply to a Cluster that is gone creates none: it is a conflict.
        metadata = ObjectMetaApplyConfiguration(
            name=cluster.metadata.name, uid=cluster.metadata.uid, annotations=annotations
        )
        config = ClusterApplyConfiguration(metadata=metadata, status=status)
        try:
            await self._client.apply(config, field_manager=manager, force=True)
        except ConflictError:
            return

    async def change(self, name: str, change: Callable[[Cluster], bool]) -> None:
        """Apply `change` to a copy and write it, where it says that it changed something.

        The copy is the cache's at first, and the server's where that one was out of date. A Cluster
        that is gone is left alone.
        """
        cached = self.get(name)
        first = cached.deep_copy() if cached is not None else None

        async def attempt() -> None:
            nonlocal first
            cluster, first = first or await self._client.get(name), None
            if change(cluster):
                await self._client.update(cluster)

        try:
            await async_retry_on_conflict(attempt)
        except NotFoundError:
            return
