"""What the runtime measures of itself: requests, informers, workqueues, leadership.

Each package defines what can be measured of it as a small protocol (`kube.client.metrics` and so
on). Clients, factories, queues and electors take a provider of it; None, the default, measures
nothing and costs nothing. `prometheus` returns one provider for all of them, with the metric names
that Kubernetes' dashboards use.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from kube.cache.metrics import MetricsProvider as InformerMetrics
from kube.client.metrics import MetricsProvider as ClientMetrics
from kube.leaderelection.metrics import MetricsProvider as LeaderElectionMetrics
from kube.workqueue.metrics import MetricsProvider as WorkqueueMetrics

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


class MetricsProvider(
    ClientMetrics, InformerMetrics, LeaderElectionMetrics, WorkqueueMetrics, Protocol
):
    """Measures everything."""

    @property
    def controller_queues(self) -> WorkqueueMetrics:
        """Measures the queues of controllers, which have a label more."""
        ...


_lock = threading.Lock()
_providers: WeakKeyDictionary[Any, MetricsProvider] = WeakKeyDictionary()


def prometheus(registry: CollectorRegistry | None = None) -> MetricsProvider | None:
    """The provider for a registry of prometheus_client, by default its global registry.

    It is the same one each time, because a registry accepts each name once. None where
    prometheus_client (the extra `metrics`) is not installed: pass that on, and nothing is measured.
    """
    try:
        from prometheus_client import REGISTRY
    except ModuleNotFoundError:
        return None
    if registry is None:
        registry = REGISTRY
    with _lock:
        provider = _providers.get(registry)
        if provider is None:
            provider = _providers[registry] = _PrometheusMetrics(registry)
        return provider


class _PrometheusMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        from kube.cache.prometheus import PrometheusMetrics as OfInformers
        from kube.client.prometheus import PrometheusMetrics as OfClients
        from kube.leaderelection.prometheus import PrometheusMetrics as OfLeaderElections
        from kube.workqueue.prometheus import PrometheusMetrics as OfWorkqueues

        self.for_config = OfClients(registry).for_config
        self.for_informer = OfInformers(registry).for_informer
        self.for_lease = OfLeaderElections(registry).for_lease
        queues = OfWorkqueues(registry)
        self.for_queue = queues.for_queue
        self.controller_queues: WorkqueueMetrics = queues.for_controllers()
