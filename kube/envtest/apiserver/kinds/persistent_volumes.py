"""PersistentVolumes."""

from __future__ import annotations

import posixpath

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import claims, formats, values
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.pod_checks import placement, sources
from kube.envtest.apiserver.kinds.pod_checks.sources import Source, needs
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_ONE = "may not specify more than 1 volume type"


def check(volume: Tree, path: str, causes: list[Cause]) -> None:
    spec = volume["spec"]
    modes, capacity = spec.get("accessModes") or [], spec.get("capacity")
    if not modes:
        causes.append(required("spec.accessModes"))
    claims.check_access_modes(modes, "spec.accessModes", causes)
    _check_capacity(capacity, "spec.capacity", causes)
    reclaim = spec.get("persistentVolumeReclaimPolicy")
    if reclaim:
        policies = ("Delete", "Recycle", "Retain")
        values.one_of("spec.persistentVolumeReclaimPolicy", reclaim, policies, causes)
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        _check_affinity(affinity, causes)
    _check_source(volume, causes)
    place = (spec.get("hostPath") or {}).get("path", "")
    if place and posixpath.normpath(place) in ("/", "//") and reclaim == "Recycle":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        causes.append(not_allowed("spec.persistentVolumeReclaimPolicy", why))
    if spec.get("storageClassName"):
        formats.dns_subdomain("spec.storageClassName", spec["storageClassName"], causes)
    if spec.get("volumeMode") is not None:
        values.one_of("spec.volumeMode", spec["volumeMode"], claims.VOLUME_MODES, causes)
    attributes, where = spec.get("volumeAttributesClassName"), "spec.volumeAttributesClassName"
    if attributes is not None:
        if not attributes:
            causes.append(required(where, "an empty string is disallowed"))
        else:
            formats.dns_subdomain(where, attributes, causes)
        if "csi" not in spec:
            why = "has to be specified when using volumeAttributesClassName"
            causes.append(required("spec.csi", why))


def _check_capacity(capacity: Tree | None, path: str, causes: list[Cause]) -> None:
    if not capacity:
        causes.append(required(path))
    if not capacity or list(capacity) != ["storage"]:
        shown = dict(sorted(capacity.items())) if capacity is not None else None
        causes.append(status.not_supported(path, shown, ("storage",)))
    for name, amount in (capacity or {}).items():
        value = quantities.parse(amount)
        whole = int(value.to_integral_value("ROUND_UP"))
        if whole < 0:
            why = "must be a valid resource quantity"
            causes.append(invalid_value(f"{path}[{name}]", whole, why))
        if value <= 0:
            causes.append(invalid_value(f"{path}[{name}]", amount, "must be greater than zero"))


def _check_affinity(affinity: Tree, causes: list[Cause]) -> None:
    needed = affinity.get("required")
    if needed is None:
        why = "must specify required node constraints"
        causes.append(required("spec.nodeAffinity.required", why))
    else:
        placement.check_node_selector(needed, "spec.nodeAffinity.required", causes)


def _check_source(volume: Tree, causes: list[Cause]) -> None:
    spec = volume["spec"]
    chosen = 0
    for member, check_source in _SOURCES.items():
        source = spec.get(member)
        if source is None:
            continue
        where = f"spec.{_NAMED.get(member, member)}"
        if chosen and member != "flexVolume":
            shown = _MISSPELT.get(member, member)
            causes.append(not_allowed(f"spec.{shown}", _ONE))
        else:
            check_source(source, where, causes)
            if member == "local" and (spec.get("nodeAffinity") or {}).get("required") is None:
                why = "Local volume requires node affinity"
                causes.append(required("spec.nodeAffinity", why))
        chosen += 1
    if not chosen:
        causes.append(required("spec", "must specify a volume type"))


def _local(source: Tree, path: str, causes: list[Cause]) -> None:
    if not source.get("path"):
        causes.append(required(f"{path}.path"))
    else:
        formats.no_backsteps(f"{path}.path", source["path"], causes)


def _iscsi(source: Tree, path: str, causes: list[Cause]) -> None:
    sources.iscsi(source, path, causes, inline=False)


