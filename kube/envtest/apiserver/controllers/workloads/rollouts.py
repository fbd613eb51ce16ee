"""What a rollout is decided by: sizes, revisions and conditions of a Deployment. Pure.

As `pkg/controller/deployment/util` of Kubernetes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"
_DESIRED = "deployment.kubernetes.io/desired-replicas"
_MOST = "deployment.kubernetes.io/max-replicas"
_NOT_COPIED = {
    "kubectl.kubernetes.io/last-applied-configuration", REVISION, _HISTORY, _DESIRED, _MOST,
    "deprecated.deployment.rollback.to",
}  # fmt: skip
_LONGEST_HISTORY = 2000
"""Characters of the annotation that lists former revisions."""


def bounds(spec: Tree) -> tuple[int, int]:
    """How many Pods may be there beyond the replicas, and how many may be unavailable."""
    rolling = spec["strategy"].get("rollingUpdate")
    wanted: int = spec.get("replicas", 0)
    if spec["strategy"].get("type") != "RollingUpdate" or rolling is None:
        return 0, 0
    surge = resolve(rolling.get("maxSurge", 0), wanted, up=True)
    unavailable = resolve(rolling.get("maxUnavailable", 0), wanted, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return surge, min(unavailable, wanted)


def resolve(value: int | str, replicas: int, *, up: bool) -> int:
    """An int-or-percent of a number of replicas."""
    if isinstance(value, int):
        return value
    part = int(value.removesuffix("%")) * replicas / 100
    return math.ceil(part) if up else math.floor(part)


def size(replica_set: Stored) -> int:
    return int(replica_set.tree["spec"].get("replicas", 0))


def total(sets: Iterable[Stored]) -> int:
    return sum(map(size, sets))


def plain_template(template: Tree) -> Tree:
    """A template without the label that ReplicaSets add to it."""
    metadata = dict(template.get("metadata") or {})
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != HASH}
    metadata["labels"] = labels
    return {**template, "metadata": metadata}


# Annotations.


def revision_of(replica_set: Stored) -> int:
    text = (replica_set.tree["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdecimal() else 0


def highest_revision(sets: Iterable[Stored]) -> int:
    return max(map(revision_of, sets), default=0)


def by_revision(replica_set: Stored) -> tuple[int, str]:
    """Sorts by revision, and by age where that is the same."""
    return revision_of(replica_set), replica_set.tree["metadata"]["creationTimestamp"]


def revised_annotations(have: Tree, own: Tree, revision: int) -> Tree:
    """The annotations of a new ReplicaSet: its Deployment's `own`, and its revision if it is a
    higher one."""
    new = {**have, **{key: value for key, value in own.items() if key not in _NOT_COPIED}}
    text = have.get(REVISION, "")
    if text and not text.isdecimal():
        return new
    if int(text or 0) < revision:
        new[REVISION] = str(revision)
        if text:
            new[_HISTORY] = _remembered(have.get(_HISTORY, ""), text)
    return new


def _remembered(history: str, revision: str) -> str:
    """The former revisions of a ReplicaSet that is rolled back to."""
    revisions = history.split(",") if history else []
    while revisions and len(",".join([*revisions, revision])) > _LONGEST_HISTORY:
        del revisions[0]
    return ",".join([*revisions, revision])


def sized_annotations(have: Tree, wanted: int, surge: int) -> Tree:
    return {**have, _DESIRED: str(wanted), _MOST: str(wanted + surge)}


def desired_size(replica_set: Stored) -> int | None:
    """The size of the Deployment when the ReplicaSet was last sized."""
    return _number(replica_set, _DESIRED)


def _number(replica_set: Stored, key: str) -> int | None:
    text = (replica_set.tree["metadata"].get("annotations") or {}).get(key, "")
    return int(text) if text.isdecimal() and int(text) < 2**31 else None


def is_saturated(new: Stored, wanted: int) -> bool:
    """Whether the new ReplicaSet has all the Pods that the Deployment wants."""
    available = new.tree["status"].get("availableReplicas", 0)
    return bool(size(new) == desired_size(new) == available == wanted)


def fraction(replica_set: Stored, wanted: int, surge: int, replicas: int) -> int:
    """How many replicas a ReplicaSet gains or loses by its share when a Deployment is scaled, of
    which there are so many `replicas`."""
    have = size(replica_set)
    if not wanted:
        return -have
    most = _number(replica_set, _MOST) or replicas
    if not most:
        return 0
    new = have * (wanted + surge) / most
    return math.floor(new + 0.5) - have


# Conditions.


def condition_of(status: Tree, kind: str) -> Tree | None:
    for each in status.get("conditions") or ():
        if each["type"] == kind:
            return each  # type: ignore[no-any-return]
    return None


def remove_condition(status: Tree, kind: str) -> None:
    kept = [each for each in status.get("conditions") or () if each["type"] != kind]
    if kept:
        status["conditions"] = kept
    else:
        status.pop("conditions", None)


def set_condition(status: Tree, new: Tree) -> None:
    """Put a condition last, unless one with its status and reason is there."""
    have = condition_of(status, new["type"])
    if have is not None and have["status"] == new["status"]:
        if have["reason"] == new["reason"]:
            return
        new = {**new, "lastTransitionTime": have["lastTransitionTime"]}
    remove_condition(status, new["type"])
    status["conditions"] = [*status.get("conditions", []), new]


def progresses(before: Tree, now: Tree) -> bool:
    """Whether there are more new replicas, fewer old ones, or more that are ready or available."""

    def old(status: Tree) -> int:
        return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))

    growing = ("updatedReplicas", "readyReplicas", "availableReplicas")
    grown = any(now.get(member, 0) > before.get(member, 0) for member in growing)
    return grown or old(now) < old(before)
