"""Keeps a Deployment of nginx for each Nginx, and the names of its pods in its status."""

from __future__ import annotations

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Pod
from kube.applyconfiguration.apps.v1 import (
    DeploymentApplyConfiguration,
    DeploymentSpecApplyConfiguration,
    deployment,
)
from kube.applyconfiguration.core.v1 import (
    ContainerApplyConfiguration,
    ContainerPortApplyConfiguration,
    PodSpecApplyConfiguration,
    PodTemplateSpecApplyConfiguration,
)
from kube.applyconfiguration.meta.v1 import (
    LabelSelectorApplyConfiguration,
    ObjectMetaApplyConfiguration,
)
from kube.client import metadata_of
from kube.controller import Client, Controller, Manager, Request, Watch, apply, patch_status
from kube.runtime import PartialObjectMetadata

from nginx_operator.api.v1alpha1.nginx_types import Nginx

FIELD_MANAGER = "nginx-operator"
IMAGE = "nginx:1.29"
LABEL = "proxy.example.com/nginx"
"""The label of the pods of an Nginx: its name."""


class NginxReconciler:
    """Brings the Deployment and the status of one Nginx in line with its spec."""

    def __init__(self, client: Client) -> None:
        self.client = client

    # +kubebuilder:rbac:groups=proxy.example.com,resources=nginxes,verbs=get;list;watch
    # +kubebuilder:rbac:groups=proxy.example.com,resources=nginxes/status,verbs=patch
    # +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;patch
    # +kubebuilder:rbac:groups=core,resources=pods,verbs=list;watch
    async def reconcile(self, request: Request) -> None:
        nginx = await self.client.get(Nginx, request.name, request.namespace)
        if nginx.metadata.deletion_timestamp is not None:
            return
        await apply(self.client, desired(nginx), field_manager=FIELD_MANAGER, owner=nginx)
        pods = await self.client.list(
            metadata_of(Pod), request.namespace, label_selector=f"{LABEL}={request.name}"
        )
        nodes = [pod.metadata.name for pod in pods.items if not pod.metadata.deletion_timestamp]

        def observe(nginx: Nginx) -> None:
            nginx.status.nodes = nodes

        await patch_status(self.client, nginx, observe)

    def setup_with_manager(self, manager: Manager) -> None:
        """Have the manager run this controller."""
        manager.add(
            Controller(
                Nginx,
                self,
                name="proxy-nginx",
                owns=[Deployment],
                watches=[Watch(metadata_of(Pod), nginx_of)],
            )
        )


def desired(nginx: Nginx) -> DeploymentApplyConfiguration:
    """What an Nginx wants of its Deployment; everything else of it is left to others."""
    config = deployment(nginx.metadata.name, nginx.metadata.namespace)
    labels = {LABEL: nginx.metadata.name}
    container = ContainerApplyConfiguration(
        name="nginx", image=IMAGE, ports=[ContainerPortApplyConfiguration(container_port=80)]
    )
    config.spec = DeploymentSpecApplyConfiguration(
        replicas=nginx.spec.count,
        selector=LabelSelectorApplyConfiguration(match_labels=labels),
        template=PodTemplateSpecApplyConfiguration(
            metadata=ObjectMetaApplyConfiguration(labels=labels),
            spec=PodSpecApplyConfiguration(containers=[container]),
        ),
    )
    return config


def nginx_of(pod: PartialObjectMetadata) -> list[Request]:
    """The Nginx that a pod belongs to, by its label."""
    name = (pod.metadata.labels or {}).get(LABEL)
    return [Request(name, pod.metadata.namespace)] if name else []
