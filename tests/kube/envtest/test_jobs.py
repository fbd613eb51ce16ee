"""Jobs on a clock that the test turns, whose Pods the test ends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.envtest import Server
from kube.envtest.apiserver.controllers.workloads.intervals import Intervals
from kube.runtime.clock import ManualClock
from tests.kube.envtest.api import MERGE, Client

JOBS = "/apis/batch/v1/namespaces/default/jobs"
PODS = "/api/v1/namespaces/default/pods"
INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES = "batch.kubernetes.io/job-index-failure-count"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def server(clock: ManualClock) -> Server:
    return Server(controllers=["job-controller"], now=clock.now, monotonic=clock.monotonic)


def job(**spec: Any) -> dict[str, Any]:
    containers = [{"name": "main", "image": "a"}]
    template = {"spec": {"restartPolicy": "Never", "containers": containers}}
    return {"metadata": {"name": "work"}, "spec": {"template": template, **spec}}


def running(client: Client) -> list[Any]:
    pods = client.get(PODS).body["items"]
    return [pod for pod in pods if pod["status"]["phase"] == "Pending"]


def fail(client: Client, pod: Any) -> None:
    path = f"{PODS}/{pod['metadata']['name']}/status"
    assert client.patch(path, {"status": {"phase": "Failed"}}, MERGE).status == 200


def status(client: Client) -> Any:
    return client.get(f"{JOBS}/work").body["status"]


def advance(server: Server, clock: ManualClock, seconds: float) -> None:
    clock.advance(seconds)
    server.settle()


def test_pods_that_fail_are_replaced_after_pauses_that_double(
    server: Server, client: Client, clock: ManualClock
) -> None:
    client.create(JOBS, job(backoffLimit=5))
    for pause in (10, 20, 40):
        fail(client, running(client)[0])
        advance(server, clock, pause - 1)
        assert running(client) == []
        advance(server, clock, 1)
        assert len(running(client)) == 1
        # The failure is timed by the Pod's creation, as nobody wrote when its containers ended.
    assert status(client)["failed"] == 3


def test_an_index_has_a_limit_and_pauses_of_its_own(
    server: Server, client: Client, clock: ManualClock
) -> None:
    spec = {"completions": 2, "parallelism": 2, "completionMode": "Indexed"}
    client.create(JOBS, job(**spec, backoffLimitPerIndex=1, maxFailedIndexes=1))
    first = next(p for p in running(client) if p["metadata"]["annotations"][INDEX] == "0")
    fail(client, first)
    assert len(running(client)) == 1
    advance(server, clock, 10)
    second = next(p for p in running(client) if p["metadata"]["annotations"][INDEX] == "0")
    assert second["metadata"]["annotations"][FAILURES] == "1"
    fail(client, second)
    assert status(client)["failedIndexes"] == "0"
    [other] = running(client)
    client.patch(
        f"{PODS}/{other['metadata']['name']}/status", {"status": {"phase": "Succeeded"}}, MERGE
    )
    found = status(client)
    assert (found["completedIndexes"], found["failedIndexes"]) == ("1", "0")
    assert [(c["type"], c["reason"]) for c in found["conditions"]] == [
        ("FailureTarget", "FailedIndexes"),
        ("Failed", "FailedIndexes"),
    ]


def test_a_job_of_another_controller_is_left_alone(client: Client) -> None:
    client.create(JOBS, job(managedBy="example.com/queue"))
    assert running(client) == []
    assert status(client) == {}


def test_a_deadline_ends_a_job_on_the_clock(
    server: Server, client: Client, clock: ManualClock
) -> None:
    client.create(JOBS, job(activeDeadlineSeconds=60))
    advance(server, clock, 60)
    assert running(client) == []
    reasons = {c["type"]: c["reason"] for c in status(client)["conditions"]}
    assert reasons == {"FailureTarget": "DeadlineExceeded", "Failed": "DeadlineExceeded"}


NUMBERS = st.sets(st.integers(0, 30))


@given(NUMBERS, NUMBERS)
def test_intervals_are_sets_of_numbers(left: set[int], right: set[int]) -> None:
    one, other = Intervals().with_numbers(left), Intervals().with_numbers(right)
    assert Intervals.parse(str(one), 31) == one
    assert len(one) == len(left)
    assert {number for number in range(31) if number in one} == left
    assert one.merged(other.parts) == Intervals().with_numbers(left | right)
    assert one.shared(other) == len(left & right)
    assert list(one.missing(31)) == [number for number in range(31) if number not in left]


def test_intervals_are_written_as_the_original_writes_them() -> None:
    assert str(Intervals().with_numbers([0, 1, 2, 5, 7, 8])) == "0-2,5,7,8"
