"""The cronjob controller: a Job at each time of a schedule.

As `pkg/controller/cronjob` of Kubernetes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kube.envtest.apiserver.controllers.workloads.worker import (
    CRON_JOBS,
    JOBS,
    Worker,
    controller_of,
    copied,
    owned_by,
)
from kube.envtest.apiserver.kinds.schedules import Schedule, parse
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import Stored
from kube.envtest.apiserver.storage.writes import timestamp
from kube.runtime.trees import Tree

_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_MANY = 100
"""Of missed times: more are told of."""


class CronJobController(Worker):
    name = "cronjob-controller"
    component = "cronjob-controller"
    watches = CRON_JOBS
    kind = "CronJob"
    owns = JOBS

    def reconcile(self, stored: Stored) -> None:
        _Sync(self, stored).run()


class _Sync:
    """One reconciliation of one CronJob."""

    def __init__(self, worker: CronJobController, stored: Stored) -> None:
        self._worker = worker
        self._stored = stored
        self._spec: Tree = stored.tree["spec"]
        self._status: Tree = dict(stored.tree["status"])
        self._active: list[Tree] = list(self._status.get("active") or ())
        self._jobs = worker.owned(stored.tree)
        self._now = worker.state.now()

    def run(self) -> None:
        self._look_at_jobs()
        if "deletionTimestamp" not in self._stored.tree["metadata"]:
            zone = self._zone()
            if zone is not None and not self._spec.get("suspend"):
                self._schedule(parse(self._spec["schedule"]), zone)
        self._forget()
        self._status.pop("active", None)
        if self._active:
            self._status["active"] = self._active
        self._worker.update_status(CRON_JOBS, self._stored, self._status)

    def _tell(self, reason: str, message: str) -> None:
        self._worker.tell(self._stored, reason, message)

    def _warn(self, reason: str, message: str) -> None:
        self._worker.warn(self._stored, reason, message)

    # The Jobs that there are.

    def _is_active(self, uid: str) -> bool:
        return any(each["uid"] == uid for each in self._active)

    def _drop(self, uid: str) -> None:
        self._active = [each for each in self._active if each["uid"] != uid]

    def _look_at_jobs(self) -> None:
        """Take what has finished, or is gone, from the list of active Jobs."""
        for job in self._jobs:
            uid, ended = job.tree["metadata"]["uid"], _ended(job.tree)
            if not ended and not self._is_active(uid):
                why = f"Saw a job that the controller did not create or forgot: {job.key[1]}"
                self._warn("UnexpectedJob", why)
            elif ended and self._is_active(uid):
                self._drop(uid)
                why = f"Saw completed job: {job.key[1]}, condition: {ended}"
                self._tell("SawCompletedJob", why)
            at = job.tree["status"].get("completionTime")
            if ended == "Complete" and at and at > self._status.get("lastSuccessfulTime", ""):
                self._status["lastSuccessfulTime"] = at
        objects = self._worker.state.store.collection(JOBS).objects
        own = {job.tree["metadata"]["uid"] for job in self._jobs}
        for each in self._active:
            is_there = (each.get("namespace", ""), each["name"]) in objects
            if each["uid"] not in own and not is_there:
                self._tell("MissingJob", f"Active job went missing: {each['name']}")
                self._drop(each["uid"])

    def _forget(self) -> None:
        """Delete the oldest of the Jobs that have ended, beyond what is to be kept."""
        for kind, member in (
            ("Complete", "successfulJobsHistoryLimit"),
            ("Failed", "failedJobsHistoryLimit"),
        ):
            limit = self._spec.get(member)
            if limit is None:
                continue
            ended = sorted((j for j in self._jobs if _ended(j.tree) == kind), key=_started)
            for job in ended[: max(0, len(ended) - limit)]:
                self._delete(job)

    def _delete(self, job: Stored) -> bool:
        try:
            self._worker.delete(JOBS, job)
        except StatusError as error:
            self._warn("FailedDelete", f"Deleted job: {error.message}")
            return False
        self._drop(job.tree["metadata"]["uid"])
        self._tell("SuccessfulDelete", f"Deleted job {job.key[1]}")
        return True

    # The schedule.

    def _zone(self) -> tzinfo | None:
        name = self._spec.get("timeZone")
        if name is None:
            return UTC
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            why = f'invalid timeZone: "{name}": unknown time zone {name}'
            self._warn("UnknownTimeZone", why)
            return None

    def _schedule(self, schedule: Schedule, zone: tzinfo) -> None:
        """Create the Job that is due, and come again at the next time."""
        now, deadline = self._now.astimezone(UTC), self._spec.get("startingDeadlineSeconds")
        created = self._stored.tree["metadata"]["creationTimestamp"]
        since = datetime.fromisoformat(self._status.get("lastScheduleTime") or created)
        if deadline is not None:
            since = max(since, now - timedelta(seconds=deadline))
        due, missed = last_time(schedule, zone, since, now)
        if due is not None:
            if missed > _MANY:
                why = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds "
                self._warn("TooManyMissedTimes", f"{why}or check clock skew")
            if deadline is not None and due + timedelta(seconds=deadline) < now:
                why = f"Missed scheduled time to start a job: {_rfc1123(due)}"
                self._warn("MissSchedule", why)
            elif self._is_wanted(due):
                self._start(due, zone)
        following = next_time(schedule, zone, now)
        if following is not None:
            self._worker.again(self._stored.key, following)

    def _is_wanted(self, due: datetime) -> bool:
        name = self._job_name(due)
        if any(each["name"] == name for each in self._active):
            return False
        if self._status.get("lastScheduleTime") == timestamp(due):
            return False
        if self._active and self._spec.get("concurrencyPolicy") == "Forbid":
            why = "Not starting job because prior execution is running and concurrency policy is "
            self._tell("JobAlreadyActive", f"{why}Forbid")
            return False
        return True

    def _job_name(self, due: datetime) -> str:
        return f"{self._stored.key[1]}-{int(due.timestamp()) // 60}"

    def _start(self, due: datetime, zone: tzinfo) -> None:
        if self._spec.get("concurrencyPolicy") == "Replace" and not self._stop_all():
            return
        job = self._create(due, zone)
        if job is None:
            return
        self._active.append(_reference(job.tree))
        self._status["lastScheduleTime"] = timestamp(due)

    def _stop_all(self) -> bool:
        """Delete the Jobs that still run; whether none was refused."""
        objects = self._worker.state.store.collection(JOBS).objects
        for each in list(self._active):
            job = objects.get((each.get("namespace", ""), each["name"]))
            if job is not None and not self._delete(job):
                return False
        return True

    def _create(self, due: datetime, zone: tzinfo) -> Stored | None:
        namespace = self._stored.key[0]
        if not self._worker.may_create(namespace):
            return None
        template = self._spec["jobTemplate"]
        meta = template.get("metadata") or {}
        at = due.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")
        metadata = {
            "name": self._job_name(due),
            "labels": dict(meta.get("labels") or {}),
            "annotations": {**(meta.get("annotations") or {}), _AT: at},
            "ownerReferences": [owned_by(self._stored.tree, "batch/v1", "CronJob")],
        }
        new = {"metadata": metadata, "spec": copied(template["spec"])}
        try:
            job = self._worker.create(JOBS, namespace, new)
        except StatusError as error:
            if error.reason == "AlreadyExists":
                return self._existing(self._job_name(due))
            self._worker.refuse(error)
            self._warn("FailedCreate", f"Error creating job: {error.message}")
            return None
        self._tell("SuccessfulCreate", f"Created job {job.key[1]}")
        return job

    def _existing(self, name: str) -> Stored | None:
        """The Job of this name, if it is the CronJob's and was forgotten."""
        objects = self._worker.state.store.collection(JOBS).objects
        job = objects.get((self._stored.key[0], name))
        owner = controller_of(job.tree) if job is not None else None
        is_own = owner is not None and owner["uid"] == self._stored.tree["metadata"]["uid"]
        return job if is_own and job is not None else None


