"""The disruption controller: how many Pods a PodDisruptionBudget lets go.

As `pkg/controller/disruption` of Kubernetes. An eviction asks the status that is written here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kube.envtest.apiserver.controllers.workloads.indexes import (
    Labelled,
    Selecting,
    required_labels,
)
from kube.envtest.apiserver.controllers.workloads.rollouts import resolve
from kube.envtest.apiserver.controllers.workloads.worker import (
    BUDGETS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    Worker,
    condition,
    controller_of,
    is_ready,
    with_condition,
)
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Stored
from kube.envtest.apiserver.storage.writes import timestamp
from kube.runtime import jsonpath
from kube.runtime.trees import Tree

_DELETED_WITHIN = timedelta(minutes=2)
"""After which a Pod that was evicted and is still there counts again."""
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be unmanaged. "
    "As a result, the status of the PDB cannot be calculated correctly, which may result in "
    'undefined behavior. To account for these pods please set ".spec.minAvailable" field of the '
    "PDB to an integer value."
)


class _SyncFailedError(Exception):
    """Why the number of expected Pods is not known."""


class DisruptionController(Worker):
    name = "disruption-controller"
    component = "controllermanager"
    watches = BUDGETS
    kind = "PodDisruptionBudget"

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._budgets = Selecting()
        self._pods = Labelled()

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        key, tree = change.current.key, change.current.tree
        if storage == BUDGETS:
            if change.type == "DELETED":
                self._budgets.remove(key)
            else:
                self._budgets.put(key, required_labels(tree["spec"].get("selector")))
        elif storage == PODS:
            if change.type == "DELETED":
                self._pods.remove(key)
            else:
                self._pods.put(key, tree["metadata"].get("labels") or {})
            for version in (change.previous, change.current):
                if version is not None:
                    self._examine(key[0], version.tree)

    def _examine(self, namespace: str, pod: Tree) -> None:
        labels = pod["metadata"].get("labels") or {}
        budgets = self.state.store.collection(BUDGETS).objects
        for key in self._budgets.matching(namespace, labels):
            if key in self.due or key not in budgets:
                continue
            if selector_of(budgets[key].tree["spec"].get("selector")).matches(labels):
                self.due[key] = None

    def reconcile(self, stored: Stored) -> None:
        pods = self._selected(stored)
        if not pods:
            self.tell(stored, "NoPods", "No matching pods found")
        try:
            expected, desired = self._wanted(stored, pods)
        except _SyncFailedError as error:
            why = f"Failed to calculate the number of expected pods: {error}"
            self.warn(stored, "CalculateExpectedPodCountFailed", why)
            self._fail_safe(stored, str(error))
            return
        now = self.state.now()
        disrupted = self._disrupted(stored, pods, now)
        healthy = sum(
            is_ready(pod)
            for pod in pods
            if "deletionTimestamp" not in pod["metadata"]
            and pod["metadata"]["name"] not in disrupted
        )
        self._report(stored, healthy, desired, expected, disrupted)
        if disrupted:
            first = min(map(datetime.fromisoformat, disrupted.values()))
            self.again(stored.key, first + _DELETED_WITHIN)

    def _selected(self, stored: Stored) -> list[Tree]:
        tree = stored.tree["spec"].get("selector")
        selector = selector_of(tree)
        objects = self.state.store.collection(PODS).objects
        keys = self._pods.having(stored.key[0], required_labels(tree)) if tree is not None else ()
        pods = (objects[key].tree for key in keys)
        return [pod for pod in pods if selector.matches(pod["metadata"].get("labels"))]

    def _wanted(self, stored: Stored, pods: list[Tree]) -> tuple[int, int]:
        """How many Pods are expected, and how many must be healthy."""
        spec = stored.tree["spec"]
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        if most is not None:
            expected = self._expected(stored, pods)
            return expected, max(0, expected - resolve(most, expected, up=True))
        if isinstance(least, int):
            return len(pods), least
        if least is not None:
            expected = self._expected(stored, pods)
            return expected, resolve(least, expected, up=True)
        return 0, 0

    def _expected(self, stored: Stored, pods: list[Tree]) -> int:
        """The sum of the replicas of all that controls these Pods."""
        replicas: dict[str, int] = {}
        unmanaged = False
        for pod in pods:
            reference = controller_of(pod)
            if reference is None:
                unmanaged = True
            elif reference["uid"] not in replicas:
                uid, count = self._replicas(pod, reference)
                replicas[uid] = count
        if unmanaged:
            selector = stored.tree["spec"].get("selector")
            shown = _go_selector(selector)
            self.warn(stored, "UnmanagedPods", _UNMANAGED.format(selector=shown))
        return sum(replicas.values())

    def _replicas(self, pod: Tree, reference: Tree) -> tuple[str, int]:
        """The uid and the replicas of what controls a Pod: a Deployment, or what has a scale."""
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        unknown = _SyncFailedError(f'found no controllers for pod "{name}"')
        group, _, version = reference["apiVersion"].rpartition("/")
        resource = self.state.registry.by_kind(group, version, reference["kind"])
        if resource is None:
            why = (
                f'no matches for kind "{reference["kind"]}" in version "{reference["apiVersion"]}"'
            )
            raise _SyncFailedError(why)
        if "scale" not in resource.subresources:
            plural = f"{resource.plural}.{group}" if group else resource.plural
            raise _SyncFailedError(f"{plural} does not implement the scale subresource")
        place = (namespace, reference["name"])
        owner = self.state.store.collection(resource.storage).objects.get(place)
        if owner is None or owner.tree["metadata"]["uid"] != reference["uid"]:
            raise unknown
        above = controller_of(owner.tree) if resource.storage == REPLICA_SETS else None
        if above is not None and above["kind"] == "Deployment":
            deployments = self.state.store.collection(DEPLOYMENTS).objects
            deployment = deployments.get((namespace, above["name"]))
            if deployment is None or deployment.tree["metadata"]["uid"] != above["uid"]:
                raise unknown
            return str(above["uid"]), int(deployment.tree["spec"].get("replicas", 0))
        path = resource.scale.spec_path if resource.scale is not None else ".spec.replicas"
        replicas = jsonpath.compiled(path).find(owner.tree)
        return str(reference["uid"]), replicas[0] if replicas else 0

    def _disrupted(self, stored: Stored, pods: list[Tree], now: datetime) -> dict[str, str]:
        """The Pods that were evicted and have not begun to go, with the time of the eviction."""
        known = stored.tree["status"].get("disruptedPods") or {}
        return {
            name: known[name]
            for pod in pods
            if (name := pod["metadata"]["name"]) in known
            and "deletionTimestamp" not in pod["metadata"]
            and datetime.fromisoformat(known[name]) + _DELETED_WITHIN > now
        }

    def _report(
        self, stored: Stored, healthy: int, desired: int, expected: int, disrupted: dict[str, str]
    ) -> None:
        allowed = max(0, healthy - desired) if expected > 0 else 0
        generation = stored.tree["metadata"].get("generation", 0)
        status: Tree = {
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "disruptionsAllowed": allowed,
            "observedGeneration": generation,
        }
        if disrupted:
            status["disruptedPods"] = disrupted
        have = dict(stored.tree["status"])
        said = condition(stored.tree, "DisruptionAllowed")
        state, reason = ("True", "SufficientPods") if allowed else ("False", "InsufficientPods")
        conditions = have.pop("conditions", [])
        is_said = said is not None and (said["status"], said["reason"]) == (state, reason)
        if have == status and is_said:
            return
        status["conditions"] = self._with(conditions, state, reason, "", generation)
        self.update_status(BUDGETS, stored, status)

    def _fail_safe(self, stored: Stored, why: str) -> None:
        """Allow no disruption while it is not known how many are too many."""
        have = stored.tree["status"]
        generation = have.get("observedGeneration", 0)
        conditions = self._with(
            have.get("conditions") or [], "False", "SyncFailed", why, generation
        )
        status = {**have, "disruptionsAllowed": 0, "conditions": conditions}
        self.update_status(BUDGETS, stored, status)

    def _with(
        self, conditions: list[Tree], state: str, reason: str, message: str, generation: int
    ) -> list[Tree]:
        new: Tree = {
            "type": "DisruptionAllowed",
            "status": state,
            "reason": reason,
            "message": message,
            "lastTransitionTime": timestamp(self.state.now()),
        }
        if generation:
            new["observedGeneration"] = generation
        return with_condition(conditions, new)


def _go_selector(selector: Tree | None) -> str:
    """A LabelSelector as Go prints a pointer to one."""
    if selector is None:
        return "nil"
    labels = "".join(
        f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items())
    )
    rest = ""
    for each in selector.get("matchExpressions") or ():
        values = " ".join(each.get("values") or ())
        rest += (
            f"LabelSelectorRequirement{{Key:{each['key']},Operator:{each['operator']},"
            f"Values:[{values}],}},"
        )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{rest}}},}}"
    )
