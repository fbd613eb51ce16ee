"""Telling of events, over the embedded server."""

from __future__ import annotations

import asyncio
import threading

import msgspec
import pytest

from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncRESTClient, TransportError
from kube.envtest import AsyncMemoryTransport, Server
from kube.events import EventRecorder
from kube.runtime import GroupVersion, Object, Scheme
from tests.kube.cache.virtual_time import VirtualTimeLoop


class Widget(Object):
    pass


class Line:
    """A transport that can be cut or made to hang."""

    def __init__(self, server):
        self._inner = AsyncMemoryTransport(server)
        self.cut = False
        self.hung = False
        self.requests = []

    async def send(self, request):
        self.requests.append(request)
        if self.hung:
            await asyncio.Event().wait()
        if self.cut:
            raise TransportError("connection refused", sent=False)
        return await self._inner.send(request)

    def stream(self, request):
        return self._inner.stream(request)

    async def close(self):
        pass


def widget(name="a", namespace="default"):
    return Widget(
        api_version="example.io/v1",
        kind="Widget",
        metadata=ObjectMeta(name=name, namespace=namespace, uid="u1", resource_version="7"),
    )


@pytest.fixture
async def server():
    return Server(monotonic=asyncio.get_running_loop().time, require_namespaces=False)


@pytest.fixture
def line(server):
    return Line(server)


@pytest.fixture
def recorder(line):
    return EventRecorder(AsyncRESTClient(line), "tester", host="here")


async def events(server, namespace="default"):
    rest = AsyncRESTClient(AsyncMemoryTransport(server))
    response = await rest.request("GET", f"/api/v1/namespaces/{namespace}/events")
    return msgspec.json.decode(response.body)["items"]


async def test_an_event_is_written_with_all_that_kubectl_shows(server, recorder):
    async with recorder:
        recorder.normal(widget(), "Provisioned", "The widget was provisioned.")
    [event] = await events(server)
    assert event["involvedObject"] == {
        "apiVersion": "example.io/v1",
        "kind": "Widget",
        "name": "a",
        "namespace": "default",
        "uid": "u1",
        "resourceVersion": "7",
    }
    assert event["reason"] == "Provisioned"
    assert event["message"] == "The widget was provisioned."
    assert (event["type"], event["count"]) == ("Normal", 1)
    assert event["source"] == {"component": "tester", "host": "here"}
    assert event["reportingComponent"] == "tester"
    assert event["firstTimestamp"] == event["lastTimestamp"]
    assert event["metadata"]["name"].startswith("a.")


async def test_the_same_again_raises_the_count_of_the_first(server, recorder):
    async with recorder:
        for _ in range(3):
            recorder.warning(widget(), "Failed", "It failed.")
    [event] = await events(server)
    assert (event["count"], event["type"]) == (3, "Warning")


async def test_an_event_that_the_server_forgot_is_written_anew_with_its_count(server, recorder):
    async with recorder:
        recorder.normal(widget(), "Ready", "")
        await asyncio.sleep(1)
        rest = AsyncRESTClient(AsyncMemoryTransport(server))
        await rest.request("DELETE", "/api/v1/namespaces/default/events")
        recorder.normal(widget(), "Ready", "")
    [event] = await events(server)
    assert event["count"] == 2


async def test_events_of_cluster_scoped_objects_stand_in_the_default_namespace(server, recorder):
    async with recorder:
        recorder.normal(widget("system:node:x", namespace=""), "Ready", "It is ready.")
    [event] = await events(server)
    assert event["involvedObject"]["name"] == "system:node:x"
    assert ":" not in event["metadata"]["name"]


async def test_telling_never_waits_and_a_full_queue_drops(recorder, line, caplog):
    line.hung = True
    async with recorder:
        for i in range(1500):
            recorder.normal(widget(f"w{i}"), "Ready", "It is ready.")
        assert recorder.dropped == 500
        assert "1000 wait already" in caplog.text
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began == pytest.approx(5), "closing has an end"
    assert recorder.dropped == 1500


