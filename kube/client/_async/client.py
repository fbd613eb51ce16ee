"""A client of every kind, which is named by its class.

    cluster = await client.get(Cluster, "one")
    cluster.spec.size = 3
    await client.update(cluster)

A class leads to its Resource (`kube.runtime.resource_of`), so that the server receives nothing but
the request itself. Kinds without a class are named with `unstructured(api_version, kind)` and
discovered once; `metadata_of(kind)` reads the metadata alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from kube.client._async.discovery import AsyncDiscoveryClient, AsyncRESTMapper
from kube.client._async.resource_client import watch_request
from kube.client._async.rest import AsyncRESTClient, async_checked
from kube.client._async.subresource import AsyncSubresource
from kube.client._async.verbs import PAGE_SIZE, AsyncLists
from kube.client._async.watch import AsyncWatch
from kube.client.configurations import Applied, applied_kind, expect_applied
from kube.client.kinds import KindRef, class_resource, metadata_only, object_gvk, object_resource
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
from kube.client.transport import AsyncStream
from kube.client.write_defaults import WriteDefaults
from kube.runtime import (
    GroupVersionKind,
    Object,
    ObjectList,
    PartialObjectMetadata,
    Struct,
)
from kube.runtime.applyconfiguration import ApplyConfiguration, Configuration, object_type
from kube.runtime.resource import Resource
from kube.runtime.unstructured import Unstructured

if TYPE_CHECKING:
    from typing import Self

    from kube.client.config import Config
    from kube.client.metrics import MetricsProvider

K = TypeVar("K", bound=Object)
S = TypeVar("S", bound=Struct)


class AsyncClient:
    """Reads and writes objects of any kind. A context manager; `close` closes its connections.

    A `kind` is a class of objects, or what `unstructured` or `metadata_of` return. A namespace is
    required for one object of a namespaced kind; for `list` and `watch` an empty one means all
    namespaces. Arguments are never changed; the result is what the server stored.

    `field_manager` and `field_validation` are the defaults of calls that set none. With `dry_run`
    the server checks every write and stores nothing, and no call can turn that off.

    All methods raise what typed clients raise, `NotRegisteredError` for a class without a Resource
    and `NoMatchError` for a kind that the server does not serve.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        *,
        dry_run: bool = False,
        field_manager: str = "",
        field_validation: str = "",
    ) -> None:
        self._rest = async_checked(rest, type(self))
        self._defaults = WriteDefaults(dry_run, field_manager, field_validation)
        self._namespace = ""
        self._mapper = AsyncRESTMapper(AsyncDiscoveryClient(rest))
        self._known: dict[GroupVersionKind, Resource] = {}

    @classmethod
    def for_config(
        cls,
        config: Config,
        *,
        dry_run: bool = False,
        field_manager: str = "",
        field_validation: str = "",
        metrics: MetricsProvider | None = None,
    ) -> Self:
        """A client over the network; `metrics` measures each request."""
        return cls(
            AsyncRESTClient.for_config(config, metrics=metrics),
            dry_run=dry_run,
            field_manager=field_manager,
            field_validation=field_validation,
        )

    @property
    def rest(self) -> AsyncRESTClient:
        """The underlying client, for requests that no method here sends."""
        return self._rest

    def in_namespace(self, namespace: str) -> Self:
        """A view of one namespace, over the same connections.

        It fills in the namespace where a call or an object has none, and raises ValueError for any
        other. Cluster-scoped kinds are not affected.
        """
        if not namespace:
            raise ValueError("the namespace of a view is empty")
        self._place(namespace)
        return self._view(namespace, self._defaults)

    def with_defaults(
        self, *, dry_run: bool = False, field_manager: str = "", field_validation: str = ""
    ) -> Self:
        """A view with other defaults, over the same connections; empty arguments change nothing."""
        return self._view(
            self._namespace, self._defaults.changed(dry_run, field_manager, field_validation)
        )

    def _view(self, namespace: str, defaults: WriteDefaults) -> Self:
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._namespace, view._defaults = namespace, defaults
        return view

    async def resource(self, kind: type[K] | KindRef[K]) -> Resource:
        """The Resource of a kind: its names and path, and the classes that it is decoded to."""
        if not isinstance(kind, KindRef):
            return class_resource(kind)
        return self._read_as(kind, kind.known or await self._discover(kind.gvk))

    async def get(
        self,
        kind: type[K] | KindRef[K],
        name: str,
        namespace: str = "",
        *,
        resource_version: str = "",
    ) -> K:
        """Read an object. Raises `NotFoundError`."""
        verbs = await self._verbs(kind, namespace)
        result: K = await verbs._get(name, verbs.resource.type, resource_version=resource_version)
        return result

    async def list(
        self, kind: type[K] | KindRef[K], namespace: str = "", **options: Unpack[ListingOptions]
    ) -> ObjectList[K]:
        """Read a collection: a page of `limit` objects, or everything without a limit.

        Items that do not decode are reported to the REST client's `on_undecodable`, and left out.
        """
        verbs = await self._verbs(kind, namespace)
        return await verbs.list(**options)

    async def iterate(
        self,
        kind: type[K] | KindRef[K],
        namespace: str = "",
        *,
        page_size: int = PAGE_SIZE,
        **options: Unpack[SelectionOptions],
    ) -> AsyncIterator[K]:
        """Read a collection object by object, with one page of it in memory at a time."""
        verbs = await self._verbs(kind, namespace)
        async for item in verbs.iterate(page_size=page_size, **options):
            yield item

    def watch(
        self, kind: type[K] | KindRef[K], namespace: str = "", **options: Unpack[WatchOptions]
    ) -> AsyncWatch[K]:
        """Follow a collection from `resource_version` on; without one, from its present state.

        Use it as a context manager, and iterate inside: see `AsyncWatch`.
        """
        resource = kind.known if isinstance(kind, KindRef) else class_resource(kind)
        if resource is None:
            assert isinstance(kind, KindRef)
            return _DiscoveredWatch(self, kind, namespace, *watch_request(options))
        if isinstance(kind, KindRef):
            resource = self._read_as(kind, resource)
        return self._verbs_of(resource, namespace)._watch(resource.type, **options)

    async def create(self, obj: K, **options: Unpack[WriteOptions]) -> K:
        """Store a new object. Raises `AlreadyExistsError`, `InvalidError`."""
        _expect_whole(obj, "create")
        verbs = await self._verbs_for(obj)
        result: K = await verbs._create(obj, type(obj), **self._defaults.filled(options))
        return result

    async def update(self, obj: K, **options: Unpack[WriteOptions]) -> K:
        """Replace an object.

        Raises `ConflictError` where it has changed since `obj` was read; see `retry_on_conflict`.
        """
        _expect_whole(obj, "update")
        verbs = await self._verbs_for(obj)
        result: K = await verbs._update(
            obj.metadata.name, obj, type(obj), **self._defaults.filled(options)
        )
        return result

    async def patch(
        self,
        target: K | type[K] | KindRef[K],
        body: Struct | Mapping[str, Any] | Sequence[Any] | bytes,
        patch_type: PatchType = PatchType.MERGE,
        *,
        name: str = "",
        namespace: str = "",
        **options: Unpack[WriteOptions],
    ) -> K:
        """Change parts of an object: of `target`, or of the one of that kind and name.

        A JSON patch's body is a list of operations. Raises `UnsupportedMediaTypeError` for a
        strategic merge of a custom resource.
        """
        verbs, name = await self._target(target, name, namespace)
        result: K = await verbs._patch(
            name, body, patch_type, verbs.resource.type, **self._defaults.filled(options)
        )
        return result

    @overload
    async def apply(
        self,
        config: ApplyConfiguration[K],
        *,
        field_manager: str = "",
        **options: Unpack[ApplyOptions],
    ) -> K: ...
    @overload
    async def apply(
        self,
        config: Unstructured | Mapping[str, Any],
        *,
        field_manager: str = "",
        **options: Unpack[ApplyOptions],
    ) -> Unstructured: ...
    async def apply(
        self, config: Applied, *, field_manager: str = "", **options: Unpack[ApplyOptions]
    ) -> Any:
        """Server-side apply: the field manager sets, and owns, the fields of `config`.

        What it applied before and leaves out now is removed. A mapping is a whole document. Raises
        `ConflictError`, with a cause for each field that another manager owns, unless `force` is
        set; TypeError for an object of a class, whose every field would be owned; ValueError where
        neither the call nor the client names a field manager, and for a status that is a
        subresource.
        """
        verbs, name = await self._verbs_to_apply(config)
        return await verbs._apply(
            name, config, verbs.resource.type, **self._defaults.applying(field_manager, options)
        )

    async def delete(
        self,
        target: K | type[K] | KindRef[K],
        name: str = "",
        namespace: str = "",
        **options: Unpack[DeletionOptions],
    ) -> None:
        """Delete an object: `target`, or the one of that kind and name.

        It stays, marked, for as long as it has finalizers. Raises `NotFoundError`, and
        `ConflictError` where a precondition does not hold.
        """
        verbs, name = await self._target(target, name, namespace)
        await verbs._delete(name, **self._defaults.deleting(options))

    async def delete_all_of(
        self,
        kind: type[K] | KindRef[K],
        namespace: str = "",
        **options: Unpack[CollectionDeletionOptions],
    ) -> None:
        """Delete every object that the selectors match; without selectors, all of the namespace."""
        verbs = await self._verbs(kind, namespace)
        await verbs._delete_collection(**self._defaults.deleting_all(options))

    def status(self, obj: K | ApplyConfiguration[K]) -> AsyncSubresource[K]:
        """The subresource status of an object: `await client.status(obj).update()`.

        Of an apply configuration, it is what applies it: `await client.status(config).apply()`.
        """
        kind: Any = object_type(type(obj)) if isinstance(obj, ApplyConfiguration) else type(obj)
        return self.subresource(obj, "status", kind)

    def subresource(
        self, obj: Object | ApplyConfiguration[Any], name: str, type: type[S]
    ) -> AsyncSubresource[S]:
        """A subresource of an object, whose documents are of `type`; sends no request.

        `await client.subresource(deployment, "scale", Scale).get()`; for `eviction`, which answers
        with a Status, `client.subresource(pod, "eviction", Status).create(Eviction(…))`.
        """

        async def verbs() -> _Verbs[Any]:
            if isinstance(obj, ApplyConfiguration):
                return (await self._verbs_to_apply(obj))[0]
            return await self._verbs_for(obj)

        return AsyncSubresource(verbs, obj, name, type, self._defaults)

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        await self._rest.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        place = f"namespace={self._namespace!r}" if self._namespace else "all namespaces"
        return f"{type(self).__name__}({place})"

    async def _discover(self, gvk: GroupVersionKind) -> Resource:
        resource = self._known.get(gvk)
        if resource is None:
            served = await self._mapper.by_kind(gvk.kind, gvk.group, gvk.version)
            resource = self._known[gvk] = served.resource()
        return resource

    def _read_as(self, kind: KindRef[Any], resource: Resource) -> Resource:
        self._known[resource.gvk] = resource
        return metadata_only(resource) if kind.type is PartialObjectMetadata else resource

    def _place(self, namespace: str) -> str:
        """The namespace to work in. Raises ValueError for another one than the view's."""
        if self._namespace and namespace and namespace != self._namespace:
            raise ValueError(
                f"this client is for the namespace {self._namespace!r}, not {namespace!r}"
            )
        return namespace or self._namespace

    def _verbs_of(self, resource: Resource, namespace: str) -> _Verbs[Any]:
        if resource.namespaced:
            return _Verbs(self._rest, resource, self._place(namespace))
        if namespace:
            raise ValueError(
                f"{resource.plural} are cluster-scoped: leave out the namespace {namespace!r}"
            )
        return _Verbs(self._rest, resource, "")

    async def _verbs(self, kind: type[K] | KindRef[K], namespace: str) -> _Verbs[K]:
        return self._verbs_of(await self.resource(kind), namespace)

    async def _verbs_for(self, obj: K) -> _Verbs[K]:
        if isinstance(obj, Unstructured):
            resource = await self._discover(object_gvk(obj))
        elif isinstance(obj, PartialObjectMetadata):
            resource = metadata_only(await self._discover(object_gvk(obj)))
        else:
            resource = object_resource(obj)
        return self._verbs_of(resource, obj.metadata.namespace)

    async def _verbs_to_apply(self, config: Applied) -> tuple[_Verbs[Any], str]:
        expect_applied(config)
        if isinstance(config, ApplyConfiguration):
            resource = class_resource(object_type(type(config)))
        elif isinstance(config, Configuration):
            raise TypeError(
                f"a {type(config).__name__} is a part of an object: pass the configuration of a "
                "whole one"
            )
        else:
            resource = await self._discover(applied_kind(config))
        name, namespace = body_name(config)
        return self._verbs_of(resource, namespace), name

    async def _target(
        self, target: K | type[K] | KindRef[K], name: str, namespace: str
    ) -> tuple[_Verbs[K], str]:
        if not isinstance(target, Object):
            return await self._verbs(target, namespace), name
        if name or namespace:
            raise ValueError(
                "an object has its own name: pass either an object, or a kind and a name"
            )
        return await self._verbs_for(target), target.metadata.name


