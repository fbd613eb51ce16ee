"""`make demo`: the operator at work on an API server in this process, for a person to watch.

The server has controllers of Deployments and a kubelet, which runs nothing: pods are ready at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Service
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.controller import Manager
from kube.envtest import Environment
from kube.runtime import Object

from elasticweb.__main__ import add_controllers
from elasticweb.api.v1.elastic_web_types import ElasticWeb, ElasticWebSpec

PATIENCE = 60.0
"""Seconds after which a scene that does not come to its end is given up."""
NAMESPACE, NAME = "default", "shop"

TOLD: dict[type[Object], Callable[[Any], str]] = {
    ElasticWeb: lambda one: f"is {one}",
    Deployment: lambda one: f"has {one.spec.replicas} replicas",
    Service: lambda one: f"has port {one.spec.ports[0].node_port} on each node",
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
    print("─── an ElasticWeb wants 1300 QPS, and a pod answers 500")
    spec = ElasticWebSpec(image="tomcat:9", port=30003, single_pods_qps=500, total_qps=1300)
    await user.create(ElasticWeb(metadata=ObjectMeta(name=NAME), spec=spec))
    await audience.see("three pods answer 1500", answers(1500, 30003))

    print("─── there is a sale: 2600 QPS")
    await user.patch(ElasticWeb, {"spec": {"totalQPS": 2600}}, name=NAME)
    await audience.see("six pods answer 3000", answers(3000, 30003))

    print("─── somebody scales the Deployment to one, and moves the Service")
    await user.patch(Deployment, {"spec": {"replicas": 1}}, name=NAME)
    moved = {"spec": {"ports": [{"port": 8080, "nodePort": 30999}]}}
    changed = await user.patch(Service, moved, name=NAME)
    await audience.see("both are as they were", answers(3000, 30003), after=changed)

    print("─── the ElasticWeb is deleted")
    await user.delete(ElasticWeb, NAME)
    await audience.see("and everything that was its own is gone", lambda present: not present)


def answers(qps: int, port: int) -> Callable[[dict[str, Any]], bool]:
    """Whether the pods answer so many requests a second, on this port."""

    def holds(present: dict[str, Any]) -> bool:
        if len(present) < 3:
            return False
        web, deployment = present["ElasticWeb shop"], present["Deployment shop"]
        service = present["Service shop"]
        return (
            web.status.real_qps == qps
            and deployment.spec.replicas * web.spec.single_pods_qps == qps
            and service.spec.ports[0].node_port == port
        )

    return holds


async def main() -> None:
    crds = Path(__file__).parent / "config/crd/bases"
    async with Environment(server="embedded", crds=crds, controllers=["*"]) as environment:
        print(f"─── an API server is up; try: kubectl --kubeconfig {environment.kubeconfig}")
        manager = Manager(environment.config, name="elasticweb")
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
