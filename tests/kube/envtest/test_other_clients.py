"""Programs that others wrote, against the embedded server: clients, and an operator on kopf."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kube.client.transport import Request
from kube.envtest import Environment
from tests.kube.envtest.api import CRDS, definition

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


WIDGET: dict[str, Any] = {
    "apiVersion": "example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "w", "namespace": "default"},
    "spec": {"mode": "a", "size": 1},
}


@pytest.fixture
def widgets(environment: Environment) -> Iterator[None]:
    """The kind Widget, served while a test runs."""
    environment.server.load([definition()])
    yield
    environment.server.handle(Request("DELETE", f"{CRDS}/widgets.example.com", [], {}, None))


def test_the_official_client_creates_what_a_file_lists(official: Any, tmp_path: Path) -> None:
    maps = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": n}} for n in "xyz"]
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "listed"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }
    path = tmp_path / "all.yaml"
    documents = [{"apiVersion": "v1", "kind": "List", "items": maps}, role, deployment("listed")]
    path.write_text("\n---\n".join(map(json.dumps, documents)))
    kubernetes.utils.create_from_yaml(official, str(path))
    assert until_ready(official, "listed").status.ready_replicas == 2
    with pytest.raises(kubernetes.utils.FailToCreateError, match="AlreadyExists"):
        kubernetes.utils.create_from_yaml(official, str(path))


def test_the_official_client_knows_custom_objects(official: Any, widgets: None) -> None:
    custom = kubernetes.client.CustomObjectsApi(official)
    where = ("example.com", "v1", "default", "widgets")
    custom.create_namespaced_custom_object(*where, WIDGET)
    patched = custom.patch_namespaced_custom_object(*where, "w", {"spec": {"size": 2}})
    assert patched["metadata"]["generation"] == 2
    status = {"status": {"phase": "done"}}
    custom.patch_namespaced_custom_object_status(*where, "w", status)
    found = kubernetes.dynamic.DynamicClient(official).resources
    resource = found.get(api_version="example.com/v1", kind="Widget")
    assert resource.get(name="w", namespace="default").status.phase == "done"
    [event] = resource.watch(namespace="default", timeout=1)
    assert (event["type"], event["object"].metadata.name) == ("ADDED", "w")


def test_the_official_client_asks_reviews_and_tokens(official: Any) -> None:
    core = kubernetes.client.CoreV1Api(official)
    core.create_namespaced_service_account("default", {"metadata": {"name": "robot"}})
    request = {"spec": {"audiences": ["tests"]}}
    token = core.create_namespaced_service_account_token("robot", "default", request)
    authentication = kubernetes.client.AuthenticationV1Api(official)
    asked = {"spec": {"token": token.status.token, "audiences": ["tests"]}}
    review = authentication.create_token_review(asked)
    assert review.status.user.username == "system:serviceaccount:default:robot"


def test_lightkube_learns_custom_kinds_from_the_server(light: Any, widgets: None) -> None:
    from lightkube import generic_resource

    generic_resource.load_in_cluster_generic_resources(light)
    kind: Any = generic_resource.get_generic_resource("example.com/v1", "Widget")
    light.apply(kind.from_dict(WIDGET))
    changed = light.apply(kind.from_dict({**WIDGET, "spec": {"mode": "b"}}), force=True)
    assert changed.spec == {"mode": "b", "size": 3}
    assert [item.metadata.name for item in light.list(kind, namespace="*")] == ["w"]
    light.delete(kind, "w", namespace="default")


def test_kubernetes_asyncio_lists_watches_and_applies(environment: Environment) -> None:
    client = pytest.importorskip("kubernetes_asyncio")

    async def scenario() -> tuple[set[str], str]:
        await client.config.load_kube_config(config_file=str(environment.kubeconfig))
        async with client.client.ApiClient() as api:
            core = client.client.CoreV1Api(api)
            await core.create_namespaced_config_map("default", {"metadata": {"name": "async"}})
            stream = client.watch.Watch().stream(
                core.list_namespaced_config_map, "default", timeout_seconds=1
            )
            names = {event["object"].metadata.name async for event in stream}
            found = await client.dynamic.DynamicClient(api)
            deployments = await found.resources.get(api_version="apps/v1", kind="Deployment")
            options = {"name": "async", "namespace": "default", "field_manager": "tests"}
            applied = await deployments.server_side_apply(body=deployment("async"), **options)
            return names, applied.metadata.name

    names, applied = asyncio.run(scenario())
    assert "async" in names
    assert applied == "async"


def test_kr8s_waits_for_a_deployment_and_scales_it(environment: Environment) -> None:
    kr8s = pytest.importorskip("kr8s")
    from kr8s.objects import Deployment

    api = kr8s.api(kubeconfig=str(environment.kubeconfig))
    wanted = deployment("kr8s")
    wanted["metadata"]["namespace"] = "default"
    created = Deployment(wanted, api=api)
    created.create()
    created.wait("condition=Available", timeout=100)
    created.scale(3)
    created.label(kept="yes")
    assert len(list(api.get("pods", namespace="default", label_selector="app=kr8s"))) == 3
    created.delete(propagation_policy="Background")
    created.wait("delete", timeout=100)


OPERATOR = """\
import kopf

@kopf.on.create("example.com", "v1", "widgets")
def created(spec, patch, **_):
    patch.status["phase"] = f"made {spec['size']}"

@kopf.on.update("example.com", "v1", "widgets")
def updated(spec, patch, **_):
    patch.status["phase"] = f"changed {spec['size']}"

@kopf.on.delete("example.com", "v1", "widgets")
def deleted(**_):
    pass
"""


def test_an_operator_on_kopf_creates_updates_and_deletes(
    environment: Environment, official: Any, widgets: None, tmp_path: Path
) -> None:
    pytest.importorskip("kopf")
    path = tmp_path / "operator.py"
    path.write_text(OPERATOR)
    command = [sys.executable, "-m", "kopf", "run", str(path), "--all-namespaces", "--quiet"]
    kubeconfig = {**os.environ, "KUBECONFIG": str(environment.kubeconfig)}
    custom = kubernetes.client.CustomObjectsApi(official)
    where = ("example.com", "v1", "default", "widgets")

    def wait_for(wanted: Callable[[Any], bool], **options: Any) -> None:
        watch = kubernetes.watch.Watch()
        options["timeout_seconds"] = 100
        events = watch.stream(custom.list_namespaced_custom_object, *where, **options)
        assert any(wanted(event) for event in events)

    def is_in(phase: str) -> Callable[[Any], bool]:
        return lambda event: event["object"].get("status", {}).get("phase") == phase

    with subprocess.Popen(command, env=kubeconfig) as operator:
        try:
            custom.create_namespaced_custom_object(*where, {**WIDGET, "metadata": {"name": "k"}})
            wait_for(is_in("made 1"))
            custom.patch_namespaced_custom_object(*where, "k", {"spec": {"size": 2}})
            wait_for(is_in("changed 2"))
            before = custom.list_namespaced_custom_object(*where)["metadata"]["resourceVersion"]
            custom.delete_namespaced_custom_object(*where, "k")
            wait_for(lambda event: event["type"] == "DELETED", resource_version=before)
        finally:
            operator.terminate()
