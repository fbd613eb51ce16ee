"""Events are served in two API groups and stored as core/v1; this converts in both directions."""

from __future__ import annotations

from kube.envtest.apiserver.kinds.builtin import BuiltIn
from kube.envtest.apiserver.resources import Column, ServerResource
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


def _event_object(tree: Tree) -> str:
    about = tree.get("involvedObject") or {}
    return f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}"


_EVENT_FIELDS = (
    "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
    "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
    "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
)  # fmt: skip

KINDS = (
    BuiltIn(
        ServerResource(
            group="",
            version="v1",
            kind="Event",
            plural="events",
            namespaced=True,
            short_names=("ev",),
            columns=(
                Column("Last Seen", "date", ".lastTimestamp"),
                Column("Type", "string", ".type"),
                Column("Reason", "string", ".reason"),
                Column("Object", "string", ".involvedObject", value=_event_object),
                Column("Subobject", "string", ".involvedObject.fieldPath", priority=1),
                Column("Source", "string", ".source.component", priority=1),
                Column("Message", "string", ".message"),
                Column("First Seen", "date", ".firstTimestamp", priority=1),
                Column("Count", "integer", ".count", priority=1),
                Column("Name", "string", ".metadata.name", format="name", priority=1),
            ),
            selectable=_EVENT_FIELDS,
            generation=False,
        ),
    ),
    BuiltIn(
        ServerResource(
            group="events.k8s.io",
            version="v1",
            kind="Event",
            plural="events",
            namespaced=True,
            short_names=("ev",),
            selectable=("metadata.name", "reason", "type"),
            generation=False,
            storage=("", "events"),
            to_version=to_events_v1,
            from_version=from_events_v1,
        ),
    ),
)
