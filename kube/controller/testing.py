"""For tests of controllers: a manager on the embedded server, and a clock that is turned.

    async with EmbeddedManager(crds="config/crd/bases") as manager:
        manager.add(Controller(Web, WebReconciler(manager.client), owns=[Deployment]))
        web = await manager.user.create(Web(...))
        await manager.settled()

Nothing waits for real time: `settled` returns when everything that follows from what was written
has happened, and `advance` turns the clock, so that a back-off of an hour takes no time. A restart,
or another replica, is `crash` and `successor`.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from kube.client import AsyncClient, AsyncRESTClient, TransportError
from kube.client.credentials import StaticCredentials
from kube.client.kinds import class_resource
from kube.client.transport import AsyncStream, AsyncTransport, Request, Response
from kube.controller.manager import Manager
from kube.envtest import AsyncMemoryTransport, ManifestPaths, Server
from kube.envtest.fake import FakeKinds, fake_server
from kube.envtest.manifests import load_manifests
from kube.runtime import Object
from kube.runtime.clock import ManualClock
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

LONGEST_SETTLING = 60.0
"""Real seconds after which `settled` gives up."""
LOOK_AGAIN = 0.001
"""Real seconds between two looks at what is still going on."""


_NAMESPACE, _NAME = "default", "manager"
_ACCOUNT = f"system:serviceaccount:{_NAMESPACE}:{_NAME}"


def _bound(role: Tree) -> Tree:
    """What binds a role to the manager's service account, where the role holds."""
    api_group, metadata = "rbac.authorization.k8s.io", role["metadata"]
    where = {key: metadata[key] for key in ("name", "namespace") if key in metadata}
    return {
        "apiVersion": f"{api_group}/v1",
        "kind": f"{role['kind']}Binding",
        "metadata": where,
        "roleRef": {"apiGroup": api_group, "kind": role["kind"], "name": metadata["name"]},
        "subjects": [{"kind": "ServiceAccount", "name": _NAME, "namespace": _NAMESPACE}],
    }


class _Line:
    """A transport that can be cut."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.is_cut = False
        self._transport = transport

    async def send(self, request: Request) -> Response:
        self._check()
        return await self._transport.send(request)

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStream]:
        self._check()
        return self._transport.stream(request)

    async def close(self) -> None:
        await self._transport.close()

    def _check(self) -> None:
        if self.is_cut:
            raise TransportError("the line to the server is cut", sent=False)


class EmbeddedManager(Manager):
    """A manager on a server of its own, a context manager that runs it.

    `crds` are files or folders of manifests; `controllers` run beside the server, as
    `garbage-collector-controller` does. `server` is one of your own in their place, and should have
    the times of `clock`. With `roles`, files or folders of roles such as `config/rbac`, the
    manager may do what they allow and nothing else, as a service account that is bound to them.
    Other options are Manager's. The block ends with the failure of any part.
    """

    # The server answers in the same loop, which is busy rather than blocked.
    _blocked_seconds = LONGEST_SETTLING

    def __init__(
        self,
        *,
        crds: ManifestPaths = (),
        controllers: Sequence[str] = (),
        roles: ManifestPaths = (),
        server: Server | None = None,
        clock: ManualClock | None = None,
        **options: Any,
    ) -> None:
        clock = clock or ManualClock()
        granted = list(load_manifests(roles))
        if server is None:
            server = Server(
                controllers=controllers,
                require_namespaces=False,
                authorization=bool(granted),
                now=clock.now,
                monotonic=clock.monotonic,
            )
        server.load(load_manifests(crds))
        rules = [tree for tree in granted if tree["kind"] in ("ClusterRole", "Role")]
        server.load([*granted, *map(_bound, rules)])
        self._join(server, clock, options, is_account=bool(granted))

    def _join(
        self, server: Server, clock: ManualClock, options: dict[str, Any], *, is_account: bool
    ) -> None:
        """Become a manager on a server that has all it needs."""
        self.server = server
        self.user = AsyncClient(AsyncRESTClient(AsyncMemoryTransport(server)))
        """A client apart from the manager's, for what a user of the cluster does."""
        self._manual_clock = clock
        self._options = options
        self._is_account = is_account
        self._line = _Line(AsyncMemoryTransport(server))
        self._running: asyncio.Task[None] | None = None
        identity = StaticCredentials({"impersonate-user": _ACCOUNT}) if is_account else None
        rest = AsyncRESTClient(self._line, credentials=identity)
        super().__init__(rest, clock=clock, **{"name": "test", **options})

    @property
    def manual_clock(self) -> ManualClock:
        """The clock of the manager and the server."""
        return self._manual_clock

    def serve(self, *kinds: type[Object]) -> None:
        """Have the server serve kinds of other projects by their classes, without schemas.

        What it serves already, by a CRD or as Kubernetes' own, stays as it is.
        """
        resources = {class_resource(kind): ("status",) for kind in kinds}
        fake_server(FakeKinds(resources), (), self.server)

    async def settled(self) -> None:
        """Wait until all caches are current, and nothing is queued or being reconciled.

        What waits for its time, a requeue or a retry, is left to `advance`. Raises TimeoutError
        where things do not come to rest, as with two controllers that undo each other's work, and
        what the manager failed with.
        """
        async with asyncio.timeout(LONGEST_SETTLING):
            while True:
                await self._look()
                revision = self.server.store.revision
                while not self._is_current(revision):
                    self.server.send_bookmarks()
                    await self._look()
                if self._is_idle() and self.server.store.revision == revision:
                    return

    async def advance(self, seconds: float) -> None:
        """Turn the clock, and wait until everything has settled."""
        self._manual_clock.advance(seconds)
        await self.settled()

    async def crash(self) -> None:
        """End as a process that is killed: from now on nothing reaches the server.

        Watches end, nothing is written, and a lease is not given up.
        """
        self._line.is_cut = True
        self._graceful_stop = 0.0
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def successor(self, **options: Any) -> Self:
        """Another manager on the same server and by the same clock, with other options where given.

        It is a restart of this one, or beside it another replica.
        """
        other = type(self).__new__(type(self))
        other._join(
            self.server,
            self._manual_clock,
            {**self._options, **options},
            is_account=self._is_account,
        )
        return other

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.run(handle_signals=False))
        await self._look()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()
        if self._running is not None:  # it has not crashed
            await self._running

    async def _look(self) -> None:
        """Let others go on; raise what the manager failed with."""
        await asyncio.sleep(LOOK_AGAIN)
        if self._running is not None and self._running.done():
            await self._running

    def _is_current(self, revision: int) -> bool:
        return all(
            int(version) >= revision
            for informer in self.cache.informers
            if informer.has_synced and (version := informer.last_sync_resource_version).isdecimal()
        )

    def _is_idle(self) -> bool:
        informers = self.cache.informers
        pending = any(informer.measures().pending for informer in informers)
        controllers = self.controllers.values()
        leads = self.elected.is_set() or not any(c.controller.needs_leader for c in controllers)
        waits = [c for c in controllers if self.elected.is_set() or not c.controller.needs_leader]
        return not pending and leads and all(controller.is_idle for controller in waits)
