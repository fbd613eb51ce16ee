"""PersistentVolumeClaims, and their templates in Pods and StatefulSets."""

from __future__ import annotations

from decimal import Decimal

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")


def check_access_modes(modes: list[str], path: str, causes: list[Cause]) -> None:
    for mode in modes:
        values.one_of(path, mode, ACCESS_MODES, causes)
    others = [mode for mode in modes if mode in ACCESS_MODES and mode != "ReadWriteOncePod"]
    if "ReadWriteOncePod" in modes and others:
        why = "may not use ReadWriteOncePod with other access modes"
        causes.append(not_allowed(path, why))


def check_claim(spec: Tree, path: str, causes: list[Cause]) -> None:
    modes = spec.get("accessModes") or []
    if not modes:
        causes.append(required(f"{path}.accessModes", "at least 1 access mode is required"))
    values.selector(f"{path}.selector", spec.get("selector"), causes)
    check_access_modes(modes, f"{path}.accessModes", causes)
    storage = (spec["resources"].get("requests") or {}).get("storage")
    if storage is None:
        causes.append(required(f"{path}.resources[storage]"))
    elif quantities.parse(storage) <= 0:
        causes.append(
            invalid_value(f"{path}.resources[storage]", storage, "must be greater than zero")
        )
    if spec.get("storageClassName"):
        formats.dns_subdomain(f"{path}.storageClassName", spec["storageClassName"], causes)
    if spec.get("volumeMode") is not None:
        values.one_of(f"{path}.volumeMode", spec["volumeMode"], VOLUME_MODES, causes)
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None:
        _check_source(source, f"{path}.dataSource", causes)
    if reference is not None:
        _check_source(reference, f"{path}.dataSourceRef", causes)
    if source is not None and reference is not None and source != _but_namespace(reference):
        causes.append(invalid_value(path, {}, "must match dataSourceRef"))
    if spec.get("volumeAttributesClassName"):
        where = f"{path}.volumeAttributesClassName"
        formats.dns_subdomain(where, spec["volumeAttributesClassName"], causes)


def _check_source(source: Tree, path: str, causes: list[Cause]) -> None:
    causes += [
        required(f"{path}.{member}") for member in ("name", "kind") if not source.get(member)
    ]
    kind, group = source.get("kind", ""), source.get("apiGroup", "")
    if group:
        formats.dns_subdomain(f"{path}.apiGroup", group, causes)
    elif kind != "PersistentVolumeClaim":
        why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        causes.append(invalid_value(path, kind, why))
    if source.get("namespace"):
        formats.dns_label(f"{path}.namespace", source["namespace"], causes)


_SNAPSHOT = ("VolumeSnapshot", "snapshot.storage.k8s.io")
_SOURCE = ("apiGroup", "kind", "name")


def _but_namespace(reference: Tree) -> Tree:
    return {key: value for key, value in reference.items() if key != "namespace" or value}


def complete_sources(spec: Tree, before: Tree | None) -> None:
    """The old member and the new one say the same, where the old one may say it."""
    reference = spec.get("dataSourceRef")
    if reference and reference.get("namespace") and "dataSourceRef" not in (before or {}):
        # Sources in other namespaces are behind a gate.
        del spec["dataSourceRef"]
        reference = None
    used = before is not None and ("dataSource" in before or "dataSourceRef" in before)
    source = spec.get("dataSource")
    if source is not None and not used and "dataSourceRef" not in spec:
        which = (source.get("kind", ""), source.get("apiGroup", ""))
        if which not in (("PersistentVolumeClaim", ""), _SNAPSHOT):
            del spec["dataSource"]
    if "dataSource" in spec and reference is None:
        spec["dataSourceRef"] = {k: v for k, v in spec["dataSource"].items() if k in _SOURCE}
    elif reference and "dataSource" not in spec and not reference.get("namespace"):
        spec["dataSource"] = {key: value for key, value in reference.items() if key in _SOURCE}


