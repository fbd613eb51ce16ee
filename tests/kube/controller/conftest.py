from __future__ import annotations

import asyncio

import pytest

from kube.controller import Manager
from tests.kube.cache.virtual_time import VirtualTimeLoop
from tests.kube.controller.world import World

REAL_TIME = {"test_access.py", "test_many.py", "test_servers.py", "test_testing.py"}
"""What has sockets or threads, or is to run as users run it."""


def pytest_asyncio_loop_factories(config, item):
    if item.path.name in REAL_TIME:
        return {"real-time": asyncio.new_event_loop}
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
