"""Admission plugins that are on by default: priority classes, limit ranges, quotas."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.waiting import eventually

CONTROLLERS = ["replicaset-controller", "resourcequota-controller"]
CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses"


def container(name="main", requests=None, limits=None):
    asked = {"requests": requests, "limits": limits}
    resources = {key: value for key, value in asked.items() if value is not None}
    return {"name": name, "image": "nginx:1", "resources": resources}


def pod(name="a", *containers, **spec):
    return {
        "metadata": {"name": name},
        "spec": {"containers": list(containers) or [container()], **spec},
    }


# Priority


@pytest.fixture
def priority_class(api):
    """`priority_class(value, **rest)` makes one, and gives its name."""
    made = []

    def make(value, **rest):
        name = f"class-{secrets.token_hex(4)}"
        answer = api.post(CLASSES, {"metadata": {"name": name}, "value": value, **rest})
        made.append(f"{CLASSES}/{name}")
        answer.ok()
        return name

    yield make
    for path in made:
        api.delete(path)


def test_a_pod_without_a_class_has_the_priority_zero(api, namespace):
    spec = api.post(namespace.path("pods"), pod()).ok()["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (0, "PreemptLowerPriority")
    assert "priorityClassName" not in spec


def test_the_class_of_a_pod_sets_its_priority(api, namespace, priority_class):
    name = priority_class(7, preemptionPolicy="Never")
    spec = api.post(namespace.path("pods"), pod(priorityClassName=name)).ok()["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (7, "Never")


def test_the_classes_of_the_system_are_there(api, namespace):
    pods = namespace.path("pods")
    body = pod(priorityClassName="system-node-critical")
    assert api.post(pods, body).ok()["spec"]["priority"] == 2000001000


def test_a_class_that_is_the_default_is_that_of_pods_without_one(api, namespace, priority_class):
    name = priority_class(9, globalDefault=True)

    def is_known():
        spec = api.post(namespace.path("pods"), pod(f"a-{secrets.token_hex(4)}")).ok()["spec"]
        return spec.get("priorityClassName") == name and spec["priority"] == 9

    eventually(is_known)
    body = {"metadata": {"name": "another"}, "value": 1, "globalDefault": True}
    assert api.post(CLASSES, body).refusal() == (
        403,
        "Forbidden",
        'priorityclasses.scheduling.k8s.io "another" is forbidden: PriorityClass '
        f"{name} is already marked as default. Only one default can exist",
    )


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"priorityClassName": "nobody"}, "no PriorityClass with name nobody was found"),
        (
            {"priority": 5},
            "the integer value of priority (5) must not be provided in pod spec; priority "
            "admission controller computed 0 from the given PriorityClass name",
        ),
        (
            {"preemptionPolicy": "Never"},
            "the string value of PreemptionPolicy (Never) must not be provided in pod spec; "
            "priority admission controller computed PreemptLowerPriority from the given "
            "PriorityClass name",
        ),
    ],
)
def test_a_pod_with_a_priority_of_its_own_is_refused(api, namespace, spec, why):
    refused = api.post(namespace.path("pods"), pod(**spec)).refusal()
    assert refused == (403, "Forbidden", f'pods "a" is forbidden: {why}')


# Limit ranges


@pytest.fixture
def limit(api, namespace):
    """`limit("Container", max=…)` makes a limit range that the server knows."""

    def make(kind, **bounds):
        body = {"metadata": {"name": "limits"}, "spec": {"limits": [{"type": kind, **bounds}]}}
        api.post(namespace.path("limitranges"), body).ok()

    return make


def test_containers_get_the_defaults_of_the_namespace(api, namespace, limit):
    limit(
        "Container",
        default={"cpu": "500m", "memory": "64Mi"},
        defaultRequest={"cpu": "100m"},
        max={"cpu": "2"},
    )
    body = pod("a", container("one"), container("two", {"cpu": "1"}, {"cpu": "2"}))
    made = api.post(namespace.path("pods"), body).ok()
    assert [c["resources"] for c in made["spec"]["containers"]] == [
        {
            "limits": {"cpu": "500m", "memory": "64Mi"},
            "requests": {"cpu": "100m", "memory": "64Mi"},
        },
        {"limits": {"cpu": "2", "memory": "64Mi"}, "requests": {"cpu": "1", "memory": "64Mi"}},
    ]
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": (
            "LimitRanger plugin set: cpu, memory request for container one; cpu, memory limit for "
            "container one; memory request for container two; memory limit for container two"
        )
    }


@pytest.mark.parametrize(
    ("kind", "bounds", "asked", "why"),
    [
        (
            "Container",
            {"max": {"cpu": "1"}},
            ({"cpu": "1"}, {"cpu": "1500m"}),
            "maximum cpu usage per Container is 1, but limit is 1500m",
        ),
        (
            "Container",
            {"min": {"memory": "1Gi"}},
            ({"memory": "1Mi"}, None),
            "minimum memory usage per Container is 1Gi, but request is 1Mi",
        ),
        (
            "Pod",
            {"max": {"memory": "1Gi"}},
            ({"memory": "1Mi"}, None),
            "maximum memory usage per Pod is 1Gi.  No limit is specified",
        ),
        (
            "Container",
            {"maxLimitRequestRatio": {"cpu": "2"}},
            ({"cpu": "1"}, {"cpu": "3"}),
            "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000",
        ),
    ],
)
def test_what_is_out_of_bounds_is_refused(api, namespace, limit, kind, bounds, asked, why):
    limit(kind, **bounds)
    refused = api.post(namespace.path("pods"), pod("a", container("main", *asked))).refusal()
    assert refused == (403, "Forbidden", f'pods "a" is forbidden: {why}')


def test_claims_have_bounds_too(api, namespace, limit):
    limit("PersistentVolumeClaim", max={"storage": "1Gi"}, min={"storage": "1Mi"})
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}
    body = {"metadata": {"name": "a"}, "spec": spec}
    why = "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi"
    assert api.post(namespace.path("persistentvolumeclaims"), body).refusal() == (
        403, "Forbidden", f'persistentvolumeclaims "a" is forbidden: {why}',
    )  # fmt: skip


# Quotas


@pytest.fixture
def quota(api, namespace):
    """`quota(hard, **spec)` makes a quota, and waits until it is counted; gives its path."""

    def make(hard, **spec):
        path = namespace.path("resourcequotas", "quota")
        body = {"metadata": {"name": "quota"}, "spec": {"hard": hard, **spec}}
        api.post(namespace.path("resourcequotas"), body).ok()
        eventually(lambda: api.get(path).ok()["status"].get("hard") == hard)
        return path

    return make


def used(api, path):
    return api.get(path).ok()["status"]["used"]


def test_a_quota_counts_objects_and_refuses_one_too_many(api, namespace, quota):
    path = quota({"pods": "1", "count/deployments.apps": "0", "services.nodeports": "1"})
    pods = namespace.path("pods")
    api.post(pods, pod("a")).ok()
    assert used(api, path) == {
        "pods": "1", "count/deployments.apps": "0", "services.nodeports": "0",
    }  # fmt: skip
    why = "exceeded quota: quota, requested: pods=1, used: pods=1, limited: pods=1"
    assert api.post(pods, pod("b")).refusal() == (
        403, "Forbidden", f'pods "b" is forbidden: {why}',
    )  # fmt: skip
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [container()]}}
    spec = {"selector": {"matchLabels": {"app": "a"}}, "template": template}
    body = {"metadata": {"name": "a"}, "spec": spec}
    refused = api.post(namespace.path("apps/v1/deployments"), body)
    assert "exceeded quota: quota, requested: count/deployments.apps=1" in refused.body["message"]
    ports = [{"port": 1, "name": "a"}, {"port": 2, "name": "b"}]
    body = {"metadata": {"name": "a"}, "spec": {"type": "NodePort", "ports": ports}}
    refused = api.post(namespace.path("services"), body)
    assert "requested: services.nodeports=2, used: services.nodeports=0" in refused.body["message"]


def test_what_is_deleted_is_given_back(api, namespace, quota):
    path = quota({"configmaps": "3"})
    before = int(used(api, path)["configmaps"])
    for name in "ab":
        api.post(namespace.path("configmaps"), {"metadata": {"name": name}}).ok()
    assert used(api, path) == {"configmaps": str(before + 2)}
    api.delete(namespace.path("configmaps", "a")).ok()
    eventually(lambda: used(api, path) == {"configmaps": str(before + 1)})


def test_a_quota_adds_up_what_containers_ask_for(api, namespace, quota):
    path = quota({"requests.cpu": "1", "limits.memory": "1Gi"})
    pods = namespace.path("pods")
    one = container("one", {"cpu": "300m"}, {"memory": "256Mi"})
    two = container("two", {"cpu": "200m"}, {"memory": "256Mi"})
    api.post(pods, pod("a", one, two)).ok()
    assert used(api, path) == {"requests.cpu": "500m", "limits.memory": "512Mi"}
    more = container("one", {"cpu": "600m"}, {"memory": "1Gi"})
    why = (
        "exceeded quota: quota, requested: limits.memory=1Gi,requests.cpu=600m, used: "
        "limits.memory=512Mi,requests.cpu=500m, limited: limits.memory=1Gi,requests.cpu=1"
    )
    assert api.post(pods, pod("b", more)).refusal() == (
        403, "Forbidden", f'pods "b" is forbidden: {why}',
    )  # fmt: skip
    why = "failed quota: quota: must specify limits.memory for: main; requests.cpu for: main"
    assert api.post(pods, pod("b")).refusal() == (
        403, "Forbidden", f'pods "b" is forbidden: {why}',
    )  # fmt: skip


def test_a_quota_with_scopes_counts_the_pods_in_them(api, namespace, quota):
    path = quota({"pods": "1"}, scopes=["NotTerminating"])
    pods = namespace.path("pods")
    api.post(pods, pod("a", activeDeadlineSeconds=5)).ok()
    assert used(api, path) == {"pods": "0"}
    api.post(pods, pod("b")).ok()
    assert used(api, path) == {"pods": "1"}
    assert api.post(pods, pod("c")).status == 403


def test_a_dry_run_charges_nothing(api, namespace, quota):
    path = quota({"pods": "1"})
    api.post(namespace.path("pods"), pod("a"), dryRun="All").ok()
    assert used(api, path) == {"pods": "0"}


def test_a_replica_set_tells_of_its_quota(api, namespace, quota):
    quota({"pods": "1"})
    sets = namespace.path("apps/v1/replicasets")
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [container()]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "a"}}, "template": template}
    api.post(sets, {"metadata": {"name": "a"}, "spec": spec}).ok()

    def told():
        conditions = api.get(f"{sets}/a").ok()["status"].get("conditions") or ()
        return [c["message"] for c in conditions if c["type"] == "ReplicaFailure"]

    eventually(lambda: bool(told()))
    [message] = told()
    why = "exceeded quota: quota, requested: pods=1, used: pods=1, limited: pods=1"
    assert message.startswith('pods "a-')
    assert message.endswith(f" is forbidden: {why}")
    assert len(api.get(namespace.path("pods")).ok()["items"]) == 1
