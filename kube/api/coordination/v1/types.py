"""The types of coordination.k8s.io/v1, after k8s.io/api/coordination/v1/types.go."""

from __future__ import annotations

from kube.api.meta.v1 import MicroTime
from kube.runtime import Int32, Object, ObjectList, Struct, field


class LeaseSpec(Struct):
    """The holder of a lease, and its times."""

    holder_identity: str | None = None
    lease_duration_seconds: Int32 | None = None
    acquire_time: MicroTime | None = None
    renew_time: MicroTime | None = None
    lease_transitions: Int32 | None = None
    strategy: str | None = None
    preferred_holder: str | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Lease(Object):
    """A claim that its holder must renew."""

    spec: LeaseSpec = field(default_factory=LeaseSpec)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class LeaseList(ObjectList[Lease]):
    """A list of leases."""
