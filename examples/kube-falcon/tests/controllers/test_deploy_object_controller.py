"""The controller of DeployObject, on an API server in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import (
    Container,
    EnvVar,
    EnvVarSource,
    ObjectFieldSelector,
    ResourceRequirements,
    Service,
    ServicePort,
)
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.controller.testing import EmbeddedManager
from kube.runtime import from_yaml, to_tree
from kube.runtime.errors import InvalidError

from kube_falcon.__main__ import add_controllers
from kube_falcon.api.v1.deploy_object_types import DeployObject, DeployObjectSpec

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


def wanted(**changes: Any) -> DeployObject:
    ports = [ServicePort(name="http", port=80, target_port=8080)]
    spec = {"replicas": 2, "image": "falcon:1", "ports": ports, **changes}
    return DeployObject(metadata=ObjectMeta(name=NAME), spec=DeployObjectSpec(**spec))


async def created(manager: EmbeddedManager, **changes: Any) -> DeployObject:
    await user(manager).create(wanted(**changes))
    await manager.settled()
    return await user(manager).get(DeployObject, NAME)


async def container(manager: EmbeddedManager) -> Container:
    """The one container of the Deployment."""
    deployment = await user(manager).get(Deployment, NAME)
    (one,) = deployment.spec.template.spec.containers
    return one


async def ports(manager: EmbeddedManager) -> list[tuple[str | None, int, int | str | None]]:
    service = await user(manager).get(Service, NAME)
    return [(port.name, port.port, port.target_port) for port in service.spec.ports or ()]


async def test_a_deploy_object_has_a_deployment_and_a_service(manager: EmbeddedManager) -> None:
    await created(
        manager,
        env=[EnvVar(name="COLOR", value="blue")],
        resources=ResourceRequirements(limits={"memory": "128Mi"}),
    )
    deployment = await user(manager).get(Deployment, NAME)
    one = await container(manager)
    assert (deployment.spec.replicas, one.image) == (2, "falcon:1")
    assert one.env == [EnvVar(name="COLOR", value="blue")]
    assert one.resources == ResourceRequirements(limits={"memory": "128Mi"})
    assert [port.container_port for port in one.ports or ()] == [8080]
    assert await ports(manager) == [("http", 80, 8080)]


async def test_its_status_is_the_deployments(manager: EmbeddedManager) -> None:
    one = await created(manager)
    deployment = await user(manager).get(Deployment, NAME)
    assert one.status.ready_replicas == 2
    assert to_tree(one.status) == to_tree(deployment.status)


async def test_a_changed_spec_changes_both_and_the_service_keeps_its_addresses(
    manager: EmbeddedManager,
) -> None:
    await created(manager, env=[EnvVar(name="COLOR", value="blue")])
    before = await user(manager).get(Service, NAME)
    more = [{"name": "http", "port": 80, "targetPort": 9000}, {"name": "dns", "port": 53}]
    changes = {"replicas": 3, "image": "falcon:2", "ports": more, "env": None}
    await user(manager).patch(DeployObject, {"spec": changes}, name=NAME)
    await manager.settled()
    deployment = await user(manager).get(Deployment, NAME)
    one = await container(manager)
    assert (deployment.spec.replicas, one.image, one.env) == (3, "falcon:2", None)
    assert [port.container_port for port in one.ports or ()] == [9000, 53]
    assert await ports(manager) == [("http", 80, 9000), ("dns", 53, 53)]
    after = await user(manager).get(Service, NAME)
    assert after.spec.cluster_ip == before.spec.cluster_ip
    assert (after.spec.ports or [])[0].node_port == (before.spec.ports or [])[0].node_port


async def test_replicas_and_image_that_somebody_changes_are_put_right(
    manager: EmbeddedManager,
) -> None:
    await created(manager)
    other = {"name": "other", "image": "httpd"}
    changes = {"replicas": 5, "template": {"spec": {"containers": [other]}}}
    await user(manager).patch(Deployment, {"spec": changes}, name=NAME)
    await manager.settled()
    deployment = await user(manager).get(Deployment, NAME)
    assert (deployment.spec.replicas, (await container(manager)).image) == (2, "falcon:1")


async def test_ports_that_somebody_changes_are_put_right(manager: EmbeddedManager) -> None:
    await created(manager)
    before = await user(manager).get(Service, NAME)
    changes = {"ports": [{"name": "other", "port": 9999}]}
    await user(manager).patch(Service, {"spec": changes}, name=NAME)
    await manager.settled()
    assert await ports(manager) == [("http", 80, 8080)]
    after = await user(manager).get(Service, NAME)
    assert after.spec.cluster_ip == before.spec.cluster_ip


async def test_both_go_with_the_deploy_object(manager: EmbeddedManager) -> None:
    await created(manager)
    await user(manager).delete(DeployObject, NAME)
    await manager.settled()
    assert (await user(manager).list(Deployment)).items == []
    assert [one.metadata.name for one in (await user(manager).list(Service)).items] == []


async def test_a_target_port_may_be_a_name(manager: EmbeddedManager) -> None:
    await created(manager, ports=[ServicePort(port=80, target_port="web")])
    named = [(port.name, port.container_port) for port in (await container(manager)).ports or ()]
    assert named == [("web", 80)]
    assert await ports(manager) == [(None, 80, "web")]


async def test_nothing_is_written_where_nothing_has_changed(manager: EmbeddedManager) -> None:
    field = EnvVarSource(field_ref=ObjectFieldSelector(field_path="metadata.name"))
    await created(
        manager,
        env=[EnvVar(name="NAME", value_from=field)],
        resources=ResourceRequirements(limits={"cpu": "0.5"}),
    )
    before = manager.server.store.revision
    await user(manager).patch(DeployObject, {"metadata": {"labels": {"a": "b"}}}, name=NAME)
    await manager.settled()
    assert manager.server.store.revision == before + 1  # the label


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replicas": -1}, "spec.replicas in body should be greater than or equal to 0"),
        ({"image": ""}, "spec.image in body should be at least 1 chars long"),
        ({"ports": []}, "spec.ports in body should have at least 1 items"),
    ],
)
async def test_a_deploy_object_that_cannot_be_is_refused(
    manager: EmbeddedManager, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidError, match=message):
        await user(manager).create(wanted(**changes))


async def test_a_name_that_no_service_can_have_is_refused(manager: EmbeddedManager) -> None:
    one = wanted()
    one.metadata.name = "9.lives"
    with pytest.raises(InvalidError, match="the name is that of a Service"):
        await user(manager).create(one)


async def test_the_sample_is_taken(manager: EmbeddedManager) -> None:
    text = (ROOT / "config/samples/app_v1_deployobject.yaml").read_text()
    sample = await user(manager).create(from_yaml(text, DeployObject, strict=True))
    await manager.settled()
    sample = await user(manager).get(DeployObject, sample.metadata.name)
    assert sample.status.ready_replicas == sample.spec.replicas
