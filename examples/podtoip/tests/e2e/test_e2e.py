"""The operator in a cluster: build its image, deploy it, and look at it from outside.

`make test-e2e` makes a cluster with kind, runs these tests on it, and deletes it. They are a
beginning: they were scaffolded without a cluster to try them on.
"""

from __future__ import annotations

import os
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
KUBECTL = os.environ.get("KUBECTL", "kubectl")
KIND = os.environ.get("KIND", "kind")
CLUSTER = os.environ.get("KIND_CLUSTER", "podtoip-test-e2e")
IMAGE = "example.com/podtoip:v0.0.1"
NAMESPACE = "podtoip-system"
ACCOUNT = "podtoip-controller-manager"
DEPLOYMENT = "deployment/podtoip-controller-manager"
SERVICE = "service/podtoip-controller-manager-metrics-service"
READER = "podtoip-metrics-reader"


def run(*command: str) -> str:
    """What a command prints; it has to succeed."""
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def kubectl(*arguments: str) -> str:
    """What kubectl prints, in the operator's namespace."""
    return run(KUBECTL, f"--namespace={NAMESPACE}", *arguments)


@pytest.fixture(scope="module", autouse=True)
def _deployed() -> Iterator[None]:
    """The operator, in a namespace that takes restricted Pods alone."""
    run("make", "docker-build", f"IMG={IMAGE}")
    run(KIND, "load", "docker-image", IMAGE, "--name", CLUSTER)
    kubectl("create", "namespace", NAMESPACE)
    kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    try:
        run("make", "deploy", f"IMG={IMAGE}")
        yield
    finally:
        for command in (["describe", "pods"], ["logs", DEPLOYMENT], ["get", "events"]):
            subprocess.run([KUBECTL, f"--namespace={NAMESPACE}", *command], check=False)
        run("make", "undeploy", "ignore-not-found=true")


def test_the_manager_becomes_ready() -> None:
    kubectl("rollout", "status", DEPLOYMENT, "--timeout=3m")


def test_metrics_are_served_to_those_who_may_read_them() -> None:
    kubectl("rollout", "status", DEPLOYMENT, "--timeout=3m")
    role = f"--clusterrole={READER}"
    account = f"--serviceaccount={NAMESPACE}:{ACCOUNT}"
    kubectl("create", "clusterrolebinding", READER, role, account)
    try:
        token = kubectl("create", "token", ACCOUNT).strip()
        with forwarded(SERVICE, 8443) as port:
            assert scrape(port, "")[0] == 401
            status, text = scrape(port, token)
        assert status == 200
        assert "controller_runtime_reconcile_total" in text
    finally:
        kubectl("delete", "clusterrolebinding", READER)


def scrape(port: int, token: str) -> tuple[int, str]:
    """The status and the text of the metrics, for who has this token."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        request = Request(f"https://127.0.0.1:{port}/metrics", headers=headers)
        with urlopen(request, context=trust) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@contextmanager
def forwarded(target: str, port: int) -> Iterator[int]:
    """A port of this machine that leads to a port in the cluster."""
    command = [KUBECTL, f"--namespace={NAMESPACE}", "port-forward", target, f":{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forwarding:
        try:
            assert forwarding.stdout is not None
            opened = re.search(r"127\.0\.0\.1:(\d+) ->", forwarding.stdout.readline())
            assert opened is not None, "kubectl port-forward opened no port"
            yield int(opened[1])
        finally:
            forwarding.terminate()