def last_time(
    schedule: Schedule, zone: tzinfo, since: datetime, now: datetime
) -> tuple[datetime | None, int]:
    """The last time of a schedule after `since` that has passed, and about how many there were.

    As the original reckons: by the first two times, so that it costs the same after a year.
    """
    first = next_time(schedule, zone, since)
    if first is None or now < first:
        return None, 0
    second = next_time(schedule, zone, first)
    if second is None or now < second:
        return first, 0
    between = max(1, round((second - first).total_seconds()))
    count = int((now - first).total_seconds()) // between + 1
    near = first + timedelta(seconds=(count - 2) * between)
    last, at = None, next_time(schedule, zone, near)
    while at is not None and at <= now:
        last, at = at, next_time(schedule, zone, at)
    return last, count


def next_time(schedule: Schedule, zone: tzinfo, moment: datetime) -> datetime | None:
    """The next time of a schedule in a time zone, in UTC as the moment is."""
    at = schedule.after(moment.astimezone(zone))
    return at.astimezone(UTC) if at is not None else None


def _ended(job: Tree) -> str:
    """Complete or Failed; '' for a Job that has not ended."""
    for each in job["status"].get("conditions") or ():
        if each["type"] in ("Complete", "Failed") and each["status"] == "True":
            return str(each["type"])
    return ""


def _started(job: Stored) -> tuple[bool, str, str]:
    at = job.tree["status"].get("startTime")
    return at is None, at or "", job.key[1]


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


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def _rfc1123(moment: datetime) -> str:
    """A time in UTC as Go's RFC1123Z, whatever the locale."""
    day = f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} {moment:%H:%M:%S} +0000"
