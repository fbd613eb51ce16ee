"""The two controllers that tests ask for: garbage collection, and the deletion of namespaces.

They do what kube-controller-manager's do, under its names, but within the write that calls for it:
when a request is answered, all that follows from it has happened. Each hears of every change
through the store and keeps the indexes that it decides by, so a write costs in what it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from kube.envtest import writes
from kube.envtest.store import Change, Key, Stored, Tree
from kube.envtest.writes import FOREGROUND, ORPHAN

if TYPE_CHECKING:
    from kube.envtest.server import Server

Place = tuple[tuple[str, str], Key]
"""A collection's (group, plural), and the key of an object in it."""


class Controller(Protocol):
    def observe(self, storage: tuple[str, str], change: Change) -> None:
        """Take note of a change; called by the store, so without writing anything."""

    def settle(self) -> bool:
        """Do what is due; whether anything was."""
        ...


class GarbageCollector:
    """Deletes what has owners of which none is there any more; serves Foreground and Orphan."""

    def __init__(self, server: Server) -> None:
        self._server = server
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
            stored = self._server.store.collection(place[0]).objects.get(place[1])
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
        return self._server.registry.by_kind(group, version, kind) is not None

    def _delete_dependents(self, place: Place, stored: Stored) -> None:
        uid = stored.tree["metadata"]["uid"]
        blocking = False
        for dependent in list(self._dependents.get(uid, {})):
            found = self._server.store.collection(dependent[0]).objects.get(dependent[1])
            if found is None:
                continue
            references = found.tree["metadata"].get("ownerReferences") or []
            others = [r for r in references if r["uid"] != uid and r["uid"] in self._places]
            if others:
                self._change(dependent, found, ownerReferences=others)
            elif "deletionTimestamp" not in found.tree["metadata"]:
                self._delete(dependent, "Foreground")
        for dependent in self._dependents.get(uid, {}):
            found = self._server.store.collection(dependent[0]).objects[dependent[1]]
            references = found.tree["metadata"].get("ownerReferences") or []
            blocking |= any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in references)
        if not blocking:
            self._release(place, stored, FOREGROUND)

    def _orphan(self, place: Place, stored: Stored) -> None:
        uid = stored.tree["metadata"]["uid"]
        for dependent in list(self._dependents.get(uid, {})):
            found = self._server.store.collection(dependent[0]).objects[dependent[1]]
            references = found.tree["metadata"].get("ownerReferences") or []
            rest = [reference for reference in references if reference["uid"] != uid]
            self._change(dependent, found, ownerReferences=rest)
        self._release(place, stored, ORPHAN)

    def _release(self, place: Place, stored: Stored, finalizer: str) -> None:
        finalizers = stored.tree["metadata"]["finalizers"]
        self._change(place, stored, finalizers=[f for f in finalizers if f != finalizer])

    def _change(self, place: Place, stored: Stored, **metadata: object) -> None:
        new = {**stored.tree, "metadata": {**stored.tree["metadata"], **metadata}}
        target = self._server.target_at(place[0], place[1][0])
        writes.update(target, place[1][1], new, self._server.write_options())

    def _delete(self, place: Place, propagation: str) -> None:
        now = writes.timestamp(self._server.now())
        target = self._server.target_at(place[0], place[1][0])
        writes.delete(target, place[1][1], writes.DeleteOptions(now=now, propagation=propagation))


def _owners(stored: Stored) -> list[str]:
    return [r["uid"] for r in stored.tree["metadata"].get("ownerReferences") or []]


class NamespaceController:
    """Empties a namespace that is being deleted, then lets it go."""

    STORAGE = ("", "namespaces")

    def __init__(self, server: Server) -> None:
        self._server = server
        self._terminating: set[str] = set()
        self._due = False

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        namespace, name = change.current.key
        if storage == self.STORAGE:
            going = "deletionTimestamp" in change.current.tree["metadata"]
            if going and change.type != "DELETED" and name not in self._terminating:
                self._terminating.add(name)
                self._due = True
            elif change.type == "DELETED":
                self._terminating.discard(name)
        elif change.type == "DELETED" and namespace in self._terminating:
            self._due = True

    def settle(self) -> bool:
        due, self._due = self._due, False
        if due:
            for name in sorted(self._terminating):
                self._empty(name)
        return due

    def _empty(self, namespace: str) -> None:
        server = self._server
        options = writes.DeleteOptions(now=writes.timestamp(server.now()), propagation="Background")
        left = 0
        for storage, collection in server.store.collections():
            for stored in list(collection.scan(namespace, None, None)):
                if "deletionTimestamp" in stored.tree["metadata"]:
                    left += 1
                    continue
                target = server.target_at(storage, namespace)
                _, gone = writes.delete(target, stored.key[1], options)
                left += not gone
        if left:
            return
        stored = server.store.collection(self.STORAGE).objects["", namespace]
        metadata = dict(stored.tree["metadata"])
        new = {**stored.tree, "metadata": metadata, "spec": {}}
        target = server.target_at(self.STORAGE, "")
        writes.update(target, namespace, new, server.write_options(), subresource="finalize")


CONTROLLERS: dict[str, Callable[[Server], Controller]] = {
    "garbage-collector-controller": GarbageCollector,
    "namespace-controller": NamespaceController,
}


def make_controllers(server: Server, names: Sequence[str]) -> list[Controller]:
    """The controllers of these names; raises ValueError for a name that is none."""
    unknown = [name for name in names if name not in CONTROLLERS]
    if unknown:
        known = ", ".join(CONTROLLERS)
        raise ValueError(f"the embedded server has no {', '.join(unknown)}; it has {known}")
    return [CONTROLLERS[name](server) for name in names]
