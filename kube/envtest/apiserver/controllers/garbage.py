"""The garbage collector: deletes objects whose owners are gone, as kube-controller-manager's does.

It works within the request that causes the work: when a request is answered, its consequences are
complete. It observes every change in the store and keeps indexes of owners, so the cost of a write
depends only on the objects that it concerns.
"""

from __future__ import annotations

from kube.envtest.apiserver.controllers.controller import Controller
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.envtest.apiserver.storage.writes import FOREGROUND, ORPHAN
from kube.runtime.trees import Tree

Place = tuple[tuple[str, str], Key]
"""A collection's (group, plural), and the key of an object in it."""


class GarbageCollector(Controller):
    """Deletes objects whose owners are all gone; implements Foreground and Orphan deletion."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._places: dict[str, Place] = {}
        self._dependents: dict[str, dict[Place, None]] = {}
        self._due: dict[Place, None] = {}

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        place = (storage, change.current.key)
        uid = str(change.current.tree["metadata"].get("uid", ""))
        if change.previous is not None:
            for owner in _owners(change.previous):
                held = self._dependents.get(owner, {})
                held.pop(place, None)
                if not held:
                    self._dependents.pop(owner, None)
        if change.type == "DELETED":
            self._places.pop(uid, None)
            self._due.update(self._dependents.get(uid, {}))
        else:
            self._places[uid] = place
            self._due[place] = None
            for owner in _owners(change.current):
                self._dependents.setdefault(owner, {})[place] = None
        # An owner that waits for its dependents may be able to go now.
        for owner in _owners(change.previous or change.current):
            if owner in self._places:
                self._due[self._places[owner]] = None

    def settle(self) -> bool:
        due, self._due = self._due, {}
        for place in due:
            stored = self._state.store.collection(place[0]).objects.get(place[1])
            if stored is not None:
                self._examine(place, stored)
        return bool(due)

    def _examine(self, place: Place, stored: Stored) -> None:
        metadata = stored.tree["metadata"]
        if "deletionTimestamp" in metadata:
            finalizers = metadata.get("finalizers", [])
            if ORPHAN in finalizers:
                self._orphan(place, stored)
            elif FOREGROUND in finalizers:
                self._delete_dependents(place, stored)
            return
        references = metadata.get("ownerReferences") or []
        if not references or not all(self._is_served(reference) for reference in references):
            return
        present = [r for r in references if r["uid"] in self._places]
        if not present:
            self._delete(place, "Background")
        elif len(present) < len(references):
            self._change(place, stored, ownerReferences=present)

    def _is_served(self, reference: Tree) -> bool:
        group, _, version = str(reference.get("apiVersion", "")).rpartition("/")
        kind = str(reference.get("kind", ""))
        return self._state.registry.by_kind(group, version, kind) is not None

    def _delete_dependents(self, place: Place, stored: Stored) -> None:
        uid = stored.tree["metadata"]["uid"]
        blocking = False
        for dependent in list(self._dependents.get(uid, {})):
            stored_dependent = self._state.store.collection(dependent[0]).objects.get(dependent[1])
            if stored_dependent is None:
                continue
            references = stored_dependent.tree["metadata"].get("ownerReferences") or []
            others = [r for r in references if r["uid"] != uid and r["uid"] in self._places]
            if others:
                self._change(dependent, stored_dependent, ownerReferences=others)
            elif "deletionTimestamp" not in stored_dependent.tree["metadata"]:
                self._delete(dependent, "Foreground")
        for dependent in self._dependents.get(uid, {}):
            stored_dependent = self._state.store.collection(dependent[0]).objects[dependent[1]]
            references = stored_dependent.tree["metadata"].get("ownerReferences") or []
            blocking |= any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in references)
        if not blocking:
            self._release(place, stored, FOREGROUND)

    def _orphan(self, place: Place, stored: Stored) -> None:
        uid = stored.tree["metadata"]["uid"]
        for dependent in list(self._dependents.get(uid, {})):
            stored_dependent = self._state.store.collection(dependent[0]).objects[dependent[1]]
            references = stored_dependent.tree["metadata"].get("ownerReferences") or []
            rest = [reference for reference in references if reference["uid"] != uid]
            self._change(dependent, stored_dependent, ownerReferences=rest)
        self._release(place, stored, ORPHAN)

    def _release(self, place: Place, stored: Stored, finalizer: str) -> None:
        finalizers = stored.tree["metadata"]["finalizers"]
        self._change(place, stored, finalizers=[f for f in finalizers if f != finalizer])

    def _change(self, place: Place, stored: Stored, **metadata: object) -> None:
        new = {**stored.tree, "metadata": {**stored.tree["metadata"], **metadata}}
        target = self._state.target_at(place[0], place[1][0])
        writes.update(target, place[1][1], new, self._state.write_options())

    def _delete(self, place: Place, propagation: str) -> None:
        now = self._state.timestamp()
        target = self._state.target_at(place[0], place[1][0])
        writes.delete(target, place[1][1], writes.DeleteOptions(now=now, propagation=propagation))


def _owners(stored: Stored) -> list[str]:
    return [r["uid"] for r in stored.tree["metadata"].get("ownerReferences") or []]
