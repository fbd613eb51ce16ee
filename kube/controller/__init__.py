"""The controller runtime: what controller-runtime is to Go.

A `Manager` runs `Controller`s over one cache and one client. A reconciler gets the name of an
object, reads it from the cache, and brings the world in line with it; the runtime decides when it
is called, and calls it again where it fails. What it promises is in docs/controllers.md.
"""

from kube.controller.applying import apply, apply_set
from kube.controller.client import Client
from kube.controller.controller import Controller, Reconciler
from kube.controller.election import LeaderElection
from kube.controller.ensuring import (
    Ensured,
    Operation,
    create_or_patch,
    create_or_update,
    mark,
    patch_status,
    write_changes,
)
from kube.controller.errors import (
    CacheNotStartedError,
    CacheOptionsError,
    CacheSyncTimeoutError,
    LeadershipLostError,
    ManagerStateError,
    MissingExtraError,
    NotCachedError,
    StopTimeoutError,
)
from kube.controller.event import Event, EventType
from kube.controller.finalizers import (
    Finalizers,
    add_finalizer,
    contains_finalizer,
    remove_finalizer,
)
from kube.controller.log_lines import JSONFormatter, TextFormatter, configure_logging
from kube.controller.logs import ReconcileFilter, current_reconcile
from kube.controller.manager import Manager
from kube.controller.options import CacheOptions
from kube.controller.patches import least_patch
from kube.controller.predicates import Predicate
from kube.controller.request import Cause, Request, Result, TerminalError
from kube.controller.sync_client import SyncClient
from kube.controller.watch import Channel, Enqueue, Watch

__all__ = [
    "CacheNotStartedError",
    "CacheOptions",
    "CacheOptionsError",
    "CacheSyncTimeoutError",
    "Cause",
    "Channel",
    "Client",
    "Controller",
    "Enqueue",
    "Ensured",
    "Event",
    "EventType",
    "Finalizers",
    "JSONFormatter",
    "LeaderElection",
    "LeadershipLostError",
    "Manager",
    "ManagerStateError",
    "MissingExtraError",
    "NotCachedError",
    "Operation",
    "Predicate",
    "ReconcileFilter",
    "Reconciler",
    "Request",
    "Result",
    "StopTimeoutError",
    "SyncClient",
    "TerminalError",
    "TextFormatter",
    "Watch",
    "add_finalizer",
    "apply",
    "apply_set",
    "configure_logging",
    "contains_finalizer",
    "create_or_patch",
    "create_or_update",
    "current_reconcile",
    "least_patch",
    "mark",
    "patch_status",
    "remove_finalizer",
    "write_changes",
]
