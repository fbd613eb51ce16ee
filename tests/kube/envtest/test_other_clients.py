"""Clients that others wrote, against the embedded server: the official one and lightkube."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kube.envtest import Environment

kubernetes = pytest.importorskip("kubernetes")
lightkube = pytest.importorskip("lightkube")


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    with Environment(server="embedded", controllers=["*"]) as started:
        yield started


def deployment(name: str, replicas: int = 2) -> dict[str, Any]:
    labels = {"app": name}
    containers = [{"name": "main", "image": "nginx:1"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
    }


@pytest.fixture(scope="module")
def official(environment: Environment) -> Iterator[Any]:
    configuration = kubernetes.client.Configuration()
    kubernetes.config.load_kube_config(
        str(environment.kubeconfig), client_configuration=configuration
    )
    with kubernetes.client.ApiClient(configuration) as client:
        yield client


def test_the_official_client_creates_reads_patches_scales_and_deletes_a_deployment(
    official: Any,
) -> None:
    apps = kubernetes.client.AppsV1Api(official)
    created = apps.create_namespaced_deployment("default", deployment("official"))
    assert created.spec.strategy.type == "RollingUpdate"
    ready = until_ready(official, "official")
    assert ready.status.ready_replicas == 2
    change = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "n:2"}]}}}}
    patched = apps.patch_namespaced_deployment("official", "default", change)
    [container] = patched.spec.template.spec.containers
    assert (container.image, patched.metadata.generation) == ("n:2", 2)
    scale = apps.read_namespaced_deployment_scale("official", "default")
    scale.spec.replicas = 1
    scaled = apps.replace_namespaced_deployment_scale("official", "default", scale)
    assert scaled.spec.replicas == 1
    apps.delete_namespaced_deployment("official", "default")
    with pytest.raises(kubernetes.client.ApiException) as refused:
        apps.read_namespaced_deployment("official", "default")
    assert refused.value.status == 404


def until_ready(official: Any, name: str) -> Any:
    apps = kubernetes.client.AppsV1Api(official)
    watch = kubernetes.watch.Watch()
    for event in watch.stream(
        apps.list_namespaced_deployment,
        "default",
        field_selector=f"metadata.name={name}",
        timeout_seconds=100,
    ):
        if event["object"].status.ready_replicas == event["object"].spec.replicas:
            watch.stop()
            return event["object"]
    raise AssertionError("it never was ready")


def test_a_service_has_an_address_and_a_node_port(official: Any) -> None:
    core = kubernetes.client.CoreV1Api(official)
    ports = [{"port": 80, "targetPort": "http"}]
    body = {
        "metadata": {"name": "official"},
        "spec": {"type": "NodePort", "selector": {"app": "official"}, "ports": ports},
    }
    service = core.create_namespaced_service("default", body)
    assert service.spec.cluster_ip
    assert 30000 <= service.spec.ports[0].node_port <= 32767


def test_the_dynamic_client_discovers_and_applies(official: Any) -> None:
    found = kubernetes.dynamic.DynamicClient(official).resources
    configmaps = found.get(api_version="v1", kind="ConfigMap")
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "applied"},
        "data": {"a": "b"},
    }
    options = {"name": "applied", "namespace": "default", "field_manager": "tests"}
    configmaps.server_side_apply(body=body, **options)
    again = configmaps.server_side_apply(body=body, **options)
    assert again.metadata.managedFields[0].operation == "Apply"
    options["field_manager"] = "others"
    with pytest.raises(kubernetes.dynamic.exceptions.ConflictError):
        configmaps.server_side_apply(body={**body, "data": {"a": "c"}}, **options)


@pytest.fixture(scope="module")
def light(environment: Environment) -> Any:
    from lightkube.config.kubeconfig import KubeConfig

    config = KubeConfig.from_file(environment.kubeconfig)
    return lightkube.Client(config=config, namespace="default", field_manager="lightkube")


def test_lightkube_applies_watches_and_deletes_a_deployment(light: Any) -> None:
    from lightkube import codecs
    from lightkube.resources.apps_v1 import Deployment
    from lightkube.resources.core_v1 import Pod

    wanted = codecs.from_dict(deployment("light"))
    first = light.apply(wanted)
    second = light.apply(wanted)
    assert first.metadata.uid == second.metadata.uid
    light.wait(Deployment, "light", for_conditions=["Available"])
    pods = list(light.list(Pod, labels={"app": "light"}))
    assert [pod.status.phase for pod in pods] == ["Running", "Running"]
    patch = {"spec": {"replicas": 1}}
    assert light.patch(Deployment, "light", patch, force=True).spec.replicas == 1
    light.delete(Deployment, "light")
    assert [d.metadata.name for d in light.list(Deployment, labels={"app": "light"})] == []


def test_a_watch_sees_what_another_thread_writes(light: Any) -> None:
    from lightkube.models.meta_v1 import ObjectMeta
    from lightkube.resources.core_v1 import ConfigMap

    listed = light.list(ConfigMap)
    list(listed)
    watch = light.watch(ConfigMap, resource_version=listed.resourceVersion)
    body = ConfigMap(metadata=ObjectMeta(name="seen", namespace="default"), data={"a": "b"})
    writer = threading.Thread(target=light.create, args=(body,))
    writer.start()
    operation, seen = next(iter(watch))
    writer.join()
    assert (operation, seen.metadata.name) == ("ADDED", "seen")


def test_a_refusal_has_its_reason(light: Any) -> None:
    from lightkube.resources.apps_v1 import Deployment

    wrong = deployment("wrong")
    wrong["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    with pytest.raises(lightkube.ApiError) as refused:
        light.create(Deployment.from_dict(wrong))
    assert refused.value.status.reason == "Invalid"
    assert "`selector` does not match template `labels`" in refused.value.status.message
