"""PodDisruptionBudgets."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Kind
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _check(spec: Tree, path: str, causes: list[Cause]) -> None:
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least is not None and most is not None:
        shown = {
            "MinAvailable": least,
            "Selector": spec.get("selector"),
            "MaxUnavailable": most,
            "UnhealthyPodEvictionPolicy": spec.get("unhealthyPodEvictionPolicy"),
        }
        why = "minAvailable and maxUnavailable cannot be both set"
        causes.append(status.invalid_value(path, shown, why))
    for member in ("minAvailable", "maxUnavailable"):
        value = spec.get(member)
        values.int_or_percent(f"{path}.{member}", value, causes)
        if isinstance(value, str) and value[:-1].isdigit() and int(value[:-1]) > 100:
            why = "must not be greater than 100%"
            causes.append(status.invalid_value(f"{path}.{member}", value, why))
    values.selector(f"{path}.selector", spec.get("selector"), causes)
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None:
        where = f"{path}.unhealthyPodEvictionPolicy"
        values.one_of(where, policy, ("AlwaysAllow", "IfHealthyBudget"), causes)


CHECKS: Checks = {"policy.v1.PodDisruptionBudgetSpec": (_check,)}
KINDS = {"poddisruptionbudgets": Kind(generation=True)}
