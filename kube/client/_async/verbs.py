"""The verbs, one mixin each. A generated client derives from those that its type has.

All methods raise `APIError` and its subclasses (kube.runtime.errors), `TransportError` without an
answer, and ValueError for a request that no server could understand. Arguments are never changed;
the result is what the server stored.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, Unpack

from kube.client._async.resource_client import AsyncResourceClient
from kube.client._async.watch import AsyncWatch
from kube.client.configurations import expect_applied
from kube.client.options import (
    ApplyOptions,
    CollectionDeletionOptions,
    DeletionOptions,
    ListingOptions,
    PatchType,
    SelectionOptions,
    WatchOptions,
    WriteOptions,
    body_name,
)
from kube.runtime import Object, ObjectList, Struct, errors
from kube.runtime.applyconfiguration import ApplyConfiguration
from kube.runtime.unstructured import Unstructured

T = TypeVar("T", bound=Object)
L = TypeVar("L", bound=ObjectList[Any])
A = TypeVar("A", bound=ApplyConfiguration[Any])

PAGE_SIZE = 500
"""Objects in one page, as client-go asks for."""


class AsyncCreates(AsyncResourceClient[T]):
    """The verb create."""

    async def create(self, obj: T, **options: Unpack[WriteOptions]) -> T:
        """Store a new object. Raises `AlreadyExistsError`, `InvalidError`."""
        created: T = await self._create(obj, self.resource.type, **options)
        return created


class AsyncUpdates(AsyncResourceClient[T]):
    """The verb update."""

    async def update(self, obj: T, **options: Unpack[WriteOptions]) -> T:
        """Replace an object.

        Raises `ConflictError` where it has changed since `obj` was read; see `retry_on_conflict`.
        """
        updated: T = await self._update(obj.metadata.name, obj, self.resource.type, **options)
        return updated


class AsyncUpdatesStatus(AsyncResourceClient[T]):
    """The verb update, of the subresource status."""

    async def update_status(self, obj: T, **options: Unpack[WriteOptions]) -> T:
        """Replace an object's status, and nothing else of it. Raises `ConflictError`."""
        updated: T = await self._update(
            obj.metadata.name, obj, self.resource.type, subresource="status", **options
        )
        return updated


class AsyncDeletes(AsyncResourceClient[T]):
    """The verb delete."""

    async def delete(self, name: str, **options: Unpack[DeletionOptions]) -> None:
        """Delete an object. It stays, marked, for as long as it has finalizers.

        Raises `NotFoundError`, and `ConflictError` where a precondition does not hold.
        """
        await self._delete(name, **options)


class AsyncDeletesCollection(AsyncResourceClient[T]):
    """The verb deletecollection."""

    async def delete_collection(self, **options: Unpack[CollectionDeletionOptions]) -> None:
        """Delete every object that the selectors match; without selectors, all of the namespace."""
        await self._delete_collection(**options)


class AsyncGets(AsyncResourceClient[T]):
    """The verb get."""

    async def get(self, name: str, *, resource_version: str = "") -> T:
        """Read an object. Raises `NotFoundError`."""
        result: T = await self._get(name, self.resource.type, resource_version=resource_version)
        return result


class AsyncLists(AsyncResourceClient[T], Generic[T, L]):
    """The verb list: whole, page by page, object by object."""

    async def list(self, **options: Unpack[ListingOptions]) -> L:
        """Read a collection: a page of `limit` objects, or everything without a limit.

        Items that do not decode are reported to the REST client's `on_undecodable`, and left
        out. Raises `ExpiredError` for a continue token that is too old.
        """
        result: L = await self._list(self.resource.list_type, **options)
        return result

    async def pages(
        self, *, page_size: int = PAGE_SIZE, **options: Unpack[SelectionOptions]
    ) -> AsyncIterator[L]:
        """Read a collection page by page; each object is in one page only.

        All pages show the collection at one moment. Where reading takes so long that the server
        forgets that moment (`ExpiredError`), the rest is read as it is by then: with the token that
        the server offers for it, and else as one list, less what was in a page before.
        """
        yielded: set[tuple[str, str]] = set()
        page = await self.list(limit=page_size, **options)
        # The moment is the first page's; the server refuses a continue token beside a version.
        options.pop("resource_version", None)
        options.pop("resource_version_match", None)
        while True:
            token = page.metadata.continue_
            if token:
                yielded.update((i.metadata.namespace, i.metadata.name) for i in page.items)
            yield page
            if not token:
                return
            try:
                page = await self.list(limit=page_size, continue_=token, **options)
            except errors.GoneError as expired:
                rest = expired.status.metadata.continue_
                page = await self.list(limit=page_size if rest else 0, continue_=rest, **options)
                page.items = [
                    i for i in page.items if (i.metadata.namespace, i.metadata.name) not in yielded
                ]

    async def iterate(
        self, *, page_size: int = PAGE_SIZE, **options: Unpack[SelectionOptions]
    ) -> AsyncIterator[T]:
        """Read a collection object by object, holding one page of it at a time; see `pages`."""
        async for page in self.pages(page_size=page_size, **options):
            for item in page.items:
                yield item


class AsyncWatches(AsyncResourceClient[T]):
    """The verb watch."""

    def watch(self, **options: Unpack[WatchOptions]) -> AsyncWatch[T]:
        """Follow a collection from `resource_version` on; without one, from its present state.

        Use it as a context manager, and iterate inside: see `AsyncWatch`.
        """
        opened: AsyncWatch[T] = self._watch(self.resource.type, **options)
        return opened


class AsyncPatches(AsyncResourceClient[T]):
    """The verb patch."""

    async def patch(
        self,
        name: str,
        body: Struct | Mapping[str, Any] | Sequence[Any] | bytes,
        patch_type: PatchType = PatchType.MERGE,
        *,
        subresource: str = "",
        **options: Unpack[WriteOptions],
    ) -> T:
        """Change parts of an object. A JSON patch's body is a list of operations.

        Raises `UnsupportedMediaTypeError` for a strategic merge of a custom resource.
        """
        patched: T = await self._patch(
            name, body, patch_type, self.resource.type, subresource=subresource, **options
        )
        return patched


class AsyncApplies(AsyncResourceClient[T], Generic[T, A]):
    """Server-side apply."""

    async def apply(
        self,
        config: A | Mapping[str, Any] | Unstructured,
        *,
        field_manager: str,
        **options: Unpack[ApplyOptions],
    ) -> T:
        """Server-side apply: `field_manager` sets, and owns, the fields of `config`.

        What it applied before and leaves out now is removed. Raises `ConflictError`, with a cause
        for each field that another manager owns, unless `force` is set; TypeError for an object of
        a class, whose every field would be owned; ValueError for a status that is a subresource.
        """
        expect_applied(config)
        name, _ = body_name(config)
        applied: T = await self._apply(
            name, config, self.resource.type, field_manager=field_manager, **options
        )
        return applied


class AsyncAppliesStatus(AsyncResourceClient[T], Generic[T, A]):
    """Server-side apply of the subresource status."""

    async def apply_status(
        self,
        config: A | Mapping[str, Any] | Unstructured,
        *,
        field_manager: str,
        **options: Unpack[ApplyOptions],
    ) -> T:
        """Server-side apply of the status alone; see `apply`."""
        expect_applied(config)
        name, _ = body_name(config)
        applied: T = await self._apply(
            name,
            config,
            self.resource.type,
            field_manager=field_manager,
            subresource="status",
            **options,
        )
        return applied
