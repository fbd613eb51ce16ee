"""Ending a watch from outside of its loop, which may be waiting for events that never come."""

from __future__ import annotations

import asyncio
import gc
import threading

import aiohttp
import pytest

from kube.client import AsyncRESTClient, Config, RESTClient
from kube.envtest import AsyncMemoryTransport, MemoryTransport
from tests.kube.client.kinds import AsyncWidgets, Widgets, widget, widget_server
from tests.kube.client.secure import ca_pem, secure_server


def names_until_closed(rest: RESTClient, pause: float) -> list[str]:
    names = []
    with Widgets(rest, "default").watch() as events:
        closing = None
        for event in events:
            names.append(event.object.metadata.name)
            closing = threading.Timer(pause, events.close)
            closing.start()
        assert closing is not None
        closing.join()
    return names


@pytest.mark.parametrize("pause", [0, 0.05])
def test_another_thread_ends_a_watch_over_tls(pause: float) -> None:
    with (
        secure_server("127.0.0.1") as url,
        RESTClient.for_config(Config(server=url, ca_data=ca_pem())) as rest,
    ):
        assert names_until_closed(rest, pause) == ["one"]


@pytest.mark.parametrize("pause", [0, 0.05])
def test_another_thread_ends_a_watch_in_memory(pause: float) -> None:
    with RESTClient(MemoryTransport(widget_server())) as rest:
        Widgets(rest, "default").create(widget("one"))
        assert names_until_closed(rest, pause) == ["one"]


async def names_until_closed_by_a_callback(rest: AsyncRESTClient, pause: float) -> list[str]:
    names = []
    loop = asyncio.get_running_loop()
    async with AsyncWidgets(rest, "default").watch() as events:
        async for event in events:
            names.append(event.object.metadata.name)
            loop.call_later(pause, events.close)
    return names


@pytest.mark.parametrize("pause", [0, 0.05])
async def test_another_task_ends_a_watch(pause: float) -> None:
    with secure_server("127.0.0.1") as url:
        async with AsyncRESTClient.for_config(Config(server=url, ca_data=ca_pem())) as rest:
            assert await names_until_closed_by_a_callback(rest, pause) == ["one"]
    async with AsyncRESTClient(AsyncMemoryTransport(widget_server())) as memory:
        await AsyncWidgets(memory, "default").create(widget("one"))
        assert await names_until_closed_by_a_callback(memory, pause) == ["one"]


async def test_a_watch_that_another_task_ended_leaves_nothing_behind() -> None:
    with secure_server("127.0.0.1") as url:
        async with AsyncRESTClient.for_config(Config(server=url, ca_data=ca_pem())) as rest:
            for _ in range(3):
                await names_until_closed_by_a_callback(rest, 0.01)
            gc.collect()
            left = [each for each in gc.get_objects() if isinstance(each, aiohttp.ClientResponse)]
            assert left == []