def _storage_os(source: Tree, path: str, causes: list[Cause]) -> None:
    sources.storage_os(source, path, causes, namespaced=True)


def _glusterfs(source: Tree, path: str, causes: list[Cause]) -> None:
    needs("endpoints", "path")(source, path, causes)
    namespace = source.get("endpointsNamespace")
    if namespace is None:
        return
    where = f"{path}.endpointsNamespace"
    if not namespace:
        why = "if the endpointnamespace is set, it must be a valid namespace name"
        causes.append(invalid_value(where, namespace, why))
    else:
        formats.dns_label(where, namespace, causes)


def _azure_file(source: Tree, path: str, causes: list[Cause]) -> None:
    needs("secretName", "shareName")(source, path, causes)
    if source.get("secretNamespace") == "":
        causes.append(required(f"{path}.secretNamespace"))


_CSI_SECRETS = (
    "controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef",
    "nodeExpandSecretRef",
)  # fmt: skip


def _csi(source: Tree, path: str, causes: list[Cause]) -> None:
    sources.csi_driver(f"{path}.driver", source.get("driver", ""), causes)
    needs("volumeHandle")(source, path, causes)
    for member in _CSI_SECRETS:
        secret = source.get(member)
        if secret is None:
            continue
        for key, check_name in (("name", formats.dns_subdomain), ("namespace", formats.dns_label)):
            where = f"{path}.{member}.{key}"
            if not secret.get(key):
                causes.append(required(where))
            else:
                check_name(where, secret[key], causes)


_SOURCES: dict[str, Source] = {
    "hostPath": sources.host_path,
    "gcePersistentDisk": sources.partitioned("pdName"),
    "awsElasticBlockStore": sources.partitioned("volumeID"),
    "glusterfs": _glusterfs,
    "flocker": sources.flocker,
    "nfs": sources.nfs,
    "rbd": needs("monitors", "image"),
    "quobyte": sources.quobyte,
    "cephfs": needs("monitors"),
    "iscsi": _iscsi,
    "cinder": sources.with_secret("volumeID", namespaced=True),
    "fc": sources.fibre_channel,
    "flexVolume": sources.flex,
    "azureFile": _azure_file,
    "vsphereVolume": needs("volumePath"),
    "photonPersistentDisk": needs("pdID"),
    "portworxVolume": needs("volumeID"),
    "azureDisk": sources.azure_disk,
    "scaleIO": needs("gateway", "system", "volumeName"),
    "local": _local,
    "storageos": _storage_os,
    "csi": _csi,
}
"""In the order in which they are looked at."""
_NAMED = {"gcePersistentDisk": "persistentDisk"}
_MISSPELT = {"cephfs": "cephFS"}


_WHY = "spec.persistentvolumesource is immutable after creation"


def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if _sources(new, old) != _sources(old, old):
        causes.append(not_allowed("spec.persistentvolumesource", _WHY))
    now, before = new["spec"], old["spec"]
    if now.get("volumeMode") != before.get("volumeMode"):
        causes.append(invalid_value("volumeMode", now.get("volumeMode"), values.IMMUTABLE))
    if "nodeAffinity" in before and now.get("nodeAffinity") != before["nodeAffinity"]:
        shown = now.get("nodeAffinity")
        why = f"{values.IMMUTABLE}, except for updating from beta label to GA"
        given = go_value("core.VolumeNodeAffinity", shown) if shown is not None else None
        causes.append(invalid_value("nodeAffinity", given, why))
    if "volumeAttributesClassName" in before and "volumeAttributesClassName" not in now:
        why = "update from non-nil value to nil is forbidden"
        causes.append(not_allowed("spec.volumeAttributesClassName", why))


def _sources(tree: Tree, old: Tree) -> Tree:
    found = {key: tree["spec"][key] for key in _SOURCES if key in tree["spec"]}
    expand = "controllerExpandSecretRef"
    if "csi" in found and expand not in (old["spec"].get("csi") or {expand: None}):
        found["csi"] = {key: value for key, value in found["csi"].items() if key != expand}
    return found
