"""Ending a watch from outside of its loop, which may be waiting for events that never come."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable

import pytest

from kube.client import AsyncRESTClient, Config, RESTClient, TransportError
from kube.client.http.exchange import Exchange
from kube.client.transport import Request, Response
from kube.envtest import AsyncMemoryTransport, MemoryTransport
from kube.runtime import errors
from tests.kube.client.faulty import chunked, falls_silent, faulty, sends_then_falls_silent
from tests.kube.client.kinds import AsyncWidgets, Widgets, widget, widget_server
from tests.kube.client.scripted import AsyncScriptedTransport, ScriptedTransport, _Script, refusal
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
    earlier = exchanges()  # of tests before, whose threads may be ending
    with secure_server("127.0.0.1") as url:
        async with AsyncRESTClient.for_config(Config(server=url, ca_data=ca_pem())) as rest:
            for _ in range(3):
                await names_until_closed_by_a_callback(rest, 0.01)
            left = [each for each in exchanges() if not any(each is e for e in earlier)]
            assert left == []


def exchanges() -> list[Exchange]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, Exchange)]


ONE = b'{"type":"ADDED","object":{"metadata":{"name":"one"},"spec":{}}}\n'


async def test_another_thread_ends_an_asynchronous_watch() -> None:
    async with asyncio.timeout(60):
        with secure_server("127.0.0.1") as url:
            async with AsyncRESTClient.for_config(Config(server=url, ca_data=ca_pem())) as rest:
                assert await names_until_closed_by_a_thread(rest) == ["one"]
        with faulty(sends_then_falls_silent(chunked(ONE, end=False))) as server:
            async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
                assert await names_until_closed_by_a_thread(rest) == ["one"]
        async with AsyncRESTClient(AsyncMemoryTransport(widget_server())) as memory:
            await AsyncWidgets(memory, "default").create(widget("one"))
            assert await names_until_closed_by_a_thread(memory) == ["one"]


async def names_until_closed_by_a_thread(rest: AsyncRESTClient) -> list[str]:
    names = []
    async with AsyncWidgets(rest, "default").watch() as events:
        async for event in events:
            names.append(event.object.metadata.name)
            threading.Timer(0.05, events.close).start()
    return names


async def names_of_async(rest: AsyncRESTClient, when: Callable[[], object]) -> list[str]:
    """The names that a watch yields that a thread closes after `when`."""
    names = []
    watch = AsyncWidgets(rest, "default").watch()
    thread = threading.Thread(target=lambda: (when(), watch.close()))
    thread.start()
    async with asyncio.timeout(60), watch as events:
        async for event in events:
            names.append(event.object.metadata.name)
    thread.join()
    return names


def names_of(rest: RESTClient, when: Callable[[], object]) -> list[str]:
    """The names that a watch yields that a thread closes after `when`."""
    names = []
    watch = Widgets(rest, "default").watch()
    thread = threading.Thread(target=lambda: (when(), watch.close()))
    thread.start()
    with watch as events:
        names += [event.object.metadata.name for event in events]
    thread.join()
    return names


async def test_a_watch_closed_while_it_opens_ends_at_once_and_frees_its_connection() -> None:
    with faulty(falls_silent) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
            assert await names_of_async(rest, server.asked.acquire) == []
            assert await server.async_is_over()


def test_a_synchronous_watch_closed_while_it_opens_ends_at_once_and_frees_its_connection() -> None:
    with faulty(falls_silent) as server, RESTClient.for_config(Config(server=server.url)) as rest:
        assert names_of(rest, server.asked.acquire) == []
        assert server.is_over()


class _Asked(_Script):
    """Says when it is asked; anything after the first request is an error of the test."""

    def __init__(self, *answers: Response) -> None:
        super().__init__(*answers, AssertionError("asked a second time"))
        self.asked = threading.Event()

    def _next(self, request: Request) -> Response:
        self.asked.set()
        return super()._next(request)


class _AsyncAskedTransport(_Asked, AsyncScriptedTransport):
    pass


class _AskedTransport(_Asked, ScriptedTransport):
    pass


BUSY = Response(429, {"retry-after": "3600"}, b"")


async def test_a_watch_closed_while_it_waits_to_try_again_ends_and_does_not_try_again() -> None:
    transport = _AsyncAskedTransport(BUSY)
    assert await names_of_async(AsyncRESTClient(transport), transport.asked.wait) == []
    blocking = _AskedTransport(BUSY)
    assert names_of(RESTClient(blocking), blocking.asked.wait) == []


async def test_a_watch_closed_before_it_is_entered_asks_for_nothing() -> None:
    nothing = AssertionError("asked")
    watch = AsyncWidgets(AsyncRESTClient(AsyncScriptedTransport(nothing)), "default").watch()
    watch.close()
    async with watch as events:
        assert [event async for event in events] == []
    blocking = Widgets(RESTClient(ScriptedTransport(nothing)), "default").watch()
    blocking.close()
    with blocking as opened:
        assert list(opened) == []


async def test_a_refused_watch_raises_though_it_opens_in_another_thread() -> None:
    rest = RESTClient(ScriptedTransport(refusal(403, "Forbidden")))
    with pytest.raises(errors.ForbiddenError, match="refused"):
        Widgets(rest, "default").watch().__enter__()


async def test_a_cancelled_task_is_cancelled_although_its_watch_is_closed_at_that_moment() -> None:
    with faulty(falls_silent) as server:
        async with AsyncRESTClient.for_config(Config(server=server.url)) as rest:
            watch = AsyncWidgets(rest, "default").watch()

            async def follow() -> None:
                async with watch:
                    pass

            task = asyncio.create_task(follow())
            await asyncio.to_thread(server.asked.acquire)
            watch.close()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_a_client_that_another_loop_closes_ends_what_its_own_loop_waits_for() -> None:
    with faulty(sends_then_falls_silent(chunked(ONE, end=False))) as server:
        rest = AsyncRESTClient.for_config(Config(server=server.url))
        seen = threading.Event()

        async def follow() -> None:
            async with AsyncWidgets(rest, "default").watch() as events:
                async for _ in events:
                    seen.set()

        following = asyncio.create_task(asyncio.to_thread(asyncio.run, follow()))
        await asyncio.to_thread(seen.wait)
        await rest.close()
        async with asyncio.timeout(60):
            with pytest.raises(TransportError, match="the client is closed"):
                await following
        assert await server.async_is_over()


async def test_a_client_whose_loop_runs_no_more_is_closed_by_another() -> None:
    with faulty(sends_then_falls_silent(chunked(ONE, end=False))) as server:
        rest = AsyncRESTClient.for_config(Config(server=server.url))
        loop = asyncio.new_event_loop()
        watch = AsyncWidgets(rest, "default").watch()
        await asyncio.to_thread(loop.run_until_complete, watch.__aenter__())
        await rest.close()
        assert await server.async_is_over()
        loop.close()
