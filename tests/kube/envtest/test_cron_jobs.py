"""CronJobs on a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kube.envtest import Server
from kube.envtest.apiserver.kinds.schedules import parse
from kube.runtime.clock import ManualClock
from tests.kube.envtest.api import MERGE, Client

BATCH = "/apis/batch/v1/namespaces/default"
EVENTS = "/api/v1/namespaces/default/events"
TICK = f"{BATCH}/cronjobs/tick"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def server(clock: ManualClock) -> Server:
    """Without a kubelet, so that Jobs run until the test ends them."""
    controllers = ["cronjob-controller", "job-controller"]
    return Server(controllers=controllers, now=clock.now, monotonic=clock.monotonic)


def cron_job(**spec: Any) -> dict[str, Any]:
    containers = [{"name": "main", "image": "a"}]
    template = {"spec": {"restartPolicy": "Never", "containers": containers}}
    job = {"spec": {"template": template}}
    return {
        "metadata": {"name": "tick"},
        "spec": {"schedule": "0 * * * *", "jobTemplate": job, **spec},
    }


def advance(server: Server, clock: ManualClock, *, hours: float) -> None:
    clock.advance(hours * 3600)
    server.settle()


def jobs(client: Client) -> list[str]:
    return [each["metadata"]["name"] for each in client.get(f"{BATCH}/jobs").body["items"]]


def told(client: Client) -> list[tuple[str, str]]:
    events = client.get(EVENTS).body["items"]
    about = [e for e in events if e["involvedObject"]["kind"] == "CronJob"]
    return [(e["reason"], e["message"]) for e in about]


def end(client: Client, name: str, kind: str = "Complete") -> None:
    status = client.get(f"{BATCH}/jobs/{name}").body["status"]
    now = status["startTime"]
    before = "SuccessCriteriaMet" if kind == "Complete" else "FailureTarget"
    conditions = [
        {"type": each, "status": "True", "lastTransitionTime": now} for each in (before, kind)
    ]
    status = {"conditions": conditions, "active": 0, "ready": 0}
    if kind == "Complete":
        status["completionTime"] = now
    answer = client.patch(f"{BATCH}/jobs/{name}/status", {"status": status}, MERGE)
    assert answer.status == 200, answer.body


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        ("Allow", ["tick-29453820", "tick-29453880"]),
        ("Forbid", ["tick-29453820"]),
        ("Replace", ["tick-29453880"]),
    ],
)
def test_the_concurrency_policy_decides_on_the_second_job(
    server: Server, client: Client, clock: ManualClock, policy: str, names: list[str]
) -> None:
    client.create(f"{BATCH}/cronjobs", cron_job(concurrencyPolicy=policy))
    advance(server, clock, hours=1)
    advance(server, clock, hours=1)
    assert jobs(client) == names
    active = client.get(TICK).body["status"]["active"]
    assert [each["name"] for each in active] == names
    reasons = [reason for reason, _ in told(client)]
    assert ("JobAlreadyActive" in reasons) is (policy == "Forbid")
    assert ("SuccessfulDelete" in reasons) is (policy == "Replace")


def test_jobs_that_end_are_told_of_and_kept_as_far_as_wanted(
    server: Server, client: Client, clock: ManualClock
) -> None:
    body = cron_job(successfulJobsHistoryLimit=1, failedJobsHistoryLimit=1)
    client.create(f"{BATCH}/cronjobs", body)
    for kind in ("Complete", "Complete", "Failed", "Failed"):
        advance(server, clock, hours=1)
        end(client, jobs(client)[-1], kind)
    assert jobs(client) == ["tick-29453880", "tick-29454000"]
    status = client.get(TICK).body["status"]
    assert "active" not in status
    assert status["lastSuccessfulTime"] == "2026-01-01T02:00:00Z"
    assert told(client)[:4] == [
        ("SuccessfulCreate", "Created job tick-29453820"),
        ("SawCompletedJob", "Saw completed job: tick-29453820, condition: Complete"),
        ("SuccessfulCreate", "Created job tick-29453880"),
        ("SawCompletedJob", "Saw completed job: tick-29453880, condition: Complete"),
    ]
    assert ("SuccessfulDelete", "Deleted job tick-29453820") in told(client)


def test_of_many_missed_times_the_last_one_counts_and_is_warned_of(
    server: Server, client: Client, clock: ManualClock
) -> None:
    client.create(f"{BATCH}/cronjobs", cron_job(schedule="* * * * *", suspend=True))
    advance(server, clock, hours=24 * 365)
    assert jobs(client) == []
    client.patch(TICK, {"spec": {"suspend": False}}, MERGE)
    [name] = jobs(client)
    assert name == "tick-29979360"
    why = (
        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check "
        "clock skew"
    )
    assert ("TooManyMissedTimes", why) in told(client)


def test_what_is_later_than_its_deadline_is_not_started(
    server: Server, client: Client, clock: ManualClock
) -> None:
    body = cron_job(startingDeadlineSeconds=60, suspend=True)
    client.create(f"{BATCH}/cronjobs", body)
    advance(server, clock, hours=1.5)
    client.patch(TICK, {"spec": {"suspend": False}}, MERGE)
    assert jobs(client) == []
    advance(server, clock, hours=0.5)
    assert jobs(client) == ["tick-29453880"]


def test_a_time_zone_is_that_of_the_schedule_and_of_the_annotation(
    server: Server, client: Client, clock: ManualClock
) -> None:
    body = cron_job(schedule="0 6 * * *", timeZone="Europe/Berlin")
    client.create(f"{BATCH}/cronjobs", body)
    advance(server, clock, hours=6)
    [job] = client.get(f"{BATCH}/jobs").body["items"]
    annotations = job["metadata"]["annotations"]
    at = annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]
    assert at == "2026-01-01T06:00:00+01:00"
    assert client.get(TICK).body["status"]["lastScheduleTime"] == "2026-01-01T05:00:00Z"


@pytest.mark.parametrize(
    ("schedule", "since", "times"),
    [
        # Clocks are put forward on March 8: there is no half past two.
        ("30 2 * * *", "2026-03-07T12:00", ["2026-03-09T06:30"]),
        # Clocks are put back on November 1: half past one comes twice.
        ("30 1 * * *", "2026-11-01T00:00", ["2026-11-01T05:30", "2026-11-01T06:30"]),
        ("0 * * * *", "2026-03-08T06:00", ["2026-03-08T07:00", "2026-03-08T08:00"]),
        ("0 0 29 2 *", "2026-01-01T00:00", ["2028-02-29T05:00"]),
    ],
)
def test_schedules_follow_clocks_that_are_put_forward_and_back(
    schedule: str, since: str, times: list[str]
) -> None:
    zone = ZoneInfo("America/New_York")
    at = datetime.fromisoformat(since).replace(tzinfo=UTC).astimezone(zone)
    for wanted in times:
        following = parse(schedule).after(at)
        assert following is not None
        assert following.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") == wanted
        at = following
