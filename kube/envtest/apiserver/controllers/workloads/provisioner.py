"""A provisioner of volumes. This one is ours, as the kubelet is.

It stands for the provisioners of all StorageClasses, and for the part of the scheduler that chooses
a node for a volume. A volume exists as soon as it is asked for; there is nothing in it. It begins
with one class, `standard`, which is the default.
"""

from __future__ import annotations

from kube.envtest.apiserver.authorization.users import User
from kube.envtest.apiserver.controllers.workloads.volumes import (
    NO_PROVISIONER,
    PROVISIONER,
    SELECTED_NODE,
    claims_of,
)
from kube.envtest.apiserver.controllers.workloads.worker import (
    CLAIMS,
    PODS,
    STORAGE_CLASSES,
    VOLUMES,
    Storage,
    Worker,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

CLASS = "standard"
OWN_NAME = "kube.envtest/provisioner"
_BY = "pv.kubernetes.io/provisioned-by"


class Provisioner(Worker):
    name = "provisioner"
    component = OWN_NAME
    watches = CLAIMS
    kind = "PersistentVolumeClaim"
    manager = "provisioner"

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._has_begun = False
        self._released: dict[str, None] = {}
        self._nodes: dict[Key, str] = {}
        """The nodes of the Pods that use a claim, as long as it is not bound."""

    @property
    def user(self) -> User:
        return User("system:provisioner", "", ("system:authenticated",))

    def observe(self, storage: Storage, change: Change) -> None:
        super().observe(storage, change)
        tree = change.current.tree
        if storage == CLAIMS and change.type == "DELETED":
            self._nodes.pop(change.current.key, None)
        if storage == VOLUMES and change.type != "DELETED":
            if tree["status"].get("phase") == "Released":
                self._released[change.current.key[1]] = None
        elif storage == PODS and change.type != "DELETED" and tree["spec"].get("nodeName"):
            before = change.previous
            if before is None or not before.tree["spec"].get("nodeName"):
                self._place(tree)

    def _place(self, pod: Tree) -> None:
        """Have the claims of a Pod that got a node looked at."""
        claims = self.state.store.collection(CLAIMS).objects
        for key in claims_of(pod):
            if key not in claims or not claims[key].tree["spec"].get("volumeName"):
                self._nodes[key] = pod["spec"]["nodeName"]
                self.due[key] = None

    def settle(self) -> bool:
        if not self._has_begun:
            self._has_begun = True
            if not self.state.store.collection(STORAGE_CLASSES).objects:
                self._create_class()
        released, self._released = self._released, {}
        for name in released:
            volume = self.state.store.collection(VOLUMES).objects.get(("", name))
            if volume is not None and _is_ours(volume.tree):
                self.delete(VOLUMES, volume)
        return super().settle() or bool(released)

    def _create_class(self) -> None:
        annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
        metadata = {"name": CLASS, "annotations": annotations}
        self.create(STORAGE_CLASSES, "", {"metadata": metadata, "provisioner": OWN_NAME})

    def reconcile(self, stored: Stored) -> None:
        claim = stored.tree
        annotations = claim["metadata"].get("annotations") or {}
        name = claim["spec"].get("storageClassName") or ""
        storage_class = self.state.store.collection(STORAGE_CLASSES).objects.get(("", name))
        if claim["spec"].get("volumeName"):
            self._nodes.pop(stored.key, None)
            return
        if storage_class is None:
            return
        mode = storage_class.tree.get("volumeBindingMode")
        node = self._nodes.get(stored.key)
        if mode == "WaitForFirstConsumer" and SELECTED_NODE not in annotations:
            if node is not None:
                annotations = {**annotations, SELECTED_NODE: node}
                metadata = {**claim["metadata"], "annotations": annotations}
                self.update(CLAIMS, stored, {**claim, "metadata": metadata})
            return
        if annotations.get(PROVISIONER) and storage_class.tree["provisioner"] != NO_PROVISIONER:
            self._provision(stored, storage_class.tree)

    def _provision(self, stored: Stored, storage_class: Tree) -> None:
        metadata, spec = stored.tree["metadata"], stored.tree["spec"]
        name = f"pvc-{metadata['uid']}"
        if ("", name) in self.state.store.collection(VOLUMES).objects:
            return
        provisioner = storage_class["provisioner"]
        reference = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            **{key: metadata[key] for key in ("name", "namespace", "resourceVersion", "uid")},
        }
        requests = (spec.get("resources") or {}).get("requests") or {}
        volume: Tree = {
            "accessModes": list(spec.get("accessModes") or ()),
            "capacity": {"storage": requests.get("storage", "0")},
            "claimRef": reference,
            "hostPath": {"path": f"/volumes/{name}", "type": ""},
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "storageClassName": storage_class["metadata"]["name"],
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        }
        tree = {"metadata": {"name": name, "annotations": {_BY: provisioner}}, "spec": volume}
        self.create(VOLUMES, "", tree)
        self.tell(stored, "ProvisioningSucceeded", f"Successfully provisioned volume {name}")


def _is_ours(volume: Tree) -> bool:
    """Whether a released volume goes, and was made here."""
    is_made = _BY in (volume["metadata"].get("annotations") or {})
    return is_made and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
