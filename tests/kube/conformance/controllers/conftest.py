"""Servers with the controllers that a module of tests names in `CONTROLLERS`."""

from __future__ import annotations

import pytest

from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, CONTROLLER_MANAGER
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import find_or_skip


@pytest.fixture(scope="module")
def environment(request, server):
    if server == "real":
        find_or_skip(API_SERVER)
        find_or_skip(CONTROLLER_MANAGER)
    with Environment(server=server, controllers=request.module.CONTROLLERS) as environment:
        yield environment


@pytest.fixture(scope="module")
def api(environment):
    api = Api(environment.config)
    yield api
    api.close()
