"""The pod garbage collector: Pods whose node is gone, and Pods that nobody can end.

As `pkg/controller/podgc` of Kubernetes, with its delays.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kube.envtest.apiserver.controllers.workloads.worker import (
    NODES,
    PODS,
    Worker,
    condition,
    with_condition,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

_EVERY = timedelta(seconds=20)
_QUARANTINE = timedelta(seconds=40)
"""How long a node has to be missing."""
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


class PodGarbageCollector(Worker):
    """Of ended Pods it deletes none: a real one begins with the 12,501st."""

    name = "pod-garbage-collector-controller"
    watches = PODS
    kind = "Pod"

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._on_node: dict[str, dict[Key, None]] = {}
        self._missing: dict[str, datetime] = {}

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        key, tree = change.current.key, change.current.tree
        if storage == NODES:
            self._observe_node(key[1], change)
        elif storage == PODS:
            node = str(tree["spec"].get("nodeName") or "")
            if change.type == "DELETED":
                here = self._on_node.get(node, {})
                here.pop(key, None)
                if not here:
                    self._on_node.pop(node, None)
                return
            if node:
                self._on_node.setdefault(node, {})[key] = None
                if ("", node) not in self.state.store.collection(NODES).objects:
                    self._miss(node)
                    self.again(key, self._missing[node] + _QUARANTINE)
            if "deletionTimestamp" in tree["metadata"]:
                self.again(key, self.state.now() + _EVERY)

    def _observe_node(self, node: str, change: Change) -> None:
        if change.type != "DELETED":
            self._missing.pop(node, None)
            return
        self._miss(node)
        for key in self._on_node.get(node, ()):
            self.again(key, self._missing[node] + _QUARANTINE)

    def _miss(self, node: str) -> None:
        self._missing.setdefault(node, self.state.now())

    def reconcile(self, stored: Stored) -> None:
        pod = stored.tree
        name = str(pod["spec"].get("nodeName") or "")
        node = self.state.store.collection(NODES).objects.get(("", name))
        is_ending = "deletionTimestamp" in pod["metadata"]
        if name and node is None:
            since = self._missing.get(name)
            if since is not None and since + _QUARANTINE <= self.state.now():
                self._end(stored, "PodGC: node no longer exists")
        elif is_ending and not name:
            self._end(stored)
        elif is_ending and node is not None:
            taints = node.tree["spec"].get("taints") or ()
            if _is_down(node.tree) and any(t["key"] == _OUT_OF_SERVICE for t in taints):
                self._end(stored)

    def _end(self, stored: Stored, why: str = "") -> None:
        """Mark a Pod as failed, and delete it without grace."""
        status: Tree = stored.tree["status"]
        if status.get("phase") not in ("Succeeded", "Failed"):
            status = {**status, "phase": "Failed"}
            if why:
                disrupted = {
                    "type": "DisruptionTarget",
                    "status": "True",
                    "reason": "DeletionByPodGC",
                    "message": why,
                    "lastProbeTime": None,
                    "lastTransitionTime": self.state.timestamp(),
                }
                status["conditions"] = with_condition(status.get("conditions") or (), disrupted)
            self.update_status(PODS, stored, status)
        current = self.state.store.collection(PODS).objects.get(stored.key)
        if current is not None:
            self.delete(PODS, current, grace=0)


def _is_down(node: Tree) -> bool:
    ready = condition(node, "Ready")
    return ready is None or ready["status"] != "True"
