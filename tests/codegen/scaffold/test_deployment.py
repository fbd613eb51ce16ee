"""An API server takes everything that config/ deploys, strictly, and the samples."""

from __future__ import annotations

import pytest

from hack import make_examples
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


@pytest.mark.parametrize("name", make_examples.NAMES)
def test_a_server_takes_what_the_examples_deploy_and_their_samples(
    name: str, client: Client
) -> None:
    """Of kinds that were filled in, with fields that are required."""
    config = make_examples.EXAMPLES / name / "config"
    create(client, build(config / "default"))
    create(client, samples(config))
