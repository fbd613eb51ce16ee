"""The controllers of volumes: claims are bound, and nothing that is in use is removed.

As `pkg/controller/volume` of Kubernetes, without its plugins: a volume is made by a provisioner
outside of it (`provisioner.py` is one).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kube.envtest.apiserver.controllers.workloads.worker import (
    CLAIMS,
    PODS,
    STORAGE_CLASSES,
    VOLUMES,
    Storage,
    Worker,
)
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.quantity_value import parse_quantity
from kube.runtime.trees import Tree

COMPLETED = "pv.kubernetes.io/bind-completed"
BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONER = "volume.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
_OLD_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
_VOLUME_FINALIZER = "kubernetes.io/pv-protection"
_EXTERNAL = (
    "Waiting for a volume to be created either by the external provisioner '{name}' or manually by "
    "the system administrator. If volume creation is delayed, please verify that the provisioner "
    "is running and correctly registered."
)


class PersistentVolumeBinder(Worker):
    """Binds claims to volumes, and asks for a volume where a StorageClass can have one made."""

    name = "persistentvolume-binder-controller"
    component = "persistentvolume-controller"
    watches = CLAIMS
    kind = "PersistentVolumeClaim"

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._unbound: dict[Key, None] = {}
        self._volumes: dict[str, None] = {}

    def observe(self, storage: Storage, change: Change) -> None:
        super().observe(storage, change)
        key, tree = change.current.key, change.current.tree
        if storage == CLAIMS:
            is_gone = change.type == "DELETED"
            if is_gone or _is_completed(tree):
                self._unbound.pop(key, None)
            else:
                self._unbound[key] = None
            name = tree["spec"].get("volumeName")
            if name:
                self._volumes[name] = None
        elif storage == VOLUMES:
            self._volumes[key[1]] = None
            claim = tree["spec"].get("claimRef")
            if claim:
                self.due[claim.get("namespace", ""), claim["name"]] = None
            self.due.update(self._unbound)
        elif storage == STORAGE_CLASSES:
            self.due.update(self._unbound)

    def settle(self) -> bool:
        names, self._volumes = self._volumes, {}
        for name in names:
            volume = self.state.store.collection(VOLUMES).objects.get(("", name))
            if volume is not None:
                self._sync_volume(volume)
        return super().settle() or bool(names)

    def reconcile(self, stored: Stored) -> None:
        if _is_completed(stored.tree):
            self._sync_bound(stored)
        else:
            self._sync_unbound(stored)

    def _volume(self, name: str) -> Stored | None:
        return self.state.store.collection(VOLUMES).objects.get(("", name))

    def _class(self, claim: Tree) -> Tree | None:
        name = claim["spec"].get("storageClassName")
        stored = self.state.store.collection(STORAGE_CLASSES).objects.get(("", name or ""))
        return stored.tree if stored is not None else None

    # Claims.

    def _sync_unbound(self, stored: Stored) -> None:
        claim = stored.tree
        wanted = claim["spec"].get("volumeName")
        if wanted:
            self._sync_wanted(stored, self._volume(wanted))
            return
        storage_class = self._class(claim)
        waits = storage_class is not None and _waits(storage_class)
        is_placed = SELECTED_NODE in (claim["metadata"].get("annotations") or {})
        volume = self._match(claim, only_reserved=waits and not is_placed)
        if volume is not None:
            self._bind(volume, stored)
            return
        if self._set_default_class(stored):
            return
        if waits and not is_placed:
            why = "waiting for first consumer to be created before binding"
            self.tell(stored, "WaitForFirstConsumer", why)
        elif claim["spec"].get("storageClassName"):
            self._ask_provisioner(stored, storage_class)
            return
        else:
            why = "no persistent volumes available for this claim and no storage class is set"
            self.tell(stored, "FailedBinding", why)
        self._set_phase(CLAIMS, stored, "Pending")

    def _sync_wanted(self, stored: Stored, volume: Stored | None) -> None:
        """A claim that names its volume."""
        if volume is None:
            self._set_phase(CLAIMS, stored, "Pending")
        elif volume.tree["spec"].get("claimRef") is None:
            if _is_enough(volume.tree, stored.tree):
                self._bind(volume, stored)
                return
            why = f'Cannot bind to requested volume "{volume.key[1]}": requested PV is too small'
            self.warn(stored, "VolumeMismatch", why)
            self._set_phase(CLAIMS, stored, "Pending")
        elif _is_for(volume.tree, stored.tree):
            self._bind(volume, stored)
        else:
            why = f'volume "{volume.key[1]}" already bound to a different claim.'
            self.warn(stored, "FailedBinding", why)
            self._set_phase(CLAIMS, stored, "Pending")

    def _sync_bound(self, stored: Stored) -> None:
        volume = self._volume(stored.tree["spec"].get("volumeName", ""))
        reference = (volume.tree["spec"].get("claimRef") if volume is not None else None) or {}
        if volume is not None and reference.get("uid") in (None, stored.tree["metadata"]["uid"]):
            self._bind(volume, stored)
        elif stored.tree["status"].get("phase") != "Lost":
            reason, why = "ClaimLost", "Bound claim has lost its PersistentVolume."
            if volume is not None:
                reason, why = "ClaimMisbound", "Two claims are bound to the same volume, this one "
                why += "is bound incorrectly"
            else:
                why += " Data on the volume is lost!"
            self._set_phase(CLAIMS, stored, "Lost")
            self.warn(stored, reason, why)

    def _match(self, claim: Tree, *, only_reserved: bool) -> Stored | None:
        """The volume that is reserved for a claim, else the smallest that is large enough."""
        found = self.state.store.collection(VOLUMES).objects.values()
        alive = [each for each in found if "deletionTimestamp" not in each.tree["metadata"]]
        fitting = [each for each in alive if _fits(each.tree, claim)]
        reserved = [each for each in fitting if _is_for(each.tree, claim)]
        if reserved or only_reserved:
            return next(iter(reserved), None)
        free = [each for each in fitting if _is_free(each.tree, claim)]
        return min(free, key=lambda each: _size(each.tree), default=None)

    def _set_default_class(self, stored: Stored) -> bool:
        """Give a claim without a class the default one; whether there was one to give."""
        if stored.tree["spec"].get("storageClassName") is not None:
            return False
        classes = self.state.store.collection(STORAGE_CLASSES).objects.values()
        defaults = [
            each.tree["metadata"]
            for each in classes
            if (each.tree["metadata"].get("annotations") or {}).get(_DEFAULT) == "true"
        ]
        if not defaults:
            return False
        newest = max(each["creationTimestamp"] for each in defaults)
        names = [each["name"] for each in defaults if each["creationTimestamp"] == newest]
        spec = {**stored.tree["spec"], "storageClassName": min(names)}
        self.update(CLAIMS, stored, {**stored.tree, "spec": spec})
        return True

    def _ask_provisioner(self, stored: Stored, storage_class: Tree | None) -> None:
        name = stored.tree["spec"]["storageClassName"]
        if storage_class is None:
            why = f'storageclass.storage.k8s.io "{name}" not found'
            self.warn(stored, "ProvisioningFailed", why)
            return
        provisioner = storage_class["provisioner"]
        if provisioner == NO_PROVISIONER:
            return
        annotations = stored.tree["metadata"].get("annotations") or {}
        asked = {PROVISIONER: provisioner, _OLD_PROVISIONER: provisioner}
        stored = self._annotate(CLAIMS, stored, {**annotations, **asked})
        self.tell(stored, "ExternalProvisioning", _EXTERNAL.format(name=provisioner))

    # Binding.

    def _bind(self, volume: Stored, claim: Stored) -> None:
        volume = self._bind_volume(volume, claim)
        self._set_phase(VOLUMES, volume, "Bound")
        annotations = dict(claim.tree["metadata"].get("annotations") or {})
        spec = claim.tree["spec"]
        if spec.get("volumeName") != volume.key[1]:
            spec = {**spec, "volumeName": volume.key[1]}
            annotations[BY_CONTROLLER] = "yes"
        annotations[COMPLETED] = "yes"
        metadata = {**claim.tree["metadata"], "annotations": annotations}
        claim = self.update(CLAIMS, claim, {**claim.tree, "metadata": metadata, "spec": spec})
        status = {**claim.tree["status"], "phase": "Bound"}
        status["accessModes"] = volume.tree["spec"].get("accessModes") or []
        status.setdefault("capacity", volume.tree["spec"].get("capacity") or {})
        self.update_status(CLAIMS, claim, status)

    def _bind_volume(self, volume: Stored, claim: Stored) -> Stored:
        have = volume.tree["spec"].get("claimRef")
        metadata = claim.tree["metadata"]
        if have is not None and have.get("uid") == metadata["uid"]:
            return volume
        reference = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            **{key: metadata[key] for key in ("name", "namespace", "resourceVersion", "uid")},
        }
        tree = {**volume.tree, "spec": {**volume.tree["spec"], "claimRef": reference}}
        if have is None:
            annotations = volume.tree["metadata"].get("annotations") or {}
            annotations = {**annotations, BY_CONTROLLER: "yes"}
            tree["metadata"] = {**volume.tree["metadata"], "annotations": annotations}
        return self.update(VOLUMES, volume, tree)

    def _annotate(self, storage: Storage, stored: Stored, annotations: Tree) -> Stored:
        metadata = {**stored.tree["metadata"], "annotations": annotations}
        return self.update(storage, stored, {**stored.tree, "metadata": metadata})

    def _set_phase(self, storage: Storage, stored: Stored, phase: str) -> None:
        self.update_status(storage, stored, {**stored.tree["status"], "phase": phase})

    # Volumes.

    def _sync_volume(self, volume: Stored) -> None:
        reference = volume.tree["spec"].get("claimRef")
        if reference is None or not reference.get("uid"):
            self._set_phase(VOLUMES, volume, "Available")
            return
        key = (reference.get("namespace", ""), reference["name"])
        claim = self.state.store.collection(CLAIMS).objects.get(key)
        if claim is None or claim.tree["metadata"]["uid"] != reference["uid"]:
            if volume.tree["status"].get("phase") not in ("Released", "Failed"):
                self._set_phase(VOLUMES, volume, "Released")
        elif not _is_completed(claim.tree):
            self.due[key] = None
        elif claim.tree["spec"].get("volumeName") == volume.key[1]:
            self._set_phase(VOLUMES, volume, "Bound")


def _is_completed(claim: Tree) -> bool:
    return COMPLETED in (claim["metadata"].get("annotations") or {})


def _waits(storage_class: Tree) -> bool:
    """Whether claims of a class are bound when a Pod uses them, and not before."""
    return bool(storage_class.get("volumeBindingMode") == "WaitForFirstConsumer")


def _is_for(volume: Tree, claim: Tree) -> bool:
    """Whether a volume is reserved for, or bound to, a claim."""
    reference, metadata = volume["spec"].get("claimRef"), claim["metadata"]
    if reference is None:
        return False
    is_named = (reference.get("namespace"), reference["name"]) == (
        metadata["namespace"],
        metadata["name"],
    )
    return is_named and reference.get("uid") in (None, "", metadata["uid"])


def _size(volume: Tree) -> Decimal:
    return parse_quantity((volume["spec"].get("capacity") or {}).get("storage", "0"))


def _is_enough(volume: Tree, claim: Tree) -> bool:
    requests = (claim["spec"].get("resources") or {}).get("requests") or {}
    have = (volume["spec"].get("capacity") or {}).get("storage", "0")
    return parse_quantity(have) >= parse_quantity(requests.get("storage", "0"))


def _fits(volume: Tree, claim: Tree) -> bool:
    """Whether a volume is what a claim asks for, and not another claim's."""
    have, wanted = volume["spec"], claim["spec"]
    modes = set(wanted.get("accessModes") or ()) <= set(have.get("accessModes") or ())
    same_mode = have.get("volumeMode", "Filesystem") == wanted.get("volumeMode", "Filesystem")
    attributes = "volumeAttributesClassName"
    same_class = (have.get(attributes) or "") == (wanted.get(attributes) or "")
    is_other = have.get("claimRef") is not None and not _is_for(volume, claim)
    return modes and same_mode and same_class and not is_other and _is_enough(volume, claim)


