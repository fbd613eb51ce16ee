"""The embedded API server: its start, creates in memory and over HTTP, Pods of a Deployment, and
many Pods held."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Sequence

from benchmarks.measure import Code, Numbers, Round, race, repeated, resident
from benchmarks.report import Column, Table

OBJECTS = 500

MEMORY = "a ConfigMap created, in memory"
POD = "a Pod created, in memory"
HTTP = "a ConfigMap created over HTTP by a typed client in the server's process"
RUNNING = "a Pod of a Deployment, created and run by the controllers"


STARTED = "started on a socket, all imports of `kube.envtest` included"
HELD = "{} Pods"


def tables(*, rounds: int, held: Sequence[int] = (1_000, 10_000)) -> list[Table]:
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
    start = race([Code(STARTED, f"{here}started", fresh=True)], rounds)
    many = [
        Code(HELD.format(f"{size:,}"), f"{here}holding", {"size": size}, fresh=True)
        for size in held
    ]
    steps = ("created", "listed", "read", "patched", "watched", "deleted")
    columns = [Column(f"{step}, µs", step, 1e6, ratio=False) for step in steps]
    memory = Column("memory, KiB", "memory", 1 / 1024, ratio=False)
    return [
        Table("The embedded server", _times("ms", 1e3), start),
        Table("The embedded server, each object", _times("µs", 1e6), outcomes),
        Table("Pods that it holds, each", [*columns, memory], race(many, rounds)),
    ]


def _times(unit: str, factor: float) -> list[Column]:
    return [
        Column(f"wall, {unit}", "wall", factor, ratio=False),
        Column(f"CPU, {unit}", "cpu", factor, ratio=False),
    ]


_CONTAINER = {"name": "main", "image": "nginx:1", "ports": [{"containerPort": 80}]}
_BODIES = {"configmaps": {"data": {"key": "value"}}, "pods": {"spec": {"containers": [_CONTAINER]}}}


def _bodies(plural: str, count: int = OBJECTS) -> list[bytes]:
    metadata = [{"name": f"object-{i}", "labels": {"app": "web"}} for i in range(count)]
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
    from kube.api.core.v1 import ConfigMap
    from kube.clientset import Clientset
    from kube.envtest import Environment, Server
    from kube.runtime import codec

    maps = [codec.decode(body, ConfigMap) for body in _bodies("configmaps")]
    environment = Environment(server=Server(require_namespaces=False)).start()
    clients = Clientset.for_config(environment.config)
    numbers = itertools.count()

    def create() -> None:
        client = clients.core_v1.config_maps(f"n{next(numbers)}")
        for each in maps:
            client.create(each)

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


def started() -> Round:
    def start() -> Numbers:
        began, clock = time.process_time(), time.perf_counter()
        from kube.envtest import Environment

        environment = Environment(server="embedded").start()
        numbers = {"cpu": time.process_time() - began, "wall": time.perf_counter() - clock}
        environment.stop()
        return numbers

    return start


def holding(size: int) -> Round:
    from kube.client.transport import Request
    from kube.envtest import Server, WatchStream

    headers = {"content-type": "application/json", "accept": "application/json"}
    path = "/api/v1/namespaces/default/pods"
    bodies = _bodies("pods", size)
    merge = {**headers, "content-type": "application/merge-patch+json"}
    running = b'{"status":{"phase":"Running"}}'

    def hold() -> Numbers:
        server = Server()
        before = resident()

        def created() -> None:
            for body in bodies:
                server.handle(Request("POST", path, [], headers, body))

        def each(method: str, fields: dict[str, str], body: bytes | None, rest: str = "") -> None:
            for index in range(size):
                server.handle(Request(method, f"{path}/object-{index}{rest}", [], fields, body))

        def watched() -> None:
            since = [("watch", "1"), ("resourceVersion", "1")]
            watch = server.handle(Request("GET", path, since, headers))
            assert isinstance(watch, WatchStream)
            while watch.poll():
                pass
            watch.close()

        numbers = {"created": _spent(created) / size}
        numbers["memory"] = (resident() - before) / size
        numbers["listed"] = _spent(lambda: server.handle(Request("GET", path, [], headers))) / size
        numbers["read"] = _spent(lambda: each("GET", headers, None)) / size
        numbers["patched"] = _spent(lambda: each("PATCH", merge, running, "/status")) / size
        numbers["watched"] = _spent(watched) / size / 2
        numbers["deleted"] = _spent(lambda: each("DELETE", headers, None)) / size
        return numbers

    return hold


def _spent(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def _each(run: Round) -> Round:
    return lambda: {name: value / OBJECTS for name, value in run().items()}
