"""The options of the verbs, as query parameters and bodies. Pure; no I/O.

This module alone knows how each is spelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeAlias, TypedDict

from kube.api.meta.v1 import DeleteOptions, DeletionPropagation, Preconditions
from kube.runtime import Object, PartialObjectMetadata, Struct, codec
from kube.runtime.resource import NotRegisteredError, Resource, resource_of

Query: TypeAlias = list[tuple[str, str]]

JSON = "application/json"

METADATA_ACCEPT = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

METADATA_LIST_ACCEPT = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

SILENCE_MARGIN = 10.0
"""Seconds that the client waits after the time when the server should have ended a request or a
watch.
"""


LONGEST_WATCH = 3600
"""Seconds after which a server ends a watch without a timeout of its own."""


class PatchType(StrEnum):
    """The media types of patches. Servers accept strategic merges of built-in kinds only."""

    JSON = "application/json-patch+json"
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"
    APPLY = "application/apply-patch+yaml"


class WriteOptions(TypedDict, total=False):
    """The options of create, update and patch."""

    dry_run: bool  # everything is checked, nothing is stored
    field_manager: str  # the writer's name in managedFields
    field_validation: str  # `Ignore`, `Warn` or `Strict`


class ApplyOptions(TypedDict, total=False):
    """The options of apply, but for `field_manager`, which it always needs."""

    force: bool  # take fields that other managers own
    dry_run: bool
    field_validation: str


class DeletionOptions(TypedDict, total=False):
    """The options of delete."""

    propagation_policy: DeletionPropagation | str | None
    preconditions: Preconditions | None
    grace_period_seconds: int | None
    dry_run: bool


class SelectionOptions(TypedDict, total=False):
    """Which objects of a collection, at which version."""

    label_selector: str
    field_selector: str
    resource_version: str
    resource_version_match: str
    timeout_seconds: int | None


class ListingOptions(SelectionOptions, total=False):
    """The options of list."""

    limit: int  # of objects in one answer; the next page starts at metadata.continue_
    continue_: str


class WatchOptions(SelectionOptions, total=False):
    """The options of watch."""

    allow_bookmarks: bool
    send_initial_events: bool | None


class CollectionDeletionOptions(ListingOptions, DeletionOptions, total=False):
    """The options of deletecollection."""


def read_headers(resource: Resource, *, collection: bool = False) -> dict[str, str] | None:
    """The headers that ask for a resource's documents; None where the client's own will do.

    `collection` is for lists. The events of a watch carry single objects.
    """
    if resource.type is not PartialObjectMetadata:
        return None
    return {"accept": METADATA_LIST_ACCEPT if collection else METADATA_ACCEPT}


def write_query(
    *,
    dry_run: bool = False,
    field_manager: str = "",
    field_validation: str = "",
    force: bool | None = None,
) -> Query:
    """The parameters of create, update, patch and apply."""
    query: Query = []
    if dry_run:
        query.append(("dryRun", "All"))
    if field_manager:
        query.append(("fieldManager", field_manager))
    if field_validation:
        query.append(("fieldValidation", field_validation))
    if force is not None:
        query.append(("force", "true" if force else "false"))
    return query


def _text(option: str, selector: str) -> str:
    """Raises TypeError for a selector that is a mapping, or anything else but text."""
    if isinstance(selector, str):
        return selector
    raise TypeError(f'{option} is text such as "tier=web,env!=test", not {type(selector).__name__}')


def list_query(
    *,
    label_selector: str = "",
    field_selector: str = "",
    limit: int = 0,
    continue_: str = "",
    resource_version: str = "",
    resource_version_match: str = "",
    timeout_seconds: int | None = None,
) -> Query:
    """The parameters of list, and what watch and deletecollection share with it."""
    query: Query = []
    if label_selector:
        query.append(("labelSelector", _text("label_selector", label_selector)))
    if field_selector:
        query.append(("fieldSelector", _text("field_selector", field_selector)))
    if limit:
        query.append(("limit", str(limit)))
    if continue_:
        query.append(("continue", continue_))
    if resource_version:
        query.append(("resourceVersion", resource_version))
    if resource_version_match:
        query.append(("resourceVersionMatch", resource_version_match))
    if timeout_seconds is not None:
        query.append(("timeoutSeconds", str(timeout_seconds)))
    return query


def watch_query(
    *, allow_bookmarks: bool = False, send_initial_events: bool | None = None, **options: Any
) -> Query:
    """The parameters of watch: `options` are those of `list_query`."""
    query = [("watch", "true"), *list_query(**options)]
    if allow_bookmarks:
        query.append(("allowWatchBookmarks", "true"))
    if send_initial_events is not None:
        query.append(("sendInitialEvents", "true" if send_initial_events else "false"))
    return query


def watch_silence(timeout_seconds: int | None) -> float:
    """The longest silence, in seconds, in a watch that the server is to end after this time."""
    return (LONGEST_WATCH if timeout_seconds is None else timeout_seconds) + SILENCE_MARGIN


def object_query(options: Struct) -> Query:
    """The parameters that an options object of the API stands for, such as ListOptions.

    Raises TypeError for one that is more than text, numbers, booleans and lists of these.
    """
    tree = codec.to_builtins(options)
    pairs = [(name, value) for name, value in tree.items() if name not in ("apiVersion", "kind")]
    return [pair for name, value in pairs for pair in parameter(name, value)]


def parameter(name: str, value: object) -> Query:
    """One parameter as it is written, several times for a list. Raises TypeError."""
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    if isinstance(value, (str, int)):
        return [(name, str(value))]
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [pair for each in value for pair in parameter(name, each)]
    raise TypeError(
        f"the parameter {name} is text, a number, a boolean or a list of these, not "
        f"{type(value).__name__}"
    )


def delete_body(
    *,
    propagation_policy: DeletionPropagation | str | None = None,
    preconditions: Preconditions | None = None,
    grace_period_seconds: int | None = None,
    dry_run: bool = False,
) -> bytes | None:
    """The DeleteOptions of a delete; None where no option is set."""
    options = (propagation_policy, preconditions, grace_period_seconds)
    if not dry_run and options == (None, None, None):
        return None
    policy = DeletionPropagation(propagation_policy) if propagation_policy is not None else None
    return codec.encode(
        DeleteOptions(
            api_version="meta.k8s.io/v1",
            kind="DeleteOptions",
            propagation_policy=policy,
            preconditions=preconditions,
            grace_period_seconds=grace_period_seconds,
            dry_run=["All"] if dry_run else None,
        )
    )


def object_body(obj: Struct | Mapping[str, Any], resource: Resource | None) -> bytes:
    """An object as JSON, its apiVersion and kind from `resource` where it has none itself.

    With `resource` None the object has another kind, as that of a subresource may be: a Scale, an
    Eviction. It is completed from the Resource of its own class, if that has one. The caller's
    object is not changed.
    """
    if resource is None:
        resource = _own_resource(obj)
        if resource is None:
            return codec.encode(obj)
    api_version, kind = resource.api_version, resource.kind
    if isinstance(obj, Mapping):
        return codec.encode({"apiVersion": api_version, "kind": kind, **obj})
    if not getattr(obj, "kind", kind) or not getattr(obj, "api_version", api_version):
        filled: Any = obj.__copy__()
        filled.api_version, filled.kind = api_version, kind
        return codec.encode(filled)
    return codec.encode(obj)


def _own_resource(obj: Struct | Mapping[str, Any]) -> Resource | None:
    if not isinstance(obj, Object):
        return None
    try:
        return resource_of(type(obj))
    except NotRegisteredError:
        return None


def body_name(obj: Struct | Mapping[str, Any]) -> tuple[str, str]:
    """The name and namespace in an object's metadata; each may be empty."""
    if isinstance(obj, Mapping):
        metadata = obj.get("metadata") or {}
        return metadata.get("name") or "", metadata.get("namespace") or ""
    attribute: Any = getattr(obj, "metadata", None)
    return (attribute.name or "", attribute.namespace or "") if attribute is not None else ("", "")