def _is_free(volume: Tree, claim: Tree) -> bool:
    """Whether a volume that fits may be taken: it has the class and labels asked for."""
    wanted = claim["spec"]
    if volume["status"].get("phase") != "Available":
        return False
    if (volume["spec"].get("storageClassName") or "") != (wanted.get("storageClassName") or ""):
        return False
    selector = wanted.get("selector")
    return selector is None or selector_of(selector).matches(volume["metadata"].get("labels"))


class ClaimProtection(Worker):
    """Removes a claim that is being deleted when no Pod on a node uses it."""

    name = "persistentvolumeclaim-protection-controller"
    watches = CLAIMS
    kind = "PersistentVolumeClaim"

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._users: dict[Key, dict[Key, None]] = {}

    def observe(self, storage: Storage, change: Change) -> None:
        super().observe(storage, change)
        if storage != PODS:
            return
        key, tree = change.current.key, change.current.tree
        for claim in claims_of(tree):
            users = self._users.setdefault(claim, {})
            if change.type == "DELETED":
                users.pop(key, None)
                self.due[claim] = None
            elif tree["spec"].get("nodeName"):
                users[key] = None
            if not users:
                del self._users[claim]

    def reconcile(self, stored: Stored) -> None:
        if stored.key not in self._users:
            _release(self, CLAIMS, stored, _CLAIM_FINALIZER)


class VolumeProtection(Worker):
    """Removes a volume that is being deleted when it is not bound."""

    name = "persistentvolume-protection-controller"
    watches = VOLUMES
    kind = "PersistentVolume"

    def reconcile(self, stored: Stored) -> None:
        if stored.tree["status"].get("phase") != "Bound":
            _release(self, VOLUMES, stored, _VOLUME_FINALIZER)


def _release(worker: Worker, storage: Storage, stored: Stored, finalizer: str) -> None:
    """Take the finalizer from an object that is being deleted."""
    metadata = stored.tree["metadata"]
    finalizers = metadata.get("finalizers") or []
    if "deletionTimestamp" in metadata and finalizer in finalizers:
        rest = [each for each in finalizers if each != finalizer]
        worker.update(
            storage, stored, {**stored.tree, "metadata": {**metadata, "finalizers": rest}}
        )


def claims_of(pod: Tree) -> Iterator[Key]:
    """The claims that a Pod mounts."""
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        claim = volume.get("persistentVolumeClaim")
        if claim is not None:
            yield (namespace, claim["claimName"])
