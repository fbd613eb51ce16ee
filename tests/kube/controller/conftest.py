from __future__ import annotations

import pytest

from kube.controller import Manager
from tests.kube.cache.virtual_time import VirtualTimeLoop
from tests.kube.controller.world import World


def pytest_asyncio_loop_factories(config, item):
    return {"virtual-time": VirtualTimeLoop}


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A loaded machine stalls event loops, which is not what these tests are about."""
    monkeypatch.setattr(Manager, "_blocked_seconds", 600.0)


@pytest.fixture
async def world():
    """The embedded server, and managers on it, which end with the test."""
    async with World() as world:
        yield world
