"""The API server as a function: `Server.handle(Request) -> Response | WatchStream | Delay`.

Nothing here depends on sockets or event loops. A request runs under one lock as a whole, so it
reads and writes one state, as a transaction in etcd does; a watch takes the same lock for each
poll. The in-memory transports (`memory.py`) and the HTTP server (`http.py`) carry requests here.

Reactors come before everything else: a test adds a callable to `server.reactors` to answer in the
server's place, to fail or to delay a request, and reads the last requests from `server.actions`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from kube.client.transport import Request, Response
from kube.envtest.apiserver import status
from kube.envtest.apiserver.authorization.authorizer import Authorizer, bootstrap
from kube.envtest.apiserver.authorization.tokens import Tokens
from kube.envtest.apiserver.controllers import DefinitionController, make_controllers
from kube.envtest.apiserver.dynamic.concern import concerns, has_webhooks
from kube.envtest.apiserver.kinds import DEFINITIONS, NAMESPACES, SYSTEM_NAMESPACES
from kube.envtest.apiserver.reactions import Action, Delay, Reactor, action_of, react
from kube.envtest.apiserver.requests import attributes, discovery, openapi, routing, verbs, wire
from kube.envtest.apiserver.requests.routing import Query, Route
from kube.envtest.apiserver.requests.watches import WatchStream
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Store, encode
from kube.runtime.trees import Tree, copied

_READS = ("get", "list", "watch")

MOST_ACTIONS = 10_000
"""The number of requests that a server remembers at least; older ones are forgotten."""


class Server:
    """An API server in memory. Thread-safe; not for production.

    `resources` are served besides the built-ins and what CRDs define. With `require_namespaces`
    false, objects may be created in namespaces that do not exist, as users of a fake clientset
    expect. `controllers` names the controllers to run, by kube-controller-manager's names and a
    few of ours, which docs/testing.md lists, or `*` for all but `kubernetes-service`; without them
    nothing collects garbage, a deleted namespace stays Terminating and a Deployment has no Pods, as
    with an API server alone; another name is a ValueError. With `authorization` true, roles and
    their bindings decide what a user may do, who is whom the request impersonates, and the
    administrator otherwise; by default everybody may do everything.
    `history` is the number of past changes that each resource remembers for watches.
    """

    def __init__(
        self,
        resources: Iterable[ServerResource] = (),
        *,
        controllers: Sequence[str] = (),
        require_namespaces: bool = True,
        authorization: bool = False,
        history: int = 20_000,
        bookmark_every: float = 60.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        store = Store(history)
        self.state = State(
            store,
            require_namespaces=require_namespaces,
            authorizer=Authorizer(store if authorization else None),
            tokens=Tokens(store),
            bookmark_every=bookmark_every,
            now=now,
            monotonic=monotonic,
        )
        self.reactors: list[Reactor] = []
        self.actions: list[Action] = []
        self._watches: set[WatchStream] = set()
        self._settling = False
        self._definitions = DefinitionController(self.state, self._drop_watches_at)
        self._controllers = make_controllers(self.state, controllers)
        self.state.store.observers += [controller.observe for controller in self._controllers]
        for resource in resources:
            self.state.registry.add(resource)
        namespaces = self.state.target_at(NAMESPACES, "")
        for name in SYSTEM_NAMESPACES:
            new = writes.completed(namespaces.resource, {"metadata": {"name": name}})
            writes.create(namespaces, new, self.state.write_options())
        if authorization:
            self.load(bootstrap())
        with self.state.lock:
            self._run_controllers()

    @property
    def store(self) -> Store:
        return self.state.store

    @property
    def require_namespaces(self) -> bool:
        return self.state.require_namespaces

    @require_namespaces.setter
    def require_namespaces(self, wanted: bool) -> None:
        self.state.require_namespaces = wanted

    def register(self, resource: ServerResource) -> None:
        """Serve one more kind, without a schema unless the resource carries one."""
        with self.state.lock:
            self.state.registry.add(resource)

    def load(self, objects: Iterable[Tree]) -> None:
        """Put objects into the store as they are, status and all, and serve the CRDs among them.

        Missing metadata is filled in. Raises StatusError if an object is invalid, already exists,
        or is of a kind that is not served.
        """
        with self.state.lock:
            for tree in objects:
                if not isinstance(tree, dict):
                    raise TypeError(
                        "load takes objects as JSON trees, and this is a "
                        f"{type(tree).__name__}: pass kube.runtime.to_tree(…) of it, or create it "
                        "with a client"
                    )
                resource = self._resource_of(tree)
                verbs.load(self.state, resource, copied(tree))
                self._definitions.after_write(resource.storage)
            self._settle(DEFINITIONS)

    def _resource_of(self, tree: Tree) -> ServerResource:
        api_version, kind = str(tree.get("apiVersion", "")), str(tree.get("kind", ""))
        group, _, version = api_version.rpartition("/")
        resource = self.state.registry.by_kind(group, version, kind)
        if resource is None:
            raise status.StatusError(
                404, "NotFound", f'no matches for kind "{kind}" in version "{api_version}"', {}
            )
        return resource

    def handle(self, request: Request) -> Response | WatchStream | Delay:
        """Answer one request. Raises only what a reactor raised to fail the transport."""
        query = Query(request.query)
        try:
            if self.state.authorizer.is_on:
                with self.state.lock:
                    self.state.authorizer.require(attributes.of(request, query))
            answer = discovery.respond(self.state, request) or openapi.respond(self.state, request)
            if answer is not None:
                return answer
            with self.state.lock:
                late = self._is_due() and has_webhooks(self.state)
                if not late:
                    self._catch_up()
                route = routing.find(self.state.registry, request.method, request.path, query)
                action = action_of(route, request)
                self._remember(action)
                reaction = react(list(self.reactors), route, action)
                blocks = late or self._blocks(route)
                if reaction is None and not blocks:
                    return self._serve(request, route, query)
            if reaction is None or isinstance(reaction, Delay):
                seconds = reaction.seconds if reaction is not None else 0.0
                return Delay(seconds, lambda: self._resume(request, route, query), blocks)
            return reaction
        except status.PageNotFound:
            nosniff = {"x-content-type-options": "nosniff"}
            text = "text/plain; charset=utf-8"
            return wire.response(404, text, b"404 page not found\n", nosniff)
        except status.StatusError as error:
            return failure(error)

    def _blocks(self, route: Route) -> bool:
        """Whether webhooks may be asked for the answer."""
        converts = route.resource.converter is not None
        return converts or concerns(self.state, route.resource, route.verb)

    def _remember(self, action: Action) -> None:
        if len(self.actions) >= 2 * MOST_ACTIONS:
            del self.actions[:MOST_ACTIONS]
        self.actions.append(action)

    def _resume(self, request: Request, route: Route, query: Query) -> Response | WatchStream:
        try:
            with self.state.lock:
                self._catch_up()
                return self._serve(request, route, query)
        except status.StatusError as error:
            return failure(error)

    def _serve(self, request: Request, route: Route, query: Query) -> Response | WatchStream:
        answer = verbs.serve(self.state, request, route, query)
        if route.verb not in _READS:
            self._settle(route.resource.storage)
            if route.resource.converter is not None:
                self._convert_for_watches(route.resource.storage)
        if isinstance(answer, WatchStream):
            self._watches = {watch for watch in self._watches if not watch.ended}
            self._watches.add(answer)
        return answer

    def settle(self) -> None:
        """Do what is due by now, as each request does: for a test that turned the clock."""
        with self.state.lock:
            self._catch_up()

    def due_in(self) -> float | None:
        """Seconds until a controller has work by time alone; None for never."""
        with self.state.lock:
            due = [controller.due_in() for controller in self._controllers]
        return min((each for each in due if each is not None), default=None)

    def _is_due(self) -> bool:
        return any(controller.due_in() == 0 for controller in self._controllers)

    def _catch_up(self) -> None:
        if self._is_due():
            self._run_controllers()

    def _run_controllers(self) -> None:
        if self._settling:
            return  # whoever runs them waits for a webhook, and does this work afterwards
        self._settling = True
        try:
            # Each has its turn, so that none runs ahead of what the others make of its writes.
            while any([controller.settle() for controller in self._controllers]):  # noqa: C419
                self._definitions.after_write(DEFINITIONS)
        finally:
            self._settling = False

    def _convert_for_watches(self, storage: tuple[str, str]) -> None:
        """Have the last change ready in the versions that are watched: a watch should not wait."""
        collection = self.state.store.collection(storage)
        last = collection.changes_from(max(collection.end - 1, 0), 1)
        for watch in list(self._watches):
            if watch.resource.storage == storage and watch.resource.converter is not None and last:
                with contextlib.suppress(status.StatusError):  # the watch will meet it again
                    watch.resource.converter.views([last[0].current])

    def _settle(self, storage: tuple[str, str]) -> None:
        """Run the controllers until nothing is left to do."""
        self._definitions.after_write(storage)
        self._run_controllers()

    def drop_watches(self, plural: str | None = None, *, group: str | None = None) -> None:
        """End open watches, as a restarting server or a proxy would: all, or those of a resource.

        `plural` and `group` ('' for core) select by the resource that is watched.
        """
        with self.state.lock:
            for watch in list(self._watches):
                resource = watch.resource
                if plural in (None, resource.plural) and group in (None, resource.group):
                    watch.close()

    def _drop_watches_at(self, storage: tuple[str, str]) -> None:
        for watch in list(self._watches):
            if watch.resource.storage == storage:
                watch.finish()

    def send_bookmarks(self) -> None:
        """Send a bookmark now to every watch that asked for bookmarks."""
        with self.state.lock:
            for watch in list(self._watches):
                watch.bookmark()

    def compact(self) -> None:
        """Forget the past: watches from, and pages of, earlier versions answer 410 from now on."""
        with self.state.lock:
            self.state.store.compact()


def failure(error: status.StatusError) -> Response:
    headers = wire.warning_header(error.warnings)
    seconds = (error.details or {}).get("retryAfterSeconds")
    if seconds:
        headers["retry-after"] = str(seconds)
    return wire.response(error.code, wire.JSON, encode(error.body()) + b"\n", headers)
