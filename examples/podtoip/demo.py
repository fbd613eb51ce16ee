"""`make demo`: the program at work on an API server in this process, for a person to watch.

The server has a kubelet that gives pods their addresses, and nobody needs a cluster.
"""

from __future__ import annotations

import asyncio
import logging

from kube.api.core.v1 import Container, Pod, PodSpec
from kube.api.meta.v1 import ListOptions, ObjectMeta
from kube.client import AsyncClient
from kube.controller import Manager
from kube.envtest import Environment

from podtoip.__main__ import add_controllers
from podtoip.client import PodToIpClient
from podtoip.controllers.definition import ensure_definition, packaged_definition

PATIENCE = 60.0
"""Seconds after which a scene that does not come to its end is given up."""

log = logging.getLogger("demo")


class Stage:
    """What the audience does to pods, and sees of PodToIps."""

    def __init__(self, user: AsyncClient) -> None:
        self._user = user
        self._mirrors = PodToIpClient(user.rest)

    async def play(self) -> None:
        log.info("─── three pods come")
        for name in ("web-0", "web-1", "web-2"):
            await self._create(name)
        await self._see_what_is()

        log.info("─── web-1 goes, and comes again under its name")
        await self._delete("web-1")
        await self._create("web-1")
        await self._see_what_is()

        log.info("─── somebody writes another address into the PodToIp web-0")
        mirror = await self._mirrors.get("web-0", "default")
        mirror.pod_address = "192.0.2.1"
        await self._mirrors.update(mirror)
        await self._see_what_is()

        log.info("─── somebody deletes the PodToIp web-2")
        await self._mirrors.delete("web-2", "default")
        await self._see_what_is()

        log.info("─── all pods go")
        await self._user.delete_all_of(Pod, "default", grace_period_seconds=0)
        await self._see_what_is()

    async def _create(self, name: str) -> None:
        spec = PodSpec(containers=[Container(name="main", image="nginx")])
        await self._user.create(Pod(metadata=ObjectMeta(name=name, namespace="default"), spec=spec))

    async def _delete(self, name: str) -> None:
        await self._user.delete(Pod, name, "default", grace_period_seconds=0)

    async def _see_what_is(self) -> None:
        """Wait until the PodToIps are as the pods are, and show them."""
        pods = (await self._user.list(Pod, "default")).items
        wanted = {pod.metadata.name: pod.status.pod_ip for pod in pods}
        async with asyncio.timeout(PATIENCE):
            while True:
                listed = await self._mirrors.list("default")
                seen = {one.pod_name: one.pod_address for one in listed.items}
                if seen == wanted:
                    break
                version = ListOptions(resource_version=listed.metadata.resource_version)
                async with self._mirrors.watch("default", version) as events:
                    async for _ in events:
                        events.close()
        for name, address in sorted(seen.items()):
            log.info("    ✓ %s has the address %s", name, address)
        if not seen:
            log.info("    ✓ there is no PodToIp any more")


async def main() -> None:
    async with Environment(server="embedded", controllers=["*"]) as environment:
        log.info("─── an API server is up; try: kubectl --kubeconfig %s", environment.kubeconfig)
        manager = Manager(environment.config, name="podtoip")
        add_controllers(manager)
        program = asyncio.create_task(manager.run())
        async with AsyncClient.for_config(environment.config) as user:
            await ensure_definition(user.rest, packaged_definition(), manager.clock)
            scenes = asyncio.create_task(Stage(user).play())
            # Whichever ends first: a program that fails must not leave the audience waiting.
            await asyncio.wait({program, scenes}, return_when=asyncio.FIRST_COMPLETED)
            manager.stop()
            scenes.cancel()
            await asyncio.gather(scenes, return_exceptions=True)
            await program
            if not scenes.cancelled():
                await scenes


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    asyncio.run(main())
