"""A controller of very many objects that measures itself: `python -m … SERVER COUNT`.

It prints, each time that all objects were reconciled, how many bytes it has beyond what it had
without any; and once, how many the objects alone take.
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


async def bytes_of_objects(config: Config) -> int:
    """What the objects take that a list holds, and nothing else does."""
    async with AsyncClient.for_config(config) as client:
        await client.list(ConfigMap, limit=1)  # what is loaded and remembered once
        before = traced()
        objects = await client.list(ConfigMap)
        taken = traced() - before
        assert objects.items
        return taken


class Many:
    """Reconciles config maps, of which each change fails once; `done` gets the round of all."""

    def __init__(self, client: AsyncClient, count: int) -> None:
        self.done: asyncio.Queue[str] = asyncio.Queue()
        self._client = client
        self._count = count
        self._rounds: dict[str, str] = {}
        self._failed: set[tuple[str, str]] = set()
        self._told = ""

    async def reconcile(self, request: Request) -> None:
        try:
            one = await self._client.get(ConfigMap, request.name, request.namespace)
        except NotFoundError:
            self._rounds.pop(request.name, None)
        else:
            change = request.name, (one.data or {})["round"]
            if change not in self._failed:
                self._failed.add(change)
                raise OSError("once for each change")
            self._failed.discard(change)
            self._rounds[request.name] = change[1]
        self._tell_when_all_are_done()

    def _tell_when_all_are_done(self) -> None:
        rounds = set(self._rounds.values())
        if self._told and not rounds:
            self._tell("gone")
        elif len(rounds) == 1 and len(self._rounds) == self._count:
            self._tell(rounds.pop())

    def _tell(self, round: str) -> None:
        if round != self._told:
            self._told = round
            self.done.put_nowait(round)


async def main(server: str, count: int) -> None:
    config = Config(server=server, qps=-1)
    manager = Manager(config, name="many")
    many = Many(manager.client, count)
    manager.add(Controller(ConfigMap, many, name="many", max_concurrent_reconciles=4))
    running = asyncio.create_task(manager.run())
    await manager.elected.wait()
    queue = manager.controllers["many"].queue
    before = traced()
    tell(round="none")
    while True:
        round = await many.done.get()
        await asyncio.sleep(0)  # the last reconcile ends
        assert len(queue) == 0
        tell(round=round, bytes=traced() - before)
        if round == "first":
            tell(objects=await bytes_of_objects(config))
        if round == "gone":
            break
    manager.stop()
    await running


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # a line for each of so many failures
    tracemalloc.start()
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
