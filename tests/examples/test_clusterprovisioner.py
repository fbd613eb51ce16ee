"""The four controllers against the fake clientset, and the demo as a person runs it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from apis.clusterprovisioner.v1alpha1 import (
    Cluster,
    ClusterCondition,
    ClusterConditionType,
    ClusterSpec,
    ClusterStatus,
    ConditionStatus,
    Kubeconfig,
    KubeconfigSpec,
)
from examples.clusterprovisioner.annotator import ANNOTATION, Annotator
from examples.clusterprovisioner.clusters import Clusters
from examples.clusterprovisioner.configgenerator import ConfigGenerator, kubeconfig_path
from examples.clusterprovisioner.healthchecker import HealthChecker
from examples.clusterprovisioner.provisioner import FINALIZER, Provisioner
from examples.clusterprovisioner.rke import RKE, RKEError
from generated.clientset.versioned.fake import FakeAsyncClientset
from generated.informers.externalversions import SharedInformerFactory
from kube.api.meta.v1 import ObjectMeta
from kube.client import Config, RESTClient, TransportError
from kube.envtest import Environment
from kube.runtime.errors import NotFoundError

ROOT = Path(__file__).parents[2]
NAME = "clusteraws"


class Scene:
    """Fake clients with their cache, and the commands that were run."""

    def __init__(self, clients: FakeAsyncClientset, factory: SharedInformerFactory) -> None:
        self.clients = clients
        informers = factory.clusterprovisioner.v1alpha1
        self.kubeconfigs = informers.kubeconfigs.lister
        self.clusters = Clusters(clients, informers.clusters.lister)

    async def cluster(self) -> Cluster:
        return await self.clients.clusterprovisioner_v1alpha1.clusters().get(NAME)


@asynccontextmanager
async def scene(*objects: Cluster | Kubeconfig) -> AsyncIterator[Scene]:
    clients = FakeAsyncClientset(*objects)
    async with SharedInformerFactory(clients) as factory:
        made = Scene(clients, factory)
        await factory.wait_for_cache_sync()
        yield made


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "cluster.yml"
    path.write_text("nodes: []\n")
    return path


def cluster(config: Path, *true: ClusterConditionType, **metadata: object) -> Cluster:
    conditions = [ClusterCondition(type=t, status=ConditionStatus.TRUE) for t in true]
    return Cluster(
        metadata=ObjectMeta(name=NAME, **metadata),  # type: ignore[arg-type]
        spec=ClusterSpec(config_path=str(config)),
        status=ClusterStatus(conditions=conditions or None),
    )


def kubeconfig() -> Kubeconfig:
    return Kubeconfig(metadata=ObjectMeta(name=NAME), spec=KubeconfigSpec(config_path="/kc"))


def recording_rke(tmp_path: Path, status: int = 0) -> tuple[RKE, Callable[[], list[str]]]:
    """An rke that writes down how it was called."""
    calls = tmp_path / "calls"
    source = f"import sys; open({str(calls)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')"
    command = (sys.executable, "-c", f"{source}; sys.exit({status})")
    return RKE(command), lambda: calls.read_text().splitlines() if calls.exists() else []


async def answers(version: str) -> str:
    return "v1.36.4"


async def refuses(version: str) -> str:
    raise TransportError("connection refused")


async def test_the_provisioner_applies_the_config_and_records_it(
    tmp_path: Path, config: Path
) -> None:
    rke, calls = recording_rke(tmp_path)
    async with scene(cluster(config)) as s:
        await Provisioner(s.clusters, rke).reconcile(NAME)
        after = await s.cluster()
    assert calls() == [f"up --config {config}"]
    assert after.status.applied_config == "nodes: []\n"
    assert after.metadata.finalizers == [FINALIZER]
    assert [(c.type, c.status) for c in after.status.conditions or ()] == [("Provisioned", "True")]


async def test_what_is_applied_already_is_not_applied_again(tmp_path: Path, config: Path) -> None:
    rke, calls = recording_rke(tmp_path)
    async with scene(cluster(config)) as s:
        provisioner = Provisioner(s.clusters, rke)
        await provisioner.reconcile(NAME)
        await provisioner.reconcile(NAME)
    assert len(calls()) == 1


async def test_a_failing_rke_is_recorded_and_tried_again(tmp_path: Path, config: Path) -> None:
    rke, _ = recording_rke(tmp_path, status=3)
    async with scene(cluster(config)) as s:
        with pytest.raises(RKEError, match="ended with status 3"):
            await Provisioner(s.clusters, rke).reconcile(NAME)
        after = await s.cluster()
    [condition] = after.status.conditions or ()
    assert (condition.type, condition.status, condition.reason) == (
        "Provisioned",
        "False",
        "RKEFailed",
    )
    assert after.status.applied_config == ""


async def test_a_config_that_cannot_be_read_is_recorded(tmp_path: Path) -> None:
    rke, calls = recording_rke(tmp_path)
    async with scene(cluster(tmp_path / "missing.yml")) as s:
        with pytest.raises(FileNotFoundError):
            await Provisioner(s.clusters, rke).reconcile(NAME)
        after = await s.cluster()
    [condition] = after.status.conditions or ()
    assert condition.reason == "ConfigUnreadable"
    assert "missing.yml" in condition.message
    assert calls() == []


async def test_a_command_that_does_not_exist_is_an_error_that_names_it(config: Path) -> None:
    with pytest.raises(RKEError, match=r"cannot run `/no/such/rke up .*No such file"):
        await RKE(("/no/such/rke",)).up(str(config))


async def test_on_deletion_the_cluster_is_removed_before_its_finalizer(
    tmp_path: Path, config: Path
) -> None:
    rke, calls = recording_rke(tmp_path)
    clients = FakeAsyncClientset(cluster(config, finalizers=[FINALIZER]))
    await clients.clusterprovisioner_v1alpha1.clusters().delete(NAME)
    async with SharedInformerFactory(clients) as factory:
        s = Scene(clients, factory)
        await factory.wait_for_cache_sync()
        await Provisioner(s.clusters, rke).reconcile(NAME)
        left = await clients.clusterprovisioner_v1alpha1.clusters().list()
    assert calls() == [f"remove --force --config {config}"]
    assert left.items == []


async def test_a_failing_removal_keeps_the_finalizer(tmp_path: Path, config: Path) -> None:
    rke, _ = recording_rke(tmp_path, status=1)
    clients = FakeAsyncClientset(cluster(config, finalizers=[FINALIZER]))
    await clients.clusterprovisioner_v1alpha1.clusters().delete(NAME)
    async with SharedInformerFactory(clients) as factory:
        s = Scene(clients, factory)
        await factory.wait_for_cache_sync()
        with pytest.raises(RKEError):
            await Provisioner(s.clusters, rke).reconcile(NAME)
        assert (await s.cluster()).metadata.finalizers == [FINALIZER]


async def test_the_config_generator_keeps_an_owned_kubeconfig(config: Path) -> None:
    async with scene(cluster(config, ClusterConditionType.PROVISIONED)) as s:
        await ConfigGenerator(s.clients, s.clusters, s.kubeconfigs).reconcile(NAME)
        made = await s.clients.clusterprovisioner_v1alpha1.kubeconfigs().get(NAME)
        owner = await s.cluster()
    assert made.spec.config_path == kubeconfig_path(str(config))
    assert made.spec.config_path.endswith("/kube_config_cluster.yml")
    [reference] = made.metadata.owner_references or ()
    assert (reference.kind, reference.uid) == ("Cluster", owner.metadata.uid)


async def test_a_kubeconfig_that_somebody_changed_is_put_right(config: Path) -> None:
    async with scene(cluster(config, ClusterConditionType.PROVISIONED), kubeconfig()) as s:
        await ConfigGenerator(s.clients, s.clusters, s.kubeconfigs).reconcile(NAME)
        put_right = await s.clients.clusterprovisioner_v1alpha1.kubeconfigs().get(NAME)
    assert put_right.spec.config_path == kubeconfig_path(str(config))


async def test_a_cluster_that_is_not_provisioned_has_no_kubeconfig(config: Path) -> None:
    async with scene(cluster(config)) as s:
        await ConfigGenerator(s.clients, s.clusters, s.kubeconfigs).reconcile(NAME)
        assert (await s.clients.clusterprovisioner_v1alpha1.kubeconfigs().list()).items == []


@pytest.mark.parametrize(("server", "status"), [(answers, "True"), (refuses, "False")])
async def test_the_health_checker_records_whether_the_cluster_answers(
    config: Path, server: Callable[[str], object], status: str
) -> None:
    async with scene(cluster(config, ClusterConditionType.PROVISIONED), kubeconfig()) as s:
        checker = HealthChecker(s.clusters, s.kubeconfigs, server, interval=7)  # type: ignore[arg-type]
        assert await checker.reconcile(NAME) == 7
        conditions = (await s.cluster()).status.conditions or []
    assert {c.type: c.status for c in conditions}["Ready"] == status


async def test_the_annotator_writes_the_version_of_a_ready_cluster(config: Path) -> None:
    async with scene(cluster(config, ClusterConditionType.READY), kubeconfig()) as s:
        await Annotator(s.clusters, s.kubeconfigs, answers).reconcile(NAME)
        assert (await s.cluster()).metadata.annotations == {ANNOTATION: "v1.36.4"}


async def test_a_change_survives_a_conflict_with_somebody_elses(config: Path) -> None:
    async with scene(cluster(config, ClusterConditionType.READY), kubeconfig()) as s:
        behind_the_cache = await s.cluster()
        behind_the_cache.metadata.labels = {"by": "somebody"}
        await s.clients.clusterprovisioner_v1alpha1.clusters().update(behind_the_cache)
        await Annotator(s.clusters, s.kubeconfigs, answers).reconcile(NAME)
        after = await s.cluster()
    assert after.metadata.labels == {"by": "somebody"}
    assert after.metadata.annotations == {ANNOTATION: "v1.36.4"}


async def test_what_is_applied_to_a_cluster_that_is_gone_creates_none(config: Path) -> None:
    async with scene(cluster(config, ClusterConditionType.READY)) as s:
        seen = await s.cluster()
        await s.clients.clusterprovisioner_v1alpha1.clusters().delete(NAME)
        await s.clusters.apply(seen, "annotator", annotations={ANNOTATION: "v1.36.4"})
        assert (await s.clients.clusterprovisioner_v1alpha1.clusters().list()).items == []


async def test_two_controllers_keep_a_condition_each(config: Path) -> None:
    async with scene(cluster(config, ClusterConditionType.PROVISIONED), kubeconfig()) as s:
        await HealthChecker(s.clusters, s.kubeconfigs, answers, interval=7).reconcile(NAME)
        after = await s.cluster()
    assert [(c.type, c.status) for c in after.status.conditions or ()] == [
        ("Provisioned", "True"),
        ("Ready", "True"),
    ]


def test_the_demo_plays_to_its_end() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "examples.clusterprovisioner.demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert played.returncode == 0, played.stderr
    scenes = [line.partition("✓ ")[2] for line in played.stderr.splitlines() if "✓" in line]
    assert scenes == [
        "the provisioner has run rke up",
        "the healthchecker finds it ready",
        "the annotator wrote its version",
        "the configgenerator keeps Kubeconfig clusteraws",
        "the provisioner applied it",
        "rke remove ran, the finalizer is released, the Cluster is gone",
    ]
    assert "Traceback" not in played.stderr


def test_a_namespace_can_be_deleted_while_the_demo_plays() -> None:
    command = [sys.executable, "-m", "examples.clusterprovisioner.demo"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as demo:
        assert demo.stderr is not None
        try:
            told = next(line for line in demo.stderr if "--kubeconfig" in line)
            config = Config.load(told.split()[-1])
            with RESTClient.for_config(config) as rest:
                namespaces = "/api/v1/namespaces"
                json_body = {"content-type": "application/json"}
                body = b'{"metadata":{"name":"shop"}}'
                rest.request("POST", namespaces, headers=json_body, body=body)
                rest.request("DELETE", f"{namespaces}/shop")
                with pytest.raises(NotFoundError):
                    rest.request("GET", f"{namespaces}/shop")
        finally:
            demo.terminate()


def test_a_kubeconfig_that_does_not_exist_is_one_clear_line() -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "examples.clusterprovisioner", "--kubeconfig", "/no/such/file"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert refused.returncode == 1
    assert "/no/such/file" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def kubeconfig_of(server: str, tmp_path: Path) -> str:
    path = tmp_path / "kubeconfig"
    path.write_text(
        f"""
        clusters: [{{name: c, cluster: {{server: "{server}"}}}}]
        contexts: [{{name: c, context: {{cluster: c}}}}]
        current-context: c
        """
    )
    return str(path)


def test_an_unreachable_server_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host, port = closed.getsockname()
    kubeconfig = kubeconfig_of(f"http://{host}:{port}", tmp_path)
    refused = subprocess.run(
        [sys.executable, "-m", "examples.clusterprovisioner", "--kubeconfig", kubeconfig],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert refused.returncode == 1
    assert str(port) in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_program_ends_on_a_signal_without_a_traceback(number: int, status: int) -> None:
    with Environment(server="embedded") as environment:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "examples.clusterprovisioner"),
                *("--kubeconfig", str(environment.kubeconfig)),
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            # A shell has what it starts in the background ignore SIGINT, and all that this starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "serves clusters" in line:
                process.send_signal(number)
        assert process.wait(60) == status
    assert "Traceback" not in "".join(lines)
