"""Statuses of Jobs: conditions and counts that go together, and what never goes back."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.job_policies import count_indexes
from kube.envtest.apiserver.status import Cause, invalid_value, invalid_whole, required
from kube.runtime.trees import Tree

_WHERE = "status.conditions"


class _Status:
    """A status with its conditions; the original compares the new one with the old one."""

    def __init__(self, job: Tree) -> None:
        self.tree = job["status"]
        self._met = {
            each.get("type", "")
            for each in self.tree.get("conditions") or ()
            if each.get("status") == "True"
        }

    def has(self, *conditions: str) -> bool:
        return any(condition in self._met for condition in conditions)

    @property
    def finished(self) -> bool:
        return self.has("Complete", "Failed")


def check_job_status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before, spec = _Status(new), _Status(old), new["spec"]
    for member in ("active", "succeeded", "failed", "ready", "terminating"):
        values.non_negative(f"status.{member}", now.tree.get(member), causes)
    _check_uncounted(now.tree.get("uncountedTerminatedPods") or {}, causes)
    _check_conditions(now, before, spec, causes)
    _check_times(now, before, spec, causes)
    _check_counts(now, before, spec, causes)
    _check_indexes(now.tree, before.tree, spec, causes)
    _check_transitions(now, before, spec, causes)


def _check_uncounted(uncounted: Tree, causes: list[Cause]) -> None:
    seen: set[str] = set()
    for member in ("succeeded", "failed"):
        for index, uid in enumerate(uncounted.get(member) or ()):
            where = f"status.uncountedTerminatedPods.{member}[{index}]"
            if not uid:
                causes.append(invalid_value(where, uid, "must not be empty"))
            elif uid in seen:
                causes.append(status.duplicate(where, uid))
            seen.add(uid)


_TOGETHER = (
    ("Complete", "Failed", "cannot set Complete=True and Failed=true conditions"),
    ("Complete", "FailureTarget", "cannot set Complete=True and FailureTarget=true conditions"),
)


def _check_conditions(now: _Status, before: _Status, spec: Tree, causes: list[Cause]) -> None:
    def changed(*conditions: str) -> bool:
        return any(now.has(each) != before.has(each) for each in conditions)

    for left, right, why in _TOGETHER:
        if changed(left, right) and now.has(left) and now.has(right):
            causes.append(invalid_whole(_WHERE, why))
    failing = changed("Failed") or _differs(now, before, "failedIndexes")
    if failing and now.has("Failed") and not now.has("FailureTarget"):
        why = "cannot set Failed=True condition without the FailureTarget=true condition"
        causes.append(invalid_whole(_WHERE, why))
    complete, met = now.has("Complete"), now.has("SuccessCriteriaMet")
    if changed("Complete", "SuccessCriteriaMet") and complete and not met:
        why = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
        causes.append(invalid_whole(_WHERE, why))
    for other in ("Failed", "FailureTarget"):
        if met and now.has(other):
            why = f"cannot set SuccessCriteriaMet=True and {other}=true conditions"
            causes.append(invalid_whole(_WHERE, why))
    if "successPolicy" in spec and complete and not met:
        why = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"
        causes.append(invalid_whole(_WHERE, why))


def _differs(now: _Status, before: _Status, *members: str) -> bool:
    return any(now.tree.get(member) != before.tree.get(member) for member in members)


def _check_times(now: _Status, before: _Status, spec: Tree, causes: list[Cause]) -> None:
    done, started = now.tree.get("completionTime"), now.tree.get("startTime")
    complete = now.has("Complete")
    if complete != before.has("Complete") or _differs(now, before, "completionTime"):
        if done is not None and not complete:
            why = "cannot set completionTime when there is no Complete=True condition"
            causes.append(invalid_value("status.completionTime", done, why))
        if done is None and complete:
            why = "completionTime is required for Complete jobs"
            causes.append(required("status.completionTime", why))
    if _differs(now, before, "startTime", "completionTime") and done and started and done < started:
        why = "must be equal to or after `startTime`"
        causes.append(invalid_value("status.completionTime", done, why))
    idle = spec.get("suspend") and spec.get("completions") == 0
    finishing = now.finished != before.finished or _differs(now, before, "startTime")
    if finishing and not idle and started is None and now.finished:
        causes.append(required("status.startTime", "startTime is required for finished job"))


def _check_counts(now: _Status, before: _Status, spec: Tree, causes: list[Cause]) -> None:
    finishing = now.finished != before.finished
    active, terminating = now.tree.get("active", 0), now.tree.get("terminating") or 0
    if (finishing or _differs(now, before, "active")) and now.finished and active > 0:
        why = "active>0 is invalid for finished job"
        causes.append(invalid_value("status.active", active, why))
    uncounted = now.tree.get("uncountedTerminatedPods") or {}
    counting = finishing or _differs(now, before, "uncountedTerminatedPods")
    if counting and now.finished and (uncounted.get("failed") or uncounted.get("succeeded")):
        why = "must be empty for finished job"
        shown = go_value("batch.UncountedTerminatedPods", uncounted)
        causes.append(invalid_value("status.uncountedTerminatedPods", shown, why))
    if (finishing or _differs(now, before, "terminating")) and now.finished and terminating > 0:
        why = "terminating>0 is invalid for finished job"
        causes.append(invalid_value("status.terminating", terminating, why))
    ready = now.tree.get("ready")
    if _differs(now, before, "ready", "active") and ready is not None and ready > active:
        why = "cannot set more ready pods than active"
        causes.append(invalid_value("status.ready", ready, why))


def _check_indexes(now: Tree, before: Tree, spec: Tree, causes: list[Cause]) -> None:
    completions, limit = spec.get("completions"), spec.get("backoffLimitPerIndex")
    completed, failed = now.get("completedIndexes", ""), now.get("failedIndexes")
    if completed != before.get("completedIndexes", ""):
        if completions is not None:
            _parse_indexes("completedIndexes", completed, completions, causes)
        if completed and spec.get("completionMode") != "Indexed":
            why = "cannot set non-empty completedIndexes when non-indexed completion mode"
            causes.append(invalid_value("status.completedIndexes", completed, why))
    if failed is not None and failed != before.get("failedIndexes"):
        if completions is not None and limit is not None:
            _parse_indexes("failedIndexes", failed, completions, causes)
        if limit is None:
            why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
            causes.append(invalid_value("status.failedIndexes", failed, why))


def _parse_indexes(member: str, text: str, completions: int, causes: list[Cause]) -> None:
    try:
        count_indexes(text, completions)
    except ValueError as error:
        why = f"error parsing {member}: {error}"
        causes.append(invalid_value(f"status.{member}", text, why))


def _check_transitions(now: _Status, before: _Status, spec: Tree, causes: list[Cause]) -> None:
    for condition in ("Failed", "Complete", "FailureTarget"):
        if before.has(condition) and not now.has(condition):
            why = f"cannot disable the terminal {condition}=True condition"
            causes.append(invalid_whole(_WHERE, why))
    scales = spec.get("completionMode") == "Indexed" and (
        spec.get("completions") == spec.get("parallelism")
    )
    for member in ("failed", "succeeded"):
        count = now.tree.get(member, 0)
        if count < before.tree.get(member, 0) and not (member == "succeeded" and scales):
            why = f"cannot decrease the {member} counter"
            causes.append(invalid_value(f"status.{member}", count, why))
    done, was_done = now.tree.get("completionTime"), before.tree.get("completionTime")
    if done is not None and was_done is not None and done != was_done:
        causes.append(invalid_value("status.completionTime", done, values.IMMUTABLE))
    started = before.tree.get("startTime")
    if started is not None and now.tree.get("startTime") != started and not spec.get("suspend"):
        why = "field is immutable for unsuspended job once set"
        causes.append(invalid_value("status.startTime", now.tree.get("startTime"), why))
    if before.has("SuccessCriteriaMet") and not now.has("SuccessCriteriaMet"):
        why = "cannot disable the SuccessCriteriaMet=True condition"
        causes.append(invalid_whole(_WHERE, why))
