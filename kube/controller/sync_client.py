"""The manager's client for code in threads: the same reads and writes, as plain calls.

Each call runs in the manager's event loop, over the same cache and connections, so that both
clients have read what either has written. What a read finds in memory without waiting is returned
from there, without a change of threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, Unpack, overload

from kube.client import (
    ApplyOptions,
    AsyncSubresource,
    CollectionDeletionOptions,
    DeletionOptions,
    KindRef,
    ListingOptions,
    PatchType,
    SelectionOptions,
    WriteOptions,
)
from kube.client.waiting import running_loop
from kube.controller.errors import ManagerStateError
from kube.leaderelection import is_cancelled
from kube.runtime import Object, ObjectList, Struct
from kube.runtime.applyconfiguration import ApplyConfiguration
from kube.runtime.unstructured import Unstructured

if TYPE_CHECKING:
    from typing import Self

    from kube.controller.client import Client

K = TypeVar("K", bound=Object)
S = TypeVar("S", bound=Struct)
R = TypeVar("R")
P = ParamSpec("P")


class Caller:
    """Runs coroutines in the manager's event loop, for other threads."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        """Set while the manager runs."""

    def __call__(self, coroutine: Coroutine[Any, Any, R]) -> R:
        """The result of a coroutine.

        Raises CancelledError in a reconcile that was cancelled: what it would write now may be
        another process's to write.
        """
        try:
            loop = self._checked_loop()
        except BaseException:
            coroutine.close()
            raise
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    def _checked_loop(self) -> asyncio.AbstractEventLoop:
        if is_cancelled():
            raise CancelledError("this reconcile was cancelled: it may read and write no more")
        loop = self.loop
        if loop is None or loop.is_closed():
            raise ManagerStateError("the synchronous client works while the manager runs")
        if running_loop() is loop:
            raise ManagerStateError(
                "the synchronous client would block the manager's event loop: use manager.client "
                "in async code"
            )
        return loop


