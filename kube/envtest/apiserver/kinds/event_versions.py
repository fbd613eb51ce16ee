"""Events stand in two API groups and are stored once, as core/v1; these are the two directions."""

from __future__ import annotations

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
