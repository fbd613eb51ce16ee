"""An informer over the embedded server, with faults between the two.

After each fault: the cache equals the server's list, a handler that only listened knows the same,
nothing impossible was heard, and requests came at a bounded rate.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from kube.client.transport import Response, TransportError
from tests.kube.cache.served import (
    Clients,
    Factory,
    Faults,
    FaultyTransport,
    Mirror,
    Writer,
    drips,
    drops_after,
    ends_after,
    error_event,
    falls_silent_after,
    new_server,
    says_after,
    status,
)

EXPIRED = error_event(410, "Expired")
REFUSED = TransportError("connection refused", sent=False)

WATCH_FAULTS = {
    "410 as status": status(410, "Expired"),
    "410 in the stream": says_after(0, EXPIRED),
    "410 in the stream after events": says_after(2, EXPIRED),
    "429 with Retry-After": status(429, "TooManyRequests", retry_after="5"),
    "429 without Retry-After": status(429, "TooManyRequests"),
    "429 in the stream": says_after(1, error_event(429, "TooManyRequests")),
    "500 in the stream": says_after(1, error_event(500, "InternalError")),
    "503": status(503, "ServiceUnavailable"),
    "502 from a proxy": Response(502, {"content-type": "text/html"}, b"<h1>Bad Gateway</h1>"),
    "401": status(401, "Unauthorized"),
    "403": status(403, "Forbidden"),
    "404": status(404, "NotFound"),
    "connection refused": REFUSED,
    "connection reset": drops_after(1),
    "reset before anything": drops_after(0),
    "half-open silence": falls_silent_after(1),
    "slow drip": drips,
    "clean end": ends_after(1),
    "clean end before anything": ends_after(0),
    "truncated JSON": says_after(1, b'{"type":"ADDED","object":{"apiVersion":"exam'),
    "garbage": says_after(1, b"<html>gateway timeout</html>\n"),
    "an ERROR that is no Status": says_after(1, b'{"type":"ERROR","object":"oops"}\n'),
    "JSON of another shape": says_after(1, b'["not","an","event"]\n'),
    "an event without its object": says_after(1, b'{"type":"ADDED"}\n'),
}

LIST_FAULTS = {
    "an empty object": Response(200, {"content-type": "application/json"}, b"{}"),
    "a portal's JSON": Response(200, {}, b'{"status":"login required","items":null}'),
    "an empty list of another kind": Response(
        200,
        {"content-type": "application/json"},
        b'{"kind":"GadgetList","apiVersion":"example.io/v1","metadata":{},"items":[]}',
    ),
    "an empty list of another group": Response(
        200,
        {"content-type": "application/json"},
        b'{"kind":"WidgetList","apiVersion":"widgets.io/v1","metadata":{},"items":[]}',
    ),
    "a list of the kind with another's objects": Response(
        200,
        {"content-type": "application/json"},
        b'{"kind":"WidgetList","apiVersion":"example.io/v1","metadata":{"resourceVersion":"99"},'
        b'"items":[{"kind":"Gadget","apiVersion":"example.io/v1","metadata":{"name":"g"}}]}',
    ),
    "503": status(503, "ServiceUnavailable"),
    "503 with Retry-After": status(503, "ServiceUnavailable", retry_after="3"),
    "410": status(410, "Expired"),
    "429": status(429, "TooManyRequests"),
    "504 too large resource version": status(504, "Timeout"),
    "401": status(401, "Unauthorized"),
    "connection refused": REFUSED,
    "truncated JSON": lambda answer: Response(200, answer.headers, answer.body[:-40]),
    "HTML": Response(200, {"content-type": "text/html"}, b"<h1>hello</h1>"),
}


class Setup:
    def __init__(self, faults: Faults, **options):
        loop = asyncio.get_running_loop()
        self.server = new_server(loop.time)
        self.transport = FaultyTransport(self.server, faults)
        self.faults = faults
        self.writer = Writer(self.server)
        self.factory = Factory(Clients(self.transport), **options)
        self.mirror = Mirror()
        self.informer = self.factory.widgets.informer
        self.informer.add_event_handler(self.mirror.add, self.mirror.update, self.mirror.delete)

    def cached(self):
        return {
            key: self.informer.indexer.get(key).metadata.resource_version
            for key in list(self.informer.indexer.keys())
        }

    async def converge(self, seconds=900):
        """Until the cache is what the server has. Virtual seconds: they take no time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.cached() != await self.writer.listed() or self.mirror.versions != self.cached():
            assert asyncio.get_running_loop().time() < deadline, "it never converged"
            await asyncio.sleep(1)

    def check(self):
        assert self.mirror.impossible == []
        assert self.transport.open_streams <= 1, "connections of failed watches are closed"
        for moment in self.transport.asked:
            busy = [a for a in self.transport.asked if moment.time <= a.time < moment.time + 10]
            assert len(busy) <= 12, "no request storm"


@asynccontextmanager
async def informing(faults=None, **options):
    setup = Setup(faults or Faults(), **options)
    async with setup.factory:
        yield setup


async def change_everything(writer, round):
    """An object each: new, changed, deleted, deleted and made anew."""
    await writer.create(f"new-{round}")
    await writer.update("changed", round)
    if round == 1:
        await writer.delete("deleted")
    await writer.delete("reborn")
    await writer.create("reborn", round)


async def populate(writer):
    for name in ("kept", "changed", "deleted", "reborn"):
        await writer.create(name)


