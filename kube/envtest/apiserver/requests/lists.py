"""Reading collections: lists, pages, and where a watch begins."""

from __future__ import annotations

import base64
import binascii
import json
from itertools import islice
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests.routing import Query
from kube.envtest.apiserver.requests.selection import Selection
from kube.envtest.apiserver.storage.store import Collection, Compacted, Key, Store, Stored

EXACT = "Exact"
NOT_OLDER_THAN = "NotOlderThan"


class Page(msgspec.Struct, frozen=True):
    items: list[Stored]
    metadata: dict[str, Any]
    """The ListMeta: resourceVersion, and continue and remainingItemCount where there is more."""


class _Start(msgspec.Struct, frozen=True):
    revision: int | None
    """None reads the present, as a token with the version -1 does."""
    after: Key | None


def page(store: Store, collection: Collection, selection: Selection, query: Query) -> Page:
    """One page of a list; raises StatusError: 400 on bad options, 410 on an expired token."""
    limit = query.number("limit") or 0
    start = _start(store, query)
    try:
        objects = collection.scan(selection.namespace, start.after, start.revision)
        items, more = _take(objects, selection, limit)
    except Compacted:
        if query.text("continue"):
            token = _token(-1, start.after)
            raise status.expired(status.EXPIRED_CONTINUE, token) from None
        raise status.expired(
            f"The resourceVersion for the provided list is too old: {start.revision}"
        ) from None
    revision = store.revision if start.revision is None else start.revision
    metadata: dict[str, Any] = {"resourceVersion": str(revision)}
    if more:
        metadata["continue"] = _token(revision, items[-1].key)
        if selection.everything:
            rest = collection.count(selection.namespace, items[-1].key, start.revision)
            metadata["remainingItemCount"] = rest
    return Page(items, metadata)


def _take(objects: Any, selection: Selection, limit: int) -> tuple[list[Stored], bool]:
    matching = objects if selection.everything else filter(selection.matches, objects)
    if limit <= 0:
        return list(matching), False
    items = list(islice(matching, limit + 1))
    return items[:limit], len(items) > limit


def _start(store: Store, query: Query) -> _Start:
    version, match = query.text("resourceVersion"), query.text("resourceVersionMatch")
    token = query.text("continue")
    if token:
        if version and version != "0":
            raise status.bad_request(
                "specifying resource version is not allowed when using continue"
            )
        revision, after = _read_token(token)
        return _Start(None if revision < 0 else revision, after)
    check_match(query)
    try:
        wanted = parse_version(version)
    except ValueError as error:
        raise status.bad_request(f"invalid resource version: {error}") from None
    if wanted > store.revision:
        raise status.too_large_version(wanted, store.revision)
    if match == EXACT:
        return _Start(wanted, None)
    # A limited list at an old version means exactly that version unless the query says otherwise.
    if wanted and not match and query.text("limit"):
        return _Start(wanted, None)
    return _Start(None, None)


def check_match(query: Query) -> None:
    """Check that the options of a list are compatible, as ValidateListOptions does."""
    version, match = query.text("resourceVersion"), query.text("resourceVersionMatch")
    causes = []
    if query.text("sendInitialEvents"):
        why = "sendInitialEvents is forbidden for list"
        causes.append(status.not_allowed("sendInitialEvents", why))
    if match and not version:
        causes.append(
            status.not_allowed(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden unless resourceVersion is provided",
            )
        )
    if match == EXACT and version == "0":
        causes.append(
            status.not_allowed(
                "resourceVersionMatch",
                'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
            )
        )
    if match not in ("", EXACT, NOT_OLDER_THAN):
        causes.append(
            status.not_supported("resourceVersionMatch", match, (EXACT, NOT_OLDER_THAN, ""))
        )
    if causes:
        raise status.invalid("meta.k8s.io", "ListOptions", "", causes)


def check_watch(query: Query) -> None:
    """Check that sendInitialEvents fits the other options, as ValidateListOptions does."""
    match = query.text("resourceVersionMatch")
    causes = []
    asked = query.text("sendInitialEvents")
    if asked and match != NOT_OLDER_THAN:
        causes.append(
            status.not_allowed(
                "resourceVersionMatch",
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            )
        )
    if match and not asked:
        causes.append(
            status.not_allowed(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
            )
        )
    if causes:
        raise status.invalid("meta.k8s.io", "ListOptions", "", causes)


def parse_version(text: str) -> int:
    """A resourceVersion as a number, 0 when empty; raises ValueError."""
    if not text:
        return 0
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 30 else -1
    if not 0 <= number < 2**64:
        fault = "value out of range" if text.isascii() and text.isdigit() else "invalid syntax"
        why = f'strconv.ParseUint: parsing "{text}": {fault}'
        raise ValueError(str(status.invalid_value("resourceVersion", text, why)))
    return number


def _token(revision: int, after: Key | None) -> str:
    start = "/".join(after) if after else ""
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": start})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, Key | None]:
    try:
        padded = token + "=" * (-len(token) % 4)
        fields = json.loads(base64.urlsafe_b64decode(padded))
        revision, start = fields["rv"], fields["start"]
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        revision, start = None, None
    if type(revision) is not int or type(start) is not str:
        raise status.bad_request("invalid continue token: continue key is not valid")
    namespace, _, name = start.partition("/")
    return revision, (namespace, name) if start else None
