"""The statefulset controller: Pods with names and claims of their own, in order."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver.controllers.workloads.revisions import (
    HASH,
    current_revision,
    forget_revisions,
    revisions_of,
)
from kube.envtest.apiserver.controllers.workloads.worker import (
    CLAIMS,
    PODS,
    STATEFUL_SETS,
    Worker,
    available_at,
    copied,
    is_ready,
    owned_by,
    pod_of,
)
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

_NAME = "statefulset.kubernetes.io/pod-name"
_INDEX = "apps.kubernetes.io/pod-index"


class StatefulSetController(Worker):
    name = "statefulset-controller"
    watches = STATEFUL_SETS
    kind = "StatefulSet"
    owns = PODS
    adopts = True

    def may_adopt(self, owner: Tree, tree: Tree) -> bool:
        """Only Pods with a name of the set; others that its selector matches stay alone."""
        is_named = tree["metadata"]["name"].rpartition("-")[0] == owner["metadata"]["name"]
        return is_named and _ordinal(tree) >= 0 and super().may_adopt(owner, tree)

    def reconcile(self, stored: Stored) -> None:
        tree = stored.tree
        revision = current_revision(self, stored, "StatefulSet")
        if revision is None:
            return
        current = tree["status"].get("currentRevision") or revision.key[1]
        self._own_claims(tree)
        if "deletionTimestamp" not in tree["metadata"]:
            self._keep(stored, revision.key[1], current)
        self._report(stored, revision.key[1], current)

    def _ordinals(self, tree: Tree) -> range:
        start = (tree["spec"].get("ordinals") or {}).get("start", 0)
        return range(start, start + tree["spec"].get("replicas", 1))

    def _pods(self, tree: Tree) -> dict[int, Stored]:
        return {_ordinal(pod.tree): pod for pod in self.owned(tree)}

    def _keep(self, stored: Stored, update: str, current: str) -> None:
        tree = stored.tree
        in_order = tree["spec"].get("podManagementPolicy") != "Parallel"
        wanted, pods = self._ordinals(tree), self._pods(tree)
        for ordinal in wanted:
            pod = pods.get(ordinal)
            if pod is not None and pod.tree["status"].get("phase") in ("Failed", "Succeeded"):
                self.delete(PODS, pod, grace=0)
                if in_order:
                    return
                continue
            if pod is None:
                revision = update if self._is_updated(tree, ordinal, update) else current
                self._create(stored, ordinal, revision)
                if in_order:
                    return
            elif in_order and not self._is_available(stored, pod):
                return
        for ordinal in sorted(set(pods) - set(wanted), reverse=True):
            if "deletionTimestamp" not in pods[ordinal].tree["metadata"]:
                self.delete(PODS, pods[ordinal])
            if in_order:
                return
        self._roll(stored, pods, wanted, update)

    def _is_updated(self, tree: Tree, ordinal: int, update: str) -> bool:
        """Whether a new Pod with this ordinal has the present template."""
        current = tree["status"].get("currentRevision") or update
        if current == update:
            return True
        strategy = tree["spec"]["updateStrategy"]
        if strategy.get("type") != "RollingUpdate":
            return True
        partition: int = (strategy.get("rollingUpdate") or {}).get("partition", 0)
        return ordinal >= partition

    def _is_available(self, stored: Stored, pod: Stored) -> bool:
        if "deletionTimestamp" in pod.tree["metadata"]:
            return False
        at = available_at(pod.tree, stored.tree["spec"].get("minReadySeconds", 0))
        if at is None:
            return False
        if at > self.state.now():
            self.again(stored.key, at)
            return False
        return True

    def _roll(self, stored: Stored, pods: dict[int, Stored], wanted: range, update: str) -> None:
        """Replace one Pod of an old template, from the last on, while all others are well."""
        strategy = stored.tree["spec"]["updateStrategy"]
        if strategy.get("type") != "RollingUpdate":
            return
        partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
        for ordinal in sorted(wanted, reverse=True):
            pod = pods.get(ordinal)
            if pod is None or ordinal < partition:
                continue
            if _revision(pod.tree) != update:
                if "deletionTimestamp" not in pod.tree["metadata"]:
                    self.delete(PODS, pod)
                return
            if not self._is_available(stored, pod):
                return

    def _create(self, stored: Stored, ordinal: int, revision: str) -> None:
        namespace, name = stored.key
        if not self.may_create(namespace):
            return
        tree = stored.tree
        template = tree["spec"]["template"]
        for known in revisions_of(self, stored):
            if known.key[1] == revision:
                template = {
                    key: value
                    for key, value in known.tree["data"]["spec"]["template"].items()
                    if key != "$patch"
                }
        pod = pod_of(template, tree, "apps/v1", "StatefulSet")
        metadata, spec = pod["metadata"], pod["spec"]
        metadata["name"] = f"{name}-{ordinal}"
        metadata["labels"] = {
            **(metadata.get("labels") or {}),
            HASH: revision,
            _NAME: metadata["name"],
            _INDEX: str(ordinal),
        }
        spec["hostname"] = metadata["name"]
        if tree["spec"].get("serviceName"):
            spec["subdomain"] = tree["spec"]["serviceName"]
        claims = tree["spec"].get("volumeClaimTemplates") or []
        names = {claim["metadata"]["name"] for claim in claims}
        volumes = [v for v in spec.get("volumes") or () if v["name"] not in names]
        for claim in claims:
            claim_name = f"{claim['metadata']['name']}-{metadata['name']}"
            self._claim(namespace, claim_name, claim, tree)
            volumes.append(
                {
                    "name": claim["metadata"]["name"],
                    "persistentVolumeClaim": {"claimName": claim_name},
                }
            )
        if volumes:
            spec["volumes"] = volumes
        failed = f"create Pod {metadata['name']} in StatefulSet {name} failed error: {{error}}"
        self.create(PODS, namespace, pod, stored, failed)

    def _claim(self, namespace: str, name: str, template: Tree, tree: Tree) -> None:
        if (namespace, name) in self.state.store.collection(CLAIMS).objects:
            return
        selector = (tree["spec"].get("selector") or {}).get("matchLabels") or {}
        labels = {**(template["metadata"].get("labels") or {}), **selector}
        metadata: Tree = {"name": name, "labels": labels}
        if template["metadata"].get("annotations"):
            metadata["annotations"] = dict(template["metadata"]["annotations"])
        self.create(CLAIMS, namespace, {"metadata": metadata, "spec": copied(template["spec"])})

    def _own_claims(self, tree: Tree) -> None:
        """Have the claims of Pods go with the set, or with a Pod that is scaled away, as asked."""
        policy = tree["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
        templates = tree["spec"].get("volumeClaimTemplates") or ()
        goes_with_set = policy.get("whenDeleted") == "Delete"
        goes_with_pod = policy.get("whenScaled") == "Delete"
        if not templates:
            return
        claims = self.state.store.collection(CLAIMS).objects
        wanted = self._ordinals(tree)
        for ordinal, pod in self._pods(tree).items():
            is_scaled_away = ordinal not in wanted
            owners = {
                tree["metadata"]["uid"]: (
                    owned_by(tree, "apps/v1", "StatefulSet"),
                    goes_with_set and not (goes_with_pod and is_scaled_away),
                ),
                pod.tree["metadata"]["uid"]: (
                    owned_by(pod.tree, "v1", "Pod"),
                    goes_with_pod and is_scaled_away,
                ),
            }
            for template in templates:
                name = f"{template['metadata']['name']}-{pod.key[1]}"
                claim = claims.get((pod.key[0], name))
                if claim is not None:
                    self._set_owners(claim, owners)

    def _set_owners(self, claim: Stored, owners: dict[str, tuple[Tree, bool]]) -> None:
        have = claim.tree["metadata"].get("ownerReferences") or []
        kept = [each for each in have if owners.get(each["uid"], (each, True))[1]]
        known = {each["uid"] for each in kept}
        new = [own for uid, (own, is_owner) in owners.items() if is_owner and uid not in known]
        if [*kept, *new] != have:
            metadata = {**claim.tree["metadata"], "ownerReferences": [*kept, *new]}
            self.update(CLAIMS, claim, {**claim.tree, "metadata": metadata})

    def _report(self, stored: Stored, update: str, current: str) -> None:
        tree = stored.tree
        pods = [
            pod
            for ordinal, pod in self._pods(tree).items()
            if "deletionTimestamp" not in pod.tree["metadata"]
        ]
        updated = [pod for pod in pods if _revision(pod.tree) == update]
        ready = [pod for pod in pods if is_ready(pod.tree)]
        wanted = len(self._ordinals(tree))
        is_done = len(updated) == len(pods) == wanted == len(ready)
        if is_done and tree["spec"]["updateStrategy"].get("type") == "RollingUpdate":
            current = update
        of_current = [pod for pod in pods if _revision(pod.tree) == current]
        counts: dict[str, Any] = {
            "observedGeneration": tree["metadata"].get("generation", 0),
            "replicas": len(pods),
            "readyReplicas": len(ready),
            "availableReplicas": sum(self._is_available(stored, pod) for pod in ready),
            "currentReplicas": len(of_current),
            "updatedReplicas": len(updated),
            "currentRevision": current,
            "updateRevision": update,
            "collisionCount": 0,
        }
        kept = ("replicas", "availableReplicas", "collisionCount")
        status = {key: value for key, value in counts.items() if value or key in kept}
        self.update_status(STATEFUL_SETS, stored, status)
        used = {update, current, *(_revision(pod.tree) for pod in pods)}
        forget_revisions(self, stored, used)


def _ordinal(pod: Tree) -> int:
    text = pod["metadata"]["name"].rpartition("-")[2]
    return int(text) if text.isdigit() else -1


def _revision(pod: Tree) -> str:
    """The name of the revision that a Pod was made of."""
    return str((pod["metadata"].get("labels") or {}).get(HASH, ""))
