"""What Jobs say about Pods that fail or succeed, and the texts that name indexes."""

from __future__ import annotations

from itertools import pairwise

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")


def _valid(path: str, value: str, supported: tuple[str, ...], causes: list[Cause]) -> None:
    if not value:
        names = " ".join(f'"{name}"' for name in supported)
        causes.append(required(path, f"valid values: [{names}]"))
    else:
        values.one_of(path, value, supported, causes)


def check_failure_policy(spec: Tree, path: str, causes: list[Cause]) -> None:
    rules = spec["podFailurePolicy"].get("rules") or []
    if len(rules) > 20:
        causes.append(status.too_many(f"{path}.rules", len(rules), 20))
    pod = spec["template"]["spec"]
    names = {
        container.get("name", "")
        for member in ("containers", "initContainers")
        for container in pod.get(member) or ()
    }
    for index, rule in enumerate(rules):
        _check_failure_rule(spec, rule, f"{path}.rules[{index}]", names, causes)


def _check_failure_rule(
    spec: Tree, rule: Tree, path: str, names: set[str], causes: list[Cause]
) -> None:
    action = rule.get("action", "")
    if action == "FailIndex":
        if spec.get("backoffLimitPerIndex") is None:
            why = "requires the backoffLimitPerIndex to be set"
            causes.append(invalid_value(f"{path}.action", action, why))
    else:
        _valid(f"{path}.action", action, _ACTIONS, causes)
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes is not None:
        _check_exit_codes(codes, f"{path}.onExitCodes", names, causes)
    if len(conditions) > 20:
        causes.append(status.too_many(f"{path}.onPodConditions", len(conditions), 20))
    for index, pattern in enumerate(conditions):
        where = f"{path}.onPodConditions[{index}]"
        formats.qualified_name(f"{where}.type", pattern.get("type", ""), causes)
        _valid(f"{where}.status", pattern.get("status", ""), _STATUSES, causes)
    if codes is not None and conditions:
        why = "specifying both OnExitCodes and OnPodConditions is not supported"
        causes.append(status.invalid_whole(path, why))
    elif codes is None and not conditions:
        why = "specifying one of OnExitCodes and OnPodConditions is required"
        causes.append(status.invalid_whole(path, why))


def _check_exit_codes(codes: Tree, path: str, names: set[str], causes: list[Cause]) -> None:
    operator, numbers = codes.get("operator", ""), codes.get("values")
    _valid(f"{path}.operator", operator, _OPERATORS, causes)
    name = codes.get("containerName")
    if name is not None and name not in names:
        why = "must be one of the container or initContainer names in the pod template"
        causes.append(invalid_value(f"{path}.containerName", name, why))
    where = f"{path}.values"
    if not numbers:
        causes.append(invalid_value(where, numbers, "at least one value is required"))
        return
    if len(numbers) > 255:
        causes.append(status.too_many(where, len(numbers), 255))
    seen: set[int] = set()
    for index, number in enumerate(numbers):
        if operator == "In" and number == 0:
            why = "must not be 0 for the In operator"
            causes.append(invalid_value(f"{where}[{index}]", number, why))
        if number in seen:
            causes.append(status.duplicate(f"{where}[{index}]", number))
        seen.add(number)
    if any(left > right for left, right in pairwise(numbers)):
        causes.append(invalid_value(where, numbers, "must be ordered"))


def check_success_policy(spec: Tree, path: str, causes: list[Cause]) -> None:
    if spec.get("completionMode") != "Indexed":
        shown = go_value("batch.SuccessPolicy", spec["successPolicy"])
        causes.append(invalid_value(path, shown, "requires indexed completion mode"))
        return
    rules = spec["successPolicy"].get("rules") or []
    if not rules:
        why = "at least one rules must be specified when the successPolicy is specified"
        causes.append(required(f"{path}.rules", why))
    if len(rules) > 20:
        causes.append(status.too_many(f"{path}.rules", len(rules), 20))
    for index, rule in enumerate(rules):
        _check_success_rule(rule, f"{path}.rules[{index}]", spec.get("completions") or 0, causes)


def _check_success_rule(rule: Tree, path: str, completions: int, causes: list[Cause]) -> None:
    count, indexes, total = rule.get("succeededCount"), rule.get("succeededIndexes"), 0
    if count is None and indexes is None:
        why = "at least one of succeededCount or succeededIndexes must be specified"
        causes.append(required(path, why))
    if indexes is not None:
        where = f"{path}.succeededIndexes"
        if len(indexes) > 64 * 1024:
            causes.append(status.too_long(where, 64 * 1024))
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            why = f"error parsing succeededIndexes: {error}"
            causes.append(invalid_value(where, indexes, why))
    if count is None:
        return
    where = f"{path}.succeededCount"
    values.non_negative(where, count, causes)
    if count > completions:
        why = f"must be less than or equal to {completions} (the number of specified completions)"
        causes.append(invalid_value(where, count, why))
    if indexes is not None and count > total:
        why = (
            f"must be less than or equal to {total} (the number of indexes in the specified "
            "succeededIndexes field)"
        )
        causes.append(invalid_value(where, count, why))


def count_indexes(text: str, completions: int) -> int:
    """How many indexes a text such as `1,3-5` names; ValueError says what is wrong with it."""
    if not text:
        return 0
    last, total = -1, 0
    for interval in text.split(","):
        first, end = _interval(interval, completions)
        if last >= 0 and last >= first:
            raise ValueError(f"non-increasing order, previous: {last}, current: {first}")
        total += end - first + 1
        last = end
    return total


def _interval(text: str, completions: int) -> tuple[int, int]:
    limits = text.split("-")
    if len(limits) > 2:
        raise ValueError(
            f'the fragment "{text}" violates the requirement that an index interval can have at '
            "most two parts separated by '-'"
        )
    first = _index(limits[0])
    if first >= completions:
        raise ValueError(f'too large index: "{limits[0]}"')
    if len(limits) == 1:
        return first, first
    end = _index(limits[1])
    if end >= completions:
        raise ValueError(f'too large index: "{limits[1]}"')
    if first >= end:
        raise ValueError(f"non-increasing order, previous: {first}, current: {end}")
    return first, end


def _index(text: str) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f'cannot convert string to integer for index: "{text}"')
    return int(text)
