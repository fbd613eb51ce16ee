"""The program: four controllers over one clientset and one shared informer factory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from examples.clusterprovisioner.annotator import Annotator
from examples.clusterprovisioner.clusters import Clusters
from examples.clusterprovisioner.configgenerator import ConfigGenerator
from examples.clusterprovisioner.controller import Controller
from examples.clusterprovisioner.crds import install_crds, load_crds
from examples.clusterprovisioner.healthchecker import HealthChecker
from examples.clusterprovisioner.provisioner import Provisioner
from examples.clusterprovisioner.rke import RKE
from examples.clusterprovisioner.version import server_version
from generated.clientset.versioned import AsyncClientset
from generated.informers.externalversions import SharedInformerFactory
from kube.client import Config

# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=update;patch
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=kubeconfigs,verbs=get;list;watch
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=kubeconfigs,verbs=create;patch
# +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get;list
# +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=watch
# +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=create
# +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=update


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`resync` and `health_interval` are in seconds."""

    rke: Sequence[str] = ("rke",)
    crds: Path = Path("config/crd/bases")
    resync: float = 30.0
    health_interval: float = 30.0


async def run(kubeconfig: str | None, settings: Settings) -> None:
    """Apply the CRDs, then run the controllers until cancelled.

    Without a kubeconfig file the cluster is the one that kubectl would use. Raises ConfigError.
    """
    async with AsyncClientset.for_config(Config.load(kubeconfig)) as clients:
        await install_crds(clients.rest, load_crds(settings.crds))
        await control(clients, settings)


async def control(clients: AsyncClientset, settings: Settings) -> None:
    """Run the controllers until cancelled."""
    async with SharedInformerFactory(clients, resync=settings.resync) as factory:
        controllers = _controllers(clients, factory, settings)
        await factory.wait_for_cache_sync()
        async with asyncio.TaskGroup() as group:
            for controller in controllers:
                group.create_task(controller.run(), name=controller.name)


def _controllers(
    clients: AsyncClientset, factory: SharedInformerFactory, settings: Settings
) -> list[Controller]:
    informers = factory.clusterprovisioner.v1alpha1
    clusters = Clusters(clients, informers.clusters.lister)
    kubeconfigs = informers.kubeconfigs.lister
    rke = RKE(settings.rke)
    health = HealthChecker(clusters, kubeconfigs, server_version, settings.health_interval)
    provisioner = Controller("provisioner", Provisioner(clusters, rke).reconcile)
    followers = [
        Controller("configgenerator", ConfigGenerator(clients, clusters, kubeconfigs).reconcile),
        Controller("healthchecker", health.reconcile),
        Controller("annotator", Annotator(clusters, kubeconfigs, server_version).reconcile),
    ]
    for controller in (provisioner, *followers):
        informers.clusters.informer.add_event_handler(
            on_add=controller.enqueue, on_update=controller.enqueue_changed
        )
    for controller in followers:
        # A Kubeconfig has the name of its Cluster, so its events lead straight there.
        informers.kubeconfigs.informer.add_event_handler(
            on_add=controller.enqueue,
            on_update=controller.enqueue_changed,
            on_delete=controller.enqueue,
        )
    return [provisioner, *followers]
