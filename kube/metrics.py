"""What the runtime measures of itself: requests, informers, workqueues, leadership.

Each package says what can be measured of it as a small protocol (`kube.client.metrics`
and so on), and takes a provider where a client, a factory, a queue or an elector is made; None, the
default, measures nothing and costs nothing. `prometheus` gives one provider for all of them, under
the names that Kubernetes' dashboards know.
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


_lock = threading.Lock()
_providers: WeakKeyDictionary[Any, MetricsProvider] = WeakKeyDictionary()


def prometheus(registry: CollectorRegistry | None = None) -> MetricsProvider | None:
    """The provider of a registry of prometheus_client, by default the one that it exposes.

    The same one each time, for a registry takes a name once. None where prometheus_client (the
    extra `metrics`) is not installed, which all who take a provider understand.
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
        self.for_queue = OfWorkqueues(registry).for_queue
