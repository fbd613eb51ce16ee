"""Random writers, random faults, several informers: at rest every cache equals the server.

A short run by default; `SOAK_RUNS=2000` makes it a long one. A failing run names its seed.
"""

from __future__ import annotations

import asyncio
import os
from random import Random

import pytest

from kube.runtime.errors import APIError
from tests.kube.cache.served import (
    Clients,
    Factory,
    Faults,
    FaultyTransport,
    Mirror,
    Writer,
    new_server,
)
from tests.kube.cache.test_faults import LIST_FAULTS, WATCH_FAULTS

RUNS = int(os.environ.get("SOAK_RUNS", "10"))


class Follower:
    """An informer of some namespace, its faulty line, and a handler that keeps its own books."""

    def __init__(self, server, random, namespace, watch_list):
        self.random = random
        self.namespace = namespace
        self.transport = FaultyTransport(server, Faults())
        self.factory = Factory(
            Clients(self.transport), namespace=namespace, watch_list=watch_list, resync=97
        )
        self.mirror = Mirror()
        self.informer = self.factory.widgets.informer
        self.informer.add_event_handler(self.mirror.add, self.mirror.update, self.mirror.delete)

    def break_something(self):
        faults = self.transport.faults
        name = self.random.choice(sorted(WATCH_FAULTS))
        faults.watches += [WATCH_FAULTS[name]] * self.random.randint(1, 3)
        if self.random.random() < 0.3:
            faults.lists.append(LIST_FAULTS[self.random.choice(sorted(LIST_FAULTS))])

    def cached(self):
        indexer = self.informer.indexer
        return {key: indexer.get(key).metadata.resource_version for key in list(indexer.keys())}


async def write_at_random(writer, random):
    """A change of a random object, sensible or not."""
    name, namespace = f"w{random.randrange(12)}", random.choice("xyz")
    action = random.choice(["create", "create", "update", "update", "delete", "replace", "break"])
    try:
        if action == "create":
            await writer.create(name, random.randrange(9), namespace)
        elif action == "update":
            await writer.update(name, random.randrange(9), namespace)
        elif action == "break":
            await writer.update(name, "broken", namespace)
        else:
            await writer.delete(name, namespace)
            if action == "replace":
                await writer.create(name, 1, namespace)
    except APIError:
        pass  # it was there already, or was not


async def mend(writer):
    """Nothing is left that does not decode."""
    for key in await writer.listed():
        namespace, name = key.split("/")
        await writer.update(name, 7, namespace)


@pytest.mark.parametrize("seed", range(RUNS))
async def test_at_rest_every_cache_equals_the_server(seed):
    random, loop = Random(seed), asyncio.get_running_loop()
    before = asyncio.all_tasks()
    server = new_server(loop.time, history=40)
    writer = Writer(server)
    followers = [
        Follower(server, random, namespace, watch_list)
        for namespace, watch_list in (("", False), ("", True), ("x", False))
    ]
    for follower in followers:
        follower.factory.start()
    for _ in range(60):
        for _ in range(random.randrange(6)):
            await write_at_random(writer, random)
        if random.random() < 0.3:
            random.choice(followers).break_something()
        if random.random() < 0.2:
            server.drop_watches("widgets")
        if random.random() < 0.05:
            server.compact()
        await asyncio.sleep(random.choice([0, 0.01, 1, 20]))

    for follower in followers:
        follower.transport.faults.watches.clear()
        follower.transport.faults.lists.clear()
    await mend(writer)
    await asyncio.sleep(1000)
    listed = await writer.listed()
    for follower in followers:
        expected = {k: v for k, v in listed.items() if k.startswith(follower.namespace)}
        assert follower.cached() == expected
        assert follower.mirror.versions == expected
        assert follower.mirror.impossible == []
        assert follower.transport.open_streams == 1
    for follower in followers:
        await follower.factory.shutdown()
        assert follower.transport.open_streams == 0
    assert asyncio.all_tasks() == before
