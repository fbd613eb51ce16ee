"""Spans of reconciles, and that nothing needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kube.controller import Controller
from tests.kube.controller.test_servers import ROOT
from tests.kube.controller.world import Part, Recording, Web, part, settled, web

sdk = pytest.importorskip("opentelemetry.sdk.trace")


@pytest.fixture
def spans(monkeypatch):
    from opentelemetry import trace
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return exporter


async def test_a_reconcile_is_a_span_with_its_object_and_its_causes(world, spans):
    owner = await world.client.create(web("owner"))
    answers = iter([None, OSError("no"), None])
    manager = world.manager()
    manager.add(Controller(Web, Recording(lambda request: next(answers)), owns=[Part]))
    world.start(manager)
    await settled()
    await world.client.create(part("child", owner=owner))
    await settled()
    first, failed, again = spans.get_finished_spans()
    assert first.name == "reconcile web"
    assert first.attributes["k8s.object.name"] == "owner"
    assert first.attributes["reconcile.causes"] == ("create of Web default/owner",)
    assert first.attributes["reconcile.result"] == "success"
    assert failed.attributes["reconcile.causes"] == ("create of Part default/child by owner",)
    assert failed.attributes["reconcile.result"] == "error"
    assert not failed.status.is_ok
    assert failed.events[0].attributes["exception.message"] == "no"
    assert again.attributes["reconcile.causes"] == ("retry",)


async def test_without_a_provider_there_are_no_spans(world, monkeypatch):
    from opentelemetry import trace

    monkeypatch.setattr(trace, "get_tracer", lambda *_: pytest.fail("a span was begun"))
    await world.client.create(web("a"))
    recording = Recording()
    manager = world.manager()
    manager.add(Controller(Web, recording))
    world.start(manager)
    assert await recording.until(1) == ["a"]


def test_without_opentelemetry_there_are_no_spans():
    program = "import sys; sys.modules['opentelemetry'] = None; import kube.controller.tracing as t"
    command = [sys.executable, "-c", f"{program}; print(t.trace)"]
    assert subprocess.check_output(command, cwd=ROOT, text=True) == "None\n"
