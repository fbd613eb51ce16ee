"""Rules of Pods and of their templates (kubernetes/pkg/apis/core/validation).

The checks call each other in the order of the original, so the faults of a Pod come in its order.
"""

from kube.envtest.apiserver.kinds.pod_checks.pod_statuses import check_status
from kube.envtest.apiserver.kinds.pod_checks.specs import check_new_pod, check_pod
from kube.envtest.apiserver.kinds.pod_checks.templates import (
    check_keeps_running,
    check_running_template,
    check_template,
    template_at,
)
from kube.envtest.apiserver.kinds.pod_checks.updates import pod_changes

__all__ = [
    "check_keeps_running",
    "check_new_pod",
    "check_pod",
    "check_running_template",
    "check_status",
    "check_template",
    "pod_changes",
    "template_at",
]
