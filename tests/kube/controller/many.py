"""A controller of very many objects that measures itself: `python -m … SERVER COUNT`.

It prints how many bytes the objects alone take, and then, each time that all of them were
reconciled, how many bytes the program has beyond what it had at first.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
import tracemalloc

from kube.api.core.v1 import ConfigMap
from kube.client import AsyncClient, Config
from kube.controller import Controller, Manager, Request
from kube.runtime.errors import NotFoundError


def traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def tell(**values: object) -> None:
    print(json.dumps(values), flush=True)


async def measure_objects(config: Config) -> None:
    async with AsyncClient.for_config(config) as client:
        await client.list(ConfigMap, limit=1)  # what is loaded and remembered once
        before = traced()
        objects = await client.list(ConfigMap)
        tell(objects=len(objects.items), bytes=traced() - before)


async def main(server: str, count: int) -> None:
    config = Config(server=server, qps=-1)
    await measure_objects(config)
    before = traced()
    manager = Manager(config, name="many")
    reconciled: dict[str, str] = {}
    failed: set[tuple[str, str]] = set()

    async def reconcile(request: Request) -> None:
        try:
            one = await manager.client.get(ConfigMap, request.name, request.namespace)
        except NotFoundError:
            reconciled.pop(request.name, None)
        else:
            round = (one.data or {})["round"]
            if (request.name, round) not in failed:
                failed.add((request.name, round))
                raise OSError("once for each change")
            failed.discard((request.name, round))
            reconciled[request.name] = round
        tell_when_all_are_done()

    said: set[str] = set()

    def tell_when_all_are_done() -> None:
        rounds = set(reconciled.values())
        is_done = len(rounds) == 1 and len(reconciled) == count
        name = rounds.copy().pop() if is_done else "gone"
        if name not in said and (is_done or (said and not reconciled)):
            said.add(name)
            asyncio.get_running_loop().call_later(0, measure, name)

    def measure(name: str) -> None:
        if manager.controllers["many"].active or len(manager.controllers["many"].queue):
            asyncio.get_running_loop().call_later(0.01, measure, name)
        else:
            tell(round=name, bytes=traced() - before)

    manager.add(Controller(ConfigMap, reconcile, name="many", max_concurrent_reconciles=4))
    await manager.run()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # a line for each of so many failures
    tracemalloc.start()
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
