"""Checks of single values, in the words of kubernetes/pkg/apis and apimachinery's validation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

MOST_INT32 = 2**31 - 1
IMMUTABLE = "field is immutable"


def non_negative(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, int) and value < 0:
        causes.append(status.invalid_value(path, value, "must be greater than or equal to 0"))


def between(path: str, value: Any, low: int, high: int, causes: list[Cause]) -> None:
    if value is not None and not low <= value <= high:
        why = f"must be between {low} and {high}, inclusive"
        causes.append(status.invalid_value(path, value, why))


def port(path: str, value: Any, causes: list[Cause]) -> None:
    between(path, value, 1, 65535, causes)


def one_of(path: str, value: Any, supported: Sequence[str], causes: list[Cause]) -> None:
    if value not in supported:
        causes.append(status.not_supported(path, value or "", supported))


_PERCENT = re.compile(r"[0-9]+%")
_PERCENT_RULE = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or "
    f"'93%', regex used for validation is '{_PERCENT.pattern}')"
)


def int_or_percent(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, str):
        if not _PERCENT.fullmatch(value):
            causes.append(status.invalid_value(path, value, _PERCENT_RULE))
    else:
        non_negative(path, value, causes)


def dns_label(path: str, value: str, causes: list[Cause]) -> None:
    if len(value) > 63:
        causes.append(status.invalid_value(path, value, "must be no more than 63 bytes"))
    if not metadata.LABEL.fullmatch(value):
        causes.append(status.invalid_value(path, value, metadata.LABEL_RULE))


def dns_subdomain(path: str, value: str, causes: list[Cause]) -> None:
    if len(value) > 253:
        causes.append(status.invalid_value(path, value, "must be no more than 253 bytes"))
    if not metadata.SUBDOMAIN.fullmatch(value):
        causes.append(status.invalid_value(path, value, metadata.SUBDOMAIN_RULE))


def port_name(path: str, value: str, causes: list[Cause]) -> None:
    faults = []
    if len(value) > 15:
        faults.append("must be no more than 15 characters")
    if not re.fullmatch(r"[-a-z0-9]+", value):
        faults.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", value):
        faults.append("must contain at least one letter (a-z)")
    if "--" in value:
        faults.append("must not contain consecutive hyphens")
    if value and "-" in (value[0], value[-1]):
        faults.append("must not begin or end with a hyphen")
    causes += [status.invalid_value(path, value, why) for why in faults]


def labels(path: str, values: Tree | None, causes: list[Cause]) -> None:
    for key, value in (values or {}).items():
        causes += metadata.key_faults(path, key)
        causes += metadata.value_faults(path, value)


_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def selector(path: str, value: Tree | None, causes: list[Cause]) -> bool:
    """Check a label selector; returns whether it can be evaluated."""
    before = len(causes)
    labels(f"{path}.matchLabels", (value or {}).get("matchLabels"), causes)
    for index, each in enumerate((value or {}).get("matchExpressions") or ()):
        _requirement(f"{path}.matchExpressions[{index}]", each, causes)
    return len(causes) == before


def _requirement(path: str, each: Tree, causes: list[Cause]) -> None:
    operator, values = each.get("operator"), each.get("values") or []
    match operator:
        case "In" | "NotIn":
            if not values:
                why = "must be specified when `operator` is 'In' or 'NotIn'"
                causes.append(status.required(f"{path}.values", why))
        case "Exists" | "DoesNotExist":
            if values:
                why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                causes.append(status.not_allowed(f"{path}.values", why))
        case other:
            why = "not a valid selector operator"
            causes.append(status.invalid_value(f"{path}.operator", other or "", why))
    causes += metadata.key_faults(f"{path}.key", each.get("key", ""))
    for index, value in enumerate(values):
        causes += metadata.value_faults(f"{path}.values[{index}]", value)


def selects(value: Tree, of: Tree | None) -> bool:
    """Whether a label selector selects labels."""
    have = of or {}
    wanted = value.get("matchLabels") or {}
    if any(have.get(key) != text for key, text in wanted.items()):
        return False
    for each in value.get("matchExpressions") or ():
        key, values = each.get("key"), each.get("values") or ()
        match each.get("operator"):
            case "In":
                selected = key in have and have[key] in values
            case "NotIn":
                selected = key not in have or have[key] not in values
            case "Exists":
                selected = key in have
            case _:
                selected = key not in have
        if not selected:
            return False
    return True


def immutable(*paths: str) -> Callable[[Tree, Tree, list[Cause]], None]:
    """Members, by dotted path, that an update may not change."""

    def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
        for path in paths:
            now, before = at(new, path), at(old, path)
            if now != before:
                causes.append(status.invalid_value(path, now, IMMUTABLE))

    return changes


def at(tree: Tree, path: str) -> Any:
    value: Any = tree
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


NOTHING: Tree = {"matchExpressions": [{"key": "", "operator": "In", "values": []}]}
"""A selector that selects no object, as an absent one does."""


def check_selector(spec: Tree, owner: str, causes: list[Cause]) -> Tree | None:
    """Check the selector of a workload; returns it where it can be evaluated."""
    value: Tree | None = spec.get("selector")
    if value is None:
        if owner != "daemonset":
            causes.append(status.required("spec.selector"))
        return NOTHING
    is_valid = selector("spec.selector", value, causes)
    if not value.get("matchLabels") and not value.get("matchExpressions"):
        why = f"empty selector is invalid for {owner}"
        causes.append(status.invalid_value("spec.selector", value, why))
        return None
    if not is_valid:
        if owner != "daemonset":
            causes.append(status.invalid_value("spec.selector", value, "invalid label selector"))
        return None
    return value
