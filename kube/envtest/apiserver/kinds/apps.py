"""Deployments, ReplicaSets, StatefulSets, DaemonSets and ControllerRevisions."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.claims import check_claim
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.pod_checks import CHECKS as POD_CHECKS
from kube.envtest.apiserver.kinds.pod_checks import check_template
from kube.envtest.apiserver.kinds.pod_defaults import DEFAULTS as POD_DEFAULTS
from kube.envtest.apiserver.kinds.values import (
    check_selector,
    dns_label,
    immutable,
    int_or_percent,
    non_negative,
)
from kube.envtest.apiserver.resources import Scale
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _deployment(deployment: Tree) -> None:
    spec = deployment["spec"]
    strategy = spec["strategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")


def _daemon_set(daemon_set: Tree) -> None:
    strategy = daemon_set["spec"]["updateStrategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)


_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


def _template_generation(daemon_set: Tree) -> None:
    annotations = daemon_set["metadata"].get("annotations") or {}
    daemon_set["metadata"]["annotations"] = {_TEMPLATE_GENERATION: "1", **annotations}


def _update_daemon_set(new: Tree, old: Tree) -> None:
    had = (old["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION, "0")
    number = int(had) + (new["spec"]["template"] != old["spec"]["template"])
    annotations = new["metadata"].get("annotations") or {}
    new["metadata"]["annotations"] = {**annotations, _TEMPLATE_GENERATION: str(number)}


def _stateful_set(stateful_set: Tree) -> None:
    spec = stateful_set["spec"]
    strategy = spec["updateStrategy"]
    spec.setdefault("podManagementPolicy", "OrderedReady")
    if "type" not in strategy:
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        rolling = strategy["rollingUpdate"]
        rolling.setdefault("partition", 0)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    policy.setdefault("whenDeleted", "Retain")
    policy.setdefault("whenScaled", "Retain")
    for claim in _claims(stateful_set):
        claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"
        claim["status"].setdefault("phase", "Pending")


def _replica_set(replica_set: Tree) -> None:
    replica_set["spec"].setdefault("replicas", 1)


def _check_deployment(deployment: Tree, path: str, causes: list[Cause]) -> None:
    spec = deployment["spec"]
    non_negative("spec.replicas", spec.get("replicas"), causes)
    selector = check_selector(spec, "deployment", causes)
    check_template(spec["template"], "spec.template", selector, causes)
    _check_strategy(spec["strategy"], "spec.strategy", causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    non_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"), causes)
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        non_negative("spec.progressDeadlineSeconds", deadline, causes)
        if deadline <= spec.get("minReadySeconds", 0):
            where, why = "spec.progressDeadlineSeconds", "must be greater than minReadySeconds"
            causes.append(status.invalid_value(where, deadline, why))


def _check_strategy(strategy: Tree, path: str, causes: list[Cause]) -> None:
    rolling = strategy.get("rollingUpdate")
    match strategy.get("type"):
        case "Recreate":
            if rolling is not None:
                why = "may not be specified when strategy `type` is 'Recreate'"
                causes.append(status.not_allowed(f"{path}.rollingUpdate", why))
        case "RollingUpdate":
            if rolling is None:
                causes.append(
                    status.required(
                        f"{path}.rollingUpdate", "this should be defaulted and never be nil"
                    )
                )
                return
            _check_rolling(rolling, f"{path}.rollingUpdate", causes)
        case other:
            supported = ("Recreate", "RollingUpdate")
            causes.append(status.not_supported(f"{path}.type", other or "", supported))


def _check_rolling(rolling: Tree, path: str, causes: list[Cause]) -> None:
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    int_or_percent(f"{path}.maxUnavailable", unavailable, causes)
    int_or_percent(f"{path}.maxSurge", surge, causes)
    if _number(unavailable) == 0 and _number(surge) == 0:
        why = "may not be 0 when `maxSurge` is 0"
        causes.append(status.invalid_value(f"{path}.maxUnavailable", unavailable, why))
    _at_most_all(f"{path}.maxUnavailable", unavailable, causes)


def _number(value: Any) -> int | None:
    """The number of an int-or-percent; None for what is neither."""
    if isinstance(value, str):
        return int(value[:-1]) if value.endswith("%") and value[:-1].isdigit() else None
    return int(value) if value is not None else 0


def _at_most_all(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, str) and (number := _number(value)) is not None and number > 100:
        causes.append(status.invalid_value(path, value, "must not be greater than 100%"))


def _check_replica_set(replica_set: Tree, path: str, causes: list[Cause]) -> None:
    spec = replica_set["spec"]
    non_negative("spec.replicas", spec.get("replicas"), causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    selector = check_selector(spec, "deployment", causes)
    check_template(spec["template"], "spec.template", selector, causes)


def _check_daemon_set(daemon_set: Tree, path: str, causes: list[Cause]) -> None:
    spec = daemon_set["spec"]
    selector = check_selector(spec, "daemonset", causes)
    check_template(spec["template"], "spec.template", selector, causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    strategy = spec["updateStrategy"]
    match strategy.get("type"):
        case "RollingUpdate":
            rolling = strategy.get("rollingUpdate") or {}
            where = "spec.updateStrategy.rollingUpdate"
            unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
            int_or_percent(f"{where}.maxUnavailable", unavailable, causes)
            int_or_percent(f"{where}.maxSurge", surge, causes)
            if _number(unavailable) == 0 and _number(surge) == 0:
                why = "cannot be 0 when maxSurge is 0"
                causes.append(status.required(f"{where}.maxUnavailable", why))
            elif _number(unavailable) and _number(surge):
                why = "may not be set when maxUnavailable is non-zero"
                causes.append(status.invalid_value(f"{where}.maxSurge", surge, why))
            _at_most_all(f"{where}.maxUnavailable", unavailable, causes)
            _at_most_all(f"{where}.maxSurge", surge, causes)
        case "OnDelete":
            pass
        case other:
            supported = ("OnDelete", "RollingUpdate")
            causes.append(status.not_supported("spec.updateStrategy.type", other, supported))
    non_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"), causes)


def _check_stateful_set(stateful_set: Tree, path: str, causes: list[Cause]) -> None:
    spec = stateful_set["spec"]
    policy = spec.get("podManagementPolicy")
    if policy not in ("OrderedReady", "Parallel"):
        why = "must be 'OrderedReady' or 'Parallel'"
        causes.append(status.invalid_value("spec.podManagementPolicy", policy, why))
    strategy = spec["updateStrategy"]
    match strategy.get("type"):
        case "OnDelete":
            if "rollingUpdate" in strategy:
                where = "spec.updateStrategy.rollingUpdate"
                why = "only allowed for updateStrategy 'RollingUpdate'"
                causes.append(status.invalid_value(where, strategy["rollingUpdate"], why))
        case "RollingUpdate":
            rolling = strategy.get("rollingUpdate")
            if rolling is not None:
                where = "spec.updateStrategy.rollingUpdate"
                non_negative(f"{where}.partition", rolling.get("partition"), causes)
        case other:
            why = "must be 'RollingUpdate' or 'OnDelete'"
            causes.append(status.invalid_value("spec.updateStrategy", other, why))
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for member in ("whenDeleted", "whenScaled"):
        value = retention.get(member)
        if value not in ("Retain", "Delete"):
            where = f"spec.persistentVolumeClaimRetentionPolicy.{member}"
            causes.append(status.not_supported(where, value, ("Delete", "Retain")))
    non_negative("spec.replicas", spec.get("replicas"), causes)
    non_negative("spec.minReadySeconds", spec.get("minReadySeconds"), causes)
    _check_claim_templates(spec, causes)
    start = (spec.get("ordinals") or {}).get("start")
    non_negative("spec.ordinals.start", start, causes)
    selector = check_selector(spec, "statefulset", causes)
    check_template(spec["template"], "spec.template", selector, causes)


def _check_claim_templates(spec: Tree, causes: list[Cause]) -> None:
    if spec.get("serviceName"):
        dns_label("spec.serviceName", spec["serviceName"], causes)
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        check_claim(claim["spec"], f"spec.volumeClaimTemplates[{index}].spec", causes)


_STATEFUL = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip
_STATEFUL_WHY = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)


def _stateful_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    def fixed(tree: Tree) -> Tree:
        return {key: value for key, value in tree["spec"].items() if key not in _STATEFUL}

    if fixed(new) != fixed(old):
        causes.append(status.not_allowed("spec", _STATEFUL_WHY))


def _claimed(stateful_set: Tree, cause: Cause) -> bool:
    """Whether a volume that a container mounts comes from a claim template."""
    names = [claim["metadata"].get("name") for claim in _claims(stateful_set)]
    return cause.reason == "FieldValueNotFound" and any(
        cause.message == f"Not found: {status.render(name)}" for name in names
    )


def _claims(stateful_set: Tree) -> list[Tree]:
    return stateful_set["spec"].get("volumeClaimTemplates") or []


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["status"], old["status"]
    for member in ("observedGeneration", "replicas", "updatedReplicas", "readyReplicas"):
        non_negative(f"status.{member}", now.get(member), causes)
    non_negative("status.availableReplicas", now.get("availableReplicas"), causes)
    for member in ("updatedReplicas", "readyReplicas", "availableReplicas"):
        if now.get(member, 0) > now.get("replicas", 0):
            why = "cannot be greater than status.replicas"
            causes.append(status.invalid_value(f"status.{member}", now[member], why))
    if now.get("availableReplicas", 0) > now.get("readyReplicas", 0):
        where, why = "status.availableReplicas", "cannot be greater than readyReplicas"
        causes.append(status.invalid_value(where, now["availableReplicas"], why))
    if now.get("collisionCount", 0) < before.get("collisionCount", 0):
        where, why = "status.collisionCount", "cannot be decremented"
        causes.append(status.invalid_value(where, now.get("collisionCount", 0), why))


def _check_revision(revision: Tree, path: str, causes: list[Cause]) -> None:
    if revision.get("data") is None:
        causes.append(status.required("data", "data is mandatory"))
    if revision.get("revision", 0) < 0:
        non_negative("revision", revision["revision"], causes)


DEFAULTS: Defaults = {
    **POD_DEFAULTS,
    "apps.v1.DaemonSet": (_daemon_set, _template_generation),
    "apps.v1.DaemonSetSpec": (missing(revisionHistoryLimit=10),),
    "apps.v1.Deployment": (_deployment,),
    "apps.v1.DeploymentSpec": (
        missing(replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600),
    ),
    "apps.v1.ReplicaSet": (_replica_set,),
    "apps.v1.StatefulSet": (_stateful_set,),
    "apps.v1.StatefulSetSpec": (missing(replicas=1, revisionHistoryLimit=10),),
}
CHECKS: Checks = {
    **POD_CHECKS,
    "apps.v1.ControllerRevision": (_check_revision,),
    "apps.v1.DaemonSet": (_check_daemon_set,),
    "apps.v1.Deployment": (_check_deployment,),
    "apps.v1.ReplicaSet": (_check_replica_set,),
    "apps.v1.StatefulSet": (_check_stateful_set,),
}
_SCALE = Scale(".spec.replicas", ".status.replicas", selector_from=".spec.selector")
KINDS = {
    "controllerrevisions": Kind(strategy=Rules(changes=immutable("data"))),
    "daemonsets": Kind(
        strategy=Rules(update=_update_daemon_set, changes=immutable("spec.selector")),
        generation=True,
    ),
    "deployments": Kind(
        strategy=Rules(changes=immutable("spec.selector"), status_changes=_status_changes),
        generation=True,
        scale=_SCALE,
    ),
    "replicasets": Kind(
        strategy=Rules(changes=immutable("spec.selector")),
        generation=True,
        scale=_SCALE,
        selectable=("status.replicas",),
    ),
    "statefulsets": Kind(
        strategy=Rules(changes=_stateful_changes, waive=_claimed), generation=True, scale=_SCALE
    ),
}
