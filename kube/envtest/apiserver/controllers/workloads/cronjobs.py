"""The cronjob controller: a Job at each time of a schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kube.envtest.apiserver.controllers.workloads.worker import (
    CRON_JOBS,
    JOBS,
    Worker,
    condition,
    copied,
    owned_by,
)
from kube.envtest.apiserver.kinds.schedules import Schedule, parse
from kube.envtest.apiserver.storage.store import Stored
from kube.envtest.apiserver.storage.writes import timestamp
from kube.runtime.trees import Tree

_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"


class CronJobController(Worker):
    name = "cronjob-controller"
    watches = CRON_JOBS
    kind = "CronJob"
    owns = JOBS

    def reconcile(self, stored: Stored) -> None:
        tree = stored.tree
        if "deletionTimestamp" in tree["metadata"]:
            return
        status = {**tree["status"]}
        jobs = self.owned(tree)
        active = [job for job in jobs if not _ended(job.tree)]
        self._forget(tree, jobs)
        ended = [
            job.tree["status"]["completionTime"]
            for job in jobs
            if job.tree["status"].get("completionTime")
        ]
        if ended:
            status["lastSuccessfulTime"] = max(ended)
        if not tree["spec"].get("suspend"):
            active = self._run(stored, status, active)
        if active:
            status["active"] = [_reference(job.tree) for job in active]
        else:
            status.pop("active", None)
        self.update_status(CRON_JOBS, stored, status)

    def _run(self, stored: Stored, status: Tree, active: list[Stored]) -> list[Stored]:
        """Create the Job that is due; returns the Jobs that are active then."""
        spec, now = stored.tree["spec"], self.state.now()
        zone = ZoneInfo(spec["timeZone"]) if spec.get("timeZone") else UTC
        schedule = parse(spec["schedule"])
        created = stored.tree["metadata"]["creationTimestamp"]
        since = datetime.fromisoformat(status.get("lastScheduleTime") or created)
        due = _last_before(schedule, since.astimezone(zone), now.astimezone(zone))
        following = schedule.after(now.astimezone(zone))
        if following is not None:
            self.again(stored.key, following.astimezone(UTC))
        if due is None:
            return active
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and (now - due).total_seconds() > deadline:
            return active
        policy = spec.get("concurrencyPolicy", "Allow")
        if policy == "Forbid" and active:
            return active
        if policy == "Replace":
            for job in active:
                self.delete(JOBS, job)
            active = []
        created_job = self._create(stored, due.astimezone(UTC))
        if created_job is None:
            return active
        status["lastScheduleTime"] = timestamp(due.astimezone(UTC))
        return [*active, created_job]

    def _create(self, stored: Stored, at: datetime) -> Stored | None:
        namespace, name = stored.key
        if not self.may_create(namespace):
            return None
        template = stored.tree["spec"]["jobTemplate"]
        meta = template.get("metadata") or {}
        metadata = {
            "name": f"{name}-{int(at.timestamp()) // 60}",
            "labels": dict(meta.get("labels") or {}),
            "annotations": {**(meta.get("annotations") or {}), _AT: timestamp(at)},
            "ownerReferences": [owned_by(stored.tree, "batch/v1", "CronJob")],
        }
        return self.create(
            JOBS, namespace, {"metadata": metadata, "spec": copied(template["spec"])}
        )

    def _forget(self, tree: Tree, jobs: list[Stored]) -> None:
        for kind, member, most in (
            ("Complete", "successfulJobsHistoryLimit", 3),
            ("Failed", "failedJobsHistoryLimit", 1),
        ):
            ended = [job for job in jobs if condition(job.tree, kind) is not None]
            limit = tree["spec"].get(member, most)
            for job in ended[: max(0, len(ended) - limit)]:
                self.delete(JOBS, job)


def _ended(job: Tree) -> bool:
    return condition(job, "Complete") is not None or condition(job, "Failed") is not None


def _reference(job: Tree) -> Tree:
    metadata = job["metadata"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "resourceVersion": metadata["resourceVersion"],
        "uid": metadata["uid"],
    }


def _last_before(schedule: Schedule, since: datetime, now: datetime) -> datetime | None:
    """The last time of a schedule after `since` and not after now; None where there is none."""
    due, at = None, schedule.after(since)
    while at is not None and at <= now:
        due, at = at, schedule.after(at)
    return due
