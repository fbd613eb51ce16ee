"""The manager's cache: an informer for each kind that is watched or read, and reads of them.

Reads return copies, so that a reconciler may change what it got, and are never older than what this
process has written: they wait, for a short while, until the informer has seen the write, and go to
the server where that takes too long.
"""

from __future__ import annotations

import builtins
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kube.cache import (
    NAMESPACE_INDEX,
    IndexFunction,
    InformerOptions,
    SharedInformer,
    SharedInformerFactory,
)
from kube.cache.lister import not_found
from kube.cache.metrics import MetricsProvider as InformerMetrics
from kube.client import AsyncRESTClient, KindRef
from kube.client.kinds import class_resource
from kube.controller.errors import (
    CacheNotStartedError,
    CacheSyncTimeoutError,
    NotCachedError,
)
from kube.controller.options import CacheOptions, options_for
from kube.controller.writes import Writes, Written
from kube.runtime import GroupKind, GroupResource, Object, ObjectList, PartialObjectMetadata
from kube.runtime.clock import Clock, timeout
from kube.runtime.keys import make_key, split_key
from kube.runtime.metadata import ObjectMeta
from kube.runtime.resource import Resource
from kube.runtime.selectors import FieldSelector, SelectorError, parse_fields, parse_labels

K = TypeVar("K", bound=Object)
R = TypeVar("R")

CONTINUE_NOT_SUPPORTED = "continue-not-supported"
"""What a list that was cut by its limit has for the token of the next page, as upstream's."""

_OWN_FIELDS = {"metadata.name", "metadata.namespace"}

_RUNTIME = Path(__file__).parents[1]

log = logging.getLogger("kube.controller")


@dataclass(slots=True)
class CacheCounts:
    """What the cache counts for metrics."""

    waits: int = 0
    """Reads that waited for an own write."""
    live: int = 0
    """Reads that went to the server, because waiting took too long."""


