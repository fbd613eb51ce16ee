"""What a HorizontalPodAutoscaler measures, and how fast it may scale."""

from __future__ import annotations

from collections.abc import Callable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.pod_checks.resources import check_container_name
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")


def check_metrics(spec: Tree, path: str, causes: list[Cause]) -> None:
    metrics = spec.get("metrics") or []
    for index, metric in enumerate(metrics):
        _check_metric(metric, f"{path}[{index}]", causes)
    scalable = any(metric.get("type") in ("Object", "External") for metric in metrics)
    if spec.get("minReplicas") == 0 and not scalable:
        why = (
            "must specify at least one Object or External metric to support scaling to zero "
            "replicas"
        )
        causes.append(not_allowed(path, why))


def _check_metric(metric: Tree, path: str, causes: list[Cause]) -> None:
    kind = metric.get("type", "")
    if not kind:
        causes.append(required(f"{path}.type", "must specify a metric source type"))
    values.one_of(f"{path}.type", kind, _TYPES, causes)
    present = [member for member in _SOURCES if metric.get(member) is not None]
    for member in present[:1]:
        _SOURCES[member](metric[member], f"{path}.{member}", causes)
    wanted = kind[:1].lower() + kind[1:]
    if kind not in _TYPES:
        values.one_of(f"{path}.type", kind, _TYPES, causes)
        wanted = ""
    elif wanted not in present:
        why = "must populate information for the given metric source"
        causes.append(required(f"{path}.{wanted}", why))
    if len(present) != 1:
        why = "must populate the given metric source only"
        causes += [not_allowed(f"{path}.{member}", why) for member in present if member != wanted]


def check_reference(
    reference: Tree, path: str, causes: list[Cause], *, grouped: bool = True
) -> None:
    """A reference to an object of any version; `grouped`: its version names a group."""
    for member in ("kind", "name"):
        if not reference.get(member):
            causes.append(required(f"{path}.{member}"))
        else:
            formats.path_segment(f"{path}.{member}", reference[member], causes)
    version = reference.get("apiVersion", "")
    if version.count("/") > 1:
        why = f"unexpected GroupVersion string: {version}"
        causes.append(invalid_value(f"{path}.apiVersion", version, why))
    elif grouped and not version.partition("/")[0] * version.count("/"):
        why = "apiVersion must specify API group"
        causes.append(invalid_value(f"{path}.apiVersion", version, why))


def _check_identifier(metric: Tree, path: str, causes: list[Cause]) -> None:
    if not metric.get("name"):
        causes.append(required(f"{path}.name", "must specify a metric name"))
    else:
        formats.path_segment(f"{path}.name", metric["name"], causes)


