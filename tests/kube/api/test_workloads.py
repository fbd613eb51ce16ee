"""Pods, taints, rollouts and Jobs, as upstream's functions judge them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kube.api.apps.v1 import DaemonSet, Deployment, StatefulSet
from kube.api.apps.v1.rollouts import is_deployment_complete, rollout_status
from kube.api.batch.v1 import Job
from kube.api.batch.v1.jobs import (
    finished_condition,
    is_job_failed,
    is_job_finished,
    is_job_succeeded,
)
from kube.api.core.v1 import Pod, Taint, Toleration
from kube.api.core.v1.pods import is_pod_available, is_pod_finished, is_pod_ready
from kube.api.core.v1.tolerations import tolerates_taint, untolerated_taint
from kube.runtime import codec
from tests.kube.api.facts import facts

KINDS = {"Deployment": Deployment, "DaemonSet": DaemonSet, "StatefulSet": StatefulSet}


@pytest.mark.parametrize(
    "fact", facts("rollouts"), ids=lambda fact: fact["message"] or fact["error"]
)
def test_a_rollout_is_as_far_as_kubectl_says(fact: dict[str, Any]) -> None:
    obj = codec.from_builtins(fact["object"], KINDS[fact["kind"]])
    if fact["done"] and fact["error"]:
        with pytest.raises(ValueError, match=fact["error"]):
            rollout_status(obj)
        return
    status = rollout_status(obj)
    assert status.message == (fact["error"] or fact["message"].strip())
    assert (status.done, status.failed) == (fact["done"], fact["error"] is not None)


def deployment(generation: int, **status: int) -> Deployment:
    tree = {
        "metadata": {"generation": generation},
        "spec": {"replicas": 3, "selector": {}, "template": {"spec": {"containers": []}}},
        "status": status,
    }
    return codec.from_builtins(tree, Deployment)


@pytest.mark.parametrize(
    ("status", "complete"),
    [
        ({"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}, True),
        ({"replicas": 4, "updatedReplicas": 3, "availableReplicas": 3}, False),
        ({"replicas": 3, "updatedReplicas": 2, "availableReplicas": 3}, False),
        ({"replicas": 3, "updatedReplicas": 3, "availableReplicas": 2}, False),
        ({}, False),
    ],
)
def test_a_deployment_is_complete_when_all_its_replicas_are_new_and_available(
    status: dict[str, int], complete: bool
) -> None:
    assert is_deployment_complete(deployment(2, observedGeneration=2, **status)) is complete
    assert not is_deployment_complete(deployment(2, observedGeneration=1, **status))


@pytest.mark.parametrize("fact", facts("pods"))
def test_a_pod_is_ready_and_available_as_upstream_says(fact: dict[str, Any]) -> None:
    pod = codec.from_builtins(fact["pod"], Pod)
    now = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
    assert is_pod_ready(pod) == fact["ready"]
    assert is_pod_available(pod, now=now) == fact["available"]
    assert is_pod_available(pod, min_ready_seconds=10, now=now) == fact["available_for_10"]


@pytest.mark.parametrize(
    ("phase", "finished"),
    [("Pending", False), ("Running", False), ("Succeeded", True), ("Failed", True), (None, False)],
)
def test_a_pod_is_finished_in_two_phases(phase: str | None, finished: bool) -> None:
    pod = codec.from_builtins(
        {"spec": {"containers": []}, "status": {"phase": phase} if phase else {}}, Pod
    )
    assert is_pod_finished(pod) is finished


def test_taints_are_tolerated_as_upstream_says() -> None:
    *single, last = facts("tolerations")
    taints = [codec.from_builtins(taint, Taint) for taint in last["taints"]]
    wrong = []
    for fact in single:
        toleration = codec.from_builtins(fact["toleration"], Toleration)
        ours = [i for i, taint in enumerate(taints) if tolerates_taint(toleration, taint)]
        if ours != (fact["tolerates"] or []):
            wrong.append((fact, ours))
    assert wrong == []
    tolerations = [codec.from_builtins(each, Toleration) for each in last["tolerations"]]
    assert untolerated_taint(taints, tolerations) == codec.from_builtins(last["untolerated"], Taint)


def test_no_taint_is_left_where_one_toleration_takes_all() -> None:
    taints = [codec.from_builtins({"key": "a", "effect": "NoSchedule"}, Taint)]
    assert untolerated_taint(taints, [Toleration(operator="Exists")]) is None  # type: ignore[arg-type]
    assert untolerated_taint(taints, None) is taints[0]
    assert untolerated_taint(None, None) is None


@pytest.mark.parametrize(
    ("conditions", "finished", "succeeded", "failed"),
    [
        ([], False, False, False),
        ([("Complete", "True")], True, True, False),
        ([("Complete", "False")], False, False, False),
        ([("FailureTarget", "True")], False, False, False),
        ([("SuccessCriteriaMet", "True"), ("Complete", "True")], True, True, False),
        ([("Suspended", "True")], False, False, False),
        ([("Failed", "True")], True, False, True),
    ],
)
def test_a_job_is_finished_when_it_is_complete_or_failed(
    conditions: list[tuple[str, str]], finished: bool, succeeded: bool, failed: bool
) -> None:
    status = {"conditions": [{"type": t, "status": s} for t, s in conditions]}
    job = codec.from_builtins(
        {"spec": {"template": {"spec": {"containers": []}}}, "status": status}, Job
    )
    assert (is_job_finished(job), is_job_succeeded(job), is_job_failed(job)) == (
        finished,
        succeeded,
        failed,
    )
    assert (finished_condition(job) is not None) is finished
