# Derived from kube/client/_async/dynamic.py: python hack/unasync.py. DO NOT EDIT.
"""A client for kinds without types: the same verbs, on `Unstructured` objects."""

from __future__ import annotations

from typing import Never, Unpack

from kube.client._sync.discovery import DiscoveryClient, RESTMapper
from kube.client._sync.rest import RESTClient, checked
from kube.client._sync.verbs import (
    Applies,
    AppliesStatus,
    Creates,
    Deletes,
    DeletesCollection,
    Gets,
    Lists,
    Patches,
    Updates,
    UpdatesStatus,
    Watches,
)
from kube.client.options import WriteOptions
from kube.runtime import GroupVersion
from kube.runtime.resource import Resource
from kube.runtime.unstructured import Unstructured, UnstructuredList


class DynamicResource(
    Creates[Unstructured],
    Updates[Unstructured],
    UpdatesStatus[Unstructured],
    Deletes[Unstructured],
    DeletesCollection[Unstructured],
    Gets[Unstructured],
    Lists[Unstructured, UnstructuredList],
    Watches[Unstructured],
    Patches[Unstructured],
    Applies[Unstructured, Never],
    AppliesStatus[Unstructured, Never],
):
    """All verbs on one resource; those that it does not support raise `MethodNotAllowedError`."""

    def __init__(self, rest: RESTClient, resource: Resource, namespace: str = "") -> None:
        super().__init__(rest, namespace)
        self.resource = resource

    def get_subresource(self, name: str, subresource: str) -> Unstructured:
        """Read a subresource such as `scale`."""
        return self._get(name, Unstructured, subresource=subresource)

    def create_subresource(
        self, name: str, obj: Unstructured, subresource: str, **options: Unpack[WriteOptions]
    ) -> Unstructured:
        """Post to a subresource such as `eviction`."""
        return self._create(obj, Unstructured, name=name, subresource=subresource, **options)

    def update_subresource(
        self, name: str, obj: Unstructured, subresource: str, **options: Unpack[WriteOptions]
    ) -> Unstructured:
        """Replace a subresource such as `scale`."""
        return self._update(name, obj, Unstructured, subresource=subresource, **options)


class DynamicClient:
    """Clients of everything that the server serves.

    The namespace of a look-up is the client's; an empty one means all namespaces.
    """

    def __init__(self, rest: RESTClient) -> None:
        self._rest = checked(rest, type(self))
        self.discovery = DiscoveryClient(rest)
        self.mapper = RESTMapper(self.discovery)

    def resource(self, resource: Resource, namespace: str = "") -> DynamicResource:
        """A client of a resource that is already known; sends no request."""
        return DynamicResource(self._rest, resource, namespace)

    def named(self, name: str, namespace: str = "") -> DynamicResource:
        """A client of the resource that a person names: `deploy`, `deployments.v1.apps`, …

        Raises `NoMatchError`.
        """
        served = self.mapper.by_name(name)
        return self.resource(served.resource(), namespace)

    def kind(self, api_version: str, kind: str, namespace: str = "") -> DynamicResource:
        """A client of a kind, as manifests name it. Raises `NoMatchError`."""
        group, version = GroupVersion.parse(api_version)
        served = self.mapper.by_kind(kind, group, version)
        return self.resource(served.resource(), namespace)

    def apply(
        self, obj: Unstructured, *, field_manager: str, force: bool = False, namespace: str = ""
    ) -> Unstructured:
        """Server-side apply of any object; `namespace` is for those that name none.

        Raises `NoMatchError`.
        """
        client = self.kind(obj.api_version, obj.kind)
        if client.resource.namespaced:
            client.namespace = obj.metadata.namespace or namespace
        return client.apply(obj, field_manager=field_manager, force=force)
