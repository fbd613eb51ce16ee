"""The program on both servers, over a line that does harm: it starts, and loses nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from podtoip.__main__ import add_controllers
from podtoip.testing import Cluster

from kube.client import AsyncClient
from kube.controller import Manager
from kube.runtime.errors import ConflictError, NotFoundError
from tests.examples.podtoip.worlds import without_definition
from tests.kube.faults.catalogue import LIST_FAULTS, WATCH_FAULTS, WRITE_FAULTS
from tests.kube.faults.proxy import (
    after,
    error_event,
    loses_the_answer,
    refuses,
    resets,
    truncates,
)

RELIST = after(0, error_event(410, "Expired"))


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Short pauses and deadlines: the same code, sooner."""
    monkeypatch.setattr("kube.cache.backoff.INITIAL", 0.02)
    monkeypatch.setattr("kube.cache.backoff.LIMIT", 0.1)
    monkeypatch.setattr("kube.cache.reflector.SILENCE", 1.0)
    monkeypatch.setattr("podtoip.controllers.definition.FIRST_PAUSE", 0.02)


@pytest.fixture
async def user(environment):
    async with AsyncClient.for_config(environment.config) as user:
        yield user


@pytest.fixture
async def cluster(user, namespace):
    """Three pods."""
    cluster = Cluster(user, namespace.name)
    for n in range(3):
        await cluster.pod(f"p{n}", f"10.0.0.{n + 1}")
    return cluster


@pytest.fixture
async def start(environment, proxy):
    """`start()` has the program run behind the proxy."""
    config = replace(environment.config, server=proxy.url, ca_data=b"", token="")
    manager = Manager(config, name="podtoip")
    add_controllers(manager)
    running = []
    yield lambda: running.append(asyncio.create_task(manager.run(handle_signals=False)))
    assert [*proxy.lists, *proxy.watches, *proxy.writes] == [], "a fault was not met"
    manager.stop()
    await running[0]


@pytest.fixture
async def no_definition(user):
    """The CRD is missing."""
    await without_definition(user)


async def change(cluster, round):
    """Move every pod, have one come again under its name, and meddle with PodToIps."""
    for n in range(3):
        await cluster.move(f"p{n}", f"10.1.{round}.{n + 1}")
    await cluster.delete("p1")
    await cluster.pod("p1", f"10.2.{round}.1")
    with suppress(NotFoundError, ConflictError):  # the program may be faster
        mirror = await cluster.mirrors.get("p2", cluster.namespace)
        mirror.pod_address = "192.0.2.1"
        await cluster.mirrors.update(mirror)
        await cluster.mirrors.delete("p0", cluster.namespace)


async def test_it_starts_over_a_line_that_fails(no_definition, cluster, proxy, start):
    """The first requests are those for its definition, the next ones fill its caches."""
    proxy.lists += [resets, refuses(503, "ServiceUnavailable"), truncates]
    proxy.writes += [refuses(500, "InternalError"), loses_the_answer]
    proxy.watches += [resets, refuses(429, "TooManyRequests")]
    start()
    await cluster.registered()
    assert await cluster.converged() == {"p0": "10.0.0.1", "p1": "10.0.0.2", "p2": "10.0.0.3"}


async def test_every_fault_of_a_watch_loses_nothing(cluster, proxy, start):
    start()
    await cluster.registered()
    await cluster.converged()
    for round, fault in enumerate(WATCH_FAULTS.values()):
        proxy.watches.append(fault)
        proxy.drop()
        await change(cluster, round)
        await cluster.converged()


async def test_every_fault_of_a_list_loses_nothing(cluster, proxy, start):
    start()
    await cluster.registered()
    await cluster.converged()
    for round, fault in enumerate(LIST_FAULTS.values()):
        proxy.watches.append(RELIST)
        proxy.lists.append(fault)
        proxy.drop()
        await change(cluster, round)
        await cluster.converged()


async def test_every_fault_of_a_write_is_made_good(cluster, proxy, start):
    start()
    await cluster.registered()
    await cluster.converged()
    for round, fault in enumerate(WRITE_FAULTS.values()):
        proxy.writes.append(fault)
        await change(cluster, round)
        await cluster.converged()
