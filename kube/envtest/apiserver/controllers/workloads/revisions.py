"""ControllerRevisions: which template the Pods of a StatefulSet or DaemonSet were made of."""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads.hashes import template_hash
from kube.envtest.apiserver.controllers.workloads.worker import (
    REVISIONS,
    Storage,
    Worker,
    controller_of,
    owned_by,
)
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

HASH = "controller-revision-hash"
"""The label of a Pod that names its revision; a DaemonSet's revisions have it too."""
HISTORY_HASH = "controller.kubernetes.io/hash"
"""The label of a StatefulSet's revisions."""


class History:
    """The revisions of the objects that one controller looks after."""

    def __init__(self, worker: Worker, label: str) -> None:
        self._worker = worker
        self._label = label
        self._owned: dict[str, dict[Key, None]] = {}
        self._orphans: dict[str, dict[Key, None]] = {}

    def observe(self, storage: Storage, change: Change) -> None:
        if storage != REVISIONS:
            return
        key = change.current.key
        if change.previous is not None:
            self._group(key, change.previous.tree).pop(key, None)
        if change.type != "DELETED":
            self._group(key, change.current.tree)[key] = None

    def _group(self, key: Key, tree: Tree) -> dict[Key, None]:
        owner = controller_of(tree)
        if owner is None:
            return self._orphans.setdefault(key[0], {})
        return self._owned.setdefault(owner["uid"], {})

    def of(self, owner: Stored) -> list[Stored]:
        """The revisions of an object, the oldest first."""
        objects = self._worker.state.store.collection(REVISIONS).objects
        keys = self._owned.get(owner.tree["metadata"]["uid"], ())
        return sorted((objects[key] for key in keys), key=_age)

    def adopt(self, owner: Stored) -> None:
        """Take the revisions that an object's selector matches and nobody controls."""
        orphans = self._orphans.get(owner.key[0])
        if not orphans or "deletionTimestamp" in owner.tree["metadata"]:
            return
        worker = self._worker
        objects = worker.state.store.collection(REVISIONS).objects
        selector = selector_of(owner.tree["spec"]["selector"])
        for key in list(orphans):
            metadata = objects[key].tree["metadata"]
            is_going = "deletionTimestamp" in metadata
            if not is_going and selector.matches(metadata.get("labels")):
                own = owned_by(owner.tree, "apps/v1", worker.kind)
                references = [*(metadata.get("ownerReferences") or ()), own]
                tree = {
                    **objects[key].tree,
                    "metadata": {**metadata, "ownerReferences": references},
                }
                worker.update(REVISIONS, objects[key], tree)

    def current(self, owner: Stored) -> Stored | None:
        """The revision of the present template, made where there is none; None where none can be
        made."""
        known = self.of(owner)
        number = 1 + max((each.tree.get("revision", 0) for each in known), default=0)
        data = patch_of(owner.tree["spec"]["template"])
        for each in reversed(known):
            if each.tree.get("data") == data:
                if each is known[-1]:
                    return each
                return self._worker.update(REVISIONS, each, {**each.tree, "revision": number})
        return self._create(owner, data, number)

    def _create(self, owner: Stored, data: Tree, number: int) -> Stored | None:
        namespace, name = owner.key
        if not self._worker.may_create(namespace):
            return None
        template = owner.tree["spec"]["template"]
        text = template_hash(template, owner.tree["status"].get("collisionCount", 0))
        metadata: Tree = {
            "name": f"{name[:223]}-{text}",
            "labels": {**((template.get("metadata") or {}).get("labels") or {}), self._label: text},
            "ownerReferences": [owned_by(owner.tree, "apps/v1", self._worker.kind)],
        }
        if owner.tree["metadata"].get("annotations"):
            metadata["annotations"] = dict(owner.tree["metadata"]["annotations"])
        tree: Tree = {"metadata": metadata, "data": data, "revision": number}
        try:
            return self._worker.create(REVISIONS, namespace, tree)
        except StatusError as error:
            if error.reason == "AlreadyExists":
                self._collide(owner)
            self._worker.refuse(error)
            return None

    def _collide(self, owner: Stored) -> None:
        """Have the next attempt choose another name."""
        count = owner.tree["status"].get("collisionCount", 0) + 1
        status = {**owner.tree["status"], "collisionCount": count}
        self._worker.update_status(self._worker.watches, owner, status)

    def forget(self, owner: Stored, used: set[str], most: int) -> None:
        """Delete the oldest of the revisions whose names are not used, until so many are left."""
        unused = [each for each in self.of(owner) if each.key[1] not in used]
        for each in unused[: max(0, len(unused) - most)]:
            self._worker.delete(REVISIONS, each)


def patch_of(template: Tree) -> Tree:
    """What a revision keeps of a template."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def template_of(revision: Stored) -> Tree:
    template: Tree = dict(revision.tree["data"]["spec"]["template"])
    template.pop("$patch", None)
    return template


def _age(revision: Stored) -> tuple[int, str, str]:
    metadata = revision.tree["metadata"]
    return revision.tree.get("revision", 0), metadata["creationTimestamp"], metadata["name"]
