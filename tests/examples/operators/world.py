"""A cluster, a user of it, and operators that run on it over lines that can be cut."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from kube.client import AsyncClient, AsyncRESTClient, TransportError
from kube.client.transport import AsyncStream, AsyncTransport, Request, Response
from kube.controller import CacheOptions, LeaderElection, Manager
from kube.envtest import AsyncMemoryTransport, Server
from kube.envtest.manifests import load_manifests
from kube.runtime import to_tree
from kube.runtime.trees import Tree
from kube.runtime.unstructured import Unstructured
from tests.examples.operators.operators import Operator

PATIENCE = 120.0
"""Seconds, on the embedded server virtual ones, after which what has not come is given up."""

_ports = itertools.cycle(range(1, 2700))
"""A port on the nodes of a real server is taken until its Service is collected."""


class Line:
    """The transport of one replica: it can be cut, be silent, and knows what went over it."""

    def __init__(self, transport: AsyncTransport, user: str, name: str, log: list[str]) -> None:
        self.is_cut = False
        self.writes = 0
        self.refused: set[str] = set()
        """The answers of 403."""
        self.dead = asyncio.Event()
        self.was_refused = asyncio.Event()
        self.held: tuple[str, ...] = ()
        """The plurals whose watches are silent, without being cut."""
        self._released = asyncio.Event()
        self._dies_at: tuple[int, bool] = (0, False)
        self._changed = asyncio.Condition()
        self._transport, self._name, self._log = transport, name, log
        self._user = {"impersonate-user": user}

    def die_at(self, write: int, *, carried_out: bool) -> None:
        """Be cut by the n-th write from now, which the server carries out or never sees."""
        self._dies_at = (self.writes + write, carried_out)

    async def until_writes(self, count: int) -> None:
        """Wait until so many writes have begun."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.writes >= count)

    async def flows(self, path: str) -> None:
        """Wait while a watch is held. Raises TransportError once the line is cut."""
        while path.rpartition("/")[2] in self.held:
            await self._released.wait()
        self._check()

    def hold(self, *plurals: str) -> None:
        """Have the watches of these kinds, and of no others, be silent from now on."""
        self.held = plurals
        self._released.set()
        self._released = asyncio.Event()

    def cut(self) -> None:
        self.is_cut = True
        self.dead.set()

    async def send(self, request: Request) -> Response:
        request = self._own(request)
        if request.method == "GET" or "/leases" in request.path:
            return await self._answer(request)
        async with self._changed:
            self.writes += 1
            self._changed.notify_all()
        write, carried_out = self._dies_at
        if self.writes == write:
            if carried_out:
                await self._answer(request)
            self.cut()
        self._check()
        self._log.append(f"{self._name} begins")
        try:
            return await self._answer(request)
        finally:
            self._log.append(f"{self._name} ends")

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[AsyncStream]:
        self._check()
        async with self._transport.stream(self._own(request)) as stream:
            self._note(stream.status, request)
            yield _Stream(stream, self, request.path)

    async def close(self) -> None:
        await self._transport.close()

    def _own(self, request: Request) -> Request:
        return replace(request, headers={**request.headers, **self._user})

    async def _answer(self, request: Request) -> Response:
        self._check()
        response = await self._transport.send(request)
        self._note(response.status, request)
        return response

    def _note(self, status: int, request: Request) -> None:
        if status == 403:
            self.refused.add(f"{request.method} {request.path}")
            self.was_refused.set()

    def _check(self) -> None:
        if self.is_cut:
            raise TransportError("the line is cut")


class _Stream:
    """A watch over a line."""

    def __init__(self, stream: AsyncStream, line: Line, path: str) -> None:
        self.status, self.headers = stream.status, stream.headers
        self._stream, self._line, self._path = stream, line, path

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            await self._line.flows(self._path)
            yield chunk

    def close(self) -> None:
        self._stream.close()


