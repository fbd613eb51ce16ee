"""With all its controllers the embedded server is a cluster: nodes, volumes, accounts."""

from __future__ import annotations

from typing import Any

import pytest

from kube.envtest import Server
from kube.runtime.clock import ManualClock
from tests.kube.envtest.api import Client

CORE = "/api/v1/namespaces/default"
CLASSES = "/apis/storage.k8s.io/v1/storageclasses"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def server(clock: ManualClock) -> Server:
    names = ["*", "kubernetes-service"]
    return Server(controllers=names, now=clock.now, monotonic=clock.monotonic)


def claim(**spec: Any) -> dict[str, Any]:
    resources = {"requests": {"storage": "1Gi"}}
    base = {"accessModes": ["ReadWriteOnce"], "resources": resources}
    return {"metadata": {"name": "data"}, "spec": {**base, **spec}}


def pod(name: str = "user", **spec: Any) -> dict[str, Any]:
    mounted = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    containers = [{"name": "main", "image": "a"}]
    return {
        "metadata": {"name": name},
        "spec": {"containers": containers, "volumes": [mounted], **spec},
    }


def test_a_claim_gets_a_volume_of_the_default_class(client: Client) -> None:
    client.create(f"{CORE}/persistentvolumeclaims", claim())
    found = client.get(f"{CORE}/persistentvolumeclaims/data").body
    assert found["status"]["phase"] == "Bound"
    assert found["status"]["capacity"] == {"storage": "1Gi"}
    assert found["spec"]["storageClassName"] == "standard"
    volumes = client.get("/api/v1/persistentvolumes").body["items"]
    assert [each["status"]["phase"] for each in volumes] == ["Bound"]
    assert volumes[0]["metadata"]["name"] == found["spec"]["volumeName"]
    client.delete(f"{CORE}/persistentvolumeclaims/data")
    assert client.get("/api/v1/persistentvolumes").body["items"] == []


def test_a_class_that_waits_has_a_volume_when_a_pod_runs(client: Client) -> None:
    later = {"provisioner": "example.com/a", "volumeBindingMode": "WaitForFirstConsumer"}
    client.create(CLASSES, {"metadata": {"name": "later"}, **later})
    client.create(f"{CORE}/persistentvolumeclaims", claim(storageClassName="later"))
    path = f"{CORE}/persistentvolumeclaims/data"
    assert client.get(path).body["status"]["phase"] == "Pending"
    client.create(f"{CORE}/pods", pod())
    found = client.get(path).body
    assert found["status"]["phase"] == "Bound"
    annotations = found["metadata"]["annotations"]
    assert annotations["volume.kubernetes.io/selected-node"] == "node-1"


def test_pods_of_a_node_that_is_gone_fail_and_go_after_a_while(
    server: Server, client: Client, clock: ManualClock
) -> None:
    client.create("/api/v1/nodes", {"metadata": {"name": "second"}})
    body = pod(nodeName="second", volumes=[])
    body["metadata"]["finalizers"] = ["example.com/hold"]
    client.create(f"{CORE}/pods", body)
    client.delete("/api/v1/nodes/second")
    clock.advance(30)
    server.settle()
    assert client.get(f"{CORE}/pods/user").body["status"]["phase"] == "Running"
    clock.advance(30)
    server.settle()
    found = client.get(f"{CORE}/pods/user").body
    assert found["status"]["phase"] == "Failed"
    [disrupted] = [c for c in found["status"]["conditions"] if c["type"] == "DisruptionTarget"]
    assert (disrupted["reason"], disrupted["message"]) == (
        "DeletionByPodGC",
        "PodGC: node no longer exists",
    )
    assert "deletionTimestamp" in found["metadata"]


def test_a_namespace_with_claims_and_workloads_goes_at_once(client: Client) -> None:
    client.create("/api/v1/namespaces", {"metadata": {"name": "shop"}})
    shop = "/api/v1/namespaces/shop"
    client.create(f"{shop}/persistentvolumeclaims", claim())
    client.create(f"{shop}/pods", pod())
    client.delete("/api/v1/namespaces/shop")
    assert client.get("/api/v1/namespaces/shop").status == 404
    assert client.get("/api/v1/persistentvolumes").body["items"] == []


def test_the_api_server_has_a_service_of_its_own(client: Client) -> None:
    path = f"{CORE}/services/kubernetes"
    found = client.get(path).body
    assert found["spec"]["clusterIP"] == "10.96.0.1"
    assert found["metadata"]["labels"] == {"component": "apiserver", "provider": "kubernetes"}
    client.delete(path)
    assert client.get(path).body["metadata"]["uid"] != found["metadata"]["uid"]
    services = Client(Server(controllers=["*"])).get(f"{CORE}/services").body["items"]
    assert services == []


def test_an_unknown_controller_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(ValueError, match="unknown controller node-lifecycle-controller") as error:
        Server(controllers=["node-lifecycle-controller"])
    for name in ("disruption-controller", "serviceaccount-controller", "kubelet", "provisioner"):
        assert name in str(error.value)
