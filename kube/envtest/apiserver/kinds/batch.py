"""Jobs and CronJobs."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.pod_checks import CHECKS as POD_CHECKS
from kube.envtest.apiserver.kinds.pod_checks import check_template_metadata
from kube.envtest.apiserver.kinds.pod_defaults import DEFAULTS as POD_DEFAULTS
from kube.envtest.apiserver.kinds.schedules import ScheduleError, parse
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_UID = "batch.kubernetes.io/controller-uid"
_NAME = "batch.kubernetes.io/job-name"
_OLD = {"controller-uid": _UID, "job-name": _NAME}


def _job_defaults(job: Tree) -> None:
    spec = job["spec"]
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", values.MOST_INT32 if "backoffLimitPerIndex" in spec else 6)
    labels = (spec["template"].get("metadata") or {}).get("labels")
    if labels and not job["metadata"].get("labels"):
        job["metadata"]["labels"] = dict(labels)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    replaced = "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed"
    spec.setdefault("podReplacementPolicy", replaced)
    spec.setdefault("manualSelector", False)


def _create_job(job: Tree) -> None:
    """The labels by which a Job finds its Pods, where the user gives no selector."""
    spec, meta = job["spec"], job["metadata"]
    if spec.get("manualSelector"):
        return
    template = spec["template"].setdefault("metadata", {})
    own = {_UID: meta["uid"], _NAME: meta.get("name", "")}
    own |= {old: own[new] for old, new in _OLD.items()}
    template["labels"] = {**(template.get("labels") or {}), **own}
    if not meta.get("labels"):
        meta["labels"] = dict(template["labels"])
    selector = spec.setdefault("selector", {})
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), _UID: meta["uid"]}


_NUMBERS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
    "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip


def _check_spec(spec: Tree, path: str, causes: list[Cause]) -> None:
    for member in _NUMBERS:
        values.non_negative(f"{path}.{member}", spec.get(member), causes)
    mode = spec.get("completionMode")
    if mode not in (None, "NonIndexed", "Indexed"):
        supported = ("NonIndexed", "Indexed")
        causes.append(status.not_supported(f"{path}.completionMode", mode, supported))
    if mode == "Indexed" and spec.get("completions") is None:
        why = "when completion mode is Indexed"
        causes.append(status.required(f"{path}.completions", why))
    if mode != "Indexed":
        for member in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(member) is not None:
                why = "requires indexed completion mode"
                causes.append(status.invalid_value(f"{path}.{member}", spec[member], why))
    template = spec["template"]
    check_template_metadata(template.get("metadata") or {}, f"{path}.template", causes)
    restart, where = template["spec"].get("restartPolicy"), f"{path}.template.spec.restartPolicy"
    if restart in (None, "", "Always"):
        causes.append(status.required(where, 'valid values: "OnFailure", "Never"'))
    elif restart not in ("OnFailure", "Never"):
        causes.append(status.not_supported(where, restart, ("OnFailure", "Never")))


def _check_job(job: Tree, path: str, causes: list[Cause]) -> None:
    spec = job["spec"]
    selector = spec.get("selector")
    if selector is None:
        causes.append(status.required("spec.selector"))
    else:
        values.selector("spec.selector", selector, causes)
    labels = (spec["template"].get("metadata") or {}).get("labels")
    if selector is not None and not values.selects(selector, labels):
        why = "`selector` does not match template `labels`"
        causes.append(status.invalid_value("spec.template.metadata.labels", labels, why))


_FIXED = (
    "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy",
    "successPolicy",
)  # fmt: skip


def _job_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    if now.get("completions") != before.get("completions"):
        scales = now.get("completionMode") == "Indexed" and (
            now.get("completions") == now.get("parallelism")
        )
        if not scales:
            shown, where = now.get("completions"), "spec.completions"
            causes.append(status.invalid_value(where, shown, values.IMMUTABLE))
    values.immutable(*(f"spec.{member}" for member in _FIXED))(new, old, causes)
    if now["template"] != before["template"] and not before.get("suspend"):
        shown = "core.PodTemplateSpec"
        causes.append(status.invalid_value("spec.template", shown, values.IMMUTABLE))


def _check_cron_job(spec: Tree, path: str, causes: list[Cause]) -> None:
    schedule = spec.get("schedule", "")
    if not schedule:
        causes.append(status.required(f"{path}.schedule"))
    else:
        try:
            parse(schedule)
        except ScheduleError as error:
            causes.append(status.invalid_value(f"{path}.schedule", schedule, str(error)))
    for member in (
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    ):
        values.non_negative(f"{path}.{member}", spec.get(member), causes)
    policy, where = spec.get("concurrencyPolicy"), f"{path}.concurrencyPolicy"
    if not policy:
        causes.append(status.required(where))
    else:
        values.one_of(where, policy, ("Allow", "Forbid", "Replace"), causes)


def _long_name(cron_job: Tree, path: str, causes: list[Cause]) -> None:
    name = cron_job["metadata"].get("name", "")
    if len(name) > 52:
        why = "must be no more than 52 characters"
        causes.append(status.invalid_value("metadata.name", name, why))


def _condition(pattern: Tree) -> None:
    pattern.setdefault("status", "True")


def _status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    for member in ("active", "succeeded", "failed", "ready"):
        count: Any = new["status"].get(member)
        values.non_negative(f"status.{member}", count, causes)


DEFAULTS: Defaults = {
    **POD_DEFAULTS,
    "batch.v1.CronJobSpec": (
        missing(
            concurrencyPolicy="Allow",
            suspend=False,
            successfulJobsHistoryLimit=3,
            failedJobsHistoryLimit=1,
        ),
    ),
    "batch.v1.Job": (_job_defaults,),
    "batch.v1.PodFailurePolicyOnPodConditionsPattern": (_condition,),
}
CHECKS: Checks = {
    **POD_CHECKS,
    "batch.v1.CronJob": (_long_name,),
    "batch.v1.CronJobSpec": (_check_cron_job,),
    "batch.v1.Job": (_check_job,),
    "batch.v1.JobSpec": (_check_spec,),
}
KINDS = {
    "cronjobs": Kind(generation=True),
    "jobs": Kind(
        strategy=Rules(create=_create_job, changes=_job_changes, status_changes=_status),
        generation=True,
        selectable=("status.successful",),
    ),
}
