"""The scale subresource: an autoscaling/v1 Scale made from, and written back to, JSON paths."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.apply import managers, typing
from kube.envtest.apiserver.kinds.tables.ages import since
from kube.envtest.apiserver.kinds.tables.paths import selector_text
from kube.envtest.apiserver.resources import Scale, ServerResource
from kube.envtest.apiserver.schemas import documents
from kube.envtest.apiserver.schemas.conversions import wrapped
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime import jsonpath
from kube.runtime.trees import Tree, copied

_SCHEMA = "io.k8s.api.autoscaling.v1.Scale"
KIND: Tree = {"group": "autoscaling", "version": "v1", "kind": "Scale"}

_COLUMNS = (
    ("Name", "string", "name"), ("Desired", "integer", ""), ("Available", "integer", ""),
    ("Age", "string", ""),
)  # fmt: skip


def table(scale: Tree, now: datetime) -> Tree:
    """A Scale as kubectl shows it."""
    metadata = scale["metadata"]
    replicas = scale["spec"].get("replicas", 0), scale["status"]["replicas"]
    cells = [metadata["name"], *replicas, since(metadata.get("creationTimestamp"), now)]
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": metadata.get("resourceVersion", "")},
        "columnDefinitions": [
            {"name": name, "type": kind, "format": form, "description": "", "priority": 0}
            for name, kind, form in _COLUMNS
        ],
        "rows": [{"cells": cells, "object": {**partial, "metadata": metadata}}],
    }


def of(resource: ServerResource) -> Scale:
    if resource.scale is None:
        return Scale(".spec.replicas", ".status.replicas")
    return resource.scale


def read(resource: ServerResource, stored: Stored, *, allow_missing: bool = False) -> Tree:
    """The Scale of an object.

    Raises StatusError 500 for a custom resource without replicas, unless `allow_missing`.
    """
    scale, tree = of(resource), stored.tree
    if resource.custom and not allow_missing and not jsonpath.compiled(scale.spec_path).find(tree):
        why = f'the spec replicas field "{scale.spec_path}" does not exist'
        details = {"causes": [{"message": why}]}
        raise status.StatusError(500, "InternalError", f"Internal error occurred: {why}", details)
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    metadata = {key: tree["metadata"][key] for key in kept if key in tree["metadata"]}
    replicas = _number(tree, scale.spec_path)
    answer: Tree = {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": {"replicas": replicas} if replicas else {},
        "status": {"replicas": _number(tree, scale.status_path)},
    }
    if scale.selector_from:
        values = jsonpath.compiled(scale.selector_from).find(tree)
        if values and (text := _selector_text(values[0])):
            answer["status"]["selector"] = text
    if scale.selector_path:
        values = jsonpath.compiled(scale.selector_path).find(tree)
        if values and isinstance(values[0], str):
            answer["status"]["selector"] = values[0]
    return answer


def is_owned(resource: ServerResource, stored: Stored) -> bool:
    """Whether a manager owns the replicas; if none does, a write through a Scale records no
    owner."""
    steps = [f"f:{step}" for step in of(resource).spec_path.strip(".").split(".")]
    for entry in stored.tree["metadata"].get("managedFields") or ():
        fields: Any = entry["fieldsV1"]
        for step in steps:
            fields = fields.get(step) if isinstance(fields, dict) else None
        if fields is not None:
            return True
    return False


def _number(tree: Tree, path: str) -> int:
    values = jsonpath.compiled(path).find(tree)
    return values[0] if values and isinstance(values[0], int) else 0


def _selector_text(selector: Tree) -> str:
    if all(isinstance(value, str) for value in selector.values()):
        selector = {"matchLabels": selector}
    return selector_text(selector)


def check(scale: Tree, *, patched: bool, converted: bool = False) -> None:
    """Check the types of a Scale that was sent, or made by a patch; raises StatusError 400, 422.

    Where Go's converter reads it (`converted`), replicas lose the bits that do not fit.
    """
    if converted and isinstance((spec := scale.get("spec")), dict):
        scale["spec"] = {**spec, "replicas": wrapped(spec.get("replicas"), 32)}
    fault = _fault(scale)
    if fault and patched:
        cause = status.invalid_value("patch", status.render(scale), fault)
        raise status.invalid("", "", "", [cause])
    if fault:
        raise status.bad_request(f'Scale in version "v1" cannot be handled as a Scale: {fault}')


_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "bool"}


def _fault(scale: Tree) -> str:
    spec = scale.get("spec")
    if spec is not None and not isinstance(spec, dict):
        where, value, wanted = "Scale.spec", spec, "v1.ScaleSpec"
    else:
        value = spec.get("replicas") if spec else None
        where, wanted = "ScaleSpec.spec.replicas", "int32"
        if value is None or (type(value) is int and -(2**31) <= value < 2**31):
            return ""
    kind = _JSON_TYPES.get(type(value)) or f"number {status.render(value)}"
    return f"json: cannot unmarshal {kind} into Go struct field {where} of type {wanted}"


def apply(
    resource: ServerResource, stored: Stored, scale: Tree, manager: managers.Manager, *, force: bool
) -> Tree:
    """The object with the replicas of an applied Scale, and their owners.

    Raises StatusError 409 where another manager owns them, 422 as `write`, and 500 for a value of
    another type.
    """
    schema = documents.resolver("", "v1").named(_SCHEMA)
    if faults := typing.faults(schema, {**scale, "metadata": {}}):
        text = faults[0] if len(faults) == 1 else "\n  ".join(["errors:", *faults])
        which = f"/{stored.key[1]}; autoscaling/v1, Kind=Scale"
        raise status.internal(f"failed to create typed patch object ({which}): {text}")
    wanted: Tree = {"metadata": {}}
    node = wanted
    *parents, last = of(resource).spec_path.strip(".").split(".")
    for step in parents:
        node = node.setdefault(step, {})
    if "replicas" in (scale.get("spec") or {}):
        node[last] = scale["spec"]["replicas"]
    live = stored.tree
    if not _number(live, of(resource).spec_path):
        live = _without_replicas(resource, live)  # as a Scale is written
    try:
        _, owners = managers.apply(resource, manager, live, wanted, force=force)
    except status.StatusError as error:
        # Owners of the object's replicas are shown as owners of the Scale's.
        theirs, own = f" using {resource.api_version}", " using autoscaling/v1"
        error.message = error.message.replace(theirs, own)
        for cause in (error.details or {}).get("causes") or ():
            cause["message"] = cause["message"].replace(theirs, own)
        raise
    check(scale, patched=True)
    tree = write(resource, stored, scale)
    tree["metadata"]["managedFields"] = owners
    return tree


def _without_replicas(resource: ServerResource, tree: Tree) -> Tree:
    changed = copied(tree)
    node = changed
    *parents, last = of(resource).spec_path.strip(".").split(".")
    for step in parents:
        node = node.get(step) or {}
    node.pop(last, None)
    return changed


def write(resource: ServerResource, stored: Stored, scale: Tree) -> Tree:
    """The object with the replicas that a Scale asks for; raises StatusError 422."""
    spec, metadata = scale.get("spec") or {}, scale.get("metadata") or {}
    replicas: int = spec.get("replicas") or 0
    if replicas < 0 and not resource.custom:
        why = "must be greater than or equal to 0"
        cause = status.invalid_value("spec.replicas", replicas, why)
        raise status.invalid("autoscaling", "Scale", stored.key[1], [cause])
    if replicas < 0:
        why = "should be a non-negative integer"
        cause = status.invalid_value(of(resource).spec_path, replicas, why)
        raise status.invalid(resource.group, resource.kind, stored.key[1], [cause])
    tree = copied(stored.tree)
    node = tree
    *parents, last = of(resource).spec_path.strip(".").split(".")
    for step in parents:
        node = node.setdefault(step, {})
    node[last] = replicas
    if metadata.get("resourceVersion"):
        tree["metadata"]["resourceVersion"] = metadata["resourceVersion"]
    return tree