class _Verbs(AsyncLists[K, ObjectList[K]]):
    """All verbs on one resource, in one namespace."""

    def __init__(self, rest: AsyncRESTClient, resource: Resource, namespace: str) -> None:
        super().__init__(rest, namespace)
        self.resource = resource


class _DiscoveredWatch(AsyncWatch[K]):
    """A watch of a kind that is discovered when the watch is opened."""

    def __init__(
        self,
        client: AsyncClient,
        kind: KindRef[K],
        namespace: str,
        query: Sequence[tuple[str, str]],
        silence: float | None,
    ) -> None:
        self._client = client
        self._kind = kind
        self._namespace = namespace
        # Plural and scope are discovered on opening.
        resource = Resource(
            group=kind.gvk.group,
            version=kind.gvk.version,
            kind=kind.gvk.kind,
            plural="",
            namespaced=True,
            type=kind.type,
            list_type=ObjectList,
        )
        super().__init__(client.rest, resource, kind.type, "", query, silence)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[AsyncStream]:
        verbs = await self._client._verbs(self._kind, self._namespace)
        self._resource, self._path = verbs.resource, verbs._path()
        async with super()._open() as stream:
            yield stream


def _expect_whole(obj: Object, verb: str) -> None:
    if isinstance(obj, PartialObjectMetadata):
        raise TypeError(
            f"{verb} needs a whole object, and this {obj.kind or 'object'} is only metadata; "
            "to change metadata, patch it"
        )
