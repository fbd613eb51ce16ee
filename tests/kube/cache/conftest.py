from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from random import Random

import pytest

from kube.cache import SharedInformer
from tests.kube.cache.scripted import Log
from tests.kube.cache.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories(config, item):
    if item.path.name == "test_over_http.py":
        return {"real-time": asyncio.new_event_loop}
    return {"virtual-time": VirtualTimeLoop}


@pytest.fixture(autouse=True)
def _mutation_detector_is_on(monkeypatch):
    monkeypatch.setenv("KUBE_CACHE_MUTATION_DETECTOR", "true")


class Following:
    """An informer that runs over a script, with a log of what its handler heard."""

    def __init__(self, script, **options):
        self.script = script
        self.log = Log()
        self.informer = SharedInformer(
            script, api_version="example.io/v1", kind="Widget", random=Random(0), **options
        )
        log = self.log
        self.handler = self.informer.add_event_handler(
            log.on_add, log.on_update, log.on_delete,
            on_initial_add=log.on_initial_add, on_tombstone=log.on_tombstone,
        )  # fmt: skip

    async def settle(self):
        """Until the script is at its end and all was told."""
        await self.script.silent.wait()
        await quiet()

    def cached(self):
        return {k: v.metadata.resource_version for k, v in self._objects().items()}

    def _objects(self):
        return {k: self.informer.indexer.get(k) for k in sorted(self.informer.indexer.keys())}


async def quiet():
    """Until every task waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def follow():
    """`async with follow(script) as f:` runs an informer over a script."""

    @asynccontextmanager
    async def following(script, **options):
        found = Following(script, **options)
        task = asyncio.create_task(found.informer.run())
        try:
            yield found
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return following
