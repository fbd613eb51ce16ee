"""The controller on the embedded server, with its role and no more."""

from __future__ import annotations

from kube.api.core.v1 import Pod
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncRESTClient
from kube.controller.testing import EmbeddedManager
from kube.envtest import AsyncMemoryTransport, Server

from podtoip.api.v1.pod_to_ip_types import PodToIp
from podtoip.controllers.definition import ensure_definition, packaged_definition
from podtoip.controllers.pod_controller import PodController, content, wanted_for
from podtoip.testing import Cluster


async def test_a_pod_with_an_address_has_a_pod_to_ip(cluster: Cluster) -> None:
    await cluster.pod("without")
    await cluster.pod("with", "10.0.0.1")
    await cluster.sees(**{"with": "10.0.0.1"})
    await cluster.move("without", "10.0.0.2")
    await cluster.sees(**{"with": "10.0.0.1", "without": "10.0.0.2"})


async def test_it_changes_with_the_address_and_goes_with_the_pod(cluster: Cluster) -> None:
    await cluster.pod("a", "10.0.0.1")
    await cluster.sees(a="10.0.0.1")
    await cluster.move("a", "10.0.0.7")
    await cluster.sees(a="10.0.0.7")
    await cluster.delete("a")
    await cluster.sees()


async def test_a_pod_that_comes_again_under_its_name_has_its_new_address(
    cluster: Cluster,
) -> None:
    await cluster.pod("a", "10.0.0.1")
    await cluster.sees(a="10.0.0.1")
    await cluster.delete("a")
    await cluster.pod("a", "10.0.0.2")
    await cluster.sees(a="10.0.0.2")


async def test_what_somebody_else_does_to_a_pod_to_ip_is_put_right(cluster: Cluster) -> None:
    await cluster.pod("a", "10.0.0.1")
    await cluster.sees(a="10.0.0.1")
    mirror = await cluster.mirrors.get("a", "default")
    mirror.pod_address = "10.6.6.6"
    await cluster.mirrors.update(mirror)
    await cluster.sees(a="10.0.0.1")
    await cluster.mirrors.delete("a", "default")
    await cluster.sees(a="10.0.0.1")
    stray = PodToIp(
        metadata=ObjectMeta(name="stray", namespace="default"), pod_name="b", pod_address="::1"
    )
    await cluster.mirrors.create(stray)
    await cluster.sees(a="10.0.0.1")


async def test_what_happened_while_it_did_not_run_is_made_good(manager: EmbeddedManager) -> None:
    cluster = Cluster(manager.user)
    await ensure_definition(manager.user.rest, packaged_definition(), manager.manual_clock)
    for name, address in {"gone": "10.0.0.1", "moved": "10.0.0.2"}.items():
        metadata = ObjectMeta(name=name, namespace="default")
        await cluster.mirrors.create(PodToIp(metadata=metadata, pod_name=name, pod_address=address))
    await cluster.pod("moved", "10.0.0.3")
    await cluster.pod("new", "10.0.0.4")
    async with manager:
        await cluster.sees(moved="10.0.0.3", new="10.0.0.4")


async def test_only_a_changed_address_is_worked_on() -> None:
    controller = PodController(AsyncRESTClient(AsyncMemoryTransport(Server())))
    old = Pod(metadata=ObjectMeta(name="a", namespace="default"))
    new = old.deep_copy()
    new.metadata.labels = {"tier": "web"}
    controller._enqueue_moved(old, new)
    controller._enqueue_moved(old, old)  # a resync
    assert len(controller._queue) == 0
    new.status.pod_ip = "10.0.0.1"
    controller._enqueue_moved(old, new)
    assert len(controller._queue) == 1


def test_a_pod_without_an_address_needs_no_pod_to_ip() -> None:
    pod = Pod(metadata=ObjectMeta(name="a", namespace="default"))
    assert wanted_for(None) is None
    assert wanted_for(pod) is None
    pod.status.pod_ip = "10.0.0.1"
    wanted = wanted_for(pod)
    assert wanted is not None
    assert content(wanted) == ("a", "10.0.0.1")
