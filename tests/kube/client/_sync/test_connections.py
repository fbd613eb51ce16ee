# Derived from tests/kube/client/_async/test_connections.py: python hack/unasync.py. DO NOT EDIT.
"""When a connection is used again, given up, or shared; and what ends a request early."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kube.client import TransportError
from kube.client.http import idle
from kube.client.http.transport import HTTPTransport
from kube.client.transport import Request
from tests.kube.client.faulty import (
    Connection,
    answers,
    chunked,
    faulty,
    final,
    refused_url,
    sends,
    sends_then_falls_silent,
)

GET = Request("GET", "/x", timeout=60)


@pytest.fixture
def transports() -> Iterator[list[HTTPTransport]]:
    """Whatever a test puts here is closed after it."""
    made: list[HTTPTransport] = []
    yield made
    for transport in made:
        transport.close()


@pytest.mark.parametrize(
    "first",
    [
        answers(b"1", "200 OK", "connection: close"),
        answers(b"1") + answers(b"nobody asked for this"),
        answers(b"1") + b"garbage",
        b"HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n1",
    ],
)
def test_a_connection_that_is_over_or_answers_too_much_is_not_used_again(
    transports: list[HTTPTransport], first: bytes
) -> None:
    with faulty(sends(first), sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        assert [transport.send(GET).body for _ in range(2)] == [b"1", b"2"]
    assert server.connections == 2


def test_an_answer_that_comes_after_its_own_is_never_taken_for_the_next_ones(
    transports: list[HTTPTransport],
) -> None:
    late = answers(b"1") + answers(b"wrong")
    with faulty(sends(late), sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        transport.send(GET)
        assert transport.send(Request("DELETE", "/x", timeout=60)).body == b"2"


def test_informational_answers_are_passed_over(
    transports: list[HTTPTransport],
) -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + answers(b"ok")
    with faulty(sends(data)) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        assert transport.send(GET).body == b"ok"


def test_an_idle_connection_is_closed_after_its_time(
    transports: list[HTTPTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "IDLE_SECONDS", 0.0)
    with faulty(sends(answers(b"1")), sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        for _ in range(2):
            transport.send(GET)
    assert server.connections == 2


def test_a_stream_read_to_its_end_leaves_its_connection_for_the_next_request(
    transports: list[HTTPTransport],
) -> None:
    with faulty(sends(chunked(b"a", b"b")), sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        with transport.stream(GET) as stream:
            assert b"".join([chunk for chunk in stream]) == b"ab"
        transport.send(GET)
    assert server.connections == 1


def test_a_stream_that_is_closed_when_it_is_over_leaves_the_next_request_alone(
    transports: list[HTTPTransport],
) -> None:
    with faulty(sends(chunked(b"a")), sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        with transport.stream(GET) as stream:
            assert b"".join([chunk for chunk in stream]) == b"a"
        stream.close()
        assert transport.send(Request("DELETE", "/x", timeout=60)).body == b"2"
    assert server.connections == 1


def test_a_stream_that_is_read_on_after_it_was_left_takes_nothing_of_the_next_request(
    transports: list[HTTPTransport],
) -> None:
    with faulty(sends(chunked(b"a")), sends(chunked(b"b"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        with transport.stream(GET) as first:
            assert b"".join([chunk for chunk in first]) == b"a"
        with transport.stream(GET) as second:
            assert [chunk for chunk in first] == []
            assert b"".join([chunk for chunk in second]) == b"b"
    assert server.connections == 1


def test_a_stream_that_was_left_early_takes_its_connection_with_it(
    transports: list[HTTPTransport],
) -> None:
    with faulty(sends(chunked(b"a", end=False)), sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        with transport.stream(GET):
            pass
        assert transport.send(GET).body == b"2"
    assert server.connections == 2


def test_a_stream_that_breaks_yields_what_came_before_it_broke(
    transports: list[HTTPTransport],
) -> None:
    opened = threading.Event()

    def breaks(connection: Connection) -> None:
        head, _, body = chunked(b"a", b"b", end=False).partition(b"\r\n\r\n")
        connection.send(head + b"\r\n\r\n")
        assert opened.wait(60)
        connection.send(body + b"not a length\r\n")

    with faulty(breaks) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        received, failure = [], ""
        with transport.stream(GET) as stream:
            opened.set()
            try:
                for chunk in stream:
                    received.append(chunk)
            except TransportError as error:
                failure = str(error)
        assert b"".join(received) == b"ab"
        assert "not valid HTTP" in failure


@final
def answers_without_reading(connection: Connection) -> None:
    """Answer after the head, and leave the body where it is until the client closes."""
    connection.send(answers(b"too large", "413 Payload Too Large"))
    poller = select.poll()
    poller.register(connection.sock, select.POLLRDHUP)
    poller.poll()


def test_an_answer_before_the_request_is_sent_whole_is_taken(
    transports: list[HTTPTransport],
) -> None:
    with faulty(answers_without_reading, sends(answers(b"2"))) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        body = bytes(32 * 1024 * 1024)
        response = transport.send(Request("POST", "/x", body=body, timeout=60))
        assert (response.status, response.body) == (413, b"too large")
        assert transport.send(GET).body == b"2"
    assert server.connections == 2


@final
def hangs_up_halfway(connection: Connection) -> None:
    """No answer will come, and the request's body is not read."""
    connection.sock.shutdown(socket.SHUT_WR)
    poller = select.poll()
    poller.register(connection.sock, select.POLLRDHUP)
    poller.poll()