def _check_target(target: Tree, path: str, causes: list[Cause]) -> None:
    kind = target.get("type", "")
    if not kind:
        causes.append(required(f"{path}.type", "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        why = "must be either Utilization, Value, or AverageValue"
        causes.append(invalid_value(f"{path}.type", kind, why))
    for member in ("value", "averageValue"):
        amount = target.get(member)
        if amount is not None and quantities.parse(amount) <= 0:
            causes.append(invalid_value(f"{path}.{member}", amount, "must be positive"))
    percent = target.get("averageUtilization")
    values.positive(f"{path}.averageUtilization", percent, causes)


def _object(source: Tree, path: str, causes: list[Cause]) -> None:
    check_reference(source["describedObject"], f"{path}.describedObject", causes, grouped=False)
    _check_identifier(source["metric"], f"{path}.metric", causes)
    target = source["target"]
    _check_target(target, f"{path}.target", causes)
    if target.get("value") is None and target.get("averageValue") is None:
        why = "must set either a target value or averageValue"
        causes.append(required(f"{path}.target.averageValue", why))


def _external(source: Tree, path: str, causes: list[Cause]) -> None:
    _check_identifier(source["metric"], f"{path}.metric", causes)
    target = source["target"]
    _check_target(target, f"{path}.target", causes)
    value, average = target.get("value"), target.get("averageValue")
    if value is None and average is None:
        why = "must set either a target value for metric or a per-pod target"
        causes.append(required(f"{path}.target.averageValue", why))
    if value is not None and average is not None:
        why = "may not set both a target value for metric and a per-pod target"
        causes.append(not_allowed(f"{path}.target.value", why))


def _pods(source: Tree, path: str, causes: list[Cause]) -> None:
    _check_identifier(source["metric"], f"{path}.metric", causes)
    _check_target(source["target"], f"{path}.target", causes)
    if source["target"].get("averageValue") is None:
        why = "must specify a positive target averageValue"
        causes.append(required(f"{path}.target.averageValue", why))


def _resource(source: Tree, path: str, causes: list[Cause]) -> None:
    if not source.get("name"):
        causes.append(required(f"{path}.name", "must specify a resource name"))
    _check_resource_target(source["target"], f"{path}.target", causes)


def _check_resource_target(target: Tree, path: str, causes: list[Cause]) -> None:
    _check_target(target, path, causes)
    percent, average = target.get("averageUtilization"), target.get("averageValue")
    if percent is None and average is None:
        why = "must set either a target raw value or a target utilization"
        causes.append(required(f"{path}.averageUtilization", why))
    if percent is not None and average is not None:
        why = "may not set both a target raw value and a target utilization"
        causes.append(not_allowed(f"{path}.averageValue", why))


def _container_resource(source: Tree, path: str, causes: list[Cause]) -> None:
    name, container = source.get("name", ""), source.get("container", "")
    if not name:
        causes.append(required(f"{path}.name", "must specify a resource name"))
    else:
        check_container_name(f"{path}.name", name, causes)
    if not container:
        causes.append(required(f"{path}.container", "must specify a container"))
    else:
        formats.dns_label(f"{path}.container", container, causes)
    _check_resource_target(source["target"], f"{path}.target", causes)


_SOURCES: dict[str, Callable[[Tree, str, list[Cause]], None]] = {
    "object": _object,
    "external": _external,
    "pods": _pods,
    "resource": _resource,
    "containerResource": _container_resource,
}
"""In the order in which they are looked at: only the first one is checked."""


def check_behavior(behavior: Tree, path: str, causes: list[Cause]) -> None:
    for member in ("scaleUp", "scaleDown"):
        if behavior.get(member) is not None:
            _check_rules(behavior[member], f"{path}.{member}", causes)


_LONGEST_WINDOW, _LONGEST_PERIOD = 3600, 1800


def _check_rules(rules: Tree, path: str, causes: list[Cause]) -> None:
    window, where = rules.get("stabilizationWindowSeconds"), f"{path}.stabilizationWindowSeconds"
    if window is not None and window < 0:
        causes.append(invalid_value(where, window, "must be greater than or equal to zero"))
    if window is not None and window > _LONGEST_WINDOW:
        why = f"must be less than or equal to {_LONGEST_WINDOW}"
        causes.append(invalid_value(where, window, why))
    if rules.get("selectPolicy") is not None:
        choices = ("Disabled", "Max", "Min")
        values.one_of(f"{path}.selectPolicy", rules["selectPolicy"], choices, causes)
    policies = rules.get("policies") or []
    if not policies:
        causes.append(required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        where = f"{path}.policies[{index}]"
        values.one_of(f"{where}.type", policy.get("type"), ("Percent", "Pods"), causes)
        for member in ("value", "periodSeconds"):
            number = policy.get(member, 0)
            if number <= 0:
                why = "must be greater than zero"
                causes.append(invalid_value(f"{where}.{member}", number, why))
        period = policy.get("periodSeconds", 0)
        if period > _LONGEST_PERIOD:
            why = f"must be less than or equal to {_LONGEST_PERIOD}"
            causes.append(invalid_value(f"{where}.periodSeconds", period, why))
    tolerance = rules.get("tolerance")
    if tolerance is not None and quantities.parse(tolerance) < 0:
        why = "must be greater than or equal to 0"
        causes.append(status.invalid_value(f"{path}.tolerance", tolerance, why))
