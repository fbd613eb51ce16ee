"""PodDisruptionBudgets."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import conditions, values
from kube.envtest.apiserver.kinds.builtin import Checks, Kind, Rules
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _check(spec: Tree, path: str, causes: list[Cause]) -> None:
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least is not None and most is not None:
        shown = go_value("policy.PodDisruptionBudgetSpec", spec)
        why = "minAvailable and maxUnavailable cannot be both set"
        causes.append(status.invalid_value(path, shown, why))
    for member in ("minAvailable", "maxUnavailable"):
        if spec.get(member) is not None:
            values.int_or_percent(f"{path}.{member}", spec[member], causes)
            values.at_most_all(f"{path}.{member}", spec[member], causes)
    values.selector(f"{path}.selector", spec.get("selector"), causes)
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None:
        where = f"{path}.unhealthyPodEvictionPolicy"
        values.one_of(where, policy, ("AlwaysAllow", "IfHealthyBudget"), causes)


_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    conditions.check(new["status"].get("conditions") or [], "status.conditions", causes)
    for member in _COUNTS:
        values.non_negative(f"status.{member}", new["status"].get(member), causes)


CHECKS: Checks = {"policy.v1.PodDisruptionBudgetSpec": (_check,)}
KINDS = {
    "poddisruptionbudgets": Kind(
        strategy=Rules(status_changes=_status_changes, own_metadata=(0, 0)), generation=True
    )
}
