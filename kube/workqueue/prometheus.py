"""Workqueue metrics through prometheus_client, by the names that Kubernetes' dashboards know.

Import this module only where prometheus_client is installed.
"""

from __future__ import annotations

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from kube.workqueue.metrics import Gauges, Recorder

_BUCKETS = tuple(10.0**exponent for exponent in range(-8, 4))
_LABELS = ("name",)


class PrometheusMetrics:
    """A `MetricsProvider`; one for each registry."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._depth = Gauge(
            "workqueue_depth", "Current depth of workqueue", _LABELS, registry=registry
        )
        self._unfinished = Gauge(
            "workqueue_unfinished_work_seconds",
            "How many seconds of work is in progress and not yet observed by work_duration",
            _LABELS,
            registry=registry,
        )
        self._longest = Gauge(
            "workqueue_longest_running_processor_seconds",
            "How many seconds the longest running processor has been running",
            _LABELS,
            registry=registry,
        )
        self._adds = Counter(
            "workqueue_adds_total", "Adds handled by workqueue", _LABELS, registry=registry
        )
        self._retries = Counter(
            "workqueue_retries_total", "Retries handled by workqueue", _LABELS, registry=registry
        )
        self._latency = Histogram(
            "workqueue_queue_duration_seconds",
            "How long a key stays in workqueue before it is processed",
            _LABELS,
            buckets=_BUCKETS,
            registry=registry,
        )
        self._duration = Histogram(
            "workqueue_work_duration_seconds",
            "How long processing a key from workqueue takes",
            _LABELS,
            buckets=_BUCKETS,
            registry=registry,
        )

    def for_queue(self, name: str, gauges: Gauges) -> Recorder:
        self._depth.labels(name).set_function(gauges.__len__)
        self._unfinished.labels(name).set_function(gauges.unfinished_seconds)
        self._longest.labels(name).set_function(gauges.longest_running_seconds)
        return _PrometheusRecorder(
            self._adds.labels(name),
            self._retries.labels(name),
            self._latency.labels(name),
            self._duration.labels(name),
        )


class _PrometheusRecorder:
    def __init__(
        self, adds: Counter, retries: Counter, latency: Histogram, duration: Histogram
    ) -> None:
        self.added = adds.inc
        self.retried = retries.inc
        self.started = latency.observe
        self.finished = duration.observe
