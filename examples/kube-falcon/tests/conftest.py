"""What the tests share: a manager on an API server in this process, with the project's CRDs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kube.controller.testing import EmbeddedManager

ROOT = Path(__file__).parent.parent
CRDS = ROOT / "config/crd/bases"
ROLE = ROOT / "config/rbac/role.yaml"


@pytest.fixture
async def manager() -> AsyncIterator[EmbeddedManager]:
    """A running manager that may do what its role says, and no more; a test adds controllers."""
    async with EmbeddedManager(
        crds=CRDS if CRDS.exists() else (),
        roles=ROLE,
        fail_on_missing_informer=True,
        controllers=["*"],  # a Deployment has Pods, what is owned goes with its owner
    ) as manager:
        yield manager
