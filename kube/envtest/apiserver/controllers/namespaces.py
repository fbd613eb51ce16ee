"""The namespace controller: empties a namespace that is being deleted, then finalizes it."""

from __future__ import annotations

from kube.envtest.apiserver.controllers.controller import Controller
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Change


class NamespaceController(Controller):
    """Deletes the objects of a namespace that is being deleted, then finalizes the namespace."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._terminating: set[str] = set()
        self._due = False

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        namespace, name = change.current.key
        if storage == NAMESPACES:
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
        state = self._state
        options = writes.DeleteOptions(now=state.timestamp(), propagation="Background")
        left = 0
        for storage, collection in state.store.collections():
            for stored in list(collection.scan(namespace, None, None)):
                if "deletionTimestamp" in stored.tree["metadata"]:
                    left += 1
                    continue
                target = state.target_at(storage, namespace)
                _, gone = writes.delete(target, stored.key[1], options)
                left += not gone
        if left:
            return
        stored = state.store.collection(NAMESPACES).objects["", namespace]
        metadata = dict(stored.tree["metadata"])
        new = {**stored.tree, "metadata": metadata, "spec": {}}
        target = state.target_at(NAMESPACES, "")
        writes.update(target, namespace, new, state.write_options(), subresource="finalize")
