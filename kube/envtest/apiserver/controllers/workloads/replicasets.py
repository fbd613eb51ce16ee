"""The replicaset controller: as many Pods as asked for.

As `pkg/controller/replicaset` of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator

from kube.envtest.apiserver.controllers.workloads import ranking
from kube.envtest.apiserver.controllers.workloads.worker import (
    PODS,
    REPLICA_SETS,
    Worker,
    available_at,
    condition,
    controller_of,
    is_active,
    is_ready,
    pod_of,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

FAILURE = "ReplicaFailure"


class ReplicaSetController(Worker):
    name = "replicaset-controller"
    watches = REPLICA_SETS
    kind = "ReplicaSet"
    owns = PODS
    adopts = True

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._siblings: dict[str, dict[Key, None]] = {}

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        if storage != REPLICA_SETS:
            return
        for version, is_there in ((change.previous, False), (change.current, True)):
            owner = controller_of(version.tree) if version is not None else None
            if owner is None:
                continue
            siblings = self._siblings.setdefault(owner["uid"], {})
            if is_there and change.type != "DELETED":
                siblings[change.current.key] = None
            else:
                siblings.pop(change.current.key, None)
            if not siblings:
                del self._siblings[owner["uid"]]

    def may_adopt(self, owner: Tree, tree: Tree) -> bool:
        return is_active(tree)

    def may_release(self, tree: Tree) -> bool:
        return is_active(tree)

    def reconcile(self, stored: Stored) -> None:
        tree = stored.tree
        pods = [pod for pod in self.owned(tree) if is_active(pod.tree)]
        reason = ""
        if "deletionTimestamp" not in tree["metadata"]:
            reason = self._scale(stored, pods)
            pods = [pod for pod in self.owned(tree) if is_active(pod.tree)]
        self._report(stored, pods, reason)

    def _scale(self, stored: Stored, pods: list[Stored]) -> str:
        """Create or delete Pods; returns the reason where that failed, and else nothing."""
        namespace, name = stored.key
        wanted = stored.tree["spec"].get("replicas", 0)
        if len(pods) < wanted and self.may_create(namespace):
            for _ in range(wanted - len(pods)):
                new = pod_of(stored.tree["spec"]["template"], stored.tree, "apps/v1", "ReplicaSet")
                new["metadata"]["generateName"] = f"{name}-"
                if self.start_pod(stored, new) is None:
                    return "FailedCreate"
        elif len(pods) > wanted:
            stopped = [self.stop_pod(stored, pod) for pod in self._surplus(stored, pods, wanted)]
            if not all(stopped):
                return "FailedDelete"
        return ""

    def _surplus(self, stored: Stored, pods: list[Stored], wanted: int) -> list[Stored]:
        """The Pods to delete, so that as many as wanted are left."""
        if not wanted:
            return pods
        related = self._related(stored)
        ordered = ranking.with_neighbours([p.tree for p in pods], related, self.state.now())
        by_name = {pod.key[1]: pod for pod in pods}
        return [by_name[tree["metadata"]["name"]] for tree in ordered[: len(pods) - wanted]]

    def _related(self, stored: Stored) -> Iterator[Tree]:
        """The Pods of all ReplicaSets with the same owner."""
        owner = controller_of(stored.tree)
        keys = self._siblings[owner["uid"]] if owner is not None else {stored.key: None}
        objects = self.state.store.collection(REPLICA_SETS).objects
        for key in keys:
            yield from (pod.tree for pod in self.owned(objects[key].tree))

    def _report(self, stored: Stored, pods: list[Stored], reason: str) -> None:
        tree = stored.tree
        labels = (tree["spec"]["template"].get("metadata") or {}).get("labels") or {}
        counts = {
            "replicas": len(pods),
            "fullyLabeledReplicas": sum(_has(pod.tree, labels) for pod in pods),
            "readyReplicas": sum(is_ready(pod.tree) for pod in pods),
            "availableReplicas": self._available(stored, pods),
            "terminatingReplicas": sum(_is_ending(pod.tree) for pod in self.owned(tree)),
            "observedGeneration": tree["metadata"].get("generation", 0),
        }
        kept = ("replicas", "terminatingReplicas")
        status = {key: count for key, count in counts.items() if count or key in kept}
        conditions = [c for c in tree["status"].get("conditions") or () if c["type"] != FAILURE]
        if reason:
            failure = {
                "type": FAILURE,
                "status": "True",
                "lastTransitionTime": self.state.timestamp(),
                "reason": reason,
                "message": self.refusal,
            }
            conditions.append(condition(tree, FAILURE) or failure)
        if conditions:
            status["conditions"] = conditions
        self.update_status(REPLICA_SETS, stored, status)

    def _available(self, stored: Stored, pods: list[Stored]) -> int:
        """How many Pods have been ready long enough; asks to look again at the others' time."""
        seconds, now = stored.tree["spec"].get("minReadySeconds", 0), self.state.now()
        times = [at for pod in pods if (at := available_at(pod.tree, seconds)) is not None]
        later = [at for at in times if at > now]
        if later:
            self.again(stored.key, min(later))
        return len(times) - len(later)


def _has(pod: Tree, labels: Tree) -> bool:
    have = pod["metadata"].get("labels") or {}
    return all(have.get(key) == value for key, value in labels.items())


def _is_ending(pod: Tree) -> bool:
    """Whether a Pod is being deleted and has not ended."""
    has_ended = pod["status"].get("phase") in ("Failed", "Succeeded")
    return "deletionTimestamp" in pod["metadata"] and not has_ended
