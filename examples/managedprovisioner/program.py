"""The program: four controllers on one manager."""

from __future__ import annotations

from apis.clusterprovisioner.v1alpha1 import Cluster, Kubeconfig
from examples.clusterprovisioner.rke import RKE
from examples.clusterprovisioner.version import server_version
from examples.managedprovisioner.reconcilers import (
    Annotator,
    ConfigGenerator,
    HealthChecker,
    Provisioner,
    ServerVersion,
)
from kube.controller import Controller, Manager, Reconciler, Request


def add_controllers(
    manager: Manager,
    rke: RKE,
    *,
    version: ServerVersion = server_version,
    health_interval: float = 30.0,
) -> None:
    """Have a manager run the four controllers. A Kubeconfig's events lead to its Cluster."""
    client = manager.client
    reconcilers: dict[str, Reconciler[Request]] = {
        "provisioner": Provisioner(client, rke),
        "configgenerator": ConfigGenerator(client),
        "healthchecker": HealthChecker(client, version, health_interval),
        "annotator": Annotator(client, version),
    }
    for name, reconciler in reconcilers.items():
        manager.add(Controller(Cluster, reconciler, name=name, owns=[Kubeconfig]))
