"""An API server takes everything that config/ deploys, strictly, and the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from hack import make_examples
from kube.client import Client, RESTClient
from kube.envtest import MemoryTransport, Server
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.kustomization import build, create, samples, switched_on


@pytest.fixture
def client() -> Client:
    return Client(RESTClient(MemoryTransport(Server())), field_validation="Strict")


@pytest.mark.parametrize("layout", projects.CHOSEN)
def test_a_server_takes_what_is_deployed_and_the_samples(
    layout: str, stages: projects.Stages, client: Client
) -> None:
    config = stages.whole(layout) / "config"
    create(client, build(config / "default"))
    create(client, samples(config))


def test_a_server_takes_what_is_off_by_default(
    stages: projects.Stages, tmp_path: Path, client: Client
) -> None:
    objects = build(switched_on(stages.whole("plain"), tmp_path) / "config/default")
    foreign = [each for each in objects if each["kind"] == "ServiceMonitor"]
    assert len(foreign) == 1
    create(client, [each for each in objects if each not in foreign])


@pytest.mark.parametrize("name", make_examples.NAMES)
def test_a_server_takes_what_the_examples_deploy_and_their_samples(
    name: str, client: Client
) -> None:
    """Of kinds that were filled in, with fields that are required."""
    config = make_examples.EXAMPLES / name / "config"
    create(client, build(config / "default"))
    create(client, samples(config))
