"""The deployment controller: one ReplicaSet for each template, and rolling updates between them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from kube.envtest.apiserver.controllers.workloads.hashes import template_hash
from kube.envtest.apiserver.controllers.workloads.replicasets import FAILURE
from kube.envtest.apiserver.controllers.workloads.worker import (
    DEPLOYMENTS,
    REPLICA_SETS,
    Worker,
    condition,
    copied,
    owned_by,
    with_condition,
)
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

_HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
_DESIRED = "deployment.kubernetes.io/desired-replicas"
_MOST = "deployment.kubernetes.io/max-replicas"
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NOT_COPIED = (_LAST_APPLIED, REVISION, _DESIRED, _MOST, "deprecated.deployment.rollback.to")


class DeploymentController(Worker):
    name = "deployment-controller"
    watches = DEPLOYMENTS
    kind = "Deployment"
    owns = REPLICA_SETS
    adopts = True

    def reconcile(self, stored: Stored) -> None:
        if "deletionTimestamp" not in stored.tree["metadata"]:
            _Rollout(self, stored).run()


class _Rollout:
    """One reconciliation of one Deployment."""

    def __init__(self, worker: DeploymentController, stored: Stored) -> None:
        self._worker = worker
        self._stored = stored
        self._spec: Tree = stored.tree["spec"]
        self._wanted: int = self._spec.get("replicas", 0)
        self._surge, self._unavailable = self._bounds()

    def run(self) -> None:
        if self._spec.get("paused") or self._is_scaled():
            self._scale_all()
        else:
            if self._new() is None:
                self._create_new()
            else:
                self._revise()
            if self._new() is not None:
                if self._spec["strategy"].get("type") == "Recreate":
                    self._recreate()
                else:
                    self._roll()
                self._clean_up()
        self._report()

    def _bounds(self) -> tuple[int, int]:
        rolling = self._spec["strategy"].get("rollingUpdate")
        if rolling is None:
            return 0, 0
        surge = resolve(rolling.get("maxSurge", 0), self._wanted, up=True)
        unavailable = resolve(rolling.get("maxUnavailable", 0), self._wanted, up=False)
        return surge, unavailable if surge or unavailable else 1

    # The ReplicaSets.

    def _sets(self) -> list[Stored]:
        return self._worker.owned(self._stored.tree)

    def _new(self) -> Stored | None:
        """The ReplicaSet of the present template: the oldest, where there are several."""
        template = _plain(self._spec["template"])
        same = [rs for rs in self._sets() if _plain(rs.tree["spec"]["template"]) == template]
        return same[0] if same else None

    def _old(self) -> list[Stored]:
        new = self._new()
        return [rs for rs in self._sets() if new is None or rs.key != new.key]

    def _create_new(self) -> None:
        namespace, name = self._stored.key
        if not self._worker.may_create(namespace):
            return
        collisions = self._stored.tree["status"].get("collisionCount", 0)
        text = template_hash(_plain(self._spec["template"]), collisions)
        template = copied(self._spec["template"])
        labels = (template.get("metadata") or {}).get("labels") or {}
        template["metadata"] = {**template.get("metadata", {}), "labels": {**labels, _HASH: text}}
        selector = copied(self._spec["selector"])
        selector["matchLabels"] = {**(selector.get("matchLabels") or {}), _HASH: text}
        revision = str(1 + max((_revision(rs.tree) for rs in self._old()), default=0))
        replicas = self._first_size()
        tree = {
            "metadata": {
                "name": f"{name}-{text}",
                "labels": dict(template["metadata"]["labels"]),
                "annotations": {**self._annotations(), REVISION: revision},
                "ownerReferences": [owned_by(self._stored.tree, "apps/v1", "Deployment")],
            },
            "spec": {
                "replicas": replicas,
                "minReadySeconds": self._spec.get("minReadySeconds", 0),
                "selector": selector,
                "template": template,
            },
        }
        failed = f'Failed to create new replica set "{name}-{text}": {{error}}'
        created = self._worker.create(REPLICA_SETS, namespace, tree, self._stored, failed)
        if created is None:
            why = failed.format(error=self._worker.refusal)
            self._progress("False", "ReplicaSetCreateError", why)
        else:
            self._set_revision(revision)
            why = f'Created new replica set "{created.key[1]}"'
            self._progress("True", "NewReplicaSetCreated", why)

    def _annotations(self) -> Tree:
        own = self._stored.tree["metadata"].get("annotations") or {}
        kept = {key: value for key, value in own.items() if key not in _NOT_COPIED}
        return {**kept, _DESIRED: str(self._wanted), _MOST: str(self._wanted + self._surge)}

    def _first_size(self) -> int:
        if self._spec["strategy"].get("type") == "Recreate":
            return self._wanted if not self._total() else 0
        room = self._wanted + self._surge - self._total()
        return max(0, min(room, self._wanted))

    def _total(self) -> int:
        return sum(rs.tree["spec"].get("replicas", 0) for rs in self._sets())

    def _revise(self) -> None:
        """A ReplicaSet that is new again gets the next revision; a Deployment follows it."""
        new = self._new()
        assert new is not None
        latest = max((_revision(rs.tree) for rs in self._old()), default=0)
        revision = max(latest + 1, _revision(new.tree)) if latest else _revision(new.tree)
        have = new.tree["metadata"].get("annotations") or {}
        wanted = {**have, **self._annotations(), REVISION: str(revision or 1)}
        seconds = self._spec.get("minReadySeconds", 0)
        if wanted != have or new.tree["spec"].get("minReadySeconds", 0) != seconds:
            metadata = {**new.tree["metadata"], "annotations": wanted}
            spec = {**new.tree["spec"], "minReadySeconds": seconds}
            self._worker.update(REPLICA_SETS, new, {**new.tree, "metadata": metadata, "spec": spec})
        self._set_revision(str(revision or 1))
        if condition(self._stored.tree, "Progressing") is None:
            why = f'Found new replica set "{new.key[1]}"'
            self._progress("True", "FoundNewReplicaSet", why)

    def _set_revision(self, revision: str) -> None:
        annotations = self._stored.tree["metadata"].get("annotations") or {}
        if annotations.get(REVISION) != revision:
            metadata = {
                **self._stored.tree["metadata"],
                "annotations": {**annotations, REVISION: revision},
            }
            # As in the original with the status, which is no new generation.
            new = {**self._stored.tree, "metadata": metadata}
            self._stored = self._worker.update(DEPLOYMENTS, self._stored, new, "status")

    def _size(self, rs: Stored, replicas: int) -> None:
        if rs.tree["spec"].get("replicas", 0) == replicas:
            return
        annotations = rs.tree["metadata"].get("annotations") or {}
        numbers = {_DESIRED: str(self._wanted), _MOST: str(self._wanted + self._surge)}
        metadata = {**rs.tree["metadata"], "annotations": {**annotations, **numbers}}
        spec = {**rs.tree["spec"], "replicas": replicas}
        self._worker.update(REPLICA_SETS, rs, {**rs.tree, "metadata": metadata, "spec": spec})

    # Scaling and rolling.

    def _is_scaled(self) -> bool:
        """Whether the Deployment's size changed since its ReplicaSets were last sized."""
        for rs in self._sets():
            desired = (rs.tree["metadata"].get("annotations") or {}).get(_DESIRED)
            if rs.tree["spec"].get("replicas", 0) and desired not in (None, str(self._wanted)):
                return True
        return False

    def _scale_all(self) -> None:
        active = [rs for rs in self._sets() if rs.tree["spec"].get("replicas", 0)]
        if len(active) > 1 and self._spec["strategy"].get("type") == "RollingUpdate":
            self._scale_in_proportion(active)
            return
        new = self._new()
        latest = new or next(reversed(self._sets()), None)
        chosen = active[0] if len(active) == 1 else latest
        if chosen is not None and len(active) <= 1:
            self._size(chosen, self._wanted)

    def _scale_in_proportion(self, active: list[Stored]) -> None:
        allowed = self._wanted + self._surge if self._wanted else 0
        total = sum(rs.tree["spec"]["replicas"] for rs in active)
        rest = allowed - total
        active.sort(key=lambda rs: -rs.tree["spec"]["replicas"])
        for rs in active:
            have = rs.tree["spec"]["replicas"]
            share = math.floor(abs(rest) * have / total) * (1 if rest > 0 else -1)
            self._size(rs, max(0, have + share))
        left = allowed - self._total()
        if left and active:
            first = self._sets()[0] if self._new() is None else self._new()
            assert first is not None
            self._size(first, max(0, first.tree["spec"].get("replicas", 0) + left))

    def _recreate(self) -> None:
        for rs in self._old():
            self._size(rs, 0)
        running = any(
            rs.tree["status"].get("replicas", 0) or rs.tree["status"].get("terminatingReplicas", 0)
            for rs in self._old()
        )
        new = self._new()
        if not running and new is not None:
            self._size(new, self._wanted)

    def _roll(self) -> None:
        new = self._new()
        assert new is not None
        have = new.tree["spec"].get("replicas", 0)
        if have > self._wanted:
            self._size(new, self._wanted)
        elif have < self._wanted:
            room = self._wanted + self._surge - self._total()
            if room > 0:
                self._size(new, min(self._wanted, have + room))
        self._shrink_old()

    def _shrink_old(self) -> None:
        new = self._new()
        assert new is not None
        total = self._total()
        least = self._wanted - self._unavailable
        not_ready = new.tree["spec"].get("replicas", 0) - new.tree["status"].get(
            "availableReplicas", 0
        )
        most = total - least - not_ready
        if most <= 0:
            return
        # Those that are not healthy go first.
        for healthy in (False, True):
            if healthy:
                available = sum(
                    rs.tree["status"].get("availableReplicas", 0) for rs in self._sets()
                )
                most = min(most, available - least)
            for rs in self._old():
                have = rs.tree["spec"].get("replicas", 0)
                well = rs.tree["status"].get("availableReplicas", 0)
                going = min(have if healthy else have - well, most)
                if going > 0:
                    self._size(rs, have - going)
                    most -= going

    def _clean_up(self) -> None:
        limit = self._spec.get("revisionHistoryLimit", 10)
        empty = [
            rs
            for rs in sorted(self._old(), key=lambda rs: _revision(rs.tree))
            if not rs.tree["spec"].get("replicas", 0) and not rs.tree["status"].get("replicas", 0)
        ]
        if self._is_complete():
            for rs in empty[: max(0, len(self._old()) - limit)]:
                self._worker.delete(REPLICA_SETS, rs)

    def _is_complete(self) -> bool:
        status = self._counts()
        return bool(
            status["updatedReplicas"] == status["replicas"] == self._wanted
            and status["availableReplicas"] >= self._wanted
        )

    # The status.

    def _counts(self) -> dict[str, int]:
        def total(sets: list[Stored], member: str) -> int:
            return sum(rs.tree["status"].get(member, 0) for rs in sets)

        new = self._new()
        sets = self._sets()
        return {
            "replicas": total(sets, "replicas"),
            "updatedReplicas": total([new], "replicas") if new is not None else 0,
            "readyReplicas": total(sets, "readyReplicas"),
            "availableReplicas": total(sets, "availableReplicas"),
            "terminatingReplicas": total(sets, "terminatingReplicas"),
        }

    def _report(self) -> None:
        counts: dict[str, Any] = self._counts()
        missing = max(0, self._wanted - counts["availableReplicas"])
        counts["unavailableReplicas"] = missing
        generation = self._stored.tree["metadata"].get("generation", 0)
        counts["observedGeneration"] = generation
        kept = ("terminatingReplicas",)
        status = {key: count for key, count in counts.items() if count or key in kept}
        self._judge(counts)
        conditions = self._stored.tree["status"].get("conditions")
        if conditions:
            status["conditions"] = conditions
        if "collisionCount" in self._stored.tree["status"]:
            status["collisionCount"] = self._stored.tree["status"]["collisionCount"]
        current = self._current()
        self._worker.update_status(DEPLOYMENTS, current, status)

    def _current(self) -> Stored:
        objects = self._worker.state.store.collection(DEPLOYMENTS).objects
        return objects[self._stored.key]

    def _judge(self, counts: dict[str, Any]) -> None:
        if counts["availableReplicas"] >= self._wanted - self._unavailable:
            why = "Deployment has minimum availability."
            self._set("Available", "True", "MinimumReplicasAvailable", why)
        else:
            why = "Deployment does not have minimum availability."
            self._set("Available", "False", "MinimumReplicasUnavailable", why)
        self._take_failure()
        new = self._new()
        name = f'ReplicaSet "{new.key[1]}"' if new else f'Deployment "{self._stored.key[1]}"'
        if self._spec.get("paused"):
            self._progress("Unknown", "DeploymentPaused", "Deployment is paused")
            return
        if self._is_complete():
            why = f"{name} has successfully progressed."
            self._progress("True", "NewReplicaSetAvailable", why)
            return
        status = self._stored.tree["status"]
        members = ("updatedReplicas", "readyReplicas", "availableReplicas")
        if any(counts[member] > status.get(member, 0) for member in members):
            self._progress("True", "ReplicaSetUpdated", f"{name} is progressing.", renew=True)
        self._check_deadline(name)

    def _take_failure(self) -> None:
        """Show why a ReplicaSet has no Pods, the new one first."""
        new = self._new()
        sets = [*([new] if new is not None else []), *self._old()]
        failures = [c for rs in sets if (c := condition(rs.tree, FAILURE)) is not None]
        if failures:
            self._set(FAILURE, "True", failures[0]["reason"], failures[0]["message"])
            return
        status = self._stored.tree["status"]
        conditions = [c for c in status.get("conditions") or () if c["type"] != FAILURE]
        tree = {**self._stored.tree, "status": {**status, "conditions": conditions}}
        self._stored = Stored(self._stored.key, self._stored.revision, tree)

    def _check_deadline(self, name: str) -> None:
        progress = condition(self._stored.tree, "Progressing")
        deadline = self._spec.get("progressDeadlineSeconds")
        if progress is None or deadline is None or deadline >= 2**31 - 1:
            return
        if progress["reason"] in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded"):
            if progress["reason"] == "NewReplicaSetAvailable":
                why = f"{name} is progressing."
                self._progress("True", "ReplicaSetUpdated", why, renew=True)
            return
        at = datetime.fromisoformat(progress["lastUpdateTime"]) + timedelta(seconds=deadline)
        if at <= self._worker.state.now():
            why = f"{name} has timed out progressing."
            self._progress("False", "ProgressDeadlineExceeded", why)
        else:
            self._worker.again(self._stored.key, at)

    def _progress(self, status: str, reason: str, message: str, *, renew: bool = False) -> None:
        self._set("Progressing", status, reason, message, renew=renew)

    def _set(
        self, kind: str, status: str, reason: str, message: str, *, renew: bool = False
    ) -> None:
        """Set a condition of the copy that `_report` writes."""
        now = self._worker.state.timestamp()
        tree = self._stored.tree
        have = condition(tree, kind)
        same = have is not None and (have["status"], have["reason"]) == (status, reason)
        if have is not None and same and not renew and have.get("message") == message:
            return
        new = {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "lastUpdateTime": now,
            "lastTransitionTime": now,
        }
        conditions = with_condition(tree["status"].get("conditions") or (), new)
        tree = {**tree, "status": {**tree["status"], "conditions": conditions}}
        self._stored = Stored(self._stored.key, self._stored.revision, tree)


def _plain(template: Tree) -> Tree:
    """A template without the label that ReplicaSets add to it."""
    metadata = dict(template.get("metadata") or {})
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != _HASH}
    metadata["labels"] = labels
    return {**template, "metadata": metadata}


def _revision(tree: Tree) -> int:
    text = (tree["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def resolve(value: int | str, total: int, *, up: bool) -> int:
    """An int-or-percent of a number of replicas."""
    if isinstance(value, int):
        return value
    part = int(value.removesuffix("%")) * total / 100
    return math.ceil(part) if up else math.floor(part)
