"""The image as far as it can be had without Docker, in a pod as far as without a kubelet.

Its Dockerfile is followed (container.py), and the program runs on a read-only root as 65532 against
a real API server, with the token of its service account. It takes a minute, and pip needs an index
for what the runtime depends on, so it runs where TEST_IMAGE is set: `make test-all`.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from kube.api.coordination.v1 import Lease
from kube.client import Client, unstructured
from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, KUBECTL, Assets, MissingAssetError
from kube.runtime import from_yaml
from kube.runtime.quantity_value import parse_quantity
from kube.runtime.unstructured import Unstructured
from tests.codegen.scaffold import container, projects
from tests.codegen.scaffold.kustomization import build, create

LOAVES = 1000
LOAF = unstructured("bakery.example.com/v1alpha1", "Loaf")
ACCOUNT = "/run/secrets/kubernetes.io/serviceaccount"

pytestmark = [
    pytest.mark.skipif("TEST_IMAGE" not in os.environ, reason="TEST_IMAGE is not set"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    try:
        for binary in (API_SERVER, KUBECTL):
            Assets.from_environment().find(binary)
    except MissingAssetError as error:
        pytest.skip(f"{error} (run hack/test-real.sh, which builds it)")
    with Environment(server="real", controllers=["serviceaccount-controller"]) as environment:
        yield environment


@pytest.fixture(scope="module")
def image(root: Path, wheel: Path) -> Iterator[container.Stage]:
    if why_not := container.why_not():
        pytest.skip(why_not)
    with container.Space() as space:
        yield container.built(space, root, wheel.parent)


@pytest.fixture(scope="module")
def root(stages: projects.Stages) -> Path:
    return stages.whole("plain")


def test_the_program_of_the_image_works_in_its_pod_and_ends_in_time(
    root: Path, environment: Environment, image: container.Stage, tmp_path: Path
) -> None:
    objects = build(root / "config/default")
    (deployment,) = (each for each in objects if each["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (manager,) = pod["containers"]
    assert manager["command"] == image.entrypoint
    account = service_account(environment, objects, tmp_path / "account")
    ports = dict(zip(("health", "metrics"), free_ports(2), strict=True))
    started = time.monotonic()
    program = image.start(
        *(on_free_port(argument, ports) for argument in manager["args"]),
        mounts={ACCOUNT: account},
        KUBERNETES_SERVICE_HOST="127.0.0.1",
        KUBERNETES_SERVICE_PORT=environment.url.rpartition(":")[2],
    )
    with ThreadPoolExecutor() as pool, Client.for_config(environment.config) as client:
        log = pool.submit(lambda: program.stderr.read())  # or its pipe would be full
        try:
            wait_for_answer(program, ports["health"])
            seconds = time.monotonic() - started
            lease = wait_for_leader(client)
            alone = program.memory("VmRSS")
            make_loaves(client)
            full, most = program.memory("VmRSS"), program.memory("VmHWM")
            program.terminate()
            code = program.wait(pod["terminationGracePeriodSeconds"])
        finally:
            program.kill()
        lines = [json.loads(line) for line in log.result().splitlines()]
        lease = client.get(Lease, lease.metadata.name, projects.NAMESPACE)
    print(
        f"ready after {seconds:.2f} s; {alone:.0f} MiB, {full:.0f} with {LOAVES} objects, ", end=""
    )
    print(f"{most:.0f} at most")
    assert code == 0, lines
    assert not lease.spec.holder_identity
    assert [line for line in lines if line["level"] in ("warning", "error")] == []
    assert most * 2**20 < parse_quantity(manager["resources"]["limits"]["memory"])


def service_account(environment: Environment, objects: list[Any], folder: Path) -> Path:
    """Deploy, and make the folder that a kubelet would mount."""
    with Client.for_config(environment.config) as client:
        create(client, objects)
    kubeconfig = yaml.safe_load(environment.kubeconfig.read_text())
    authority = kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"]
    name = f"{projects.NAME}-controller-manager"
    kubectl = [environment.kubectl, "--kubeconfig", environment.kubeconfig]
    token = subprocess.check_output(
        [*kubectl, "create", "token", name, "--namespace", projects.NAMESPACE]
    )
    folder.mkdir()
    (folder / "token").write_bytes(token.strip())
    (folder / "ca.crt").write_bytes(base64.b64decode(authority))
    (folder / "namespace").write_text(projects.NAMESPACE)
    return folder


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def on_free_port(argument: str, ports: dict[str, int]) -> str:
    """The flag of an address with a port that nothing else on this machine has."""
    for name, port in ports.items():
        if name in argument:
            return f"{argument.partition('=')[0]}=127.0.0.1:{port}"
    return argument


def wait_for_answer(program: container.Program, port: int) -> None:
    """Until the program says that it is ready; for a minute at most."""
    until = time.monotonic() + 60
    while time.monotonic() < until and program.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30).close()
            return
        except urllib.error.URLError:
            time.sleep(0.01)
    raise AssertionError(f"no answer: {program.poll()}")


def wait_for_leader(client: Client) -> Lease:
    """The lease, once somebody holds it."""
    with client.watch(Lease, projects.NAMESPACE) as events:
        for event in events:
            if event.object.spec.holder_identity:
                return event.object
    raise AssertionError("the watch ended")


def make_loaves(client: Client) -> None:
    """Create objects, and wait until each has a condition."""
    for number in range(LOAVES):
        text = f"apiVersion: bakery.example.com/v1alpha1\nkind: Loaf\nmetadata: {{name: n{number}}}"
        client.in_namespace("default").create(from_yaml(text, Unstructured))
    done: set[str] = set()
    with client.watch(LOAF, "default") as events:
        for event in events:
            if event.object.get("status", {}).get("conditions"):
                done.add(event.object.metadata.name)
            if len(done) == LOAVES:
                return
