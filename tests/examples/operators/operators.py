"""The example operators, and what each makes of one of its objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import elasticweb.__main__
import kube_falcon.__main__
import nginx_operator.__main__
import pytest
from elasticweb.api.v1.elastic_web_types import ElasticWeb, ElasticWebSpec
from kube_falcon.api.v1.deploy_object_types import DeployObject, DeployObjectSpec
from nginx_operator.api.v1alpha1.nginx_types import Nginx, NginxSpec
from nginx_operator.controllers import nginx_controller

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import Pod, Service, ServicePort
from kube.api.meta.v1 import ObjectMeta, is_controlled_by
from kube.client import AsyncClient
from kube.controller import Manager
from kube.envtest.manifests import load_manifests
from kube.runtime import Object, to_tree
from kube.runtime.trees import Tree

EXAMPLES = Path(__file__).parents[3] / "examples"

QPS = 100
"""What one pod of an ElasticWeb answers."""


@dataclass(frozen=True)
class State:
    """All that a namespace has of an operator's kind, and of what it makes."""

    objects: list[Any]
    deployments: dict[str, Deployment]
    services: dict[str, Service]
    pods: list[Pod]

    def pods_of(self, deployment: Deployment) -> list[str]:
        labels = deployment.spec.selector.match_labels or {}
        return [
            pod.metadata.name
            for pod in self.pods
            if labels.items() <= (pod.metadata.labels or {}).items()
        ]


@dataclass(frozen=True)
class Operator:
    """`spec(size, index)` asks for `size` pods, and for ports that no other index has."""

    folder: str
    kind: type[Object]
    add: Callable[[Manager], None]
    spec: Callable[[int, int], Any]
    image: str
    ports: Callable[[Any], list[tuple[int, int | str]]]
    """The ports of the Service and the targets that a spec asks for; none without a Service."""
    has_seen: Callable[[Any, Deployment, list[str]], bool]
    """Whether an object's status tells what its Deployment and its pods are."""

    def __str__(self) -> str:
        return self.folder

    @property
    def crds(self) -> Path:
        return EXAMPLES / self.folder / "config" / "crd" / "bases"

    def roles(self) -> list[Tree]:
        """What its account may do: its role, and the one for its leader's lease."""
        folder = EXAMPLES / self.folder / "config" / "rbac"
        return list(load_manifests([folder / "role.yaml", folder / "leader_election_role.yaml"]))

    def make(self, name: str, namespace: str, size: int = 2, index: int = 0) -> Object:
        metadata = ObjectMeta(name=name, namespace=namespace)
        return self.kind(metadata=metadata, spec=self.spec(size, index))  # type: ignore[call-arg]

    async def state(self, user: AsyncClient, namespace: str) -> State:
        deployments = (await user.list(Deployment, namespace)).items
        services = (await user.list(Service, namespace)).items
        return State(
            objects=(await user.list(self.kind, namespace)).items,
            deployments={one.metadata.name: one for one in deployments},
            services={one.metadata.name: one for one in services},
            pods=(await user.list(Pod, namespace)).items,
        )

    def differences(self, state: State, sizes: Mapping[str, int]) -> Iterator[str]:
        """What is not yet as objects of these names and sizes ask for."""
        objects = {one.metadata.name: one for one in state.objects}
        if set(objects) != set(sizes):
            yield f"there are {sorted(objects)}, not {sorted(sizes)}"
        for name in sorted(set(state.deployments) | set(state.services)):
            if name not in objects:
                yield f"{name} is gone, and left something behind"
        for name, size in sizes.items():
            if name in objects:
                yield from self._of_one(state, objects[name], size)

    def _of_one(self, state: State, one: Any, size: int) -> Iterator[str]:
        name = one.metadata.name
        deployment, service = state.deployments.get(name), state.services.get(name)
        if deployment is None:
            yield f"{name} has no Deployment"
            return
        images = [container.image for container in deployment.spec.template.spec.containers]
        if (deployment.spec.replicas, images) != (size, [self.image]):
            yield f"{name} has {deployment.spec.replicas} of {images}, not {size}"
        if not is_controlled_by(deployment, one):
            yield f"the Deployment {name} is not its own"
        if not self.has_seen(one, deployment, state.pods_of(deployment)):
            yield f"the status of {name} is old: {to_tree(one).get('status')}"
        ports = [(port.port, port.target_port) for port in service.spec.ports] if service else []
        if ports != self.ports(one.spec):
            yield f"the Service {name} has {ports}"
        if service and not is_controlled_by(service, one):
            yield f"the Service {name} is not its own"


def _falcon_spec(size: int, index: int) -> DeployObjectSpec:
    ports = [
        ServicePort(name="http", port=8000 + index, target_port=8080),
        ServicePort(name="metrics", port=7070),
    ]
    return DeployObjectSpec(replicas=size, image="falcon:1", ports=ports)


def _web_spec(size: int, index: int) -> ElasticWebSpec:
    return ElasticWebSpec(
        image="tomcat:9", port=30000 + index, single_pods_qps=QPS, total_qps=size * QPS
    )


def _knows_status(one: DeployObject, deployment: Deployment, pods: list[str]) -> bool:
    return to_tree(one.status) == to_tree(deployment.status)


def _knows_qps(one: ElasticWeb, deployment: Deployment, pods: list[str]) -> bool:
    return one.status.real_qps == (deployment.status.ready_replicas or 0) * QPS


def _knows_pods(one: Nginx, deployment: Deployment, pods: list[str]) -> bool:
    # Without a kubelet no pod gets ready, and a rollout that is taken back keeps one too many.
    return sorted(one.status.nodes or ()) == sorted(pods) and len(pods) >= one.spec.count


OPERATORS = [
    Operator(
        folder="nginx-operator",
        kind=Nginx,
        add=nginx_operator.__main__.add_controllers,
        spec=lambda size, index: NginxSpec(count=size),
        image=nginx_controller.IMAGE,
        ports=lambda spec: [],
        has_seen=_knows_pods,
    ),
    Operator(
        folder="kube-falcon",
        kind=DeployObject,
        add=kube_falcon.__main__.add_controllers,
        spec=_falcon_spec,
        image="falcon:1",
        ports=lambda spec: [(spec.ports[0].port, 8080), (7070, 7070)],
        has_seen=_knows_status,
    ),
    Operator(
        folder="elasticweb",
        kind=ElasticWeb,
        add=elasticweb.__main__.add_controllers,
        spec=_web_spec,
        image="tomcat:9",
        ports=lambda spec: [(8080, "http")],
        has_seen=_knows_qps,
    ),
]

each_operator = pytest.mark.parametrize("operator", OPERATORS, ids=str)
