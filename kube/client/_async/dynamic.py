"""A client for kinds without types: the same verbs, on `Unstructured` objects."""

from __future__ import annotations

from typing import Never, Unpack

from kube.client._async.discovery import AsyncDiscoveryClient, AsyncRESTMapper
from kube.client._async.rest import AsyncRESTClient, async_checked
from kube.client._async.verbs import (
    AsyncApplies,
    AsyncAppliesStatus,
    AsyncCreates,
    AsyncDeletes,
    AsyncDeletesCollection,
    AsyncGets,
    AsyncLists,
    AsyncPatches,
    AsyncUpdates,
    AsyncUpdatesStatus,
    AsyncWatches,
)
from kube.client.options import WriteOptions
from kube.runtime import GroupVersion
from kube.runtime.resource import Resource
from kube.runtime.unstructured import Unstructured, UnstructuredList


class AsyncDynamicResource(
    AsyncCreates[Unstructured],
    AsyncUpdates[Unstructured],
    AsyncUpdatesStatus[Unstructured],
    AsyncDeletes[Unstructured],
    AsyncDeletesCollection[Unstructured],
    AsyncGets[Unstructured],
    AsyncLists[Unstructured, UnstructuredList],
    AsyncWatches[Unstructured],
    AsyncPatches[Unstructured],
    AsyncApplies[Unstructured, Never],
    AsyncAppliesStatus[Unstructured, Never],
):
    """All verbs on one resource; those that it does not support raise `MethodNotAllowedError`."""

    def __init__(self, rest: AsyncRESTClient, resource: Resource, namespace: str = "") -> None:
        super().__init__(rest, namespace)
        self.resource = resource

    async def get_subresource(self, name: str, subresource: str) -> Unstructured:
        """Read a subresource such as `scale`."""
        return await self._get(name, Unstructured, subresource=subresource)

    async def create_subresource(
        self, name: str, obj: Unstructured, subresource: str, **options: Unpack[WriteOptions]
    ) -> Unstructured:
        """Post to a subresource such as `eviction`."""
        return await self._create(obj, Unstructured, name=name, subresource=subresource, **options)

    async def update_subresource(
        self, name: str, obj: Unstructured, subresource: str, **options: Unpack[WriteOptions]
    ) -> Unstructured:
        """Replace a subresource such as `scale`."""
        return await self._update(name, obj, Unstructured, subresource=subresource, **options)


class AsyncDynamicClient:
    """Clients of everything that the server serves.

    The namespace of a look-up is the client's; an empty one means all namespaces.
    """

    def __init__(self, rest: AsyncRESTClient) -> None:
        self._rest = async_checked(rest, type(self))
        self.discovery = AsyncDiscoveryClient(rest)
        self.mapper = AsyncRESTMapper(self.discovery)

    def resource(self, resource: Resource, namespace: str = "") -> AsyncDynamicResource:
        """A client of a resource that is already known; sends no request."""
        return AsyncDynamicResource(self._rest, resource, namespace)

    async def named(self, name: str, namespace: str = "") -> AsyncDynamicResource:
        """A client of the resource that a person names: `deploy`, `deployments.v1.apps`, …

        Raises `NoMatchError`.
        """
        served = await self.mapper.by_name(name)
        return self.resource(served.resource(), namespace)

    async def kind(self, api_version: str, kind: str, namespace: str = "") -> AsyncDynamicResource:
        """A client of a kind, as manifests name it. Raises `NoMatchError`."""
        group, version = GroupVersion.parse(api_version)
        served = await self.mapper.by_kind(kind, group, version)
        return self.resource(served.resource(), namespace)

    async def apply(
        self, obj: Unstructured, *, field_manager: str, force: bool = False, namespace: str = ""
    ) -> Unstructured:
        """Server-side apply of any object; `namespace` is for those that name none.

        Raises `NoMatchError`.
        """
        client = await self.kind(obj.api_version, obj.kind)
        if client.resource.namespaced:
            client.namespace = obj.metadata.namespace or namespace
        return await client.apply(obj, field_manager=field_manager, force=force)
