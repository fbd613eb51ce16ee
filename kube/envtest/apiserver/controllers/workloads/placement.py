"""Which nodes take a Pod: by its node selector and affinity, and by the nodes' taints. Pure."""

from __future__ import annotations

from collections.abc import Collection

from kube.runtime.trees import Tree

SCHEDULING = ("NoSchedule", "NoExecute")
"""The effects of taints that keep new Pods from a node."""


def node_takes(node: Tree, pod: Tree) -> bool:
    """Whether a node takes a new Pod: it is schedulable, is what the Pod selects and requires, and
    its taints are tolerated."""
    if node["spec"].get("unschedulable"):
        return False
    return node_fits(node, pod) and is_tolerated(node, pod, SCHEDULING)


def node_fits(node: Tree, pod: Tree) -> bool:
    """Whether a node is what a Pod selects and requires."""
    labels = node["metadata"].get("labels") or {}
    wanted = pod["spec"].get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(_meets(node, t) for t in required["nodeSelectorTerms"])


def is_tolerated(node: Tree, pod: Tree, effects: Collection[str]) -> bool:
    """Whether a Pod tolerates the taints of a node that have these effects."""
    tolerations = pod["spec"].get("tolerations") or ()
    return all(
        taint.get("effect") not in effects or any(_tolerates(t, taint) for t in tolerations)
        for taint in node["spec"].get("taints") or ()
    )


def _meets(node: Tree, term: Tree) -> bool:
    """Whether a node meets a term of a node selector; an empty one is met by none."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    labels = node["metadata"].get("labels") or {}
    names = {"metadata.name": node["metadata"]["name"]}
    if not expressions and not fields:
        return False
    return all(_is_true(each, labels) for each in expressions) and all(
        _is_true(each, names) for each in fields
    )


def _is_true(requirement: Tree, values: Tree) -> bool:
    have = values.get(requirement["key"])
    wanted: list[str] = requirement.get("values") or []
    match requirement["operator"]:
        case "In":
            return have in wanted
        case "NotIn":
            return have not in wanted
        case "Exists":
            return have is not None
        case "DoesNotExist":
            return have is None
    try:
        number, limit = int(have or ""), int(wanted[0])
    except ValueError:
        return False
    return number > limit if requirement["operator"] == "Gt" else number < limit


def _tolerates(toleration: Tree, taint: Tree) -> bool:
    if toleration.get("effect") not in (None, "", taint.get("effect")):
        return False
    if toleration.get("key") not in (None, "", taint["key"]):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("value", "") == taint.get("value", ""))
