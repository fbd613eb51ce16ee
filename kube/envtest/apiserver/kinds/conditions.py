"""Conditions in the form of metav1, which have rules of their own."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree


def check(conditions: list[Tree], path: str, causes: list[Cause]) -> None:
    types: set[str] = set()
    for index, condition in enumerate(conditions):
        where, kind = f"{path}[{index}]", condition.get("type", "")
        if kind in types:
            causes.append(status.duplicate(f"{where}.type", kind))
        types.add(kind)
        _check_one(condition, where, causes)


def _check_one(condition: Tree, path: str, causes: list[Cause]) -> None:
    formats.qualified_name(f"{path}.type", condition.get("type", ""), causes)
    states = ("False", "True", "Unknown")
    values.one_of(f"{path}.status", condition.get("status"), states, causes)
    generation = condition.get("observedGeneration", 0)
    if generation < 0:
        why = "must be greater than or equal to zero"
        causes.append(invalid_value(f"{path}.observedGeneration", generation, why))
    if condition.get("lastTransitionTime") is None:
        causes.append(required(f"{path}.lastTransitionTime"))
    if not condition.get("reason"):
        causes.append(required(f"{path}.reason"))
    else:
        formats.condition_reason(f"{path}.reason", condition["reason"], causes)
    for member, most in (("reason", 1024), ("message", 32 * 1024)):
        if len(condition.get(member, "")) > most:
            causes.append(status.too_long(f"{path}.{member}", most))
