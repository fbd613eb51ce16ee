"""Whether a Job is finished, after Kubernetes' pkg/controller/job/util."""

from __future__ import annotations

from kube.api.batch.v1.types import Job, JobCondition
from kube.api.meta.v1.conditions import is_condition_true


def finished_condition(job: Job) -> JobCondition | None:
    """The condition that says that a Job is finished: Complete or Failed, and true."""
    return next(
        (
            condition
            for condition in job.status.conditions or ()
            if condition.type in ("Complete", "Failed") and condition.status == "True"
        ),
        None,
    )


def is_job_finished(job: Job) -> bool:
    """Whether a Job has succeeded or failed, and starts no more Pods."""
    return finished_condition(job) is not None


def is_job_succeeded(job: Job) -> bool:
    """Whether a Job has finished with as many completions as it needs."""
    return is_condition_true(job.status.conditions, "Complete")


def is_job_failed(job: Job) -> bool:
    """Whether a Job was given up."""
    return is_condition_true(job.status.conditions, "Failed")
