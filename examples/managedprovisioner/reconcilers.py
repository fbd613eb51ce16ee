"""Four reconcilers: each brings the world nearer to what one Cluster asks for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from apis.clusterprovisioner.v1alpha1 import (
    Cluster,
    ClusterConditionType,
    Kubeconfig,
    KubeconfigSpec,
)
from examples.clusterprovisioner.clusters import is_provisioned, is_ready, set_condition
from examples.clusterprovisioner.configgenerator import kubeconfig_path
from examples.clusterprovisioner.rke import RKE, RKEError
from kube.api.meta.v1 import ObjectMeta
from kube.api.meta.v1.owners import set_controller_reference
from kube.client import ConfigError, TransportError
from kube.controller import Client, Finalizers, Request, Result, create_or_update, write_changes
from kube.runtime.errors import APIError

ANNOTATION = "clusterprovisioner.rke.io/kubernetes-version"
FINALIZER = "clusterprovisioner.rke.io/provisioner"

log = logging.getLogger(__name__)

ServerVersion = Callable[[str], Awaitable[str]]
"""Returns the version of the cluster that a kubeconfig's path leads to."""


class Provisioner:
    """Runs `rke up` where the config file differs from what was applied; `rke remove` at the end.

    The file is read again at each resync of the cache, so a changed file needs no changed Cluster.
    """

    def __init__(self, client: Client, rke: RKE) -> None:
        self._client = client
        self._rke = rke
        self._finalizers = Finalizers(client, {FINALIZER: self._remove})

    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=patch
    async def reconcile(self, request: Request) -> None:
        cluster = await self._finalizers.settle(await self._client.get(Cluster, request.name))
        if cluster is None:
            return
        path, changed = cluster.spec.config_path, cluster.deep_copy()
        provisioned = ClusterConditionType.PROVISIONED
        try:
            config = await asyncio.to_thread(Path(path).read_text)
            if config == cluster.status.applied_config and is_provisioned(cluster):
                return
            log.info("%s: applying %s", request, path)
            await self._rke.up(path)
        except (OSError, UnicodeDecodeError, RKEError) as error:
            reason = "RKEFailed" if isinstance(error, RKEError) else "ConfigUnreadable"
            set_condition(changed, provisioned, False, reason, str(error))
            await write_changes(self._client, cluster, changed)
            raise
        changed.status.applied_config = config
        set_condition(changed, provisioned, True, "RKEApplied")
        await write_changes(self._client, cluster, changed)

    async def _remove(self, cluster: Cluster) -> None:
        log.info("%s: removing what it brought up", cluster.metadata.name)
        await self._rke.remove(cluster.spec.config_path)


class ConfigGenerator:
    """Keeps a Kubeconfig beside every provisioned Cluster, and puts it right where it differs."""

    def __init__(self, client: Client) -> None:
        self._client = client

    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=kubeconfigs,verbs=get;list;watch
    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=kubeconfigs,verbs=create;update
    async def reconcile(self, request: Request) -> None:
        cluster = await self._client.get(Cluster, request.name)
        if cluster.metadata.deletion_timestamp or not is_provisioned(cluster):
            return

        def as_wanted(kubeconfig: Kubeconfig) -> None:
            kubeconfig.spec.config_path = kubeconfig_path(cluster.spec.config_path)
            set_controller_reference(cluster, kubeconfig)

        empty = Kubeconfig(metadata=ObjectMeta(name=request.name), spec=KubeconfigSpec())
        await create_or_update(self._client, empty, as_wanted)


class HealthChecker:
    """Sets the condition Ready to whether the cluster's API server answers, every `interval` s."""

    def __init__(self, client: Client, server_version: ServerVersion, interval: float) -> None:
        self._client = client
        self._server_version = server_version
        self._interval = interval

    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=patch
    async def reconcile(self, request: Request) -> Result | None:
        cluster = await self._client.get(Cluster, request.name)
        if cluster.metadata.deletion_timestamp or not is_provisioned(cluster):
            return None
        changed, reason, message = cluster.deep_copy(), "Answers", ""
        path = kubeconfig_path(cluster.spec.config_path)
        try:
            await self._server_version(path)
        except (APIError, TransportError, ConfigError, OSError) as error:
            reason, message = "NotReachable", str(error)
        set_condition(changed, ClusterConditionType.READY, not message, reason, message)
        await write_changes(self._client, cluster, changed)
        return Result(requeue_after=self._interval)


class Annotator:
    """Writes the version of Kubernetes onto every ready Cluster."""

    def __init__(self, client: Client, server_version: ServerVersion) -> None:
        self._client = client
        self._server_version = server_version

    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=patch
    async def reconcile(self, request: Request) -> None:
        cluster = await self._client.get(Cluster, request.name)
        if cluster.metadata.deletion_timestamp or not is_ready(cluster):
            return
        version = await self._server_version(kubeconfig_path(cluster.spec.config_path))
        changed = cluster.deep_copy()
        changed.metadata.annotations = {
            **(cluster.metadata.annotations or {}),
            ANNOTATION: version,
        }
        await write_changes(self._client, cluster, changed)
