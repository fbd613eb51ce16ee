"""`make demo`: the operator at work on an API server in this process, for a person to watch.

The server has controllers of Deployments and a kubelet, which runs nothing: pods are ready at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Service, ServicePort
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.controller import Manager
from kube.envtest import Environment
from kube.runtime import Object

from kube_falcon.__main__ import add_controllers
from kube_falcon.api.v1.deploy_object_types import DeployObject, DeployObjectSpec

PATIENCE = 60.0
"""Seconds after which a scene that does not come to its end is given up."""
NAMESPACE, NAME = "default", "web"

TOLD: dict[type[Object], Callable[[Any], str]] = {
    DeployObject: lambda one: (
        f"wants {one.spec.replicas} of {one.spec.image}, has {one.status.ready_replicas or 0} ready"
    ),
    Deployment: lambda one: f"has {one.spec.replicas} of {image_of(one)}",
    Service: lambda one: f"has {one.spec.cluster_ip} and the ports {ports_of(one)}",
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
    print("─── a DeployObject wants two replicas, behind port 80")
    ports = [ServicePort(name="http", port=80, target_port=8080)]
    spec = DeployObjectSpec(replicas=2, image="falcon:1", ports=ports)
    await user.create(DeployObject(metadata=ObjectMeta(name=NAME), spec=spec))
    await audience.see("they are ready, and its status says so", is_ready(2, "falcon:1", [80]))
    address = audience.present["Service web"].spec.cluster_ip

    print("─── it wants three, of another image, and a second port")
    more = [{"name": "http", "port": 80}, {"name": "metrics", "port": 9090}]
    changes = {"spec": {"replicas": 3, "image": "falcon:2", "ports": more}}
    await user.patch(DeployObject, changes, name=NAME)
    await audience.see("the Service has both ports", is_ready(3, "falcon:2", [80, 9090]))
    assert audience.present["Service web"].spec.cluster_ip == address

    print("─── somebody changes the replicas and the ports by hand")
    await user.patch(Deployment, {"spec": {"replicas": 7}}, name=NAME)
    changed = await user.patch(Service, {"spec": {"ports": [{"port": 1234}]}}, name=NAME)
    await audience.see("both are as they were", is_ready(3, "falcon:2", [80, 9090]), after=changed)

    print("─── the DeployObject is deleted")
    await user.delete(DeployObject, NAME)
    await audience.see("and everything that was its own is gone", lambda present: not present)


def image_of(deployment: Deployment) -> str:
    return deployment.spec.template.spec.containers[0].image or ""


def ports_of(service: Service) -> list[int]:
    return [port.port for port in service.spec.ports or ()]


def is_ready(replicas: int, image: str, ports: list[int]) -> Callable[[dict[str, Any]], bool]:
    """Whether everything is so, and the DeployObject's status says that it is."""

    def holds(present: dict[str, Any]) -> bool:
        if len(present) < 3:
            return False
        wanted, deployment = present["DeployObject web"], present["Deployment web"]
        seen = (wanted.status.ready_replicas, wanted.status.observed_generation)
        return (
            (deployment.spec.replicas, image_of(deployment)) == (replicas, image)
            and seen == (replicas, deployment.metadata.generation)
            and ports_of(present["Service web"]) == ports
        )

    return holds


async def main() -> None:
    crds = Path(__file__).parent / "config/crd/bases"
    async with Environment(server="embedded", crds=crds, controllers=["*"]) as environment:
        print(f"─── an API server is up; try: kubectl --kubeconfig {environment.kubeconfig}")
        manager = Manager(environment.config, name="kube-falcon")
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
