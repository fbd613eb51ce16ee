"""What the controllers of workloads make of objects, as far as that goes without nodes."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.api import unmanaged
from tests.kube.conformance.hooks import Hooks, patching, rule
from tests.kube.conformance.waiting import eventually

CONTROLLERS = [
    "deployment-controller", "replicaset-controller", "statefulset-controller", "job-controller",
    "endpointslice-controller", "daemonset-controller",
]  # fmt: skip


def template(**spec):
    containers = [{"name": "main", "image": "nginx:1"}]
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **spec}}


def workload(**spec):
    selector = {"matchLabels": {"app": "web"}}
    return {
        "metadata": {"name": "web"},
        "spec": {"selector": selector, "template": template(), **spec},
    }


def items(api, path):
    return api.get(path).ok()["items"]


def status_of(api, path, **wanted):
    """The status of an object, once it has these members."""

    def holds():
        have = api.get(path).ok()["status"]
        return all(have.get(key) == value for key, value in wanted.items())

    eventually(holds)
    status = api.get(path).ok()["status"]
    for condition in status.get("conditions", ()):
        for member in ("lastTransitionTime", "lastUpdateTime", "lastProbeTime"):
            condition.pop(member, None)
    return status


def test_a_deployment_has_a_replica_set_with_its_template(api, namespace):
    path = namespace.path("apps/v1/deployments")
    api.post(path, workload(replicas=3)).ok()
    status = status_of(api, f"{path}/web", observedGeneration=1, replicas=3)
    (rs,) = items(api, namespace.path("apps/v1/replicasets"))
    name, text = rs["metadata"]["name"], rs["metadata"]["labels"]["pod-template-hash"]
    assert name == f"web-{text}"
    assert rs["metadata"]["annotations"] == {
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
        "deployment.kubernetes.io/revision": "1",
    }
    assert rs["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": text}
    assert rs["spec"]["template"]["metadata"]["labels"] == {"app": "web", "pod-template-hash": text}
    (owner,) = rs["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["controller"], owner["blockOwnerDeletion"]) == (
        "Deployment", True, True,
    )  # fmt: skip
    assert status == {
        "conditions": [
            {
                "type": "Available",
                "status": "False",
                "reason": "MinimumReplicasUnavailable",
                "message": "Deployment does not have minimum availability.",
            },
            {
                "type": "Progressing",
                "status": "True",
                "reason": "ReplicaSetUpdated",
                "message": f'ReplicaSet "{name}" is progressing.',
            },
        ],
        "observedGeneration": 1,
        "replicas": 3,
        "unavailableReplicas": 3,
        "updatedReplicas": 3,
        "terminatingReplicas": 0,
    }


def test_pods_of_a_replica_set_are_its_template_with_an_owner(api, namespace):
    path = namespace.path("apps/v1/replicasets")
    api.post(path, workload(replicas=2)).ok()
    status = status_of(api, f"{path}/web", replicas=2, observedGeneration=1)
    assert status == {
        "fullyLabeledReplicas": 2,
        "observedGeneration": 1,
        "replicas": 2,
        "terminatingReplicas": 0,
    }
    for pod in items(api, namespace.path("pods")):
        metadata = unmanaged(pod)["metadata"]
        assert metadata["generateName"] == "web-"
        assert metadata["labels"] == {"app": "web"}
        assert metadata["ownerReferences"][0]["kind"] == "ReplicaSet"
        assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    api.patch("merge", f"{path}/web", {"spec": {"replicas": 1}}).ok()
    eventually(lambda: len(items(api, namespace.path("pods"))) == 1)


def test_a_new_template_gets_a_new_replica_set_and_revision(api, namespace):
    path = namespace.path("apps/v1/deployments")
    api.post(path, workload(replicas=4)).ok()
    status_of(api, f"{path}/web", replicas=4)
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:2"}]}}}}
    api.patch("strategic", f"{path}/web", image).ok()
    status_of(api, f"{path}/web", observedGeneration=2, updatedReplicas=2)
    sets = items(api, namespace.path("apps/v1/replicasets"))
    sizes = {
        rs["metadata"]["annotations"]["deployment.kubernetes.io/revision"]: rs["spec"]["replicas"]
        for rs in sets
    }
    # None of the Pods is ready, so all but as many as must be there may go.
    assert sizes == {"1": 3, "2": 2}
    annotations = api.get(f"{path}/web").ok()["metadata"]["annotations"]
    assert annotations["deployment.kubernetes.io/revision"] == "2"


def test_a_stateful_set_begins_with_its_first_pod(api, namespace):
    path = namespace.path("apps/v1/statefulsets")
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    body = workload(replicas=2, serviceName="web", volumeClaimTemplates=[claim])
    api.post(path, body).ok()
    status = status_of(api, f"{path}/web", observedGeneration=1, replicas=1)
    (revision,) = items(api, namespace.path("apps/v1/controllerrevisions"))
    name = revision["metadata"]["name"]
    assert revision["revision"] == 1
    assert revision["data"]["spec"]["template"]["$patch"] == "replace"
    assert status == {
        "availableReplicas": 0,
        "collisionCount": 0,
        "currentReplicas": 1,
        "currentRevision": name,
        "observedGeneration": 1,
        "replicas": 1,
        "updateRevision": name,
        "updatedReplicas": 1,
    }
    (pod,) = items(api, namespace.path("pods"))
    assert pod["metadata"]["name"] == "web-0"
    assert pod["metadata"]["labels"] == {
        "app": "web",
        "apps.kubernetes.io/pod-index": "0",
        "controller-revision-hash": name,
        "statefulset.kubernetes.io/pod-name": "web-0",
    }
    assert pod["spec"]["hostname"] == "web-0"
    assert pod["spec"]["subdomain"] == "web"
    assert pod["spec"]["volumes"][0] == {
        "name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"},
    }  # fmt: skip
    (created,) = items(api, namespace.path("persistentvolumeclaims"))
    assert created["metadata"]["labels"] == {"app": "web"}


def test_a_job_has_pods_that_it_tracks(api, namespace):
    path = namespace.path("batch/v1/jobs")
    body = {
        "metadata": {"name": "work"},
        "spec": {"completions": 3, "parallelism": 2, "template": template(restartPolicy="Never")},
    }
    api.post(path, body).ok()
    status = status_of(api, f"{path}/work", active=2)
    del status["startTime"]
    assert status == {"active": 2, "ready": 0, "terminating": 0, "uncountedTerminatedPods": {}}
    for pod in items(api, namespace.path("pods")):
        assert pod["metadata"]["finalizers"] == ["batch.kubernetes.io/job-tracking"]
        assert pod["metadata"]["labels"]["batch.kubernetes.io/job-name"] == "work"


def test_a_job_completes_with_its_pods(api, namespace):
    path, pods = namespace.path("batch/v1/jobs"), namespace.path("pods")
    body = {
        "metadata": {"name": "work"},
        "spec": {"completions": 1, "template": template(restartPolicy="Never")},
    }
    api.post(path, body).ok()
    status_of(api, f"{path}/work", active=1)
    (pod,) = items(api, pods)
    ended = {"status": {"phase": "Succeeded"}}
    api.patch("merge", f"{pods}/{pod['metadata']['name']}/status", ended).ok()
    eventually(lambda: "completionTime" in api.get(f"{path}/work").ok()["status"])
    status = status_of(api, f"{path}/work", succeeded=1)
    kinds = [(c["type"], c["status"], c["reason"], c["message"]) for c in status["conditions"]]
    text = "Reached expected number of succeeded pods"
    assert kinds == [
        ("SuccessCriteriaMet", "True", "CompletionsReached", text),
        ("Complete", "True", "CompletionsReached", text),
    ]


def test_a_service_has_a_slice_of_its_own(api, namespace):
    service = {
        "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
    }
    api.post(namespace.path("services"), service).ok()
    slices = namespace.path("discovery.k8s.io/v1/endpointslices")
    eventually(lambda: bool(items(api, slices)))
    (found,) = items(api, slices)
    assert found["metadata"]["labels"] == {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "web",
    }
    assert found["addressType"] == "IPv4"
    assert not found["endpoints"]


def pod(name, **labels):
    metadata = {"name": name, "labels": labels}
    return {"metadata": metadata, "spec": {"containers": [{"name": "main", "image": "nginx:1"}]}}


def owner_of(api, path):
    """The kind and name of what controls an object; None for nobody."""
    owners = api.get(path).ok()["metadata"].get("ownerReferences") or ()
    named = [(each["kind"], each["name"]) for each in owners if each.get("controller")]
    return named[0] if named else None


def test_a_replica_set_adopts_pods_that_nobody_controls(api, namespace):
    pods = namespace.path("pods")
    api.post(pods, pod("stray", app="web")).ok()
    api.post(pods, pod("other", app="api")).ok()
    api.post(namespace.path("apps/v1/replicasets"), workload(replicas=2)).ok()
    eventually(lambda: owner_of(api, f"{pods}/stray") == ("ReplicaSet", "web"))
    eventually(lambda: len(items(api, pods)) == 3)
    assert owner_of(api, f"{pods}/other") is None
    [reference] = api.get(f"{pods}/stray").ok()["metadata"]["ownerReferences"]
    assert (reference["controller"], reference["blockOwnerDeletion"]) == (True, True)


def test_a_replica_set_lets_go_a_pod_that_it_does_not_select_and_makes_another(api, namespace):
    pods = namespace.path("pods")
    api.post(namespace.path("apps/v1/replicasets"), workload(replicas=1)).ok()
    eventually(lambda: len(items(api, pods)) == 1)
    [first] = items(api, pods)
    path = f"{pods}/{first['metadata']['name']}"
    api.patch("merge", path, {"metadata": {"labels": {"app": "debug"}}}).ok()
    eventually(lambda: owner_of(api, path) is None)
    eventually(lambda: len(items(api, pods)) == 2)


def test_a_deployment_adopts_a_replica_set_of_its_template(api, namespace):
    sets = namespace.path("apps/v1/replicasets")
    deployments = namespace.path("apps/v1/deployments")
    api.post(deployments, workload(replicas=1)).ok()
    eventually(lambda: len(items(api, sets)) == 1)
    [rs] = items(api, sets)
    name = rs["metadata"]["name"]
    orphan = {"propagationPolicy": "Orphan"}
    # Without the garbage collector nobody takes the references of an orphan away.
    api.delete(f"{deployments}/web", orphan).ok()
    api.patch("merge", f"{deployments}/web", {"metadata": {"finalizers": None}}).ok()
    api.patch("merge", f"{sets}/{name}", {"metadata": {"ownerReferences": None}}).ok()
    api.post(deployments, workload(replicas=1)).ok()
    eventually(lambda: owner_of(api, f"{sets}/{name}") == ("Deployment", "web"))
    assert [each["metadata"]["name"] for each in items(api, sets)] == [name]


def test_a_stateful_set_adopts_pods_with_its_names_alone(api, namespace):
    pods = namespace.path("pods")
    api.post(pods, pod("web-0", app="web")).ok()
    api.post(pods, pod("stray", app="web")).ok()
    api.post(namespace.path("apps/v1/statefulsets"), workload(replicas=1)).ok()
    eventually(lambda: owner_of(api, f"{pods}/web-0") == ("StatefulSet", "web"))
    assert owner_of(api, f"{pods}/stray") is None


# What is refused, and what webhooks have a say in


@pytest.fixture(scope="module")
def hooks():
    hooks = Hooks()
    yield hooks
    hooks.close()


@pytest.fixture
def pod_webhook(api, hooks, namespace):
    """`pod_webhook("Mutating", answer)` asks about new Pods of the namespace; gives its path."""
    made = []

    def register(kind, answer):
        name = f"test-{secrets.token_hex(4)}"
        hooks.answers[f"/{name}"] = answer
        client = {"url": f"{hooks.url}/{name}", "caBundle": hooks.ca}
        label = {"kubernetes.io/metadata.name": namespace.name}
        webhook = {
            "name": "pods.example.com",
            "clientConfig": client,
            "rules": [rule(["CREATE"], ["pods"])],
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "namespaceSelector": {"matchLabels": label},
        }
        path = f"/apis/admissionregistration.k8s.io/v1/{kind.lower()}webhookconfigurations"
        api.post(path, {"metadata": {"name": name}, "webhooks": [webhook]}).ok()
        made.append(f"{path}/{name}")
        probe = namespace.path("pods")

        def is_known():
            """The real server reads configurations from a watch."""
            api.post(probe, pod(f"try-{secrets.token_hex(4)}", app="try"))
            return bool(hooks.asked)

        eventually(is_known)
        api.delete(probe, {"gracePeriodSeconds": 0}).ok()
        return made[-1]

    yield register
    for path in made:
        api.delete(path)


def test_webhooks_change_pods_that_controllers_make(api, namespace, hooks, pod_webhook):
    hooks.asked.clear()
    add = {"op": "add", "path": "/metadata/annotations", "value": {"sidecar": "yes"}}
    pod_webhook("Mutating", patching(add))
    hooks.asked.clear()
    api.post(namespace.path("apps/v1/deployments"), workload(replicas=2)).ok()
    pods = namespace.path("pods")
    eventually(lambda: len(items(api, pods)) == 2)
    seen = [each["metadata"].get("annotations") for each in items(api, pods)]
    assert seen == [{"sidecar": "yes"}] * 2
    [request, *_] = [request for _, request in hooks.asked]
    assert (request["operation"], request["kind"]["kind"]) == ("CREATE", "Pod")
    assert request["object"]["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet"


def test_a_refused_pod_is_a_condition_and_an_event(api, namespace, hooks, pod_webhook):
    hooks.asked.clear()
    path = pod_webhook(
        "Validating", lambda request: {"allowed": False, "status": {"message": "not today"}}
    )
    deployments = namespace.path("apps/v1/deployments")
    api.post(deployments, workload(replicas=2)).ok()

    def failure(path):
        conditions = api.get(path).ok()["status"].get("conditions") or ()
        return next((c for c in conditions if c["type"] == "ReplicaFailure"), None)

    why = 'admission webhook "pods.example.com" denied the request: not today'
    eventually(lambda: failure(f"{deployments}/web") is not None)
    [rs] = items(api, namespace.path("apps/v1/replicasets"))
    for place in (
        f"{deployments}/web",
        namespace.path("apps/v1/replicasets", rs["metadata"]["name"]),
    ):
        told = failure(place)
        assert (told["status"], told["reason"], told["message"]) == ("True", "FailedCreate", why)
    events = namespace.path("events")
    eventually(lambda: any(e["reason"] == "FailedCreate" for e in items(api, events)))
    event = next(e for e in items(api, events) if e["reason"] == "FailedCreate")
    assert event["message"] == f"Error creating: {why}"
    assert (event["type"], event["involvedObject"]["kind"]) == ("Warning", "ReplicaSet")
    assert event["source"] == {"component": "replicaset-controller"}
    # What failed is tried again.
    api.delete(path).ok()
    eventually(lambda: len(items(api, namespace.path("pods"))) == 2)
    eventually(lambda: failure(f"{deployments}/web") is None)


# Slices


def run(api, namespace, name, ip, *, ready=True, ports=()):
    """A Pod as if it ran, with an address."""
    pods = namespace.path("pods")
    body = pod(name, app="web")
    body["spec"]["containers"][0]["ports"] = list(ports)
    body["spec"]["nodeName"] = "here"
    api.post("/api/v1/nodes", {"metadata": {"name": "here"}})  # another test may have
    api.post(pods, body).ok()
    status = {
        "phase": "Running",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "conditions": [{"type": "Ready", "status": str(ready)}],
    }
    path = namespace.path("pods", name, "status")
    api.patch("merge", path, {"status": status}).ok()


def service(*ports, **spec):
    return {
        "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": list(ports), **spec},
    }


def endpoints(api, namespace):
    """(name and number of each port, names of Pods) of each slice."""
    found = []
    for each in items(api, namespace.path("discovery.k8s.io/v1/endpointslices")):
        ports = sorted((port.get("name", ""), port["port"]) for port in each.get("ports") or ())
        pods = [endpoint["targetRef"]["name"] for endpoint in each.get("endpoints") or ()]
        found.append((ports, sorted(pods)))
    return sorted(found)


def test_a_named_port_is_the_one_of_each_pod(api, namespace):
    web = {"name": "web", "port": 80, "targetPort": "http"}
    fixed = {"name": "fixed", "port": 81, "targetPort": 9}
    api.post(namespace.path("services"), service(web, fixed)).ok()
    for name, number in (("a", 8080), ("b", 8080), ("c", 9090)):
        ports = [{"name": "http", "containerPort": number}]
        run(api, namespace, name, f"10.1.0.{ord(name)}", ports=ports)
    run(api, namespace, "d", "10.1.0.200")
    wanted = [
        ([("fixed", 9)], ["d"]),
        ([("fixed", 9), ("web", 8080)], ["a", "b"]),
        ([("fixed", 9), ("web", 9090)], ["c"]),
    ]
    eventually(lambda: endpoints(api, namespace) == wanted)


@pytest.mark.parametrize("publishes", [True, False])
def test_addresses_that_are_not_ready_are_published_where_asked(api, namespace, publishes):
    body = service({"port": 80}, publishNotReadyAddresses=publishes)
    api.post(namespace.path("services"), body).ok()
    run(api, namespace, "a", "10.1.0.1", ready=False)
    slices = namespace.path("discovery.k8s.io/v1/endpointslices")
    eventually(lambda: any(each.get("endpoints") for each in items(api, slices)))
    [found] = items(api, slices)
    [endpoint] = found["endpoints"]
    assert endpoint["conditions"] == {"ready": publishes, "serving": False, "terminating": False}


def test_a_slice_without_pods_is_used_for_the_first_ones(api, namespace):
    api.post(namespace.path("services"), service({"port": 80})).ok()
    slices = namespace.path("discovery.k8s.io/v1/endpointslices")
    eventually(lambda: len(items(api, slices)) == 1)
    [first] = items(api, slices)
    assert not first.get("ports")
    run(api, namespace, "a", "10.1.0.1")
    eventually(lambda: endpoints(api, namespace) == [([("", 80)], ["a"])])
    assert items(api, slices)[0]["metadata"]["name"] == first["metadata"]["name"]
    api.delete(namespace.path("pods", "a"), {"gracePeriodSeconds": 0}).ok()
    eventually(lambda: endpoints(api, namespace) == [([], [])])


# Jobs


def job(**spec):
    containers = [{"name": "main", "image": "nginx:1"}]
    template = {"spec": {"restartPolicy": "Never", "containers": containers}}
    return {"metadata": {"name": "work"}, "spec": {"template": template, **spec}}


def started(api, namespace, count):
    """The Pods of a Job, once there are so many that have not ended."""

    def running():
        pods = items(api, namespace.path("pods"))
        return [p for p in pods if p["status"]["phase"] == "Pending"]

    eventually(lambda: len(running()) == count)
    return running()


def end(api, namespace, pod, phase="Failed", *, code=1, conditions=()):
    """Have a Pod end as a kubelet would."""
    state = {"terminated": {"exitCode": code, "reason": "Error"}}
    container = {"name": "main", "image": "nginx:1", "imageID": "", "ready": False}
    status = {
        "phase": phase,
        "containerStatuses": [{**container, "restartCount": 0, "state": state}],
        "conditions": list(conditions),
    }
    path = namespace.path("pods", pod["metadata"]["name"], "status")
    api.patch("merge", path, {"status": status}).ok()


def ending(api, namespace):
    """Reason and message of the conditions of a Job that are true, once it has ended."""
    path = namespace.path("batch/v1/jobs", "work")

    def conditions():
        found = api.get(path).ok()["status"].get("conditions") or ()
        return {c["type"]: (c["reason"], c["message"]) for c in found if c["status"] == "True"}

    eventually(lambda: bool({"Failed", "Complete"} & set(conditions())))
    return conditions()


def test_a_policy_ends_a_job_at_an_exit_code(api, namespace):
    codes = {"operator": "In", "values": [42]}
    policy = {"rules": [{"action": "FailJob", "onExitCodes": codes}]}
    api.post(namespace.path("batch/v1/jobs"), job(podFailurePolicy=policy, backoffLimit=5)).ok()
    [first] = started(api, namespace, 1)
    end(api, namespace, first, code=42)
    why = (
        f"Container main for pod {namespace.name}/{first['metadata']['name']} failed with exit "
        "code 42 matching FailJob rule at index 0"
    )
    found = ending(api, namespace)
    assert found == {
        "FailureTarget": ("PodFailurePolicy", why),
        "Failed": ("PodFailurePolicy", why),
    }
    status = api.get(namespace.path("batch/v1/jobs", "work")).ok()["status"]
    assert (status["failed"], status.get("active", 0)) == (1, 0)


def test_a_policy_does_not_count_what_it_ignores(api, namespace):
    disrupted = {"type": "DisruptionTarget", "status": "True"}
    policy = {"rules": [{"action": "Ignore", "onPodConditions": [disrupted]}]}
    api.post(namespace.path("batch/v1/jobs"), job(podFailurePolicy=policy, backoffLimit=0)).ok()
    [first] = started(api, namespace, 1)
    end(api, namespace, first, conditions=[disrupted])
    [second] = started(api, namespace, 1)
    assert first["metadata"]["uid"] != second["metadata"]["uid"]
    assert "failed" not in api.get(namespace.path("batch/v1/jobs", "work")).ok()["status"]


def test_a_job_succeeds_by_the_indexes_that_matter(api, namespace):
    policy = {"rules": [{"succeededIndexes": "1", "succeededCount": 1}]}
    body = job(completions=2, parallelism=2, completionMode="Indexed", successPolicy=policy)
    api.post(namespace.path("batch/v1/jobs"), body).ok()
    pods = started(api, namespace, 2)
    name = "batch.kubernetes.io/job-completion-index"
    [leader] = [pod for pod in pods if pod["metadata"]["annotations"][name] == "1"]
    end(api, namespace, leader, "Succeeded", code=0)
    rule = ("SuccessPolicy", "Matched rules at index 0")
    assert ending(api, namespace) == {"SuccessCriteriaMet": rule, "Complete": rule}
    status = api.get(namespace.path("batch/v1/jobs", "work")).ok()["status"]
    assert (status["succeeded"], status["completedIndexes"]) == (1, "1")
    assert "failed" not in status


def test_what_has_failed_counts_after_its_pod_is_gone(api, namespace):
    path = namespace.path("batch/v1/jobs", "work")
    api.post(namespace.path("batch/v1/jobs"), job(backoffLimit=3)).ok()
    [first] = started(api, namespace, 1)
    end(api, namespace, first)
    eventually(lambda: api.get(path).ok()["status"].get("failed") == 1)
    place = namespace.path("pods", first["metadata"]["name"])
    eventually(lambda: not api.get(place).ok()["metadata"].get("finalizers"))
    api.delete(place, {"gracePeriodSeconds": 0}).ok()
    api.patch("merge", path, {"metadata": {"labels": {"looked": "at"}}}).ok()
    assert api.get(path).ok()["status"]["failed"] == 1


def test_a_job_that_fails_ends_its_other_pods(api, namespace):
    api.post(
        namespace.path("batch/v1/jobs"), job(backoffLimit=0, parallelism=2, completions=2)
    ).ok()
    first, _ = started(api, namespace, 2)
    end(api, namespace, first)
    assert ending(api, namespace)["Failed"] == (
        "BackoffLimitExceeded",
        "Job has reached the specified backoff limit",
    )
    path = namespace.path("batch/v1/jobs", "work")
    eventually(lambda: "terminating" in api.get(path).ok()["status"])
    status = api.get(path).ok()["status"]
    assert (status["failed"], status.get("active", 0)) == (2, 0)


# Claims of stateful sets


@pytest.mark.parametrize(
    ("deleted", "scaled", "kept", "scaled_away"),
    [
        ("Retain", "Retain", None, None),
        ("Delete", "Retain", "StatefulSet", "StatefulSet"),
        ("Retain", "Delete", None, "Pod"),
        ("Delete", "Delete", "StatefulSet", "Pod"),
    ],
)
def test_claims_go_with_the_set_or_the_pod_as_asked(
    api, namespace, deleted, scaled, kept, scaled_away
):
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    policy = {"whenDeleted": deleted, "whenScaled": scaled}
    body = workload(
        replicas=2,
        podManagementPolicy="Parallel",
        volumeClaimTemplates=[claim],
        persistentVolumeClaimRetentionPolicy=policy,
    )
    # Pods that are being deleted stay, so that their claims can be looked at.
    body["spec"]["template"]["metadata"]["finalizers"] = ["example.com/hold"]
    sets, claims = namespace.path("apps/v1/statefulsets"), namespace.path("persistentvolumeclaims")
    api.post(sets, body).ok()
    eventually(lambda: len(items(api, namespace.path("pods"))) == 2)

    def owners():
        found = {}
        for each in items(api, claims):
            references = each["metadata"].get("ownerReferences") or ()
            found[each["metadata"]["name"]] = [(r["kind"], r.get("controller")) for r in references]
        return found

    def told(kind):
        return [] if kind is None else [(kind, True)]

    eventually(lambda: owners() == {"data-web-0": told(kept), "data-web-1": told(kept)})
    api.patch("merge", f"{sets}/web", {"spec": {"replicas": 1}}).ok()
    try:
        eventually(lambda: owners() == {"data-web-0": told(kept), "data-web-1": told(scaled_away)})
    finally:
        for each in items(api, namespace.path("pods")):
            path = namespace.path("pods", each["metadata"]["name"])
            api.patch("merge", path, {"metadata": {"finalizers": None}})


# Daemon sets


def test_a_daemon_set_starts_new_pods_beside_old_ones(api, namespace):
    mark = {"here": namespace.name}
    node = f"node-{secrets.token_hex(4)}"
    api.post("/api/v1/nodes", {"metadata": {"name": node, "labels": mark}}).ok()
    api.patch("merge", f"/api/v1/nodes/{node}", {"spec": {"taints": None}}).ok()  # it is ready
    rolling = {"maxSurge": 1, "maxUnavailable": 0}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    body = workload(updateStrategy=strategy)
    body["spec"]["template"]["spec"]["nodeSelector"] = mark
    sets = namespace.path("apps/v1/daemonsets")
    api.post(sets, body).ok()

    def pods():
        found = items(api, namespace.path("pods"))
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def make_ready(pod):
        now = pod["metadata"]["creationTimestamp"]
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": now}
        path = namespace.path("pods", pod["metadata"]["name"], "status")
        api.patch("merge", path, {"status": {"phase": "Running", "conditions": [ready]}}).ok()

    eventually(lambda: len(pods()) == 1)
    [old] = pods()
    make_ready(old)
    eventually(lambda: api.get(f"{sets}/web").ok()["status"].get("numberAvailable") == 1)
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:2"}]}}}}
    api.patch("strategic", f"{sets}/web", image).ok()
    eventually(lambda: len(pods()) == 2)
    [new] = [pod for pod in pods() if pod["metadata"]["uid"] != old["metadata"]["uid"]]
    make_ready(new)
    eventually(lambda: [pod["metadata"]["uid"] for pod in pods()] == [new["metadata"]["uid"]])
    api.delete(f"/api/v1/nodes/{node}").ok()
