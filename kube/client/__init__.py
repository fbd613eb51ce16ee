"""Kubernetes' REST API from Python: configuration, transports, typed verbs, watches.

This package exports each client in its synchronous form and, with the prefix `Async` (functions:
`async_`), in its asynchronous one. Names load on first use, so a synchronous program never imports
asyncio, and an asynchronous one no blocking transport.

The tables below are the only list of names. `python hack/public_names.py` writes `__init__.pyi`,
which type checkers read, from them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

IN_BOTH_FORMS = {
    "client": ("Client",),
    "clientset": ("ClientsetBase", "GroupVersionClient"),
    "discovery": ("DiscoveryClient", "RESTMapper"),
    "dynamic": ("DynamicClient", "DynamicResource"),
    "request_builder": ("RequestBuilder",),
    "resource_client": ("ResourceClient",),
    "rest": ("RESTClient",),
    "retry": ("retry_on_conflict",),
    "subresource": ("Subresource",),
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
    "versioned": ("VersionedRESTClient",),
    "watch": ("Watch",),
}
"""Names by their module in `_sync`; `_async` has their twins."""

IN_ONE_FORM = {
    "kube.client.config": ("Config", "ConfigError", "Impersonation"),
    "kube.client.credentials": ("CredentialsError",),
    "kube.client.discovery": ("NoMatchError", "Served", "ServedResource", "ServerVersion"),
    "kube.client.kinds": ("KindRef", "metadata_of", "unstructured"),
    "kube.client.options": (
        "ApplyOptions",
        "CollectionDeletionOptions",
        "DeletionOptions",
        "ListingOptions",
        "PatchType",
        "SelectionOptions",
        "WatchOptions",
        "WriteOptions",
    ),
    "kube.client.result": ("AsyncResult", "Result"),
    "kube.client.transport": ("TransportError",),
    "kube.client.watch_events": (
        "AnyWatchEvent",
        "Bookmark",
        "Undecodable",
        "WatchEvent",
        "WatchEventType",
    ),
}
"""Names by their module."""


def homes() -> dict[str, str]:
    """The module of each public name."""
    result = {name: module for module, names in IN_ONE_FORM.items() for name in names}
    for module, names in IN_BOTH_FORMS.items():
        for name in names:
            twin = f"Async{name}" if name[0].isupper() else f"async_{name}"
            result[name] = f"kube.client._sync.{module}"
            result[twin] = f"kube.client._async.{module}"
    return result


_HOMES = homes()

__all__ = sorted(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
