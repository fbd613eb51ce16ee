"""Which of the Pods of a controller go first when there are too many. Pure.

As `ActivePods` and `ActivePodsWithRanks` in `pkg/controller` of Kubernetes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from kube.envtest.apiserver.controllers.workloads.worker import condition, is_active
from kube.runtime.trees import Tree

_COST = "controller.kubernetes.io/pod-deletion-cost"
_NEVER = datetime.max.replace(tzinfo=UTC)
"""What is ready since a time that nobody wrote counts as the youngest."""
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def in_order(pods: Iterable[Tree]) -> list[Tree]:
    """Pods by how little they have come to: those that go first stand first."""
    return sorted(pods, key=lambda pod: (*_progress(pod), _ages(pod, None)))


def with_neighbours(pods: list[Tree], related: Iterable[Tree], now: datetime) -> list[Tree]:
    """The same, also by cost, and by how many `related` Pods share the node; ages that are alike
    count as equal."""
    on_node: dict[str, int] = {}
    for pod in related:
        if is_active(pod):
            name = pod["spec"].get("nodeName", "")
            on_node[name] = on_node.get(name, 0) + 1

    def key(pod: Tree) -> tuple[object, ...]:
        rank = on_node.get(pod["spec"].get("nodeName", ""), 0)
        return (*_progress(pod), _cost(pod), -rank, _ages(pod, now), pod["metadata"]["uid"])

    return sorted(pods, key=key)


def _progress(pod: Tree) -> tuple[bool, int, bool]:
    """Whether a Pod has a node, its phase, and whether it is ready."""
    phase = _PHASES.get(pod["status"].get("phase", ""), 0)
    return bool(pod["spec"].get("nodeName")), phase, _ready_since(pod) is not None


def _cost(pod: Tree) -> int:
    text = (pod["metadata"].get("annotations") or {}).get(_COST, "0")
    try:
        return int(text)
    except ValueError:
        return 0


def _age(at: datetime | None, now: datetime | None) -> float:
    """Smaller for what is younger; with `now`, ages of one power of two are the same."""
    if at is None:
        return -math.inf
    if now is None:
        return -at.timestamp()
    nanoseconds = (now - at).total_seconds() * 1e9
    return math.floor(math.log2(nanoseconds)) if nanoseconds > 0 else -1


def _ages(pod: Tree, now: datetime | None) -> tuple[float, int, int, float]:
    """How long a Pod has been ready, how often its containers restarted, and its age."""
    regular = _restarts(pod["status"].get("containerStatuses") or ())
    sidecars = {
        each["name"]
        for each in pod["spec"].get("initContainers") or ()
        if each.get("restartPolicy") == "Always"
    }
    inits = pod["status"].get("initContainerStatuses") or ()
    beside = _restarts(each for each in inits if each["name"] in sidecars)
    created = datetime.fromisoformat(pod["metadata"]["creationTimestamp"])
    return _age(_ready_since(pod), now), -regular, -beside, _age(created, now)


def _restarts(statuses: Iterable[Tree]) -> int:
    return max((each.get("restartCount", 0) for each in statuses), default=0)


def _ready_since(pod: Tree) -> datetime | None:
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    at = ready.get("lastTransitionTime")
    return datetime.fromisoformat(at) if at else _NEVER
