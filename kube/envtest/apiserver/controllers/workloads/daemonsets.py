"""The daemonset controller: a Pod on each node."""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads.deployments import resolve
from kube.envtest.apiserver.controllers.workloads.kubelet import node_takes
from kube.envtest.apiserver.controllers.workloads.revisions import (
    HASH,
    current_revision,
    forget_revisions,
)
from kube.envtest.apiserver.controllers.workloads.worker import (
    DAEMON_SETS,
    NODES,
    PODS,
    Worker,
    available_at,
    is_ready,
    pod_of,
)
from kube.envtest.apiserver.storage.store import Change, Stored
from kube.runtime.trees import Tree

_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)


class DaemonSetController(Worker):
    name = "daemonset-controller"
    watches = DAEMON_SETS
    kind = "DaemonSet"
    owns = PODS
    adopts = True

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        if storage == NODES:
            for key in self.state.store.collection(DAEMON_SETS).objects:
                self.due[key] = None

    def reconcile(self, stored: Stored) -> None:
        revision = current_revision(self, stored, "DaemonSet")
        if revision is None:
            return
        update = revision.tree["metadata"]["labels"][HASH]
        nodes = self._nodes(stored.tree)
        if "deletionTimestamp" not in stored.tree["metadata"]:
            self._keep(stored, nodes, update)
            self._roll(stored, nodes, update)
        self._report(stored, nodes, update)
        forget_revisions(self, stored, {revision.key[1]})

    def _nodes(self, tree: Tree) -> list[str]:
        template = _tolerant(tree["spec"]["template"])
        nodes = self.state.store.collection(NODES).objects.values()
        return [node.key[1] for node in nodes if node_takes(node.tree, template)]

    def _by_node(self, tree: Tree) -> dict[str, list[Stored]]:
        """The Pods for each node: two while a new one takes over from an old one."""
        pods: dict[str, list[Stored]] = {}
        for pod in self.owned(tree):
            pods.setdefault(_wanted_node(pod.tree), []).append(pod)
        return pods

    def _keep(self, stored: Stored, nodes: list[str], update: str) -> None:
        pods = self._by_node(stored.tree)
        for node in nodes:
            here = pods.get(node, [])
            for pod in here:
                if pod.tree["status"].get("phase") in ("Failed", "Succeeded"):
                    self.delete(PODS, pod, grace=0)
            if not here:
                self._start(stored, node, update)
        for node in pods.keys() - set(nodes):
            for pod in pods[node]:
                if "deletionTimestamp" not in pod.tree["metadata"]:
                    self.delete(PODS, pod)

    def _start(self, stored: Stored, node: str, update: str) -> None:
        namespace, name = stored.key
        if not self.may_create(namespace):
            return
        template = _tolerant(stored.tree["spec"]["template"])
        new = pod_of(template, stored.tree, "apps/v1", "DaemonSet")
        labels = new["metadata"].get("labels") or {}
        new["metadata"]["labels"] = {
            **labels,
            HASH: update,
            "pod-template-generation": str(_template_generation(stored.tree)),
        }
        new["metadata"]["generateName"] = f"{name}-"
        new["spec"]["affinity"] = _only_on(node, new["spec"].get("affinity") or {})
        self.create(PODS, namespace, new, owner=stored)

    def _roll(self, stored: Stored, nodes: list[str], update: str) -> None:
        strategy = stored.tree["spec"]["updateStrategy"]
        if strategy.get("type") != "RollingUpdate":
            return
        rolling = strategy.get("rollingUpdate") or {}
        surge = resolve(rolling.get("maxSurge", 0), len(nodes), up=True)
        if surge:
            self._surge(stored, nodes, update, surge)
            return
        most = resolve(rolling.get("maxUnavailable", 1), len(nodes), up=True) or 1
        self._replace(stored, nodes, update, most)

    def _replace(self, stored: Stored, nodes: list[str], update: str, most: int) -> None:
        """Delete Pods of an old template, as many at once as may be missing."""
        pods = self._by_node(stored.tree)
        missing = sum(not any(is_ready(pod.tree) for pod in pods.get(n, ())) for n in nodes)
        for pod in [pod for here in pods.values() for pod in here]:
            if missing >= most:
                return
            if _hash(pod) != update and "deletionTimestamp" not in pod.tree["metadata"]:
                self.delete(PODS, pod)
                missing += 1

    def _surge(self, stored: Stored, nodes: list[str], update: str, most: int) -> None:
        """Start new Pods beside old ones, so many at once, and delete an old one when the new one
        is available."""
        pods = self._by_node(stored.tree)
        waiting: list[str] = []
        for node in nodes:
            here = [p for p in pods.get(node, ()) if "deletionTimestamp" not in p.tree["metadata"]]
            old = [pod for pod in here if _hash(pod) != update]
            new = [pod for pod in here if _hash(pod) == update]
            if old and new:
                most -= 1
                if any(self._is_available(stored, pod) for pod in new):
                    for pod in old:
                        self.delete(PODS, pod)
            elif old and not any(self._is_available(stored, pod) for pod in old):
                self._start(stored, node, update)
            elif old:
                waiting.append(node)
        for node in waiting[: max(0, most)]:
            self._start(stored, node, update)

    def _is_available(self, stored: Stored, pod: Stored) -> bool:
        at = available_at(pod.tree, stored.tree["spec"].get("minReadySeconds", 0))
        if at is not None and at > self.state.now():
            self.again(stored.key, at)
            return False
        return at is not None

    def _report(self, stored: Stored, nodes: list[str], update: str) -> None:
        tree = stored.tree
        pods = self._by_node(tree)
        here = [_shown(pods[node], update) for node in nodes if node in pods]
        ready = [pod for pod in here if is_ready(pod.tree)]
        available = sum(self._is_available(stored, pod) for pod in ready)
        counts = {
            "currentNumberScheduled": len(here),
            "numberMisscheduled": len(pods) - len(here),
            "desiredNumberScheduled": len(nodes),
            "numberReady": len(ready),
            "observedGeneration": tree["metadata"].get("generation", 0),
            "updatedNumberScheduled": sum(_hash(pod) == update for pod in here),
            "numberAvailable": available,
            "numberUnavailable": len(nodes) - available,
        }
        kept = (
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
        )
        status = {key: count for key, count in counts.items() if count or key in kept}
        self.update_status(DAEMON_SETS, stored, status)


