"""kubectl and workloads: the same words on both servers, command by command.

There is no kubelet on the real one, so the embedded one runs without it too, and the test itself
writes that Pods are ready.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import time

import pytest

from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, CONTROLLER_MANAGER, KUBECTL
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import Namespace, find_or_skip

CONTROLLERS = [
    "cronjob-controller", "daemonset-controller", "deployment-controller", "disruption-controller",
    "endpointslice-controller", "garbage-collector-controller", "job-controller",
    "persistentvolume-binder-controller", "persistentvolumeclaim-protection-controller",
    "replicaset-controller", "statefulset-controller",
]  # fmt: skip
PATIENCE = 30
"""Seconds; only a test that fails waits so long."""

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_SHOWN = (
    (re.compile(rf"(?<=web-)[{_LETTERS}]{{6,10}}"), "<hash>"),
    (re.compile(rf"pod-template-hash=[{_LETTERS}]+"), "pod-template-hash=<hash>"),
    (re.compile(rf"-[{_LETTERS}]{{5}}(?![\w-])"), "-*"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uid>"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"), "<time>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"\b10\.\d+\.\d+\.\d+\b"), "<address>"),
    (re.compile(r"(?<=\s)(\d+[dhms])+( \(x\d+ over (\d+[dhms])+\))?(?=\s|$)"), "<age>"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r"-{4,}"), "----"),
)


class Both:
    """kubectl against two servers, in one namespace of each."""

    def __init__(self, servers: list[Environment], binary: object) -> None:
        self.namespace = f"test-{secrets.token_hex(4)}"
        self._binary = binary
        self._servers = servers
        self.apis = [Api(each.config) for each in servers]
        for api in self.apis:
            api.post("/api/v1/namespaces", {"metadata": {"name": self.namespace}}).ok()

    def close(self) -> None:
        for api in self.apis:
            api.close()

    def _run(self, server: Environment, arguments: tuple[str, ...]) -> str:
        command = [str(self._binary), f"--kubeconfig={server.kubeconfig}", f"-n={self.namespace}"]
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, timeout=100, check=False
        )
        text = done.stdout + done.stderr
        for pattern, shown in _SHOWN:
            text = pattern.sub(shown, text)
        text = text.replace(self.namespace, "<namespace>").replace(str(server.kubeconfig), "")
        lines = [line.rstrip() for line in text.splitlines()]
        if arguments[0] == "get":
            lines.sort()  # names are random
        return "\n".join([f"exit {done.returncode}", *lines])

    def say(self, *arguments: str) -> str:
        """What both say to a command, which is given once."""
        ours, theirs = (self._run(each, arguments) for each in self._servers)
        assert ours == theirs, " ".join(arguments)
        return ours

    def show(self, *arguments: str, until: str = "") -> str:
        """What both come to show, with the text that is waited for."""
        deadline = time.monotonic() + PATIENCE
        while True:
            ours, theirs = (self._run(each, arguments) for each in self._servers)
            if ours == theirs and until in ours:
                return ours
            if time.monotonic() > deadline:
                assert ours == theirs, " ".join(arguments)
                assert until in ours
            time.sleep(0.1)

    def make_ready(self) -> None:
        """Have all Pods run, as a kubelet would."""
        for api in self.apis:
            pods = Namespace(self.namespace).path("pods")
            for number, pod in enumerate(api.get(pods).ok()["items"]):
                ip = f"10.1.0.{number + 1}"
                ready = {"type": "Ready", "status": "True"}
                ready["lastTransitionTime"] = "2025-01-01T00:00:00Z"
                status = {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}]}
                status["conditions"] = [ready]
                path = f"{pods}/{pod['metadata']['name']}/status"
                api.patch("merge", path, {"status": status}).ok()


@pytest.fixture(scope="module")
def servers():
    for binary in (API_SERVER, CONTROLLER_MANAGER):
        find_or_skip(binary)
    with (
        Environment(server="embedded", controllers=CONTROLLERS) as ours,
        Environment(server="real", controllers=CONTROLLERS) as theirs,
    ):
        yield [ours, theirs]


@pytest.fixture
def both(servers):
    both = Both(servers, find_or_skip(KUBECTL))
    yield both
    both.close()


def test_a_deployment_is_rolled_out_and_back(both):
    both.say("create", "deployment", "web", "--image=nginx:1", "--replicas=2", "--port=80")
    both.show("get", "pods", until="Pending")
    both.make_ready()
    both.show("get", "deployments,replicasets", "-o", "wide", until="2/2")
    both.say("rollout", "status", "deployment/web", "--timeout=30s")
    both.say("set", "image", "deployment/web", "nginx=nginx:2")
    both.show("get", "replicasets", "-o", "wide", until="nginx:2")
    both.say("rollout", "pause", "deployment/web")
    both.say("rollout", "pause", "deployment/web")
    both.say("scale", "deployment/web", "--replicas=6")
    both.show("get", "replicasets", until="5 5 2")
    both.say("rollout", "undo", "deployment/web")
    both.say("rollout", "resume", "deployment/web")
    both.show("get", "replicasets", "-o", "wide")  # the next step begins where both came to rest
    both.show("rollout", "history", "deployment/web")
    both.show("rollout", "history", "deployment/web", "--revision=2")
    both.say("rollout", "undo", "deployment/web")
    both.show("rollout", "history", "deployment/web", until="3")
    both.show("get", "replicasets", "-o", "wide")
    both.show("describe", "deployment", "web", until="ScalingReplicaSet")
    both.say("rollout", "restart", "deployment/web")
    both.show("get", "replicasets", "-o", "wide")
    both.show("get", "pods", "-o", "custom-columns=IMAGE:.spec.containers[0].image")


def test_a_service_budget_and_autoscaler_are_described(both):
    both.say("create", "deployment", "web", "--image=nginx:1", "--replicas=2", "--port=80")
    both.show("get", "pods", until="Pending")
    both.make_ready()
    both.say("expose", "deployment", "web", "--port=8080", "--target-port=80")
    both.say("create", "poddisruptionbudget", "web", "--selector=app=web", "--min-available=1")
    both.say("autoscale", "deployment", "web", "--min=1", "--max=3", "--cpu=80%")
    both.show("get", "poddisruptionbudgets", until="1 N/A 1")
    both.show("describe", "poddisruptionbudget", "web")
    both.show("describe", "replicaset", until="SuccessfulCreate")
    both.show("get", "endpointslices", "-o", "custom-columns=A:.addressType,P:.ports[*].port")
    both.show("get", "hpa")
    both.say("delete", "deployment", "web", "--cascade=orphan")
    both.show("get", "replicasets", until="web-")
    both.say("delete", "service/web", "hpa/web", "pdb/web")
    both.say("delete", "replicasets", "--all", "--cascade=foreground")
    both.show("get", "pods", until="No resources found")


def test_jobs_and_cron_jobs_are_shown_and_made_of_each_other(both):
    both.say("create", "cronjob", "tick", "--image=busybox", "--schedule=0 3 1 1 *")
    both.say("create", "job", "once", "--from=cronjob/tick")
    both.show("get", "jobs,pods", until="Pending")
    both.show("describe", "job", "once", until="SuccessfulCreate")
    both.show("describe", "cronjob", "tick", until="UnexpectedJob")
    both.say("wait", "job/once", "--for=condition=Complete", "--timeout=0s")
    both.say("delete", "cronjob", "tick")
    both.show("get", "jobs", until="No resources found")


def test_a_node_is_cordoned_tainted_and_drained(both):
    for api in both.apis:
        api.post("/api/v1/nodes", {"metadata": {"name": "worker"}})
    both.say("cordon", "worker")
    both.say("cordon", "worker")
    both.say("uncordon", "worker")
    both.say("taint", "nodes", "worker", "team=red:NoSchedule")
    both.say("taint", "nodes", "worker", "team=blue:NoSchedule")
    both.say("taint", "nodes", "worker", "team:NoSchedule-")
    labels, containers = {"app": "web"}, [{"name": "main", "image": "nginx:1"}]
    spec = {"nodeName": "worker", "terminationGracePeriodSeconds": 0, "containers": containers}
    template = {"metadata": {"labels": labels}, "spec": spec}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    for api in both.apis:
        path = Namespace(both.namespace).path("apps/v1/deployments")
        api.post(path, {"metadata": {"name": "web"}, "spec": spec}).ok()
    both.show("get", "replicasets", until="2 2 0")
    both.make_ready()
    both.say("create", "poddisruptionbudget", "web", "--selector=app=web", "--min-available=2")
    both.show("get", "poddisruptionbudgets", until="2 N/A 0")
    refused = both.say("drain", "worker", "--timeout=1s")
    assert "violate" in refused
    both.say("delete", "poddisruptionbudget", "web")
    both.say("uncordon", "worker")


def test_claims_and_sets_are_described(both):
    claim = """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":
    {"accessModes":["ReadWriteOnce"],"storageClassName":"","resources":{"requests":{"storage":"1Gi"}}}}
    """
    for api in both.apis:
        path = Namespace(both.namespace).path("persistentvolumeclaims")
        api.request("POST", path, claim.encode()).ok()
    both.show("describe", "persistentvolumeclaim", "data", until="FailedBinding")
    both.say("delete", "persistentvolumeclaim", "data")
    both.show("get", "persistentvolumeclaims", until="No resources found")
