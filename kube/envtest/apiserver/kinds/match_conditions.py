"""Conditions in CEL of webhooks and policies: which requests they are for."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.expressions import Expressions
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def check(
    conditions: list[Tree], path: str, causes: list[Cause], *, has_params: bool = False
) -> None:
    if len(conditions) > 64:
        causes.append(status.too_many(path, len(conditions), 64))
    names: set[str] = set()
    expressions = Expressions(has_params=has_params)
    for index, condition in enumerate(conditions):
        where, name = f"{path}[{index}]", condition.get("name", "")
        expression = condition.get("expression", "").strip()
        if not expression:
            causes.append(status.required(f"{where}.expression"))
        else:
            expressions.check(f"{where}.expression", expression, ("bool",), causes)
        if not name:
            causes.append(status.required(f"{where}.name"))
        else:
            formats.qualified_name(f"{where}.name", name, causes)
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        if name:
            names.add(name)
