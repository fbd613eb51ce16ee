"""One provider measures clients, informers and workqueues; none of it is there unasked."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

import kube.metrics
from kube.client import AsyncRESTClient, RESTClient
from kube.envtest import AsyncMemoryTransport, Environment, Server
from kube.leaderelection import LeaderElector, LeaseLock
from kube.workqueue import Workqueue
from tests.kube.cache.served import Clients, Factory, Writer, new_server

ROOT = Path(__file__).parents[3]


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def sample(registry):
    """A sample's value by name and labels; None where there is none."""

    def value(metric, **labels):
        return registry.get_sample_value(metric, labels)

    return value


WIDGET = {"group": "example.io", "version": "v1", "kind": "Widget"}


def run(program):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


async def test_one_provider_measures_clients_informers_and_queues(registry, sample):
    metrics = kube.metrics.prometheus(registry)
    server = new_server(time.monotonic)
    await Writer(server).create("a")
    queue = Workqueue("widgets", metrics=metrics)
    with Environment(server=server) as env:
        rest = AsyncRESTClient.for_config(env.config, metrics=metrics)
        host = env.url.removeprefix("http://")

        class Connected:
            def __init__(self):
                self.rest = rest

        async with rest, Factory(Connected(), metrics=metrics) as factory:
            factory.widgets.informer.add_event_handler(lambda obj: queue.add(obj.metadata.name))
            await factory.wait_for_cache_sync()
            assert await queue.get() == "a"
            assert sample("informer_store_objects", **WIDGET) == 1
    assert sample("workqueue_adds_total", name="widgets") == 1
    assert sample("reflector_lists_total", **WIDGET) == 1
    assert sample("rest_client_requests_total", host=host, method="GET", code="200") >= 1


async def test_informers_are_counted_from_list_to_handler(registry, sample):
    server = new_server(time.monotonic)
    writer = Writer(server)
    await writer.create("good", size=1)
    await writer.create("bad", size="no number")

    failed = asyncio.Event()

    def fail(*_):
        failed.set()
        raise RuntimeError("on purpose")

    factory = Factory(
        Clients(AsyncMemoryTransport(server)), metrics=kube.metrics.prometheus(registry)
    )
    async with factory:
        factory.widgets.informer.add_event_handler(on_update=fail)
        await factory.wait_for_cache_sync()
        await writer.update("good", 2)
        await failed.wait()
        assert sample("informer_handler_errors_total", **WIDGET) == 1
        assert sample("reflector_lists_total", **WIDGET) == 1
        assert sample("reflector_relists_total", **WIDGET) == 0
        assert sample("reflector_watches_total", **WIDGET) == 1
        assert sample("reflector_events_total", **WIDGET) == 1
        assert sample("reflector_failures_total", **WIDGET) == 0
        assert sample("reflector_skipped_objects_total", **WIDGET) == 1
        assert sample("informer_store_objects", **WIDGET) == 1
        assert sample("informer_queued_items", **WIDGET) == 0
        version = factory.widgets.informer.last_sync_resource_version
        assert sample("informer_store_resource_version", **WIDGET) == int(version)


async def test_informers_of_one_kind_are_counted_together_and_counters_outlive_them(
    registry, sample
):
    metrics = kube.metrics.prometheus(registry)
    server = new_server(time.monotonic)
    await Writer(server).create("a")

    def factory():
        return Factory(Clients(AsyncMemoryTransport(server)), metrics=metrics)

    async with factory() as one, factory() as other:
        for each in (one, other):
            assert each.widgets.informer
            await each.wait_for_cache_sync()
        assert sample("reflector_lists_total", **WIDGET) == 2
        assert sample("informer_store_objects", **WIDGET) == 2
    assert sample("reflector_lists_total", **WIDGET) == 2
    assert sample("informer_store_objects", **WIDGET) is None


async def test_an_elector_tells_whether_it_leads(registry, sample):
    leading = asyncio.Event()

    async def lead():
        leading.set()
        await asyncio.Event().wait()

    server = Server(monotonic=time.monotonic)
    elector = LeaderElector(
        LeaseLock(AsyncRESTClient(AsyncMemoryTransport(server)), "lock", "kube-system"),
        on_started_leading=lead,
        on_stopped_leading=lambda: None,
        metrics=kube.metrics.prometheus(registry),
    )

    def leads():
        return sample("leader_election_master_status", name="kube-system/lock")

    assert leads() == 0
    running = asyncio.create_task(elector.run())
    await leading.wait()
    assert leads() == 1
    running.cancel()
    await asyncio.wait([running])
    assert leads() == 0


def test_a_registry_has_one_provider(registry):
    assert kube.metrics.prometheus(registry) is kube.metrics.prometheus(registry)
    assert kube.metrics.prometheus(registry) is not kube.metrics.prometheus(CollectorRegistry())


def test_clients_of_both_kinds_take_a_provider(registry, sample):
    metrics = kube.metrics.prometheus(registry)
    with Environment(server="embedded") as env:
        with RESTClient.for_config(env.config, metrics=metrics) as rest:
            rest.request("GET", "/version")
        host = env.url.removeprefix("http://")
    assert sample("rest_client_requests_total", host=host, method="GET", code="200") == 1


def test_where_prometheus_is_not_installed_there_is_no_provider_and_all_works():
    assert run("""
        import sys
        sys.modules["prometheus_client"] = None
        import kube.metrics
        from kube.client import Config, RESTClient
        from kube.workqueue import Workqueue
        metrics = kube.metrics.prometheus()
        Workqueue("q", metrics=metrics)
        RESTClient.for_config(Config(server="http://x"), metrics=metrics)
        print(metrics)
    """) == "None\n"  # fmt: skip


def test_nobody_imports_prometheus_unasked():
    assert run("""
        import sys
        import kube.cache, kube.client, kube.metrics, kube.workqueue
        from kube.client import AsyncRESTClient, RESTClient
        print("prometheus_client" in sys.modules)
    """) == "False\n"  # fmt: skip
