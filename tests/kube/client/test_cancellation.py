"""What a cancelled call leaves behind: nothing. Only asynchronous calls can be cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

import pytest

from kube.client import AsyncRESTClient, Config, CredentialsError
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
            assert await server.async_is_over()


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
            assert await server.async_is_over()


async def test_a_body_that_stops_half_way_frees_its_connection_when_cancelled() -> None:
    with faulty(sends_then_falls_silent(answers(b"half", length=100))) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
            task = asyncio.create_task(rest.request("GET", "/x"))
            await asyncio.to_thread(server.asked.acquire)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await server.async_is_over()


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


class _SlowCredentials:
    """A plugin that waits for a person."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.logged_in = threading.Event()
        self.renewals = 0

    def headers(self) -> Mapping[str, str] | None:
        return {"authorization": "Bearer t"} if self.logged_in.is_set() else None

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        self.renewals += 1
        self.asked.release()
        self.logged_in.wait()
        return True


def test_neither_a_cancelled_request_nor_the_end_of_the_loop_waits_for_an_exec_plugin() -> None:
    credentials = _SlowCredentials()

    async def program() -> None:
        rest = AsyncRESTClient(AsyncScriptedTransport(answer(200, b"{}")), credentials=credentials)
        task = asyncio.create_task(rest.request("GET", "/x"))
        await asyncio.to_thread(credentials.asked.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(program())
    assert not credentials.logged_in.is_set()
    credentials.logged_in.set()


async def test_requests_that_wait_for_credentials_share_one_renewal() -> None:
    credentials = _SlowCredentials()
    rest = AsyncRESTClient(AsyncScriptedTransport(answer(200, b"{}")), credentials=credentials)
    waiting = [asyncio.create_task(rest.request("GET", "/x")) for _ in range(50)]
    await asyncio.to_thread(credentials.asked.acquire)
    waiting[0].cancel()
    credentials.logged_in.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert [getattr(result, "status", result) for result in results[1:]] == [200] * 49
    assert credentials.renewals == 1


async def test_a_renewal_that_fails_is_told_to_every_request_that_waits_for_it() -> None:
    class Broken(_SlowCredentials):
        def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
            super().renew(rejected)
            self.logged_in.clear()
            raise CredentialsError("log in again")

    credentials = Broken()
    rest = AsyncRESTClient(AsyncScriptedTransport(answer(200, b"{}")), credentials=credentials)
    waiting = [asyncio.create_task(rest.request("GET", "/x")) for _ in range(3)]
    await asyncio.to_thread(credentials.asked.acquire)
    credentials.logged_in.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(result) for result in results] == ["log in again"] * 3
