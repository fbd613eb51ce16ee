from __future__ import annotations

from kube.api.core.v1 import ObjectReference, PodTemplateSpec
from kube.api.meta.v1 import ConditionStatus, LabelSelector, ObjectMeta, Time
from kube.runtime import Int32, Object, ObjectList, OpenEnum, Struct, field


class ConcurrencyPolicy(OpenEnum):
    ALLOW = "Allow"
    FORBID = "Forbid"
    REPLACE = "Replace"


class CompletionMode(OpenEnum):
    INDEXED = "Indexed"
    NON_INDEXED = "NonIndexed"


class PodFailurePolicyAction(OpenEnum):
    COUNT = "Count"
    FAIL_INDEX = "FailIndex"
    FAIL_JOB = "FailJob"
    IGNORE = "Ignore"


class PodFailurePolicyOnExitCodesOperator(OpenEnum):
    IN = "In"
    NOT_IN = "NotIn"


class PodFailurePolicyOnExitCodesRequirement(Struct):
    container_name: str | None = None

    operator: PodFailurePolicyOnExitCodesOperator

    # +listType=set
    values: list[Int32]


class PodFailurePolicyOnPodConditionsPattern(Struct):
    status: str | None = None
    type: str


class PodFailurePolicyRule(Struct):
    action: PodFailurePolicyAction

    on_exit_codes: PodFailurePolicyOnExitCodesRequirement | None = None

    # +listType=atomic
    on_pod_conditions: list[PodFailurePolicyOnPodConditionsPattern] | None = None


class PodFailurePolicy(Struct):
    # +listType=atomic
    rules: list[PodFailurePolicyRule]


class PodReplacementPolicy(OpenEnum):
    FAILED = "Failed"
    TERMINATING_OR_FAILED = "TerminatingOrFailed"


class SuccessPolicyRule(Struct):
    succeeded_count: Int32 | None = None
    succeeded_indexes: str | None = None


class SuccessPolicy(Struct):
    # +listType=atomic
    rules: list[SuccessPolicyRule]


class JobSpec(Struct):
    active_deadline_seconds: int | None = None
    """Seconds after which the Job fails and its Pods end."""

    backoff_limit: Int32 | None = None
    """Failures after which the Job has failed; 6 without a value."""

    backoff_limit_per_index: Int32 | None = None
    completion_mode: CompletionMode | None = None
    completions: Int32 | None = None
    """How many Pods have to succeed."""

    managed_by: str | None = None
    manual_selector: bool | None = None
    max_failed_indexes: Int32 | None = None
    parallelism: Int32 | None = None
    """How many Pods run at a time."""

    pod_failure_policy: PodFailurePolicy | None = None
    pod_replacement_policy: PodReplacementPolicy | None = None
    selector: LabelSelector | None = None
    success_policy: SuccessPolicy | None = None
    suspend: bool | None = None
    """Whether no Pods run."""

    template: PodTemplateSpec
    ttl_seconds_after_finished: Int32 | None = None
    """Seconds after which a finished Job is deleted; never without a value."""


class JobTemplateSpec(Struct):
    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    spec: JobSpec = field(default_factory=lambda: JobSpec(template=PodTemplateSpec()))


class CronJobSpec(Struct):
    concurrency_policy: ConcurrencyPolicy | None = None
    """What happens when the last Job still runs: Allow without a value."""

    failed_jobs_history_limit: Int32 | None = None
    job_template: JobTemplateSpec
    schedule: str
    """In the format of cron: minute, hour, day of the month, month, day of the week."""

    starting_deadline_seconds: int | None = None
    """How late a Job may start; later it counts as missed."""

    successful_jobs_history_limit: Int32 | None = None
    suspend: bool | None = None
    time_zone: str | None = None
    """The name of a time zone, such as Europe/Berlin; that of the control plane without a value."""


class CronJobStatus(Struct):
    # +listType=atomic
    active: list[ObjectReference] | None = None

    last_schedule_time: Time | None = None

    last_successful_time: Time | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CronJob(Object):
    """Creates Jobs on a schedule."""

    spec: CronJobSpec
    status: CronJobStatus = field(default_factory=CronJobStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CronJobList(ObjectList[CronJob]):
    """A list of CronJob."""


class JobCondition(Struct):
    last_probe_time: Time | None = None
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class UncountedTerminatedPods(Struct):
    # +listType=set
    failed: list[str] | None = None

    # +listType=set
    succeeded: list[str] | None = None


class JobStatus(Struct):
    active: Int32 | None = None

    completed_indexes: str | None = None

    completion_time: Time | None = None

    # +listType=atomic
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[JobCondition] | None = None

    failed: Int32 | None = None

    failed_indexes: str | None = None

    ready: Int32 | None = None

    start_time: Time | None = None

    succeeded: Int32 | None = None

    terminating: Int32 | None = None

    uncounted_terminated_pods: UncountedTerminatedPods | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Job(Object):
    """Pods that run until a number of them has succeeded."""

    spec: JobSpec = field(default_factory=lambda: JobSpec(template=PodTemplateSpec()))
    status: JobStatus = field(default_factory=JobStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class JobList(ObjectList[Job]):
    """A list of Job."""
