"""Webs, which own Parts, on the embedded server, and managers on it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kube.api.meta.v1 import Condition, ObjectMeta, OwnerReference
from kube.applyconfiguration.meta.v1 import ObjectMetaApplyConfiguration
from kube.client import AsyncClient, AsyncRESTClient
from kube.controller import Controller, Manager, Request
from kube.envtest import AsyncMemoryTransport, Server
from kube.envtest.manifests import load_manifests
from kube.runtime import Object, ObjectList, Resource, Struct, field, register_resources
from kube.runtime.applyconfiguration import ApplyConfiguration, Configuration

CRDS = Path(__file__).parents[3] / "config" / "crd" / "bases"


class WebSpec(Struct):
    replicas: int = 0
    color: str = ""
    names: list[str] | None = None


class WebStatus(Struct):
    ready: bool = False
    observed_generation: int = 0
    conditions: list[Condition] | None = None


class Web(Object):
    spec: WebSpec = field(default_factory=WebSpec)
    status: WebStatus = field(default_factory=WebStatus)


class Part(Object):
    spec: WebSpec = field(default_factory=WebSpec)
    status: WebStatus = field(default_factory=WebStatus)


class Zone(Object):
    """Cluster-scoped."""

    spec: WebSpec = field(default_factory=WebSpec)


class Late(Object):
    """Of a CRD that is not installed at first."""

    spec: WebSpec = field(default_factory=WebSpec)


class WebSpecApplyConfiguration(Configuration):
    replicas: int | None = None
    color: str | None = None


class WebApplyConfiguration(ApplyConfiguration["Web"]):
    api_version: str | None = None
    kind: str | None = None
    metadata: ObjectMetaApplyConfiguration | None = None
    spec: WebSpecApplyConfiguration | None = None


def _resource(kind: type[Object], plural: str, namespaced: bool = True) -> Resource:
    return Resource(
        group="example.com",
        version="v1",
        kind=kind.__name__,
        plural=plural,
        singular=kind.__name__.lower(),
        namespaced=namespaced,
        type=kind,
        list_type=ObjectList[kind],
    )


WEBS, PARTS, LATES = _resource(Web, "webs"), _resource(Part, "parts"), _resource(Late, "lates")
ZONES = _resource(Zone, "zones", namespaced=False)
register_resources(WEBS, PARTS, ZONES, LATES)


def definition(resource: Resource) -> dict:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{resource.plural}.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced" if resource.namespaced else "Cluster",
            "names": {"kind": resource.kind, "plural": resource.plural},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {
                                "spec": {
                                    "type": "object",
                                    "properties": {
                                        "replicas": {"type": "integer"},
                                        "color": {"type": "string", "default": "grey"},
                                        "names": {"type": "array", "items": {"type": "string"}},
                                    },
                                },
                                "status": {
                                    "type": "object",
                                    "x-kubernetes-preserve-unknown-fields": True,
                                },
                            },
                        }
                    },
                }
            ],
        },
    }


def web(name: str, *, kind: type[Object] = Web, owner: Object | None = None, **spec) -> Object:
    obj = kind(metadata=ObjectMeta(name=name, namespace="default"), spec=WebSpec(**spec))
    if kind is Zone:
        obj.metadata.namespace = ""
    if owner is not None:
        obj.metadata.owner_references = [owned_by(owner)]
    return obj


def wanted(name: str, **spec) -> WebApplyConfiguration:
    """What a field manager wants of a web."""
    return WebApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name=name, namespace="default"),
        spec=WebSpecApplyConfiguration(**spec),
    )


def owned_by(owner: Object, *, controller: bool | None = True, **changes) -> OwnerReference:
    values = {
        "api_version": "example.com/v1",
        "kind": type(owner).__name__,
        "name": owner.metadata.name,
        "uid": owner.metadata.uid,
        "controller": controller,
        **changes,
    }
    return OwnerReference(**values)


def part(name: str, *, owner: Object | None = None, **spec) -> Object:
    return web(name, kind=Part, owner=owner, **spec)


class World:
    """One server; `client` is a user's, apart from the managers'."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        start = datetime(2026, 1, 1, tzinfo=UTC)
        self.server = Server(
            monotonic=loop.time, now=lambda: start + timedelta(seconds=loop.time())
        )
        self.server.load(load_manifests(CRDS))
        self.server.load(definition(resource) for resource in (WEBS, PARTS, ZONES))
        self.client = AsyncClient(self.rest())
        self.running: list[asyncio.Task] = []

    def rest(self) -> AsyncRESTClient:
        return AsyncRESTClient(AsyncMemoryTransport(self.server))

    def manager(self, **options) -> Manager:
        return Manager(self.rest(), name="test", **options)

    def start(self, manager: Manager) -> asyncio.Task:
        task = asyncio.create_task(manager.run(handle_signals=False))
        self.running.append(task)
        return task

    async def __aenter__(self) -> World:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)

    def requests(self, verb: str, plural: str) -> int:
        return sum(a.verb == verb and a.resource == plural for a in self.server.actions)


class Recording:
    """A reconciler that remembers its requests."""

    def __init__(self, answer=None) -> None:
        self.requests: list[Request] = []
        self.answer = answer
        self._changed = asyncio.Event()

    async def reconcile(self, request: Request):
        self.requests.append(request)
        self._changed.set()
        answer = self.answer(request) if callable(self.answer) else self.answer
        if asyncio.iscoroutine(answer):
            answer = await answer
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def names(self) -> list[str]:
        return [request.name for request in self.requests]

    async def until(self, count: int) -> list[str]:
        """The names, once there were so many requests."""
        async with asyncio.timeout(3600):
            while len(self.requests) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.names


def controller(reconciler, kind=Web, **options) -> Controller:
    return Controller(kind, reconciler, **options)


async def settled(seconds: float = 5.0) -> None:
    """Let everything happen that is to happen within some virtual seconds."""
    await asyncio.sleep(seconds)
