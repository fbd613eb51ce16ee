"""Columns of volumes, of claims and of what provides them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kube.envtest.apiserver.kinds.tables.paths import Cell, at, count, default_marked, plain
from kube.runtime.trees import Tree

_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def _modes(modes: Sequence[str] | None) -> str:
    return ",".join(short for mode, short in _MODES.items() if mode in (modes or ()))


_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"


def _class(tree: Tree) -> str:
    annotations = tree["metadata"].get("annotations") or {}
    return str(annotations.get(_STORAGE_CLASS) or tree["spec"].get("storageClassName") or "")


def _bound(path: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> Any:
        if not tree["spec"].get("volumeName"):
            return ""
        status = tree["status"]
        if path == "modes":
            return _modes(status.get("accessModes"))
        return (status.get("capacity") or {}).get("storage", "0")

    return cell


def _phase(tree: Tree) -> str:
    if "deletionTimestamp" in tree["metadata"]:
        return "Terminating"
    return str(tree["status"].get("phase", ""))


def _claim(tree: Tree) -> str:
    claim = tree["spec"].get("claimRef")
    return f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""


CELLS: dict[str, dict[str, Cell]] = {
    "/persistentvolumeclaims": {
        "Status": plain(_phase),
        "Volume": at("spec.volumeName"),
        "Capacity": _bound("capacity"),
        "Access Modes": _bound("modes"),
        "StorageClass": plain(_class),
        "VolumeAttributesClass": at("spec.volumeAttributesClassName", "<unset>"),
        "VolumeMode": at("spec.volumeMode", "<unset>"),
    },
    "/persistentvolumes": {
        "Capacity": at("spec.capacity.storage", "0"),
        "Access Modes": plain(lambda t: _modes(t["spec"].get("accessModes"))),
        "Reclaim Policy": at("spec.persistentVolumeReclaimPolicy"),
        "Status": plain(_phase),
        "Claim": plain(_claim),
        "StorageClass": plain(_class),
        "VolumeAttributesClass": at("spec.volumeAttributesClassName", "<unset>"),
        "Reason": at("status.reason"),
        "VolumeMode": at("spec.volumeMode", "<unset>"),
    },
    "storage.k8s.io/csidrivers": {
        "AttachRequired": at("spec.attachRequired", True),
        "PodInfoOnMount": at("spec.podInfoOnMount", False),
        "StorageCapacity": at("spec.storageCapacity", False),
        "TokenRequests": plain(
            lambda t: (
                ",".join(r.get("audience", "") for r in t["spec"]["tokenRequests"])
                if "tokenRequests" in t["spec"]
                else "<unset>"
            )
        ),
        "RequiresRepublish": at("spec.requiresRepublish", False),
        "Modes": plain(lambda t: ",".join(t["spec"].get("volumeLifecycleModes") or ()) or "<none>"),
    },
    "storage.k8s.io/csinodes": {"Drivers": count("spec.drivers")},
    "storage.k8s.io/storageclasses": {
        "Name": default_marked(
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ),
        "Provisioner": at("provisioner"),
        "ReclaimPolicy": at("reclaimPolicy", "Delete"),
        "VolumeBindingMode": at("volumeBindingMode", "Immediate"),
        "AllowVolumeExpansion": at("allowVolumeExpansion", False),
    },
    "storage.k8s.io/volumeattachments": {
        "Attacher": at("spec.attacher"),
        "PV": at("spec.source.persistentVolumeName"),
        "Node": at("spec.nodeName"),
        "Attached": at("status.attached", False),
    },
    "storage.k8s.io/volumeattributesclasses": {"DriverName": at("driverName")},
}