class Cache:
    """Informers by kind, and reads of them. `default` and `by_kind` are their options.

    With `fail_on_missing` a read of a kind that nobody watches raises NotCachedError; otherwise it
    starts an informer, and a log line has the place in the program. `patience`, in seconds, is how
    long a read waits for the program's own writes.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        *,
        default: CacheOptions,
        by_kind: Mapping[type[Object] | KindRef[Any], CacheOptions],
        fail_on_missing: bool,
        clock: Clock,
        patience: float = 1.0,
        sync_timeout: float = 120.0,
        metrics: InformerMetrics | None = None,
    ) -> None:
        self._default = default
        self._by_kind: dict[GroupKind, CacheOptions] = {}
        for kind, options in by_kind.items():
            self._by_kind[_group_kind(kind)] = options
            if not isinstance(kind, KindRef):
                options_for(class_resource(kind), default, self._by_kind)
        self._options: dict[Resource, CacheOptions] = {}
        self._fail_on_missing = fail_on_missing
        self._clock = clock
        self._patience = patience
        self._sync_timeout = sync_timeout
        self.counts = CacheCounts()
        self._factory = _Factory(rest, self._options_for, metrics)
        self._informers: dict[Resource, SharedInformer[Any]] = {}
        self._followed: dict[GroupResource, list[SharedInformer[Any]]] = {}
        self._indices: dict[Resource, dict[str, IndexFunction[Any]]] = {}
        self._registering = threading.RLock()
        self._is_running = False
        self.writes = Writes(self._version_of, clock.monotonic)
        rest.observer = self

    def __repr__(self) -> str:
        return f"<Cache of {', '.join(sorted(r.kind for r in self._informers)) or 'no kind yet'}>"

    # Informers

    @property
    def is_running(self) -> bool:
        """Whether informers run, so that reads are possible."""
        return self._is_running

    @property
    def informers(self) -> builtins.list[SharedInformer[Any]]:
        """The informers of all kinds that are cached."""
        return list(self._informers.values())

    def informer_for(self, resource: Resource) -> SharedInformer[Any]:
        """The informer of a kind, started with the manager or, once it runs, at once."""
        with self._registering:
            informer = self._informers.get(resource)
            if informer is not None and not informer.is_stopped:
                return informer
            informer = self._factory.informer_for(resource)
            for name, function in self._indices.get(resource, {}).items():
                informer.add_indexers({name: function})
            self._informers[resource] = informer
            self._followed.setdefault(resource.gvr.group_resource, []).append(informer)
        if self._is_running:
            self._factory.start()
        return informer

    def add_index(self, resource: Resource, name: str, function: IndexFunction[Any]) -> None:
        """Index a kind, at any time; starts its informer without waiting for it.

        Raises ValueError for a name that is taken.
        """
        with self._registering:
            indices = self._indices.setdefault(resource, {})
            if name in indices or name in {NAMESPACE_INDEX, *_OWN_FIELDS}:
                raise ValueError(f"{resource.kind} has an index {name!r} already")
            informer = self._informers.get(resource)
            if informer is not None:
                informer.add_indexers({name: function})
            indices[name] = function
        self.informer_for(resource)

    async def remove_informer(self, resource: Resource) -> None:
        """Stop the informer of a kind; the next use of the kind starts another."""
        informer = self._informers.pop(resource, None)
        if informer is not None:
            self._followed[resource.gvr.group_resource].remove(informer)
            await informer.stop()

    def start(self) -> None:
        """Start the informers asked for so far."""
        self._is_running = True
        self._factory.start()

    async def wait_for_sync(self) -> None:
        """Wait for the first lists of all of them. Raises CacheSyncTimeoutError."""
        for resource in list(self._informers):
            await self.synced(resource)

    async def synced(self, resource: Resource, seconds: float | None = None) -> SharedInformer[Any]:
        """The informer of a kind, once it has its first list.

        Raises CacheSyncTimeoutError, by default after the manager's time-out.
        """
        informer = self.informer_for(resource)
        if informer.has_synced:
            return informer
        seconds = self._sync_timeout if seconds is None else seconds
        try:
            async with timeout(self._clock, seconds):
                await informer.wait_for_sync()
        except TimeoutError:
            raise CacheSyncTimeoutError(
                f"{resource.plural}.{resource.group or 'core'} could not be listed within "
                f"{seconds:g} s: if {resource.kind} is defined by a CRD, install that first; the "
                "log of kube.cache has the server's answers"
            ) from None
        return informer

    async def stop(self, seconds: float | None) -> None:
        """Stop all informers."""
        self._is_running = False
        await self._factory.shutdown(seconds)

    # Reads

    async def get(
        self,
        resource: Resource,
        name: str,
        namespace: str,
        live: Callable[[], Awaitable[K]],
    ) -> K:
        """A copy of the cached object, or `live()` where the cache lags behind our own writes.

        Raises NotFoundError, and NotCachedError for a namespace that is not cached.
        """
        informer = await self._readable(resource, namespace)
        key = make_key(name, namespace if resource.namespaced else "")
        if not await self._caught_up(resource, informer, [key]):
            return await live()
        obj: K = self._cached(resource, informer, key)
        return obj

    def get_now(self, resource: Resource, name: str, namespace: str) -> Any | None:
        """As `get`, for any thread, where nothing has to be awaited; None where something has."""
        informer = self._informers.get(resource)
        if informer is None or not (self._is_running and informer.has_synced):
            return None
        if self.writes.has_any(resource.gvr.group_resource):
            return None
        self._check_namespace(resource, namespace)
        return self._cached(resource, informer, make_key(name, namespace))

    async def list(
        self,
        resource: Resource,
        namespace: str,
        live: Callable[[], Awaitable[ObjectList[K]]],
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
    ) -> ObjectList[K]:
        """Copies of the cached objects that the selectors match, by key, or `live()`.

        Fields of a selector are `metadata.name`, `metadata.namespace` and the names of indices, and
        are compared for equality.
        """
        informer = await self._readable(resource, namespace)
        fields = _exact(parse_fields(field_selector))
        keys = [
            key
            for key in self.writes.keys(resource.gvr.group_resource)
            if not namespace or split_key(key).namespace == namespace
        ]
        self._check_indices(resource, fields)
        if await self._caught_up(resource, informer, keys or [""]):
            objects = self._select(resource, informer, namespace, fields)
        else:
            values = self._values_of(resource)
            objects = [
                obj
                for obj in (await live()).items
                if all(value in values(obj, field) for field, value in fields.items())
            ]
        if label_selector:
            matches = parse_labels(label_selector).matches
            objects = [obj for obj in objects if matches(obj.metadata.labels)]
        result: ObjectList[K] = resource.list_type(
            api_version=resource.api_version, kind=resource.list_kind
        )
        if 0 < limit < len(objects):
            objects = objects[:limit]
            result.metadata.continue_ = CONTINUE_NOT_SUPPORTED
        result.items = [self._own(resource, obj) for obj in objects]
        return result

    def selectors_of(self, resource: Resource) -> tuple[str, str]:
        """The label and the field selector of what is cached of a kind."""
        options = self._options_for(resource)
        return options.label_selector or "", options.field_selector or ""

    async def _readable(self, resource: Resource, namespace: str) -> SharedInformer[Any]:
        if not self._is_running:
            raise CacheNotStartedError(
                f"{resource.plural} were read before the manager ran, and its cache is not "
                "started: read in a reconciler, or with manager.reader"
            )
        self._check_namespace(resource, namespace)
        informer = self._informers.get(resource)
        if informer is None or informer.is_stopped:
            where = _caller()
            if self._fail_on_missing:
                raise NotCachedError(
                    f"nobody watches {resource.plural}, so that the cache has none ({where}): add "
                    f"owns= or watches= of {resource.kind} to a controller, or read with "
                    "manager.reader"
                )
            log.warning(
                "%s started to watch all %s, because it reads one of them: declare it with owns= "
                "or watches=, or read with manager.reader",
                where,
                resource.plural,
                extra={"kind": resource.kind},
            )
        return await self.synced(resource)

    def _check_namespace(self, resource: Resource, namespace: str) -> None:
        namespaces = self._options_for(resource).namespaces
        if resource.namespaced and namespaces and namespace and namespace not in namespaces:
            raise NotCachedError(
                f"{resource.plural} are cached of the namespaces {', '.join(namespaces)}, not of "
                f"{namespace}: add it to the cache's namespaces, or read with manager.reader"
            )

    def _select(
        self,
        resource: Resource,
        informer: SharedInformer[Any],
        namespace: str,
        fields: Mapping[str, str],
    ) -> builtins.list[Any]:
        indexer = informer.indexer
        fields = dict(fields)
        name = fields.pop("metadata.name", None)
        namespace = fields.pop("metadata.namespace", namespace)
        keys: set[str] | None = None
        for field, value in fields.items():
            matching = set(indexer.index_keys(field, value))
            keys = matching if keys is None else keys & matching
        if keys is None:
            keys = set(
                indexer.index_keys(NAMESPACE_INDEX, namespace) if namespace else indexer.keys()
            )
        objects = []
        for key in sorted(keys):
            obj = indexer.get(key)
            if obj is None or (namespace and obj.metadata.namespace != namespace):
                continue
            if name is None or obj.metadata.name == name:
                objects.append(obj)
        return objects

    def _check_indices(self, resource: Resource, fields: Mapping[str, str]) -> None:
        missing = sorted(fields.keys() - _OWN_FIELDS - self._indices.get(resource, {}).keys())
        if missing:
            raise NotCachedError(
                f"{resource.kind} has no index {missing[0]!r}, which a selection of cached objects "
                f"needs: manager.index({resource.kind}, {missing[0]!r}, function)"
            )

    def _values_of(self, resource: Resource) -> Callable[[Object, str], Iterable[str]]:
        """What a field selector compares, of an object that the server has sent."""
        indices = self._indices.get(resource, {})

        def values(obj: Object, field: str) -> Iterable[str]:
            if field == "metadata.name":
                return (obj.metadata.name,)
            if field == "metadata.namespace":
                return (obj.metadata.namespace,)
            return indices[field](obj)

        return values

    def _cached(self, resource: Resource, informer: SharedInformer[Any], key: str) -> Any:
        obj = informer.indexer.get(key)
        if obj is None:
            raise not_found(resource.gvr.group_resource, split_key(key).name)
        return self._own(resource, obj)

    def _own(self, resource: Resource, obj: Any) -> Any:
        options = self._options_for(resource)
        # What a compact cache returns was decoded just now, and is nobody else's.
        return obj if options.share or options.compact else obj.deep_copy()

    # Our own writes

    async def _caught_up(
        self, resource: Resource, informer: SharedInformer[Any], keys: Iterable[str]
    ) -> bool:
        """Wait until the cache has seen our own writes of these keys; False where it takes long."""
        group_resource = resource.gvr.group_resource
        if not self.writes.has_any(group_resource):
            return True

        def pending() -> builtins.list[Written]:
            return [
                written
                for key in keys
                for written in self.writes.pending(
                    group_resource, key, _version_in(informer, key), _uid(informer, key)
                )
            ]

        ahead = pending()
        if not ahead:
            return True
        if not any(written.is_late for written in ahead):
            self.counts.waits += 1
            with suppress(TimeoutError):
                async with timeout(self._clock, self._patience):
                    await informer.wait_until(lambda: not pending())
            ahead = pending()
            if not ahead:
                return True
        for written in ahead:
            written.is_late = True
        self.counts.live += 1
        return False

    def on_written(self, resource: Resource, result: object) -> None:
        """A client of the manager has written an object."""
        meta = getattr(result, "metadata", None)
        name, version = getattr(meta, "name", ""), getattr(meta, "resource_version", "")
        if not (name and version):
            return
        key = make_key(name, getattr(meta, "namespace", ""))
        if isinstance(meta, ObjectMeta) and _is_ended(meta):
            self.writes.note_deleted(resource.gvr.group_resource, key, meta.uid)
        else:
            self.writes.note(resource.gvr.group_resource, key, version)

    def on_deleted(self, resource: Resource, namespace: str, name: str, body: bytes) -> None:
        """A client of the manager has deleted an object, or a collection."""
        try:
            answer = _decode_answer(body)
        except msgspec.DecodeError:
            return
        group_resource = resource.gvr.group_resource
        if answer.details is not None and answer.details.uid and name:
            key = make_key(name, namespace)
            self.writes.note_deleted(group_resource, key, answer.details.uid)
        for deleted in (answer, *(answer.items or ())):
            meta = deleted.metadata
            if not (meta and meta.name):
                continue
            key = make_key(meta.name, meta.namespace)
            if meta.deletion_timestamp:
                self.writes.note(group_resource, key, meta.resource_version)
            else:
                self.writes.note_deleted(group_resource, key, meta.uid)

    def _version_of(self, resource: GroupResource, key: str) -> int | None:
        versions = [_version_in(informer, key) for informer in self._followed.get(resource, ())]
        return min(versions, default=None)

    def _options_for(self, resource: Resource) -> CacheOptions:
        options = self._options.get(resource)
        if options is None:
            options = options_for(resource, self._default, self._by_kind)
            self._options[resource] = options
        return options


class _Factory(SharedInformerFactory):
    """The informers of the manager's cache, with the options of each kind."""

    def __init__(
        self,
        rest: AsyncRESTClient,
        options: Callable[[Resource], CacheOptions],
        metrics: InformerMetrics | None,
    ) -> None:
        super().__init__(_Clients(rest), metrics=metrics)
        self._cache_options = options

    def _options_for(self, resource: Resource) -> InformerOptions:
        options = self._cache_options(resource).informer_options()
        if resource.type is PartialObjectMetadata:
            return replace(options, transform=None)
        return options


