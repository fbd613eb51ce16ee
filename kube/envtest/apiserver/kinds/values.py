"""Checks of single values, in the words of kubernetes/pkg/apis and apimachinery's validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

MOST_INT32 = 2**31 - 1
IMMUTABLE = "field is immutable"
POSITIVE = "must be greater than 0"


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


def required_one_of(path: str, value: Any, supported: Sequence[str], causes: list[Cause]) -> None:
    """Of a text that is empty it is said that it is required."""
    if not value:
        causes.append(status.required(path))
    else:
        one_of(path, value, supported, causes)


def pull_policy(path: str, value: Any, causes: list[Cause]) -> None:
    required_one_of(path, value, ("Always", "IfNotPresent", "Never"), causes)


def int_or_percent(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, str):
        formats.percent(path, value, causes)
    else:
        non_negative(path, value, causes)


def port_or_name(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, str):
        formats.port_name(path, value, causes)
    else:
        port(path, value or 0, causes)


def positive(path: str, value: Any, causes: list[Cause]) -> None:
    if value is not None and value <= 0:
        causes.append(status.invalid_value(path, value, POSITIVE))


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


def selects(value: Tree | None, of: Tree | None) -> bool:
    """Whether a label selector selects labels; an absent one selects none."""
    if value is None:
        return False
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
            if now != before and (now or before):
                causes.append(status.invalid_value(path, in_go_order(now), IMMUTABLE))

    return changes


_SELECTOR_ORDER = ("matchLabels", "matchExpressions")


def in_go_order(value: Any) -> Any:
    """A map with its keys sorted, as Go writes it; a label selector has its members' order."""
    if not isinstance(value, dict):
        return value
    if value.keys() <= set(_SELECTOR_ORDER):
        return _selector_in_go_order(value)
    return {key: in_go_order(value[key]) for key in sorted(value)}


def _selector_in_go_order(value: Tree) -> Tree:
    """A label selector as Go writes it, without what is empty."""
    ordered: Tree = {}
    if value.get("matchLabels"):
        ordered["matchLabels"] = in_go_order(value["matchLabels"])
    if value.get("matchExpressions"):
        ordered["matchExpressions"] = [
            {key: each[key] for key in sorted(each) if each[key] != []}
            for each in value["matchExpressions"]
        ]
    return ordered


def at(tree: Tree, path: str) -> Any:
    value: Any = tree
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


NO_MATCH = "`selector` does not match template `labels`"


def selects_all(value: Tree) -> bool:
    return not value.get("matchLabels") and not value.get("matchExpressions")


def is_evaluable(value: Tree | None) -> bool:
    """Whether Go makes a selector of a label selector; it is strict about labels too."""
    faults: list[Cause] = []
    selector("", value, faults)
    return not faults


def check_selector(spec: Tree, owner: str, causes: list[Cause]) -> Tree | None:
    """Check the selector of a workload; returns it where it can be evaluated."""
    value: Tree | None = spec.get("selector")
    if value is None:
        causes.append(status.required("spec.selector"))
        return NOTHING
    is_valid = selector("spec.selector", value, causes)
    if selects_all(value):
        why = f"empty selector is invalid for {owner}"
        causes.append(status.invalid_value("spec.selector", in_go_order(value), why))
    return value if is_valid else None


NOTHING: Tree = {"matchExpressions": [{"key": "", "operator": "In", "values": []}]}
"""A selector that selects no object, as an absent one does."""


def as_number(value: Any) -> int:
    """The number of an int-or-percent; 0 for what is neither."""
    if isinstance(value, str):
        number = value.removesuffix("%")
        return int(number) if number.isascii() and number.isdigit() else 0
    return int(value) if value is not None else 0


def at_most_all(path: str, value: Any, causes: list[Cause]) -> None:
    if isinstance(value, str) and value.endswith("%") and as_number(value) > 100:
        causes.append(status.invalid_value(path, value, "must not be greater than 100%"))
