"""PersistentVolumeClaims and PersistentVolumes."""

from __future__ import annotations

from decimal import Decimal

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def check_claim(spec: Tree, path: str, causes: list[Cause]) -> None:
    modes = spec.get("accessModes") or []
    if not modes:
        why = "at least 1 access mode is required"
        causes.append(status.required(f"{path}.accessModes", why))
    for mode in modes:
        if mode not in _ACCESS_MODES:
            causes.append(status.not_supported(f"{path}.accessModes", mode, _ACCESS_MODES))
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        why = "may not use ReadWriteOncePod with other access modes"
        causes.append(status.not_allowed(f"{path}.accessModes", why))
    values.selector(f"{path}.selector", spec.get("selector"), causes)
    requests = spec["resources"].get("requests") or {}
    if "storage" not in requests:
        causes.append(status.required(f"{path}.resources[storage]"))
    if spec.get("storageClassName"):
        values.dns_subdomain(f"{path}.storageClassName", spec["storageClassName"], causes)
    values.one_of(f"{path}.volumeMode", spec.get("volumeMode"), ("Block", "Filesystem"), causes)


def _requested(claim: Tree) -> Decimal:
    requests = claim["spec"]["resources"].get("requests") or {}
    return quantities.parse(requests.get("storage", "0"))


_CLAIM_WHY = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims"
)


def claim_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    def fixed(tree: Tree) -> Tree:
        spec = dict(tree["spec"])
        if old["status"].get("phase") == "Bound":
            spec["resources"] = None
            spec.pop("volumeAttributesClassName", None)
        return spec

    before = fixed(old)
    # A controller may bind a claim once.
    if not before.get("volumeName"):
        before["volumeName"] = new["spec"].get("volumeName")
    if before.get("volumeName") is None:
        before.pop("volumeName", None)
    if fixed(new) != before:
        causes.append(status.not_allowed("spec", _CLAIM_WHY))
    now, had = _requested(new), _requested(old)
    if now < had:
        why = "field can not be less than status.capacity"
        causes.append(status.not_allowed("spec.resources.requests.storage", why))


_SOURCES = (
    "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc",
    "flexVolume", "flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs",
    "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos",
    "vsphereVolume",
)  # fmt: skip


def check_volume(spec: Tree, path: str, causes: list[Cause]) -> None:
    modes, capacity = spec.get("accessModes") or [], spec.get("capacity")
    if not modes:
        causes.append(status.required(f"{path}.accessModes"))
    for mode in modes:
        if mode not in _ACCESS_MODES:
            causes.append(status.not_supported(f"{path}.accessModes", mode, _ACCESS_MODES))
    if not capacity:
        causes.append(status.required(f"{path}.capacity"))
    if not capacity or list(capacity) != ["storage"]:
        causes.append(status.not_supported(f"{path}.capacity", capacity, ("storage",)))
    chosen = [source for source in _SOURCES if source in spec]
    if not chosen:
        causes.append(status.required(path, "must specify a volume type"))
    for source in chosen[1:]:
        why = "may not specify more than 1 volume type"
        causes.append(status.not_allowed(f"{path}.{source}", why))
    if "hostPath" in spec and not spec["hostPath"].get("path"):
        causes.append(status.required(f"{path}.hostPath.path"))


_SOURCE_WHY = "spec.persistentvolumesource is immutable after creation"


def volume_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    def sources(tree: Tree) -> Tree:
        return {key: tree["spec"][key] for key in _SOURCES if key in tree["spec"]}

    if sources(new) != sources(old):
        causes.append(status.not_allowed("spec.persistentvolumesource", _SOURCE_WHY))
    values.immutable("spec.volumeMode")(new, old, causes)