def update_sources(new: Tree, old: Tree) -> None:
    complete_sources(new["spec"], old["spec"])


def check_claim_template(template: Tree, path: str, causes: list[Cause]) -> None:
    """The claim that a Pod's volume has made for it."""
    meta = template.get("metadata") or {}
    metadata.check_annotations(
        f"{path}.metadata.annotations", meta.get("annotations") or {}, causes
    )
    values.labels(f"{path}.metadata.labels", meta.get("labels"), causes)
    for member, value in meta.items():
        if member not in ("annotations", "labels") and value:
            spelled = "uID" if member == "uid" else member
            causes.append(not_allowed(f"{path}.metadata.{spelled}", "cannot be set"))
    check_claim(template["spec"], f"{path}.spec", causes)


_WHY = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims"
)
_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"


def claim_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = dict(new["spec"]), dict(old["spec"])
    # A controller may bind a claim once.
    if not before.get("volumeName"):
        _take(before, now, "volumeName")
    if "storageClassName" not in before and "storageClassName" in now:
        before["storageClassName"] = now["storageClassName"]
    had = (old["metadata"].get("annotations") or {}).get(_BETA_CLASS, "")
    have = (new["metadata"].get("annotations") or {}).get(_BETA_CLASS, "")
    if have != had:
        where = f"metadata.annotations.{_BETA_CLASS}"
        causes.append(invalid_value(where, have, values.IMMUTABLE))
    if old["status"].get("phase") == "Bound":
        requests = {**(now["resources"].get("requests") or {})}
        _take(requests, before["resources"].get("requests") or {}, "storage")
        now["resources"] = {**now["resources"], "requests": requests}
        _take(now, before, "volumeAttributesClassName")
    if now != before:
        causes.append(not_allowed("spec", _WHY))
    size, held = _requested(new), (old["status"].get("capacity") or {}).get("storage", "0")
    if size < _requested(old) and size <= quantities.parse(held):
        why = "field can not be less than status.capacity"
        causes.append(not_allowed("spec.resources.requests.storage", why))
    if new["spec"].get("volumeMode") != old["spec"].get("volumeMode"):
        causes.append(invalid_value("volumeMode", new["spec"].get("volumeMode"), values.IMMUTABLE))


def _take(tree: Tree, source: Tree, member: str) -> None:
    tree.pop(member, None)
    if member in source:
        tree[member] = source[member]


def _requested(claim: Tree) -> Decimal:
    requests = claim["spec"]["resources"].get("requests") or {}
    return quantities.parse(requests.get("storage", "0"))


_RESIZES = (
    "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress",
    "NodeResizeInfeasible", "NodeResizePending",
)  # fmt: skip


def claim_status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now = new["status"]
    for name, amount in (now.get("capacity") or {}).items():
        _check_amount(f"status.capacity[{name}]", amount, causes)
    for name, state in (now.get("allocatedResourceStatuses") or {}).items():
        where = "status.allocatedResourceStatuses"
        _check_resource(name, where, causes)
        if state not in _RESIZES:
            causes.append(status.not_supported(where, name, sorted(_RESIZES)))
    for name, amount in (now.get("allocatedResources") or {}).items():
        if _check_resource(name, "status.allocatedResources", causes):
            _check_amount(f"status.allocatedResources[{name}]", amount, causes)


def _check_amount(path: str, amount: str, causes: list[Cause]) -> None:
    whole = int(quantities.parse(amount).to_integral_value("ROUND_UP"))
    if whole < 0:
        causes.append(invalid_value(path, whole, "must be a valid resource quantity"))


def _check_resource(name: str, path: str, causes: list[Cause]) -> bool:
    faults = metadata.key_faults(path, name)
    causes += faults
    native = "/" not in name or "kubernetes.io/" in name
    if not faults and native and name != "storage":
        causes.append(status.not_supported(path, name, ("storage",)))
        return False
    return not faults
