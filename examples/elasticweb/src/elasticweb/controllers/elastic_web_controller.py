"""Keeps a Deployment and a Service for each ElasticWeb, with as many pods as its requests need.

The Deployment is applied: its fields that are set here are ours again when somebody changes them,
and all others are left to others. Of the Service no port but ours may remain, so it is updated.
"""

from __future__ import annotations

import logging

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Protocol, Service, ServicePort, ServiceType
from kube.api.meta.v1 import ObjectMeta, set_controller_reference
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
    ResourceRequirementsApplyConfiguration,
)
from kube.applyconfiguration.meta.v1 import (
    LabelSelectorApplyConfiguration,
    ObjectMetaApplyConfiguration,
)
from kube.controller import (
    Client,
    Controller,
    Manager,
    Request,
    apply,
    create_or_update,
    patch_status,
)
from kube.runtime.quantity import Quantity

from elasticweb.api.v1.elastic_web_types import ElasticWeb, ElasticWebSpec

FIELD_MANAGER = "elasticweb"
LABEL = "elasticweb.example.com/name"
CONTAINER_PORT = 8080
RESOURCES: dict[str, Quantity] = {"cpu": "100m", "memory": "512Mi"}

log = logging.getLogger(__name__)


class ElasticWebReconciler:
    """Brings the Deployment, the Service and the status of one ElasticWeb in line."""

    def __init__(self, client: Client) -> None:
        self.client = client

    # +kubebuilder:rbac:groups=elasticweb.example.com,resources=elasticwebs,verbs=get;list;watch
    # +kubebuilder:rbac:groups=elasticweb.example.com,resources=elasticwebs/status,verbs=patch
    # +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;patch
    # +kubebuilder:rbac:groups=core,resources=services,verbs=get;list;watch;create;update
    async def reconcile(self, request: Request) -> None:
        web = await self.client.get(ElasticWeb, request.name, request.namespace)
        if web.metadata.deletion_timestamp is not None:
            return
        log.info("%s", web)
        deployed = await apply(
            self.client, desired_deployment(web), field_manager=FIELD_MANAGER, owner=web
        )

        def adjust(service: Service) -> None:
            set_controller_reference(web, service)
            set_service(service, web)

        metadata = ObjectMeta(name=request.name, namespace=request.namespace)
        await create_or_update(self.client, Service(metadata=metadata), adjust)
        ready = deployed.status.ready_replicas or 0

        def observe(one: ElasticWeb) -> None:
            one.status.real_qps = ready * web.spec.single_pods_qps

        await patch_status(self.client, web, observe)

    def setup_with_manager(self, manager: Manager) -> None:
        """Have the manager run this controller, five reconciles at once."""
        manager.add(
            Controller(
                ElasticWeb,
                self,
                name="elasticweb-elasticweb",
                owns=[Deployment, Service],
                max_concurrent_reconciles=5,
            )
        )


def replicas(spec: ElasticWebSpec) -> int:
    """How many pods it takes to answer all requests: the quotient, rounded up."""
    return -(-spec.total_qps // spec.single_pods_qps)


def labels_of(web: ElasticWeb) -> dict[str, str]:
    return {LABEL: web.metadata.name}


def desired_deployment(web: ElasticWeb) -> DeploymentApplyConfiguration:
    """What an ElasticWeb wants of its Deployment."""
    container = ContainerApplyConfiguration(
        name="web",
        image=web.spec.image,
        ports=[ContainerPortApplyConfiguration(name="http", container_port=CONTAINER_PORT)],
        resources=ResourceRequirementsApplyConfiguration(limits=RESOURCES, requests=RESOURCES),
    )
    config = deployment(web.metadata.name, web.metadata.namespace)
    config.spec = DeploymentSpecApplyConfiguration(
        replicas=replicas(web.spec),
        selector=LabelSelectorApplyConfiguration(match_labels=labels_of(web)),
        template=PodTemplateSpecApplyConfiguration(
            metadata=ObjectMetaApplyConfiguration(labels=labels_of(web)),
            spec=PodSpecApplyConfiguration(containers=[container]),
        ),
    )
    return config


def set_service(service: Service, web: ElasticWeb) -> None:
    """Have a Service lead from the port of an ElasticWeb to its pods."""
    service.spec.type = ServiceType.NODE_PORT
    service.spec.selector = labels_of(web)
    service.spec.ports = [
        ServicePort(
            name="http",
            port=CONTAINER_PORT,
            protocol=Protocol.TCP,
            target_port="http",
            node_port=web.spec.port,
        )
    ]
