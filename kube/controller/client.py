"""The manager's client: reads from the cache, writes to the server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, TypeVar, Unpack

from kube.client import AsyncClient, AsyncRESTClient, KindRef, ListingOptions, SelectionOptions
from kube.client._async.verbs import PAGE_SIZE
from kube.client.kinds import class_resource
from kube.runtime import GroupVersionKind, Object, ObjectList
from kube.runtime.resource import Resource
from kube.runtime.unstructured import Unstructured

if TYPE_CHECKING:
    from collections.abc import Collection

    from kube.controller.cache import Cache

K = TypeVar("K", bound=Object)

_ODD = re.compile(r"[/%]|^\.").search
"""What may not be one segment of a path."""


class Client(AsyncClient):
    """An AsyncClient whose `get`, `list` and `iterate` read the manager's cache.

    What they return is never older than what clients of this manager have written. They read the
    server for the kinds in `uncached`, for kinds without a class unless `cache_unstructured`, and
    where a call asks for a resource version. Everything else is AsyncClient's.

    `list` selects by labels, and by `metadata.name`, `metadata.namespace` and declared indices as
    fields. `limit` cuts the list; there is no next page.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        cache: Cache,
        *,
        uncached: Collection[GroupVersionKind] = (),
        cache_unstructured: bool = False,
        dry_run: bool = False,
        field_manager: str = "",
        field_validation: str = "",
    ) -> None:
        super().__init__(
            rest,
            dry_run=dry_run,
            field_manager=field_manager,
            field_validation=field_validation,
        )
        self._cache = cache
        self._uncached = frozenset(uncached)
        self._cache_unstructured = cache_unstructured

    @property
    def reader(self) -> AsyncClient:
        """Reads the server, past the cache."""
        return AsyncClient(self._rest)

    async def get(
        self,
        kind: type[K] | KindRef[K],
        name: str,
        namespace: str = "",
        *,
        resource_version: str = "",
    ) -> K:
        """Read an object; a copy, which may be changed. Raises `NotFoundError`."""
        if not (resource_version or isinstance(kind, KindRef)):
            obj = self.get_now(kind, name, namespace)
            if obj is not None:
                return obj
        resource = await self.resource(kind)
        if resource_version or self._reads_server(kind, resource.gvk):
            return await super().get(kind, name, namespace, resource_version=resource_version)
        live = super().get
        within = self._namespace_of(resource, name, namespace)
        return await self._cache.get(resource, name, within, lambda: live(kind, name, namespace))

    def get_now(self, kind: type[K], name: str, namespace: str) -> K | None:
        """As `get`, for any thread, where it needs no waiting; None where it does."""
        resource = class_resource(kind)
        if self._uncached and resource.gvk in self._uncached:
            return None
        within = self._namespace_of(resource, name, namespace)
        obj: K | None = self._cache.get_now(resource, name, within)
        return obj

    async def list(
        self, kind: type[K] | KindRef[K], namespace: str = "", **options: Unpack[ListingOptions]
    ) -> ObjectList[K]:
        """Read a collection; copies, which may be changed, in the order of their keys."""
        resource = await self.resource(kind)
        if self._reads_server(kind, resource.gvk) or _asks_for_version(options):
            return await super().list(kind, namespace, **options)
        if options.get("continue_"):
            raise ValueError(
                "lists of the cache have no further pages: leave out `limit`, or read with "
                "manager.reader"
            )
        namespace = self._verbs_of(resource, namespace).namespace
        live = super().list
        label_selector = options.get("label_selector", "")

        async def read_server() -> ObjectList[K]:
            labels, fields = self._cache.selectors_of(resource)
            return await live(
                kind,
                namespace,
                label_selector=_joined(labels, label_selector),
                field_selector=fields,
            )

        return await self._cache.list(
            resource,
            namespace,
            read_server,
            label_selector=label_selector,
            field_selector=options.get("field_selector", ""),
            limit=options.get("limit", 0),
        )

    async def iterate(
        self,
        kind: type[K] | KindRef[K],
        namespace: str = "",
        *,
        page_size: int = PAGE_SIZE,
        **options: Unpack[SelectionOptions],
    ) -> AsyncIterator[K]:
        """Read a collection object by object."""
        resource = await self.resource(kind)
        if self._reads_server(kind, resource.gvk) or _asks_for_version(options):
            async for item in super().iterate(kind, namespace, page_size=page_size, **options):
                yield item
            return
        for item in (await self.list(kind, namespace, **options)).items:
            yield item

    def _namespace_of(self, resource: Resource, name: str, namespace: str) -> str:
        """The namespace of an object, with that of the view. Raises ValueError as a request does.

        Its path is made only where it might not be right: that would be most of a read's cost.
        """
        within = self._place(namespace) if resource.namespaced else namespace
        is_fine = name and bool(within) is resource.namespaced and not _ODD(name + within)
        if not is_fine:
            self._verbs_of(resource, namespace)._object_path(name)
        return within

    def _reads_server(self, kind: type[K] | KindRef[K], gvk: GroupVersionKind) -> bool:
        if gvk in self._uncached:
            return True
        return (
            isinstance(kind, KindRef)
            and issubclass(kind.type, Unstructured)
            and not self._cache_unstructured
        )


def _asks_for_version(options: SelectionOptions) -> bool:
    return bool(options.get("resource_version") or options.get("resource_version_match"))


def _joined(one: str, other: str) -> str:
    return ",".join(text for text in (one, other) if text)