@dataclass(frozen=True, slots=True)
class _Clients:
    rest: AsyncRESTClient


class _Meta(msgspec.Struct, rename="camel", gc=False):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    deletion_timestamp: str | None = None


class _Details(msgspec.Struct, gc=False):
    uid: str = ""


class _Item(msgspec.Struct, gc=False):
    metadata: _Meta | None = None


class _Answer(msgspec.Struct, gc=False):
    """What the server answers to a deletion: the object, a list of objects, or a Status."""

    metadata: _Meta | None = None
    details: _Details | None = None
    items: list[_Item] | None = None


_decode_answer = msgspec.json.Decoder(_Answer).decode


def _is_ended(meta: ObjectMeta) -> bool:
    """Whether a write was an object's last: the server deletes it with its last finalizer."""
    return (
        meta.deletion_timestamp is not None
        and not meta.finalizers
        and not meta.deletion_grace_period_seconds
    )


def _group_kind(kind: type[Object] | KindRef[Any]) -> GroupKind:
    gvk = kind.gvk if isinstance(kind, KindRef) else class_resource(kind).gvk
    return gvk.group_kind


def _version_in(informer: SharedInformer[Any], key: str) -> int:
    version = informer.version_in(split_key(key).namespace)
    return int(version) if version.isdecimal() else 0


def _uid(informer: SharedInformer[Any], key: str) -> str:
    obj = informer.indexer.get(key)
    return obj.metadata.uid if obj is not None else ""


def _exact(selector: FieldSelector) -> dict[str, str]:
    for requirement in selector.requirements:
        if not requirement.equal:
            raise SelectorError(
                f"cached objects are selected by equality alone, not by {requirement}: use a label "
                "selector, or read with manager.reader"
            )
    return {requirement.field: requirement.value for requirement in selector.requirements}


def _caller() -> str:
    """The place in the program that reads: the innermost frame outside of the runtime."""
    frame = sys._getframe(1) if hasattr(sys, "_getframe") else None
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if "asyncio" in path.parts:
            break  # the event loop, which runs a task of ours
        if _RUNTIME not in path.parents:
            return f"{path}:{frame.f_lineno}"
        frame = frame.f_back
    return "the program"