async def test_an_outage_is_waited_for(server, recorder, line):
    line.cut = True
    async with recorder:
        recorder.normal(widget(), "Ready", "It is ready.")
        await asyncio.sleep(55)
        assert len(line.requests) == 6
        line.cut = False
        await asyncio.sleep(10)
        assert len(await events(server)) == 1
        assert recorder.dropped == 0


async def test_after_twelve_tries_an_event_is_dropped(recorder, line):
    line.cut = True
    async with recorder:
        recorder.normal(widget(), "Ready", "It is ready.")
        await asyncio.sleep(600)
        assert len(line.requests) == 12
        assert recorder.dropped == 1


async def test_what_the_server_refuses_is_dropped_and_logged(server, recorder, line, caplog):
    server.require_namespaces = True
    async with recorder:
        recorder.normal(widget(namespace="nowhere"), "Ready", "It is ready.")
        recorder.normal(widget(), "Ready", "It is ready.")
    assert recorder.dropped == 1
    assert "the event Ready was refused" in caplog.text
    assert len(await events(server)) == 1


async def test_too_many_events_of_an_object_are_dropped(server, recorder):
    async with recorder:
        for i in range(40):
            recorder.normal(widget(), f"Reason{i}", "It is so.")
    assert len(await events(server)) == 25
    assert recorder.dropped == 15


async def test_a_kind_that_the_object_does_not_say_is_looked_up(server, line):
    scheme = Scheme()
    scheme.add_known_types(GroupVersion("example.io", "v1"), Widget)
    anonymous = Widget(metadata=ObjectMeta(name="a", namespace="default"))
    async with EventRecorder(AsyncRESTClient(line), "tester", scheme=scheme) as recorder:
        recorder.normal(anonymous, "Ready", "It is ready.")
    [event] = await events(server)
    assert event["involvedObject"]["kind"] == "Widget"


@pytest.mark.parametrize("scheme", [None, Scheme()], ids=["no scheme", "an empty one"])
async def test_an_object_of_unknown_kind_is_logged_and_dropped(line, scheme, caplog):
    anonymous = Widget(metadata=ObjectMeta(name="a"))
    async with EventRecorder(AsyncRESTClient(line), "tester", scheme=scheme) as recorder:
        recorder.normal(anonymous, "Ready", "It is ready.")
        assert recorder.dropped == 1
    assert "object of unknown kind" in caplog.text


async def test_a_wrong_type_or_no_reason_is_the_programs_mistake(recorder):
    with pytest.raises(ValueError, match="'Normal' or 'Warning', not 'Error'"):
        recorder.event(widget(), "Error", "Failed", "It failed.")
    with pytest.raises(ValueError, match="needs a reason"):
        recorder.normal(widget(), "", "It is ready.")


async def test_long_messages_are_cut_and_annotations_kept(server, recorder):
    async with recorder:
        recorder.event(widget(), "Normal", "Long", "x" * 5000, annotations={"who": "me"})
    [event] = await events(server)
    assert len(event["message"]) == 1024
    assert event["message"].endswith("...")
    assert event["metadata"]["annotations"] == {"who": "me"}


async def test_other_threads_may_tell_too(server, recorder):
    async with recorder:
        thread = threading.Thread(target=recorder.normal, args=(widget(), "Ready", "It is ready."))
        thread.start()
        thread.join()
        await asyncio.sleep(1)
    assert len(await events(server)) == 1


async def test_what_is_told_before_the_start_is_written_and_after_the_end_dropped(server, recorder):
    recorder.normal(widget(), "Early", "It is early.")
    async with recorder:
        pass
    recorder.normal(widget(), "Late", "It is late.")
    await recorder.close()
    assert [e["reason"] for e in await events(server)] == ["Early"]
    assert recorder.dropped == 1


def test_a_recorder_may_be_made_outside_of_an_event_loop():
    async def run():
        async with recorder:
            recorder.normal(widget(), "Ready", "It is ready.")
        return await events(server)

    server = Server(require_namespaces=False)
    recorder = EventRecorder(AsyncRESTClient(AsyncMemoryTransport(server)), "tester")
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        assert len(runner.run(run())) == 1
    recorder.normal(widget(), "Late", "Its event loop is gone.")
    assert recorder.dropped == 1
