"""Widgets on the embedded server, and a transport between it and the informer that can fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kube.cache import InformerFor, Lister, NamespacedLister, SharedInformerFactory
from kube.client import AsyncRESTClient
from kube.client.transport import Request, Response, TransportError
from kube.envtest import AsyncMemoryTransport, Server, ServerResource
from kube.runtime import Object, ObjectList, Resource, codec
from kube.runtime.resource import LazyResources
from tests.kube.cache.scripted import Widget


class Gadget(Object):
    pass


WIDGETS = Resource(
    group="example.io",
    version="v1",
    kind="Widget",
    plural="widgets",
    namespaced=True,
    type=Widget,
    list_type=ObjectList[Widget],
)
GADGETS = Resource(
    group="example.io",
    version="v1",
    kind="Gadget",
    plural="gadgets",
    namespaced=False,
    type=Gadget,
    list_type=ObjectList[Gadget],
)


class WidgetLister(NamespacedLister[Widget]):
    pass


class GadgetLister(Lister[Gadget]):
    pass


class WidgetInformer(InformerFor[Widget, WidgetLister]):
    resource = WIDGETS
    lister_type = WidgetLister


class GadgetInformer(InformerFor[Gadget, GadgetLister]):
    resource = GADGETS
    lister_type = GadgetLister


class Factory(SharedInformerFactory):
    """As the generator would write it."""

    resources = LazyResources()
    resources.add("example.io", "v1", __name__, ["WIDGETS", "GADGETS"])

    @property
    def widgets(self) -> WidgetInformer:
        return WidgetInformer(self)

    @property
    def gadgets(self) -> GadgetInformer:
        return GadgetInformer(self)


def new_server(clock: Callable[[], float], **options: Any) -> Server:
    kinds = [
        ServerResource(
            group=r.group, version=r.version, kind=r.kind, plural=r.plural, namespaced=r.namespaced
        )
        for r in (WIDGETS, GADGETS)
    ]
    return Server(kinds, require_namespaces=False, monotonic=clock, **options)


Body = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]
"""What a fault makes of the chunks of a watch."""


@dataclass
class Faults:
    """What goes wrong with the next requests. Each entry is used once, in order.

    An entry of `lists` is a Response or an exception in the answer's place; of `watches` also a
    function over the chunks. None lets a request pass.
    """

    lists: list[Any] = field(default_factory=list)
    watches: list[Any] = field(default_factory=list)


@dataclass
class Asked:
    time: float
    watch: bool
    query: dict[str, str]


class FaultyTransport:
    """An AsyncTransport in front of another one, with faults on demand and a record of requests."""

    def __init__(self, server: Server, faults: Faults | None = None) -> None:
        self._inner = AsyncMemoryTransport(server)
        self.faults = faults or Faults()
        self.asked: list[Asked] = []
        self.open_streams = 0

    async def send(self, request: Request) -> Response:
        if request.method != "GET":
            return await self._inner.send(request)
        self._note(request, watch=False)
        fault = self.faults.lists.pop(0) if self.faults.lists else None
        if isinstance(fault, Exception):
            raise fault
        answer = await self._inner.send(request)
        if isinstance(fault, Response):
            return fault
        return fault(answer) if fault is not None else answer

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Any]:
        self._note(request, watch=True)
        fault = self.faults.watches.pop(0) if self.faults.watches else None
        if isinstance(fault, Exception):
            raise fault
        self.open_streams += 1
        try:
            if isinstance(fault, Response):
                yield _Chunks(fault.status, fault.headers, _whole(fault.body))
                return
            async with self._inner.stream(request) as stream:
                chunks = stream.__aiter__()
                broken = fault(chunks) if fault is not None else chunks
                yield _Chunks(stream.status, stream.headers, broken)
        finally:
            self.open_streams -= 1

    async def close(self) -> None:
        await self._inner.close()

    def _note(self, request: Request, *, watch: bool) -> None:
        now = asyncio.get_running_loop().time()
        self.asked.append(Asked(now, watch, dict(request.query)))


@dataclass
class _Chunks:
    status: int
    headers: Any
    chunks: AsyncIterator[bytes]

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.chunks


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


def status(code: int, reason: str, **headers: str) -> Response:
    """A refusal, as a server sends it."""
    document = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
    body = codec.encode({**document, "reason": reason, "message": f"{reason} on purpose"})
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(code, {"content-type": "application/json", **names}, body)


# Faults of a watch's body, after `n` good lines


def _then(n: int, end: Callable[[], AsyncIterator[bytes]]) -> Body:
    async def broken(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        passed = 0
        async for chunk in chunks:
            for line in chunk.splitlines(keepends=True):
                if passed == n:
                    break
                passed += 1
                yield line
            if passed == n:
                break
        async for chunk in end():
            yield chunk

    return broken if n else lambda chunks: end()


def ends_after(n: int) -> Body:
    async def end() -> AsyncIterator[bytes]:
        return
        yield b""

    return _then(n, end)


def drops_after(n: int) -> Body:
    async def end() -> AsyncIterator[bytes]:
        raise TransportError("connection reset by peer")
        yield b""

    return _then(n, end)


def falls_silent_after(n: int) -> Body:
    async def end() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    return _then(n, end)


def says_after(n: int, line: bytes) -> Body:
    """One more line of the test's own, and the end."""

    async def end() -> AsyncIterator[bytes]:
        yield line

    return _then(n, end)