class World:
    """One namespace of a server for one operator; a context manager that ends what runs."""

    def __init__(
        self, operator: Operator, connect: Callable[[], AsyncRESTClient], namespace: str
    ) -> None:
        self.operator = operator
        self.namespace = namespace
        self.server: Server | None = None
        """The embedded one."""
        self.user = AsyncClient(connect())
        self._connect = connect
        self.sizes: dict[str, int] = {}
        """The objects that there are, by name: how many pods each is to have."""
        self.log: list[str] = []
        """The writes of all replicas: who began and who ended one."""
        self._ports: dict[str, int] = {}
        self._running: dict[Manager, asyncio.Task[None]] = {}

    # What a user does

    async def create(self, *names: str, size: int = 2) -> None:
        for name in names:
            self._ports[name] = self._free_ports()
            one = self.operator.make(name, self.namespace, size, self._ports[name])
            await self.user.create(one)
            self.sizes[name] = size

    async def resize(self, name: str, size: int) -> None:
        self.sizes[name] = size
        await self._respecify(name)

    async def change_ports(self, name: str) -> None:
        self._ports[name] = self._free_ports()
        await self._respecify(name)

    async def _respecify(self, name: str) -> None:
        spec = to_tree(self.operator.spec(self.sizes[name], self._ports[name]))
        await self.user.patch(
            self.operator.kind, {"spec": spec}, name=name, namespace=self.namespace
        )

    def _free_ports(self) -> int:
        return next(_ports)

    async def delete(self, name: str, **options: Any) -> None:
        await self.user.delete(self.operator.kind, name, self.namespace, **options)
        del self.sizes[name]

    async def converged(self) -> None:
        """Wait until everything is as the objects ask for."""
        differences = ["not asked yet"]
        try:
            async with asyncio.timeout(PATIENCE):
                while differences:
                    await asyncio.sleep(0.05)
                    state = await self.operator.state(self.user, self.namespace)
                    differences = list(self.operator.differences(state, self.sizes))
        except TimeoutError:
            raise AssertionError(f"it stays so: {differences}") from None

    # The operator

    def line(
        self, name: str, connect: Callable[[], AsyncRESTClient] | None = None
    ) -> tuple[AsyncRESTClient, Line]:
        rest = (connect or self._connect)()
        line = Line(rest.transport, self.account, name, self.log)
        rest.transport = line
        return rest, line

    @property
    def account(self) -> str:
        return f"system:serviceaccount:{self.namespace}:manager"

    def start(
        self,
        name: str = "one",
        *,
        is_elected: bool = False,
        connect: Callable[[], AsyncRESTClient] | None = None,
        **options: Any,
    ) -> tuple[Manager, Line]:
        """A replica of the operator, which runs as the service account that its role is for.

        With `is_elected` it works as the leader alone. `connect` leads it by another way.
        """
        rest, line = self.line(name, connect)
        if is_elected:
            options["leader_election"] = LeaderElection(
                name="operator", namespace=self.namespace, identity=name
            )
        cache = CacheOptions(namespaces=[self.namespace])
        manager = Manager(rest, name=name, cache=cache, **options)
        self.operator.add(manager)
        self._running[manager] = asyncio.create_task(manager.run(handle_signals=False))
        return manager, line

    async def stop(self, manager: Manager) -> None:
        """Stop a replica in order; raises what it raises."""
        manager.stop()
        await self._running.pop(manager)

    async def end(self, manager: Manager) -> None:
        """Wait for the end of a replica; raises what it raises."""
        await self._running.pop(manager)

    async def kill(self, manager: Manager) -> None:
        """The end of a replica whose line is cut, so that nobody hears of it."""
        task = self._running.pop(manager)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def grant(self, roles: Iterable[Tree]) -> None:
        """Create roles of the operator, and bind them to its account."""
        for role in roles:
            metadata = {"name": f"{self.namespace}-{role['metadata']['name']}"}
            if role["kind"] == "Role":
                metadata["namespace"] = self.namespace
            own = {**role, "metadata": metadata}
            for tree in (own, self._binding(own)):
                await self.user.create(Unstructured.from_tree(tree))

    def _binding(self, role: Tree) -> Tree:
        group = "rbac.authorization.k8s.io"
        return {
            "apiVersion": f"{group}/v1",
            "kind": f"{role['kind']}Binding",
            "metadata": dict(role["metadata"]),
            "roleRef": {"apiGroup": group, "kind": role["kind"], "name": role["metadata"]["name"]},
            "subjects": [
                {"kind": "ServiceAccount", "name": "manager", "namespace": self.namespace}
            ],
        }

    async def __aenter__(self) -> World:
        return self

    async def __aexit__(self, *_: object) -> None:
        for manager in list(self._running):
            await self.kill(manager)
        await self.user.delete_all_of(self.operator.kind, self.namespace)
        await self.user.rest.close()


def embedded(operator: Operator, namespace: str = "default") -> World:
    """A world on a server of its own, whose clock is the event loop's."""
    loop = asyncio.get_running_loop()
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    server = Server(
        controllers=["*"],
        authorization=True,
        now=lambda: begin + timedelta(seconds=loop.time()),
        monotonic=loop.time,
    )
    server.load(load_manifests(operator.crds))
    world = World(operator, lambda: AsyncRESTClient(AsyncMemoryTransport(server)), namespace)
    world.server = server
    return world
