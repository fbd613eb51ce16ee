"""Kubernetes' REST API from Python: configuration, transports, typed verbs, watches.

Every name is here in its synchronous form, and with the prefix `Async` (functions: `async_`) in its
asynchronous one. Names load when they are first used: a program that never goes asynchronous never
imports aiohttp, and one that does never imports urllib3.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kube.client._async.clientset import AsyncClientsetBase, AsyncGroupVersionClient
    from kube.client._async.discovery import AsyncDiscoveryClient, AsyncRESTMapper
    from kube.client._async.dynamic import AsyncDynamicClient, AsyncDynamicResource
    from kube.client._async.resource_client import AsyncResourceClient
    from kube.client._async.rest import AsyncRESTClient
    from kube.client._async.retry import async_retry_on_conflict
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
    from kube.client._async.watch import AsyncWatch
    from kube.client._sync.clientset import ClientsetBase, GroupVersionClient
    from kube.client._sync.discovery import DiscoveryClient, RESTMapper
    from kube.client._sync.dynamic import DynamicClient, DynamicResource
    from kube.client._sync.resource_client import ResourceClient
    from kube.client._sync.rest import RESTClient
    from kube.client._sync.retry import retry_on_conflict
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
    from kube.client._sync.watch import Watch
    from kube.client.config import Config, ConfigError, Impersonation
    from kube.client.credentials import CredentialsError
    from kube.client.discovery import NoMatchError, Served, ServedResource, ServerVersion
    from kube.client.events import AnyEvent, Bookmark, Event, EventType, Undecodable
    from kube.client.options import (
        ApplyOptions,
        CollectionDeletionOptions,
        DeletionOptions,
        ListingOptions,
        PatchType,
        SelectionOptions,
        WatchOptions,
        WriteOptions,
    )
    from kube.client.transport import TransportError
    from kube.runtime.resource import Resource

_TWINS = {
    "clientset": ("ClientsetBase", "GroupVersionClient"),
    "discovery": ("DiscoveryClient", "RESTMapper"),
    "dynamic": ("DynamicClient", "DynamicResource"),
    "resource_client": ("ResourceClient",),
    "rest": ("RESTClient",),
    "retry": ("retry_on_conflict",),
    "verbs": (
        "Applies",
        "AppliesStatus",
        "Creates",
        "Deletes",
        "DeletesCollection",
        "Gets",
        "Lists",
        "Patches",
        "Updates",
        "UpdatesStatus",
        "Watches",
    ),
    "watch": ("Watch",),
}
_SHARED = {
    "config": ("Config", "ConfigError", "Impersonation"),
    "credentials": ("CredentialsError",),
    "discovery": ("NoMatchError", "Served", "ServedResource", "ServerVersion"),
    "events": ("AnyEvent", "Bookmark", "Event", "EventType", "Undecodable"),
    "options": (
        "ApplyOptions",
        "CollectionDeletionOptions",
        "DeletionOptions",
        "ListingOptions",
        "PatchType",
        "SelectionOptions",
        "WatchOptions",
        "WriteOptions",
    ),
    "transport": ("TransportError",),
}


def _homes() -> dict[str, str]:
    """Each public name's module."""
    homes = {"Resource": "kube.runtime.resource"}
    homes |= {name: f"{__name__}.{module}" for module, names in _SHARED.items() for name in names}
    for module, names in _TWINS.items():
        for name in names:
            twin = f"Async{name}" if name[0].isupper() else f"async_{name}"
            homes[name] = f"{__name__}._sync.{module}"
            homes[twin] = f"{__name__}._async.{module}"
    return homes


_HOMES = _homes()

__all__ = [
    "AnyEvent",
    "Applies",
    "AppliesStatus",
    "ApplyOptions",
    "AsyncApplies",
    "AsyncAppliesStatus",
    "AsyncClientsetBase",
    "AsyncCreates",
    "AsyncDeletes",
    "AsyncDeletesCollection",
    "AsyncDiscoveryClient",
    "AsyncDynamicClient",
    "AsyncDynamicResource",
    "AsyncGets",
    "AsyncGroupVersionClient",
    "AsyncLists",
    "AsyncPatches",
    "AsyncRESTClient",
    "AsyncRESTMapper",
    "AsyncResourceClient",
    "AsyncUpdates",
    "AsyncUpdatesStatus",
    "AsyncWatch",
    "AsyncWatches",
    "Bookmark",
    "ClientsetBase",
    "CollectionDeletionOptions",
    "Config",
    "ConfigError",
    "Creates",
    "CredentialsError",
    "Deletes",
    "DeletesCollection",
    "DeletionOptions",
    "DiscoveryClient",
    "DynamicClient",
    "DynamicResource",
    "Event",
    "EventType",
    "Gets",
    "GroupVersionClient",
    "Impersonation",
    "ListingOptions",
    "Lists",
    "NoMatchError",
    "PatchType",
    "Patches",
    "RESTClient",
    "RESTMapper",
    "Resource",
    "ResourceClient",
    "SelectionOptions",
    "Served",
    "ServedResource",
    "ServerVersion",
    "TransportError",
    "Undecodable",
    "Updates",
    "UpdatesStatus",
    "Watch",
    "WatchOptions",
    "Watches",
    "WriteOptions",
    "async_retry_on_conflict",
    "retry_on_conflict",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
