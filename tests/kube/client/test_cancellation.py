"""What a cancelled call leaves behind: nothing. Only asynchronous calls can be cancelled."""

from __future__ import annotations

import asyncio

import pytest

from kube.client import AsyncRESTClient, Config
from tests.kube.client.faulty import answers, chunked, falls_silent, faulty, sends_then_falls_silent
from tests.kube.client.kinds import AsyncWidgets, Widget
from tests.kube.client.scripted import AsyncScriptedTransport, answer


async def test_a_cancelled_request_frees_its_connection() -> None:
    with faulty(falls_silent) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
            task = asyncio.create_task(rest.request("GET", "/x"))
            await asyncio.to_thread(server.asked.acquire)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.over.acquire, timeout=5)


async def test_a_cancelled_watch_frees_its_connection() -> None:
    with faulty(sends_then_falls_silent(chunked(b"\n", end=False))) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:

            async def follow() -> None:
                async with AsyncWidgets(rest, "default").watch() as events:
                    async for _ in events:
                        pass

            task = asyncio.create_task(follow())
            await asyncio.to_thread(server.asked.acquire)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.over.acquire, timeout=5)


async def test_a_body_that_stops_half_way_frees_its_connection_when_cancelled() -> None:
    with faulty(sends_then_falls_silent(answers(b"half", length=100))) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
            task = asyncio.create_task(rest.request("GET", "/x"))
            await asyncio.to_thread(server.asked.acquire)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.over.acquire, timeout=5)


async def test_a_turn_that_was_waited_for_in_vain_is_given_back() -> None:
    transport = AsyncScriptedTransport(answer(200, b"{}"))
    rest = AsyncRESTClient(transport, qps=1, burst=1, clock=lambda: 100.0)
    await rest.request("GET", "/x")
    waiting = [asyncio.create_task(rest.request("GET", "/x")) for _ in range(3)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert rest._bucket.reserve(100.0) == 1


async def test_many_watches_do_not_run_out_of_connections() -> None:
    event = b'{"type":"ADDED","object":{"metadata":{"name":"one"},"spec":{}}}\n'
    count = 120
    with faulty(*[sends_then_falls_silent(chunked(event, end=False))] * count) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
            widgets = AsyncWidgets(rest, "default")

            async def first() -> Widget:
                async with widgets.watch() as events:
                    async for event in events:
                        return event.object
                raise AssertionError

            found = await asyncio.gather(*[first() for _ in range(count)])
    assert len(found) == count
