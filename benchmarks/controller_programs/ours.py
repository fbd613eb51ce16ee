"""On `kube.controller`."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.controller_programs import Progress
from benchmarks.controller_programs.api import Web
from kube.client import Config
from kube.controller import Controller, Manager, Request, least_patch


async def main(server: str, objects: int, changes: int, workers: int) -> None:
    manager = Manager(Config(server=server))
    client, progress = manager.client, Progress(objects, changes)

    async def reconcile(request: Request) -> None:
        web = await client.get(Web, request.name, request.namespace)
        progress.reconciling(web.spec.color)
        if web.status.replicas == web.spec.replicas:
            return
        changed = web.deep_copy()
        changed.status.replicas = web.spec.replicas
        await client.status(web).patch(least_patch(web, changed))
        if progress.patched():
            manager.stop()

    manager.add(Controller(Web, reconcile, max_concurrent_reconciles=workers))
    await manager.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:5])))