def _hash(pod: Stored) -> str:
    return str((pod.tree["metadata"].get("labels") or {}).get(HASH, ""))


def _shown(pods: list[Stored], update: str) -> Stored:
    """The Pod that counts for a node: a ready one, and the new one of two."""
    return max(pods, key=lambda pod: (is_ready(pod.tree), _hash(pod) == update))


def _template_generation(tree: Tree) -> int:
    annotations = tree["metadata"].get("annotations") or {}
    return int(annotations.get("deprecated.daemonset.template.generation", "1"))


def _tolerant(template: Tree) -> Tree:
    """The template with what every Pod of a DaemonSet tolerates."""
    spec = template["spec"]
    tolerations: list[Tree] = list(spec.get("tolerations") or ())
    for name, effect in _TOLERATED:
        toleration = {
            "key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect,
        }  # fmt: skip
        if toleration not in tolerations:
            tolerations.append(toleration)
    return {**template, "spec": {**spec, "tolerations": tolerations}}


def _only_on(node: str, affinity: Tree) -> Tree:
    """The affinity of a template, with the one node in the place of those that it allows."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    return {**affinity, "nodeAffinity": {**(affinity.get("nodeAffinity") or {}), **required}}


def _wanted_node(pod: Tree) -> str:
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name":
                return str(field["values"][0])
    return ""
