"""The daemonset controller: a Pod on each node that takes it.

As `pkg/controller/daemon` of Kubernetes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kube.envtest.apiserver.controllers.workloads.placement import (
    SCHEDULING,
    is_tolerated,
    node_fits,
)
from kube.envtest.apiserver.controllers.workloads.revisions import HASH, History
from kube.envtest.apiserver.controllers.workloads.rollouts import resolve
from kube.envtest.apiserver.controllers.workloads.worker import (
    DAEMON_SETS,
    NODES,
    PODS,
    REVISIONS,
    Worker,
    is_ready,
    pod_of,
)
from kube.envtest.apiserver.state import State
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
_GENERATION = "pod-template-generation"
_ENDED = ("Failed", "Succeeded")
_LONGEST_BACK_OFF = 900.0
"""Seconds between the failures of two Pods on a node; the first pause is one."""


class DaemonSetController(Worker):
    name = "daemonset-controller"
    watches = DAEMON_SETS
    kind = "DaemonSet"
    owns = PODS
    adopts = True

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.history = History(self, HASH)
        self._failures: dict[str, dict[str, tuple[datetime, float]]] = {}
        """Of each DaemonSet by uid, and node: when a Pod failed last, and the pause after it."""

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        self.history.observe(storage, change)
        if storage == DAEMON_SETS and change.type == "DELETED":
            self._failures.pop(change.current.tree["metadata"]["uid"], None)
        if storage == NODES and _is_other_node(change):
            for key in self.state.store.collection(DAEMON_SETS).objects:
                self.due[key] = None

    def reconcile(self, stored: Stored) -> None:
        if "deletionTimestamp" in stored.tree["metadata"]:
            return
        self.history.adopt(stored)
        revision = self.history.current(stored)
        if revision is None:
            return
        _Sync(self, stored, revision.tree["metadata"]["labels"][HASH]).run()
        self._clean_up(stored, revision)

    def _clean_up(self, stored: Stored, current: Stored) -> None:
        """Delete the oldest revisions beyond the limit that no Pod was made of."""
        old = [each for each in self.history.of(stored) if each.key != current.key]
        more = len(old) - stored.tree["spec"].get("revisionHistoryLimit", 10)
        used = {_hash(pod) for pod in self.owned(stored.tree)}
        unused = [each for each in old if _hash(each) not in used]
        for each in unused[: max(0, more)]:
            self.delete(REVISIONS, each)

    def must_wait(self, uid: str, node: str) -> float:
        """Seconds until a Pod that failed on a node may be replaced; 0 for now, which counts."""
        now = self.state.now()
        failures = self._failures.setdefault(uid, {})
        last, pause = failures.get(node, (None, 0.0))
        if last is not None and now - last < timedelta(seconds=pause):
            return pause
        is_long_ago = last is not None and now - last > timedelta(seconds=2 * _LONGEST_BACK_OFF)
        grown = 1.0 if is_long_ago or not pause else min(2 * pause, _LONGEST_BACK_OFF)
        failures[node] = (now, grown)
        return 0.0


class _Sync:
    """One reconciliation of one DaemonSet."""

    def __init__(self, worker: DaemonSetController, stored: Stored, update: str) -> None:
        self._worker = worker
        self._stored = stored
        self._update = update
        self._spec: Tree = stored.tree["spec"]
        self._template = _tolerant(self._spec["template"])
        collection = worker.state.store.collection(NODES)
        self._nodes = {node.key[1]: self._takes(node.tree) for node in collection.objects.values()}

    def _takes(self, node: Tree) -> tuple[bool, bool]:
        """Whether a Pod should be started on a node, and whether one should stay there."""
        wanted = self._spec["template"]["spec"].get("nodeName")
        if wanted and wanted != node["metadata"]["name"]:
            return False, False
        if not node_fits(node, self._template):
            return False, False
        if is_tolerated(node, self._template, SCHEDULING):
            return True, True
        return False, is_tolerated(node, self._template, ("NoExecute",))

    def run(self) -> None:
        before = self._pods()
        starts, stops = self._manage(before)
        stops += [
            pod
            for node, pods in before.items()
            for pod in pods
            if node not in self._nodes and not pod.tree["spec"].get("nodeName")
        ]
        self._sync(starts, stops)
        strategy = self._spec["updateStrategy"]
        if strategy.get("type") == "RollingUpdate" and not self._worker.is_refused:
            if self._surge():
                self._roll_with_surge(self._surge())
            else:
                self._roll()
        self._report()

    def _pods(self) -> dict[str, list[Stored]]:
        """The Pods for each node: several while a new one takes over from an old one."""
        pods: dict[str, list[Stored]] = {}
        for pod in self._worker.owned(self._stored.tree):
            has_ended = pod.tree["status"].get("phase") in _ENDED
            node = _wanted_node(pod.tree)
            if node and not (has_ended and _is_going(pod)):
                pods.setdefault(node, []).append(pod)
        for here in pods.values():
            here.sort(key=lambda pod: not pod.tree["spec"].get("nodeName"))
        return pods

    # Keeping a Pod on each node.

    def _manage(self, pods: dict[str, list[Stored]]) -> tuple[list[str], list[Stored]]:
        """The nodes that need a Pod, and the Pods that have to go."""
        starts: list[str] = []
        stops: list[Stored] = []
        for node, (should_run, may_stay) in self._nodes.items():
            here = pods.get(node, [])
            if should_run and node not in pods:
                starts.append(node)
            elif may_stay:
                running = self._running(node, here, stops)
                if self._surge():
                    if not running and should_run:
                        starts.append(node)
                    stops += self._superseded(running)
                else:
                    stops += running[1:]
            else:
                stops += [pod for pod in here if not _is_going(pod)]
        return starts, stops

    def _running(self, node: str, pods: list[Stored], stops: list[Stored]) -> list[Stored]:
        """The Pods of a node that have not ended; the others are added to what has to go."""
        running = []
        for pod in pods:
            if _is_going(pod):
                continue
            phase = pod.tree["status"].get("phase")
            which = f"daemon pod {'/'.join(pod.key)} on node {node}"
            if phase == "Failed":
                pause = self._worker.must_wait(self._stored.tree["metadata"]["uid"], node)
                if pause:
                    self._worker.again_in(self._stored.key, pause)
                    continue
                why = f"Found failed {which}, will try to kill it"
                self._worker.warn(self._stored, "FailedDaemonPod", why)
                stops.append(pod)
            elif phase == "Succeeded":
                why = f"Found succeeded {which}, will try to delete it"
                self._worker.tell(self._stored, "SucceededDaemonPod", why)
                stops.append(pod)
            else:
                running.append(pod)
        return running

    def _superseded(self, running: list[Stored]) -> list[Stored]:
        """Of the Pods of a node, all but the oldest of each template; and the oldest old one, when
        it is not ready, or the new one is available."""
        if len(running) <= 1:
            return []
        new = [pod for pod in running if _hash(pod) == self._update]
        old = [pod for pod in running if _hash(pod) != self._update]
        stops = new[1:] + old[1:]
        if new and old and (not is_ready(old[0].tree) or self._is_available(new[0])):
            stops.append(old[0])
        return stops

    def _sync(self, starts: list[str], stops: list[Stored]) -> None:
        for node in starts:
            if not self._start(node):
                break
        for pod in stops:
            self._worker.stop_pod(self._stored, pod)

    def _start(self, node: str) -> bool:
        namespace, name = self._stored.key
        if not self._worker.may_create(namespace):
            return True
        new = pod_of(self._template, self._stored.tree, "apps/v1", "DaemonSet")
        labels = {**(new["metadata"].get("labels") or {}), HASH: self._update}
        generation = _template_generation(self._stored.tree)
        if generation is not None:
            labels[_GENERATION] = generation
        new["metadata"]["labels"] = labels
        new["metadata"]["generateName"] = f"{name}-"
        new["spec"]["affinity"] = _only_on(node, new["spec"].get("affinity") or {})
        return self._worker.start_pod(self._stored, new) is not None

    # Rolling out a new template.

    def _wanted(self) -> int:
        return sum(should_run for should_run, _ in self._nodes.values())

    def _surge(self) -> int:
        strategy = self._spec["updateStrategy"]
        rolling = strategy.get("rollingUpdate") or {}
        if strategy.get("type") != "RollingUpdate":
            return 0
        return resolve(rolling.get("maxSurge", 0), max(1, self._wanted()), up=True)

    def _unavailable(self) -> int:
        rolling = self._spec["updateStrategy"].get("rollingUpdate") or {}
        most = resolve(rolling.get("maxUnavailable", 1), self._wanted(), up=True)
        return most or (1 if self._wanted() else 0)

    def _pairs(self) -> dict[str, tuple[Stored | None, Stored | None] | None]:
        """The new and the old Pod of each node; None where there are more than one of a kind."""
        pods = self._pods()
        pairs: dict[str, tuple[Stored | None, Stored | None] | None] = {}
        wanted = [node for node, (should_run, _) in self._nodes.items() if should_run]
        for node in dict.fromkeys([*pods, *wanted]):
            here = [pod for pod in pods.get(node, ()) if not _is_going(pod)]
            new = [pod for pod in here if self._is_updated(pod)]
            old = [pod for pod in here if not self._is_updated(pod)]
            is_clear = len(new) <= 1 and len(old) <= 1
            pair = (new[0] if new else None, old[0] if old else None)
            pairs[node] = pair if is_clear else None
        return pairs

    def _roll(self) -> None:
        """Delete Pods of an old template, as many at once as may be missing."""
        missing, most = 0, self._unavailable()
        stops: list[Stored] = []
        candidates: list[Stored] = []
        for pair in self._pairs().values():
            new, old = pair or (None, None)
            if (new is None) == (old is None):
                missing += 1
            elif new is not None:
                missing += not self._is_available(new)
            elif old is not None and not self._is_available(old):
                stops.append(old)
                missing += 1
            elif old is not None and missing < most:
                candidates.append(old)
        self._sync([], stops + candidates[: max(0, most - missing)])

    def _roll_with_surge(self, most: int) -> None:
        """Start new Pods beside old ones, so many at once, and delete an old one when the new one
        is available."""
        surplus = available = 0
        starts: list[str] = []
        candidates: list[str] = []
        stops: list[Stored] = []
        leaving: list[Stored] = []
        for node, pair in self._pairs().items():
            if pair is None:
                surplus += 1
                continue
            new, old = pair
            shown = old or new
            available += shown is not None and self._is_available(shown)
            should_run = self._nodes.get(node, (False, False))[0]
            if old is None:
                continue
            if new is not None:
                if self._is_available(new):
                    stops.append(old)
                else:
                    surplus += 1
            elif not self._is_available(old):
                if should_run:
                    starts.append(node)
                else:
                    stops.append(old)
            elif not should_run:
                leaving.append(old)
            elif surplus < most:
                candidates.append(node)
        stops += leaving[: max(0, available - self._wanted())]
        self._sync(starts + candidates[: max(0, most - surplus)], stops)

    def _is_updated(self, pod: Stored) -> bool:
        labels = pod.tree["metadata"].get("labels") or {}
        generation = _template_generation(self._stored.tree)
        if generation is not None and labels.get(_GENERATION) == generation:
            return True
        return bool(labels.get(HASH) == self._update)

    def _is_available(self, pod: Stored) -> bool:
        return self._worker.is_available(pod, self._stored)

    def _report(self) -> None:
        pods = self._pods()
        wanted = [node for node, (should_run, _) in self._nodes.items() if should_run]
        others = [node for node in self._nodes if node not in wanted]
        here = [pods[node][0] for node in wanted if node in pods]
        ready = [pod for pod in here if is_ready(pod.tree)]
        available = sum(self._is_available(pod) for pod in ready)
        counts = {
            "currentNumberScheduled": len(here),
            "numberMisscheduled": sum(node in pods for node in others),
            "desiredNumberScheduled": len(wanted),
            "numberReady": len(ready),
            "observedGeneration": self._stored.tree["metadata"].get("generation", 0),
            "updatedNumberScheduled": sum(map(self._is_updated, here)),
            "numberAvailable": available,
            "numberUnavailable": len(wanted) - available,
        }
        kept = (
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
        )
        status = {key: count for key, count in counts.items() if count or key in kept}
        if "collisionCount" in self._stored.tree["status"]:
            status["collisionCount"] = self._stored.tree["status"]["collisionCount"]
        self._worker.update_status(DAEMON_SETS, self._stored, status)


def _is_other_node(change: Change) -> bool:
    """Whether a node came, went, or takes other Pods than before."""
    if change.previous is None or change.type == "DELETED":
        return True
    before, now = change.previous.tree, change.current.tree
    labels = before["metadata"].get("labels") != now["metadata"].get("labels")
    return bool(labels or before["spec"] != now["spec"])


def _is_going(pod: Stored) -> bool:
    return "deletionTimestamp" in pod.tree["metadata"]


def _hash(pod: Stored) -> str:
    return str((pod.tree["metadata"].get("labels") or {}).get(HASH, ""))


def _template_generation(tree: Tree) -> str | None:
    annotations = tree["metadata"].get("annotations") or {}
    text: str | None = annotations.get("deprecated.daemonset.template.generation")
    return text


def _tolerant(template: Tree) -> Tree:
    """The template with what every Pod of a DaemonSet tolerates."""
    spec = template["spec"]
    tolerations: list[Tree] = list(spec.get("tolerations") or ())
    more = [("network-unavailable", "NoSchedule")] if spec.get("hostNetwork") else []
    for name, effect in (*_TOLERATED, *more):
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
