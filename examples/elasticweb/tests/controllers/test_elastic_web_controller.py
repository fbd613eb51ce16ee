"""The controller of ElasticWeb, on an API server in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Service
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.controller.testing import EmbeddedManager
from kube.runtime import from_yaml
from kube.runtime.errors import InvalidError

from elasticweb.__main__ import add_controllers
from elasticweb.api.v1.elastic_web_types import ElasticWeb, ElasticWebSpec
from elasticweb.controllers.elastic_web_controller import replicas

ROOT = Path(__file__).parents[2]
NAME = "web"


@pytest.fixture
async def manager() -> AsyncIterator[EmbeddedManager]:
    """A manager with the role of the program; beside it Deployments have pods, which run."""
    manager = EmbeddedManager(
        crds=ROOT / "config/crd/bases",
        roles=ROOT / "config/rbac/role.yaml",
        controllers=["*"],
        fail_on_missing_informer=True,
    )
    add_controllers(manager)
    async with manager:
        yield manager


def user(manager: EmbeddedManager) -> AsyncClient:
    """Somebody who works in one namespace."""
    return manager.user.in_namespace("default")


def spec(**changes: Any) -> ElasticWebSpec:
    values = {"image": "tomcat:9", "port": 30003, "single_pods_qps": 500, "total_qps": 1300}
    return ElasticWebSpec(**{**values, **changes})


async def created(manager: EmbeddedManager, **changes: Any) -> ElasticWeb:
    await user(manager).create(ElasticWeb(metadata=ObjectMeta(name=NAME), spec=spec(**changes)))
    await manager.settled()
    return await user(manager).get(ElasticWeb, NAME)


async def node_ports(manager: EmbeddedManager) -> list[int | None]:
    service = await user(manager).get(Service, NAME)
    return [port.node_port for port in service.spec.ports or ()]


@pytest.mark.parametrize(
    ("total", "one_pod", "pods"),
    [(0, 500, 0), (1, 500, 1), (500, 500, 1), (501, 500, 2), (2**31 - 1, 2**31 - 1, 1)],
)
def test_there_are_as_many_pods_as_all_requests_need(total: int, one_pod: int, pods: int) -> None:
    assert replicas(spec(total_qps=total, single_pods_qps=one_pod)) == pods


async def test_an_elastic_web_has_its_pods_behind_its_port(manager: EmbeddedManager) -> None:
    web = await created(manager)
    deployment = await user(manager).get(Deployment, NAME)
    service = await user(manager).get(Service, NAME)
    assert deployment.spec.replicas == 3
    assert deployment.spec.template.spec.containers[0].image == "tomcat:9"
    assert (service.spec.type, await node_ports(manager)) == ("NodePort", [30003])
    assert service.spec.selector == deployment.spec.template.metadata.labels
    assert web.status.real_qps == 1500


async def test_more_requests_have_more_pods_and_fewer_have_fewer(manager: EmbeddedManager) -> None:
    await created(manager)
    for total, pods in ((2600, 6), (100, 1), (0, 0)):
        await user(manager).patch(ElasticWeb, {"spec": {"totalQPS": total}}, name=NAME)
        await manager.settled()
        deployment = await user(manager).get(Deployment, NAME)
        web = await user(manager).get(ElasticWeb, NAME)
        assert (deployment.spec.replicas, web.status.real_qps) == (pods, pods * 500)


async def test_an_image_and_a_port_may_change(manager: EmbeddedManager) -> None:
    await created(manager)
    await user(manager).patch(ElasticWeb, {"spec": {"image": "jetty:12", "port": 30004}}, name=NAME)
    await manager.settled()
    deployment = await user(manager).get(Deployment, NAME)
    assert deployment.spec.template.spec.containers[0].image == "jetty:12"
    assert await node_ports(manager) == [30004]


async def test_what_somebody_changes_is_put_right(manager: EmbeddedManager) -> None:
    await created(manager)
    await user(manager).patch(Deployment, {"spec": {"replicas": 1}}, name=NAME)
    other = {"name": "other", "port": 9999, "nodePort": 30999}
    await user(manager).patch(Service, {"spec": {"ports": [other]}}, name=NAME)
    await manager.settled()
    deployment = await user(manager).get(Deployment, NAME)
    assert (deployment.spec.replicas, await node_ports(manager)) == (3, [30003])


async def test_both_go_with_the_elastic_web(manager: EmbeddedManager) -> None:
    await created(manager)
    await user(manager).delete(ElasticWeb, NAME)
    await manager.settled()
    assert (await user(manager).list(Deployment)).items == []
    assert [one.metadata.name for one in (await user(manager).list(Service)).items] == []


async def test_the_pods_of_one_are_not_behind_the_port_of_another(manager: EmbeddedManager) -> None:
    await created(manager)
    other = ElasticWeb(metadata=ObjectMeta(name="b"), spec=spec(port=30004))
    await user(manager).create(other)
    await manager.settled()
    one, two = (await user(manager).list(Service)).items
    assert one.spec.selector != two.spec.selector


async def test_nothing_is_written_where_nothing_has_changed(manager: EmbeddedManager) -> None:
    await created(manager)
    before = manager.server.store.revision
    await user(manager).patch(ElasticWeb, {"metadata": {"labels": {"a": "b"}}}, name=NAME)
    await manager.settled()
    assert manager.server.store.revision == before + 1  # the label


def test_an_elastic_web_reads_well() -> None:
    web = ElasticWeb(metadata=ObjectMeta(name=NAME, namespace="default"), spec=spec())
    wanted = "default/web: tomcat:9 on port 30003, 1300 QPS wanted, 500 QPS a pod"
    assert str(web) == f"{wanted}, now not known yet"
    web.status.real_qps = 1500
    assert str(web) == f"{wanted}, now 1500 QPS"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"single_pods_qps": 0}, "spec.singlePodsQPS in body should be greater than or equal to 1"),
        ({"total_qps": -1}, "spec.totalQPS in body should be greater than or equal to 0"),
        ({"port": 65536}, "spec.port in body should be less than or equal to 65535"),
    ],
)
async def test_an_elastic_web_that_cannot_be_is_refused(
    manager: EmbeddedManager, changes: dict[str, Any], message: str
) -> None:
    web = ElasticWeb(metadata=ObjectMeta(name=NAME), spec=spec(**changes))
    with pytest.raises(InvalidError, match=message):
        await user(manager).create(web)


async def test_the_sample_is_taken(manager: EmbeddedManager) -> None:
    text = (ROOT / "config/samples/elasticweb_v1_elasticweb.yaml").read_text()
    sample = await user(manager).create(from_yaml(text, ElasticWeb, strict=True))
    await manager.settled()
    sample = await user(manager).get(ElasticWeb, sample.metadata.name)
    assert sample.status.real_qps == 1500
