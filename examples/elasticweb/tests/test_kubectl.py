"""What `kubectl` shows of an ElasticWeb; where there is none, the tables that it would print."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from kube.api.meta.v1 import ObjectMeta
from kube.controller.testing import EmbeddedManager
from kube.envtest import Environment, MissingAssetError

from elasticweb.__main__ import add_controllers
from elasticweb.api.v1.elastic_web_types import ElasticWeb, ElasticWebSpec

ROOT = Path(__file__).parents[1]
LIST = "/apis/elasticweb.example.com/v1/namespaces/default/elasticwebs"


@pytest.fixture
async def manager() -> AsyncIterator[EmbeddedManager]:
    """A manager that has an ElasticWeb whose pods are ready."""
    manager = EmbeddedManager(crds=ROOT / "config/crd/bases", controllers=["*"])
    add_controllers(manager)
    async with manager:
        spec = ElasticWebSpec(image="tomcat:9", port=30003, single_pods_qps=500, total_qps=1300)
        metadata = ObjectMeta(name="shop", namespace="default")
        await manager.user.create(ElasticWeb(metadata=metadata, spec=spec))
        await manager.settled()
        yield manager


async def test_the_table_has_image_port_and_age(manager: EmbeddedManager) -> None:
    accept = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    answer = await manager.user.rest.request("GET", LIST, headers=accept)
    table = json.loads(answer.body)
    columns = [(column["name"], column["priority"]) for column in table["columnDefinitions"]]
    assert columns == [("Name", 0), ("Image", 0), ("Port", 1), ("Age", 0)]
    assert [row["cells"][:3] for row in table["rows"]] == [["shop", "tomcat:9", 30003]]


@pytest.fixture
def kubectl(manager: EmbeddedManager) -> Callable[..., str]:
    environment = Environment(server=manager.server)
    try:
        command = environment.kubectl
    except MissingAssetError as error:
        pytest.skip(str(error))

    def run(*arguments: str) -> str:
        with environment:
            line = [str(command), f"--kubeconfig={environment.kubeconfig}", *arguments]
            return subprocess.run(line, check=True, capture_output=True, text=True).stdout

    return run


def test_get_shows_image_and_age(kubectl: Callable[..., str]) -> None:
    header, row = kubectl("get", "elasticwebs").splitlines()
    assert header.split() == ["NAME", "IMAGE", "AGE"]
    assert row.split()[:2] == ["shop", "tomcat:9"]


def test_get_wide_shows_the_port_too(kubectl: Callable[..., str]) -> None:
    header, row = kubectl("get", "elasticwebs", "-o", "wide").splitlines()
    assert header.split() == ["NAME", "IMAGE", "PORT", "AGE"]
    assert row.split()[:3] == ["shop", "tomcat:9", "30003"]


def test_describe_tells_all_of_it(kubectl: Callable[..., str]) -> None:
    text = kubectl("describe", "elasticweb", "shop")
    assert re.search(r"Kind: +ElasticWeb\n", text)
    spec, status = text.split("Spec:")[1].split("Status:")
    assert [line.split() for line in spec.splitlines() if line] == [
        ["Image:", "tomcat:9"],
        ["Port:", "30003"],
        ["Single", "Pods", "QPS:", "500"],
        ["Total", "QPS:", "1300"],
    ]
    assert re.search(r"Real QPS: +1500\n", status)
