"""The controller of Nginx, on an API server in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Pod
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient
from kube.controller.testing import EmbeddedManager
from kube.runtime import from_yaml
from kube.runtime.errors import InvalidError

from nginx_operator.__main__ import add_controllers
from nginx_operator.api.v1alpha1.nginx_types import Nginx, NginxSpec
from nginx_operator.controllers.nginx_controller import IMAGE

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


async def created(manager: EmbeddedManager, count: int) -> Nginx:
    await user(manager).create(Nginx(metadata=ObjectMeta(name=NAME), spec=NginxSpec(count=count)))
    await manager.settled()
    return await user(manager).get(Nginx, NAME)


async def pods(manager: EmbeddedManager) -> list[str]:
    return [pod.metadata.name for pod in (await user(manager).list(Pod)).items]


async def test_an_nginx_has_its_pods_and_names_them(manager: EmbeddedManager) -> None:
    nginx = await created(manager, 3)
    assert len(await pods(manager)) == 3
    assert nginx.status.nodes == await pods(manager)


async def test_an_nginx_that_wants_fewer_pods_has_fewer(manager: EmbeddedManager) -> None:
    await created(manager, 3)
    for count in (1, 0, 2):
        await user(manager).patch(Nginx, {"spec": {"count": count}}, name=NAME)
        await manager.settled()
        nginx = await user(manager).get(Nginx, NAME)
        assert (nginx.status.nodes or [], len(await pods(manager))) == (await pods(manager), count)


async def test_a_pod_that_is_deleted_is_not_named_any_more(manager: EmbeddedManager) -> None:
    nginx = await created(manager, 2)
    gone = (nginx.status.nodes or [""])[0]
    await user(manager).delete(Pod, gone)
    await manager.settled()
    nginx = await user(manager).get(Nginx, NAME)
    assert nginx.status.nodes == await pods(manager)
    assert gone not in await pods(manager)


async def test_a_deployment_that_somebody_changes_is_put_right(manager: EmbeddedManager) -> None:
    await created(manager, 2)
    container = {"name": "nginx", "image": "httpd"}
    changes = {"replicas": 5, "template": {"spec": {"containers": [container]}}}
    await user(manager).patch(Deployment, {"spec": changes}, name=NAME)
    await manager.settled()
    deployment = await user(manager).get(Deployment, NAME)
    assert deployment.spec.replicas == 2
    assert [c.image for c in deployment.spec.template.spec.containers] == [IMAGE]


async def test_what_others_set_of_a_deployment_is_left_alone(manager: EmbeddedManager) -> None:
    await created(manager, 2)
    await user(manager).patch(Deployment, {"spec": {"minReadySeconds": 5}}, name=NAME)
    await user(manager).patch(Nginx, {"spec": {"count": 3}}, name=NAME)
    await manager.settled()
    deployment = await user(manager).get(Deployment, NAME)
    assert (deployment.spec.replicas, deployment.spec.min_ready_seconds) == (3, 5)


async def test_the_deployment_and_its_pods_go_with_the_nginx(manager: EmbeddedManager) -> None:
    await created(manager, 2)
    await user(manager).delete(Nginx, NAME)
    await manager.settled()
    assert (await user(manager).list(Deployment)).items == []
    assert await pods(manager) == []


async def test_nothing_is_written_where_nothing_has_changed(manager: EmbeddedManager) -> None:
    await created(manager, 2)
    before = manager.server.store.revision
    await user(manager).patch(Nginx, {"metadata": {"labels": {"a": "b"}}}, name=NAME)
    await manager.settled()
    assert manager.server.store.revision == before + 1  # the label


@pytest.mark.parametrize(
    ("name", "count", "message"),
    [("web", -1, "greater than or equal to 0"), ("w" * 64, 1, "at most 63 characters")],
)
async def test_an_nginx_that_cannot_be_is_refused(
    manager: EmbeddedManager, name: str, count: int, message: str
) -> None:
    metadata = ObjectMeta(name=name)
    with pytest.raises(InvalidError, match=message):
        await user(manager).create(Nginx(metadata=metadata, spec=NginxSpec(count=count)))


async def test_the_sample_is_taken(manager: EmbeddedManager) -> None:
    text = (ROOT / "config/samples/proxy_v1alpha1_nginx.yaml").read_text()
    sample = await user(manager).create(from_yaml(text, Nginx, strict=True))
    await manager.settled()
    assert len(await pods(manager)) == sample.spec.count
