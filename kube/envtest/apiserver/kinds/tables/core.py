"""Columns of the core group's other kinds, and of Events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kube.envtest.apiserver.kinds.tables import pods
from kube.envtest.apiserver.kinds.tables.ages import since
from kube.envtest.apiserver.kinds.tables.paths import Cell, at, count, plain, text_or
from kube.runtime.trees import Tree


def _event(member: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> Any:
        first = tree.get("firstTimestamp") or tree.get("eventTime")
        series = tree.get("series")
        if member == "first":
            return since(first, now)
        if member == "last":
            last = series.get("lastObservedTime") if series else tree.get("lastTimestamp") or first
            return since(last, now)
        if member == "count":
            return series.get("count", 0) if series else tree.get("count") or 1
        about = tree.get("involvedObject") or {}
        kind = str(about.get("kind", "")).lower()
        return f"{kind}/{about['name']}" if about.get("name") else kind

    return cell


def _event_source(tree: Tree) -> str:
    source = tree.get("source") or {}
    component = source.get("component") or tree.get("reportingComponent", "")
    instance = source.get("host") or tree.get("reportingInstance", "")
    return f"{component}, {instance}" if instance else component


_EVENT: dict[str, Cell] = {
    "Last Seen": _event("last"),
    "Type": at("type"),
    "Reason": at("reason"),
    "Object": _event("object"),
    "Subobject": at("involvedObject.fieldPath"),
    "Source": plain(_event_source),
    "Message": plain(lambda tree: str(tree.get("message", "")).strip()),
    "First Seen": _event("first"),
    "Count": _event("count"),
}


def _node_status(tree: Tree) -> str:
    ready = {c["type"]: c["status"] for c in tree["status"].get("conditions") or ()}.get("Ready")
    words = ["Unknown" if ready is None else "Ready" if ready == "True" else "NotReady"]
    if tree["spec"].get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


_ROLE = "node-role.kubernetes.io/"


def _node_roles(tree: Tree) -> str:
    roles = set()
    for key, value in (tree["metadata"].get("labels") or {}).items():
        if key.startswith(_ROLE) and len(key) > len(_ROLE):
            roles.add(key.removeprefix(_ROLE))
        elif key == "kubernetes.io/role" and value:
            roles.add(value)
    return ",".join(sorted(roles)) or "<none>"


def _node_address(kind: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        addresses = tree["status"].get("addresses") or ()
        return next((a["address"] for a in addresses if a["type"] == kind), "<none>")

    return cell


def _kernel(tree: Tree) -> str:
    info = tree["status"].get("nodeInfo") or {}
    architecture = info.get("architecture")
    kernel = info.get("kernelVersion") or "<unknown>"
    return f"{kernel} ({architecture})" if architecture else kernel


def _quota(limits: bool) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        hard, used = tree["status"].get("hard") or {}, tree["status"].get("used") or {}
        return ", ".join(
            f"{name}: {used.get(name, '0')}/{hard[name]}"
            for name in sorted(hard)
            if name.startswith("limits.") == limits
        )

    return cell


CELLS: dict[str, dict[str, Cell]] = {
    "/componentstatuses": {"Status": at("status"), "Message": at("message"), "Error": at("error")},
    "/configmaps": {
        "Data": plain(lambda t: len(t.get("data") or ()) + len(t.get("binaryData") or ()))
    },
    "/events": _EVENT,
    "/limitranges": {},
    "/namespaces": {"Status": at("status.phase")},
    "/nodes": {
        "Status": plain(_node_status),
        "Roles": plain(_node_roles),
        "Version": at("status.nodeInfo.kubeletVersion"),
        "Internal-IP": _node_address("InternalIP"),
        "External-IP": _node_address("ExternalIP"),
        "OS-Image": text_or("status.nodeInfo.osImage", "<unknown>"),
        "Kernel-Version": plain(_kernel),
        "Container-Runtime": text_or("status.nodeInfo.containerRuntimeVersion", "<unknown>"),
    },
    "/pods": pods.CELLS,
    "/resourcequotas": {"Request": _quota(False), "Limit": _quota(True)},
    "/secrets": {"Type": at("type"), "Data": count("data")},
    "events.k8s.io/events": _EVENT,
}
