"""HorizontalPodAutoscalers: stored as v2, served as v1 too."""

from __future__ import annotations

import json
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.metrics import (
    check_behavior,
    check_metrics,
    check_reference,
)
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree, copied

_ANNOTATION = "autoscaling.alpha.kubernetes.io/metrics"
_BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior"
_CURRENT = "autoscaling.alpha.kubernetes.io/current-metrics"
_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"


def _fill(autoscaler: Tree) -> None:
    spec = autoscaler["spec"]
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        spec["metrics"] = [_cpu(80)]
    behavior = spec.get("behavior")
    if behavior is not None:
        for member, rules in (("scaleUp", _SCALE_UP), ("scaleDown", _SCALE_DOWN)):
            behavior[member] = {**copied(rules), **(behavior.get(member) or {})}


_ALL: Tree = {"type": "Percent", "value": 100, "periodSeconds": 15}
_SCALE_DOWN: Tree = {"selectPolicy": "Max", "policies": [_ALL]}
_SCALE_UP: Tree = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, _ALL],
}


def _cpu(percent: int) -> Tree:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _fill_v1(autoscaler: Tree) -> None:
    autoscaler["spec"].setdefault("minReplicas", 1)


def _check(spec: Tree, path: str, causes: list[Cause]) -> None:
    least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    if least is not None and least < 1:
        why = "must be greater than or equal to 1"
        causes.append(status.invalid_value(f"{path}.minReplicas", least, why))
    if most == 0:
        causes.append(status.required(f"{path}.maxReplicas", "must be set and greater than 0"))
    elif most < 0:
        why = "must be greater than or equal to 1"
        causes.append(status.invalid_value(f"{path}.maxReplicas", most, why))
    if least is not None and most < least:
        why = "must be greater than or equal to `minReplicas`"
        causes.append(status.invalid_value(f"{path}.maxReplicas", most, why))
    check_reference(spec["scaleTargetRef"], f"{path}.scaleTargetRef", causes)
    check_metrics(spec, f"{path}.metrics", causes)
    if spec.get("behavior") is not None:
        check_behavior(spec["behavior"], f"{path}.behavior", causes)


def _check_v1(autoscaler: Tree, path: str, causes: list[Cause]) -> None:
    """What is wrong with an autoscaler is said of what is stored."""
    _check(from_v1(autoscaler)["spec"], "spec", causes)


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    for member in ("currentReplicas", "desiredReplicas"):
        values.non_negative(f"status.{member}", new["status"].get(member), causes)


def to_v1(tree: Tree) -> Tree:
    """A v2 autoscaler as v1 shows it: other metrics than CPU stand in an annotation."""
    spec, current = dict(tree["spec"]), dict(tree["status"])
    rest = []
    for metric in spec.pop("metrics", None) or ():
        target = (metric.get("resource") or {}).get("target") or {}
        is_cpu = metric.get("type") == "Resource" and metric["resource"].get("name") == "cpu"
        if is_cpu and "averageUtilization" in target:
            spec["targetCPUUtilizationPercentage"] = target["averageUtilization"]
        else:
            rest.append(metric)
    annotations = dict(tree["metadata"].get("annotations") or {})
    measured = current.pop("currentMetrics", None) or []
    for metric in measured:
        now = (metric.get("resource") or {}).get("current") or {}
        if "averageUtilization" in now:
            current["currentCPUUtilizationPercentage"] = now["averageUtilization"]
    if measured:
        annotations[_CURRENT] = _written([_measured_v1(metric) for metric in measured])
    conditions = current.pop("conditions", None)
    if conditions:
        annotations[_CONDITIONS] = _written(list(map(_condition_v1, conditions)))
    current.setdefault("currentReplicas", 0)
    current.setdefault("desiredReplicas", 0)
    if rest:
        annotations[_ANNOTATION] = _written(rest)
    behavior = spec.pop("behavior", None)
    if behavior is not None:
        annotations[_BEHAVIOR] = _written(behavior)
    metadata = {**tree["metadata"], **({"annotations": annotations} if annotations else {})}
    return {**tree, "metadata": metadata, "spec": spec, "status": current}


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _measured_v1(metric: Tree) -> Tree:
    """A measured metric; of a resource with the names that v1 has."""
    resource = metric.get("resource")
    if resource is None:
        return metric
    now, shown = resource.get("current") or {}, {"name": resource.get("name", "")}
    if "averageUtilization" in now:
        shown["currentAverageUtilization"] = now["averageUtilization"]
    shown["currentAverageValue"] = now.get("averageValue", "0")
    return {"type": metric.get("type", ""), "resource": shown}


def _condition_v1(condition: Tree) -> Tree:
    shown = {key: condition.get(key) for key in ("type", "status", "lastTransitionTime")}
    return shown | {key: condition[key] for key in ("reason", "message") if condition.get(key)}


def from_v1(tree: Tree) -> Tree:
    spec, metadata = dict(tree.get("spec") or {}), dict(tree["metadata"])
    annotations = dict(metadata.get("annotations") or {})
    for made in (_CURRENT, _CONDITIONS):
        annotations.pop(made, None)
    metrics: list[Any] = json.loads(annotations.pop(_ANNOTATION, "[]"))
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    if percent is not None:
        metrics = [_cpu(percent), *metrics]
    if _BEHAVIOR in annotations:
        spec["behavior"] = json.loads(annotations.pop(_BEHAVIOR))
    if metrics:
        spec["metrics"] = metrics
    current = dict(tree.get("status") or {})
    used = current.pop("currentCPUUtilizationPercentage", None)
    current.setdefault("desiredReplicas", 0)
    current.setdefault("currentMetrics", None)
    if used is not None:
        now = {"averageUtilization": used}
        current["currentMetrics"] = [
            {"type": "Resource", "resource": {"name": "cpu", "current": now}}
        ]
    if annotations:
        metadata["annotations"] = annotations
    else:
        metadata.pop("annotations", None)
    stored = {**tree, "metadata": metadata, "spec": spec, "status": current}
    _fill(stored)
    return stored


DEFAULTS: Defaults = {
    "autoscaling.v1.HorizontalPodAutoscaler": (_fill_v1,),
    "autoscaling.v2.HorizontalPodAutoscaler": (_fill,),
}
CHECKS: Checks = {
    "autoscaling.v1.HorizontalPodAutoscaler": (_check_v1,),
    "autoscaling.v2.HorizontalPodAutoscalerSpec": (_check,),
}
_STORED = ("autoscaling", "horizontalpodautoscalers")
KINDS: dict[Any, Kind] = {
    ("v1", "horizontalpodautoscalers"): Kind(
        strategy=Rules(status_changes=_status_changes),
        storage=_STORED,
        to_version=to_v1,
        from_version=from_v1,
    ),
    ("v2", "horizontalpodautoscalers"): Kind(
        strategy=Rules(status_changes=_status_changes), storage=_STORED
    ),
}
