"""A real control plane that is killed, part by part, while informers watch it."""

from __future__ import annotations

import asyncio

import pytest

from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, ETCD
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import DEFINITIONS, Namespace, find_or_skip
from tests.kube.faults.conftest import Following, informing


@pytest.fixture(scope="module")
def environment():
    """Of this module alone: nobody else would like what happens to it."""
    find_or_skip(API_SERVER)
    with Environment(server="real", crds=[DEFINITIONS]) as environment:
        yield environment


@pytest.fixture
def api(environment):
    api = Api(environment.config)
    yield api
    api.close()


@pytest.fixture(params=[False, True], ids=["list", "watch-list"])
async def following(request, environment, api):
    name = f"crash-{'watch-list' if request.param else 'list'}-{request.node.originalname[-20:]}"
    name = name.replace("_", "-")
    api.post("/api/v1/namespaces", {"metadata": {"name": name}}).ok()
    namespace = Namespace(name)
    async with informing(environment.config, name, watch_list=request.param) as informer:
        yield Following(None, api, namespace.path("example.io/v1/widgets"), informer)


async def restart(environment, component):
    await asyncio.to_thread(environment.control_plane.restart, component)


async def begin(f):
    for name in ("kept", "changed", "doomed"):
        await f.create(name)
    await f.converge()


async def change(f):
    await f.resize("changed", 7)
    await f.delete("doomed")
    await f.create("new")


async def test_informers_converge_after_the_death_of_the_server(environment, following):
    f = following
    await begin(f)
    await change(f)
    await restart(environment, API_SERVER)
    await f.create("later")
    await f.converge()
    assert ("delete", "doomed") in f.mirror.history


async def test_informers_converge_after_the_death_of_etcd(environment, following):
    f = following
    await begin(f)
    await restart(environment, ETCD)
    await change(f)
    await f.converge()
    assert ("delete", "doomed") in f.mirror.history


async def test_informers_converge_after_the_death_of_all(environment, following):
    f = following
    await begin(f)
    await change(f)
    for component in (API_SERVER, ETCD):
        environment.control_plane.kill(component)
    for component in (ETCD, API_SERVER):
        environment.control_plane.start(component)
    await asyncio.to_thread(environment.control_plane.wait_until_ready)
    await f.converge()
    await f.delete("kept")
    await f.converge()
