"""Each test on both servers: the embedded one in virtual time, the real one where it is built."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import ExitStack, asynccontextmanager

import pytest

from kube.api.core.v1 import Namespace
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient, AsyncRESTClient
from kube.controller import Manager
from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, CONTROLLER_MANAGER
from kube.leaderelection import LeaderElector
from tests.examples.operators.operators import OPERATORS
from tests.examples.operators.world import World, embedded
from tests.kube.cache.virtual_time import VirtualTimeLoop
from tests.kube.conformance.conftest import find_or_skip

CONTROLLERS = [
    "deployment-controller", "replicaset-controller", "garbage-collector-controller",
]  # fmt: skip
"""Beside the real server. There is no kubelet: Pods are created, and none gets ready."""

EMBEDDED_ALONE = {"test_roles.py"}
SOCKETS = {"test_faults.py"}


def pytest_generate_tests(metafunc):
    if metafunc.definition.path.name in SOCKETS:
        metafunc.parametrize("server", ["embedded", "real"], scope="session")


def pytest_asyncio_loop_factories(config, item):
    if item.path.name in SOCKETS:
        return {"real-time": asyncio.new_event_loop}
    if item.path.name in EMBEDDED_ALONE:
        return {"embedded": VirtualTimeLoop}
    return {"embedded": VirtualTimeLoop, "real": asyncio.new_event_loop}


@pytest.fixture(scope="session")
def environments():
    """`environments("real")` is that server with all CRDs, started once; skips without it."""
    started = {}
    with ExitStack() as stack:

        def start(server):
            if server == "real":
                find_or_skip(API_SERVER)
                find_or_skip(CONTROLLER_MANAGER)
            if server not in started:
                crds = [operator.crds for operator in OPERATORS]
                controllers = CONTROLLERS if server == "real" else ["*"]
                new = Environment(
                    server=server, crds=crds, controllers=controllers, authorization=True
                )
                started[server] = stack.enter_context(new)
            return started[server]

        yield start


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A loaded machine stalls event loops, which is not what these tests are about."""
    monkeypatch.setattr(Manager, "_blocked_seconds", 600.0)


@pytest.fixture(scope="session")
def make_world():
    """`make_world(operator, environment)` is a world over HTTP, in a namespace of its own."""

    @asynccontextmanager
    async def make(operator, environment):
        name = f"test-{secrets.token_hex(4)}"
        async with AsyncClient.for_config(environment.config) as client:
            await client.create(Namespace(metadata=ObjectMeta(name=name)))
        async with World(
            operator, lambda: AsyncRESTClient.for_config(environment.config), name
        ) as world:
            await world.grant(operator.roles())
            yield world

    return make


@pytest.fixture
async def world(operator, environments, make_world, monkeypatch):
    """A world whose operator has its role; on the embedded server where time is virtual."""
    if not isinstance(asyncio.get_running_loop(), VirtualTimeLoop):
        async with make_world(operator, environments("real")) as world:
            yield world
        return
    run_here = staticmethod(lambda run, name: asyncio.ensure_future(run()))
    monkeypatch.setattr(LeaderElector, "_run_driver", run_here)
    async with embedded(operator) as world:
        await world.grant(operator.roles())
        yield world
