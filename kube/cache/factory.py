"""The factory: one informer for each kind, started, awaited and stopped together.

Its informers are one group of tasks: when one of them cannot go on, all of them stop, and all who
wait for the factory get the error.

Generated factories derive from it, name their `resources`, and add properties that lead, group by
group, to typed informers and listers (`InformerFor`).
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from kube.cache.compact import CompactIndexer
from kube.cache.errors import InformerFailedError, InformerStateError, UnknownResourceError
from kube.cache.lister import NamespacedLister
from kube.cache.listwatch import ListerWatcher
from kube.cache.options import InformerOptions
from kube.cache.shared_informer import STOP_SECONDS, SharedInformer
from kube.cache.transform import Transform, check_transform
from kube.client.kinds import metadata_only
from kube.runtime import GroupVersionResource, Object, PartialObjectMetadata
from kube.runtime.resource import LazyResources, Resource

if TYPE_CHECKING:
    from typing import Self

    from kube.api.meta.v1 import ListOptions
    from kube.cache.metrics import MetricsProvider
    from kube.cache.reflector import Tweak
    from kube.cache.thread import InformerThread
    from kube.client import AsyncRESTClient

T = TypeVar("T", bound=Object)
L_co = TypeVar("L_co", covariant=True)

_DEFAULT = InformerOptions()


class Clients(Protocol):
    """What informers need of an asynchronous clientset."""

    @property
    def rest(self) -> AsyncRESTClient: ...


class SharedInformerFactory:
    """The informers of one asynchronous clientset. An async context manager that shuts them down.

    `resync` is in seconds, 0 for none. `namespace` limits namespaced kinds to one namespace.
    `transform` changes every object before it is cached. `options` sets these and the selectors
    for single kinds, by their classes (or by Resource, where a class serves several kinds).
    `tweak_list_options` changes the options of every request. With `watch_list` the first objects
    are streamed where the server can do that: easier on the server, dearer here. `metrics` measures
    all informers; `kube.metrics` has one.

    Raises TypeError for a synchronous clientset.
    """

    def __init__(
        self,
        clients: Clients,
        *,
        resync: float = 0.0,
        namespace: str = "",
        transform: Transform[Any] | None = None,
        # By class or Resource. A Mapping's keys are invariant: to type checkers `{Pod: …}` would
        # not be a mapping of classes of objects.
        options: Mapping[Any, InformerOptions] | None = None,
        tweak_list_options: Tweak | None = None,
        watch_list: bool = False,
        metrics: MetricsProvider | None = None,
    ) -> None:
        _check_asynchronous(clients, type(self).__name__)
        if transform is not None:
            check_transform(transform)
        self.clients = clients
        self._resync = resync
        self._namespace = namespace
        self._transform = transform
        self._options: dict[Any, InformerOptions] = dict(options or {})
        for key, each in self._options.items():
            _check_option(key, each)
        self._tweak_list_options = tweak_list_options
        self._watch_list = watch_list
        self._metrics = metrics
        self._creating = threading.Lock()
        self._informers: dict[Resource, SharedInformer[Any]] = {}
        self._whole: dict[Resource, Resource] = {}
        self._tasks: dict[SharedInformer[Any], asyncio.Task[None]] = {}
        self._failure: InformerFailedError | None = None
        self._shut_down = False
        self._body: asyncio.Task[Any] | None = None
        self._body_was_cancelled = False
        self.handlers_in_threads = False
        """Whether each handler runs in a thread of its own; set by `run_in_thread`."""

    def __repr__(self) -> str:
        informers = [
            f"{_describe(resource)}: {informer.state}"
            for resource, informer in list(self._informers.items())
        ]
        return f"<{type(self).__name__} of {', '.join(informers) or 'no informers yet'}>"

    @property
    def resources(self) -> LazyResources:
        """What `for_resource` knows: none, but in generated factories."""
        return LazyResources()

    def informer_for(self, resource: Resource) -> SharedInformer[Any]:
        """The one informer of a resource, created on first use, and not started by this.

        After an informer was stopped alone, this creates another.
        """
        with self._creating:
            informer = self._informers.get(resource)
            if informer is None or (informer.is_stopped and not self._has_ended):
                informer = self._informers[resource] = self._new_informer(resource)
            return informer

    def metadata_informer_for(self, resource: Resource) -> SharedInformer[PartialObjectMetadata]:
        """The one informer of a resource's metadata alone: smaller objects, and a watch of its own.

        It has the options of the kind, but for its transform.
        """
        metadata = metadata_only(resource)
        self._whole[metadata] = resource
        return self.informer_for(metadata)

    def lister_watcher_for(self, resource: Resource, namespace: str = "") -> ListerWatcher[Any]:
        """How an informer of this factory reads the server."""
        from kube.cache.rest import RESTListerWatcher

        return RESTListerWatcher(self.clients.rest, resource, namespace)

    def for_resource(self, gvr: GroupVersionResource) -> GenericInformer[Any]:
        """The informer of a resource by its name. Raises UnknownResourceError."""
        resource = self.resources.find(gvr)
        if resource is None:
            raise UnknownResourceError(
                f"no informer for {gvr}: this factory was not generated for it"
            )
        return GenericInformer(resource, self.informer_for(resource))

    def start(self) -> None:
        """Start, in the running event loop, every informer asked for and not yet started.

        Raises InformerStateError after a shutdown, and InformerFailedError after a failure.
        """
        if self._failure is not None:
            raise self._failure
        if self._shut_down:
            raise InformerStateError("the factory was shut down: make a new one")
        for resource, informer in list(self._informers.items()):
            if informer not in self._tasks and not informer.is_stopped:
                informer.handlers_in_threads = self.handlers_in_threads
                name = f"informer {resource.gvr.group_resource}"
                task = asyncio.create_task(self._run(informer), name=name)
                self._tasks[informer] = task
                task.add_done_callback(partial(self._note_end, informer))

    async def wait_for_cache_sync(self, timeout: float | None = None) -> dict[type[Any], bool]:
        """Start what is not started and wait until every cache holds its first list.

        Returns for each type whether it does: not, where the factory was shut down meanwhile, or
        where it took longer than `timeout` seconds. Raises InformerStateError after a shutdown, and
        InformerFailedError as soon as an informer cannot go on.
        """
        self.start()
        informers = dict(self._informers)
        waits = [asyncio.create_task(i.wait_for_sync()) for i in informers.values()]
        try:
            if waits:
                await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for wait in waits:
                wait.cancel()
            outcomes = await asyncio.gather(*waits, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        synced: dict[type[Any], bool] = {}
        for resource, informer in informers.items():
            # Kinds without classes of their own share one.
            synced[resource.type] = informer.has_synced and synced.get(resource.type, True)
        return synced

    async def shutdown(self, timeout: float | None = STOP_SECONDS) -> None:
        """Stop all informers, and wait for their handlers' calls in progress. Idempotent.

        Calls that take longer than `timeout` seconds are cancelled and logged; a thread cannot be
        cancelled and is left behind. None waits for as long as it takes.

        Raises InformerStateError within a handler, which would wait for itself,
        InformerFailedError where an informer could not go on, and CacheMutationError where the
        mutation detector is on and has found something.
        """
        self.check_not_in_handler()
        self._shut_down = True
        tasks, self._tasks = self._tasks, {}
        for informer, task in tasks.items():
            if not informer.is_started:
                task.cancel()
                informer.abandon()
        await asyncio.gather(*(informer.stop(timeout) for informer in self._informers.values()))
        outcomes = await asyncio.gather(*tasks.values(), return_exceptions=True)
        if self._failure is not None and tasks:
            raise self._failure
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def check_not_in_handler(self) -> None:
        """Raises InformerStateError where the code that asks runs within a handler's call."""
        if any(informer.is_calling_us for informer in list(self._informers.values())):
            raise InformerStateError(
                "a handler cannot shut its own factory down, because a shutdown waits for "
                "handlers: set an event that the program waits for"
            )

    def run_in_thread(self) -> InformerThread:
        """For a synchronous program: run the informers in a background thread. See there."""
        from kube.cache.thread import InformerThread

        return InformerThread(self)

    async def __aenter__(self) -> Self:
        self._body = asyncio.current_task()
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        body, self._body = self._body, None
        interrupted = self._body_was_cancelled and body is not None and not body.uncancel()
        try:
            await self.shutdown()
        except InformerFailedError as failure:
            # The block may have this error already, from a wait; or it was cancelled because of it.
            if error is not failure and (error is None or interrupted):
                raise

    @property
    def _has_ended(self) -> bool:
        return self._shut_down or self._failure is not None

    def _new_informer(self, resource: Resource) -> SharedInformer[Any]:
        options = self._options_for(resource)
        tweak = _Tweak(options, self._tweak_list_options)
        return SharedInformer(
            {ns: self.lister_watcher_for(resource, ns) for ns in self._namespaces(resource)},
            api_version=resource.api_version,
            kind=resource.kind,
            resync=self._resync if options.resync is None else options.resync,
            transform=self._transform if options.transform is None else options.transform,
            watch_list=self._watch_list,
            tweak_list_options=tweak if tweak.is_needed else None,
            metrics=self._metrics,
            indexer=CompactIndexer(resource) if options.compact else None,
        )

    def _options_for(self, resource: Resource) -> InformerOptions:
        whole = self._whole.get(resource, resource)
        options = self._options.get(whole) or self._options.get(whole.type) or _DEFAULT
        return options if whole is resource else replace(options, transform=None)

    def _namespaces(self, resource: Resource) -> Sequence[str]:
        namespaces = self._options_for(resource).namespaces
        if not resource.namespaced:
            if namespaces:
                raise ValueError(
                    f"{resource.kind} is cluster-scoped: its informer cannot be limited to "
                    f"namespaces {', '.join(namespaces)}"
                )
            return ("",)
        if namespaces is None:
            return (self._namespace,)
        return tuple(dict.fromkeys(namespaces)) or ("",)

    async def _run(self, informer: SharedInformer[Any]) -> None:
        if not informer.is_stopped:
            await informer.run()

    def _note_end(self, informer: SharedInformer[Any], _: asyncio.Task[None]) -> None:
        """An informer's task has ended; where it failed, all others end, and so does the block."""
        if informer.failure is None or self._failure is not None:
            return
        self._failure = informer.failure
        for task in self._tasks.values():
            task.cancel()
        if self._body is not None and not self._body.done() and not self._shut_down:
            self._body_was_cancelled = True
            self._body.cancel()


