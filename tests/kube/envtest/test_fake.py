"""Fake clientsets that are given the generated CRDs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterSpec
from generated.clientset.versioned.fake import FakeAsyncClientset, FakeClientset
from kube.api.core.v1 import ConfigMap
from kube.api.meta.v1 import ObjectMeta
from kube.client import Client, RESTClient
from kube.envtest import MemoryTransport, StatusError
from kube.envtest.fake import FakeKinds, fake_server
from kube.runtime import Object, ObjectList, Resource, register_resources
from kube.runtime.errors import InvalidError

CRDS = Path(__file__).parents[3] / "config" / "crd" / "bases"


@pytest.fixture
def crds(tmp_path: Path) -> Path:
    """The generated CRDs, with a rule for the path."""
    text = (CRDS / "clusterprovisioner.rke.io_clusters.yaml").read_text()
    definition = yaml.safe_load(text)
    spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["properties"]["configPath"]["minLength"] = 3
    (tmp_path / "clusters.yaml").write_text(yaml.safe_dump(definition))
    return tmp_path


def cluster(config_path: str = "rke.yaml") -> Cluster:
    return Cluster(metadata=ObjectMeta(name="aws"), spec=ClusterSpec(config_path=config_path))


def test_a_fake_without_crds_stores_what_it_is_sent() -> None:
    clusters = FakeClientset().clusterprovisioner_v1alpha1.clusters()
    assert clusters.create(cluster("x")).spec.config_path == "x"


def test_a_fake_with_crds_validates_as_a_cluster_would(crds: Path) -> None:
    clusters = FakeClientset(crds=crds).clusterprovisioner_v1alpha1.clusters()
    with pytest.raises(InvalidError) as caught:
        clusters.create(cluster("x"))
    assert [cause.field for cause in caught.value.causes] == ["spec.configPath"]
    assert clusters.create(cluster()).metadata.generation == 1


async def test_an_async_fake_with_crds_validates_too(crds: Path) -> None:
    async with FakeAsyncClientset(crds=[crds]) as clients:
        with pytest.raises(InvalidError):
            await clients.clusterprovisioner_v1alpha1.clusters().create(cluster("x"))


def test_the_objects_that_a_fake_begins_with_are_validated_too(crds: Path) -> None:
    with pytest.raises(StatusError, match="configPath"):
        FakeClientset(cluster("x"), crds=crds)
    assert FakeClientset(cluster(), crds=crds).clusterprovisioner_v1alpha1.clusters().get("aws")


def test_a_folder_of_crds_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        FakeClientset(crds="no/such/folder")


def test_a_fake_answers_with_the_list_kind_that_its_resource_has() -> None:
    class Loaf(Object):
        pass

    class Bread(ObjectList[Loaf]):
        pass

    loaves = Resource(
        group="bakery.example.com",
        version="v1",
        kind="Loaf",
        plural="loaves",
        namespaced=True,
        type=Loaf,
        list_type=Bread,
        list_kind="Bread",
    )
    register_resources(loaves)
    monday = Loaf(metadata=ObjectMeta(name="monday", namespace="shop"))
    client = Client(RESTClient(MemoryTransport(fake_server(FakeKinds({loaves: ()}), [monday]))))
    listed = client.list(Loaf)
    assert (listed.kind, [loaf.metadata.name for loaf in listed.items]) == ("Bread", ["monday"])


def test_a_fake_of_any_clientset_begins_with_objects_of_kubernetes_own_kinds() -> None:
    settings = ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"))
    clients = FakeClientset(cluster(), settings)
    assert Client(clients.rest).get(ConfigMap, "settings", "default").kind == "ConfigMap"
    assert clients.clusterprovisioner_v1alpha1.clusters().list().items[0].kind == "Cluster"


def test_a_list_of_objects_in_a_fake_is_a_clear_type_error() -> None:
    with pytest.raises(TypeError, match=r"a list is not one: pass each object as an argument"):
        FakeClientset([cluster()])  # type: ignore[arg-type]
