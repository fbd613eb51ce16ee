"""Reading and setting conditions, after k8s.io/apimachinery/pkg/api/meta/conditions.go.

They work on any list whose items have `type`, `status` and the usual times, `Condition` of meta/v1
or an API's own class, and whether an API keeps its times as datetimes or as strings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar, runtime_checkable

from kube.runtime.time import now


class ConditionLike(Protocol):
    """What every condition has."""

    @property
    def type(self) -> str: ...
    @property
    def status(self) -> str: ...


@runtime_checkable
class _HasTransitionTime(Protocol):
    last_transition_time: object


C = TypeVar("C", bound=ConditionLike)


def find_condition(conditions: Iterable[C] | None, type: str) -> C | None:
    """The condition of a type, if there is one."""
    return next((c for c in conditions or () if c.type == type), None)


def is_condition_true(conditions: Iterable[ConditionLike] | None, type: str) -> bool:
    condition = find_condition(conditions, type)
    return condition is not None and condition.status == "True"


def is_condition_false(conditions: Iterable[ConditionLike] | None, type: str) -> bool:
    condition = find_condition(conditions, type)
    return condition is not None and condition.status == "False"


def set_condition(conditions: list[C], new: C) -> bool:
    """Put `new` in place of the condition of its type, or at the end. True if that changed it.

    While the status stays, the transition time does too, whatever `new` says of it, so that
    reconciling twice writes once. When it changes, the time is `new`'s own, or the current one.
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
    """Take out the condition of a type. True if there was one."""
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
    """The time in the form that the condition's class declares: a datetime, or its text."""
    annotation = str(type(condition).__annotations__.get("last_transition_time", ""))
    moment = now()
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if "str" in annotation else moment
