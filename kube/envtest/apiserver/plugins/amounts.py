"""Amounts of resources: what containers ask for, and what Pods take."""

from __future__ import annotations

from kube.envtest.apiserver.kinds.pod_amounts import Amounts, amounts, of_containers, total
from kube.runtime.trees import Tree

__all__ = ["Amounts", "amounts", "of_pod", "total"]


def of_pod(spec: Tree, member: str) -> Amounts:
    """The requests or limits of a Pod: those of its containers, and its overhead."""
    taken = of_containers(spec, member)
    overhead = amounts(spec.get("overhead"))
    if member == "limits":
        overhead = {name: amount for name, amount in overhead.items() if name in taken}
    return total([taken, overhead])
