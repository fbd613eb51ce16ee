"""REST client metrics through prometheus_client, by the names that Kubernetes' dashboards know.

Import this module only where prometheus_client is installed.
"""

from __future__ import annotations

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram

from kube.client.config import Config
from kube.client.metrics import Recorder

_BUCKETS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)


class PrometheusMetrics:
    """A `MetricsProvider`; one for each registry."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._requests = Counter(
            "rest_client_requests_total",
            "Number of HTTP requests, partitioned by status code, method, and host",
            ("code", "method", "host"),
            registry=registry,
        )
        self._retries = Counter(
            "rest_client_request_retries_total",
            "Number of request retries, partitioned by status code, verb, and host",
            ("code", "verb", "host"),
            registry=registry,
        )
        self._duration = Histogram(
            "rest_client_request_duration_seconds",
            "Request latency in seconds, partitioned by verb and host",
            ("verb", "host"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._waiting = Histogram(
            "rest_client_rate_limiter_duration_seconds",
            "Client side rate limiter latency in seconds, partitioned by verb and host",
            ("verb", "host"),
            buckets=_BUCKETS,
            registry=registry,
        )

    def for_config(self, config: Config) -> Recorder:
        host = config.server.partition("://")[2].partition("/")[0].rpartition("@")[2]
        return _Recorder(self._requests, self._retries, self._duration, self._waiting, host)


class _Recorder:
    def __init__(
        self,
        requests: Counter,
        retries: Counter,
        duration: Histogram,
        waiting: Histogram,
        host: str,
    ) -> None:
        self._requests = requests
        self._retries = retries
        self._duration = duration
        self._waiting = waiting
        self._host = host

    def waited(self, method: str, seconds: float, /) -> None:
        self._waiting.labels(method, self._host).observe(seconds)

    def answered(self, method: str, code: int | None, seconds: float, /) -> None:
        shown = "<error>" if code is None else str(code)
        self._requests.labels(shown, method, self._host).inc()
        self._duration.labels(method, self._host).observe(seconds)

    def retried(self, method: str, code: int, /) -> None:
        self._retries.labels(str(code), method, self._host).inc()
