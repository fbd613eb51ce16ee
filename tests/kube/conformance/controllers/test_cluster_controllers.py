"""Controllers beside those of workloads: budgets, what namespaces have, Jobs that go by time."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.conftest import Namespace
from tests.kube.conformance.waiting import eventually

CONTROLLERS = [
    "disruption-controller", "job-controller", "namespace-controller", "replicaset-controller",
    "root-ca-certificate-publisher-controller", "serviceaccount-controller",
    "statefulset-controller", "ttl-after-finished-controller",
]  # fmt: skip


LABELS = {"app": "web"}
TEMPLATE = {
    "metadata": {"labels": LABELS},
    "spec": {"containers": [{"name": "main", "image": "nginx:1"}]},
}


def items(api, path):
    return api.get(path).ok()["items"]


def budget(api, namespace, **spec):
    """Create a PodDisruptionBudget; gives its path."""
    path = namespace.path("policy/v1/poddisruptionbudgets")
    body = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": LABELS}, **spec}}
    api.post(path, body).ok()
    return f"{path}/web"


def replica_set(api, namespace, replicas, ready):
    """Create a ReplicaSet of which some Pods are ready."""
    spec = {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": TEMPLATE}
    api.post(namespace.path("apps/v1/replicasets"), {"metadata": {"name": "web"}, "spec": spec})
    pods = namespace.path("pods")
    eventually(lambda: len(items(api, pods)) == replicas)
    for pod in items(api, pods)[:ready]:
        make_ready(api, namespace, pod["metadata"]["name"])


def make_ready(api, namespace, name):
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    status = {"phase": "Running", "conditions": [ready]}
    api.patch("merge", namespace.path("pods", name, "status"), {"status": status}).ok()


def counts(api, path):
    status = api.get(path).ok().get("status") or {}
    members = ("expectedPods", "currentHealthy", "desiredHealthy", "disruptionsAllowed")
    return tuple(status.get(member) for member in members)


def allowed(api, path):
    """Status, reason and message of the condition of a budget."""
    for each in api.get(path).ok()["status"].get("conditions") or ():
        return each["type"], each["status"], each["reason"], each["message"]
    return None


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"minAvailable": 2}, (4, 3, 2, 1)),
        ({"minAvailable": "60%"}, (4, 3, 3, 0)),
        ({"maxUnavailable": 2}, (4, 3, 2, 1)),
        ({"maxUnavailable": "30%"}, (4, 3, 2, 1)),
        ({"maxUnavailable": 9}, (4, 3, 0, 3)),
        ({}, (0, 3, 0, 0)),
    ],
)
def test_a_budget_allows_what_is_left_of_the_healthy_pods(api, namespace, spec, wanted):
    replica_set(api, namespace, 4, 3)
    path = budget(api, namespace, **spec)
    eventually(lambda: counts(api, path) == wanted)
    reason = ("True", "SufficientPods") if wanted[3] else ("False", "InsufficientPods")
    assert allowed(api, path) == ("DisruptionAllowed", *reason, "")
    assert api.get(path).ok()["status"]["observedGeneration"] == 1


def test_a_budget_without_pods_says_so(api, namespace):
    path = budget(api, namespace, maxUnavailable=1)
    eventually(lambda: counts(api, path) == (0, 0, 0, 0))
    events = namespace.path("events")
    eventually(lambda: bool(items(api, events)))
    [event] = items(api, events)
    assert (event["type"], event["reason"], event["message"]) == (
        "Normal",
        "NoPods",
        "No matching pods found",
    )
    assert event["source"] == {"component": "controllermanager"}


def test_pods_of_an_unknown_controller_allow_no_disruption(api, namespace):
    owner = {
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "ghost", "uid": "no-such",
        "controller": True,
    }  # fmt: skip
    body = {**TEMPLATE, "metadata": {"name": "a", "labels": LABELS, "ownerReferences": [owner]}}
    api.post(namespace.path("pods"), body).ok()
    path = budget(api, namespace, maxUnavailable=1)
    wanted = ("DisruptionAllowed", "False", "SyncFailed", 'found no controllers for pod "a"')
    eventually(lambda: allowed(api, path) == wanted)


def test_pods_that_nobody_controls_are_told_of(api, namespace):
    body = {**TEMPLATE, "metadata": {"name": "a", "labels": LABELS}}
    api.post(namespace.path("pods"), body).ok()
    make_ready(api, namespace, "a")
    path = budget(api, namespace, maxUnavailable=1)
    events = namespace.path("events")
    eventually(lambda: any(e["reason"] == "UnmanagedPods" for e in items(api, events)))
    eventually(lambda: counts(api, path) == (0, 1, 0, 0))
    [event] = [e for e in items(api, events) if e["reason"] == "UnmanagedPods"]
    assert event["type"] == "Warning"
    selector = (
        "&LabelSelector{MatchLabels:map[string]string{app: web,},"
        "MatchExpressions:[]LabelSelectorRequirement{},}"
    )
    assert f"(selector: {selector})" in event["message"]


def test_evictions_stop_where_a_budget_allows_no_more(api, namespace):
    replica_set(api, namespace, 3, 3)
    path = budget(api, namespace, minAvailable=2)
    eventually(lambda: counts(api, path) == (3, 3, 2, 1))
    before = [pod["metadata"]["name"] for pod in items(api, namespace.path("pods"))]

    def evict(name):
        return api.post(namespace.path("pods", name, "eviction"), {"metadata": {"name": name}})

    evict(before[0]).ok()
    eventually(lambda: len(items(api, namespace.path("pods"))) == 3)
    eventually(lambda: counts(api, path) == (3, 2, 2, 0))
    refused = evict(before[1])
    assert refused.status == 429
    assert refused.body["details"]["causes"] == [
        {
            "reason": "DisruptionBudget",
            "message": "The disruption budget web needs 2 healthy pods and has 2 currently",
        }
    ]
    new = {pod["metadata"]["name"] for pod in items(api, namespace.path("pods"))} - set(before)
    make_ready(api, namespace, *new)
    eventually(lambda: counts(api, path) == (3, 3, 2, 1))
    evict(before[1]).ok()


def test_each_namespace_has_a_service_account_and_a_certificate(api, namespace):
    account = namespace.path("serviceaccounts", "default")
    certificate = namespace.path("configmaps", "kube-root-ca.crt")
    eventually(lambda: api.get(account).status == 200)
    if api.get(certificate).status == 404:  # the real one has none to publish without a flag
        pytest.skip("kube-controller-manager runs without --root-ca-file")
    uid = api.get(account).ok()["metadata"]["uid"]
    api.delete(account).ok()
    eventually(lambda: api.get(account).body.get("metadata", {}).get("uid") not in (None, uid))
    api.patch("merge", certificate, {"data": {"ca.crt": "other"}}).ok()
    text = "-----BEGIN CERTIFICATE-----"
    eventually(lambda: api.get(certificate).ok()["data"]["ca.crt"].startswith(text))
    assert "kubernetes.io/description" in api.get(certificate).ok()["metadata"]["annotations"]


def test_a_namespace_goes_with_what_it_has(api):
    name = f"test-{secrets.token_hex(4)}"
    api.post("/api/v1/namespaces", {"metadata": {"name": name}}).ok()
    account = Namespace(name).path("serviceaccounts", "default")
    eventually(lambda: api.get(account).status == 200)
    api.delete(f"/api/v1/namespaces/{name}").ok()
    eventually(lambda: api.get(f"/api/v1/namespaces/{name}").status == 404)


def test_a_job_goes_when_its_time_after_its_end_is_over(api, namespace):
    jobs, pods = namespace.path("batch/v1/jobs"), namespace.path("pods")
    template = {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}
    spec = {"template": template, "ttlSecondsAfterFinished": 0}
    api.post(jobs, {"metadata": {"name": "work"}, "spec": spec}).ok()
    eventually(lambda: len(items(api, pods)) == 1)
    name = items(api, pods)[0]["metadata"]["name"]
    status = {"status": {"phase": "Succeeded"}}
    api.patch("merge", namespace.path("pods", name, "status"), status).ok()

    def is_ending():
        found = api.get(f"{jobs}/work")
        return found.status == 404 or "deletionTimestamp" in found.body["metadata"]

    eventually(is_ending)
