"""Leader election metrics through prometheus_client, by the name that Kubernetes' dashboards know.

Import this module only where prometheus_client is installed.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import REGISTRY, CollectorRegistry, Gauge


class PrometheusMetrics:
    """A `MetricsProvider`; one for each registry."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._status = Gauge(
            "leader_election_master_status",
            "Whether this process leads: 1 if it does, 0 while others may",
            ("name",),
            registry=registry,
        )

    def for_lease(self, name: str) -> Callable[[bool], None]:
        status = self._status.labels(name)
        status.set(0)
        return status.set
