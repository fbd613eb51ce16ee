"""Reading and setting conditions, after k8s.io/apimachinery/pkg/api/meta/conditions.go.

They work with `Condition` of meta/v1 and with an API's own class that has `type`, `status` and
`last_transition_time`, a datetime or a string.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar, runtime_checkable

from kube.runtime.time import now


class ConditionLike(Protocol):
    """The members that every condition has."""

    @property
    def type(self) -> str: ...
    @property
    def status(self) -> str: ...


@runtime_checkable
class _HasTransitionTime(Protocol):
    last_transition_time: object


C = TypeVar("C", bound=ConditionLike)


def find_condition(conditions: Iterable[C] | None, type: str) -> C | None:
    """The condition of a type, or None."""
    return next((c for c in conditions or () if c.type == type), None)


def is_condition_true(conditions: Iterable[ConditionLike] | None, type: str) -> bool:
    condition = find_condition(conditions, type)
    return condition is not None and condition.status == "True"


def is_condition_false(conditions: Iterable[ConditionLike] | None, type: str) -> bool:
    condition = find_condition(conditions, type)
    return condition is not None and condition.status == "False"


def set_condition(conditions: list[C], new: C) -> bool:
    """Replace the condition of `new`'s type, or append `new`. True if the list changed.

    While the status stays the same, the old transition time is kept, so that reconciling twice
    writes once. When the status changes, the time is that of `new`, or now if it has none.
    """
    old = find_condition(conditions, new.type)
    if old is None:
        _stamp(new, None)
        conditions.append(new)
        return True
    _stamp(new, old if old.status == new.status else None)
    if old == new:
        return False
    conditions[conditions.index(old)] = new
    return True


def remove_condition(conditions: list[C], type: str) -> bool:
    """Remove the condition of a type. True if there was one."""
    old = find_condition(conditions, type)
    if old is None:
        return False
    conditions.remove(old)
    return True


def _stamp(new: ConditionLike, unchanged: ConditionLike | None) -> None:
    if not isinstance(new, _HasTransitionTime):
        return
    if isinstance(unchanged, _HasTransitionTime):
        new.last_transition_time = unchanged.last_transition_time
    elif not new.last_transition_time:
        new.last_transition_time = _current_time_for(new)


def _current_time_for(condition: object) -> object:
    """The current time in the form that the condition's class declares: a datetime or a string."""
    annotation = str(type(condition).__annotations__.get("last_transition_time", ""))
    moment = now()
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if "str" in annotation else moment
