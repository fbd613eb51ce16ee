"""What people do with kubectl and a Deployment, against the embedded server and its simulation."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator

import pytest
import yaml

from kube.envtest import Environment

Kubectl = Callable[..., str]
PATIENCE = "--timeout=100s"


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    with Environment(
        server="embedded", controllers=["*", "kubernetes-service"], authorization=True
    ) as started:
        yield started


@pytest.fixture(scope="module")
def run(
    kubectl: str, environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Kubectl:
    home = str(tmp_path_factory.mktemp("kubectl"))
    variables = {**os.environ, "KUBECONFIG": str(environment.kubeconfig), "HOME": home}

    def call(*arguments: str, stdin: object = None, code: int = 0, editor: str = "") -> str:
        done = subprocess.run(
            [kubectl, *arguments],
            env={**variables, "EDITOR": editor},
            input=None if stdin is None else yaml.safe_dump(stdin),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return call


def deployment(name: str, image: str = "nginx:1", replicas: int = 2) -> dict[str, object]:
    container = {"name": "main", "image": image, "ports": [{"containerPort": 80}]}
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


@pytest.fixture
def web(run: Kubectl) -> Iterator[str]:
    """The name of a Deployment of two Pods that has been rolled out."""
    run("apply", "-f", "-", stdin=deployment("web"))
    run("rollout", "status", "deployment/web", PATIENCE)
    yield "web"
    run("delete", "all", "--all", PATIENCE)


def rows(table: str) -> list[list[str]]:
    return [re.split(r"  +", line.strip()) for line in table.strip().splitlines()]


def images(run: Kubectl) -> str:
    return run("get", "pods", "-o", "jsonpath={.items[*].spec.containers[*].image}")


def test_get_all_shows_what_became_of_a_deployment(run: Kubectl, web: str) -> None:
    table = rows(run("get", "all", "-o", "wide"))
    kinds = [row[0].partition("/")[0] for row in table if "/" in row[0]]
    assert kinds == ["pod", "pod", "service", "deployment.apps", "replicaset.apps"]
    assert rows(run("get", "deployments", "-o", "wide"))[1][:4] == ["web", "2/2", "2", "2"]
    assert rows(run("get", "deployments", "-o", "wide"))[1][-3:] == ["main", "nginx:1", "app=web"]
    pod = rows(run("get", "pods", "-o", "wide"))[1]
    assert pod[1:3] == ["1/1", "Running"]
    assert pod[5].startswith("10.244.")


def test_describe_tells_of_deployments_pods_and_services(run: Kubectl, web: str) -> None:
    run("expose", "deployment", web, "--port=80")
    told = run("describe", "deployment", web)
    assert "Replicas:               2 desired | 2 updated | 2 total | 2 available" in told
    assert re.search(r"NewReplicaSet: +web-\w+ \(2/2 replicas created\)", told)
    told = run("describe", "pods")
    assert told.count("Controlled By:  ReplicaSet/web-") == 2
    assert "QoS Class:                    BestEffort" in told
    told = run("describe", "service", web)
    assert re.search(r"Endpoints: +10\.244\.\d+\.\d+:80,10\.244\.\d+\.\d+:80", told)


def test_a_new_image_is_rolled_out_and_taken_back(run: Kubectl, web: str) -> None:
    run("set", "image", f"deployment/{web}", "main=nginx:2")
    done = run("rollout", "status", f"deployment/{web}", PATIENCE)
    assert done.endswith('deployment "web" successfully rolled out\n')
    run("wait", "pods", "-l", "app=web", "--for=condition=Ready", PATIENCE)
    assert images(run) == "nginx:2 nginx:2"
    assert [row[0] for row in rows(run("rollout", "history", f"deployment/{web}"))[2:]] == [
        "1",
        "2",
    ]
    run("rollout", "undo", f"deployment/{web}")
    run("rollout", "status", f"deployment/{web}", PATIENCE)
    assert images(run) == "nginx:1 nginx:1"


def test_a_restart_replaces_the_pods(run: Kubectl, web: str) -> None:
    before = set(run("get", "pods", "-o", "name").split())
    run("rollout", "restart", f"deployment/{web}")
    run("rollout", "status", f"deployment/{web}", PATIENCE)
    assert before.isdisjoint(run("get", "pods", "-o", "name").split())


def test_scale_edit_and_diff(run: Kubectl, web: str) -> None:
    run("scale", f"deployment/{web}", "--replicas=3")
    run("wait", f"deployment/{web}", "--for=jsonpath={.status.readyReplicas}=3", PATIENCE)
    shown = run("diff", "-f", "-", stdin=deployment("web"), code=1)
    assert "-  replicas: 3" in shown
    assert "+  replicas: 2" in shown
    run("edit", "deployment", web, editor="sed -i s/nginx:1/nginx:3/")
    run("rollout", "status", f"deployment/{web}", PATIENCE)
    assert set(images(run).split()) == {"nginx:3"}


def test_a_job_completes_and_a_schedule_is_shown(run: Kubectl) -> None:
    run("create", "job", "once", "--image=busybox")
    run("wait", "job/once", "--for=condition=Complete", PATIENCE)
    assert rows(run("get", "jobs"))[1][:3] == ["once", "Complete", "1/1"]
    run("create", "cronjob", "tick", "--image=busybox", "--schedule=0 3 * * *")
    assert rows(run("get", "cronjobs"))[1][:3] == ["tick", "0 3 * * *", "<none>"]
    run("delete", "job/once", "cronjob/tick", PATIENCE)


def test_pods_run_and_go(run: Kubectl) -> None:
    run("run", "one", "--image=nginx")
    run("wait", "pod/one", "--for=condition=Ready", PATIENCE)
    refused = run("logs", "one", code=1)
    assert "the embedded API server runs no containers" in refused
    run("delete", "pod", "one", PATIENCE)
    assert run("get", "pods") == "No resources found in default namespace.\n"


def test_auth_answers_by_roles(run: Kubectl) -> None:
    assert run("auth", "can-i", "create", "pods") == "yes\n"
    assert run("auth", "can-i", "get", "pods", "--as=bob", code=1) == "no\n"
    run("create", "role", "reader", "--verb=get,list", "--resource=pods")
    run("create", "rolebinding", "readers", "--role=reader", "--user=bob")
    assert run("auth", "can-i", "get", "pods", "--as=bob") == "yes\n"
    listed = rows(run("auth", "can-i", "--list", "--as=bob"))
    assert ["pods", "[]", "[]", "[get list]"] in listed
    assert "system:masters" in run("auth", "whoami")
    refused = run("get", "secrets", "--as=bob", code=1)
    assert 'User "bob" cannot list resource "secrets"' in refused


def test_explain_knows_the_built_in_kinds(run: Kubectl) -> None:
    told = run("explain", "deployment.spec.strategy")
    assert re.search(r"rollingUpdate\s+<RollingUpdateDeployment>", told)
    assert "enum: Recreate, RollingUpdate" in told


def test_a_big_apply_of_many_kinds_stands_and_a_second_one_changes_nothing(run: Kubectl) -> None:
    """As a chart renders them: one file, every kind that operators bring."""
    labels = {"app": "chart"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    selector = {"matchLabels": labels}
    backend = {"service": {"name": "chart", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    rbac = "rbac.authorization.k8s.io"
    kinds: list[tuple[str, str, dict[str, object]]] = [
        ("v1", "ServiceAccount", {}),
        ("v1", "ConfigMap", {"data": {"a": "b"}}),
        ("v1", "Secret", {"stringData": {"a": "b"}}),
        ("v1", "Service", {"spec": {"selector": labels, "ports": [{"port": 80}]}}),
        ("apps/v1", "Deployment", {"spec": {"selector": selector, "template": pod}}),
        ("apps/v1", "DaemonSet", {"spec": {"selector": selector, "template": pod}}),
        (
            "apps/v1",
            "StatefulSet",
            {"spec": {"selector": selector, "template": pod, "serviceName": "chart"}},
        ),
        (
            "policy/v1",
            "PodDisruptionBudget",
            {"spec": {"minAvailable": 1, "selector": selector}},
        ),
        (
            "networking.k8s.io/v1",
            "Ingress",
            {"spec": {"rules": [{"host": "a.example.com", "http": {"paths": [path]}}]}},
        ),
        ("networking.k8s.io/v1", "NetworkPolicy", {"spec": {"podSelector": selector}}),
        (
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            {
                "spec": {
                    "maxReplicas": 3,
                    "scaleTargetRef": {
                        "apiVersion": "apps/v1",
                        "kind": "Deployment",
                        "name": "chart",
                    },
                }
            },
        ),
        (
            f"{rbac}/v1",
            "Role",
            {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
        ),
        (
            f"{rbac}/v1",
            "RoleBinding",
            {
                "roleRef": {"apiGroup": rbac, "kind": "Role", "name": "chart"},
                "subjects": [{"kind": "ServiceAccount", "name": "chart"}],
            },
        ),
    ]
    chart = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {"apiVersion": version, "kind": kind, "metadata": {"name": "chart"}, **rest}
            for version, kind, rest in kinds
        ],
    }
    first = run("apply", "-f", "-", stdin=chart).splitlines()
    assert [line.rpartition(" ")[2] for line in first] == ["created"] * len(kinds)
    second = run("apply", "-f", "-", stdin=chart).splitlines()
    # With a real server too: stringData is not stored, and a PodDisruptionBudget's selector is
    # replaced in each patch.
    changed = {line.partition("/")[0] for line in second if not line.endswith(" unchanged")}
    assert changed == {"secret", "poddisruptionbudget.policy"}
    run("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=chart)
    run("rollout", "status", "deployment/chart", PATIENCE)
    run("delete", "-f", "-", PATIENCE, stdin=chart)
