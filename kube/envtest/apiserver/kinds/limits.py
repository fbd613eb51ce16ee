"""LimitRanges and ResourceQuotas."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.kinds.pod_checks.resources import (
    check_amount,
    check_container_name,
    check_resource_name,
    is_native,
    is_quota,
)
from kube.envtest.apiserver.kinds.values import IMMUTABLE
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_TYPES = ("Container", "PersistentVolumeClaim", "Pod")
_AMOUNTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def fill_item(item: Tree) -> None:
    """Containers are limited to the largest amount, and ask for their limit, by default."""
    if item.get("type") != "Container":
        return
    default = dict(item.get("default") or {})
    for name, amount in (item.get("max") or {}).items():
        default.setdefault(name, amount)
    request = dict(item.get("defaultRequest") or {})
    for amounts in (default, item.get("min") or {}):
        for name, amount in amounts.items():
            request.setdefault(name, amount)
    for member, filled in (("default", default), ("defaultRequest", request)):
        if filled:
            item[member] = filled


def check_limits(spec: Tree, path: str, causes: list[Cause]) -> None:
    seen: set[str] = set()
    for index, item in enumerate(spec.get("limits") or ()):
        where, kind = f"{path}.limits[{index}]", item.get("type", "")
        _check_type(f"{where}.type", kind, causes)
        if kind in seen:
            causes.append(status.duplicate(f"{where}.type", kind))
        seen.add(kind)
        _check_item(item, kind, where, causes)


def _check_type(path: str, kind: str, causes: list[Cause]) -> None:
    before = len(causes)
    formats.qualified_name(path, kind, causes)
    if len(causes) == before and "/" not in kind and kind not in _TYPES:
        why = "must be a standard limit type or fully qualified"
        causes.append(invalid_value(path, kind, why))


def _check_item(item: Tree, kind: str, path: str, causes: list[Cause]) -> None:
    check_name = check_container_name if kind in ("Container", "Pod") else check_resource_name
    amounts = {member: item.get(member) or {} for member in _AMOUNTS}
    if kind == "Pod":
        for member in ("default", "defaultRequest"):
            if amounts.pop(member):
                why = "may not be specified when `type` is 'Pod'"
                causes.append(not_allowed(f"{path}.{member}", why))
    for member, named in amounts.items():
        for name in named:
            check_name(f"{path}.{member}[{name}]", name, causes)
    if kind == "PersistentVolumeClaim" and not any("storage" in amounts[m] for m in ("min", "max")):
        why = "either minimum or maximum storage value is required, but neither was provided"
        causes.append(required(f"{path}.limits", why))
    for name in dict.fromkeys(name for named in amounts.values() for name in named):
        given = {member: named[name] for member, named in amounts.items() if name in named}
        _compare(name, given, path, causes)


_ORDERED = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest",
     "min value {} is greater than default request value {}"),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest",
     "default request value {} is greater than max value {}"),
    ("defaultRequest", "default", "defaultRequest", "defaultRequest",
     "default request value {} is greater than default limit value {}"),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)  # fmt: skip
"""What may not be greater than what: the two members, where that is said, of which value."""


def _compare(name: str, given: dict[str, str], path: str, causes: list[Cause]) -> None:
    amounts = {member: quantities.parse(text) for member, text in given.items()}
    for low, high, member, shown, why in _ORDERED:
        if low in given and high in given and amounts[low] > amounts[high]:
            text = why.format(given[low], given[high])
            causes.append(invalid_value(f"{path}.{member}[{name}]", given[shown], text))
    if "maxLimitRequestRatio" in given:
        where = f"{path}.maxLimitRequestRatio[{name}]"
        for why in _ratio_faults(given["maxLimitRequestRatio"], amounts):
            causes.append(invalid_value(where, given["maxLimitRequestRatio"], why))
    overcommits = is_native(name) and not name.startswith("hugepages-")
    default, request = given.get("default"), given.get("defaultRequest")
    if overcommits or default is None or request is None:
        return
    if amounts["default"] != amounts["defaultRequest"]:
        why = f"default value {default} must equal to defaultRequest value {request} in {name}"
        causes.append(invalid_value(f"{path}.defaultRequest[{name}]", request, why))


def _ratio_faults(text: str, amounts: dict[str, Decimal]) -> Iterator[str]:
    ratio = amounts["maxLimitRequestRatio"]
    if ratio < 1:
        yield f"ratio {text} is less than 1"
    if "min" in amounts and "max" in amounts:
        most = _divided(amounts["max"], amounts["min"])
        if float(ratio) > most:
            shown = f"{most:f}".replace("inf", "+Inf").replace("nan", "NaN").replace("-+", "-")
            yield f"ratio {text} is greater than max/min = {shown}"


def _divided(one: Decimal, other: Decimal) -> float:
    """As Go divides: by zero too."""
    if other:
        return float(one) / float(other)
    return float("nan") if not one else float("inf") if one > 0 else float("-inf")


def _name(limits: Tree) -> None:
    if not limits["metadata"].get("name"):
        limits["metadata"]["name"] = str(uuid.uuid4())


_SCOPES = (
    "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass",
    "VolumeAttributesClass", "CrossNamespacePodAffinity",
)  # fmt: skip
_PODS = frozenset({"pods"})
_COMPUTE = frozenset(
    f"{prefix}{name}" for prefix in ("", "limits.", "requests.") for name in ("cpu", "memory")
)
_CLAIMS = frozenset({"persistentvolumeclaims", "requests.storage"})
_OF_SCOPE = {
    **dict.fromkeys(("Terminating", "NotTerminating", "NotBestEffort"), _PODS | _COMPUTE),
    **dict.fromkeys(("PriorityClass", "CrossNamespacePodAffinity"), _PODS | _COMPUTE),
    "BestEffort": _PODS,
    "VolumeAttributesClass": _CLAIMS,
}
"""What can be counted in a scope."""
_OPPOSED = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_EXIST_ALONE = (*(scope for pair in _OPPOSED for scope in pair), "CrossNamespacePodAffinity")
_MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
    "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
    "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_MISPLACED = "unsupported scope applied to resource"


def check_quota(spec: Tree, path: str, causes: list[Cause]) -> None:
    _check_hard(spec.get("hard") or {}, f"{path}.hard", causes)
    scopes = spec.get("scopes") or []
    where = f"{path}.scopes"
    for scope in scopes:
        if scope not in _SCOPES:
            causes.append(invalid_value(where, scopes, "unsupported scope"))
        causes += [invalid_value(where, scopes, _MISPLACED)] * _misplaced(spec, scope)
    _check_opposed(scopes, scopes, where, causes)
    if spec.get("scopeSelector") is not None:
        _check_selector(spec, f"{path}.scopeSelector.matchExpressions", causes)


def _check_hard(amounts: Tree, path: str, causes: list[Cause]) -> None:
    for name, amount in amounts.items():
        where = f"{path}[{name}]"
        check_resource_name(where, name, causes)
        if "/" not in name and not is_quota(name):
            why = "must be a standard resource for quota"
            causes.append(invalid_value(where, name, why))
        check_amount(where, name, amount, causes)


def _misplaced(spec: Tree, scope: str) -> int:
    counted = _OF_SCOPE.get(scope)
    if counted is None:
        return 0
    return sum(is_quota(name) and name not in counted for name in spec.get("hard") or ())


def _check_opposed(used: list[str], shown: Any, path: str, causes: list[Cause]) -> None:
    for pair in _OPPOSED:
        if set(pair) <= set(used):
            causes.append(invalid_value(path, shown, "conflicting scopes"))


def _check_selector(spec: Tree, path: str, causes: list[Cause]) -> None:
    expressions = spec["scopeSelector"].get("matchExpressions") or []
    shown = {
        "MatchExpressions": [
            {
                "ScopeName": each.get("scopeName", ""),
                "Operator": each.get("operator", ""),
                "Values": each.get("values"),
            }
            for each in expressions
        ]
    }
    for each in expressions:
        scope, operator = each.get("scopeName", ""), each.get("operator", "")
        given = each.get("values") or []
        if scope not in _SCOPES:
            causes.append(invalid_value(f"{path}.scopeName", scope, "unsupported scope"))
        causes += [invalid_value(path, shown, _MISPLACED)] * _misplaced(spec, scope)
        if scope in _EXIST_ALONE and operator != "Exists":
            causes.append(invalid_value(f"{path}.operator", operator, _MUST_EXIST))
        if operator in ("In", "NotIn"):
            if not given:
                why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope "
                causes.append(required(f"{path}.values", why + "selector"))
        elif operator in ("Exists", "DoesNotExist"):
            if given:
                why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope "
                causes.append(invalid_value(f"{path}.values", given, why + "selector"))
        else:
            why = "not a valid selector operator"
            causes.append(invalid_value(f"{path}.operator", operator, why))
    used = [each.get("scopeName", "") for each in expressions]
    _check_opposed(used, spec.get("scopes"), path, causes)


def _quota_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    have, had = new["spec"].get("scopes") or [], old["spec"].get("scopes") or []
    if set(have) != set(had):
        shown = new["spec"].get("scopes")
        causes.append(invalid_value("spec.scopes", shown, IMMUTABLE))


def _quota_status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    for member in ("hard", "used"):
        _check_hard(new["status"].get(member) or {}, f"status.{member}", causes)


LIMIT_RANGE = Kind(strategy=Rules(create=_name, own_metadata=(1, 0)))
RESOURCE_QUOTA = Kind(strategy=Rules(changes=_quota_changes, status_changes=_quota_status))