class _Tweak:
    """Applies the selectors of one kind, then the factory's own tweak."""

    def __init__(self, options: InformerOptions, tweak: Tweak | None) -> None:
        self._options = options
        self._tweak = tweak
        self.is_needed = bool(options.label_selector or options.field_selector or tweak)

    def __call__(self, options: ListOptions) -> None:
        options.label_selector = self._options.label_selector
        options.field_selector = self._options.field_selector
        if self._tweak is not None:
            self._tweak(options)


def _check_asynchronous(clients: Clients, factory: str) -> None:
    request = getattr(getattr(clients, "rest", None), "request", None)
    if not inspect.iscoroutinefunction(request):
        raise TypeError(
            f"{factory} needs an asynchronous clientset, and {type(clients).__name__} is not one: "
            "pass AsyncClientset.for_config(config); a synchronous program then uses "
            "factory.run_in_thread()"
        )


def _check_option(key: object, options: object) -> None:
    if not isinstance(key, Resource) and not (isinstance(key, type) and issubclass(key, Object)):
        raise TypeError(f"options are set by a kind's class or its Resource, not by {key!r}")
    if not isinstance(options, InformerOptions):
        raise TypeError(f"the options of a kind are InformerOptions, not {type(options).__name__}")


class ListerType(Protocol[L_co]):
    """A lister's class."""

    def __call__(self, indexer: Any, resource: Any, /) -> L_co: ...