class SyncClient:
    """As `Client`, in plain calls, for reconcilers that are plain functions, and other threads."""

    def __init__(self, client: Client, call: Caller) -> None:
        self._client = client
        self._call = call

    def __repr__(self) -> str:
        return f"SyncClient({self._client!r})"

    def in_namespace(self, namespace: str) -> Self:
        """See `AsyncClient.in_namespace`."""
        return type(self)(self._client.in_namespace(namespace), self._call)

    def with_defaults(
        self, *, dry_run: bool = False, field_manager: str = "", field_validation: str = ""
    ) -> Self:
        """See `AsyncClient.with_defaults`."""
        view = self._client.with_defaults(
            dry_run=dry_run, field_manager=field_manager, field_validation=field_validation
        )
        return type(self)(view, self._call)

    def get(
        self,
        kind: type[K] | KindRef[K],
        name: str,
        namespace: str = "",
        *,
        resource_version: str = "",
    ) -> K:
        """Read an object; a copy, which may be changed. Raises `NotFoundError`."""
        if not resource_version and not isinstance(kind, KindRef) and not is_cancelled():
            cached = self._client.get_now(kind, name, namespace)
            if cached is not None:
                return cached
        return self._call(
            self._client.get(kind, name, namespace, resource_version=resource_version)
        )

    def list(
        self, kind: type[K] | KindRef[K], namespace: str = "", **options: Unpack[ListingOptions]
    ) -> ObjectList[K]:
        """Read a collection; copies, which may be changed."""
        return self._call(self._client.list(kind, namespace, **options))

    def iterate(
        self, kind: type[K] | KindRef[K], namespace: str = "", **options: Unpack[SelectionOptions]
    ) -> Iterator[K]:
        """Read a collection object by object."""
        iterator = self._client.iterate(kind, namespace, **options)

        async def following() -> K | None:
            return await anext(iterator, None)

        while (item := self._call(following())) is not None:
            yield item

    def create(self, obj: K, **options: Unpack[WriteOptions]) -> K:
        """See `AsyncClient.create`."""
        return self._call(self._client.create(obj, **options))

    def update(self, obj: K, **options: Unpack[WriteOptions]) -> K:
        """See `AsyncClient.update`."""
        return self._call(self._client.update(obj, **options))

    def patch(
        self,
        target: K | type[K] | KindRef[K],
        body: Struct | Mapping[str, Any] | Sequence[Any] | bytes,
        patch_type: PatchType = PatchType.MERGE,
        *,
        name: str = "",
        namespace: str = "",
        **options: Unpack[WriteOptions],
    ) -> K:
        """See `AsyncClient.patch`."""
        return self._call(
            self._client.patch(target, body, patch_type, name=name, namespace=namespace, **options)
        )

    @overload
    def apply(
        self,
        config: ApplyConfiguration[K],
        *,
        field_manager: str = "",
        **options: Unpack[ApplyOptions],
    ) -> K: ...
    @overload
    def apply(
        self,
        config: Unstructured | Mapping[str, Any],
        *,
        field_manager: str = "",
        **options: Unpack[ApplyOptions],
    ) -> Unstructured: ...
    def apply(
        self, config: Any, *, field_manager: str = "", **options: Unpack[ApplyOptions]
    ) -> Any:
        """See `AsyncClient.apply`."""
        return self._call(self._client.apply(config, field_manager=field_manager, **options))

    def delete(
        self,
        target: K | type[K] | KindRef[K],
        name: str = "",
        namespace: str = "",
        **options: Unpack[DeletionOptions],
    ) -> None:
        """See `AsyncClient.delete`."""
        self._call(self._client.delete(target, name, namespace, **options))

    def delete_all_of(
        self,
        kind: type[K] | KindRef[K],
        namespace: str = "",
        **options: Unpack[CollectionDeletionOptions],
    ) -> None:
        """See `AsyncClient.delete_all_of`."""
        self._call(self._client.delete_all_of(kind, namespace, **options))

    def status(self, obj: K | ApplyConfiguration[K]) -> SyncSubresource[K]:
        """See `AsyncClient.status`."""
        return SyncSubresource(self._client.status(obj), self._call)

    def subresource(
        self, obj: Object | ApplyConfiguration[Any], name: str, type: type[S]
    ) -> SyncSubresource[S]:
        """See `AsyncClient.subresource`."""
        return SyncSubresource(self._client.subresource(obj, name, type), self._call)

    def run(
        self,
        function: Callable[Concatenate[Client, P], Coroutine[Any, Any, R]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Call an async function of a client: `client.run(create_or_update, web, mutate)`.

        It runs in the manager's event loop, where it must not block.
        """
        return self._call(function(self._client, *args, **kwargs))


class SyncSubresource(Generic[S]):
    """As `AsyncSubresource`, in plain calls."""

    def __init__(self, subresource: AsyncSubresource[S], call: Caller) -> None:
        self._subresource = subresource
        self._call = call

    def get(self, *, resource_version: str = "") -> S:
        """Read it."""
        return self._call(self._subresource.get(resource_version=resource_version))

    def create(self, body: Struct | Mapping[str, Any], **options: Unpack[WriteOptions]) -> S:
        """Post to it."""
        return self._call(self._subresource.create(body, **options))

    def update(
        self, body: S | Mapping[str, Any] | None = None, **options: Unpack[WriteOptions]
    ) -> S:
        """Replace it."""
        return self._call(self._subresource.update(body, **options))

    def patch(
        self,
        body: Struct | Mapping[str, Any] | Sequence[Any] | bytes,
        patch_type: PatchType = PatchType.MERGE,
        **options: Unpack[WriteOptions],
    ) -> S:
        """Change parts of it."""
        return self._call(self._subresource.patch(body, patch_type, **options))

    def apply(
        self,
        config: ApplyConfiguration[S] | Mapping[str, Any] | Unstructured | None = None,
        *,
        field_manager: str = "",
        **options: Unpack[ApplyOptions],
    ) -> S:
        """Server-side apply of it."""
        return self._call(self._subresource.apply(config, field_manager=field_manager, **options))
