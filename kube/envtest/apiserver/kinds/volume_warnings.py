"""Warnings about volumes and claims that are allowed but unwise."""

from __future__ import annotations

from collections.abc import Iterator

from kube.envtest.apiserver.kinds.pod_warnings import (
    DEPRECATED_VOLUMES,
    SPELLED,
    claim_warnings,
    node_selector_warnings,
)
from kube.runtime.trees import Tree

_CLASS = "volume.beta.kubernetes.io/storage-class"
_ANNOTATIONS = {
    _CLASS: 'deprecated since v1.8; use "storageClassName" attribute instead',
    "volume.beta.kubernetes.io/mount-options": (
        'deprecated since v1.31; use "mountOptions" attribute instead'
    ),
}
_RECYCLE = (
    "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic "
    "provisioning."
)
_OF_VOLUME = ("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd")


def of_volume(volume: Tree, old: Tree | None) -> list[str]:
    return list(_of_volume(volume["spec"], volume["metadata"].get("annotations") or {}))


def _of_volume(spec: Tree, annotations: Tree) -> Iterator[str]:
    for key, why in _ANNOTATIONS.items():
        if key in annotations:
            yield f"metadata.annotations[{key}]: {why}"
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield f"spec.persistentVolumeReclaimPolicy: {_RECYCLE}"
    terms = ((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    path = "spec.nodeAffinity.required.nodeSelectorTerms"
    for index, term in enumerate(terms):
        yield from node_selector_warnings(term, f"{path}[{index}]")
    for member in _OF_VOLUME:
        if member in spec:
            yield f"spec.{SPELLED.get(member, member)}: {DEPRECATED_VOLUMES[member]}"


def of_claim(claim: Tree, old: Tree | None) -> list[str]:
    warnings = list(claim_warnings(claim["spec"], "spec"))
    if _CLASS in (claim["metadata"].get("annotations") or {}):
        warnings.insert(0, f"metadata.annotations[{_CLASS}]: {_ANNOTATIONS[_CLASS]}")
    return warnings
