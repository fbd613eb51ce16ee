"""What a Pod's status says, after kubectl's podutils and Kubernetes' pod/util.go."""

from __future__ import annotations

from datetime import datetime, timedelta

from kube.api.core.v1.types import Pod
from kube.api.meta.v1.conditions import find_condition, is_condition_true
from kube.runtime.time import now as current_time


def is_pod_ready(pod: Pod) -> bool:
    """Whether the condition Ready is true: Services send traffic to it."""
    return is_condition_true(pod.status.conditions, "Ready")


def is_pod_available(pod: Pod, *, min_ready_seconds: int = 0, now: datetime | None = None) -> bool:
    """Whether it has been ready for longer than `min_ready_seconds`, by the time of its condition.

    A Deployment's `minReadySeconds` is meant. `now` is the current time unless given.
    """
    condition = find_condition(pod.status.conditions, "Ready")
    if condition is None or condition.status != "True":
        return False
    if not min_ready_seconds:
        return True
    since = condition.last_transition_time
    return since is not None and since + timedelta(seconds=min_ready_seconds) < (
        now or current_time()
    )


def is_pod_finished(pod: Pod) -> bool:
    """Whether all its containers have ended, and none is started again: Succeeded or Failed."""
    return pod.status.phase in ("Succeeded", "Failed")
