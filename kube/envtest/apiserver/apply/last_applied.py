"""From client-side apply to server-side apply, for objects that kubectl applied before.

Client-side apply keeps the last manifest in an annotation. Where kubectl then applies on the server
side, fields that are unchanged since then do not conflict, and the annotation is updated to the new
manifest, so that users can go back. Another field manager opts out of both. The rules are those of
apimachinery's `managedfields` (lastappliedmanager.go, lastappliedupdater.go).
"""

from __future__ import annotations

from typing import Any

import msgspec

from kube.envtest.apiserver.resources import ServerResource
from kube.runtime import fieldsets
from kube.runtime.fieldsets import Fields
from kube.runtime.trees import Tree

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
MANAGER = "kubectl"
"""The field manager of `kubectl apply --server-side`."""

_MOST_BYTES = 256 * 1024
"""The limit for all annotations of an object; a manifest that exceeds it is not recorded."""

_encoder = msgspec.json.Encoder(order="sorted")
# Go's encoder writes these as escapes, so that JSON is safe inside HTML.
_ESCAPED = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_ESCAPES = str.maketrans(_ESCAPED)


def fields(resource: ServerResource, schema: Tree, live: Tree) -> Fields:
    """The fields of the live object that are unchanged since the last client-side apply."""
    manifest = _read((live["metadata"].get("annotations") or {}).get(ANNOTATION))
    if manifest is None or manifest.get("apiVersion") != resource.api_version:
        return {}
    changed, _ = fieldsets.changes(schema, live, manifest)
    return fieldsets.difference(fieldsets.applied(schema, manifest), changed)


def _read(text: Any) -> Tree | None:
    try:
        manifest = msgspec.json.decode(text) if isinstance(text, str) else None
    except msgspec.DecodeError:
        return None
    return manifest if isinstance(manifest, dict) else None


def follow(merged: Tree, applied: Tree) -> None:
    """Update the annotation of `merged`, if it has one, to the manifest just applied."""
    annotations: dict[str, str] = merged["metadata"].get("annotations") or {}
    if not annotations.get(ANNOTATION):
        return
    metadata = dict(applied.get("metadata") or {})
    if ANNOTATION in (metadata.get("annotations") or {}):
        rest = {k: v for k, v in metadata["annotations"].items() if k != ANNOTATION}
        metadata["annotations"] = rest
    text = _encoder.encode({**applied, "metadata": metadata}).decode().translate(_ESCAPES) + "\n"
    annotations = {**annotations, ANNOTATION: text}
    if sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items()) > (
        _MOST_BYTES
    ):
        del annotations[ANNOTATION]
    merged["metadata"]["annotations"] = annotations
