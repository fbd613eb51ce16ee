"""The informers of a manager: one for each kind that is watched, indexed or read."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kube.cache import (
    NAMESPACE_INDEX,
    IndexFunction,
    InformerOptions,
    SharedInformer,
    SharedInformerFactory,
)
from kube.cache.metrics import MetricsProvider as InformerMetrics
from kube.client import AsyncRESTClient, KindRef
from kube.client.kinds import class_resource
from kube.controller.errors import CacheSyncTimeoutError, ManagerStateError
from kube.controller.options import CacheOptions, options_for
from kube.runtime import GroupKind, GroupResource, Object, PartialObjectMetadata
from kube.runtime.clock import Clock, timeout
from kube.runtime.keys import split_key
from kube.runtime.resource import Resource

OWN_FIELDS = frozenset({"metadata.name", "metadata.namespace"})
"""Fields that every kind can be selected by, without an index."""

Kind = type[Object] | KindRef[Any]


class Informers:
    """Informers by kind. `default` and `by_kind` are their options.

    `on_failure` is called where an informer cannot go on: none of them is kept up to date then.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        *,
        default: CacheOptions,
        by_kind: Mapping[Kind, CacheOptions],
        on_failure: Callable[[Exception], None],
        clock: Clock,
        sync_timeout: float,
        metrics: InformerMetrics | None,
    ) -> None:
        self._default = default
        self._by_kind: dict[GroupKind, CacheOptions] = {}
        for kind, options in by_kind.items():
            self._by_kind[_group_kind(kind)] = options
            if not isinstance(kind, KindRef):
                options_for(class_resource(kind), default, self._by_kind)
        self._options: dict[Resource, CacheOptions] = {}
        self._clock = clock
        self._sync_timeout = sync_timeout
        self._factory = _Factory(rest, self.options_for, on_failure, metrics)
        self._informers: dict[Resource, SharedInformer[Any]] = {}
        self._followed: dict[GroupResource, builtins.list[SharedInformer[Any]]] = {}
        self._indices: dict[Resource, dict[str, IndexFunction[Any]]] = {}
        self._registering = threading.RLock()
        self.are_running = False
        """Whether they were started and not stopped since."""

    @property
    def all(self) -> builtins.list[SharedInformer[Any]]:
        return list(self._informers.values())

    def present(self, resource: Resource) -> SharedInformer[Any] | None:
        """The informer of a kind, where there is one."""
        informer = self._informers.get(resource)
        return None if informer is None or informer.is_stopped else informer

    def informer_for(self, resource: Resource) -> SharedInformer[Any]:
        """The informer of a kind, started with the manager or, once it runs, at once."""
        with self._registering:
            informer = self.present(resource)
            if informer is not None:
                return informer
            informer = self._factory.informer_for(resource)
            for name, function in self.indices(resource).items():
                informer.add_indexers({name: function})
            self._informers[resource] = informer
            self._followed.setdefault(resource.group_resource, []).append(informer)
        if self.are_running:
            self._factory.start()
        return informer

    def add_index(self, resource: Resource, name: str, function: IndexFunction[Any]) -> None:
        """Index a kind, at any time; starts its informer without waiting for it.

        Raises ValueError for a name that is taken.
        """
        with self._registering:
            indices = self._indices.setdefault(resource, {})
            if name in indices or name in {NAMESPACE_INDEX, *OWN_FIELDS}:
                raise ValueError(f"{resource.kind} has an index {name!r} already")
            informer = self.present(resource)
            if informer is not None:
                informer.add_indexers({name: function})
            indices[name] = function
        self.informer_for(resource)

    def indices(self, resource: Resource) -> Mapping[str, IndexFunction[Any]]:
        """The declared indices of a kind, by name."""
        return self._indices.get(resource, {})

    async def remove(self, resource: Resource) -> None:
        """Stop the informer of a kind; the next use of the kind starts another.

        Raises ManagerStateError where a controller follows it, which would hear nothing any more.
        """
        informer = self._informers.get(resource)
        if informer is None:
            return
        if informer.handlers:
            watches = f"{informer.handlers} watch{'es' if informer.handlers > 1 else ''}"
            raise ManagerStateError(
                f"{resource.plural} are followed by {watches} of a controller: remove that first, "
                "with remove_watch"
            )
        del self._informers[resource]
        self._followed[resource.group_resource].remove(informer)
        await informer.stop()

    def start(self) -> None:
        """Start those that were asked for so far."""
        self.are_running = True
        self._factory.start()

    async def wait_for_sync(self) -> None:
        """Wait for the first lists of all of them. Raises CacheSyncTimeoutError."""
        for resource in list(self._informers):
            await self.synced(resource)

    async def synced(self, resource: Resource) -> SharedInformer[Any]:
        """The informer of a kind, once it has its first list. Raises CacheSyncTimeoutError."""
        informer = self.informer_for(resource)
        if informer.has_synced:
            return informer
        try:
            async with timeout(self._clock, self._sync_timeout):
                await informer.wait_for_sync()
        except TimeoutError:
            raise CacheSyncTimeoutError(
                f"{resource.plural}.{resource.group or 'core'} could not be listed within "
                f"{self._sync_timeout:g} s{_last_answer(informer)}; if {resource.kind} is defined "
                "by a CRD, install that first"
            ) from None
        return informer

    def last_answer(self, kind: Kind) -> str:
        """Why a kind has no first list, as far as it is known, for a message."""
        gvk = _gvk(kind)
        informers = [informer for r, informer in self._informers.items() if r.gvk == gvk]
        return next((text for text in map(_last_answer, informers) if text), "")

    async def stop(self, seconds: float | None) -> None:
        """Stop all of them."""
        self.are_running = False
        await self._factory.shutdown(seconds)

    def options_for(self, resource: Resource) -> CacheOptions:
        """The options of a kind. Raises CacheOptionsError where they do not fit it."""
        options = self._options.get(resource)
        if options is None:
            options = options_for(resource, self._default, self._by_kind)
            self._options[resource] = options
        return options

    def version_of(self, resource: GroupResource, key: str) -> int | None:
        """The version that all caches of a resource have reached for a key; None without one."""
        versions = [
            version_in(informer, key)
            for informer in self._followed.get(resource, ())
            if not informer.is_stopped
        ]
        return min(versions, default=None)


