"""The network transport: what it sends, and each way in which a network fails."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import pytest

from kube.client import TransportError
from kube.client.http.async_transport import AsyncHTTPTransport
from kube.client.transport import Request
from tests.kube.client.faulty import (
    Connection,
    answers,
    chunked,
    drips,
    falls_silent,
    faulty,
    final,
    refused_url,
    resets,
    sends,
    sends_then_falls_silent,
)

GET = Request("GET", "/x", timeout=60)


async def read_stream(
    transport: AsyncHTTPTransport, request: Request = GET, got: list[bytes] | None = None
) -> None:
    """Read all of a stream; the chunks go to `got`."""
    async with transport.stream(request) as stream:
        async for chunk in stream:
            if got is not None:
                got.append(chunk)


@pytest.fixture
async def transports() -> AsyncIterator[list[AsyncHTTPTransport]]:
    """Whatever a test puts here is closed after it."""
    made: list[AsyncHTTPTransport] = []
    yield made
    for transport in made:
        await transport.close()


async def test_path_query_and_headers_arrive_as_meant(transports: list[AsyncHTTPTransport]) -> None:
    with faulty(sends(answers(b"ok"))) as server:
        headers = [("impersonate-group", "a"), ("impersonate-group", "b")]
        transport = AsyncHTTPTransport(f"{server.url}/base/", headers=headers)
        transports.append(transport)
        query = [("labelSelector", "a in (b,c)"), ("limit", "5")]
        response = await transport.send(
            Request("POST", "/api/v1/pods/a b", query, {"accept": "x/y"}, b"{}", 60)
        )
    assert (response.status, response.body) == (200, b"ok")
    first, *rest = server.heads[0].lower().split("\r\n")
    assert first == "post /base/api/v1/pods/a%20b?labelselector=a+in+%28b%2cc%29&limit=5 http/1.1"
    assert rest.count("impersonate-group: a") == rest.count("impersonate-group: b") == 1
    assert "accept: x/y" in rest
    assert "content-length: 2" in rest


async def test_connections_are_used_again(transports: list[AsyncHTTPTransport]) -> None:
    with faulty(sends(answers(b"1")), sends(answers(b"2"))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        assert [(await transport.send(GET)).body for _ in range(2)] == [b"1", b"2"]
    assert server.connections == 1


async def test_names_of_headers_are_in_lower_case(transports: list[AsyncHTTPTransport]) -> None:
    with faulty(sends(answers(b"", "429 Busy", "Retry-After: 3"))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        response = await transport.send(GET)
    assert (response.status, response.headers["retry-after"]) == (429, "3")


async def test_a_compressed_body_is_unpacked(transports: list[AsyncHTTPTransport]) -> None:
    body = gzip.compress(b"a" * 100_000)
    with faulty(sends(answers(body, "200 OK", "content-encoding: gzip"))) as server:
        transport = AsyncHTTPTransport(server.url, headers=[("accept-encoding", "gzip")])
        transports.append(transport)
        assert (await transport.send(GET)).body == b"a" * 100_000


async def test_redirects_are_not_followed(transports: list[AsyncHTTPTransport]) -> None:
    with faulty(sends(answers(b"", "302 Found", "location: /elsewhere"))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        assert (await transport.send(GET)).status == 302


async def test_a_refused_connection_was_surely_not_served(
    transports: list[AsyncHTTPTransport],
) -> None:
    url = refused_url()
    transport = AsyncHTTPTransport(url)
    transports.append(transport)
    with pytest.raises(TransportError) as raised:
        await transport.send(GET)
    assert str(raised.value) == f"GET /x: cannot connect to {url}: Connection refused"
    assert not raised.value.sent
    with pytest.raises(TransportError):
        await read_stream(transport)


async def test_a_name_that_does_not_resolve_and_a_proxy_that_is_not_there_are_told_in_a_line(
    transports: list[AsyncHTTPTransport],
) -> None:
    unknown = AsyncHTTPTransport("https://nowhere.invalid:6443")
    proxy = refused_url()
    proxied = AsyncHTTPTransport(
        "http://cluster.example", proxy=proxy.replace("http://", "http://me:s3cret@")
    )
    transports += [unknown, proxied]
    with pytest.raises(TransportError, match=r"to https://nowhere\.invalid:6443: ") as raised:
        await unknown.send(GET)
    assert "\n" not in str(raised.value)
    with pytest.raises(TransportError) as raised:
        await proxied.send(GET)
    assert str(raised.value) == f"GET /x: cannot connect to {proxy}: Connection refused"


POST = Request("POST", "/x", body=b"{}", timeout=60)


async def test_a_reset_connection_may_have_been_served(
    transports: list[AsyncHTTPTransport],
) -> None:
    with faulty(resets, resets) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        with pytest.raises(TransportError) as raised:
            await transport.send(POST)
    assert raised.value.sent


TRUNCATED = [
    answers(b"half", length=8),
    chunked(b"half", end=False),
    b"HTTP/1.1 200 OK\r\ncontent-le",
    b"\x15\x03\x01\x00\x02\x02\x50 this is no HTTP\r\n\r\n",
]


@pytest.mark.parametrize("data", TRUNCATED)
async def test_a_truncated_answer_is_an_error(
    transports: list[AsyncHTTPTransport], data: bytes
) -> None:
    with faulty(sends(data, then_closes=True), sends(data, then_closes=True)) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        with pytest.raises(TransportError):
            await transport.send(POST)


@pytest.mark.parametrize("data", TRUNCATED)
async def test_a_truncated_stream_is_an_error(
    transports: list[AsyncHTTPTransport], data: bytes
) -> None:
    with faulty(*[sends(data, then_closes=True)] * 3) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        with pytest.raises(TransportError):
            await read_stream(transport)


@pytest.mark.parametrize("behaviour", [falls_silent, drips])
async def test_an_exchange_ends_at_its_timeout(
    transports: list[AsyncHTTPTransport], behaviour: object
) -> None:
    with faulty(sends(answers(b"1")), behaviour) as server:  # type: ignore[arg-type]
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        await transport.send(GET)  # the time of the next one goes into no connecting
        with pytest.raises(TransportError, match="no answer in time"):
            await transport.send(Request("GET", "/x", timeout=0.1))


async def test_a_stream_ends_when_it_is_silent_for_too_long(
    transports: list[AsyncHTTPTransport],
) -> None:
    with faulty(sends_then_falls_silent(chunked(b"one\n", end=False))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        got: list[bytes] = []
        with pytest.raises(TransportError, match="no answer in time"):
            await read_stream(transport, Request("GET", "/x", timeout=0.1, first_byte=60), got)
        assert got == [b"one\n"]
        assert await server.async_is_over()


async def test_chunks_arrive_as_they_are_sent(transports: list[AsyncHTTPTransport]) -> None:
    with faulty(sends_then_falls_silent(chunked(b"one\n", end=False))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        async with transport.stream(GET) as stream:
            async for chunk in stream:
                assert chunk == b"one\n"
                break


async def test_leaving_a_stream_closes_its_connection(
    transports: list[AsyncHTTPTransport],
) -> None:
    with faulty(sends_then_falls_silent(chunked(b"one\n", end=False))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        async with transport.stream(GET):
            pass
        assert await server.async_is_over()


async def test_a_closed_transport_says_so(transports: list[AsyncHTTPTransport]) -> None:
    with faulty(sends(answers(b"1"))) as server:
        transport = AsyncHTTPTransport(server.url)
        await transport.send(GET)
        await transport.close()
        with pytest.raises(TransportError, match="closed"):
            await transport.send(GET)


@final
def drops(connection: Connection) -> None:
    """Close after the request: it may have been carried out, and nobody says."""


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
async def test_a_write_on_a_kept_connection_that_drops_is_not_sent_again(
    transports: list[AsyncHTTPTransport], method: str
) -> None:
    kept = sends(answers(b"1"))
    with faulty(kept, drops, sends(answers(b"2"))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        await transport.send(GET)
        with pytest.raises(TransportError) as raised:
            await transport.send(Request(method, "/x", body=b"", timeout=60))
    assert raised.value.sent
    assert [head.split(" ")[0] for head in server.heads] == ["GET", method]


async def test_a_read_on_a_kept_connection_that_drops_is_sent_again(
    transports: list[AsyncHTTPTransport],
) -> None:
    with faulty(sends(answers(b"1")), resets, sends(answers(b"2"))) as server:
        transport = AsyncHTTPTransport(server.url)
        transports.append(transport)
        await transport.send(GET)
        assert (await transport.send(GET)).body == b"2"
    assert len(server.heads) == 3
