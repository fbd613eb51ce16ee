"""Both servers, worlds on them, and a proxy in front of them that does harm."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from podtoip import testing
from podtoip.testing import Cluster

from kube.api.core.v1 import Namespace
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient, AsyncRESTClient
from kube.controller import Manager
from kube.envtest import AsyncMemoryTransport, Environment, Server
from kube.envtest.real.assets import API_SERVER
from kube.leaderelection import LeaderElector
from tests.examples.operators.world import World
from tests.examples.podtoip.worlds import PodToIps, roles, without_definition
from tests.kube.cache.virtual_time import VirtualTimeLoop
from tests.kube.conformance.conftest import (  # noqa: F401
    api,
    environment,
    environments,
    find_or_skip,
    namespace,
    pytest_generate_tests,
    server,
)
from tests.kube.faults.conftest import proxy  # noqa: F401

LOOPS = {"embedded": VirtualTimeLoop, "real": asyncio.new_event_loop}
"""Of worlds: the server that they are on."""


def pytest_asyncio_loop_factories(config, item):
    if item.path.name == "test_replicas.py":
        return LOOPS
    name = "embedded" if item.path.name == "test_in_virtual_time.py" else "real"
    return {name: LOOPS[name]}


@pytest.fixture(scope="session")
def real_server():
    """How to reach a real server on which roles decide."""
    find_or_skip(API_SERVER)
    with Environment(server="real", authorization=True) as real:
        yield real.config


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A loaded machine stalls event loops, which is not what these tests are about."""
    monkeypatch.setattr(Manager, "_blocked_seconds", 600.0)
    monkeypatch.setattr(testing, "PATIENCE", 600.0)


@pytest.fixture
async def world(monkeypatch, request):
    """A server without the CRD: the embedded one where the loop's time is virtual."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, VirtualTimeLoop):
        run_here = staticmethod(lambda run, name: asyncio.ensure_future(run()))
        monkeypatch.setattr(LeaderElector, "_run_driver", run_here)
        begin = datetime(2026, 1, 1, tzinfo=UTC)
        server = Server(
            authorization=True,
            now=lambda: begin + timedelta(seconds=loop.time()),
            monotonic=loop.time,
        )
        made = World(PodToIps(), lambda: AsyncRESTClient(AsyncMemoryTransport(server)), "default")
        made.server = server
    else:
        config = request.getfixturevalue("real_server")
        made = World(PodToIps(), lambda: AsyncRESTClient.for_config(config), await emptied(config))
    async with made:
        yield made


async def emptied(config):
    """The name of a new namespace, on a server that has forgotten the CRD."""
    name = f"test-{secrets.token_hex(4)}"
    async with AsyncClient.for_config(config) as client:
        await client.create(Namespace(metadata=ObjectMeta(name=name)))
        await without_definition(client)
    return name


@pytest.fixture
async def cluster(world):
    """Nothing yet."""
    await world.grant(roles())
    return Cluster(world.user, world.namespace)
