"""Informer metrics through prometheus_client, by upstream's names where upstream has one.

Import this module only where prometheus_client is installed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from kube.cache.metrics import InformerMeasures, Measured
from kube.runtime import GroupVersion

Labels: TypeAlias = tuple[str, str, str]

_LABELS = ("group", "version", "kind")

_COUNTERS = {
    "lists": ("reflector_lists", "Lists that were begun"),
    "relists": ("reflector_relists", "Lists that replaced what was in the cache"),
    "watches": ("reflector_watches", "Watches that were begun"),
    "events": ("reflector_events", "Events of watches, bookmarks included"),
    "failures": (
        "reflector_failures",
        "Pauses after failures, expired versions and useless watches",
    ),
    "skipped": (
        "reflector_skipped_objects",
        "Objects that did not decode, had another kind or were outdated",
    ),
    "transform_errors": ("informer_transform_errors", "Objects that a transform failed on"),
    "handler_errors": ("informer_handler_errors", "Calls of handlers that raised"),
}
_GAUGES = {
    "objects": ("informer_store_objects", "Objects in the cache"),
    "pending": ("informer_queued_items", "Calls of handlers that are queued"),
    "resource_version": (
        "informer_store_resource_version",
        "The version up to which the cache is known to be true",
    ),
}


class PrometheusMetrics(Collector):
    """A `MetricsProvider`; one for each registry. Informers of one kind are counted together."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._lock = threading.Lock()
        self._running: dict[Measured, Labels] = {}
        # Counters must not fall when an informer stops.
        self._stopped: dict[Labels, dict[str, int]] = {}
        registry.register(self)

    def for_informer(self, api_version: str, kind: str, informer: Measured) -> Callable[[], None]:
        group_version = GroupVersion.parse(api_version)
        labels = (group_version.group, group_version.version, kind)
        with self._lock:
            self._running[informer] = labels

        def stopped() -> None:
            with self._lock:
                if self._running.pop(informer, None) is not None:
                    _add(self._stopped.setdefault(labels, {}), informer.measures(), _COUNTERS)

        return stopped

    def describe(self) -> Iterable[Metric]:
        return _families({})

    def collect(self) -> Iterable[Metric]:
        with self._lock:
            sums = {labels: dict(counts) for labels, counts in self._stopped.items()}
            for informer, labels in self._running.items():
                measures = informer.measures()
                _add(sums.setdefault(labels, {}), measures, _COUNTERS)
                _add(sums[labels], measures, _GAUGES)
        return _families(sums)


def _add(sums: dict[str, int], measures: InformerMeasures, names: Iterable[str]) -> None:
    for name in names:
        more = getattr(measures, name)
        if name == "resource_version":
            sums[name] = max(sums.get(name, 0), more)
        else:
            sums[name] = sums.get(name, 0) + more


def _families(sums: Mapping[Labels, Mapping[str, int]]) -> list[Metric]:
    families: list[Metric] = []
    for kind, measured in ((CounterMetricFamily, _COUNTERS), (GaugeMetricFamily, _GAUGES)):
        for name, (shown, help) in measured.items():
            family = kind(shown, help, labels=_LABELS)
            for labels, counts in sums.items():
                if name in counts:
                    family.add_metric(labels, counts[name])
            families.append(family)
    return families
