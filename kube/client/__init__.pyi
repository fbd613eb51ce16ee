# The names of __init__.py, by python hack/public_names.py. DO NOT EDIT.

from kube.client._async.client import AsyncClient
from kube.client._async.clientset import AsyncClientsetBase, AsyncGroupVersionClient
from kube.client._async.discovery import AsyncDiscoveryClient, AsyncRESTMapper
from kube.client._async.dynamic import AsyncDynamicClient, AsyncDynamicResource
from kube.client._async.request_builder import AsyncRequestBuilder
from kube.client._async.resource_client import AsyncResourceClient
from kube.client._async.rest import AsyncRESTClient
from kube.client._async.retry import async_retry_on_conflict
from kube.client._async.subresource import AsyncSubresource
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
from kube.client._async.versioned import AsyncVersionedRESTClient
from kube.client._async.watch import AsyncWatch
from kube.client._sync.client import Client
from kube.client._sync.clientset import ClientsetBase, GroupVersionClient
from kube.client._sync.discovery import DiscoveryClient, RESTMapper
from kube.client._sync.dynamic import DynamicClient, DynamicResource
from kube.client._sync.request_builder import RequestBuilder
from kube.client._sync.resource_client import ResourceClient
from kube.client._sync.rest import RESTClient
from kube.client._sync.retry import retry_on_conflict
from kube.client._sync.subresource import Subresource
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
from kube.client._sync.versioned import VersionedRESTClient
from kube.client._sync.watch import Watch
from kube.client.config import Config, ConfigError, Impersonation
from kube.client.credentials import CredentialsError
from kube.client.discovery import NoMatchError, Served, ServedResource, ServerVersion
from kube.client.kinds import KindRef, metadata_of, unstructured
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
from kube.client.result import AsyncResult, Result
from kube.client.transport import TransportError
from kube.client.watch_events import (
    AnyWatchEvent,
    Bookmark,
    Undecodable,
    WatchEvent,
    WatchEventType,
)

__all__ = [
    "AnyWatchEvent",
    "Applies",
    "AppliesStatus",
    "ApplyOptions",
    "AsyncApplies",
    "AsyncAppliesStatus",
    "AsyncClient",
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
    "AsyncRequestBuilder",
    "AsyncResourceClient",
    "AsyncResult",
    "AsyncSubresource",
    "AsyncUpdates",
    "AsyncUpdatesStatus",
    "AsyncVersionedRESTClient",
    "AsyncWatch",
    "AsyncWatches",
    "Bookmark",
    "Client",
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
    "Gets",
    "GroupVersionClient",
    "Impersonation",
    "KindRef",
    "ListingOptions",
    "Lists",
    "NoMatchError",
    "PatchType",
    "Patches",
    "RESTClient",
    "RESTMapper",
    "RequestBuilder",
    "ResourceClient",
    "Result",
    "SelectionOptions",
    "Served",
    "ServedResource",
    "ServerVersion",
    "Subresource",
    "TransportError",
    "Undecodable",
    "Updates",
    "UpdatesStatus",
    "VersionedRESTClient",
    "Watch",
    "WatchEvent",
    "WatchEventType",
    "WatchOptions",
    "Watches",
    "WriteOptions",
    "async_retry_on_conflict",
    "metadata_of",
    "retry_on_conflict",
    "unstructured",
]
