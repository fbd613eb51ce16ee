"""Stored objects to bytes, in the form the client accepts.

The common form, JSON of whole objects, never encodes anything here: it joins the bytes that each
stored object already has. Tables and metadata are built for each response.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests.wire import JSON, Accept
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.storage.store import Stored, encode
from kube.runtime.trees import Tree


class Renderer:
    """Renders the objects of one resource in one form. `include` is `includeObject` of tables."""

    def __init__(
        self,
        resource: ServerResource,
        accept: Accept,
        now: Callable[[], datetime],
        include: str = "Metadata",
    ) -> None:
        self.resource = resource
        self.accept = accept
        self._now = now
        self._include = include
        self._headers_sent = False

    def whole(self, stored: Stored) -> bytes:
        return self.resource.head + stored.tail(self.resource.to_version)

    def _metadata(self, stored: Stored) -> Tree:
        return {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": stored.tree["metadata"],
        }

    def _included(self, stored: Stored) -> Any:
        match self._include:
            case "None":
                return None
            case "Object":
                return msgspec.Raw(self.whole(stored))
        return self._metadata(stored)

    def one(self, stored: Stored) -> bytes:
        """The body of a response that holds one object."""
        match self.accept.form:
            case "table":
                version = stored.tree["metadata"].get("resourceVersion", "")
                body = encode(self._table([stored], {"resourceVersion": version}))
            case "metadata":
                body = encode(self._metadata(stored))
            case "metadata list":
                raise status.not_a_list(self.resource.go_type, custom=self.resource.custom)
            case _:
                body = self.whole(stored)
        return self._finish(body)

    def many(self, items: Sequence[Stored], metadata: dict[str, Any]) -> bytes:
        """The body of a list; `metadata` is the ListMeta."""
        match self.accept.form:
            case "table":
                body = encode(self._table(items, metadata))
            case "metadata":
                raise status.is_a_list(self.resource.go_type)
            case "metadata list":
                body = encode(
                    {
                        "kind": "PartialObjectMetadataList",
                        "apiVersion": "meta.k8s.io/v1",
                        "metadata": metadata,
                        "items": [self._metadata(item) for item in items],
                    }
                )
            case _:
                body = self._list(items, metadata)
        return self._finish(body)

    def _list(self, items: Sequence[Stored], metadata: dict[str, Any]) -> bytes:
        # Only custom resources repeat apiVersion and kind in every item, as the real server does.
        convert = self.resource.to_version
        head = self.resource.head if self.resource.custom else b"{"
        if self.resource.custom:
            metadata = {"continue": "", **metadata}
        joined = b",".join([head + item.tail(convert) for item in items])
        return b'{"kind":"%s","apiVersion":"%s","metadata":%s,"items":[%s]}' % (
            self.resource.list_kind.encode(),
            self.resource.api_version.encode(),
            encode(metadata),
            joined,
        )

    def _table(self, items: Sequence[Stored], metadata: dict[str, Any]) -> Tree:
        from kube.envtest.apiserver.requests import table  # only kubectl asks for tables

        resource, now = self.resource, self._now()
        definitions = [] if self._headers_sent else table.definitions(resource)
        return {
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "columnDefinitions": definitions,
            "rows": [table.row(resource, i.tree, now, self._included(i)) for i in items],
        }

    def frame(self, kind: str, stored: Stored, version: int) -> bytes:
        """One watch event. `version` differs from the object's own if the object left the
        selection."""
        if self.accept.form == "object" and stored.revision == version:
            return b'{"type":"%s","object":%s}\n' % (kind.encode(), self.whole(stored))
        if stored.revision != version:
            stored = at_version(stored, version)
        match self.accept.form:
            case "table":
                body = self._table([stored], {"resourceVersion": str(version)})
                self._headers_sent = True
                return encode({"type": kind, "object": body}) + b"\n"
            case "metadata":
                return encode({"type": kind, "object": self._metadata(stored)}) + b"\n"
        return b'{"type":"%s","object":%s}\n' % (kind.encode(), self.whole(stored))

    def bookmark(self, version: int, *, initial_events_end: bool = False) -> bytes:
        metadata: dict[str, Any] = {"resourceVersion": str(version)}
        if initial_events_end:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        kind, api_version = self.resource.kind, self.resource.api_version
        if self.accept.form == "metadata":
            kind, api_version = "PartialObjectMetadata", "meta.k8s.io/v1"
        body: Tree = {"kind": kind, "apiVersion": api_version, "metadata": metadata}
        if self.accept.form == "table":
            row = {"cells": [None], "object": body}
            body = {**self._table([], {"resourceVersion": str(version)}), "rows": [row]}
        return encode({"type": "BOOKMARK", "object": body}) + b"\n"

    def _finish(self, body: bytes) -> bytes:
        if self.accept.media_type == JSON:
            return body + b"\n"
        from kube.envtest.apiserver.requests import yaml_bodies

        return yaml_bodies.from_json(body)


def at_version(stored: Stored, version: int) -> Stored:
    """The same object as if last written at `version`."""
    metadata = {**stored.tree["metadata"], "resourceVersion": str(version)}
    return Stored(stored.key, version, {**stored.tree, "metadata": metadata})
