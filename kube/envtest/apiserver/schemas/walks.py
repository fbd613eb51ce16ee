"""Rules by type: what to do with each value of a named type, wherever it stands in an object.

A table leads from a type, such as `core.v1.Container`, to what is done with its values. A walk
visits only the members that lead to a type of the table, so it costs what the rules cost and not
what the object costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kube.envtest.apiserver.schemas import documents
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

Default = Callable[[Tree], None]
"""Fills in what is missing in one value."""
Check = Callable[[Tree, str, list[Cause]], None]
"""Appends the faults of one value; the path ends with its name."""

_STRUCT, _LIST, _MAP = range(3)


class Plan:
    """What to do with the values of one type, and with those inside them."""

    __slots__ = ("members", "rules")

    def __init__(self, rules: Sequence[Any]) -> None:
        self.rules = tuple(rules)
        self.members: list[tuple[str, int, Plan]] = []


class Walk:
    """The rules of one table for the types of one document."""

    def __init__(self, group: str, version: str, table: Mapping[str, Sequence[Any]]) -> None:
        self._schemas = documents.schemas(group, version)
        self._table = table
        self._plans: dict[str, Plan | None] = {}

    def plan(self, name: str) -> Plan | None:
        """The plan for a type, by its full name; None where no rule applies to it or inside it."""
        if name in self._plans:
            return self._plans[name]
        self._plans[name] = None
        plan = Plan(self._table.get(short_name(name), ()))
        for key, member in (self._schemas[name].get("properties") or {}).items():
            mode, target = self._inside(member)
            if target and (inner := self.plan(target)) is not None:
                plan.members.append((key, mode, inner))
        if plan.rules or plan.members:
            self._plans[name] = plan
        return self._plans[name]

    def _inside(self, member: Tree) -> tuple[int, str]:
        target = documents.target(member)
        if target:
            return _STRUCT, target
        if "items" in member:
            return _LIST, documents.target(member["items"])
        if isinstance(member.get("additionalProperties"), dict):
            return _MAP, documents.target(member["additionalProperties"])
        return _STRUCT, ""


def short_name(name: str) -> str:
    """`core.v1.Container` for `io.k8s.api.core.v1.Container`."""
    return ".".join(name.split(".")[-3:])


def fill(plan: Plan | None, value: Tree) -> None:
    """Apply the defaults of a plan, those of a value before those of its members."""
    if plan is None:
        return
    for rule in plan.rules:
        rule(value)
    for key, mode, inner in plan.members:
        item = value.get(key)
        if not isinstance(item, (dict, list)) or (not item and mode != _STRUCT):
            continue
        if mode == _STRUCT:
            fill(inner, item)  # type: ignore[arg-type]
        else:
            for each in item if mode == _LIST else item.values():  # type: ignore[union-attr]
                fill(inner, each)


def check(plan: Plan | None, value: Tree, path: str, causes: list[Cause]) -> None:
    """Append the faults that the checks of a plan find."""
    if plan is None:
        return
    for rule in plan.rules:
        rule(value, path, causes)
    dot = f"{path}." if path else ""
    for key, mode, inner in plan.members:
        item = value.get(key)
        if item is None:
            continue
        if mode == _STRUCT:
            check(inner, item, f"{dot}{key}", causes)
        elif mode == _LIST:
            for index, each in enumerate(item):
                check(inner, each, f"{dot}{key}[{index}]", causes)
        else:
            for name, each in item.items():
                check(inner, each, f"{dot}{key}[{name}]", causes)
