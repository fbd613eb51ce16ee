"""Events are served in two API groups and stored as core/v1; this converts in both directions."""

from __future__ import annotations

from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.runtime.trees import Tree

# core/v1 name → events.k8s.io/v1 name; every other field is called the same in both.
_RENAMED = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_BACK = {new: old for old, new in _RENAMED.items()}


def to_events_v1(tree: Tree) -> Tree:
    return {_RENAMED.get(key, key): value for key, value in tree.items()}


def from_events_v1(tree: Tree) -> Tree:
    return {_BACK.get(key, key): value for key, value in tree.items()}


_EVENT_FIELDS = (
    "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
    "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
    "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
)  # fmt: skip

CORE_EVENT = Kind(strategy=Rules(own_metadata=(0, 0)), selectable=_EVENT_FIELDS)
KINDS = {
    "events": Kind(
        selectable=("metadata.name", "reason", "type"),
        storage=("", "events"),
        to_version=to_events_v1,
        from_version=from_events_v1,
    ),
}
