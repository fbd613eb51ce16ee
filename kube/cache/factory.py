"""The factory: one informer a kind, started, awaited and stopped together.

Generated factories derive from it, say their `resources`, and add properties that lead, group by
group, to typed informers and listers (`InformerFor`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from kube.api.meta.v1 import ListOptions
from kube.cache.lister import NamespacedLister
from kube.cache.listwatch import ListerWatcher
from kube.cache.shared_informer import InformerStateError, SharedInformer, Transform
from kube.runtime import GroupVersionResource, Object
from kube.runtime.resource import Resource

if TYPE_CHECKING:
    from typing import Self

    from kube.cache.metrics import MetricsProvider
    from kube.cache.thread import InformerThread
    from kube.client import AsyncRESTClient

T = TypeVar("T", bound=Object)
L_co = TypeVar("L_co", covariant=True)


class Clients(Protocol):
    """What informers need of an asynchronous clientset."""

    @property
    def rest(self) -> AsyncRESTClient: ...


class UnknownResourceError(LookupError):
    """The factory has no informer for this resource."""


class SharedInformerFactory:
    """Informers of one clientset. An async context manager: leaving it shuts it down.

    `resync` is in seconds, 0 for none; `resync_by_type` overrides it for some kinds. `namespace`
    limits namespaced kinds to one. `tweak_list_options` changes the options of every list and
    watch, to set a selector say; `transform` goes over every object before the cache. With
    `watch_list` the first objects are streamed, where the server can do that. `metrics` measures
    all informers; `kube.metrics` has one.
    """

    def __init__(
        self,
        clients: Clients,
        *,
        resync: float = 0.0,
        resync_by_type: Mapping[type[Object], float] | None = None,
        namespace: str = "",
        tweak_list_options: Callable[[ListOptions], None] | None = None,
        transform: Transform[Any] | None = None,
        watch_list: bool = True,
        metrics: MetricsProvider | None = None,
    ) -> None:
        self.clients = clients
        self._resync = resync
        self._resync_by_type = dict(resync_by_type or {})
        self._namespace = namespace
        self._tweak_list_options = tweak_list_options
        self._transform = transform
        self._watch_list = watch_list
        self._metrics = metrics
        self._informers: dict[Resource, SharedInformer[Any]] = {}
        self._running: dict[Resource, asyncio.Task[None]] = {}
        self._shut_down = False
        self.handlers_in_threads = False
        """Whether each handler runs in a thread of its own; set by `run_in_thread`."""

    @property
    def resources(self) -> Sequence[Resource]:
        """What `for_resource` knows: generated factories load theirs when they are asked."""
        return ()

    def informer_for(self, resource: Resource) -> SharedInformer[Any]:
        """The one informer of a resource, made when it is first asked for, not started."""
        found = self._informers.get(resource)
        if found is None:
            found = self._informers.setdefault(
                resource,
                SharedInformer(
                    self.lister_watcher_for(resource),
                    api_version=resource.api_version,
                    kind=resource.kind,
                    resync=self._resync_by_type.get(resource.type, self._resync),
                    transform=self._transform,
                    watch_list=self._watch_list,
                    tweak_list_options=self._tweak_list_options,
                    metrics=self._metrics,
                ),
            )
        return found

    def lister_watcher_for(self, resource: Resource) -> ListerWatcher[Any]:
        """How an informer of this factory reads the server."""
        from kube.cache.rest import RESTListerWatcher

        namespace = self._namespace if resource.namespaced else ""
        return RESTListerWatcher(self.clients.rest, resource, namespace)

    def for_resource(self, gvr: GroupVersionResource) -> GenericInformer:
        """The informer of a resource that is known by name only. Raises UnknownResourceError."""
        for resource in self.resources:
            if resource.gvr == gvr:
                return GenericInformer(self, resource)
        raise UnknownResourceError(f"no informer found for {gvr}")

    def start(self) -> None:
        """Start, in the running event loop, every informer asked for and not yet started.

        Raises InformerStateError after a shutdown.
        """
        if self._shut_down:
            raise InformerStateError("the factory was shut down: make a new one")
        for resource, informer in list(self._informers.items()):
            if resource not in self._running:
                informer.handlers_in_threads = self.handlers_in_threads
                name = f"informer {resource.plural}.{resource.group}"
                self._running[resource] = asyncio.create_task(informer.run(), name=name)

    async def wait_for_cache_sync(
        self,
        timeout: float | None = None,
    ) -> dict[type[Any], bool]:
        """Start what is not started and wait until every cache holds its first list.

        Says for each type whether it does: not, where the factory was shut down meanwhile, or
        where it took longer than `timeout` seconds. Raises InformerStateError after a shutdown.
        """
        self.start()
        informers = dict(self._informers)
        waits = [asyncio.create_task(i.wait_for_sync()) for i in informers.values()]
        try:
            if waits:
                await asyncio.wait(waits, timeout=timeout)
        finally:
            for wait in waits:
                wait.cancel()
        synced: dict[type[Any], bool] = {}
        for resource, informer in informers.items():
            # Kinds without classes of their own share one.
            synced[resource.type] = informer.has_synced and synced.get(resource.type, True)
        return synced

    async def shutdown(self) -> None:
        """Stop all informers, and wait for the calls of handlers that are at hand. Idempotent.

        Raises InformerStateError within a handler, which would wait for itself, and
        CacheMutationError where the mutation detector is on and found something.
        """
        self.check_not_in_handler()
        self._shut_down = True
        running = list(self._running.values())
        self._running.clear()
        for task in running:
            task.cancel()
        outcomes = await asyncio.gather(*running, return_exceptions=True)
        for informer in self._informers.values():
            informer.abandon()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def check_not_in_handler(self) -> None:
        """Raises InformerStateError where the code that asks runs within a handler's call."""
        if any(informer.is_calling_us for informer in self._informers.values()):
            raise InformerStateError(
                "a handler cannot shut its own factory down, for a shutdown waits for handlers: "
                "set an event that the program waits for"
            )

    def run_in_thread(self) -> InformerThread:
        """For a synchronous program: run the informers in a background thread. See there."""
        from kube.cache.thread import InformerThread

        return InformerThread(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shutdown()


class ListerType(Protocol[L_co]):
    """A lister's class."""

    def __call__(self, indexer: Any, resource: Any, /) -> L_co: ...


class InformerFor(Generic[T, L_co]):
    """The informer and the lister of one kind; generated classes name the two below.

    Asking for either makes the factory have that informer.
    """

    resource: ClassVar[Resource]
    lister_type: ClassVar[ListerType[Any]]

    def __init__(self, factory: SharedInformerFactory) -> None:
        self._factory = factory

    @property
    def informer(self) -> SharedInformer[T]:
        """The factory's one informer of the kind."""
        return self._factory.informer_for(self.resource)

    @property
    def lister(self) -> L_co:
        """Typed reads of that informer's cache."""
        lister: L_co = self.lister_type(self.informer.indexer, self.resource.gvr.group_resource)
        return lister


class GenericInformer:
    """The informer of a resource known by name. Cluster-scoped objects have namespace ''."""

    def __init__(self, factory: SharedInformerFactory, resource: Resource) -> None:
        self.resource = resource
        self.informer: SharedInformer[Any] = factory.informer_for(resource)
        self.lister: NamespacedLister[Any] = NamespacedLister(
            self.informer.indexer, resource.gvr.group_resource
        )
