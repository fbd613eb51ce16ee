# +k8s:deepcopy-gen=package,register
# +groupName=batch
# +kubebuilder:skip
"""The types of batch/v1."""

from kube.api.batch.v1.types import (
    CompletionMode,
    ConcurrencyPolicy,
    CronJob,
    CronJobList,
    CronJobSpec,
    CronJobStatus,
    Job,
    JobCondition,
    JobList,
    JobSpec,
    JobStatus,
    JobTemplateSpec,
    PodFailurePolicy,
    PodFailurePolicyAction,
    PodFailurePolicyOnExitCodesOperator,
    PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern,
    PodFailurePolicyRule,
    PodReplacementPolicy,
    SuccessPolicy,
    SuccessPolicyRule,
    UncountedTerminatedPods,
)

__all__ = [
    "CompletionMode",
    "ConcurrencyPolicy",
    "CronJob",
    "CronJobList",
    "CronJobSpec",
    "CronJobStatus",
    "Job",
    "JobCondition",
    "JobList",
    "JobSpec",
    "JobStatus",
    "JobTemplateSpec",
    "PodFailurePolicy",
    "PodFailurePolicyAction",
    "PodFailurePolicyOnExitCodesOperator",
    "PodFailurePolicyOnExitCodesRequirement",
    "PodFailurePolicyOnPodConditionsPattern",
    "PodFailurePolicyRule",
    "PodReplacementPolicy",
    "SuccessPolicy",
    "SuccessPolicyRule",
    "UncountedTerminatedPods",
]