def test_a_server_that_hangs_up_while_a_body_is_sent_is_not_waited_for(
    transports: list[HTTPTransport],
) -> None:
    with faulty(hangs_up_halfway) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        with pytest.raises(TransportError, match="closed without an answer"):
            transport.send(Request("POST", "/x", body=bytes(32 * 1024 * 1024)))


def test_a_head_without_end_is_refused_at_its_limit(
    transports: list[HTTPTransport],
) -> None:
    with faulty(sends_then_falls_silent(b"HTTP/1.1 200 OK\r\nx: " + b"a" * 300_000)) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        with pytest.raises(TransportError, match="more than 256 KiB of headers"):
            transport.send(GET)


def test_the_first_byte_of_a_stream_has_a_deadline_of_its_own(
    transports: list[HTTPTransport],
) -> None:
    with faulty(sends_then_falls_silent(b"HTTP/1.1 200")) as server:
        transport = HTTPTransport(server.url)
        transports.append(transport)
        request = Request("GET", "/x", timeout=600, first_byte=0.1)
        with pytest.raises(TransportError, match="no answer in time"):
            with transport.stream(request):
                pass


class Lookups:
    """Look-ups of names that hang until `answer` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[str] = []
        self.asked = threading.Semaphore(0)
        self.answer = threading.Event()
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._resolve)

    def _resolve(self, host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:
        if options.get("flags") == socket.AI_NUMERICHOST:
            return self._real(host, port, **options)
        self.begun.append(host)
        self.asked.release()
        assert self.answer.wait(60)
        return self._real("127.0.0.1", port, *arguments, **options)


def resolves_to(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    """Have every name lead to these addresses, in this order."""
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:
        if options.get("flags") == socket.AI_NUMERICHOST:
            return real(host, port, **options)
        return [info for name in hosts for info in real(name, port, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_an_address_that_refuses_is_followed_by_the_next_one(
    transports: list[HTTPTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    with faulty(sends(answers(b"ok"))) as server:
        transport = HTTPTransport(server.url.replace("127.0.0.1", "api.example"))
        transports.append(transport)
        resolves_to(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.1")
        assert transport.send(GET).body == b"ok"


def test_a_host_whose_addresses_all_refuse_is_one_clear_error(
    transports: list[HTTPTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = HTTPTransport(refused_url().replace("127.0.0.1", "api.example"))
    transports.append(transport)
    resolves_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    with pytest.raises(
        TransportError,
        match=r"GET /x: cannot connect to http://api.example:\d+: Conn.* refused$",
    ) as raised:
        transport.send(GET)
    assert not raised.value.sent


def test_a_name_that_does_not_resolve_is_one_clear_error(
    transports: list[HTTPTransport],
) -> None:
    transport = HTTPTransport("http://nowhere.invalid")
    transports.append(transport)
    with pytest.raises(
        TransportError, match=r"cannot connect to http://nowhere\.invalid:80: .*[a-z]"
    ) as raised:
        transport.send(GET)
    assert not raised.value.sent


def test_a_name_that_is_looked_up_for_too_long_is_given_up_and_looked_up_once(
    transports: list[HTTPTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = Lookups(monkeypatch)
    try:
        with faulty(sends(answers(b"ok"))) as server:
            url = server.url.replace("127.0.0.1", "slow.example")
            transport = HTTPTransport(url)
            transports.append(transport)
            for _ in range(3):
                with pytest.raises(TransportError, match=f"to {url}: no answer in time") as raised:
                    transport.send(Request("GET", "/x", timeout=0.01))
                assert not raised.value.sent
            assert lookups.asked.acquire(timeout=60)
            assert lookups.begun == ["slow.example"]
            lookups.answer.set()
            assert transport.send(GET).body == b"ok"
    finally:
        lookups.answer.set()
