"""What a user of the cluster does to pods, and sees of PodToIps."""

from __future__ import annotations

import asyncio

from kube.api.core.v1 import Container, Pod, PodSpec
from kube.api.meta.v1 import ListOptions, ObjectMeta
from kube.client import AsyncClient

from podtoip.client import PodToIpClient

PATIENCE = 60.0
"""Seconds after which what has not come is given up."""


class Cluster:
    """The namespace `default`, as its user sees it."""

    def __init__(self, user: AsyncClient) -> None:
        self.user = user
        self.mirrors = PodToIpClient(user.rest)

    async def pod(self, name: str, address: str = "") -> Pod:
        """Create a pod; a kubelet would give it the address."""
        spec = PodSpec(containers=[Container(name="main", image="nginx")])
        metadata = ObjectMeta(name=name, namespace="default")
        pod = await self.user.create(Pod(metadata=metadata, spec=spec))
        return await self.move(name, address) if address else pod

    async def move(self, name: str, address: str) -> Pod:
        """Give a pod another address."""
        pod = await self.user.get(Pod, name, "default")
        status = {"podIP": address, "podIPs": [{"ip": address}]}
        return await self.user.status(pod).patch({"status": status})

    async def delete(self, name: str) -> None:
        """Delete a pod."""
        await self.user.delete(Pod, name, "default", grace_period_seconds=0)

    async def sees(self, **addresses: str) -> None:
        """Wait until the PodToIps are of these pods, with these addresses."""
        async with asyncio.timeout(PATIENCE):
            while True:
                listed = await self.mirrors.list()
                seen = {one.pod_name: one.pod_address for one in listed.items}
                if seen == addresses:
                    return
                version = ListOptions(resource_version=listed.metadata.resource_version)
                async with self.mirrors.watch(options=version) as events:
                    async for _ in events:
                        events.close()