class InformerFor(Generic[T, L_co]):
    """The informer and the lister of one kind; generated classes define the two below.

    Reading either creates the factory's informer of the kind.
    """

    resource: ClassVar[Resource]
    lister_type: ClassVar[ListerType[Any]]

    def __init__(self, factory: SharedInformerFactory) -> None:
        self._factory = factory

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.resource.gvr.group_resource}>"

    @property
    def informer(self) -> SharedInformer[T]:
        """The factory's one informer of the kind."""
        return self._factory.informer_for(self.resource)

    @property
    def lister(self) -> L_co:
        """Typed reads of that informer's cache."""
        lister: L_co = self.lister_type(self.informer.indexer, self.resource.gvr.group_resource)
        return lister

    @property
    def metadata(self) -> GenericInformer[PartialObjectMetadata]:
        """An informer of the same objects that reads and caches their metadata alone.

        Each object is a PartialObjectMetadata with the apiVersion and kind of the whole object.
        """
        informer = self._factory.metadata_informer_for(self.resource)
        return GenericInformer(metadata_only(self.resource), informer)


class GenericInformer(Generic[T]):
    """An informer found by its resource's name, or one that reads metadata alone, and its lister.

    The namespace of cluster-scoped objects is ''.
    """

    def __init__(self, resource: Resource, informer: SharedInformer[T]) -> None:
        self.resource = resource
        self.informer = informer
        self.lister: NamespacedLister[T] = NamespacedLister(
            informer.indexer, resource.gvr.group_resource
        )

    def __repr__(self) -> str:
        return f"<GenericInformer of {_describe(self.resource)}>"


def _describe(resource: Resource) -> str:
    of = "metadata of " if resource.type is PartialObjectMetadata else ""
    return f"{of}{resource.gvr.group_resource}"