def error_event(code: int, reason: str) -> bytes:
    return b'{"type":"ERROR","object":' + status(code, reason).body + b"}\n"


def drips(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Seven bytes every half second."""

    async def slow() -> AsyncIterator[bytes]:
        async for chunk in chunks:
            for start in range(0, len(chunk), 7):
                await asyncio.sleep(0.5)
                yield chunk[start : start + 7]

    return slow()


class Writer:
    """Somebody else who changes widgets, past all faults."""

    def __init__(self, server: Server) -> None:
        self._rest = AsyncRESTClient(AsyncMemoryTransport(server))

    async def create(self, name: str, size: Any = 0, namespace: str = "ns", **meta: Any) -> None:
        body = {
            "apiVersion": "example.io/v1",
            "kind": "Widget",
            "metadata": {"name": name, **meta},
            "spec": {"size": size},
        }
        await self._rest.request("POST", WIDGETS.path(namespace), body=codec.encode(body))

    async def update(self, name: str, size: Any, namespace: str = "ns") -> None:
        await self._rest.request(
            "PATCH",
            WIDGETS.path(namespace, name),
            headers={"content-type": "application/merge-patch+json"},
            body=codec.encode({"spec": {"size": size}}),
        )

    async def delete(self, name: str, namespace: str = "ns") -> None:
        await self._rest.request("DELETE", WIDGETS.path(namespace, name))

    async def listed(self) -> dict[str, str]:
        """What the server has: keys and versions."""
        response = await self._rest.request("GET", WIDGETS.path())
        return {
            f"{i['metadata'].get('namespace', '')}/{i['metadata']['name']}": i["metadata"][
                "resourceVersion"
            ]
            for i in msgspec.json.decode(response.body)["items"]
        }


class Clients:
    """The part of a clientset that a factory needs."""

    def __init__(self, transport: Any) -> None:
        self.rest = AsyncRESTClient(transport)


class Mirror:
    """A handler that keeps a cache of its own from what it hears, and finds what cannot be."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.impossible: list[str] = []

    def add(self, obj: Any) -> None:
        key = f"{obj.metadata.namespace}/{obj.metadata.name}"
        if key in self.versions:
            self.impossible.append(f"add of {key}, which is there")
        self.versions[key] = obj.metadata.resource_version

    def update(self, old: Any, new: Any) -> None:
        key = f"{new.metadata.namespace}/{new.metadata.name}"
        if self.versions.get(key) != old.metadata.resource_version:
            self.impossible.append(f"update of {key} from a state never told")
        if int(new.metadata.resource_version) < int(old.metadata.resource_version):
            self.impossible.append(f"update of {key} to an older state")
        self.versions[key] = new.metadata.resource_version

    def delete(self, obj: Any) -> None:
        key = f"{obj.metadata.namespace}/{obj.metadata.name}"
        if self.versions.pop(key, None) is None:
            self.impossible.append(f"delete of {key}, which is not there")
