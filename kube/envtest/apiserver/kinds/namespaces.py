"""Namespaces."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.status import Cause, invalid_value
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def label(new: Tree) -> None:
    meta = new["metadata"]
    if meta.get("name"):
        labels = meta.get("labels") or {}
        meta["labels"] = {**labels, "kubernetes.io/metadata.name": meta["name"]}


def _create(new: Tree) -> None:
    finalizers = new["spec"].get("finalizers") or []
    if "kubernetes" not in finalizers:
        new["spec"]["finalizers"] = [*finalizers, "kubernetes"]
    new["status"] = {"phase": "Active"}
    label(new)


def _check_new(new: Tree, causes: list[Cause]) -> None:
    for finalizer in new["spec"].get("finalizers") or ():
        formats.qualified_name("spec.finalizers", finalizer, causes)
        if metadata.is_unqualified(finalizer):
            causes.append(invalid_value("spec.finalizers", finalizer, metadata.UNQUALIFIED))


def _update(new: Tree, old: Tree) -> None:
    new["spec"] = old["spec"]
    label(new)


def _deleted(new: Tree) -> None:
    new["status"] = {**new["status"], "phase": "Terminating"}


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    phase = new["status"].get("phase", "")
    deleted = "deletionTimestamp" in new["metadata"]
    wanted = "Terminating" if deleted else "Active"
    if phase != wanted:
        state = "not empty" if deleted else "empty"
        why = f"may only be '{wanted}' if `deletionTimestamp` is {state}"
        causes.append(invalid_value("status.Phase", phase, why))


KIND = Kind(
    strategy=Rules(
        create=_create,
        validate_new=_check_new,
        update=_update,
        own_metadata=(1, 1),
        status_changes=_status_changes,
        holds=lambda tree: bool(tree["spec"].get("finalizers")),
        deleted=_deleted,
    ),
    selectable=("status.phase",),
    names=metadata.LABEL,
)
