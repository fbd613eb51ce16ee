"""Workqueue metrics through prometheus_client, by the names that Kubernetes' dashboards know.

A controller's queue has the same metrics as any other, with more labels, as in controller-runtime.
Import this module only where prometheus_client is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kube.workqueue.metrics import Gauges, Recorder

MOST_PRIORITIES = 25
"""Distinct priorities of a queue that have a label of their own."""
OTHER_PRIORITIES = "exceeded_cardinality_limit"

_BUCKETS = tuple(10.0**exponent for exponent in range(-8, 4))
_DEPTH = ("workqueue_depth", "Current depth of workqueue")


class PrometheusMetrics:
    """A `MetricsProvider`; one for each registry. `for_controllers` returns that of controllers."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._plain = _Metrics(("name",))
        self._depth = Gauge(*_DEPTH, ("name",), registry=None)
        self._of_controllers = _Metrics(("name", "controller"))
        self._depths = _Depths()
        registry.register(_Merged(self._depth, self._depths))
        for plain, other in zip(self._plain.all, self._of_controllers.all, strict=True):
            registry.register(_Merged(plain, other))

    def for_queue(self, name: str, gauges: Gauges) -> Recorder:
        self._depth.labels(name).set_function(gauges.__len__)
        return self._plain.for_queue(gauges, name)

    def for_controllers(self) -> _ControllerQueues:
        """The provider for the queues of controllers, which have the controllers' names."""
        return _ControllerQueues(self._of_controllers, self._depths)


class _ControllerQueues:
    def __init__(self, metrics: _Metrics, depths: _Depths) -> None:
        self._metrics = metrics
        self._depths = depths

    def for_queue(self, name: str, gauges: Gauges) -> Recorder:
        self._depths.add(name, gauges)
        return self._metrics.for_queue(gauges, name, name)


class _Metrics:
    """The metrics of queues with the same labels, but for the depth."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._unfinished = Gauge(
            "workqueue_unfinished_work_seconds",
            "How many seconds of work is in progress and not yet observed by work_duration",
            labels,
            registry=None,
        )
        self._longest = Gauge(
            "workqueue_longest_running_processor_seconds",
            "How many seconds the longest running processor has been running",
            labels,
            registry=None,
        )
        self._adds = Counter(
            "workqueue_adds_total", "Adds handled by workqueue", labels, registry=None
        )
        self._retries = Counter(
            "workqueue_retries_total", "Retries handled by workqueue", labels, registry=None
        )
        self._latency = Histogram(
            "workqueue_queue_duration_seconds",
            "How long a key stays in workqueue before it is processed",
            labels,
            buckets=_BUCKETS,
            registry=None,
        )
        self._duration = Histogram(
            "workqueue_work_duration_seconds",
            "How long processing a key from workqueue takes",
            labels,
            buckets=_BUCKETS,
            registry=None,
        )

    @property
    def all(self) -> Sequence[Collector]:
        return (
            self._unfinished,
            self._longest,
            self._adds,
            self._retries,
            self._latency,
            self._duration,
        )

    def for_queue(self, gauges: Gauges, *labels: str) -> Recorder:
        self._unfinished.labels(*labels).set_function(gauges.unfinished_seconds)
        self._longest.labels(*labels).set_function(gauges.longest_running_seconds)
        return _PrometheusRecorder(
            self._adds.labels(*labels),
            self._retries.labels(*labels),
            self._latency.labels(*labels),
            self._duration.labels(*labels),
        )


class _PrometheusRecorder:
    def __init__(
        self, adds: Counter, retries: Counter, latency: Histogram, duration: Histogram
    ) -> None:
        self.added = adds.inc
        self.retried = retries.inc
        self.started = latency.observe
        self.finished = duration.observe


class _Depths(Collector):
    """The depths of controllers' queues, by priority: read when they are looked at."""

    def __init__(self) -> None:
        self._queues: dict[str, Gauges] = {}
        self._labels: dict[str, dict[int, str]] = {}

    def add(self, name: str, gauges: Gauges) -> None:
        self._queues[name] = gauges
        self._labels[name] = {0: "0"}

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(*_DEPTH, labels=("name", "controller", "priority"))
        for name, gauges in list(self._queues.items()):
            labels = self._labels[name]
            depths: dict[str, int] = dict.fromkeys(labels.values(), 0)
            for priority, depth in gauges.depths().items():
                label = labels.get(priority)
                if label is None:
                    label = OTHER_PRIORITIES
                    if len(labels) < MOST_PRIORITIES:
                        label = labels[priority] = str(priority)
                depths[label] = depths.get(label, 0) + depth
            for label, depth in depths.items():
                family.add_metric((name, name, label), depth)
        yield family


class _Merged(Collector):
    """One metric of two collectors that label it differently."""

    def __init__(self, plain: Collector, other: Collector) -> None:
        self._plain = plain
        self._other = other

    def collect(self) -> Iterator[Metric]:
        for family, other in zip(self._plain.collect(), self._other.collect(), strict=True):
            family.samples = [*family.samples, *other.samples]
            yield family
