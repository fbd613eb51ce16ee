"""`make deploy` and its likes, on a real API server by a real kubectl."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kube.envtest import Environment
from kube.envtest.real.assets import API_SERVER, KUBECTL, Assets, MissingAssetError
from tests.codegen.scaffold import projects

CONTROLLERS = ["deployment-controller", "replicaset-controller", "namespace-controller"]
CONTROLLERS += ["garbage-collector-controller", "serviceaccount-controller"]

PSA = "pod-security.kubernetes.io"


class Cluster:
    """Commands on a cluster; each has to succeed, and to print no warning."""

    def __init__(self, environment: Environment) -> None:
        self.kubectl = environment.kubectl
        self._env = {**os.environ, "KUBECONFIG": str(environment.kubeconfig)}

    def run(self, *command: str | Path, cwd: Path | None = None) -> str:
        done = subprocess.run(command, cwd=cwd, env=self._env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Warning" not in done.stderr
        return done.stdout

    def ask(self, *arguments: str) -> str:
        return self.run(self.kubectl, *arguments)

    def make(self, root: Path, *arguments: str) -> str:
        tools = (f"PYTHON={sys.executable}", f"KUBECTL={self.kubectl}")
        return self.run("make", *tools, *arguments, cwd=root)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    try:
        for binary in (API_SERVER, KUBECTL):
            Assets.from_environment().find(binary)
    except MissingAssetError as error:
        pytest.skip(f"{error} (run hack/test-real.sh, which builds it)")
    with Environment(server="real", controllers=CONTROLLERS) as environment:
        yield Cluster(environment)


@pytest.mark.parametrize("layout", projects.CHOSEN)
def test_a_project_is_deployed_and_taken_away_again(
    layout: str, stages: projects.Stages, cluster: Cluster
) -> None:
    """In a namespace whose Pods have to be restricted, without a warning."""
    root = stages.whole(layout)
    namespace = projects.NAMESPACE
    cluster.ask("create", "namespace", namespace)
    cluster.ask(
        *("label", "namespace", namespace),
        *(f"{PSA}/{mode}=restricted" for mode in ("enforce", "warn", "audit")),
    )
    cluster.make(root, "deploy", "IMG=registry.example.com/bakery:v1")

    manager = f"{projects.NAME}-controller-manager"
    cluster.ask(
        *("wait", "deployment", manager, "--namespace", namespace, "--timeout=60s"),
        "--for=jsonpath={.status.updatedReplicas}=1",
    )
    pods = yaml.safe_load(cluster.ask("get", "pods", "--namespace", namespace, "--output=yaml"))
    (pod,) = (pod["spec"] for pod in pods["items"])
    assert pod["serviceAccountName"] == manager
    assert pod["containers"][0]["image"] == "registry.example.com/bakery:v1"
    kinds = {kind.rpartition("/")[0] for kind in labelled(cluster)}
    own = {f"{kind}.rbac.authorization.k8s.io" for kind in ("role", "rolebinding")}
    assert own < kinds

    cluster.ask("apply", "--kustomize", f"{root}/config/samples")
    cluster.make(root, "build-installer", "IMG=registry.example.com/bakery:v1")
    installer = f"{root}/dist/install.yaml"
    assert cluster.ask("diff", "--server-side", "--force-conflicts", "--filename", installer) == ""

    cluster.make(root, "undeploy")
    assert labelled(cluster) == []
    cluster.make(root, "undeploy", "ignore-not-found=true")


@pytest.mark.parametrize("layout", projects.CHOSEN)
def test_the_crds_are_installed_and_deleted_alone(
    layout: str, stages: projects.Stages, cluster: Cluster
) -> None:
    root = stages.whole(layout)
    cluster.make(root, "install")
    crds = cluster.ask("get", "crd", "--output=name").split()
    assert labelled(cluster) == crds != []
    cluster.ask("wait", *crds, "--for=condition=Established", "--timeout=60s")
    cluster.make(root, "uninstall")
    assert labelled(cluster) == []


def labelled(cluster: Cluster) -> list[str]:
    """The objects of the project, of every kind that the scaffold deploys."""
    kinds = "namespaces,crd,clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,"
    kinds += "services,deployments"
    label = f"app.kubernetes.io/name={projects.NAME}"
    selector = (f"--selector={label}", "--all-namespaces", "--output=name")
    return cluster.ask("get", kinds, *selector).split()
