"""What an update may change of an object that is there, and what may be asked of a Pod besides.

Most changes of a Pod are forbidden, so that changes drawn by chance show the same refusal again
and again. Here are the members that may change, by kind; and the bodies of a Pod's subresources.
"""

from __future__ import annotations

from typing import Any

Path = tuple[str | int, ...]

_OF_TEMPLATE: tuple[Path, ...] = (
    ("spec", "containers", 0, "image"),
    ("spec", "containers", 0, "env"),
    ("spec", "containers", 0, "resources"),
    ("spec", "nodeSelector"),
    ("spec", "tolerations"),
    ("spec", "schedulingGates"),
    ("metadata", "annotations"),
    ("metadata", "labels"),
)


def _in_template(*path: str) -> tuple[Path, ...]:
    return tuple((*path, *rest) for rest in _OF_TEMPLATE)


CHANGEABLE: dict[str, tuple[Path, ...]] = {
    "Pod": (
        ("spec", "containers", 0, "image"),
        ("spec", "initContainers", 0, "image"),
        ("spec", "activeDeadlineSeconds"),
        ("spec", "tolerations"),
        ("spec", "tolerations", 0, "tolerationSeconds"),
        ("spec", "terminationGracePeriodSeconds"),
        ("spec", "schedulingGates"),
        ("spec", "nodeSelector"),
        ("metadata", "annotations"),
        ("metadata", "labels"),
    ),
    "Deployment": (
        ("spec", "replicas"),
        ("spec", "strategy"),
        ("spec", "paused"),
        ("spec", "progressDeadlineSeconds"),
        ("metadata", "annotations"),
        *_in_template("spec", "template"),
    ),
    "StatefulSet": (
        ("spec", "replicas"),
        ("spec", "ordinals"),
        ("spec", "updateStrategy"),
        ("spec", "revisionHistoryLimit"),
        ("spec", "persistentVolumeClaimRetentionPolicy"),
        ("spec", "minReadySeconds"),
        *_in_template("spec", "template"),
    ),
    "DaemonSet": (("spec", "updateStrategy"), *_in_template("spec", "template")),
    "ReplicaSet": (("spec", "replicas"), *_in_template("spec", "template")),
    "ReplicationController": (
        ("spec", "replicas"),
        ("spec", "selector"),
        *_in_template("spec", "template"),
    ),
    "Job": (
        ("spec", "parallelism"),
        ("spec", "completions"),
        ("spec", "suspend"),
        ("spec", "activeDeadlineSeconds"),
        ("spec", "backoffLimit"),
        ("spec", "ttlSecondsAfterFinished"),
        *_in_template("spec", "template"),
    ),
    "CronJob": (
        ("spec", "schedule"),
        ("spec", "suspend"),
        ("spec", "concurrencyPolicy"),
        ("spec", "timeZone"),
        *_in_template("spec", "jobTemplate", "spec", "template"),
    ),
}


def in_place(document: Any, path: Path) -> tuple[Path, bool]:
    """A path as far as the document goes along it, and whether that is all of it."""
    node = document
    for index, step in enumerate(path):
        expected = list if isinstance(step, int) else dict
        if not isinstance(node, expected):
            return path[:index], False
        is_last = index + 1 == len(path)
        is_there = step < len(node) if isinstance(step, int) else step in node
        if not is_there and not is_last:
            return path[: index + 1], False
        node = node[step] if not is_last else node
    return path, True


def named(document: Any, kind: str, version: str = "v1", **members: Any) -> Any:
    """A document that is posted to a subresource of an object."""
    name = document["metadata"]["name"]
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **members}
