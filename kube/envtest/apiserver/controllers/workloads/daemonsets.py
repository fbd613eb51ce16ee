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

    def _by_node(self, tree: Tree) -> dict[str, Stored]:
        return {_wanted_node(pod.tree): pod for pod in self.owned(tree)}

    def _keep(self, stored: Stored, nodes: list[str], update: str) -> None:
        pods = self._by_node(stored.tree)
        namespace, name = stored.key
        for node in nodes:
            pod = pods.get(node)
            if pod is not None and pod.tree["status"].get("phase") in ("Failed", "Succeeded"):
                self.delete(PODS, pod, grace=0)
            elif pod is None and self.may_create(namespace):
                template = _tolerant(stored.tree["spec"]["template"])
                new = pod_of(template, stored.tree, "apps/v1", "DaemonSet")
                labels = new["metadata"].get("labels") or {}
                new["metadata"]["labels"] = {
                    **labels,
                    HASH: update,
                    "pod-template-generation": str(_template_generation(stored.tree)),
                }
                new["metadata"]["generateName"] = f"{name}-"
                new["spec"]["affinity"] = _only_on(node)
                self.create(PODS, namespace, new, owner=stored)
        for node, pod in pods.items():
            if node not in nodes and "deletionTimestamp" not in pod.tree["metadata"]:
                self.delete(PODS, pod)

    def _roll(self, stored: Stored, nodes: list[str], update: str) -> None:
        """Replace Pods of an old template, as many at once as may be missing."""
        strategy = stored.tree["spec"]["updateStrategy"]
        if strategy.get("type") != "RollingUpdate":
            return
        rolling = strategy.get("rollingUpdate") or {}
        most = resolve(rolling.get("maxUnavailable", 1), len(nodes), up=True) or 1
        pods = self._by_node(stored.tree)
        missing = sum(node not in pods or not is_ready(pods[node].tree) for node in nodes)
        for pod in pods.values():
            if missing >= most:
                return
            is_old = (pod.tree["metadata"].get("labels") or {}).get(HASH) != update
            if is_old and "deletionTimestamp" not in pod.tree["metadata"]:
                self.delete(PODS, pod)
                missing += 1

    def _report(self, stored: Stored, nodes: list[str], update: str) -> None:
        tree = stored.tree
        pods = self._by_node(tree)
        here = [pods[node] for node in nodes if node in pods]
        ready = [pod for pod in here if is_ready(pod.tree)]
        seconds, now = tree["spec"].get("minReadySeconds", 0), self.state.now()
        available = 0
        for pod in ready:
            at = available_at(pod.tree, seconds)
            if at is not None and at <= now:
                available += 1
            elif at is not None:
                self.again(stored.key, at)
        counts = {
            "currentNumberScheduled": len(here),
            "numberMisscheduled": len(pods) - len(here),
            "desiredNumberScheduled": len(nodes),
            "numberReady": len(ready),
            "observedGeneration": tree["metadata"].get("generation", 0),
            "updatedNumberScheduled": sum(
                (pod.tree["metadata"].get("labels") or {}).get(HASH) == update for pod in here
            ),
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


def _only_on(node: str) -> Tree:
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


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
