from __future__ import annotations

import asyncio

import pytest

from kube.workqueue import Workqueue


class Recording:
    def __init__(self):
        self.events = []

    def for_queue(self, name, gauges):
        self.name, self.gauges = name, gauges
        return self

    def added(self):
        self.events.append("added")

    def retried(self):
        self.events.append("retried")

    def started(self, latency):
        self.events.append(f"started after {latency:g}")

    def finished(self, duration):
        self.events.append(f"finished after {duration:g}")


async def test_a_queue_tells_of_adds_latency_and_work():
    metrics = Recording()
    queue = Workqueue("clusters", metrics=metrics)
    queue.add("a")
    queue.add("a")
    await asyncio.sleep(3)
    await queue.get()
    await asyncio.sleep(2)
    queue.done("a")
    assert metrics.name == "clusters"
    assert metrics.events == ["added", "started after 3", "finished after 2"]


async def test_a_retry_is_counted():
    metrics = Recording()
    queue = Workqueue(metrics=metrics)
    queue.add_rate_limited("a")
    assert metrics.events == ["retried"]


async def test_a_queue_knows_its_depth_and_what_it_is_at():
    queue = Workqueue("clusters", metrics=(metrics := Recording()))
    assert (queue.unfinished_seconds(), queue.longest_running_seconds()) == (0, 0)
    for key in "abc":
        queue.add(key)
    await queue.get()
    await asyncio.sleep(5)
    await queue.get()
    await asyncio.sleep(1)
    assert len(metrics.gauges) == 1
    assert metrics.gauges.unfinished_seconds() == pytest.approx(7)
    assert metrics.gauges.longest_running_seconds() == pytest.approx(6)


async def test_prometheus_sees_the_names_that_dashboards_know():
    prometheus_client = pytest.importorskip("prometheus_client")
    from kube.workqueue.prometheus import PrometheusMetrics

    registry = prometheus_client.CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    queue, other = Workqueue("clusters", metrics=metrics), Workqueue("other", metrics=metrics)
    queue.add("a")
    queue.add("b")
    other.add_rate_limited("x")
    await queue.get()
    await asyncio.sleep(4)

    def value(name, queue="clusters", **labels):
        return registry.get_sample_value(name, {"name": queue, **labels})

    assert value("workqueue_depth") == 1
    assert value("workqueue_adds_total") == 2
    assert value("workqueue_retries_total", "other") == 1
    assert value("workqueue_unfinished_work_seconds") == pytest.approx(4)
    assert value("workqueue_longest_running_processor_seconds") == pytest.approx(4)
    assert value("workqueue_queue_duration_seconds_count") == 1
    queue.done("a")
    assert value("workqueue_work_duration_seconds_sum") == pytest.approx(4)


async def test_a_controllers_queue_has_its_depth_by_priority_and_it_falls_to_0():
    prometheus_client = pytest.importorskip("prometheus_client")
    from kube.workqueue.prometheus import PrometheusMetrics

    registry = prometheus_client.CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    queue = Workqueue("web", metrics=metrics.for_controllers())
    Workqueue("plain", metrics=metrics).add("x")

    def depth(priority):
        labels = {"name": "web", "controller": "web", "priority": priority}
        return registry.get_sample_value("workqueue_depth", labels)

    assert (depth("0"), depth("-100")) == (0, None)
    queue.add("a", priority=-100)
    queue.add("b")
    queue.add("a", priority=5)
    assert (depth("0"), depth("5"), depth("-100")) == (1, 1, None)
    queue.add("c", priority=-100)
    assert depth("-100") == 1
    for _ in range(3):
        queue.done(await queue.get())
    assert (depth("0"), depth("5"), depth("-100")) == (0, 0, 0)
    assert registry.get_sample_value("workqueue_depth", {"name": "plain"}) == 1
    added = {"name": "web", "controller": "web"}
    assert registry.get_sample_value("workqueue_adds_total", added) == 3


async def test_labels_of_more_than_25_priorities_do_not_grow():
    prometheus_client = pytest.importorskip("prometheus_client")
    from kube.workqueue.prometheus import PrometheusMetrics

    registry = prometheus_client.CollectorRegistry()
    queue = Workqueue("web", metrics=PrometheusMetrics(registry).for_controllers())
    for priority in range(1, 40):
        queue.add(priority, priority=priority)
    labels = {
        sample.labels["priority"]: sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "workqueue_depth"
    }
    assert len(labels) == 26
    assert labels["exceeded_cardinality_limit"] == 39 - 24
