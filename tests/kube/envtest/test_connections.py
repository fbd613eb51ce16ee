"""The HTTP server of the embedded server, asked byte by byte."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from kube.client.transport import Response
from kube.envtest import Action, Delay, Server
from kube.envtest.connections import LARGEST_BODY, LARGEST_HEAD
from kube.envtest.http import serving
from kube.envtest.loop import Loop
from tests.kube.envtest.api import NAMESPACES, WIDGETS, widget

MAPS = "/api/v1/namespaces/default/configmaps"


class Wire:
    """A socket to the server, and what it answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def ask(self, method: str, path: str, body: bytes = b"", *fields: str) -> None:
        lines = [f"{method} {path} HTTP/1.1", "host: a", f"content-length: {len(body)}", *fields]
        self.send("\r\n".join([*lines, "", ""]).encode() + body)

    async def head(self) -> tuple[int, dict[str, str]]:
        text = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        first, *fields = text.strip().split("\r\n")
        return int(first.split(" ")[1]), dict(field.split(": ", 1) for field in fields)

    async def answer(self) -> tuple[int, bytes]:
        code, fields = await self.head()
        return code, await self._reader.readexactly(int(fields["content-length"]))

    async def rest(self) -> bytes:
        return await self._reader.read()

    async def piece(self) -> bytes:
        return await self._reader.read(65536)

    async def line(self) -> bytes:
        return await self._reader.readline()

    def end(self) -> None:
        self._writer.write_eof()

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Wire]:
    with serving(server) as url:
        place = urlsplit(url)
        wire = Wire(*await asyncio.open_connection(place.hostname, place.port))
        try:
            yield wire
        finally:
            wire.close()


def named(name: str) -> bytes:
    return json.dumps({"metadata": {"name": name}}).encode()


async def test_requests_of_one_connection_are_answered_in_order(server: Server) -> None:
    def slow(action: Action) -> Delay | None:
        return Delay(0.01) if action.name == "first" else None

    server.reactors.append(slow)
    async with connected(server) as wire:
        for name in ("first", "second", "third"):
            wire.ask("GET", f"{MAPS}/{name}")
        names = [json.loads((await wire.answer())[1])["details"]["name"] for _ in range(3)]
    assert names == ["first", "second", "third"]


async def test_a_request_arrives_in_any_pieces(server: Server) -> None:
    body = named("a")
    request = f"POST {MAPS} HTTP/1.1\r\nhost: a\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    async with connected(server) as wire:
        for byte in request + body:
            wire.send(bytes([byte]))
            await asyncio.sleep(0)
        assert (await wire.answer())[0] == 201


