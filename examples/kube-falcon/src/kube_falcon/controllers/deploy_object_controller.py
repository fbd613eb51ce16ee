"""Keeps a Deployment and a Service for each DeployObject, and the Deployment's status in its own.

Both are written by `create_or_update`: what the functions below set is exactly as the spec has it,
ports that somebody has added are gone again, and what the server has filled in stays.
"""

from __future__ import annotations

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Container, ContainerPort, Protocol, Service, ServicePort, ServiceType
from kube.api.meta.v1 import LabelSelector, ObjectMeta, set_controller_reference
from kube.controller import Client, Controller, Manager, Request, create_or_update, patch_status
from kube.runtime import from_tree, to_tree

from kube_falcon.api.v1.deploy_object_types import DeployObject, DeployObjectStatus


class DeployObjectReconciler:
    """Brings the Deployment, the Service and the status of one DeployObject in line."""

    def __init__(self, client: Client) -> None:
        self.client = client

    # +kubebuilder:rbac:groups=app.kubebuilder.io,resources=deployobjects,verbs=get;list;watch
    # +kubebuilder:rbac:groups=app.kubebuilder.io,resources=deployobjects/status,verbs=patch
    # +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;update
    # +kubebuilder:rbac:groups=core,resources=services,verbs=get;list;watch;create;update
    async def reconcile(self, request: Request) -> None:
        wanted = await self.client.get(DeployObject, request.name, request.namespace)
        if wanted.metadata.deletion_timestamp is not None:
            return

        def adjust_deployment(deployment: Deployment) -> None:
            set_controller_reference(wanted, deployment)
            set_deployment(deployment, wanted)

        def adjust_service(service: Service) -> None:
            set_controller_reference(wanted, service)
            set_service(service, wanted)

        metadata = ObjectMeta(name=request.name, namespace=request.namespace)
        deployed = await create_or_update(
            self.client, Deployment(metadata=metadata), adjust_deployment
        )
        await create_or_update(self.client, Service(metadata=metadata), adjust_service)
        status = from_tree(to_tree(deployed.object.status), DeployObjectStatus)

        def observe(one: DeployObject) -> None:
            one.status = status

        await patch_status(self.client, wanted, observe)

    def setup_with_manager(self, manager: Manager) -> None:
        """Have the manager run this controller."""
        manager.add(
            Controller(
                DeployObject,
                self,
                name="app-deployobject",
                owns=[Deployment, Service],
            )
        )


def labels_of(wanted: DeployObject) -> dict[str, str]:
    return {"app": wanted.metadata.name}


def set_deployment(deployment: Deployment, wanted: DeployObject) -> None:
    """Have a Deployment run what a DeployObject asks for, in one container."""
    name = wanted.metadata.name
    deployment.spec.replicas = wanted.spec.replicas
    deployment.spec.selector = LabelSelector(match_labels=labels_of(wanted))
    template = deployment.spec.template
    template.metadata.labels = labels_of(wanted)
    present = {container.name: container for container in template.spec.containers}
    container = present.get(name, Container(name=name))
    container.image = wanted.spec.image
    container.resources = wanted.spec.resources
    container.env = wanted.spec.env
    container.ports = [container_port(port) for port in wanted.spec.ports]
    template.spec.containers = [container]


def container_port(port: ServicePort) -> ContainerPort:
    """The port of the container that a port of the Service leads to."""
    target = port.target_port or port.port
    protocol = port.protocol or Protocol.TCP
    if isinstance(target, str):
        return ContainerPort(name=target, container_port=port.port, protocol=protocol)
    return ContainerPort(container_port=target, protocol=protocol)


def set_service(service: Service, wanted: DeployObject) -> None:
    """Have a Service lead to the pods by the ports that a DeployObject asks for, and no others."""
    present = {(port.port, port.protocol): port for port in service.spec.ports or ()}
    service.spec.type = ServiceType.NODE_PORT
    service.spec.selector = labels_of(wanted)
    service.spec.ports = [service_port(port, present) for port in wanted.spec.ports]


def service_port(
    port: ServicePort, present: dict[tuple[int, Protocol | None], ServicePort]
) -> ServicePort:
    """A port as the server completes it: one that is there already keeps its port on the nodes."""
    whole = port.deep_copy()
    whole.protocol = port.protocol or Protocol.TCP
    whole.target_port = port.target_port or port.port
    before = present.get((whole.port, whole.protocol))
    if whole.node_port is None and before is not None:
        whole.node_port = before.node_port
    return whole
