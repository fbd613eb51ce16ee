from __future__ import annotations

from kube.api.meta.v1 import MicroTime
from kube.runtime import Int32, Object, ObjectList, Struct, field


class LeaseSpec(Struct):
    acquire_time: MicroTime | None = None
    holder_identity: str | None = None
    """Who holds the lease; nobody without a value."""

    lease_duration_seconds: Int32 | None = None
    """Seconds after `renew_time` from which on others may take the lease."""

    lease_transitions: Int32 | None = None
    """How often the lease went from one holder to another."""

    preferred_holder: str | None = None
    renew_time: MicroTime | None = None
    strategy: str | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Lease(Object):
    """A claim that its holder must renew."""

    spec: LeaseSpec = field(default_factory=LeaseSpec)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class LeaseList(ObjectList[Lease]):
    """A list of Lease."""
