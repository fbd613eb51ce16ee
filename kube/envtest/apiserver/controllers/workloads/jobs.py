"""The job controller: Pods until enough of them have ended well.

As `pkg/controller/job` of Kubernetes. Each Pod has a finalizer until its end is counted: first its
uid stands in `uncountedTerminatedPods`, then the finalizer goes, then it counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kube.envtest.apiserver.controllers.workloads import job_pods
from kube.envtest.apiserver.controllers.workloads.backoff import Record, finished_at
from kube.envtest.apiserver.controllers.workloads.failures import match
from kube.envtest.apiserver.controllers.workloads.intervals import Intervals
from kube.envtest.apiserver.controllers.workloads.job_pods import TRACKING, index_of, is_tracked
from kube.envtest.apiserver.controllers.workloads.worker import (
    JOBS,
    PODS,
    Worker,
    controller_of,
    is_active,
    is_ready,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

_OWN_NAME = "kubernetes.io/job-controller"
_MOST_AT_ONCE = 500
"""Pods that one reconciliation starts."""


class JobController(Worker):
    name = "job-controller"
    watches = JOBS
    kind = "Job"
    owns = PODS
    adopts = True
    finalizer = TRACKING

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.records: dict[Key, Record] = {}
        self._untracked: dict[Key, None] = {}

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        key, tree = change.current.key, change.current.tree
        if storage == JOBS and (change.type == "DELETED" or is_finished(tree)):
            self.records.pop(key, None)
            self._untracked.update((pod.key, None) for pod in self.owned(tree))
        super().observe(storage, change)
        if (
            storage == PODS
            and change.type != "DELETED"
            and is_tracked(tree)
            and self._is_free(tree)
        ):
            self._untracked[key] = None

    def _is_free(self, pod: Tree) -> bool:
        """Whether no Job counts a Pod any more."""
        owner = controller_of(pod)
        if owner is None:
            return True
        if owner["kind"] != "Job":
            return False
        objects = self.state.store.collection(JOBS).objects
        job = objects.get((pod["metadata"]["namespace"], owner["name"]))
        if job is None or job.tree["metadata"]["uid"] != owner["uid"]:
            return True
        return is_finished(job.tree) and not is_foreign(job.tree)

    def settle(self) -> bool:
        untracked, self._untracked = self._untracked, {}
        for key in untracked:
            pod = self.state.store.collection(PODS).objects.get(key)
            if pod is not None and self._is_free(pod.tree):
                self.release(pod.tree)
        return super().settle() or bool(untracked)

    def release(self, pod: Tree) -> None:
        """Take the finalizer from a Pod that is counted, or need not be."""
        metadata = pod["metadata"]
        objects = self.state.store.collection(PODS).objects
        stored = objects.get((metadata["namespace"], metadata["name"]))
        if stored is None or not is_tracked(stored.tree):
            return
        rest = [each for each in stored.tree["metadata"]["finalizers"] if each != TRACKING]
        metadata = {**stored.tree["metadata"], "finalizers": rest}
        self.update(PODS, stored, {**stored.tree, "metadata": metadata})

    def reconcile(self, stored: Stored) -> None:
        if not is_foreign(stored.tree) and not is_finished(stored.tree):
            _Sync(self, stored).run()


class _Sync:
    """One reconciliation of a Job that has not finished."""

    def __init__(self, worker: JobController, stored: Stored) -> None:
        self._worker = worker
        self._stored = stored
        self._job = stored.tree
        self._spec: Tree = stored.tree["spec"]
        self._status: Tree = dict(stored.tree["status"])
        self._status.pop("uncountedTerminatedPods", None)
        uncounted = stored.tree["status"].get("uncountedTerminatedPods") or {}
        self._uncounted = {
            member: list(uncounted.get(member) or ()) for member in ("succeeded", "failed")
        }
        self._conditions: list[Tree] = list(self._status.get("conditions") or ())
        self._now = worker.state.now()
        self._pods = [pod.tree for pod in worker.owned(stored.tree)]
        self._active = [pod for pod in self._pods if is_active(pod)]
        self._terminating = sum(map(job_pods.is_ending, self._pods))
        self._ready = sum(map(is_ready, self._active))
        self._is_indexed = job_pods.is_indexed(stored.tree)
        self._completions: int | None = self._spec.get("completions")
        self._before = self._succeeded_before()
        self._done = self._before
        self._failed_indexes: Intervals | None = None
        self._delayed: dict[int, Tree] = {}
        self._finished: Tree | None = None

    def run(self) -> None:
        new_succeeded = self._new(job_pods.has_succeeded, "succeeded")
        new_failed = self._new(lambda pod: job_pods.has_failed(self._job, pod), "failed")
        succeeded = self._total("succeeded") + len(new_succeeded)
        counted = [pod for pod in new_failed if job_pods.counts_as_failure(self._job, pod)]
        failed = self._total("failed") + len(counted)
        is_suspended = bool(self._spec.get("suspend"))
        if "startTime" not in self._status and not is_suspended:
            self._status["startTime"] = self._time()
        records = self._worker.records
        record = records.get(self._stored.key, Record()).after(new_succeeded, new_failed)
        self._finished = self._judge(failed)
        if self._is_indexed:
            succeeded = self._count_indexes()
        active = self._act(succeeded, record)
        self._status["ready"] = self._ready
        self._status["terminating"] = self._terminating
        self._status.pop("active", None)
        if active:
            self._status["active"] = active
        self._track(record)

    def _time(self) -> str:
        return self._worker.state.timestamp()

    def _total(self, member: str) -> int:
        return int(self._status.get(member, 0)) + len(self._uncounted[member])

    def _new(self, holds: Any, member: str) -> list[Tree]:
        """The Pods that have ended so and are not counted yet."""
        return [
            pod
            for pod in self._pods
            if is_tracked(pod)
            and pod["metadata"]["uid"] not in self._uncounted[member]
            and job_pods.is_counted(self._job, pod)
            and holds(pod)
        ]

    # Whether the Job ends.

    def _judge(self, failed: int) -> Tree | None:
        """The condition that ends the Job, by what was decided before, or what has failed."""
        for kind in ("SuccessCriteriaMet", "FailureTarget"):
            decided = self._condition(kind)
            if decided is not None and decided["status"] == "True":
                wanted = "Failed" if kind == "FailureTarget" else kind
                return self._new_condition(wanted, decided["reason"], decided.get("message", ""))
        message = self._fatal()
        if message is not None:
            return self._new_condition("FailureTarget", "PodFailurePolicy", message)
        if failed > self._spec.get("backoffLimit", 6) or self._restarts_too_often():
            why = "Job has reached the specified backoff limit"
            return self._new_condition("FailureTarget", "BackoffLimitExceeded", why)
        return self._judge_time()

    def _fatal(self) -> str | None:
        """What the policy says of a failed Pod that fails the Job."""
        policy: Tree | None = self._spec.get("podFailurePolicy")
        if policy is None:
            return None
        for pod in self._pods:
            found = match(policy, pod) if job_pods.has_failed(self._job, pod) else None
            if found is not None and found.action == "FailJob":
                return found.message
        return None

    def _restarts_too_often(self) -> bool:
        if self._spec["template"]["spec"].get("restartPolicy") != "OnFailure":
            return False
        count = sum(
            each.get("restartCount", 0)
            for pod in self._pods
            if job_pods.phase(pod) in ("Running", "Pending")
            for member in ("initContainerStatuses", "containerStatuses")
            for each in pod["status"].get(member) or ()
        )
        return bool(count >= max(1, self._spec.get("backoffLimit", 6)))

    def _judge_time(self) -> Tree | None:
        seconds, started = self._spec.get("activeDeadlineSeconds"), self._status.get("startTime")
        if seconds is None or started is None or self._spec.get("suspend"):
            return None
        at = datetime.fromisoformat(started) + timedelta(seconds=seconds)
        if at <= self._now:
            why = "Job was active longer than specified deadline"
            return self._new_condition("FailureTarget", "DeadlineExceeded", why)
        self._worker.again(self._stored.key, at)
        return None

    # Indexes.

    def _succeeded_before(self) -> Intervals:
        text = self._status.get("completedIndexes", "") if self._is_indexed else ""
        return Intervals.parse(text, self._completions or 0)

    def _count_indexes(self) -> int:
        """Count what the indexes have come to, which may end the Job; returns how many are
        complete."""
        tracked = [pod for pod in self._pods if is_tracked(pod)]
        mine = [pod for pod in tracked if job_pods.is_counted(self._job, pod)]
        done = [index_of(pod) for pod in mine if job_pods.has_succeeded(pod)]
        self._done = self._before.with_numbers(index for index in done if index is not None)
        if self._spec.get("backoffLimitPerIndex") is not None:
            self._count_failed_indexes(mine)
        if self._finished is None:
            rule = self._success_rule()
            if rule is not None:
                why = f"Matched rules at index {rule}"
                self._finished = self._new_condition("SuccessCriteriaMet", "SuccessPolicy", why)
        return len(self._done)

    def _count_failed_indexes(self, pods: list[Tree]) -> None:
        assert self._completions is not None
        before = Intervals.parse(self._status.get("failedIndexes", ""), self._completions)
        failed = [index_of(pod) for pod in pods if job_pods.is_index_failed(self._job, pod)]
        indexes = before.with_numbers(index for index in failed if index is not None)
        self._failed_indexes = indexes
        most = self._spec.get("maxFailedIndexes")
        is_over = len(indexes) + len(self._done) >= self._completions
        if self._finished is None and most is not None and len(indexes) > most:
            why = "Job has exceeded the specified maximal number of failed indexes"
            self._finished = self._new_condition("FailureTarget", "MaxFailedIndexesExceeded", why)
        elif self._finished is None and indexes.parts and is_over:
            why = "Job has failed indexes"
            self._finished = self._new_condition("FailureTarget", "FailedIndexes", why)
        self._delayed = self._to_be_replaced(pods)

    def _to_be_replaced(self, pods: list[Tree]) -> dict[int, Tree]:
        """The last failed Pod of each index that is to have another one."""
        active = {index_of(pod) for pod in self._active}
        found: dict[int, Tree] = {}
        assert self._failed_indexes is not None
        for pod in pods:
            index = index_of(pod)
            if index is None or not job_pods.has_failed(self._job, pod) or index in active:
                continue
            if index in self._done or index in self._failed_indexes:
                continue
            last = found.get(index)
            if last is None or _is_later(pod, last):
                found[index] = pod
        return found

    def _success_rule(self) -> int | None:
        """The place of the first rule of the success policy that the Job meets."""
        if not self._done.parts:
            return None
        for place, rule in enumerate((self._spec.get("successPolicy") or {}).get("rules") or ()):
            least = rule.get("succeededCount")
            if rule.get("succeededIndexes") is None:
                if least is not None and len(self._done) >= least:
                    return place
                continue
            wanted = Intervals.parse(rule["succeededIndexes"], self._completions or 0)
            met = wanted.shared(self._done)
            if wanted.parts and (met == len(wanted) or (least is not None and met >= least)):
                return place
        return None

    # Starting and stopping Pods.

    def _act(self, succeeded: int, record: Record) -> int:
        """Stop all Pods of a Job that ends, else have as many as wanted; returns how many are
        active."""
        active = len(self._active)
        if self._finished is not None:
            stopped = [pod for pod in self._active if self._stop(pod, release=False)]
            if len(stopped) != active:
                self._finished = None
            return active - len(stopped)
        is_managed = "deletionTimestamp" not in self._job["metadata"]
        if is_managed:
            active = self._manage(succeeded, record)
        if self._completions is None:
            is_complete = succeeded > 0 and not active
        else:
            is_complete = succeeded >= self._completions and not active
        if is_complete:
            why = "Reached expected number of succeeded pods"
            self._finished = self._new_condition("SuccessCriteriaMet", "CompletionsReached", why)
        elif is_managed:
            self._show_suspension()
        return active

    def _show_suspension(self) -> None:
        if self._spec.get("suspend"):
            if self._ensure("Suspended", "True", "JobSuspended", "Job suspended"):
                self._worker.tell(self._stored, "Suspended", "Job suspended")
                self._status.pop("startTime", None)
        elif self._ensure("Suspended", "False", "JobResumed", "Job resumed"):
            self._worker.tell(self._stored, "Resumed", "Job resumed")
            self._status["startTime"] = self._time()

    def _stop(self, pod: Tree, *, release: bool) -> bool:
        """Delete a Pod; with `release`, so that it does not count as failed."""
        metadata = pod["metadata"]
        key = (metadata["namespace"], metadata["name"])
        if release:
            self._worker.release(pod)
        stored = self._worker.state.store.collection(PODS).objects.get(key)
        if stored is not None and not self._worker.stop_pod(self._stored, stored):
            return False
        self._terminating += 1
        self._ready -= is_ready(pod)
        return True

    def _manage(self, succeeded: int, record: Record) -> int:
        """Start what is missing, or end what is too much; returns how many are active."""
        active = len(self._active)
        wanted = self._wanted_active(succeeded)
        going = job_pods.to_remove(self._job, self._active, max(0, active - wanted))
        if going or self._spec.get("suspend"):
            return active - sum(self._stop(pod, release=True) for pod in going)
        only_failed = job_pods.replaces_only_failed(self._job)
        missing = wanted - active - (self._terminating if only_failed else 0)
        if missing <= 0 or not self._worker.may_create(self._stored.key[0]):
            return active
        per_index = self._spec.get("backoffLimitPerIndex") is not None
        pause = 0.0 if per_index else record.remaining(self._now)
        if pause:
            self._worker.again_in(self._stored.key, pause)
            return active
        missing = min(missing, _MOST_AT_ONCE)
        places: list[int | None] = [None] * missing
        if self._is_indexed:
            places = self._startable(self._free_indexes(missing))
        for index in places:
            replaced = self._delayed.get(index) if index is not None else None
            new = job_pods.new_pod(self._job, index, replaced)
            if self._worker.start_pod(self._stored, new) is None:
                break
            active += 1
        return active

    def _wanted_active(self, succeeded: int) -> int:
        if self._spec.get("suspend"):
            return 0
        parallel = int(self._spec.get("parallelism", 1))
        if self._completions is None:
            # A queue of work: none is started any more once one has ended well.
            return len(self._active) if succeeded else parallel
        return max(0, min(parallel, self._completions - succeeded))

    def _free_indexes(self, count: int) -> list[int]:
        taken = [index_of(pod) for pod in self._active]
        if job_pods.replaces_only_failed(self._job):
            taken += [index_of(pod) for pod in self._pods if job_pods.is_ending(pod)]
        used = self._done.with_numbers(index for index in taken if index is not None)
        if self._failed_indexes is not None:
            used = used.merged(self._failed_indexes.parts)
        missing = used.missing(self._completions or 0)
        return [index for index, _ in zip(missing, range(count), strict=False)]

    def _startable(self, indexes: list[int]) -> list[int | None]:
        """Those of the indexes that have waited long enough since their last failure."""
        pauses = {}
        for index in indexes:
            last = self._delayed.get(index)
            pauses[index] = 0.0
            if last is not None:
                failures = Record(job_pods.all_failures_of(last) + 1, finished_at(last))
                pauses[index] = failures.remaining(self._now)
        ready: list[int | None] = [index for index, pause in pauses.items() if not pause]
        if len(ready) < len(pauses):
            self._worker.again_in(self._stored.key, min(filter(None, pauses.values())))
        return ready

    # Counting.

    def _track(self, record: Record) -> None:
        """Count the Pods that have ended, take their finalizers, and end the Job if it is time."""
        present = {pod["metadata"]["uid"] for pod in self._pods if is_tracked(pod)}
        self._settle_counts(present)
        released = self._note_ended()
        if self._is_indexed:
            self._status.pop("completedIndexes", None)
            self._status.pop("succeeded", None)
            if self._done.parts:
                self._status["completedIndexes"] = str(self._done)
                self._status["succeeded"] = len(self._done)
            if self._failed_indexes is not None:
                self._status["failedIndexes"] = str(self._failed_indexes)
        self._enact_target()
        self._flush()
        self._worker.records[self._stored.key] = record
        for pod in released:
            self._worker.release(pod)
            present.discard(pod["metadata"]["uid"])
        self._settle_counts(present)
        self._end()
        self._flush()

    def _settle_counts(self, present: set[str]) -> None:
        """Count the Pods whose finalizer is gone."""
        for member, uids in self._uncounted.items():
            left = [uid for uid in uids if uid in present]
            if len(left) < len(uids):
                count = self._status.get(member, 0) + len(uids) - len(left)
                self._status[member] = count
                self._uncounted[member] = left

    def _note_ended(self) -> list[Tree]:
        """Note the uids of the Pods that have ended; returns those that need no finalizer."""
        released = []
        is_failing = self._finished is not None and self._finished["type"] != "SuccessCriteriaMet"
        for pod in self._pods:
            is_failed = job_pods.has_failed(self._job, pod)
            if not is_tracked(pod) or not self._may_release(pod, is_failed=is_failed):
                continue
            released.append(pod)
            uid = pod["metadata"]["uid"]
            if job_pods.has_succeeded(pod) and uid not in self._uncounted["failed"]:
                if not self._is_indexed and uid not in self._uncounted["succeeded"]:
                    self._uncounted["succeeded"].append(uid)
            elif (is_failed or is_failing) and uid not in self._uncounted["failed"]:
                counts = job_pods.counts_as_failure(self._job, pod)
                if counts and job_pods.is_counted(self._job, pod):
                    self._uncounted["failed"].append(uid)
        return released

    def _may_release(self, pod: Tree, *, is_failed: bool) -> bool:
        is_over = self._finished is not None or "deletionTimestamp" in self._job["metadata"]
        if is_over or job_pods.has_succeeded(pod):
            return True
        index = index_of(pod)
        is_awaited = index is not None and self._delayed.get(index) is pod
        return is_failed and not is_awaited

    def _enact_target(self) -> None:
        """Show what the Job will end with, before it does."""
        if self._finished is None:
            return
        if self._finished["type"] == "FailureTarget":
            self._conditions.append(self._finished)
            self._become("Failed")
        elif self._finished["type"] == "SuccessCriteriaMet":
            if self._condition("SuccessCriteriaMet") is None:
                self._conditions.append(self._finished)
            self._become("Complete")

    def _become(self, kind: str) -> None:
        assert self._finished is not None
        reason, message = self._finished["reason"], self._finished["message"]
        self._finished = self._new_condition(kind, reason, message)

    def _end(self) -> None:
        """End the Job when all its Pods are counted and gone."""
        finished = self._finished
        if finished is None or any(self._uncounted.values()) or self._terminating:
            return
        kind, reason, message = finished["type"], finished["reason"], finished["message"]
        self._ensure(kind, "True", reason, message)
        if kind == "Failed":
            self._worker.warn(self._stored, reason, message)
            return
        self._status["completionTime"] = finished["lastTransitionTime"]
        if self._completions is not None and self._status.get("succeeded", 0) > self._completions:
            why = "Too many succeeded pods running after completion count reached"
            self._worker.warn(self._stored, "TooManySucceededPods", why)
        self._worker.tell(self._stored, "Completed", "Job completed")

    def _flush(self) -> None:
        status = {
            **self._status,
            "uncountedTerminatedPods": {k: list(v) for k, v in self._uncounted.items() if v},
        }
        if self._conditions:
            status["conditions"] = list(self._conditions)
        if status != self._stored.tree["status"]:
            new = {**self._stored.tree, "status": status}
            self._stored = self._worker.update(JOBS, self._stored, new, "status")

    # Conditions.

    def _condition(self, kind: str) -> Tree | None:
        return next((each for each in self._conditions if each["type"] == kind), None)

    def _new_condition(self, kind: str, reason: str, message: str, status: str = "True") -> Tree:
        now = self._time()
        return {
            "type": kind,
            "status": status,
            "lastProbeTime": now,
            "lastTransitionTime": now,
            "reason": reason,
            "message": message,
        }

    def _ensure(self, kind: str, status: str, reason: str, message: str) -> bool:
        """Set a condition in its place; whether it was another. One that is new is not False."""
        have = self._condition(kind)
        new = self._new_condition(kind, reason, message, status)
        if have is None:
            if status != "False":
                self._conditions.append(new)
            return status != "False"
        if all(have.get(member) == new[member] for member in ("status", "reason", "message")):
            return False
        self._conditions = [new if each is have else each for each in self._conditions]
        return True


def is_finished(job: Tree) -> bool:
    return any(
        each["type"] in ("Complete", "Failed") and each["status"] == "True"
        for each in job["status"].get("conditions") or ()
    )


def is_foreign(job: Tree) -> bool:
    """Whether another controller manages a Job."""
    return bool(job["spec"].get("managedBy", _OWN_NAME) != _OWN_NAME)


def _is_later(pod: Tree, last: Tree) -> bool:
    """Whether a Pod of an index failed after another one of it."""
    is_more = job_pods.all_failures_of(pod) >= job_pods.all_failures_of(last)
    return is_more and finished_at(pod) >= finished_at(last)
