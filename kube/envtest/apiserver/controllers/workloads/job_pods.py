"""The Pods of a Job: what they are made of, what has become of them, and which go first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from kube.envtest.apiserver.controllers.workloads import ranking
from kube.envtest.apiserver.controllers.workloads.failures import match
from kube.envtest.apiserver.controllers.workloads.worker import pod_of
from kube.runtime.trees import Tree

TRACKING = "batch.kubernetes.io/job-tracking"
_INDEX = "batch.kubernetes.io/job-completion-index"
_FAILURES = "batch.kubernetes.io/job-index-failure-count"
_IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"
_VARIABLE = "JOB_COMPLETION_INDEX"
_LONGEST_PREFIX = 58
"""Of a name that is generated."""


def is_tracked(pod: Tree) -> bool:
    return TRACKING in (pod["metadata"].get("finalizers") or ())


def phase(pod: Tree) -> str:
    return str(pod["status"].get("phase", ""))


def has_succeeded(pod: Tree) -> bool:
    return phase(pod) == "Succeeded"


def is_ending(pod: Tree) -> bool:
    """Whether a Pod is being deleted and has not ended."""
    return "deletionTimestamp" in pod["metadata"] and phase(pod) not in ("Failed", "Succeeded")


def replaces_only_failed(job: Tree) -> bool:
    """Whether a Pod that is being deleted is replaced only when it has ended."""
    spec = job["spec"]
    return spec.get("podReplacementPolicy") == "Failed" or bool(spec.get("podFailurePolicy"))


def has_failed(job: Tree, pod: Tree) -> bool:
    """Whether a Pod counts as failed: also a deleted one, where such are replaced at once."""
    return phase(pod) == "Failed" or (is_ending(pod) and not replaces_only_failed(job))


def counts_as_failure(job: Tree, pod: Tree) -> bool:
    """Whether the failure of a Pod counts; not if the policy says that it is to be ignored."""
    policy = job["spec"].get("podFailurePolicy")
    found = match(policy, pod) if policy else None
    return found is None or found.action != "Ignore"


# Indexes.


def is_indexed(job: Tree) -> bool:
    return bool(job["spec"].get("completionMode") == "Indexed")


def index_of(pod: Tree) -> int | None:
    text = (pod["metadata"].get("annotations") or {}).get(_INDEX, "")
    return int(text) if text.isdecimal() else None


def is_counted(job: Tree, pod: Tree) -> bool:
    """Whether the end of a Pod says something about its Job."""
    if not is_indexed(job):
        return True
    index = index_of(pod)
    return index is not None and index < int(job["spec"]["completions"])


def failures_of(pod: Tree) -> int:
    """How often the index of a Pod had failed before it was started."""
    return _number(pod, _FAILURES)


def all_failures_of(pod: Tree) -> int:
    """The same, with those that were ignored."""
    return _number(pod, _FAILURES) + _number(pod, _IGNORED)


def _number(pod: Tree, key: str) -> int:
    text = (pod["metadata"].get("annotations") or {}).get(key, "0")
    return int(text) if text.isdecimal() else 0


def is_index_failed(job: Tree, pod: Tree) -> bool:
    """Whether the index of a Pod fails with the Pod."""
    if not has_failed(job, pod):
        return False
    policy = job["spec"].get("podFailurePolicy")
    found = match(policy, pod) if policy else None
    if found is not None and found.action == "FailIndex":
        return True
    limit = job["spec"]["backoffLimitPerIndex"]
    return counts_as_failure(job, pod) and failures_of(pod) >= limit


# Which go, and what new ones are made of.


def to_remove(job: Tree, active: list[Tree], count: int) -> list[Tree]:
    """The Pods to delete: those that do not belong, and others until there are so many."""
    going: list[Tree] = []
    left = active
    if is_indexed(job):
        going, left = _doubles(active, int(job["spec"]["completions"]))
    if len(going) < count:
        going = going + ranking.in_order(left)[: count - len(going)]
    return going


def _doubles(pods: list[Tree], completions: int) -> tuple[list[Tree], list[Tree]]:
    """Pods beyond one for each index, and the others."""
    by_index: dict[int | None, list[Tree]] = {}
    for pod in pods:
        by_index.setdefault(index_of(pod), []).append(pod)
    going, left = [], []
    for index, same in by_index.items():
        if index is None or index >= completions:
            going += same
        else:
            *rest, last = ranking.in_order(same)
            going += rest
            left.append(last)
    return going, left


def new_pod(job: Tree, index: int | None, replaced: Tree | None) -> Tree:
    """A Pod of a Job; `replaced` is the failed one of the same index."""
    name = job["metadata"]["name"]
    pod = pod_of(job["spec"]["template"], job, "batch/v1", "Job")
    metadata = pod["metadata"]
    finalizers = metadata.get("finalizers", [])
    metadata["finalizers"] = [*finalizers, *({TRACKING} - set(finalizers))]
    metadata["generateName"] = f"{name}-"
    if index is None:
        return pod
    suffix = f"-{index}-"
    metadata["generateName"] = f"{name[: _LONGEST_PREFIX - len(suffix)]}{suffix}"
    for member in ("annotations", "labels"):
        metadata[member] = {**(metadata.get(member) or {}), _INDEX: str(index)}
    if job["spec"].get("backoffLimitPerIndex") is not None:
        metadata["annotations"].update(_failure_counts(job, replaced))
    pod["spec"]["hostname"] = f"{name}-{index}"
    _tell_index([*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]])
    return pod


def _failure_counts(job: Tree, replaced: Tree | None) -> dict[str, str]:
    if replaced is None:
        return {_FAILURES: "0"}
    counts = counts_as_failure(job, replaced)
    ignored = _number(replaced, _IGNORED) + (not counts)
    new = {_FAILURES: str(failures_of(replaced) + counts)}
    return {**new, _IGNORED: str(ignored)} if ignored else new


def _tell_index(containers: Iterable[Tree]) -> None:
    field = {"fieldPath": f"metadata.labels['{_INDEX}']"}
    variable = {"name": _VARIABLE, "valueFrom": {"fieldRef": field}}
    for container in containers:
        if all(each["name"] != _VARIABLE for each in container.get("env") or ()):
            container["env"] = [*(container.get("env") or ()), variable]
