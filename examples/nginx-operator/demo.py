"""`make demo`: the operator at work on an API server in this process, for a person to watch.

The server has controllers of Deployments and a kubelet, which runs nothing: pods are ready at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Pod
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.controller import Manager
from kube.envtest import Environment
from kube.runtime import Object

from nginx_operator.__main__ import add_controllers
from nginx_operator.api.v1alpha1.nginx_types import Nginx, NginxSpec

PATIENCE = 60.0
"""Seconds after which a scene that does not come to its end is given up."""
NAMESPACE, NAME = "default", "web"

TOLD: dict[type[Object], Callable[[Any], str]] = {
    Nginx: lambda one: f"wants {one.spec.count}, knows of {len(one.status.nodes or ())} pods",
    Deployment: lambda one: f"has {one.spec.replicas} replicas",
    Pod: lambda one: f"is {one.status.phase}",
}


class Audience:
    """Prints what becomes of the objects of some kinds, and knows which there are."""

    def __init__(self) -> None:
        self.present: dict[str, Any] = {}
        self._told: dict[str, str] = {}
        self._changed = asyncio.Condition()

    async def watch(
        self, user: AsyncClient, kind: type[Object], tell: Callable[[Any], str]
    ) -> None:
        async with user.watch(kind) as events:
            async for event in events:
                name = f"{kind.__name__} {event.object.metadata.name}"
                async with self._changed:
                    if event.type == "DELETED":
                        self.present.pop(name, None)
                        self._print(name, "is gone")
                    else:
                        self.present[name] = event.object
                        self._print(name, tell(event.object))
                    self._changed.notify_all()

    async def see(
        self, what: str, holds: Callable[[dict[str, Any]], bool], after: Object | None = None
    ) -> None:
        """Wait until it holds of what there is, after a change has been heard of."""
        async with asyncio.timeout(PATIENCE), self._changed:
            if after is not None:
                await self._changed.wait_for(lambda: self._has_heard_of(after))
            await self._changed.wait_for(lambda: holds(self.present))
        print(f"  ✓ {what}")

    def _has_heard_of(self, change: Object) -> bool:
        present = self.present.get(f"{type(change).__name__} {change.metadata.name}")
        version = int(change.metadata.resource_version)
        return present is None or int(present.metadata.resource_version) >= version

    def _print(self, name: str, text: str) -> None:
        if self._told.get(name) != text:
            print(f"    {name} {text}")
        self._told[name] = text


async def play(user: AsyncClient, audience: Audience) -> None:
    print("─── an Nginx wants three pods")
    await user.create(Nginx(metadata=ObjectMeta(name=NAME), spec=NginxSpec(count=3)))
    await audience.see("its status names all three", has_nodes(3))

    print("─── it wants five")
    await user.patch(Nginx, {"spec": {"count": 5}}, name=NAME)
    await audience.see("its status names all five", has_nodes(5))

    print("─── somebody scales its Deployment to one")
    scaled = await user.patch(Deployment, {"spec": {"replicas": 1}}, name=NAME)
    await audience.see("and it has five again", has_nodes(5), after=scaled)

    print("─── somebody deletes its Deployment")
    first = audience.present["Deployment web"].metadata.uid
    await user.delete(Deployment, NAME)
    await audience.see("and there is another one", is_another("Deployment web", first))
    await audience.see("with five pods", has_nodes(5))

    print("─── the Nginx is deleted")
    await user.delete(Nginx, NAME)
    await audience.see("and everything that was its own is gone", lambda present: not present)


def is_another(name: str, uid: str) -> Callable[[dict[str, Any]], bool]:
    """Whether there is an object of this name, which is not the one that was there."""
    return lambda present: name in present and present[name].metadata.uid != uid


def has_nodes(count: int) -> Callable[[dict[str, Any]], bool]:
    """Whether there are so many pods, and the Nginx names each of them."""

    def holds(present: dict[str, Any]) -> bool:
        pods = {name.removeprefix("Pod ") for name in present if name.startswith("Pod ")}
        nginx = present.get("Nginx web")
        deployment = present.get("Deployment web")
        return (
            deployment is not None
            and deployment.spec.replicas == len(pods) == count
            and nginx is not None
            and set(nginx.status.nodes or ()) == pods
        )

    return holds


async def main() -> None:
    crds = Path(__file__).parent / "config/crd/bases"
    async with Environment(server="embedded", crds=crds, controllers=["*"]) as environment:
        print(f"─── an API server is up; try: kubectl --kubeconfig {environment.kubeconfig}")
        manager = Manager(environment.config, name="nginx-operator")
        add_controllers(manager)
        audience = Audience()
        async with AsyncClient.for_config(environment.config) as user, asyncio.TaskGroup() as group:
            mine = user.in_namespace(NAMESPACE)
            others = [group.create_task(manager.run())]
            for kind, tell in TOLD.items():
                others.append(group.create_task(audience.watch(mine, kind, tell)))
            await play(mine, audience)
            for task in others:
                task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
