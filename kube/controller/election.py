"""How a manager is elected: the options of its lease."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kube.client.config import SERVICE_ACCOUNT
from kube.leaderelection.election import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderElection:
    """The lease that replicas of a program compete for.

    `name` is the lease's, such as `elasticweb.example.com`; `namespace` is the pod's own by
    default. Times are in seconds; see `kube.leaderelection.LeaderElector`. With
    `release_on_stop` a leader that stops gives up the lease, after its controllers have ended.

    Raises ValueError without a name, and for times that do not fit together.
    """

    name: str
    namespace: str = ""
    identity: str = ""
    lease_duration: int = 15
    renew_deadline: float = 10.0
    retry_period: float = 2.0
    release_on_stop: bool = True

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("leader election needs a name for the lease")
        Timing(self.lease_duration, self.renew_deadline, self.retry_period)


def election_of(election: str | LeaderElection | None) -> LeaderElection | None:
    """The options with their namespace, by default the pod's own. Raises ValueError without one."""
    if election is None:
        return None
    if isinstance(election, str):
        election = LeaderElection(name=election)
    if election.namespace:
        return election
    own = SERVICE_ACCOUNT / "namespace"
    if not own.exists():
        raise ValueError(
            "leader election outside of a pod needs a namespace for its lease: "
            f"LeaderElection(name={election.name!r}, namespace=...)"
        )
    return replace(election, namespace=own.read_text().strip())
