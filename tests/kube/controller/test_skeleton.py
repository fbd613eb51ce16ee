"""A manager, a controller and its client on the embedded server, with the reference API."""

from __future__ import annotations

import asyncio

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterSpec, Kubeconfig, KubeconfigSpec
from kube.api.meta.v1 import ObjectMeta
from kube.controller import Controller, Request, Watch
from kube.runtime.errors import NotFoundError
from tests.kube.controller.world import settled


class Reconciler:
    """Keeps a Kubeconfig for each Cluster."""

    def __init__(self, client):
        self.client = client
        self.calls = []
        self.done = asyncio.Event()

    async def reconcile(self, request):
        self.calls.append(request)
        try:
            cluster = await self.client.get(Cluster, request.name)
        except NotFoundError:
            return
        if cluster.status.applied_config != cluster.spec.config_path:
            cluster.status.applied_config = cluster.spec.config_path
            written = await self.client.update(cluster)
            again = await self.client.get(Cluster, request.name)
            assert again.metadata.resource_version == written.metadata.resource_version
        try:
            await self.client.get(Kubeconfig, request.name)
        except NotFoundError:
            await self.client.create(
                Kubeconfig(metadata=ObjectMeta(name=request.name), spec=KubeconfigSpec())
            )
        self.done.set()


async def test_a_controller_reconciles_what_exists_and_what_comes(world):
    await world.client.create(
        Cluster(metadata=ObjectMeta(name="one"), spec=ClusterSpec(config_path="a"))
    )
    manager = world.manager()
    reconciler = Reconciler(manager.client)
    manager.add(
        Controller(
            Cluster,
            reconciler,
            watches=[Watch(Kubeconfig, lambda obj: [Request(obj.metadata.name)])],
        )
    )
    running = world.start(manager)
    await reconciler.done.wait()
    reconciler.done.clear()
    await world.client.create(
        Cluster(metadata=ObjectMeta(name="two"), spec=ClusterSpec(config_path="b"))
    )
    await reconciler.done.wait()
    await settled()
    assert {k.metadata.name for k in (await world.client.list(Kubeconfig)).items} == {"one", "two"}
    assert (await world.client.get(Cluster, "two")).status.applied_config == "b"
    await world.client.delete(Kubeconfig, "two")
    await settled()
    assert (await world.client.get(Kubeconfig, "two")).metadata.name == "two"
    manager.stop()
    await running
