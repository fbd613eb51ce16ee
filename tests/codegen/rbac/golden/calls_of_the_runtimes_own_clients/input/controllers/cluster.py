"""A controller on the client by class, events, leases and the dynamic client."""

# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;update
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters/status,verbs=patch
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters/scale,verbs=get
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=kubeconfigs,verbs=create;list;patch;deletecollection
# +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;delete;watch
# +kubebuilder:rbac:groups="",resources=events,verbs=create;patch
# +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,verbs=get;create;update
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=list
# +kubebuilder:rbac:groups=batch,resources=jobs,verbs=delete
# +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=get

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import kube.client
from apis.clusterprovisioner.v1alpha1 import Cluster, Kubeconfig
from kube.api.core.v1 import Namespace
from kube.client import AsyncClient, AsyncDynamicClient, metadata_of, unstructured
from kube.events import EventRecorder
from kube.leaderelection import LeaderElector, LeaseLock


@dataclass
class Reconciler:
    client: AsyncClient
    recorder: EventRecorder

    async def reconcile(self, name: str) -> None:
        cluster = await self.client.get(Cluster, name)
        cluster.metadata.labels = {"seen": "yes"}
        await self.client.update(cluster)
        await self.client.status(cluster).patch({"status": {}})
        await self.client.subresource(cluster, "scale", Cluster).get()
        await self.client.create(Kubeconfig())
        async for namespace in self.client.iterate(Namespace):
            await self.client.delete(namespace)
        for each in (await self.client.list(Kubeconfig)).items:
            await self.client.in_namespace("a").apply(each, field_manager="me")
        await self.client.delete_all_of(Kubeconfig, "a")
        self.recorder.normal(cluster, "Seen", "it was seen")


async def others(rest, config: kube.client.Config) -> None:
    dynamic = AsyncDynamicClient(rest)
    deployments = await dynamic.kind("apps/v1", "Deployment", "a")
    await deployments.list()
    await (await dynamic.named("jobs.v1.batch")).delete("a")
    async with kube.client.AsyncClient.for_config(config) as client:
        await client.get(unstructured("networking.k8s.io/v1", "Ingress"), "a", "b")
        async with client.watch(metadata_of(Namespace)) as events:
            print(events)


async def main(rest) -> None:
    lock = LeaseLock(rest, "a", "b")
    async with EventRecorder(rest, "me") as recorder:
        await LeaderElector(lock).run(partial(print, recorder))
