"""A server that serves widgets, a client of it, and the real kubectl."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kube.envtest import Server
from tests.kube.envtest.api import Client, definition


@pytest.fixture
def server() -> Server:
    found = Server()
    found.load([definition()])
    return found


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server)


@pytest.fixture(scope="session")
def kubectl() -> str:
    """The real kubectl: the one that the project built, else the one in PATH."""
    built = Path(__file__).parents[3] / ".cache" / "envtest" / "kubectl"
    if os.access(built, os.X_OK):
        return str(built)
    found = shutil.which("kubectl")
    if found is None:
        pytest.skip("kubectl is neither in .cache/envtest nor in PATH")
    return found