def version_in(informer: SharedInformer[Any], key: str) -> int:
    """The version that a cache has reached for a key; 0 where it is not a number."""
    version = informer.version_in(split_key(key).namespace)
    return int(version) if version.isdecimal() else 0


class _Factory(SharedInformerFactory):
    """The informers of the manager's cache, with the options of each kind."""

    def __init__(
        self,
        rest: AsyncRESTClient,
        options: Callable[[Resource], CacheOptions],
        on_failure: Callable[[Exception], None],
        metrics: InformerMetrics | None,
    ) -> None:
        super().__init__(_Clients(rest), metrics=metrics)
        self._cache_options = options
        self._on_failure = on_failure

    def _options_for(self, resource: Resource) -> InformerOptions:
        options = self._cache_options(resource).informer_options()
        if resource.type is PartialObjectMetadata:
            return replace(options, transform=None)
        return options

    def _note_end(self, informer: SharedInformer[Any], _: Any) -> None:
        super()._note_end(informer, _)
        if informer.failure is not None:
            self._on_failure(informer.failure)


@dataclass(frozen=True, slots=True)
class _Clients:
    rest: AsyncRESTClient


def _last_answer(informer: SharedInformer[Any]) -> str:
    error = informer.last_error
    return f" ({error})" if error is not None else ""


def _gvk(kind: Kind) -> Any:
    return kind.gvk if isinstance(kind, KindRef) else class_resource(kind).gvk


def _group_kind(kind: Kind) -> GroupKind:
    group_kind: GroupKind = _gvk(kind).group_kind
    return group_kind
