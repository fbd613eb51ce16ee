"""The replicaset controller: as many Pods as asked for."""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads.worker import (
    PODS,
    REPLICA_SETS,
    Worker,
    available_at,
    condition,
    is_active,
    is_ready,
    pod_of,
)
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

FAILURE = "ReplicaFailure"


class ReplicaSetController(Worker):
    name = "replicaset-controller"
    watches = REPLICA_SETS
    kind = "ReplicaSet"
    owns = PODS
    adopts = True

    def may_adopt(self, owner: Tree, tree: Tree) -> bool:
        return is_active(tree)

    def reconcile(self, stored: Stored) -> None:
        tree = stored.tree
        pods = [pod for pod in self.owned(tree) if is_active(pod.tree)]
        why = ""
        if "deletionTimestamp" not in tree["metadata"]:
            why = self._scale(stored, pods)
            pods = [pod for pod in self.owned(tree) if is_active(pod.tree)]
        self._report(stored, pods, why)

    def _scale(self, stored: Stored, pods: list[Stored]) -> str:
        """Create or delete Pods; returns why one could not be created."""
        namespace, name = stored.key
        wanted = stored.tree["spec"].get("replicas", 0)
        if len(pods) < wanted and self.may_create(namespace):
            for _ in range(wanted - len(pods)):
                new = pod_of(stored.tree["spec"]["template"], stored.tree, "apps/v1", "ReplicaSet")
                new["metadata"]["generateName"] = f"{name}-"
                if self.create(PODS, namespace, new, owner=stored) is None:
                    return self.refusal
        elif len(pods) > wanted:
            for pod in sorted(pods, key=_keep_longest)[: len(pods) - wanted]:
                self.delete(PODS, pod)
        return ""

    def _report(self, stored: Stored, pods: list[Stored], why: str) -> None:
        tree = stored.tree
        labels = (tree["spec"]["template"].get("metadata") or {}).get("labels") or {}
        seconds = tree["spec"].get("minReadySeconds", 0)
        now = self.state.now()
        available = 0
        for pod in pods:
            at = available_at(pod.tree, seconds)
            if at is not None and at <= now:
                available += 1
            elif at is not None:
                self.again(stored.key, at)
        counts = {
            "replicas": len(pods),
            "fullyLabeledReplicas": sum(_has(pod.tree, labels) for pod in pods),
            "readyReplicas": sum(is_ready(pod.tree) for pod in pods),
            "availableReplicas": available,
            "terminatingReplicas": sum(
                "deletionTimestamp" in pod.tree["metadata"] for pod in self.owned(tree)
            ),
            "observedGeneration": tree["metadata"].get("generation", 0),
        }
        kept = ("replicas", "terminatingReplicas")
        status = {key: count for key, count in counts.items() if count or key in kept}
        conditions = [c for c in tree["status"].get("conditions") or () if c["type"] != FAILURE]
        if why:
            known = condition(tree, FAILURE)
            failure = {
                "type": FAILURE,
                "status": "True",
                "lastTransitionTime": self.state.timestamp(),
                "reason": "FailedCreate",
                "message": why,
            }
            conditions.append(failure if known is None else known)
        if conditions:
            status["conditions"] = conditions
        self.update_status(REPLICA_SETS, stored, status)


def _has(pod: Tree, labels: Tree) -> bool:
    have = pod["metadata"].get("labels") or {}
    return all(have.get(key) == value for key, value in labels.items())


def _keep_longest(pod: Stored) -> tuple[bool, bool, str]:
    """Sorts those first that are deleted first: unscheduled, not ready, young."""
    tree = pod.tree
    young = "".join(chr(255 - ord(c)) for c in tree["metadata"]["creationTimestamp"])
    return (bool(tree["spec"].get("nodeName")), is_ready(tree), young)
