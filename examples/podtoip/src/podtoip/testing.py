"""For tests and the demo: what a user of a cluster does to pods, and sees of PodToIps."""

from __future__ import annotations

import asyncio

from kube.api.apiextensions.v1 import CustomResourceDefinition
from kube.api.core.v1 import Container, Pod, PodSpec
from kube.api.meta.v1 import ListOptions, ObjectMeta, is_condition_true
from kube.client import AsyncClient

from podtoip.client import PodToIpClient
from podtoip.controllers.definition import packaged_definition

PATIENCE = 60.0
"""Seconds after which what has not come is given up."""


class Cluster:
    """One namespace, as its user sees it."""

    def __init__(self, user: AsyncClient, namespace: str = "default") -> None:
        self.user = user
        self.namespace = namespace
        self.mirrors = PodToIpClient(user.rest)

    async def registered(self) -> None:
        """Wait until the program has registered its CRD, and the server serves it."""
        name = packaged_definition().metadata.name
        async with self.user.watch(CustomResourceDefinition) as events:
            async for event in events:
                conditions = event.object.status.conditions
                if event.object.metadata.name == name and is_condition_true(
                    conditions, "Established"
                ):
                    return

    async def pod(self, name: str, address: str = "") -> Pod:
        """Create a pod; with an address, as a kubelet would give it."""
        pod = await self.user.create(new_pod(name, self.namespace))
        return await self.move(name, address) if address else pod

    async def move(self, name: str, address: str) -> Pod:
        """Give a pod another address."""
        pod = await self.user.get(Pod, name, self.namespace)
        status = {"podIP": address, "podIPs": [{"ip": address}]}
        return await self.user.status(pod).patch({"status": status})

    async def delete(self, name: str) -> None:
        """Delete a pod."""
        await self.user.delete(Pod, name, self.namespace, grace_period_seconds=0)

    async def addresses(self) -> dict[str, str]:
        """What a PodToIp is needed for: the pods that have an address."""
        pods = (await self.user.list(Pod, self.namespace)).items
        return {pod.metadata.name: pod.status.pod_ip for pod in pods if pod.status.pod_ip}

    async def converged(self) -> dict[str, str]:
        """Wait until the PodToIps are as the pods are by now; returns what they say."""
        return await self.sees(**await self.addresses())

    async def sees(self, **addresses: str) -> dict[str, str]:
        """Wait until the PodToIps are of these pods, with these addresses; returns them."""
        async with asyncio.timeout(PATIENCE):
            while True:
                listed = await self.mirrors.list(self.namespace)
                seen = {one.pod_name: one.pod_address for one in listed.items}
                if seen == addresses:
                    return seen
                version = ListOptions(resource_version=listed.metadata.resource_version)
                async with self.mirrors.watch(self.namespace, version) as events:
                    async for _ in events:
                        events.close()


def new_pod(name: str, namespace: str) -> Pod:
    """A pod that nobody has given an address yet."""
    spec = PodSpec(containers=[Container(name="main", image="nginx")])
    return Pod(metadata=ObjectMeta(name=name, namespace=namespace), spec=spec)
