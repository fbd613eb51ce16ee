"""The deployment controller: one ReplicaSet for each template, and rollouts between them.

As `pkg/controller/deployment` of Kubernetes: each reconciliation does one step, and the change that
it makes causes the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kube.envtest.apiserver.controllers.workloads import rollouts
from kube.envtest.apiserver.controllers.workloads.hashes import template_hash
from kube.envtest.apiserver.controllers.workloads.replicasets import FAILURE
from kube.envtest.apiserver.controllers.workloads.rollouts import (
    HASH,
    REVISION,
    by_revision,
    highest_revision,
    plain_template,
    resolve,
    revised_annotations,
    size,
    sized_annotations,
    total,
)
from kube.envtest.apiserver.controllers.workloads.worker import (
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    Worker,
    controller_of,
    copied,
    owned_by,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import Change, Stored
from kube.runtime.trees import Tree

_ENDLESS = 2**31 - 1
_ENDED = ("Failed", "Succeeded")


class DeploymentController(Worker):
    name = "deployment-controller"
    watches = DEPLOYMENTS
    kind = "Deployment"
    owns = REPLICA_SETS
    adopts = True

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._running: dict[str, int] = {}

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        if storage == PODS:
            self._observe_pod(change)

    def _observe_pod(self, change: Change) -> None:
        """Count the Pods of each ReplicaSet that have not ended: Recreate waits for them."""
        before = change.previous.tree if change.previous is not None else None
        now = change.current.tree if change.type != "DELETED" else None
        old, new = _runner(before), _runner(now)
        if old == new:
            return
        if new is not None:
            self._running[new[0]] = self._running.get(new[0], 0) + 1
        if old is not None:
            self._running[old[0]] -= 1
            if not self._running[old[0]]:
                del self._running[old[0]]
                self._wake(change.current.key[0], old[1])

    def _wake(self, namespace: str, replica_set: str) -> None:
        """Have the Deployment of a ReplicaSet without Pods go on."""
        stored = self.state.store.collection(REPLICA_SETS).objects.get((namespace, replica_set))
        owner = controller_of(stored.tree) if stored is not None else None
        if owner is not None:
            self.due[namespace, owner["name"]] = None

    def runs(self, replica_set: Stored) -> bool:
        """Whether a ReplicaSet has Pods that have not ended."""
        return replica_set.tree["metadata"]["uid"] in self._running

    def reconcile(self, stored: Stored) -> None:
        _Rollout(self, stored).run()


class _Rollout:
    """One reconciliation of one Deployment."""

    def __init__(self, worker: DeploymentController, stored: Stored) -> None:
        self._worker = worker
        self._stored = stored
        self._spec: Tree = stored.tree["spec"]
        self._status: Tree = dict(stored.tree["status"])
        self._wanted: int = self._spec.get("replicas", 0)
        self._is_rolling = self._spec["strategy"].get("type") == "RollingUpdate"
        self._surge, self._unavailable = rollouts.bounds(self._spec)
        self._sets = worker.owned(stored.tree)

    def run(self) -> None:
        if "deletionTimestamp" in self._stored.tree["metadata"]:
            new = self._follow_new(create=False)
            self._report(self._counted(new))
            return
        self._check_pause()
        if self._spec.get("paused") or self._is_scaled():
            self._scale()
        elif self._is_rolling:
            self._roll()
        else:
            self._recreate()

    @property
    def _has_deadline(self) -> bool:
        return bool(self._spec.get("progressDeadlineSeconds", _ENDLESS) != _ENDLESS)

    # The ReplicaSets.

    def _new(self) -> Stored | None:
        """The ReplicaSet of the present template: the oldest, where there are several."""
        template = plain_template(self._spec["template"])
        for each in self._sets:
            if plain_template(each.tree["spec"]["template"]) == template:
                return each
        return None

    def _old(self) -> list[Stored]:
        new = self._new()
        return [each for each in self._sets if new is None or each.key != new.key]

    def _active(self) -> list[Stored]:
        return [each for each in self._sets if size(each)]

    def _put(self, changed: Stored) -> None:
        self._sets = [changed if each.key == changed.key else each for each in self._sets]

    def _follow_new(self, *, create: bool) -> Stored | None:
        """The new ReplicaSet with its annotations, made where asked for; the Deployment takes over
        its revision."""
        revision = highest_revision(self._old()) + 1
        new = self._new()
        if new is None:
            return self._create(revision) if create else None
        own = self._stored.tree["metadata"].get("annotations") or {}
        have = new.tree["metadata"].get("annotations") or {}
        annotations = revised_annotations(have, own, revision)
        seconds = self._spec.get("minReadySeconds", 0)
        if annotations != have or new.tree["spec"].get("minReadySeconds", 0) != seconds:
            metadata = {**new.tree["metadata"], "annotations": annotations}
            spec = {**new.tree["spec"], **_min_ready(seconds)}
            if not seconds:
                spec.pop("minReadySeconds", None)
            tree = {**new.tree, "metadata": metadata, "spec": spec}
            new = self._worker.update(REPLICA_SETS, new, tree)
            self._put(new)
        self._set_revision(annotations.get(REVISION, ""))
        if self._has_deadline and rollouts.condition_of(self._status, "Progressing") is None:
            why = f'Found new replica set "{new.key[1]}"'
            self._set("Progressing", "True", "FoundNewReplicaSet", why)
        self._write()
        return new

    def _create(self, revision: int) -> Stored | None:
        namespace, name = self._stored.key
        if not self._worker.may_create(namespace):
            return None
        collisions = self._status.get("collisionCount", 0)
        text = template_hash(plain_template(self._spec["template"]), collisions)
        tree = self._replica_set(f"{name[: 252 - len(text)]}-{text}", text, revision)
        name, replicas = tree["metadata"]["name"], tree["spec"]["replicas"]
        try:
            created = self._worker.create(REPLICA_SETS, namespace, tree)
        except StatusError as error:
            if error.reason == "AlreadyExists":
                self._status["collisionCount"] = collisions + 1
                self._write()
            else:
                why = f'Failed to create new replica set "{name}": {error.message}'
                if self._has_deadline:
                    self._set("Progressing", "False", "ReplicaSetCreateError", why)
                    self._write()
                self._worker.warn(self._stored, "ReplicaSetCreateError", why)
            self._worker.refuse(error)
            return None
        self._sets.append(created)
        if replicas:
            why = f"Scaled up replica set {name} from 0 to {replicas}"
            self._worker.tell(self._stored, "ScalingReplicaSet", why)
        self._set_revision(str(revision))
        if self._has_deadline:
            why = f'Created new replica set "{name}"'
            self._set("Progressing", "True", "NewReplicaSetCreated", why)
        self._write()
        return created

    def _replica_set(self, name: str, text: str, revision: int) -> Tree:
        template = copied(self._spec["template"])
        labels = (template.get("metadata") or {}).get("labels") or {}
        template["metadata"] = {**template.get("metadata", {}), "labels": {**labels, HASH: text}}
        selector = copied(self._spec["selector"])
        selector["matchLabels"] = {**(selector.get("matchLabels") or {}), HASH: text}
        own = self._stored.tree["metadata"].get("annotations") or {}
        annotations = revised_annotations({}, own, revision)
        return {
            "metadata": {
                "name": name,
                "labels": dict(template["metadata"]["labels"]),
                "annotations": sized_annotations(annotations, self._wanted, self._surge),
                "ownerReferences": [owned_by(self._stored.tree, "apps/v1", "Deployment")],
            },
            "spec": {
                "replicas": self._size_of_new(0),
                **_min_ready(self._spec.get("minReadySeconds", 0)),
                "selector": selector,
                "template": template,
            },
        }

    def _size_of_new(self, have: int) -> int:
        """How many replicas a new ReplicaSet that has so many may have now."""
        if not self._is_rolling:
            return self._wanted
        rolling = self._spec["strategy"].get("rollingUpdate") or {}
        surge = resolve(rolling.get("maxSurge", 0), self._wanted, up=True)
        room = self._wanted + surge - total(self._sets)
        return have if room <= 0 else have + min(room, self._wanted - have)

    def _resize(self, each: Stored, replicas: int, *, lazy: bool = True) -> bool:
        """Give a ReplicaSet a size; whether it had another. Not `lazy`, it is told the size of the
        Deployment in any case."""
        have = size(each)
        if lazy and have == replicas:
            return False
        annotations = each.tree["metadata"].get("annotations") or {}
        metadata = {
            **each.tree["metadata"],
            "annotations": sized_annotations(annotations, self._wanted, self._surge),
        }
        spec = {**each.tree["spec"], "replicas": replicas}
        self._put(
            self._worker.update(
                REPLICA_SETS, each, {**each.tree, "metadata": metadata, "spec": spec}
            )
        )
        if have == replicas:
            return False
        way = "up" if have < replicas else "down"
        why = f"Scaled {way} replica set {each.key[1]} from {have} to {replicas}"
        self._worker.tell(self._stored, "ScalingReplicaSet", why)
        return True

    # Pausing and scaling.

    def _check_pause(self) -> None:
        """Show a pause and its end, so that the time of a pause does not count as lack of
        progress."""
        progress = rollouts.condition_of(self._status, "Progressing")
        reason = progress["reason"] if progress is not None else ""
        if not self._has_deadline or reason == "ProgressDeadlineExceeded":
            return
        is_paused, was_paused = bool(self._spec.get("paused")), reason == "DeploymentPaused"
        if is_paused and not was_paused:
            self._set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
        elif was_paused and not is_paused:
            self._set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
        self._write()

    def _is_scaled(self) -> bool:
        """Whether the Deployment's size changed since its ReplicaSets were last sized."""
        self._follow_new(create=False)
        desired = [rollouts.desired_size(each) for each in self._active()]
        return any(each not in (None, self._wanted) for each in desired)

    def _scale(self) -> None:
        new = self._follow_new(create=False)
        active = self._active()
        if len(active) <= 1:
            latest = new or next(reversed(self._old()), None)
            chosen = active[0] if active else latest
            if chosen is not None:
                self._resize(chosen, self._wanted)
        elif new is not None and rollouts.is_saturated(new, self._wanted):
            for each in self._old():
                if size(each):
                    self._resize(each, 0)
        elif self._is_rolling:
            self._scale_in_proportion(active)
        if self._spec.get("paused"):
            self._clean_up()
        self._report(self._counted(self._new()))

    def _scale_in_proportion(self, active: list[Stored]) -> None:
        allowed = self._wanted + self._surge if self._wanted else 0
        more = allowed - total(active)
        newer_first = list(reversed(active)) if more > 0 else active
        ordered = sorted(newer_first, key=lambda each: -size(each))
        sizes, added = [], 0
        for each in ordered:
            part = self._share(each, more, added)
            sizes.append(size(each) + part)
            added += part
        if more:
            sizes[0] = max(0, sizes[0] + more - added)
        for each, replicas in zip(ordered, sizes, strict=True):
            self._resize(each, replicas, lazy=False)

    def _share(self, each: Stored, more: int, added: int) -> int:
        """The part of `more` replicas that a ReplicaSet gets, of which so many are given."""
        if more == added:
            return 0
        part = rollouts.fraction(each, self._wanted, self._surge, self._status.get("replicas", 0))
        return min(part, more - added) if more > 0 else max(part, more - added)

    # Rolling.

    def _recreate(self) -> None:
        new = self._follow_new(create=False)
        shrunk = [self._resize(each, 0) for each in self._old() if size(each)]
        if any(shrunk) or self._runs_old(new):
            self._report_progress()
            return
        if new is None:
            new = self._follow_new(create=True)
        if new is not None:
            self._resize(new, self._wanted)
            if self._is_complete(self._status):
                self._clean_up()
            self._report_progress()

    def _runs_old(self, new: Stored | None) -> bool:
        old = self._old()
        reported = any(each.tree["status"].get("replicas", 0) for each in old)
        return reported or any(self._worker.runs(each) for each in old)

    def _roll(self) -> None:
        new = self._follow_new(create=True)
        if new is None:
            return
        have = size(new)
        wanted = self._wanted if have >= self._wanted else self._size_of_new(have)
        if self._resize(new, wanted) or self._shrink_old(new):
            self._report_progress()
            return
        if self._is_complete(self._status):
            self._clean_up()
        self._report_progress()

    def _shrink_old(self, new: Stored) -> bool:
        old = [each for each in self._old() if size(each)]
        if not old:
            return False
        least = self._wanted - self._unavailable
        not_ready = size(new) - new.tree["status"].get("availableReplicas", 0)
        most = total(self._sets) - least - not_ready
        if most <= 0:
            return False
        gone = self._drop_unhealthy(old, most)
        available = sum(each.tree["status"].get("availableReplicas", 0) for each in self._sets)
        most = available - least
        for each in [each for each in self._old() if size(each)]:
            going = min(size(each), most)
            if most <= 0:
                break
            self._resize(each, size(each) - going)
            most -= going
            gone += going
        return gone > 0

    def _drop_unhealthy(self, old: list[Stored], most: int) -> int:
        """Take unavailable replicas from old ReplicaSets; returns how many."""
        gone = 0
        for each in old:
            going = min(most - gone, size(each) - each.tree["status"].get("availableReplicas", 0))
            if going > 0:
                self._resize(each, size(each) - going)
                gone += going
        return gone

    def _clean_up(self) -> None:
        """Delete the oldest ReplicaSets beyond the limit, as far as they have no Pods."""
        limit = self._spec.get("revisionHistoryLimit", _ENDLESS)
        alive = [each for each in self._old() if "deletionTimestamp" not in each.tree["metadata"]]
        for each in sorted(alive, key=by_revision)[: max(0, len(alive) - limit)]:
            status, metadata = each.tree["status"], each.tree["metadata"]
            is_seen = status.get("observedGeneration", 0) >= metadata.get("generation", 0)
            if not status.get("replicas", 0) and not size(each) and is_seen:
                self._worker.delete(REPLICA_SETS, each)

    def _is_complete(self, status: Tree) -> bool:
        counts = ("updatedReplicas", "replicas", "availableReplicas")
        generation = self._stored.tree["metadata"].get("generation", 0)
        is_seen = status.get("observedGeneration", 0) >= generation
        return is_seen and all(status.get(each, 0) == self._wanted for each in counts)

    # The status.

    def _counted(self, new: Stored | None) -> Tree:
        def of(member: str) -> int:
            return sum(each.tree["status"].get(member, 0) for each in self._sets)

        available = of("availableReplicas")
        counts = {
            "replicas": of("replicas"),
            "updatedReplicas": new.tree["status"].get("replicas", 0) if new is not None else 0,
            "readyReplicas": of("readyReplicas"),
            "availableReplicas": available,
            "unavailableReplicas": max(0, total(self._sets) - available),
            "terminatingReplicas": of("terminatingReplicas"),
            "observedGeneration": self._stored.tree["metadata"].get("generation", 0),
        }
        kept = ("terminatingReplicas",)
        status: Tree = {key: count for key, count in counts.items() if count or key in kept}
        for member in ("collisionCount", "conditions"):
            if member in self._status:
                status[member] = self._status[member]
        if available >= self._wanted - self._unavailable:
            why = "Deployment has minimum availability."
            self._set_in(status, "Available", "True", "MinimumReplicasAvailable", why)
        else:
            why = "Deployment does not have minimum availability."
            self._set_in(status, "Available", "False", "MinimumReplicasUnavailable", why)
        return status

    def _report_progress(self) -> None:
        new = self._new()
        status = self._counted(new)
        if not self._has_deadline:
            rollouts.remove_condition(status, "Progressing")
        current = rollouts.condition_of(self._status, "Progressing")
        is_done = (
            status.get("replicas", 0) == status.get("updatedReplicas", 0)
            and current is not None
            and current["reason"] == "NewReplicaSetAvailable"
        )
        if self._has_deadline and not is_done:
            self._judge(status, new, current)
        self._take_failure(status, new)
        changed = status != self._status
        self._report(status)
        if not changed:
            self._check_later(status)

    def _judge(self, status: Tree, new: Stored | None, current: Tree | None) -> None:
        """Show whether the rollout is complete, goes on, or takes too long."""
        name = f'ReplicaSet "{new.key[1]}"' if new else f'Deployment "{self._stored.key[1]}"'
        if self._is_complete(status):
            why = f"{name} has successfully progressed."
            self._set_in(status, "Progressing", "True", "NewReplicaSetAvailable", why)
        elif rollouts.progresses(self._status, status):
            rollouts.remove_condition(status, "Progressing")
            why = f"{name} is progressing."
            self._set_in(status, "Progressing", "True", "ReplicaSetUpdated", why)
            if current is not None and current["status"] == "True":
                status["conditions"][-1]["lastTransitionTime"] = current["lastTransitionTime"]
        elif self._is_late(status):
            why = f"{name} has timed out progressing."
            self._set_in(status, "Progressing", "False", "ProgressDeadlineExceeded", why)

    def _is_late(self, status: Tree) -> bool:
        progress = rollouts.condition_of(status, "Progressing")
        if progress is None or progress["reason"] == "NewReplicaSetAvailable":
            return False
        if progress["reason"] == "ProgressDeadlineExceeded":
            return True
        return self._deadline(progress) < self._worker.state.now()

    def _deadline(self, progress: Tree) -> datetime:
        seconds = timedelta(seconds=self._spec["progressDeadlineSeconds"])
        return datetime.fromisoformat(progress["lastUpdateTime"]) + seconds

    def _check_later(self, status: Tree) -> None:
        """Look again when the deadline is over, if nothing happens until then."""
        progress = rollouts.condition_of(self._status, "Progressing")
        if not self._has_deadline or progress is None or self._is_complete(status):
            return
        if progress["reason"] != "ProgressDeadlineExceeded":
            at = max(self._deadline(progress), self._worker.state.now()) + timedelta(seconds=1)
            self._worker.again(self._stored.key, at)

    def _take_failure(self, status: Tree, new: Stored | None) -> None:
        """Show why a ReplicaSet has no Pods, the new one first."""
        sets = [*([new] if new is not None else []), *self._sets]
        failures = (rollouts.condition_of(each.tree["status"], FAILURE) for each in sets)
        failure = next((each for each in failures if each is not None), None)
        if failure is None:
            rollouts.remove_condition(status, FAILURE)
            return
        at = failure["lastTransitionTime"]
        rollouts.set_condition(status, {**failure, "lastUpdateTime": at})

    def _set(self, kind: str, status: str, reason: str, message: str) -> None:
        self._set_in(self._status, kind, status, reason, message)

    def _set_in(self, tree: Tree, kind: str, status: str, reason: str, message: str) -> None:
        now = self._worker.state.timestamp()
        new = {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "lastUpdateTime": now,
            "lastTransitionTime": now,
        }
        rollouts.set_condition(tree, new)

    def _set_revision(self, revision: str) -> None:
        metadata = self._stored.tree["metadata"]
        annotations = metadata.get("annotations") or {}
        if annotations.get(REVISION) != revision:
            metadata = {**metadata, "annotations": {**annotations, REVISION: revision}}
            tree = {**self._stored.tree, "metadata": metadata}
            self._stored = self._worker.update(
                DEPLOYMENTS, self._stored, {**tree, "status": self._status}, "status"
            )

    def _write(self) -> None:
        """Store what changed of the status."""
        if self._status != self._stored.tree["status"]:
            new = {**self._stored.tree, "status": dict(self._status)}
            self._stored = self._worker.update(DEPLOYMENTS, self._stored, new, "status")

    def _report(self, status: Tree) -> None:
        self._status = status
        self._write()


def _min_ready(seconds: int) -> Tree:
    return {"minReadySeconds": seconds} if seconds else {}


def _runner(pod: Tree | None) -> tuple[str, str] | None:
    """The uid and name of the ReplicaSet that has a Pod which has not ended."""
    if pod is None or pod["status"].get("phase") in _ENDED:
        return None
    owner = controller_of(pod)
    return (owner["uid"], owner["name"]) if owner and owner["kind"] == "ReplicaSet" else None
