"""Controller metrics through prometheus_client, under controller-runtime's names.

Import this module only where prometheus_client is installed.
"""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

import kube.metrics
from kube.controller.metrics import Recorder
from kube.controller.outcome import Decision, Fault, Label
from kube.workqueue import MetricsProvider as QueueMetrics

_BUCKETS = (
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8),
    *(0.9, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30),
    *(40, 50, 60),
)

_LABELS = ("controller",)

_lock = threading.Lock()
_providers: WeakKeyDictionary[CollectorRegistry, PrometheusMetrics] = WeakKeyDictionary()


def prometheus(registry: CollectorRegistry | None = None) -> PrometheusMetrics:
    """The provider for a registry, by default the global one: the same one each time."""
    registry = REGISTRY if registry is None else registry
    with _lock:
        provider = _providers.get(registry)
        if provider is None:
            provider = _providers[registry] = PrometheusMetrics(registry)
        return provider


class PrometheusMetrics:
    """A `MetricsProvider`, and that of everything else that a manager runs (`runtime`)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        runtime = kube.metrics.prometheus(registry)
        assert runtime is not None, "prometheus_client is installed: this module imports it"
        self.runtime = runtime
        self._reconciles = Counter(
            "controller_runtime_reconcile_total",
            "Total number of reconciliations per controller",
            ("controller", "result"),
            registry=registry,
        )
        self._faults = {
            Fault.TERMINAL: _counter("terminal_reconcile_errors", "terminal errors", registry),
            Fault.PANIC: _counter("reconcile_panics", "panics", registry),
            Fault.CONFLICT: _counter("reconcile_conflicts", "conflicts, retried,", registry),
        }
        self._errors = _counter("reconcile_errors", "errors", registry)
        self._timeouts = _counter("reconcile_timeouts", "timeouts", registry)
        self._seconds = Histogram(
            "controller_runtime_reconcile_time_seconds",
            "Length of time per reconciliation per controller",
            _LABELS,
            buckets=_BUCKETS,
            registry=registry,
        )
        self._workers = Gauge(
            "controller_runtime_max_concurrent_reconciles",
            "Maximum number of concurrent reconciles per controller",
            _LABELS,
            registry=registry,
        )
        self._active = Gauge(
            "controller_runtime_active_workers",
            "Number of currently used workers per controller",
            _LABELS,
            registry=registry,
        )

        self._certificates = Counter(
            "certwatcher_read_certificate_total",
            "Total number of certificate reads",
            registry=registry,
        )
        self._certificate_errors = Counter(
            "certwatcher_read_certificate_errors_total",
            "Total number of certificate read errors",
            registry=registry,
        )

    def certificate_read(self, failed: bool) -> None:
        self._certificates.inc()
        if failed:
            self._certificate_errors.inc()

    @property
    def queues(self) -> QueueMetrics:
        return self.runtime.controller_queues

    def for_controller(self, name: str, workers: int) -> Recorder:
        self._workers.labels(name).set(workers)
        return _Recorder(
            {label: self._reconciles.labels(name, label.value) for label in Label},
            {fault: counter.labels(name) for fault, counter in self._faults.items()},
            self._errors.labels(name),
            self._timeouts.labels(name),
            self._seconds.labels(name),
            self._active.labels(name),
        )


class _Recorder:
    def __init__(
        self,
        reconciles: dict[Label, Counter],
        faults: dict[Fault, Counter],
        errors: Counter,
        timeouts: Counter,
        seconds: Histogram,
        active: Gauge,
    ) -> None:
        self._reconciles = reconciles
        self._faults = faults
        self._errors = errors
        self._timeouts = timeouts
        self._seconds = seconds
        self._active = active
        active.set(0)

    def started(self) -> None:
        self._active.inc()

    def finished(self, seconds: float, decision: Decision, timed_out: bool) -> None:
        self._active.dec()
        self._seconds.observe(seconds)
        self._reconciles[decision.label].inc()
        if decision.label is Label.ERROR:
            self._errors.inc()
        if decision.fault in self._faults:
            self._faults[decision.fault].inc()
        if timed_out:
            self._timeouts.inc()


def _counter(name: str, what: str, registry: CollectorRegistry) -> Counter:
    return Counter(
        f"controller_runtime_{name}_total",
        f"Total number of reconciliation {what} per controller",
        _LABELS,
        registry=registry,
    )
