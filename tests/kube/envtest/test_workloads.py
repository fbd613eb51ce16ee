"""Workloads become running Pods where a server is asked for the controllers and the kubelet."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from kube.envtest import Server
from kube.runtime.clock import ManualClock
from tests.kube.envtest.api import MERGE, Client

APPS = "/apis/apps/v1/namespaces/default"
BATCH = "/apis/batch/v1/namespaces/default"
CORE = "/api/v1/namespaces/default"
STRATEGIC = "application/strategic-merge-patch+json"

ALL = [
    "cronjob-controller", "daemonset-controller", "deployment-controller",
    "endpointslice-controller", "garbage-collector-controller", "job-controller", "kubelet",
    "replicaset-controller", "resourcequota-controller", "statefulset-controller",
    "ttl-after-finished-controller",
]  # fmt: skip


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def server(clock: ManualClock) -> Server:
    return Server(controllers=ALL, now=clock.now, monotonic=clock.monotonic)


def template(app: str = "web", image: str = "nginx:1", **spec: Any) -> dict[str, Any]:
    containers = [{"name": "main", "image": image}]
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": containers, **spec}}


def workload(name: str = "web", **spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"app": name}}
    return {
        "metadata": {"name": name},
        "spec": {"selector": selector, "template": template(name), **spec},
    }


def image(text: str) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": text}]}}}}


def items(client: Client, path: str) -> list[Any]:
    return client.get(path).body["items"]


def pods(client: Client, app: str = "web") -> list[Any]:
    return [p for p in items(client, f"{CORE}/pods") if p["metadata"]["labels"].get("app") == app]


def advance(server: Server, clock: ManualClock, seconds: float) -> None:
    clock.advance(seconds)
    server.settle()


def test_a_deployment_runs_pods_with_addresses_that_are_ready(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=3))
    running = pods(client)
    assert len({pod["status"]["podIP"] for pod in running}) == 3
    assert all(pod["status"]["phase"] == "Running" for pod in running)
    status = client.get(f"{APPS}/deployments/web").body["status"]
    assert status["readyReplicas"] == status["availableReplicas"] == 3
    conditions = {c["type"]: (c["status"], c["reason"]) for c in status["conditions"]}
    assert conditions == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }


def test_a_new_template_rolls_out_within_surge_and_unavailability(
    server: Server, client: Client
) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=4))
    sizes: list[int] = []
    ready: list[int] = []

    def watch(storage: tuple[str, str], change: object) -> None:
        found = [p.tree for p in server.store.collection(storage).objects.values()]
        if storage == ("", "pods"):
            ready.append(sum(_is_ready(p) for p in found))
        elif storage == ("apps", "replicasets"):
            sizes.append(sum(rs["spec"]["replicas"] for rs in found))

    server.store.observers.append(watch)
    client.patch(f"{APPS}/deployments/web", image("nginx:2"), STRATEGIC)
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(client)} == {"nginx:2"}
    assert max(sizes) <= 5
    assert min(ready) >= 3
    sets = items(client, f"{APPS}/replicasets")
    revisions = {
        rs["metadata"]["annotations"]["deployment.kubernetes.io/revision"]: rs["spec"]["replicas"]
        for rs in sets
    }
    assert revisions == {"1": 0, "2": 4}


def _is_ready(pod: Any) -> bool:
    conditions = pod["status"].get("conditions") or ()
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def test_a_rollout_undone_uses_the_old_replica_set_again(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2))
    client.patch(f"{APPS}/deployments/web", image("nginx:2"), STRATEGIC)
    client.patch(f"{APPS}/deployments/web", image("nginx:1"), STRATEGIC)
    sets = {
        rs["spec"]["template"]["spec"]["containers"][0]["image"]: rs
        for rs in items(client, f"{APPS}/replicasets")
    }
    assert {text: rs["spec"]["replicas"] for text, rs in sets.items()} == {
        "nginx:1": 2,
        "nginx:2": 0,
    }
    annotations = sets["nginx:1"]["metadata"]["annotations"]
    assert annotations["deployment.kubernetes.io/revision"] == "3"


def test_a_scaled_deployment_keeps_its_replica_set(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=1))
    client.patch(f"{APPS}/deployments/web/scale", {"spec": {"replicas": 5}}, MERGE)
    assert len(pods(client)) == 5
    client.patch(f"{APPS}/deployments/web/scale", {"spec": {"replicas": 0}}, MERGE)
    assert pods(client) == []
    assert len(items(client, f"{APPS}/replicasets")) == 1


def test_a_paused_deployment_does_not_roll_out(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2))
    client.patch(f"{APPS}/deployments/web", {"spec": {"paused": True}}, MERGE)
    client.patch(f"{APPS}/deployments/web", image("nginx:2"), STRATEGIC)
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(client)} == {"nginx:1"}
    client.patch(f"{APPS}/deployments/web", {"spec": {"paused": False}}, MERGE)
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(client)} == {"nginx:2"}


def test_recreate_ends_the_old_pods_first(server: Server, client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2, strategy={"type": "Recreate"}))
    images: list[set[str]] = []

    def watch(storage: tuple[str, str], change: object) -> None:
        found = server.store.collection(("", "pods")).objects.values()
        images.append({p.tree["spec"]["containers"][0]["image"] for p in found})

    server.store.observers.append(watch)
    client.patch(f"{APPS}/deployments/web", image("nginx:2"), STRATEGIC)
    assert {"nginx:1", "nginx:2"} not in images
    assert images[-1] == {"nginx:2"}


def test_min_ready_seconds_count_on_the_clock_of_the_test(
    server: Server, client: Client, clock: ManualClock
) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2, minReadySeconds=30))
    status = client.get(f"{APPS}/deployments/web").body["status"]
    assert (status["readyReplicas"], status.get("availableReplicas", 0)) == (2, 0)
    advance(server, clock, 30)
    assert client.get(f"{APPS}/deployments/web").body["status"]["availableReplicas"] == 2


def test_a_rollout_that_cannot_go_on_exceeds_its_deadline(
    server: Server, client: Client, clock: ManualClock
) -> None:
    body = workload(replicas=1, progressDeadlineSeconds=60)
    body["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "none"}
    client.create(f"{APPS}/deployments", body)
    scheduled = pods(client)[0]["status"]["conditions"][0]
    assert (scheduled["type"], scheduled["reason"]) == ("PodScheduled", "Unschedulable")
    advance(server, clock, 61)
    conditions = client.get(f"{APPS}/deployments/web").body["status"]["conditions"]
    progress = next(c for c in conditions if c["type"] == "Progressing")
    assert (progress["status"], progress["reason"]) == ("False", "ProgressDeadlineExceeded")


def test_a_pod_that_is_deleted_is_replaced(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2))
    first = pods(client)[0]["metadata"]["name"]
    client.delete(f"{CORE}/pods/{first}")
    assert len(pods(client)) == 2
    assert first not in [pod["metadata"]["name"] for pod in pods(client)]


def test_what_belongs_to_a_deleted_deployment_goes_with_it(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2))
    client.delete(f"{APPS}/deployments/web")
    assert pods(client) == []
    assert items(client, f"{APPS}/replicasets") == []


def test_a_stateful_set_has_ordinals_claims_and_revisions(client: Client) -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    body = workload(replicas=2, serviceName="web", volumeClaimTemplates=[claim])
    client.create(f"{APPS}/statefulsets", body)
    assert [pod["metadata"]["name"] for pod in pods(client)] == ["web-0", "web-1"]
    claims = [c["metadata"]["name"] for c in items(client, f"{CORE}/persistentvolumeclaims")]
    assert claims == ["data-web-0", "data-web-1"]
    client.patch(f"{APPS}/statefulsets/web", image("nginx:2"), STRATEGIC)
    status = client.get(f"{APPS}/statefulsets/web").body["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert status["updatedReplicas"] == 2
    assert len(items(client, f"{APPS}/controllerrevisions")) == 2


def test_a_partition_keeps_the_first_pods_of_a_stateful_set(client: Client) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    client.create(f"{APPS}/statefulsets", workload(replicas=2, updateStrategy=strategy))
    client.patch(f"{APPS}/statefulsets/web", image("nginx:2"), STRATEGIC)
    images = [pod["spec"]["containers"][0]["image"] for pod in pods(client)]
    assert images == ["nginx:1", "nginx:2"]


def test_a_daemon_set_has_a_pod_on_each_node(client: Client) -> None:
    client.create(f"{APPS}/daemonsets", workload())
    client.create("/api/v1/nodes", {"metadata": {"name": "second"}})
    assert sorted(pod["spec"]["nodeName"] for pod in pods(client)) == ["node-1", "second"]
    client.delete("/api/v1/nodes/second")
    status = client.get(f"{APPS}/daemonsets/web").body["status"]
    assert (status["desiredNumberScheduled"], status["numberReady"]) == (1, 1)


def test_a_job_completes_and_goes_when_its_time_is_over(
    server: Server, client: Client, clock: ManualClock
) -> None:
    spec = {"completions": 3, "parallelism": 2, "ttlSecondsAfterFinished": 60}
    body = {
        "metadata": {"name": "work"},
        "spec": {**spec, "template": template("work", restartPolicy="Never")},
    }
    client.create(f"{BATCH}/jobs", body)
    status = client.get(f"{BATCH}/jobs/work").body["status"]
    assert status["succeeded"] == 3
    assert [c["type"] for c in status["conditions"]] == ["SuccessCriteriaMet", "Complete"]
    assert all("finalizers" not in pod["metadata"] for pod in pods(client, "work"))
    advance(server, clock, 60)
    assert items(client, f"{BATCH}/jobs") == []


def test_a_job_whose_pods_fail_waits_and_fails_after_its_limit(
    client: Client, server: Server, clock: ManualClock
) -> None:
    def fail(storage: tuple[str, str], change: Any) -> None:
        pod = change.current.tree
        if storage == ("", "pods") and pod["status"].get("phase") == "Running":
            pod["status"]["phase"] = "Failed"

    server.store.observers.insert(0, fail)
    body = {
        "metadata": {"name": "work"},
        "spec": {"backoffLimit": 1, "template": template("work", restartPolicy="Never")},
    }
    client.create(f"{BATCH}/jobs", body)
    status = client.get(f"{BATCH}/jobs/work").body["status"]
    assert (status["failed"], status.get("active", 0)) == (1, 0)
    advance(server, clock, 10)
    status = client.get(f"{BATCH}/jobs/work").body["status"]
    assert status["failed"] == 2
    assert [c["reason"] for c in status["conditions"]] == ["BackoffLimitExceeded"] * 2


def test_an_indexed_job_numbers_its_pods(client: Client) -> None:
    spec = {"completions": 3, "parallelism": 3, "completionMode": "Indexed"}
    body = {
        "metadata": {"name": "work"},
        "spec": {**spec, "template": template("work", restartPolicy="Never")},
    }
    client.create(f"{BATCH}/jobs", body)
    assert client.get(f"{BATCH}/jobs/work").body["status"]["completedIndexes"] == "0-2"


def test_a_suspended_job_waits(client: Client) -> None:
    body = {
        "metadata": {"name": "work"},
        "spec": {"suspend": True, "template": template("work", restartPolicy="Never")},
    }
    client.create(f"{BATCH}/jobs", body)
    assert pods(client, "work") == []
    client.patch(f"{BATCH}/jobs/work", {"spec": {"suspend": False}}, MERGE)
    assert client.get(f"{BATCH}/jobs/work").body["status"]["succeeded"] == 1


def test_a_cron_job_follows_the_clock_and_keeps_its_last_jobs(
    server: Server, client: Client, clock: ManualClock
) -> None:
    job = {"spec": {"template": template("tick", restartPolicy="Never")}}
    body = {"metadata": {"name": "tick"}, "spec": {"schedule": "0 * * * *", "jobTemplate": job}}
    client.create(f"{BATCH}/cronjobs", body)
    assert items(client, f"{BATCH}/jobs") == []
    for _ in range(5):
        advance(server, clock, 3600)
    assert len(items(client, f"{BATCH}/jobs")) == 3
    status = client.get(f"{BATCH}/cronjobs/tick").body["status"]
    assert status["lastScheduleTime"] == "2026-01-01T05:00:00Z"


def test_a_service_has_the_addresses_of_its_ready_pods(client: Client) -> None:
    client.create(f"{APPS}/deployments", workload(replicas=2))
    service = {
        "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
    }
    client.create(f"{CORE}/services", service)
    slices = items(client, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices")
    assert len(slices) == 1
    addresses = {a for e in slices[0]["endpoints"] for a in e["addresses"]}
    assert addresses == {pod["status"]["podIP"] for pod in pods(client)}
    assert slices[0]["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]


def test_a_readiness_gate_keeps_a_pod_from_being_ready(client: Client) -> None:
    gate = {"conditionType": "example.com/ok"}
    body = {"metadata": {"name": "gated"}, "spec": {"readinessGates": [gate]}}
    body["spec"] |= template()["spec"]
    client.create(f"{CORE}/pods", body)
    pod = client.get(f"{CORE}/pods/gated").body
    assert not _is_ready(pod)
    condition = {"type": "example.com/ok", "status": "True"}
    client.patch(f"{CORE}/pods/gated/status", {"status": {"conditions": [condition]}}, STRATEGIC)
    assert _is_ready(client.get(f"{CORE}/pods/gated").body)


def test_a_server_that_is_not_asked_runs_nothing() -> None:
    client = Client(Server())
    client.create(f"{APPS}/deployments", workload(replicas=3))
    assert items(client, f"{CORE}/pods") == []
    assert "conditions" not in json.dumps(client.get(f"{APPS}/deployments/web").body["status"])


def test_pods_run_on_the_nodes_that_they_require(client: Client) -> None:
    for name in ("a", "b", "c"):
        client.create("/api/v1/nodes", {"metadata": {"name": name, "labels": {"zone": name}}})
    body = workload()
    client.create(f"{APPS}/daemonsets", body)
    for pod in pods(client):
        affinity = pod["spec"]["affinity"]["nodeAffinity"]
        [term] = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
        assert term["matchFields"][0]["values"] == [pod["spec"]["nodeName"]]
    assert {pod["spec"]["nodeName"] for pod in pods(client)} >= {"a", "b", "c"}
    for operator, values, node in (
        ("In", ["b"], "b"), ("NotIn", ["a", "b"], "c"), ("Gt", ["1"], None),
    ):  # fmt: skip
        expression = {"key": "zone", "operator": operator, "values": values}
        exists = {"key": "zone", "operator": "Exists"}
        terms = [{}, {"matchExpressions": [expression, exists]}]
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        spec = {**template()["spec"], "affinity": {"nodeAffinity": required}}
        made = {"metadata": {"name": f"on-{node}".lower()}, "spec": spec}
        client.create(f"{CORE}/pods", made)
        found = client.get(f"{CORE}/pods/on-{node}".lower()).body
        assert found["spec"].get("nodeName") == node


def test_a_slice_has_at_most_a_hundred_endpoints(client: Client) -> None:
    slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
    ports = [{"port": 80, "targetPort": 8080}]
    body = {"metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": ports}}
    client.create(f"{CORE}/services", body)
    client.create(f"{APPS}/deployments", workload(replicas=150))
    sizes = [len(each["endpoints"]) for each in items(client, slices)]
    assert sorted(sizes) == [50, 100]
    before = {each["metadata"]["name"]: each["endpoints"] for each in items(client, slices)}
    client.patch(f"{APPS}/deployments/web", {"spec": {"replicas": 160}})
    after = {each["metadata"]["name"]: each["endpoints"] for each in items(client, slices)}
    assert sorted(map(len, after.values())) == [60, 100]
    kept = [each for each in after if after[each] == before.get(each)]
    assert len(kept) == 1


def test_a_write_that_is_refused_again_and_again_waits_longer_each_time(
    server: Server, client: Client, clock: ManualClock
) -> None:
    hard = {"spec": {"hard": {"pods": "0"}}, "metadata": {"name": "none"}}
    client.create(f"{CORE}/resourcequotas", hard)
    client.create(f"{APPS}/deployments", workload())

    def tried() -> int:
        events = [e for e in items(client, f"{CORE}/events") if e["reason"] == "FailedCreate"]
        return sum(int(event["count"]) for event in events)

    before, times = tried(), []
    for second in range(1, 40):
        advance(server, clock, 1)
        if tried() > before:
            before = tried()
            times.append(second)
    pauses = [after - first for first, after in itertools.pairwise(times)]
    assert pauses == sorted(set(pauses))
    assert len(pauses) in (2, 3)
    assert pods(client) == []
    client.delete(f"{CORE}/resourcequotas/none")
    advance(server, clock, 40)
    assert len(pods(client)) == 1
