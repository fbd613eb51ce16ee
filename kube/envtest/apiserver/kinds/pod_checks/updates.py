"""What an update of a Pod may change."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.pod_checks import containers, placement, pod_annotations
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_CHANGES = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)


def pod_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    had = old["metadata"].get("annotations") or {}
    have = new["metadata"].get("annotations") or {}
    if had or have:
        pod_annotations.check_changes(have, had, "metadata.annotations", causes)
        pod_annotations.check(have, now, "metadata.annotations", causes)
    for member in ("containers", "initContainers"):
        if not _check_images(now.get(member) or [], before.get(member) or [], member, causes):
            return
    if not _check_deadline(now.get("activeDeadlineSeconds"), before, causes):
        return
    _check_tolerations(now.get("tolerations") or [], before.get("tolerations") or [], causes)
    _check_gates(now.get("schedulingGates") or [], before.get("schedulingGates") or [], causes)
    if now != before:
        fixed = _fixed(now, before)
        if before.get("schedulingGates"):
            _check_gated(fixed, before, causes)
        if fixed != before:
            causes.append(not_allowed("spec", _CHANGES))


def _check_images(now: list[Tree], before: list[Tree], member: str, causes: list[Cause]) -> bool:
    """Whether the rest of the update is worth a look."""
    if len(now) != len(before):
        why = "pod updates may not add or remove containers"
        causes.append(not_allowed(f"spec.{member}", why))
        return False
    for index, container in enumerate(now):
        where = f"spec.{member}[{index}]"
        if not container.get("image"):
            causes.append(required(f"{where}.image"))
        containers.check_image(container, where, causes)
    return True


def _check_deadline(deadline: int | None, before: Tree, causes: list[Cause]) -> bool:
    """Whether the rest of the update is worth a look."""
    where, had = "spec.activeDeadlineSeconds", before.get("activeDeadlineSeconds")
    if deadline is None:
        if had is not None:
            why = "must not update from a positive integer to nil value"
            causes.append(invalid_value(where, None, why))
        return True
    count = len(causes)
    values.between(where, deadline, 0, values.MOST_INT32, causes)
    if len(causes) == count and had is not None and deadline > had:
        why = "must be less than or equal to previous value"
        causes.append(invalid_value(where, deadline, why))
    return len(causes) == count


def _check_tolerations(now: list[Tree], before: list[Tree], causes: list[Cause]) -> None:
    have = [_without_seconds(each) for each in now]
    if any(_without_seconds(each) not in have for each in before):
        why = "existing toleration can not be modified except its tolerationSeconds"
        causes.append(not_allowed("spec.tolerations", why))
    else:
        placement.check_tolerations(now, "spec.tolerations", causes)


def _without_seconds(toleration: Tree) -> Tree:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}


def _check_gates(now: list[Tree], before: list[Tree], causes: list[Cause]) -> None:
    had = {gate.get("name", "") for gate in before}
    places = {gate.get("name", ""): index for index, gate in enumerate(now)}
    for name, index in places.items():
        if name not in had:
            why = f"only deletion is allowed, but found new scheduling gate '{name}'"
            causes.append(not_allowed(f"spec.schedulingGates[{index}].name", why))


_CHANGEABLE = ("activeDeadlineSeconds", "tolerations", "schedulingGates")


def _fixed(now: Tree, before: Tree) -> Tree:
    """The new specification with the old one's members that may change."""
    fixed = {**now}
    for member in _CHANGEABLE:
        fixed.pop(member, None)
        if member in before:
            fixed[member] = before[member]
    for member in ("containers", "initContainers"):
        if member in now:
            pairs = zip(now[member] or (), before.get(member) or (), strict=True)
            fixed[member] = [_with_image(new, old) for new, old in pairs]
    grace = "terminationGracePeriodSeconds"
    if before.get(grace, 0) < 0 and now.get(grace) == 1:
        fixed[grace] = before[grace]
    return fixed


def _with_image(new: Tree, old: Tree) -> Tree:
    rest = {key: value for key, value in new.items() if key != "image"}
    return {**rest, "image": old["image"]} if "image" in old else rest


_ADDITIONS = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def _check_gated(fixed: Tree, before: Tree, causes: list[Cause]) -> None:
    """A Pod that waits at a gate may have its choice of nodes narrowed."""
    had, have = before.get("nodeSelector") or {}, fixed.get("nodeSelector") or {}
    if any(have.get(key) != value for key, value in had.items()):
        shown: Any = fixed.get("nodeSelector")
        causes.append(invalid_value("spec.nodeSelector", shown, _ADDITIONS))
    _restore(fixed, before, "nodeSelector")
    now = dict(fixed.get("affinity") or {})
    old_affinity = before.get("affinity") or {}
    if now.get("nodeAffinity") == old_affinity.get("nodeAffinity"):
        return
    _check_node_affinity(now.get("nodeAffinity"), old_affinity.get("nodeAffinity"), causes)
    _restore(now, old_affinity, "nodeAffinity")
    if now or "affinity" in before:
        fixed["affinity"] = now
    else:
        fixed.pop("affinity", None)


def _restore(tree: Tree, source: Tree, member: str) -> None:
    tree.pop(member, None)
    if member in source:
        tree[member] = source[member]


def _check_node_affinity(now: Tree | None, before: Tree | None, causes: list[Cause]) -> None:
    had = ((before or {}).get(_REQUIRED) or {}).get("nodeSelectorTerms") or []
    have = ((now or {}).get(_REQUIRED) or {}).get("nodeSelectorTerms") or []
    where = f"spec.affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"
    if had and len(had) != len(have):
        why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        causes.append(invalid_value(where, have or None, why))
        return
    for index, old in enumerate(had):
        if not _only_adds(have[index], old):
            why = "only additions are allowed (no mutations or deletions)"
            causes.append(invalid_value(f"{where}[{index}]", have[index], why))


def _only_adds(new: Tree, old: Tree) -> bool:
    members = ("matchExpressions", "matchFields")
    if not any(old.get(member) for member in members):
        return not any(new.get(member) for member in members)
    return all(
        (new.get(member) or [])[: len(old.get(member) or [])] == (old.get(member) or [])
        for member in members
    )
