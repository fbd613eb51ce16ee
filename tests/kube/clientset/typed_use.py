"""What type checkers see of `kube.clientset` and its like. Checked by test_types.py, never run."""

from __future__ import annotations

from typing import assert_type

from kube.api.apps.v1 import Deployment, DeploymentList, DeploymentSpec
from kube.api.apps.v1.rollouts import RolloutStatus, rollout_status
from kube.api.autoscaling.v1 import Scale
from kube.api.core.v1 import (
    Container,
    Pod,
    PodList,
    PodSpec,
    PodTemplateSpec,
    Service,
    ServiceList,
    ServicePort,
    ServiceSpec,
)
from kube.api.core.v1.pods import is_pod_ready
from kube.api.meta.v1 import (
    LabelSelector,
    ObjectMeta,
    OwnerReference,
    Status,
    as_selector,
    controller_of,
    set_controller_reference,
)
from kube.api.policy.v1 import Eviction
from kube.cache import SharedInformer
from kube.client import AsyncWatch, Config, Watch
from kube.clientset import AsyncClientset, Clientset
from kube.clientset.fake import FakeAsyncClientset, FakeClientset
from kube.clientset.scheme import scheme
from kube.informers import SharedInformerFactory
from kube.listers.core.v1 import PodLister
from kube.runtime import Scheme
from kube.runtime.quantity import QuantityValue
from kube.runtime.selectors import LabelSelector as Selector


def built(labels: dict[str, str]) -> tuple[Deployment, Service]:
    pod = PodSpec(containers=[Container(name="web", image="nginx")])
    deployment = Deployment(
        metadata=ObjectMeta(name="web", labels=labels),
        spec=DeploymentSpec(
            replicas=2,
            selector=LabelSelector(match_labels=labels),
            template=PodTemplateSpec(metadata=ObjectMeta(labels=labels), spec=pod),
        ),
    )
    ports = [ServicePort(port=80, target_port="http")]
    service = Service(
        metadata=ObjectMeta(name="web"), spec=ServiceSpec(selector=labels, ports=ports)
    )
    set_controller_reference(deployment, service)
    return deployment, service


def synchronous(clients: Clientset, deployment: Deployment, service: Service) -> None:
    assert_type(Clientset.for_config(Config.load()), Clientset)
    deployments = clients.apps_v1.deployments("default")
    assert_type(deployments.create(deployment), Deployment)
    assert_type(deployments.get("web"), Deployment)
    assert_type(deployments.list(label_selector="app=web"), DeploymentList)
    assert_type(deployments.list().items, list[Deployment])
    assert_type(deployments.watch(), Watch[Deployment])
    assert_type(deployments.update_status(deployment), Deployment)
    scale = deployments.get_scale("web")
    assert_type(scale, Scale)
    assert_type(deployments.update_scale("web", scale), Scale)
    assert_type(rollout_status(deployment), RolloutStatus)

    services = clients.core_v1.services("default")
    assert_type(services.create(service), Service)
    assert_type(services.list(), ServiceList)

    pods = clients.core_v1.pods()
    assert_type(pods.list(), PodList)
    for pod in pods.iterate():
        assert_type(pod, Pod)
        assert_type(is_pod_ready(pod), bool)
        assert_type(controller_of(pod), OwnerReference | None)
    assert_type(pods.evict("web-0", Eviction()), Status)

    deployments.create(service)  # type: ignore[arg-type]
    clients.core_v1.nodes("default")  # type: ignore[call-arg]
    clients.apps_v1.replicasets("default")  # type: ignore[attr-defined]
    clients.core_v1.component_statuses().delete("a")  # type: ignore[attr-defined]


async def asynchronous(clients: AsyncClientset, deployment: Deployment) -> None:
    deployments = clients.apps_v1.deployments("default")
    assert_type(await deployments.create(deployment), Deployment)
    assert_type(await deployments.get("web"), Deployment)
    assert_type(await deployments.list(), DeploymentList)
    assert_type(deployments.watch(), AsyncWatch[Deployment])
    assert_type(await deployments.get_scale("web"), Scale)
    assert_type(await clients.core_v1.pods("default").evict("web-0", Eviction()), Status)
    assert_type(await clients.core_v1.services("default").list(), ServiceList)
    assert_type([pod async for pod in clients.core_v1.pods().iterate()], list[Pod])


async def cached(clients: AsyncClientset) -> None:
    async with SharedInformerFactory(clients, resync=30) as factory:
        pods = factory.core.v1.pods
        assert_type(pods.informer, SharedInformer[Pod])
        assert_type(pods.lister, PodLister)
        assert_type(pods.lister.list(), list[Pod])
        assert_type(pods.lister.namespace("default").get("web-0"), Pod)
        assert_type(factory.apps.v1.deployments.lister.list(), list[Deployment])
        assert_type(factory.core.v1.services.lister.list(), list[Service])
        print(factory.core.v1.poods)  # type: ignore[attr-defined]


async def faked(deployment: Deployment) -> None:
    fake = FakeClientset(deployment)
    assert_type(fake.apps_v1.deployments("default").get("web"), Deployment)
    asynchronous_fake = FakeAsyncClientset(server=fake.server)
    assert_type(await asynchronous_fake.core_v1.pods("default").list(), PodList)
    synchronous(fake, *built({}))
    await cached(asynchronous_fake)


def others(deployment: Deployment) -> None:
    assert_type(scheme, Scheme)
    assert_type(as_selector(deployment.spec.selector), Selector)
    assert_type(QuantityValue.parse("1Gi") + QuantityValue.parse("1"), QuantityValue)


def misspelt() -> None:
    from kube.clientset import Clientse  # type: ignore[attr-defined]
    from kube.listers.core.v1 import PodsLister  # type: ignore[attr-defined]

    print(Clientse, PodsLister)
