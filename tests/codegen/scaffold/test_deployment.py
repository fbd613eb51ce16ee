"""An API server takes everything that config/ deploys, strictly, and the samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kube.client import Client, RESTClient
from kube.envtest import MemoryTransport, Server
from kube.runtime import from_yaml
from kube.runtime.unstructured import Unstructured
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.kustomization import build

FIRST = ("Namespace", "CustomResourceDefinition")


@pytest.fixture
def client() -> Client:
    rest = RESTClient(MemoryTransport(Server(controllers=["clusterrole-aggregation-controller"])))
    return Client(rest, field_validation="Strict")


def create(client: Client, objects: list[Any]) -> None:
    """Create objects, those first that others need. Raises what the server refuses."""
    for tree in sorted(objects, key=lambda tree: tree["kind"] not in FIRST):
        client.create(from_yaml(yaml.safe_dump(tree), Unstructured))


@pytest.mark.parametrize("layout", projects.LAYOUTS)
def test_a_server_takes_what_is_deployed_and_the_samples(
    layout: str, tmp_path: Path, client: Client
) -> None:
    config = projects.whole(tmp_path, layout) / "config"
    create(client, build(config / "default"))
    samples = build(config / "samples")
    assert samples
    for sample in samples:
        sample["metadata"].setdefault("namespace", "default")
    create(client, samples)
