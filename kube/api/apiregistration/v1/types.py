from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, Time
from kube.runtime import Int32, Object, ObjectList, Struct, field


class ServiceReference(Struct):
    name: str | None = None
    namespace: str | None = None
    port: Int32 | None = None


class APIServiceSpec(Struct):
    # +listType=atomic
    ca_bundle: bytes | None = None

    group: str | None = None

    group_priority_minimum: Int32

    insecure_skip_tls_verify: bool | None = field(default=None, name="insecureSkipTLSVerify")

    service: ServiceReference | None = None

    version: str | None = None

    version_priority: Int32


class APIServiceCondition(Struct):
    last_transition_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class APIServiceStatus(Struct):
    # +listType=map
    # +listMapKey=type
    # +patchStrategy=merge
    # +patchMergeKey=type
    conditions: list[APIServiceCondition] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class APIService(Object):
    """A version of an API group that another server answers for."""

    spec: APIServiceSpec = field(
        default_factory=lambda: APIServiceSpec(group_priority_minimum=0, version_priority=0)
    )
    status: APIServiceStatus = field(default_factory=APIServiceStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class APIServiceList(ObjectList[APIService]):
    """A list of APIService."""
