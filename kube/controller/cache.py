"""The manager's cache: an informer for each kind that is watched or read, and reads of them.

Reads return copies, so that a reconciler may change what it got, and are never older than what this
process has written: they wait, for a short while, until the informer has seen the write, and go to
the server where that takes too long.
"""

from __future__ import annotations

import builtins
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from kube.cache import NAMESPACE_INDEX, IndexFunction, SharedInformer
from kube.cache.lister import not_found
from kube.controller.errors import CacheNotStartedError, NotCachedError
from kube.controller.informers import OWN_FIELDS, Informers
from kube.controller.options import CacheOptions
from kube.controller.own_writes import CacheCounts, OwnWrites
from kube.runtime import Object, ObjectList
from kube.runtime.keys import make_key, split_key
from kube.runtime.resource import Resource
from kube.runtime.selectors import FieldSelector, SelectorError, parse_fields, parse_labels

K = TypeVar("K", bound=Object)

CONTINUE_NOT_SUPPORTED = "continue-not-supported"
"""What a list that was cut by its limit has for the token of the next page, as upstream's."""

_RUNTIME = Path(__file__).parents[1]

log = logging.getLogger("kube.controller")


class Cache:
    """Reads of a manager's informers.

    With `fail_on_missing` a read of a kind that nobody watches raises NotCachedError; otherwise it
    starts an informer, and a log line has the place in the program.
    """

    def __init__(self, informers: Informers, own: OwnWrites, *, fail_on_missing: bool) -> None:
        self._informers = informers
        self._own = own
        self._fail_on_missing = fail_on_missing

    def __repr__(self) -> str:
        kinds = sorted(informer.kind for informer in self.informers)
        return f"<Cache of {', '.join(kinds) or 'no kind yet'}>"

    @property
    def counts(self) -> CacheCounts:
        """How often reads waited for own writes, and how often in vain."""
        return self._own.counts

    @property
    def informers(self) -> builtins.list[SharedInformer[Any]]:
        """The informers of all kinds that are cached."""
        return self._informers.all

    def add_index(self, resource: Resource, name: str, function: IndexFunction[Any]) -> None:
        """Index a kind, at any time; starts its informer without waiting for it.

        Raises ValueError for a name that is taken.
        """
        self._informers.add_index(resource, name, function)

    async def remove_informer(self, resource: Resource) -> None:
        """Stop the informer of a kind; the next use of the kind starts another.

        Raises ManagerStateError where a controller follows it, which would hear nothing any more.
        """
        await self._informers.remove(resource)

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
        key = make_key(name, namespace)
        if not await self._own.seen(resource, informer, [key]):
            return await live()
        obj: K = self._cached(resource, informer, key, self._informers.options_for(resource))
        return obj

    def get_now(self, resource: Resource, name: str, namespace: str) -> Any | None:
        """As `get`, for any thread, where nothing has to be awaited; None where something has."""
        informer = self._informers.present(resource)
        if informer is None or not (self._informers.are_running and informer.has_synced):
            return None
        key = make_key(name, namespace)
        if self._own.writes.is_ahead(resource.group_resource, key):
            return None
        options = self._informers.options_for(resource)
        if options.namespaces:
            self._check_namespace(resource, namespace)
        return self._cached(resource, informer, key, options)

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
            for key in self._own.writes.keys(resource.group_resource)
            if not namespace or split_key(key).namespace == namespace
        ]
        self._check_indices(resource, fields)
        if await self._own.seen(resource, informer, keys or [""]):
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
        options = self._informers.options_for(resource)
        result.items = [_handed_out(obj, options) for obj in objects]
        return result

    def selectors_of(self, resource: Resource) -> tuple[str, str]:
        """The label and the field selector of what is cached of a kind."""
        options = self._informers.options_for(resource)
        return options.label_selector or "", options.field_selector or ""

    async def _readable(self, resource: Resource, namespace: str) -> SharedInformer[Any]:
        if not self._informers.are_running:
            raise CacheNotStartedError(
                f"{resource.plural} were read before the manager ran, and its cache is not "
                "started: read in a reconciler, or with manager.reader"
            )
        self._check_namespace(resource, namespace)
        if self._informers.present(resource) is None:
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
        return await self._informers.synced(resource)

    def _check_namespace(self, resource: Resource, namespace: str) -> None:
        namespaces = self._informers.options_for(resource).namespaces
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
        missing = sorted(fields.keys() - OWN_FIELDS - self._informers.indices(resource).keys())
        if missing:
            raise NotCachedError(
                f"{resource.kind} has no index {missing[0]!r}, which a selection of cached objects "
                f"needs: manager.index({resource.kind}, {missing[0]!r}, function)"
            )

    def _values_of(self, resource: Resource) -> Callable[[Object, str], Iterable[str]]:
        """What a field selector compares, of an object that the server has sent."""
        indices = self._informers.indices(resource)

        def values(obj: Object, field: str) -> Iterable[str]:
            if field == "metadata.name":
                return (obj.metadata.name,)
            if field == "metadata.namespace":
                return (obj.metadata.namespace,)
            return indices[field](obj)

        return values

    def _cached(
        self, resource: Resource, informer: SharedInformer[Any], key: str, options: CacheOptions
    ) -> Any:
        obj = informer.indexer.get(key)
        if obj is None:
            raise not_found(resource.group_resource, split_key(key).name)
        return _handed_out(obj, options)


def _handed_out(obj: Any, options: CacheOptions) -> Any:
    # What a compact cache returns was decoded just now, and is nobody else's.
    return obj if options.share or options.compact else obj.deep_copy()


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
