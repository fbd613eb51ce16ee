"""The statefulset controller: Pods with names and claims of their own, in order.

As `pkg/controller/statefulset` of Kubernetes.
"""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver.controllers.workloads import claims
from kube.envtest.apiserver.controllers.workloads.revisions import (
    HASH,
    HISTORY_HASH,
    History,
    template_of,
)
from kube.envtest.apiserver.controllers.workloads.worker import (
    CLAIMS,
    PODS,
    STATEFUL_SETS,
    Worker,
    is_ready,
    pod_of,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import Change, Stored
from kube.runtime.trees import Tree

_NAME = "statefulset.kubernetes.io/pod-name"
_INDEX = "apps.kubernetes.io/pod-index"


class StatefulSetController(Worker):
    name = "statefulset-controller"
    watches = STATEFUL_SETS
    kind = "StatefulSet"
    owns = PODS
    adopts = True

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.history = History(self, HISTORY_HASH)

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        self.history.observe(storage, change)

    def may_adopt(self, owner: Tree, tree: Tree) -> bool:
        """Only Pods with a name of the set; others that its selector matches stay alone."""
        is_named = tree["metadata"]["name"].rpartition("-")[0] == owner["metadata"]["name"]
        return is_named and _ordinal(tree) >= 0 and super().may_adopt(owner, tree)

    def reconcile(self, stored: Stored) -> None:
        self.history.adopt(stored)
        update = self.history.current(stored)
        if update is None:
            return
        known = {each.key[1]: each for each in self.history.of(stored)}
        current = known.get(stored.tree["status"].get("currentRevision", ""), update)
        sync = _Sync(self, stored, current, update)
        if "deletionTimestamp" not in stored.tree["metadata"]:
            sync.run()
        sync.report()
        pods = {_revision(pod.tree) for pod in self.owned(stored.tree)}
        limit = stored.tree["spec"].get("revisionHistoryLimit", 10)
        self.history.forget(stored, {update.key[1], current.key[1], *pods}, limit)


class _Sync:
    """One reconciliation of one StatefulSet."""

    def __init__(
        self, worker: StatefulSetController, stored: Stored, current: Stored, update: Stored
    ) -> None:
        self._worker = worker
        self._stored = stored
        self._tree = stored.tree
        self._spec: Tree = stored.tree["spec"]
        self._current = current
        self._update = update
        self._in_order: bool = self._spec.get("podManagementPolicy") != "Parallel"
        start: int = (self._spec.get("ordinals") or {}).get("start", 0)
        self._wanted = range(start, start + self._spec.get("replicas", 1))

    def _pods(self) -> dict[int, Stored]:
        pods = ((_ordinal(pod.tree), pod) for pod in self._worker.owned(self._tree))
        return {ordinal: pod for ordinal, pod in pods if ordinal >= 0}

    def run(self) -> None:
        pods = self._pods()
        condemned = sorted(set(pods) - set(self._wanted), reverse=True)
        first_unavailable = self._first_unavailable(pods, condemned)
        for ordinal in self._wanted:
            if self._keep(ordinal, pods.get(ordinal)) and self._in_order:
                return
            if self._worker.is_refused:
                return
        for ordinal in condemned:
            self._own_claims(pods[ordinal])
        for ordinal in condemned:
            is_first = ordinal == first_unavailable
            if self._remove(pods[ordinal], is_first=is_first) and self._in_order:
                return
        if self._spec["updateStrategy"].get("type") == "RollingUpdate":
            self._roll(pods)

    def _first_unavailable(self, pods: dict[int, Stored], condemned: list[int]) -> int | None:
        ordinals: list[int] = [*self._wanted, *reversed(condemned)]
        for ordinal in ordinals:
            if ordinal not in pods or self._is_unavailable(pods[ordinal]):
                return ordinal
        return None

    # Keeping the Pods.

    def _keep(self, ordinal: int, pod: Stored | None) -> bool:
        """See to one Pod that is wanted; whether those that follow have to wait for it."""
        if pod is None:
            return self._create(ordinal)
        phase = pod.tree["status"].get("phase")
        if phase in ("Failed", "Succeeded"):
            if not _is_going(pod):
                self._delete(pod)
            return True
        if phase == "Pending":
            try:
                self._make_claims(pod.tree)
            except StatusError as error:
                self._worker.refuse(error)
                return True
            self._own_claims(pod)
        if self._in_order and (_is_going(pod) or not _runs(pod) or self._is_unavailable(pod)):
            return True
        self._mend(pod)
        return False

    def _create(self, ordinal: int) -> bool:
        """Create a Pod, its claims first; whether those that follow have to wait."""
        namespace, name = self._stored.key
        if not self._worker.may_create(namespace):
            return True
        pod = self._new(ordinal)
        if self._has_stale_claim(pod):
            return True
        which = f"Pod {pod['metadata']['name']} in StatefulSet {name}"
        try:
            self._make_claims(pod)
            created = self._worker.create(PODS, namespace, pod)
            self._own_claims(created)
        except StatusError as error:
            self._worker.refuse(error)
            if error.reason != "AlreadyExists":
                why = f"Create {which} failed error: {error.message}"
                self._worker.warn(self._stored, "FailedCreate", why)
            return True
        self._worker.tell(self._stored, "SuccessfulCreate", f"Create {which} successful")
        return self._in_order

    def _new(self, ordinal: int) -> Tree:
        """The Pod with an ordinal, of the present template or of the one before."""
        rolling = self._spec["updateStrategy"].get("rollingUpdate") or {}
        is_old = ordinal < self._wanted.start + rolling.get("partition", 0)
        revision = self._current if is_old else self._update
        name = self._stored.key[1]
        pod = pod_of(template_of(revision), self._tree, "apps/v1", "StatefulSet")
        metadata, spec = pod["metadata"], pod["spec"]
        metadata["name"] = f"{name}-{ordinal}"
        metadata["labels"] = {
            **(metadata.get("labels") or {}),
            HASH: revision.key[1],
            **_identity(metadata["name"], ordinal),
        }
        spec["hostname"] = metadata["name"]
        if self._spec.get("serviceName"):
            spec["subdomain"] = self._spec["serviceName"]
        volumes = claims.volumes_of(self._tree, metadata["name"], spec.get("volumes") or [])
        if volumes:
            spec["volumes"] = volumes
        return pod

    def _delete(self, pod: Stored) -> None:
        which = f"Pod {pod.key[1]} in StatefulSet {self._stored.key[1]}"
        try:
            self._worker.delete(PODS, pod)
        except StatusError as error:
            self._worker.refuse(error)
            why = f"Delete {which} failed error: {error.message}"
            self._worker.warn(self._stored, "FailedDelete", why)
            return
        self._worker.tell(self._stored, "SuccessfulDelete", f"Delete {which} successful")

    def _mend(self, pod: Stored) -> None:
        """Give a Pod the labels, volumes and claims that it has to have."""
        labels = pod.tree["metadata"].get("labels") or {}
        is_named = labels.get(_NAME) == pod.key[1]
        volumes = pod.tree["spec"].get("volumes") or []
        has_storage = claims.are_mounted(self._tree, pod.key[1], volumes)
        if is_named and has_storage and not self._own_claims(pod):
            return
        which = f"Pod {pod.key[1]} in StatefulSet {self._stored.key[1]}"
        labels = {**labels, **_identity(pod.key[1], _ordinal(pod.tree))}
        tree = {**pod.tree, "metadata": {**pod.tree["metadata"], "labels": labels}}
        if not has_storage:
            wanted = claims.volumes_of(self._tree, pod.key[1], volumes)
            tree["spec"] = {**pod.tree["spec"], "volumes": wanted}
        try:
            self._make_claims(pod.tree)
            self._own_claims(pod)
            self._worker.update(PODS, pod, tree)
        except StatusError as error:
            self._worker.refuse(error)
            why = f"Update {which} failed error: {error.message}"
            self._worker.warn(self._stored, "FailedUpdate", why)
            return
        self._worker.tell(self._stored, "SuccessfulUpdate", f"Update {which} successful")

    def _remove(self, pod: Stored, *, is_first: bool) -> bool:
        """Delete a Pod that is too much; whether those that follow have to wait for it."""
        if _is_going(pod):
            return True
        if self._in_order and not is_first and (not _runs(pod) or self._is_unavailable(pod)):
            return True
        self._delete(pod)
        return True

    def _roll(self, pods: dict[int, Stored]) -> None:
        """Replace one Pod of an old template, from the last on, while those behind it are well."""
        rolling = self._spec["updateStrategy"].get("rollingUpdate") or {}
        for place in range(len(self._wanted) - 1, rolling.get("partition", 0) - 1, -1):
            pod = pods.get(self._wanted[place])
            if pod is None:
                return
            if _revision(pod.tree) != self._update.key[1] and not _is_going(pod):
                self._delete(pod)
                return
            if self._is_unavailable(pod):
                return

    def _is_unavailable(self, pod: Stored) -> bool:
        return _is_going(pod) or not self._is_available(pod)

    def _is_available(self, pod: Stored) -> bool:
        return self._worker.is_available(pod, self._stored)

    # Claims.

    def _make_claims(self, pod: Tree) -> None:
        """Create the claims of a Pod that are missing. Raises StatusError."""
        namespace, name = self._stored.key
        existing = self._worker.state.store.collection(CLAIMS).objects
        for claim_name, claim in claims.wanted(self._tree, pod["metadata"]["name"]).items():
            known = existing.get((namespace, claim_name))
            which = f"Claim {claim_name} Pod {pod['metadata']['name']} in StatefulSet {name}"
            if known is not None:
                if "deletionTimestamp" in known.tree["metadata"]:
                    why = f"pvc {claim_name} is being deleted"
                    raise StatusError(409, "Conflict", why, {})
                continue
            try:
                self._worker.create(CLAIMS, namespace, claim)
            except StatusError as error:
                why = f"Create {which} failed error: {error.message}".replace(" Pod", " for Pod", 1)
                self._worker.warn(self._stored, "FailedCreate", why)
                error.message = f"failed to create PVC {claim_name}: {error.message}"
                raise
            self._worker.tell(self._stored, "SuccessfulCreate", f"Create {which} success")

    def _has_stale_claim(self, pod: Tree) -> bool:
        """Whether a claim of a Pod still goes with a former Pod of this name."""
        policy = self._spec.get("persistentVolumeClaimRetentionPolicy") or {}
        if policy.get("whenScaled") != "Delete":
            return False
        existing = self._worker.state.store.collection(CLAIMS).objects
        name = pod["metadata"]["name"]
        names = claims.wanted(self._tree, name)
        found = (existing.get((self._stored.key[0], each)) for each in names)
        return any(each is not None and claims.is_stale(each.tree, name) for each in found)

    def _own_claims(self, pod: Stored) -> bool:
        """Have the claims of a Pod go with the set, or with the Pod, as asked; whether they did
        not."""
        existing = self._worker.state.store.collection(CLAIMS).objects
        is_scaled_away = _ordinal(pod.tree) not in self._wanted
        changed = False
        for name in claims.wanted(self._tree, pod.key[1]):
            claim = existing.get((pod.key[0], name))
            if claim is None:
                continue
            have = claim.tree["metadata"].get("ownerReferences") or []
            references, is_foreign = claims.owners(
                have, self._tree, pod.tree, is_scaled_away=is_scaled_away
            )
            if is_foreign:
                why = (
                    f"PersistentVolumeClaim {name} has a conflicting OwnerReference that acts as a "
                    "manging controller, the retention policy is ignored for this claim"
                )
                self._worker.warn(self._stored, "ConflictingController", why)
            if references != have:
                metadata = {**claim.tree["metadata"], "ownerReferences": references}
                self._worker.update(CLAIMS, claim, {**claim.tree, "metadata": metadata})
                changed = True
        return changed

    # The status.

    def report(self) -> None:
        pods = self._pods().values()
        alive = [pod for pod in pods if not _is_going(pod)]
        ready = [pod for pod in pods if _runs(pod)]
        update, current = self._update.key[1], self._current.key[1]
        updated = sum(_revision(pod.tree) == update for pod in alive)
        of_current = sum(_revision(pod.tree) == current for pod in alive)
        is_rolling = self._spec["updateStrategy"].get("type") == "RollingUpdate"
        if is_rolling and updated == len(ready) == len(pods) == len(self._wanted):
            of_current, current = updated, update
        counts: dict[str, Any] = {
            "observedGeneration": self._tree["metadata"].get("generation", 0),
            "replicas": len(pods),
            "readyReplicas": len(ready),
            "availableReplicas": sum(map(self._is_available, ready)),
            "currentReplicas": of_current,
            "updatedReplicas": updated,
            "currentRevision": current,
            "updateRevision": update,
            "collisionCount": self._tree["status"].get("collisionCount", 0),
        }
        kept = ("replicas", "availableReplicas", "collisionCount")
        status = {key: value for key, value in counts.items() if value or key in kept}
        self._worker.update_status(STATEFUL_SETS, self._stored, status)


def _identity(name: str, ordinal: int) -> dict[str, str]:
    """The labels that say which Pod of the set it is."""
    return {_NAME: name, _INDEX: str(ordinal)}


def _ordinal(pod: Tree) -> int:
    text = pod["metadata"]["name"].rpartition("-")[2]
    return int(text) if text.isdecimal() else -1


def _revision(pod: Tree) -> str:
    """The name of the revision that a Pod was made of."""
    return str((pod["metadata"].get("labels") or {}).get(HASH, ""))


def _is_going(pod: Stored) -> bool:
    return "deletionTimestamp" in pod.tree["metadata"]


def _runs(pod: Stored) -> bool:
    return pod.tree["status"].get("phase") == "Running" and is_ready(pod.tree)
