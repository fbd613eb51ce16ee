"""What the tests share: the program on an API server in this process, which knows no CRD yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kube.controller.testing import EmbeddedManager

from podtoip.__main__ import add_controllers
from podtoip.testing import Cluster

ROLE = Path(__file__).parent.parent / "config/rbac/role.yaml"


@pytest.fixture
def manager() -> EmbeddedManager:
    """The program, not started: it may do what its role allows."""
    manager = EmbeddedManager(roles=ROLE)
    add_controllers(manager)
    return manager


@pytest.fixture
async def cluster(manager: EmbeddedManager) -> AsyncIterator[Cluster]:
    """A cluster on which the program runs."""
    cluster = Cluster(manager.user)
    async with manager:
        await cluster.registered()
        yield cluster