async def test_a_body_arrives_in_chunks(server: Server) -> None:
    async with connected(server) as wire:
        wire.send(f"POST {MAPS} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        body = named("a")
        for part in (body[:5], body[5:], b""):
            wire.send(b"%x\r\n%s\r\n" % (len(part), part))
        assert (await wire.answer())[0] == 201


async def test_paths_and_queries_are_decoded(server: Server) -> None:
    async with connected(server) as wire:
        wire.ask("GET", f"{MAPS}?labelSelector=a%3Db%2Cc%21%3Dd&limit=1&continue=")
        assert (await wire.answer())[0] == 200
        wire.ask("GET", f"{MAPS}/a%20b")
        assert json.loads((await wire.answer())[1])["details"]["name"] == "a b"
        wire.ask("GET", f"http://proxied.example.com{MAPS}/c?x=y")
        assert json.loads((await wire.answer())[1])["details"]["name"] == "c"


async def test_a_header_that_occurs_twice_is_one_list() -> None:
    async with connected(Server(authorization=True)) as wire:
        review = b'{"spec":{}}'
        path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
        groups = ("impersonate-user: eve", "Impersonate-Group: a", "impersonate-group: b")
        wire.ask("POST", path, review, *groups)
        code, body = await wire.answer()
        assert (code, json.loads(body)["status"]["userInfo"]["groups"][:2]) == (201, ["a", "b"])


async def test_a_client_that_waits_for_100_continue_gets_it(server: Server) -> None:
    async with connected(server) as wire:
        body = named("a")
        fields = f"host: a\r\nexpect: 100-continue\r\ncontent-length: {len(body)}"
        wire.send(f"POST {MAPS} HTTP/1.1\r\n{fields}\r\n\r\n".encode())
        assert (await wire.head())[0] == 100
        wire.send(body)
        assert (await wire.answer())[0] == 201


async def test_a_body_that_is_too_large_is_refused_and_the_next_request_answered(
    server: Server,
) -> None:
    async with connected(server) as wire:
        wire.ask("POST", MAPS, b" " * (LARGEST_BODY + 1))
        code, body = await wire.answer()
        assert (code, json.loads(body)["reason"]) == (413, "RequestEntityTooLarge")
        wire.ask("GET", "/healthz")
        assert await wire.answer() == (200, b"ok")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"what is this?\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"y" * (2 * LARGEST_HEAD), 431),
    ],
)
async def test_what_is_not_a_request_is_refused_and_ends_the_connection(
    server: Server, sent: bytes, code: int
) -> None:
    async with connected(server) as wire:
        wire.send(sent)
        assert (await wire.head())[0] == code
        wire.send(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        assert (await wire.rest()).startswith(str(code).encode())


async def test_a_client_of_http_1_0_gets_whole_answers_and_watches_without_chunks(
    server: Server,
) -> None:
    async with connected(server) as wire:
        wire.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        code, fields = await wire.head()
        assert (code, fields["connection"], await wire.rest()) == (200, "close", b"ok")
    async with connected(server) as wire:
        wire.send(f"GET {MAPS}?watch=1&timeoutSeconds=0 HTTP/1.0\r\n\r\n".encode())
        code, fields = await wire.head()
        assert (code, "transfer-encoding" in fields) == (200, False)
        server.drop_watches()
        assert await wire.rest() == b""


async def test_close_is_obeyed(server: Server) -> None:
    async with connected(server) as wire:
        wire.ask("GET", "/healthz", b"", "connection: close")
        wire.ask("GET", f"{MAPS}/a")
        assert (await wire.answer(), await wire.rest()) == ((200, b"ok"), b"")
    assert not server.actions


async def test_head_is_answered_without_a_body(server: Server) -> None:
    async with connected(server) as wire:
        wire.ask("HEAD", MAPS)
        wire.ask("GET", "/healthz")
        code, fields = await wire.head()
        assert (code, int(fields["content-length"]) > 0) == (405, True)
        assert await wire.answer() == (200, b"ok")


async def test_a_protocol_that_is_asked_for_is_not_changed_to(server: Server) -> None:
    async with connected(server) as wire:
        wire.ask("GET", "/healthz", b"", "connection: Upgrade", "upgrade: websocket")
        assert (await wire.answer(), await wire.rest()) == ((200, b"ok"), b"")


async def test_a_watch_ends_and_the_next_request_of_the_connection_is_answered(
    server: Server,
) -> None:
    async with connected(server) as wire:
        wire.ask("GET", f"{WIDGETS}?watch=1")
        wire.ask("GET", "/healthz")
        code, fields = await wire.head()
        assert (code, fields["transfer-encoding"]) == (200, "chunked")
        server.drop_watches()
        assert await wire.line() + await wire.line() == b"0\r\n\r\n"
        assert await wire.answer() == (200, b"ok")


async def test_the_end_of_the_server_ends_watches_as_a_stream_ends(server: Server) -> None:
    with serving(server) as url:
        place = urlsplit(url)
        wire = Wire(*await asyncio.open_connection(place.hostname, place.port))
        wire.ask("GET", f"{WIDGETS}?watch=1")
        assert (await wire.head())[0] == 200
    assert await wire.rest() == b"0\r\n\r\n"
    wire.close()
    assert not server.store.collection(("example.com", "widgets")).watchers


async def test_a_long_watch_waits_for_its_reader(server: Server) -> None:
    big = "x" * 100_000
    async with connected(server) as wire:
        wire.ask("GET", f"{MAPS}?watch=1&resourceVersion=1")
        await wire.head()
        for index in range(30):
            server.load(
                [
                    {
                        "apiVersion": "v1",
                        "kind": "ConfigMap",
                        "metadata": {"name": f"m{index}", "namespace": "default"},
                        "data": {"big": big},
                    }
                ]
            )
        text = b""
        while text.count(b'"ADDED"') < 30 or not text.endswith(b"}\n\r\n"):
            text += await wire.piece()
    assert [f'"name":"m{index}"'.encode() in text for index in range(30)] == [True] * 30


async def test_a_warning_with_a_line_break_is_not_sent(server: Server) -> None:
    """As kube-apiserver leaves it out: it would end the header."""
    async with connected(server) as wire:
        body = json.dumps({"metadata": {"name": "a"}, "a\r\nset-cookie: b": 1}).encode()
        wire.ask("POST", MAPS, body)
        code, fields = await wire.head()
        assert (code, "set-cookie" in fields, "warning" in fields) == (201, False, False)


async def test_what_a_reactor_says_of_the_connection_is_skipped(server: Server) -> None:
    headers = {"content-length": "1", "transfer-encoding": "chunked", "x-mine": "yes"}
    server.reactors.append(lambda action: Response(200, headers, b"whole"))
    async with connected(server) as wire:
        wire.ask("GET", NAMESPACES)
        code, fields = await wire.head()
        assert (code, fields["content-length"], fields["x-mine"]) == (200, "5", "yes")
        assert "transfer-encoding" not in fields


async def test_a_reactor_with_a_fault_is_logged_and_answered_with_500(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(action: Action) -> None:
        raise ZeroDivisionError

    server.reactors.append(broken)
    with caplog.at_level(logging.ERROR):
        async with connected(server) as wire:
            wire.ask("PUT", f"{WIDGETS}/a", json.dumps(widget("a")).encode())
            code, body = await wire.answer()
            assert await wire.rest() == b""
    assert (code, json.loads(body)["reason"]) == (500, "InternalError")
    assert "Internal error occurred: ZeroDivisionError; the log" in json.loads(body)["message"]
    assert f"PUT {WIDGETS}/a failed" in caplog.text


async def test_answers_to_a_client_that_does_not_read_do_not_pile_up(server: Server) -> None:
    big = {"metadata": {"name": "big"}, "data": {"a": "x" * 1_000_000}}
    asked = 40
    async with connected(server) as wire:
        wire.ask("POST", MAPS, json.dumps(big).encode())
        assert (await wire.answer())[0] == 201
        before = len(server.actions)
        for _ in range(asked):
            wire.ask("GET", MAPS)
        async with connected(server) as other:  # what was sent before is parsed before
            other.ask("GET", NAMESPACES)
            assert (await other.answer())[0] == 200
        assert len(server.actions) - before < asked
        for _ in range(asked):
            code, body = await wire.answer()
            assert (code, json.loads(body)["kind"]) == (200, "ConfigMapList")


async def test_a_client_that_has_sent_all_it_will_gets_its_answer(server: Server) -> None:
    async with connected(server) as wire:
        wire.ask("GET", "/healthz")
        wire.end()
        assert await wire.answer() == (200, b"ok")
        assert await wire.rest() == b""


async def test_a_delayed_answer_is_given_when_the_server_ends_meanwhile(server: Server) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(action: Action) -> Delay:
        loop.call_soon_threadsafe(asked.set)
        return Delay(0.05)

    server.reactors.append(slow)
    with serving(server) as url:
        place = urlsplit(url)
        wire = Wire(*await asyncio.open_connection(place.hostname, place.port))
        wire.ask("GET", f"{MAPS}/a")
        await asked.wait()
    assert (await wire.answer())[0] == 404
    assert await wire.rest() == b""
    wire.close()


async def test_a_watch_that_began_late_ends_by_its_time(server: Server) -> None:
    server.reactors.append(lambda action: Delay(0.01))
    async with connected(server) as wire:
        wire.ask("GET", f"{MAPS}?watch=1&timeoutSeconds=1")
        assert (await wire.head())[0] == 200
        assert await wire.line() + await wire.line() == b"0\r\n\r\n"


async def test_a_client_that_leaves_takes_its_delayed_request_with_it(server: Server) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(action: Action) -> Delay | None:
        loop.call_soon_threadsafe(asked.set)
        return Delay(3600) if action.verb == "create" else None

    server.reactors.append(slow)
    async with connected(server) as wire:
        wire.ask("POST", MAPS, named("a"))
        await asked.wait()
    assert not server.store.collection(("", "configmaps")).objects


def test_a_fault_of_one_call_does_not_end_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    loop, calls = Loop(), []

    def broken() -> None:
        raise ZeroDivisionError

    loop.call(broken)
    loop.later(0, broken)
    loop.later(0, lambda: calls.append("timer"))
    loop.later(0, loop.end)
    loop.later(3600, broken).cancel()
    with caplog.at_level(logging.ERROR):
        loop.run()
    assert calls == ["timer"]
    assert len(caplog.records) == 2
    loop.call(broken)  # whoever calls late does no harm
