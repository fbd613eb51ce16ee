"""`make demo`: the program at work on an API server in this process, for a person to watch.

The server has a kubelet that gives pods their addresses, and nobody needs a cluster.
"""

from __future__ import annotations

import asyncio

from kube.client import AsyncClient
from kube.controller import Manager
from kube.envtest import Environment

from podtoip.__main__ import add_controllers
from podtoip.testing import Cluster


async def play(cluster: Cluster) -> None:
    await cluster.registered()
    print("─── three pods come")
    for name in ("web-0", "web-1", "web-2"):
        await cluster.pod(name)
    await show(cluster)

    print("─── web-1 goes, and comes again under its name")
    await cluster.delete("web-1")
    await cluster.pod("web-1")
    await show(cluster)

    print("─── somebody writes another address into the PodToIp web-0")
    mirror = await cluster.mirrors.get("web-0", "default")
    mirror.pod_address = "192.0.2.1"
    await cluster.mirrors.update(mirror)
    await show(cluster)

    print("─── somebody deletes the PodToIp web-2")
    await cluster.mirrors.delete("web-2", "default")
    await show(cluster)

    print("─── all pods go")
    for name in ("web-0", "web-1", "web-2"):
        await cluster.delete(name)
    await show(cluster)


async def show(cluster: Cluster) -> None:
    """Wait until the PodToIps are as the pods are, and show them."""
    seen = await cluster.converged()
    for name, address in sorted(seen.items()):
        print(f"  ✓ {name} has the address {address}")
    if not seen:
        print("  ✓ and everything that was its own is gone")


async def main() -> None:
    async with Environment(server="embedded", controllers=["*"]) as environment:
        print(f"─── an API server is up; try: kubectl --kubeconfig {environment.kubeconfig}")
        manager = Manager(environment.config, name="podtoip")
        add_controllers(manager)
        program = asyncio.create_task(manager.run())
        async with AsyncClient.for_config(environment.config) as user:
            scenes = asyncio.create_task(play(Cluster(user)))
            # Whichever ends first: a program that fails must not leave the audience waiting.
            await asyncio.wait({program, scenes}, return_when=asyncio.FIRST_COMPLETED)
            manager.stop()
            scenes.cancel()
            await asyncio.gather(scenes, return_exceptions=True)
            await program
            if not scenes.cancelled():
                await scenes


if __name__ == "__main__":
    asyncio.run(main())
