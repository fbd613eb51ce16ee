"""Pods: what becomes of a new one, and what an update may change."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import pod_preparation
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.kinds.pod_checks import check_new_pod, check_status, pod_changes
from kube.envtest.apiserver.kinds.pod_warnings import pod_warnings
from kube.runtime.trees import Tree

_TOLERATED = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_COMPUTE = ("cpu", "memory")


def quality_of_service(pod: Tree) -> str:
    """Guaranteed, Burstable or BestEffort, by the resources of the Pod or of all containers."""
    spec = pod["spec"]
    if spec.get("resources") is not None:
        resources = [spec["resources"]]
    else:
        containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
        resources = [container.get("resources") or {} for container in containers]
    if not any(resources):
        return "BestEffort"
    requests, limits = ([_compute(each.get(m)) for each in resources] for m in _AMOUNTS)
    if not any(requests) and not any(limits):
        return "BestEffort"
    guaranteed = all(
        all(name in limit for name in _COMPUTE)
        and all(request.get(name, limit[name]) == limit[name] for name in _COMPUTE)
        for limit, request in zip(limits, requests, strict=True)
    )
    return "Guaranteed" if guaranteed else "Burstable"


_AMOUNTS = ("requests", "limits")


def _compute(amounts: Tree | None) -> Tree:
    return {n: text for n, text in (amounts or {}).items() if n in _COMPUTE and text != "0"}


def _create(pod: Tree) -> None:
    if pod["spec"].get("terminationGracePeriodSeconds", 0) < 0:
        pod["spec"]["terminationGracePeriodSeconds"] = 1
    pod["status"] = {"phase": "Pending", "qosClass": quality_of_service(pod)}
    if pod["spec"].get("schedulingGates"):
        gated = {
            "type": "PodScheduled",
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": pod["metadata"]["creationTimestamp"],
            "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates",
        }
        pod["status"] = {**pod["status"], "conditions": [gated]}
    pod_preparation.drop_gated(pod["spec"])
    pod_preparation.merge_label_keys(pod)
    pod_preparation.take_app_armor(pod)
    _admit(pod)


def _admit(pod: Tree) -> None:
    """What the admission plugins DefaultTolerationSeconds and Priority do."""
    spec = pod["spec"]
    tolerations = spec.get("tolerations") or []
    for key in _TOLERATED:
        tolerated = any(
            each.get("key", "") in ("", key) and each.get("effect", "") in ("", "NoExecute")
            for each in tolerations
        )
        if not tolerated:
            toleration = {
                "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
            }  # fmt: skip
            tolerations = [*tolerations, toleration]
    spec["tolerations"] = tolerations
    spec.setdefault("priority", 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _update(new: Tree, old: Tree) -> None:
    pod_preparation.drop_gated(new["spec"])
    now, before = new["spec"], old["spec"]
    if now.get("terminationGracePeriodSeconds", 0) < 0:
        now["terminationGracePeriodSeconds"] = 1
    for member in ("priority", "preemptionPolicy"):
        if member in before:
            now.setdefault(member, before[member])
    _admit(new)


def _update_status(new: Tree, old: Tree) -> None:
    new["metadata"].pop("ownerReferences", None)
    if "ownerReferences" in old["metadata"]:
        new["metadata"]["ownerReferences"] = old["metadata"]["ownerReferences"]
    now, before = new["status"], old["status"]
    for member in ("qosClass", "observedGeneration"):
        if not now.get(member) and member in before:
            now[member] = before[member]
    _keep_generations(now.get("conditions") or [], before.get("conditions") or [])
    pod_preparation.drop_gated_status(now)


def _keep_generations(now: list[Tree], before: list[Tree]) -> None:
    """Conditions that say of no generation keep that of the one which they replace."""
    had: dict[str, list[int]] = {}
    for each in before:
        had.setdefault(each.get("type", ""), []).append(each.get("observedGeneration", 0))
    for each in now:
        generations = had.get(each.get("type", ""))
        generation = generations.pop(0) if generations else 0
        if generation and not each.get("observedGeneration"):
            each["observedGeneration"] = generation


def _warns(new: Tree, old: Tree | None) -> list[str]:
    return pod_warnings(new) if old is None else []


def _grace(pod: Tree, wanted: int | None) -> int:
    if not pod["spec"].get("nodeName"):
        return 0
    if pod["status"].get("phase") in ("Failed", "Succeeded"):
        return 0
    period: int = pod["spec"].get("terminationGracePeriodSeconds", 30)
    return period if wanted is None else max(wanted, 0)


KIND = Kind(
    strategy=Rules(
        create=_create,
        validate_new=check_new_pod,
        update=_update,
        update_status=_update_status,
        changes=pod_changes,
        status_changes=check_status,
        warns=_warns,
        grace=_grace,
        own_metadata=(1, 1),
    ),
    generation=True,
    selectable=(
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
)
