"""The job controller: Pods until enough of them have ended well."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from kube.envtest.apiserver.controllers.workloads.failures import Match, match
from kube.envtest.apiserver.controllers.workloads.worker import (
    JOBS,
    PODS,
    Worker,
    condition,
    is_ready,
    pod_of,
)
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

_INDEX = "batch.kubernetes.io/job-completion-index"
_TRACKING = "batch.kubernetes.io/job-tracking"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class JobController(Worker):
    name = "job-controller"
    watches = JOBS
    kind = "Job"
    owns = PODS

    def reconcile(self, stored: Stored) -> None:
        if "deletionTimestamp" in stored.tree["metadata"] or _finished(stored.tree):
            self.release(self.owned(stored.tree))
        else:
            self.release(_Run(self, stored).run())

    def release(self, pods: list[Stored]) -> None:
        """Take the finalizer from Pods that are counted, or need not be."""
        objects = self.state.store.collection(PODS).objects
        for key in [pod.key for pod in pods]:
            pod = objects.get(key)
            if pod is None or not _is_tracked(pod.tree):
                continue
            finalizers = pod.tree["metadata"]["finalizers"]
            rest = [each for each in finalizers if each != _TRACKING]
            metadata = {**pod.tree["metadata"], "finalizers": rest}
            self.update(PODS, pod, {**pod.tree, "metadata": metadata})


class _Run:
    """One reconciliation of a Job that has not finished."""

    def __init__(self, worker: JobController, stored: Stored) -> None:
        self._worker = worker
        self._stored = stored
        self._spec: Tree = stored.tree["spec"]
        self._status: Tree = {**stored.tree["status"]}
        self._now = worker.state.timestamp()

    def run(self) -> list[Stored]:
        """Count what has ended, and start what is missing; returns the Pods that are counted."""
        owned = self._worker.owned(self._stored.tree)
        ended = [pod for pod in owned if _is_tracked(pod.tree) and self._has_ended(pod.tree)]
        pods = [pod.tree for pod in owned]
        succeeded = [pod.tree for pod in ended if _phase(pod.tree) == "Succeeded"]
        failed = [pod.tree for pod in ended if _phase(pod.tree) != "Succeeded"]
        policy = self._spec.get("podFailurePolicy")
        matched = [match(policy, pod) if policy else None for pod in failed]
        counted = [m for m in matched if m is None or m.action != "Ignore"]
        self._count("succeeded", len(succeeded))
        self._count("failed", len(counted))
        done = self._complete(succeeded)
        active = [
            pod for pod in pods if not _ended(pod) and "deletionTimestamp" not in pod["metadata"]
        ]
        fatal = next((m for m in matched if m is not None and m.action == "FailJob"), None)
        if self._spec.get("suspend"):
            self._suspend(active)
        else:
            self._resume()
            if self._judge(active, done, fatal):
                active = []
            else:
                active += self._start(active, done)
        self._count_active(pods, active)
        self._status["uncountedTerminatedPods"] = {}
        self._worker.update_status(JOBS, self._stored, self._status)
        self._deadline()
        return ended

    def _has_ended(self, pod: Tree) -> bool:
        """Whether a Pod counts as ended: also a deleted one, where such are replaced."""
        waits = self._spec.get("podReplacementPolicy") == "Failed"
        return _ended(pod) or ("deletionTimestamp" in pod["metadata"] and not waits)

    def _count(self, member: str, more: int) -> None:
        if more:
            self._status[member] = self._status.get(member, 0) + more

    def _count_active(self, pods: list[Tree], active: list[Tree]) -> None:
        counts = {
            "active": len(active),
            "ready": sum(is_ready(pod) for pod in active),
            "terminating": sum(
                not _ended(pod) and "deletionTimestamp" in pod["metadata"] for pod in pods
            ),
        }
        for member, count in counts.items():
            if count or member != "active":
                self._status[member] = count
            else:
                self._status.pop(member, None)

    def _complete(self, succeeded: list[Tree]) -> set[int]:
        """The indexes that are complete; for Jobs without indexes, as many numbers."""
        if self._spec.get("completionMode") != "Indexed":
            return set(range(self._status.get("succeeded", 0)))
        done = _numbers(self._status.get("completedIndexes", ""))
        done |= {_index(pod) for pod in succeeded}
        if done:
            self._status["completedIndexes"] = _ranges(done)
            self._status["succeeded"] = len(done)
        return done

    def _judge(self, active: list[Tree], done: set[int], fatal: Match | None) -> bool:
        """Whether the Job ends now."""
        reason = message = ""
        if fatal is not None:
            reason, message = "PodFailurePolicy", fatal.message
        elif (rule := self._success_rule(done)) is not None:
            self._succeed(active, "SuccessPolicy", f"Matched rules at index {rule}")
            return True
        elif self._is_complete(active, done):
            message = "Reached expected number of succeeded pods"
            self._succeed(active, "CompletionsReached", message)
            return True
        elif self._status.get("failed", 0) > self._spec.get("backoffLimit", 6):
            reason = "BackoffLimitExceeded"
            message = "Job has reached the specified backoff limit"
        elif self._is_late():
            reason, message = "DeadlineExceeded", "Job was active longer than specified deadline"
        if not reason:
            return False
        self._count("failed", len(active))
        for pod in active:
            self._delete(pod)
        self._condition("FailureTarget", reason, message)
        self._condition("Failed", reason, message)
        return True

    def _is_complete(self, active: list[Tree], done: set[int]) -> bool:
        wanted = self._spec.get("completions")
        if wanted is None:
            return bool(self._status.get("succeeded")) and not active
        return len(done) >= int(wanted)

    def _success_rule(self, done: set[int]) -> int | None:
        """The place of the first rule of the success policy that the Job meets."""
        for place, rule in enumerate((self._spec.get("successPolicy") or {}).get("rules") or ()):
            indexes = rule.get("succeededIndexes")
            met = done if indexes is None else done & _numbers(indexes)
            least = rule.get("succeededCount")
            if least is None:
                least = len(_numbers(indexes or ""))
            if len(met) >= least:
                return place
        return None

    def _succeed(self, active: list[Tree], reason: str, message: str) -> None:
        for pod in active:
            self._delete(pod)
        self._condition("SuccessCriteriaMet", reason, message)
        self._condition("Complete", reason, message)
        self._status["completionTime"] = self._now

    def _is_late(self) -> bool:
        at = self._ends_at()
        return at is not None and at <= self._worker.state.now()

    def _ends_at(self) -> datetime | None:
        seconds, started = self._spec.get("activeDeadlineSeconds"), self._status.get("startTime")
        if seconds is None or started is None:
            return None
        return datetime.fromisoformat(started) + timedelta(seconds=seconds)

    def _deadline(self) -> None:
        at = self._ends_at()
        if at is not None and at > self._worker.state.now():
            self._worker.again(self._stored.key, at)

    def _start(self, active: list[Tree], done: set[int]) -> list[Tree]:
        """Start what is missing, or end what is too much; returns the new Pods."""
        parallel, wanted = self._spec.get("parallelism", 1), self._spec.get("completions")
        if wanted is None:
            # A queue of work: none is started any more once one has ended well.
            missing = 0 if self._status.get("succeeded") else parallel - len(active)
        else:
            missing = min(parallel, wanted - len(done)) - len(active)
        for pod in active[parallel:] if missing < 0 else ():
            self._delete(pod)
        taken = done | {_index(pod) for pod in active}
        free = (i for i in range(wanted or 0) if i not in taken)
        created = []
        namespace = self._stored.key[0]
        for _ in range(max(0, missing)):
            if not self._worker.may_create(namespace):
                break
            index = next(free, None) if self._spec.get("completionMode") == "Indexed" else None
            new = self._worker.create(PODS, namespace, self._pod(index), owner=self._stored)
            if new is None:
                break
            created.append(new.tree)
        return created

    def _pod(self, index: int | None) -> Tree:
        name = self._stored.key[1]
        pod = pod_of(self._spec["template"], self._stored.tree, "batch/v1", "Job")
        metadata = pod["metadata"]
        metadata["finalizers"] = [*metadata.get("finalizers", []), _TRACKING]
        if index is None:
            metadata["generateName"] = f"{name}-"
            return pod
        suffix = "".join(secrets.choice(_LETTERS) for _ in range(5))
        metadata["name"] = f"{name}-{index}-{suffix}"
        for member in ("annotations", "labels"):
            metadata[member] = {**(metadata.get(member) or {}), _INDEX: str(index)}
        pod["spec"]["hostname"] = f"{name}-{index}"
        for container in pod["spec"]["containers"]:
            field = {"fieldPath": f"metadata.labels['{_INDEX}']"}
            variable = {"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": field}}
            container["env"] = [*container.get("env", []), variable]
        return pod

    def _delete(self, pod: Tree) -> None:
        key = (self._stored.key[0], pod["metadata"]["name"])
        objects = self._worker.state.store.collection(PODS).objects
        if key in objects:
            self._worker.release([objects[key]])  # so that it does not count as failed
        if key in objects:
            self._worker.delete(PODS, objects[key])

    def _suspend(self, active: list[Tree]) -> None:
        for pod in active:
            self._delete(pod)
        active.clear()
        self._status.pop("startTime", None)
        self._condition("Suspended", "JobSuspended", "Job suspended")

    def _resume(self) -> None:
        suspended = condition(self._stored.tree, "Suspended")
        if suspended is not None and suspended["status"] == "True":
            self._condition("Suspended", "JobResumed", "Job resumed", status="False")
        self._status.setdefault("startTime", self._now)

    def _condition(self, kind: str, reason: str, message: str, *, status: str = "True") -> None:
        conditions = [c for c in self._status.get("conditions") or () if c["type"] != kind]
        have = [c for c in self._status.get("conditions") or () if c["type"] == kind]
        if have and have[0]["status"] == status:
            return
        new = {
            "type": kind,
            "status": status,
            "lastProbeTime": self._now,
            "lastTransitionTime": self._now,
            "reason": reason,
            "message": message,
        }
        self._status["conditions"] = [*conditions, new]


def _ended(pod: Tree) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed")


def _finished(job: Tree) -> bool:
    found = [condition(job, kind) for kind in ("Complete", "Failed")]
    return any(each is not None and each["status"] == "True" for each in found)


def _phase(pod: Tree) -> str:
    return str(pod["status"].get("phase", ""))


def _is_tracked(pod: Tree) -> bool:
    return _TRACKING in (pod["metadata"].get("finalizers") or ())


def _index(pod: Tree) -> int:
    text = (pod["metadata"].get("annotations") or {}).get(_INDEX, "-1")
    return int(text)


def _ranges(numbers: set[int]) -> str:
    """`0-2,5` for {0, 1, 2, 5}."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def _numbers(ranges: str) -> set[int]:
    """{0, 1, 2, 5} for `0-2,5`."""
    numbers: set[int] = set()
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers
