"""The embedded API server: creates in memory and over HTTP, Pods of a Deployment."""

from __future__ import annotations

import json
from itertools import count

from benchmarks.measure import Code, Round, race, repeated
from benchmarks.report import Column, Table

OBJECTS = 500

MEMORY = "a ConfigMap created, in memory"
POD = "a Pod created, in memory"
HTTP = "a ConfigMap created over HTTP, client and server in one process"
RUNNING = "a Pod of a Deployment, created and run by the controllers"


def tables(*, rounds: int) -> list[Table]:
    here = f"{__name__}:"
    outcomes = race(
        [
            Code(MEMORY, f"{here}in_memory", {"plural": "configmaps"}),
            Code(POD, f"{here}in_memory", {"plural": "pods"}),
            Code(HTTP, f"{here}over_http"),
            Code(RUNNING, f"{here}running"),
        ],
        rounds,
    )
    return [Table("The embedded server, each object", [Column("CPU, µs", "cpu", 1e6)], outcomes)]


_CONTAINER = {"name": "main", "image": "nginx:1", "ports": [{"containerPort": 80}]}
_BODIES = {"configmaps": {"data": {"key": "value"}}, "pods": {"spec": {"containers": [_CONTAINER]}}}


def _bodies(plural: str) -> list[bytes]:
    metadata = [{"name": f"object-{i}", "labels": {"app": "web"}} for i in range(OBJECTS)]
    return [json.dumps({"metadata": each, **_BODIES[plural]}).encode() for each in metadata]


def in_memory(plural: str) -> Round:
    from kube.client.transport import Request
    from kube.envtest import Server

    headers = {"content-type": "application/json", "accept": "application/json"}
    path = f"/api/v1/namespaces/default/{plural}"
    requests = [Request("POST", path, [], headers, body) for body in _bodies(plural)]

    def create() -> None:
        server = Server()
        for request in requests:
            server.handle(request)

    return _each(repeated(create))


def over_http() -> Round:
    from kube.client import RESTClient
    from kube.envtest import Environment, Server

    headers = {"content-type": "application/json"}
    bodies = _bodies("configmaps")
    environment = Environment(server=Server(require_namespaces=False)).start()
    rest = RESTClient.for_config(environment.config)
    numbers = count()

    def create() -> None:
        # The environment lives as long as this function does.
        assert environment.url
        path = f"/api/v1/namespaces/n{next(numbers)}/configmaps"
        for body in bodies:
            rest.request("POST", path, headers=headers, body=body)

    return _each(repeated(create))


def running() -> Round:
    from kube.client.transport import Request
    from kube.envtest import Server

    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [_CONTAINER]}}
    selector = {"matchLabels": {"app": "web"}}
    spec = {"replicas": OBJECTS, "selector": selector, "template": template}
    body = json.dumps({"metadata": {"name": "web"}, "spec": spec}).encode()
    path = "/apis/apps/v1/namespaces/default/deployments"
    headers = {"content-type": "application/json", "accept": "application/json"}
    request = Request("POST", path, [], headers, body)
    controllers = ["deployment-controller", "replicaset-controller", "kubelet"]

    def create() -> None:
        Server(controllers=controllers).handle(request)

    return _each(repeated(create))


def _each(run: Round) -> Round:
    return lambda: {name: value / OBJECTS for name, value in run().items()}
