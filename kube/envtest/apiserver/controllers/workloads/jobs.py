"""The job controller: Pods until enough of them have ended well."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

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
        pods = self.owned(stored.tree)
        for pod in pods:
            self._release(stored, pod)
        if "deletionTimestamp" in stored.tree["metadata"]:
            return
        if _finished(stored.tree):
            self._expire(stored)
            return
        _Run(self, stored).run()

    def _release(self, job: Stored, pod: Stored) -> None:
        """Take the finalizer from a Pod that has ended and is counted, or is not needed."""
        finalizers = pod.tree["metadata"].get("finalizers") or []
        if _TRACKING not in finalizers:
            return
        counted = _ended(pod.tree) and _counts_include(job.tree, pod.tree)
        if counted or _finished(job.tree) or "deletionTimestamp" in pod.tree["metadata"]:
            rest = [each for each in finalizers if each != _TRACKING]
            metadata = {**pod.tree["metadata"], "finalizers": rest}
            self.update(PODS, pod, {**pod.tree, "metadata": metadata})

    def _expire(self, stored: Stored) -> None:
        seconds = stored.tree["spec"].get("ttlSecondsAfterFinished")
        ended = condition(stored.tree, "Complete") or condition(stored.tree, "Failed")
        if seconds is None or ended is None:
            return
        at = datetime.fromisoformat(ended["lastTransitionTime"]) + timedelta(seconds=seconds)
        if at <= self.state.now():
            self.delete(JOBS, stored)
        else:
            self.again(stored.key, at)


class _Run:
    """One reconciliation of a Job that has not finished."""

    def __init__(self, worker: JobController, stored: Stored) -> None:
        self._worker = worker
        self._stored = stored
        self._spec: Tree = stored.tree["spec"]
        self._status: Tree = {**stored.tree["status"]}
        self._now = worker.state.timestamp()

    def run(self) -> None:
        pods = [pod.tree for pod in self._worker.owned(self._stored.tree)]
        succeeded = [pod for pod in pods if pod["status"].get("phase") == "Succeeded"]
        failed = [pod for pod in pods if pod["status"].get("phase") == "Failed"]
        active = [
            pod for pod in pods if not _ended(pod) and "deletionTimestamp" not in pod["metadata"]
        ]
        if self._spec.get("suspend"):
            self._suspend(active)
        else:
            self._resume()
            done = self._done(succeeded)
            wanted = self._spec.get("completions")
            if self._judge(succeeded, failed, active, done, wanted):
                active = []
            else:
                active += self._start(active, done, wanted, succeeded, failed)
        counts = {
            "active": len(active),
            "ready": sum(is_ready(pod) for pod in active),
            "succeeded": len(succeeded),
            "failed": len(failed),
            "terminating": sum(
                not _ended(pod) and "deletionTimestamp" in pod["metadata"] for pod in pods
            ),
        }
        kept = ("ready", "terminating")
        for member, count in counts.items():
            if count or member in kept:
                self._status[member] = count
            else:
                self._status.pop(member, None)
        if self._spec.get("completionMode") == "Indexed" and succeeded:
            self._status["completedIndexes"] = _ranges(self._done(succeeded))
        self._status["uncountedTerminatedPods"] = {}
        self._worker.update_status(JOBS, self._stored, self._status)
        self._deadline()

    def _done(self, succeeded: list[Tree]) -> set[int]:
        """The indexes that are complete; for Jobs without indexes, as many numbers."""
        if self._spec.get("completionMode") == "Indexed":
            return {_index(pod) for pod in succeeded}
        return set(range(len(succeeded)))

    def _judge(
        self,
        succeeded: list[Tree],
        failed: list[Tree],
        active: list[Tree],
        done: set[int],
        wanted: int | None,
    ) -> bool:
        """Whether the Job ends now."""
        complete = len(done) >= wanted if wanted is not None else bool(succeeded) and not active
        if complete:
            for pod in active:
                self._delete(pod)
            reason = "CompletionsReached"
            message = "Reached expected number of succeeded pods"
            self._condition("SuccessCriteriaMet", reason, message)
            self._condition("Complete", reason, message)
            self._status["completionTime"] = self._now
            return True
        limit = self._spec.get("backoffLimit", 6)
        reason = message = ""
        if len(failed) > limit:
            reason = "BackoffLimitExceeded"
            message = "Job has reached the specified backoff limit"
        elif self._is_late():
            reason, message = "DeadlineExceeded", "Job was active longer than specified deadline"
        if not reason:
            return False
        for pod in active:
            self._delete(pod)
        self._condition("FailureTarget", reason, message)
        self._condition("Failed", reason, message)
        return True

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

    def _start(
        self,
        active: list[Tree],
        done: set[int],
        wanted: int | None,
        succeeded: list[Tree],
        failed: list[Tree],
    ) -> list[Tree]:
        """Start what is missing, or end what is too much; returns the new Pods."""
        parallel = self._spec.get("parallelism", 1)
        if wanted is None:
            # A queue of work: none is started any more once one has ended well.
            missing = 0 if succeeded else parallel - len(active)
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
        stored = self._worker.state.store.collection(PODS).objects.get(key)
        if stored is not None:
            self._worker.delete(PODS, stored)

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


def _counts_include(job: Tree, pod: Tree) -> bool:
    member = pod["status"]["phase"].lower()
    return bool(job["status"].get(member, 0))


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
