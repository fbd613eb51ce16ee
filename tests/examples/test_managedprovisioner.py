"""The four controllers on the manager, from a Cluster's creation to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterSpec, Kubeconfig
from examples.clusterprovisioner.clusters import is_provisioned, is_ready
from examples.clusterprovisioner.rke import RKEError
from examples.managedprovisioner.program import add_controllers
from examples.managedprovisioner.reconcilers import ANNOTATION, FINALIZER
from kube.api.meta.v1 import ObjectMeta, find_condition
from kube.client import TransportError
from kube.controller import CacheOptions
from kube.controller.testing import EmbeddedManager
from kube.runtime.errors import NotFoundError

ROOT = Path(__file__).parents[2]
CRDS = ROOT / "config" / "crd" / "bases"
ROLES = ROOT / "examples" / "managedprovisioner" / "config" / "rbac"


class StandInRKE:
    def __init__(self):
        self.calls = []
        self.error = None

    async def up(self, path):
        self.calls.append(("up", path))
        if self.error:
            raise self.error

    async def remove(self, path):
        self.calls.append(("remove", ""))


class Cloud:
    """Clusters that answer, or do not."""

    def __init__(self):
        self.is_up = True

    async def version(self, kubeconfig):
        if not self.is_up:
            raise TransportError("no answer")
        return "v1.36.4"


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "cluster.yml"
    path.write_text("nodes: 1")
    return path


@pytest.fixture
def rke():
    return StandInRKE()


@pytest.fixture
def cloud():
    return Cloud()


@pytest.fixture
async def manager(rke, cloud):
    manager = EmbeddedManager(
        crds=CRDS,
        controllers=["garbage-collector-controller"],
        roles=ROLES,  # in each of these tests it is enough
        cache=CacheOptions(resync=30),
    )
    add_controllers(manager, rke, version=cloud.version, health_interval=30)
    async with manager:
        yield manager


async def created(manager, config):
    spec = ClusterSpec(config_path=str(config))
    await manager.user.create(Cluster(metadata=ObjectMeta(name="one"), spec=spec))
    await manager.settled()


async def test_a_cluster_is_provisioned_checked_and_annotated(manager, config, rke):
    await created(manager, config)
    cluster = await manager.user.get(Cluster, "one")
    assert rke.calls == [("up", str(config))]
    assert is_provisioned(cluster)
    assert is_ready(cluster)
    assert cluster.metadata.annotations == {ANNOTATION: "v1.36.4"}
    assert cluster.metadata.finalizers == [FINALIZER]
    kubeconfig = await manager.user.get(Kubeconfig, "one")
    assert kubeconfig.spec.config_path == str(config.with_name("kube_config_cluster.yml"))
    assert kubeconfig.metadata.owner_references[0].uid == cluster.metadata.uid


async def test_a_changed_kubeconfig_is_put_right_and_a_deleted_one_comes_back(manager, config):
    await created(manager, config)
    await manager.user.patch(Kubeconfig, {"spec": {"configPath": "elsewhere"}}, name="one")
    await manager.settled()
    assert (await manager.user.get(Kubeconfig, "one")).spec.config_path != "elsewhere"
    await manager.user.delete(Kubeconfig, "one")
    await manager.settled()
    assert await manager.user.get(Kubeconfig, "one")


async def test_a_cluster_that_stops_answering_is_not_ready_after_the_interval(
    manager, config, cloud
):
    await created(manager, config)
    cloud.is_up = False
    await manager.advance(30)
    cluster = await manager.user.get(Cluster, "one")
    assert not is_ready(cluster)
    assert find_condition(cluster.status.conditions, "Ready").reason == "NotReachable"
    cloud.is_up = True
    await manager.advance(30)
    assert is_ready(await manager.user.get(Cluster, "one"))


async def test_a_failure_of_rke_is_recorded_and_tried_again(manager, config, rke):
    rke.error = RKEError("`rke up` ended with status 1")
    await created(manager, config)
    cluster = await manager.user.get(Cluster, "one")
    assert find_condition(cluster.status.conditions, "Provisioned").reason == "RKEFailed"
    rke.error = None
    await manager.advance(3600)
    assert is_provisioned(await manager.user.get(Cluster, "one"))


async def test_a_deleted_cluster_is_taken_down_before_it_is_gone(manager, config, rke):
    await created(manager, config)
    await manager.user.delete(Cluster, "one")
    await manager.settled()
    assert rke.calls[-1] == ("remove", "")
    with pytest.raises(NotFoundError):
        await manager.user.get(Cluster, "one")
    with pytest.raises(NotFoundError):
        await manager.user.get(Kubeconfig, "one")
