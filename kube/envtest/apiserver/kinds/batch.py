"""Jobs and CronJobs."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.job_policies import check_failure_policy, check_success_policy
from kube.envtest.apiserver.kinds.job_statuses import check_job_status
from kube.envtest.apiserver.kinds.pod_checks import check_template, template_at
from kube.envtest.apiserver.kinds.pod_defaults import DEFAULTS as POD_DEFAULTS
from kube.envtest.apiserver.kinds.pod_warnings import Warns, of_workload
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
        job["metadata"]["labels"] = labels  # the same map, as in Go: `_create_job` adds to both
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    replaced = "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed"
    spec.setdefault("podReplacementPolicy", replaced)
    spec.setdefault("manualSelector", False)


def _keep_labels(job: Tree, old: Tree) -> None:
    """A Job without labels has those of its template, whose stored one a status does not change."""
    labels = (old["spec"]["template"].get("metadata") or {}).get("labels")
    if labels and not job["metadata"].get("labels"):
        job["metadata"]["labels"] = dict(labels)


def _own_labels(job: Tree) -> Tree:
    meta = job["metadata"]
    own = {_UID: meta["uid"], _NAME: meta.get("name", "")}
    return own | {old: own[new] for old, new in _OLD.items()}


def _create_job(job: Tree) -> None:
    """The labels by which a Job finds its Pods, where the user gives no selector."""
    spec, meta = job["spec"], job["metadata"]
    if spec.get("manualSelector"):
        return
    template = spec["template"].setdefault("metadata", {})
    is_shared = meta.get("labels") is template.get("labels")
    template["labels"] = {**_own_labels(job), **(template.get("labels") or {})}
    if is_shared or not meta.get("labels"):
        meta["labels"] = dict(template["labels"])
    selector = spec.setdefault("selector", {})
    selector["matchLabels"] = {_UID: meta["uid"], **(selector.get("matchLabels") or {})}


_NUMBERS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
    "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip


def _check_spec(spec: Tree, path: str, causes: list[Cause]) -> None:
    for member in _NUMBERS:
        values.non_negative(f"{path}.{member}", spec.get(member), causes)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        why = "when maxFailedIndexes is specified"
        causes.append(status.required(f"{path}.backoffLimitPerIndex", why))
    manager = spec.get("managedBy")
    if manager is not None:
        formats.domain_prefixed_path(f"{path}.managedBy", manager, causes)
        if len(manager) > 63:
            causes.append(status.too_long(f"{path}.managedBy", 63))
    _check_mode(spec, path, causes)
    if "podFailurePolicy" in spec:
        check_failure_policy(spec, f"{path}.podFailurePolicy", causes)
    if "successPolicy" in spec:
        check_success_policy(spec, f"{path}.successPolicy", causes)
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None:
        failing = "podFailurePolicy" in spec
        policies = ("Failed",) if failing else ("Failed", "TerminatingOrFailed")
        values.one_of(f"{path}.podReplacementPolicy", replacement, policies, causes)
    check_template(spec["template"], f"{path}.template", causes)
    _check_restart(spec, f"{path}.template.spec.restartPolicy", causes)


_MOST = 100_000
_MANY = f"when completions are above {_MOST} and used with backoff limit per index"


def _check_mode(spec: Tree, path: str, causes: list[Cause]) -> None:
    mode = spec.get("completionMode")
    if mode == "Indexed":
        _check_indexed(spec, path, causes)
        return
    if mode not in (None, "NonIndexed"):
        supported = ("NonIndexed", "Indexed")
        causes.append(status.not_supported(f"{path}.completionMode", mode, supported))
        return
    for member in ("backoffLimitPerIndex", "maxFailedIndexes"):
        if spec.get(member) is not None:
            why = "requires indexed completion mode"
            causes.append(status.invalid_value(f"{path}.{member}", spec[member], why))


def _check_indexed(spec: Tree, path: str, causes: list[Cause]) -> None:
    completions, parallelism = spec.get("completions"), spec.get("parallelism") or 0
    failed = spec.get("maxFailedIndexes")

    def at_most(member: str, value: int, most: int | None, why: str = "") -> None:
        if most is not None and value > most:
            shown = f"must be less than or equal to {why or most}"
            causes.append(status.invalid_value(f"{path}.{member}", value, shown))

    if completions is None:
        why = "when completion mode is Indexed"
        causes.append(status.required(f"{path}.completions", why))
    at_most("parallelism", parallelism, _MOST, f"{_MOST} when completion mode is Indexed")
    if failed is not None:
        at_most("maxFailedIndexes", failed, completions, "completions")
        at_most("maxFailedIndexes", failed, _MOST)
    if (completions or 0) > _MOST and spec.get("backoffLimitPerIndex") is not None:
        if failed is None:
            why = f"must be specified when completions is above {_MOST}"
            causes.append(status.required(f"{path}.maxFailedIndexes", why))
        at_most("parallelism", parallelism, 10_000, f"10000 {_MANY}")
        at_most("maxFailedIndexes", failed or 0, 10_000, f"10000 {_MANY}")


def _check_restart(spec: Tree, path: str, causes: list[Cause]) -> None:
    restart = spec["template"]["spec"].get("restartPolicy")
    if restart in (None, "", "Always"):
        causes.append(status.required(path, 'valid values: "OnFailure", "Never"'))
    elif restart not in ("OnFailure", "Never"):
        causes.append(status.not_supported(path, restart, ("OnFailure", "Never")))
    elif "podFailurePolicy" in spec and restart != "Never":
        why = 'only "Never" is supported when podFailurePolicy is specified'
        causes.append(status.invalid_value(path, restart, why))


def _check_job(job: Tree, path: str, causes: list[Cause]) -> None:
    spec = job["spec"]
    _check_spec(spec, "spec", causes)
    selector = spec.get("selector")
    if selector is None:
        causes.append(status.required("spec.selector"))
    else:
        values.selector("spec.selector", selector, causes)
    labels = (spec["template"].get("metadata") or {}).get("labels")
    if values.is_evaluable(selector) and not values.selects(selector, labels):
        where = "spec.template.metadata.labels"
        shown = values.in_go_order(labels)
        causes.append(status.invalid_value(where, shown, values.NO_MATCH))


def _check_generated(job: Tree, causes: list[Cause], *, prefixed: bool = True) -> None:
    """What the server itself puts into a Job, and what its Pods are named by it."""
    spec, name = job["spec"], job["metadata"].get("name", "")
    if not spec.get("manualSelector") and spec.get("selector") is not None:
        _check_own_labels(job, causes, prefixed=prefixed)
    completions = spec.get("completions") or 0
    if spec.get("completionMode") == "Indexed" and completions > 0:
        host = f"{name}-{completions - 1}"
        if list(formats.label_faults(host)):
            why = f"will not able to create pod with invalid DNS label: {host}"
            causes.append(status.invalid_value("metadata.name", name, why))


def _check_own_labels(job: Tree, causes: list[Cause], *, prefixed: bool) -> None:
    keys = ("controller-uid", "job-name", *((_UID, _NAME) if prefixed else ()))
    every = _own_labels(job)
    own = {key: every[key] for key in keys}
    labels = _template_labels(job)
    for key in keys:
        where, why = f"spec.template.metadata.labels[{key}]", f"must be '{own[key]}'"
        if key not in labels:
            causes.append(status.required(where, why))
        elif labels[key] != own[key]:
            causes.append(status.invalid_value(where, dict(sorted(labels.items())), why))
    selector = job["spec"]["selector"]
    if values.is_evaluable(selector) and not values.selects(selector, own):
        why = "`selector` not auto-generated"
        shown = values.in_go_order(selector)
        causes.append(status.invalid_value("spec.selector", shown, why))


def _template_labels(job: Tree) -> Tree:
    return (job["spec"]["template"].get("metadata") or {}).get("labels") or {}


_FIXED = (
    "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy",
)  # fmt: skip
_SHOWN = {"podFailurePolicy": "*batch.PodFailurePolicy", "successPolicy": "*batch.SuccessPolicy"}


def _job_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    prefixed = _template_labels(old).keys() >= {_UID, _NAME}
    _check_generated(new, causes, prefixed=prefixed)
    completions = now.get("completions")
    if completions != before.get("completions"):
        where = "spec.completions"
        if now.get("completionMode") != "Indexed":
            causes.append(status.invalid_value(where, completions, values.IMMUTABLE))
        elif completions is not None and completions != now.get("parallelism"):
            why = "can only be modified in tandem with spec.parallelism"
            causes.append(status.invalid_value(where, completions, why))
    values.immutable("spec.selector")(new, old, causes)
    _check_template_change(now["template"], old, causes)
    for member in _FIXED:
        if now.get(member) != before.get(member):
            shown = go_value(_SHOWN.get(member, "*string"), now.get(member))
            causes.append(status.invalid_value(f"spec.{member}", shown, values.IMMUTABLE))


def _check_template_change(template: Tree, old: Tree, causes: list[Cause]) -> None:
    """Resources and directives for the scheduler may change while a Job is suspended."""
    before, spec = old["spec"]["template"], old["spec"]
    if template == before:
        return
    conditions = old["status"].get("conditions") or ()
    is_marked = any(c.get("type") == "Suspended" and c.get("status") == "True" for c in conditions)
    never_ran = old["status"].get("startTime") is None
    if not spec.get("suspend") or not (never_ran or is_marked) or old["status"].get("active"):
        allowed = before
    else:
        allowed = suspended_template(template, before)
    if template["spec"] == allowed["spec"] and (allowed is not before or template == allowed):
        return
    if allowed is before:
        shown, where = go_value("core.PodTemplateSpec", template), "spec.template"
    else:
        shown, where = go_value("core.PodSpec", template["spec"]), "spec.template.spec"
    causes.append(status.invalid_value(where, shown, values.IMMUTABLE))


def suspended_template(new: Tree, old: Tree) -> Tree:
    """The old template with what may be changed while a Job is suspended."""
    spec, given = dict(old["spec"]), new["spec"]
    for member in ("nodeSelector", "tolerations", "schedulingGates"):
        spec.pop(member, None)
        if member in given:
            spec[member] = given[member]
    affinity = {k: v for k, v in (spec.get("affinity") or {}).items() if k != "nodeAffinity"}
    if "nodeAffinity" in (given.get("affinity") or {}):
        affinity["nodeAffinity"] = given["affinity"]["nodeAffinity"]
    spec.pop("affinity", None)
    if affinity or "affinity" in given:
        spec["affinity"] = affinity
    for member in ("containers", "initContainers"):
        have, had = given.get(member) or [], spec.get(member) or []
        if len(have) == len(had) and had:
            spec[member] = [
                {**b, "resources": a["resources"]} if a.get("name") == b.get("name") else b
                for a, b in zip(have, had, strict=True)
            ]
    return {**new, "spec": spec}


def _job_warnings(path: str) -> Warns:
    """The warnings about an object with the specification of a Job at a path."""
    of_template = of_workload(f"{path}.template")

    def warns(new: Tree, old: Tree | None) -> list[str]:
        warnings, spec = of_template(new, old), values.at(new, path)
        is_new = old is None or new["metadata"]["generation"] != old["metadata"]["generation"]
        is_many = (spec.get("completions") or 0) > _MOST and (spec.get("parallelism") or 0) > 10_000
        if is_new and is_many and spec.get("completionMode") == "Indexed":
            warnings.insert(0, f"{path}: {_UNTRACKED}")
        return warnings

    return warns


_UNTRACKED = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than "
    "10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
)
_warns_of_job = _job_warnings("spec")
_in_cron_job = _job_warnings("spec.jobTemplate.spec")


def _warns_of_cron_job(new: Tree, old: Tree | None) -> list[str]:
    warnings = _in_cron_job(new, old)
    if old is not None and "TZ" in new["spec"].get("schedule", ""):
        warnings.append(
            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see "
            "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
        )
    return warnings


def _check_cron_job(spec: Tree, path: str, causes: list[Cause]) -> None:
    _check_schedule(spec.get("schedule", ""), f"{path}.schedule", causes)
    deadline = spec.get("startingDeadlineSeconds")
    values.non_negative(f"{path}.startingDeadlineSeconds", deadline, causes)
    if spec.get("timeZone") is not None:
        _check_zone(spec["timeZone"], f"{path}.timeZone", causes)
    policy, policies = spec.get("concurrencyPolicy"), ("Allow", "Forbid", "Replace")
    values.required_one_of(f"{path}.concurrencyPolicy", policy, policies, causes)
    job, where = spec["jobTemplate"]["spec"], f"{path}.jobTemplate.spec"
    _check_spec(job, where, causes)
    if job.get("selector") is not None:
        why = "`selector` will be auto-generated"
        shown = values.in_go_order(job["selector"])
        causes.append(status.invalid_value(f"{where}.selector", shown, why))
    if job.get("manualSelector"):
        causes.append(status.not_supported(f"{where}.manualSelector", True, ("nil", "false")))
    for member in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        values.non_negative(f"{path}.{member}", spec.get(member), causes)


def _check_schedule(schedule: str, path: str, causes: list[Cause]) -> None:
    if not schedule:
        causes.append(status.required(path))
        return
    try:
        parse(schedule)
    except ScheduleError as error:
        causes.append(status.invalid_value(path, schedule, str(error)))
    if "TZ" in schedule:
        why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        causes.append(status.invalid_value(path, schedule, why))


_ZONE_PART = re.compile(r"[A-Za-z\.\-_0-9+]{1,14}")


def _check_zone(zone: str, path: str, causes: list[Cause]) -> None:
    if not zone:
        why = "timeZone must be nil or non-empty string"
        causes.append(status.invalid_value(path, zone, why))
        return
    for part in zone.split("/"):
        if part in (".", "..") or part.startswith("-") or not _ZONE_PART.fullmatch(part):
            causes.append(status.invalid_value(path, zone, f"unknown time zone {zone}"))
            return
    if zone.lower() == "local":
        why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        causes.append(status.invalid_value(path, zone, why))
        if zone == "Local":
            return
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        causes.append(status.invalid_value(path, zone, f"unknown time zone {zone}"))


def _check_new_cron_job(cron_job: Tree, causes: list[Cause]) -> None:
    name = cron_job["metadata"].get("name", "")
    if len(name) > 52:
        why = "must be no more than 52 characters"
        causes.append(status.invalid_value("metadata.name", name, why))


def _condition(pattern: Tree) -> None:
    if not pattern.get("status"):
        pattern["status"] = "True"


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
    "batch.v1.CronJobSpec": (_check_cron_job,),
    "batch.v1.Job": (_check_job,),
}
KINDS = {
    "cronjobs": Kind(
        strategy=Rules(
            template=template_at("spec.jobTemplate.spec.template"),
            warns=_warns_of_cron_job,
            validate_new=_check_new_cron_job,
        ),
        generation=True,
    ),
    "jobs": Kind(
        strategy=Rules(
            template=template_at("spec.template"),
            warns=_warns_of_job,
            create=_create_job,
            validate_new=_check_generated,
            changes=_job_changes,
            checks=2,
            own_metadata=(1, 1),
            update_status=_keep_labels,
            status_changes=check_job_status,
        ),
        generation=True,
        selectable=("status.successful",),
    ),
}
