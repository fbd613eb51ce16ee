"""Statuses of workloads: counts that cannot be negative, nor more than what they are part of."""

from __future__ import annotations

from collections.abc import Callable

from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.status import Cause, invalid_value
from kube.runtime.trees import Tree

Check = Callable[[Tree, Tree, list[Cause]], None]


def _counting(
    *counts: str, parts: tuple[str, ...] = (), ready: str = "", collides: bool = True
) -> Check:
    """`parts` are at most `replicas`; `ready` names what availableReplicas are at most."""

    def check(new: Tree, old: Tree, causes: list[Cause]) -> None:
        now, before = new["status"], old["status"]
        for member in counts:
            values.non_negative(f"status.{member}", now.get(member), causes)
        total = now.get("replicas", 0)
        for member in parts:
            if now.get(member, 0) > total:
                why = "cannot be greater than status.replicas"
                causes.append(invalid_value(f"status.{member}", now.get(member, 0), why))
        available = now.get("availableReplicas", 0)
        if ready and available > now.get("readyReplicas", 0):
            why = f"cannot be greater than {ready}"
            causes.append(invalid_value("status.availableReplicas", available, why))
        had, collisions = before.get("collisionCount"), now.get("collisionCount")
        if collides and had is not None and (collisions is None or collisions < had):
            why = "cannot be decremented"
            causes.append(invalid_value("status.collisionCount", collisions or 0, why))

    return check


check_deployment = _counting(
    "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
    "unavailableReplicas", "terminatingReplicas", "collisionCount",
    parts=("updatedReplicas", "readyReplicas", "availableReplicas"), ready="readyReplicas",
)  # fmt: skip
check_replica_set = _counting(
    "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas",
    "observedGeneration", "terminatingReplicas",
    parts=("fullyLabeledReplicas", "readyReplicas", "availableReplicas"), ready="readyReplicas",
    collides=False,
)  # fmt: skip
check_replication_controller = _counting(
    "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas",
    "observedGeneration",
    parts=("fullyLabeledReplicas", "readyReplicas", "availableReplicas"), ready="readyReplicas",
    collides=False,
)  # fmt: skip
check_stateful_set = _counting(
    "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas",
    "observedGeneration", "collisionCount",
    parts=("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
    ready="status.readyReplicas",
)  # fmt: skip
check_daemon_set = _counting(
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady",
    "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable",
    "collisionCount",
)  # fmt: skip
