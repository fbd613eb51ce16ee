"""An API server takes everything that config/ deploys, strictly, and the samples."""

from __future__ import annotations

import pytest

from kube.client import Client, RESTClient
from kube.envtest import MemoryTransport, Server
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.kustomization import build, create, samples


@pytest.fixture
def client() -> Client:
    rest = RESTClient(MemoryTransport(Server(controllers=["clusterrole-aggregation-controller"])))
    return Client(rest, field_validation="Strict")


@pytest.mark.parametrize("layout", projects.CHOSEN)
def test_a_server_takes_what_is_deployed_and_the_samples(
    layout: str, stages: projects.Stages, client: Client
) -> None:
    config = stages.whole(layout) / "config"
    create(client, build(config / "default"))
    create(client, samples(config))
