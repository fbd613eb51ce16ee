"""An operator behind a proxy that fails its lists, its watches and its writes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import zip_longest

import pytest

from kube.client import AsyncRESTClient
from tests.examples.operators.operators import each_operator
from tests.examples.operators.world import PATIENCE
from tests.kube.faults.catalogue import LASTING, LIST_FAULTS, WATCH_FAULTS, WRITE_FAULTS
from tests.kube.faults.proxy import Proxy, after, error_event

NAMES = ["a", "b", "c"]
RELIST = after(0, error_event(410, "Expired"))
BRIEF = [fault for name, fault in WATCH_FAULTS.items() if name not in LASTING]
"""Silence costs seconds, and tests/kube/faults has it."""


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Short pauses and deadlines: the same code, sooner."""
    monkeypatch.setattr("kube.cache.backoff.INITIAL", 0.02)
    monkeypatch.setattr("kube.cache.backoff.LIMIT", 0.1)
    monkeypatch.setattr("kube.cache.reflector.READ_MARGIN", 0.2)
    monkeypatch.setattr("kube.cache.reflector.SILENCE", 1.0)


@each_operator
async def test_every_fault_of_its_line_is_overcome(operator, server, environments, make_world):
    environment = environments(server)
    async with make_world(operator, environment) as world, Proxy(environment.config) as proxy:
        config = replace(environment.config, server=proxy.url, ca_data=b"", token="")
        manager, _ = world.start(connect=lambda: AsyncRESTClient.for_config(config))
        await world.create(*NAMES)
        await world.converged()
        every = zip_longest(LIST_FAULTS.values(), BRIEF, WRITE_FAULTS.values())
        for round, (list_fault, watch_fault, write_fault) in enumerate(every):
            if list_fault is not None:
                proxy.watches.append(RELIST)
                proxy.lists.append(list_fault)
            if watch_fault is not None:
                proxy.watches.append(watch_fault)
            if write_fault is not None:
                proxy.writes.extend([write_fault, write_fault])
            proxy.drop()
            for n, name in enumerate(NAMES):
                await world.resize(name, (round + n) % 3 + 1)
            await all_met(proxy)
            await world.converged()
        await world.stop(manager)


async def all_met(proxy):
    """Wait until requests have met all faults that were set up for them."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if not [*proxy.watches, *proxy.lists, *proxy.writes]:
                return
            await asyncio.sleep(0.01)