@pytest.mark.parametrize("watch_list", [False, True], ids=["list", "watch-list"])
@pytest.mark.parametrize("times", [1, 3, 8])
@pytest.mark.parametrize("name", WATCH_FAULTS)
async def test_the_cache_converges_after_a_fault_of_the_watch(name, times, watch_list):
    faults = Faults()
    async with informing(faults, watch_list=watch_list) as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        await setup.converge()
        faults.watches += [WATCH_FAULTS[name]] * times
        setup.server.drop_watches("widgets")
        for round in range(1, 6):
            await change_everything(setup.writer, round)
            await asyncio.sleep(0.3)
        await setup.converge(seconds=times * 700)
        await change_everything(setup.writer, 9)
        await setup.converge(seconds=times * 700)
        setup.check()


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("name", LIST_FAULTS)
async def test_the_cache_converges_after_a_fault_of_the_first_list(name, times):
    async with informing(Faults(lists=[LIST_FAULTS[name]] * times)) as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        await change_everything(setup.writer, 1)
        await setup.converge()
        setup.check()


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("name", LIST_FAULTS)
async def test_the_cache_converges_after_a_fault_of_a_relist(name, times):
    faults = Faults()
    async with informing(faults) as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        faults.lists += [LIST_FAULTS[name]] * times
        faults.watches += [status(410, "Expired")]
        setup.server.drop_watches("widgets")
        await change_everything(setup.writer, 1)
        await setup.converge()
        setup.check()


@pytest.mark.parametrize(
    "name",
    [
        "an empty object",
        "a portal's JSON",
        "an empty list of another kind",
        "an empty list of another group",
        "a list of the kind with another's objects",
    ],
)
async def test_an_answer_that_is_no_list_of_the_kind_deletes_nothing(name):
    faults = Faults()
    async with informing(faults) as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        deleted = []
        setup.informer.add_event_handler(on_delete=deleted.append)
        before = setup.cached()
        faults.lists += [LIST_FAULTS[name]] * 4
        faults.watches += [status(410, "Expired")]
        setup.server.drop_watches("widgets")
        await asyncio.sleep(120)
        assert not faults.lists
        assert deleted == []
        assert setup.cached() == before
        await setup.converge()


@pytest.mark.parametrize("watch_list", [False, True], ids=["list", "watch-list"])
async def test_a_deletion_in_a_gap_is_told(watch_list):
    faults = Faults()
    async with informing(faults, watch_list=watch_list) as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        await setup.converge()
        faults.watches += [REFUSED] * 3
        setup.server.drop_watches("widgets")
        await setup.writer.delete("deleted")
        await setup.writer.create("brief")
        await setup.writer.delete("brief")
        setup.server.compact()
        await setup.converge()
        assert "ns/deleted" not in setup.mirror.versions
        setup.check()


async def test_an_object_that_does_not_decode_hides_no_other_in_a_list_or_a_watch(caplog):
    async with informing() as setup:
        await populate(setup.writer)
        await setup.writer.create("broken", size="seven")
        await setup.factory.wait_for_cache_sync()
        assert setup.cached().keys() == {
            f"ns/{n}" for n in ("kept", "changed", "deleted", "reborn")
        }
        assert "ns/broken: skipped" in caplog.text
        assert "$.spec.size" in caplog.text

        await setup.writer.update("changed", "eight")
        await setup.writer.create("after")
        await asyncio.sleep(1)
        assert "ns/after" in setup.cached()
        assert setup.informer.measures().skipped == 2
        assert setup.informer.indexer.get("ns/changed").spec.size == 0, "its last good state"

        await setup.writer.update("changed", 9)
        await setup.writer.update("broken", 7)
        await setup.converge()
        assert setup.informer.indexer.get("ns/broken").spec.size == 7


async def test_an_object_that_ceased_to_decode_is_not_reported_as_deleted_by_a_relist():
    async with informing() as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        setup.faults.watches += [status(410, "Expired")]
        setup.server.drop_watches("widgets")
        await setup.writer.update("changed", "eight")
        await asyncio.sleep(5)
        assert "ns/changed" in setup.mirror.versions
        await setup.writer.delete("changed")
        await setup.converge()


async def test_a_very_short_lived_watch_makes_no_storm():
    async with informing(Faults(watches=[ends_after(0)] * 500)) as setup:
        await setup.factory.wait_for_cache_sync()
        await asyncio.sleep(600)
        assert len(setup.transport.asked) < 40
        setup.check()


async def test_an_endless_storm_of_410_is_answered_with_patience():
    endless = [status(410, "Expired")] * 10_000
    async with informing(Faults(watches=endless)) as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        await asyncio.sleep(600)
        assert len(setup.transport.asked) < 100
        setup.check()


async def test_a_history_that_was_compacted_away_is_listed_anew():
    async with informing() as setup:
        await populate(setup.writer)
        await setup.factory.wait_for_cache_sync()
        setup.faults.watches += [REFUSED]
        setup.server.drop_watches("widgets")
        await change_everything(setup.writer, 1)
        setup.server.compact()
        await setup.converge()
        assert setup.informer.measures().lists == 2
        setup.check()


async def test_pages_of_a_list_are_followed_to_the_end():
    async with informing() as setup:
        for i in range(1203):
            await setup.writer.create(f"w{i}", namespace=f"ns{i % 7}")
        await setup.factory.wait_for_cache_sync()
        assert len(setup.informer.indexer) == 1203
        lists = [a for a in setup.transport.asked if not a.watch]
        assert [a.query.get("limit") for a in lists] == ["500"] * len(lists)
        assert [bool(a.query.get("continue")) for a in lists] == [False, True, True]
        assert all("resourceVersion" not in a.query for a in lists[1:])
