"""The small pure parts: heads of requests, routes, handshakes with proxies, idle connections."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from kube.client import TransportError
from kube.client.http.addresses import in_turn
from kube.client.http.exchange import ProtocolError
from kube.client.http.failures import Failure, Phase, may_repeat
from kube.client.http.head import HeaderEncoder, header_lines, request_head
from kube.client.http.idle import IDLE_SECONDS, MOST_IDLE, IdleConnections
from kube.client.http.route import Endpoint, Route
from kube.client.http.tunnel import Handshake, TunnelError, connect, socks5
from kube.client.transport import Request


def test_a_head_is_what_goes_over_the_network() -> None:
    head = request_head("PUT", "/a?b=c", header_lines([("host", "h"), ("x", "é")]), b"12")
    assert head == b"PUT /a?b=c HTTP/1.1\r\nhost: h\r\nx: \xe9\r\ncontent-length: 2\r\n\r\n"


def test_renewed_credentials_are_sent_and_old_ones_do_not_pile_up() -> None:
    encoder = HeaderEncoder([("host", "h")])
    for n in range(1000):
        assert encoder.encode({"authorization": f"Bearer {n}"}) == (
            f"host: h\r\nauthorization: Bearer {n}\r\n".encode()
        )
    assert len(encoder._encoded) < 100


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_write_without_a_body_says_so(method: str) -> None:
    assert b"content-length: 0\r\n" in request_head(method, "/", b"", None)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_requests_without_a_body_name_no_length(method: str) -> None:
    assert b"content-length" not in request_head(method, "/", b"", None)


@pytest.mark.parametrize(
    "header",
    [
        ("authorization", "Bearer s3cret\r\nx-injected: yes"),
        ("authorization", "Bearer s3cret\n"),
        ("authorization", "s3cret\x00"),
        ("authorization", "s3cret\u4e2d"),
        ("x\r\ny", "s3cret"),
        ("x y", "s3cret"),
        ("", "s3cret"),
    ],
)
def test_a_header_cannot_end_early_and_its_value_is_not_shown(header: tuple[str, str]) -> None:
    with pytest.raises(TransportError) as raised:
        header_lines([header])
    assert not raised.value.sent
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("server", "proxy", "first", "prefix", "host"),
    [
        ("http://h", None, "http://h:80", "", "h"),
        ("https://h", None, "https://h:443", "", "h"),
        ("https://h:6443/base/", None, "https://h:6443", "/base", "h:6443"),
        ("https://[::1]:6443", None, "https://[::1]:6443", "", "[::1]:6443"),
        ("http://[fe80::1%25eth0]", None, "http://[fe80::1]:80", "", "[fe80::1]"),
        ("http://h:8001/base", "http://p:3128", "http://p:3128", "http://h:8001/base", "h:8001"),
        ("https://h:6443", "http://p:3128", "http://p:3128", "", "h:6443"),
        ("http://h", "socks5://p", "socks5://p:1080", "", "h"),
    ],
)
def test_a_route_says_where_to_connect_and_what_to_ask_for(
    server: str, proxy: str | None, first: str, prefix: str, host: str
) -> None:
    route = Route.to(server, proxy)
    assert str(route.first) == first
    assert route.prefix() == prefix
    assert route.headers() == [("host", host)]


def test_a_zone_is_part_of_the_address_to_connect_to() -> None:
    assert Endpoint.parse("http://[fe80::1%25eth0]").host == "fe80::1%eth0"


def test_a_proxy_for_plain_requests_gets_its_credentials_with_each_of_them() -> None:
    route = Route.to("http://h", "http://me:p%40ss@p:3128")
    assert ("proxy-authorization", "Basic bWU6cEBzcw==") in route.headers()
    assert Route.to("https://h", "http://me:p%40ss@p:3128").headers() == [("host", "h")]
    assert "p@ss" not in str(route)


@pytest.mark.parametrize("url", ["h:80", "ftp://h", "http://", "http://s3cret@h:port"])
def test_a_url_that_is_not_valid_is_an_error_that_does_not_show_it(url: str) -> None:
    with pytest.raises(TransportError) as raised:
        Route.to(url, None)
    assert "s3cret" not in str(raised.value)


def converse(handshake: Handshake, *answers: bytes) -> list[bytes]:
    """What the handshake sends; it has to be over after the answers."""
    sent = [next(handshake)]
    for answer in answers[:-1]:
        sent.append(handshake.send(answer))
    with pytest.raises(StopIteration):
        handshake.send(answers[-1])
    return [out for out in sent if out]


def test_connect_names_the_server_and_who_we_are() -> None:
    [sent] = converse(connect("h:6443", "me", "pw"), b"HTTP/1.1 200 Conn", b"ected\r\n\r\n")
    lines = sent.decode().split("\r\n")
    assert lines[0] == "CONNECT h:6443 HTTP/1.1"
    assert "host: h:6443" in lines
    assert "proxy-authorization: Basic bWU6cHc=" in lines


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 407 Auth\r\ncontent-length: 0\r\n\r\n", "answered CONNECT h:6443 with 407"),
        (b"HTTP/1.1 200 OK\r\n\r\nsurplus", "bytes that nobody asked for"),
        (b"SSH-2.0\r\n", "did not answer CONNECT"),
        (b"", "did not answer CONNECT"),
    ],
)
def test_a_proxy_that_does_not_connect_us_is_an_error(answer: bytes, message: str) -> None:
    handshake = connect("h:6443", "me", "s3cret")
    next(handshake)
    with pytest.raises(TunnelError, match=message) as raised:
        handshake.send(answer)
    assert "s3cret" not in str(raised.value)


def test_socks5_lets_the_proxy_resolve_the_name() -> None:
    sent = converse(
        socks5("host.example", 6443, None, ""),
        b"\x05",
        b"\x00",
        b"\x05\x00\x00\x01\x7f\x00\x00\x01",
        b"\x19\x2b",
    )
    assert sent == [b"\x05\x01\x00", b"\x05\x01\x00\x03\x0chost.example\x19\x2b"]


@pytest.mark.parametrize(
    ("host", "address"),
    [("10.0.0.1", b"\x01\x0a\x00\x00\x01"), ("::1", b"\x04" + bytes(15) + b"\x01")],
)
def test_socks5_is_given_addresses_as_such(host: str, address: bytes) -> None:
    answers = b"\x05\x00", b"\x05\x00\x00\x03\x01h\x00\x01"
    assert converse(socks5(host, 80, None, ""), *answers)[1] == b"\x05\x01\x00" + address + b"\x00P"


def test_socks5_logs_in_where_the_proxy_asks_for_it() -> None:
    sent = converse(
        socks5("::1", 80, "me", "pw"), b"\x05\x02", b"\x01\x00", b"\x05\x00\x00\x04" + bytes(18)
    )
    assert sent[:2] == [b"\x05\x02\x00\x02", b"\x01\x02me\x02pw"]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([b"\x04\x00"], "does not speak SOCKS5"),
        ([b"HTTP/1.1 400"], "does not speak SOCKS5"),
        ([b"\x05\xff"], "accepts none of the ways"),
        ([b"\x05\x02", b"\x01\x01"], "refused the username and password"),
        ([b"\x05\x00", b"\x05\x05\x00\x01\x00"], "cannot reach h:80: connection refused"),
        ([b"\x05\x00", b"\x05\x00\x00\x09\x00"], "does not speak SOCKS5"),
        ([b"\x05\x00", b"\x05\x00\x00\x01" + bytes(7)], "bytes that nobody asked for"),
        ([b"\x05\x00", b""], "closed the connection"),
    ],
)
def test_a_socks_proxy_that_does_not_connect_us_is_an_error(
    answers: list[bytes], message: str
) -> None:
    handshake = socks5("h", 80, "me", "s3cret")
    next(handshake)
    for answer in answers[:-1]:
        handshake.send(answer)
    with pytest.raises(TunnelError, match=message) as raised:
        handshake.send(answers[-1])
    assert "s3cret" not in str(raised.value)


def test_the_connection_that_became_idle_last_is_used_first_and_the_others_expire() -> None:
    idle: IdleConnections[str] = IdleConnections()
    for moment, name in enumerate("abc"):
        assert idle.put(name, moment) == []
    assert idle.take(3) == "c"
    assert idle.due_in(3) == IDLE_SECONDS - 3
    assert idle.take_expired(IDLE_SECONDS) == ["a"]
    assert idle.take(IDLE_SECONDS + 1) is None
    assert idle.take_all() == ["b"]
    assert idle.due_in(0) is None


def test_idle_connections_are_bounded() -> None:
    idle: IdleConnections[int] = IdleConnections()
    surplus = [each for n in range(MOST_IDLE + 2) for each in idle.put(n, n)]
    assert surplus == [0, 1]
    assert len(idle) == MOST_IDLE


def test_the_families_of_addresses_take_turns() -> None:
    v6, v4 = int(socket.AF_INET6), int(socket.AF_INET)
    found = [
        (family, 1, 6, "", (name, 1))
        for family, name in [(v6, "a"), (v6, "b"), (v6, "c"), (v4, "d")]
    ]
    assert [address[4][0] for address in in_turn(found)] == ["a", "d", "b", "c"]
    assert in_turn([]) == []


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "refused")
RESET = ConnectionResetError(errno.ECONNRESET, "reset")


@pytest.mark.parametrize(
    ("method", "failure", "reused", "received", "repeated"),
    [
        ("GET", Failure(Phase.ANSWER, RESET), True, False, True),
        ("HEAD", Failure(Phase.ANSWER, RESET), True, False, True),
        ("GET", Failure(Phase.ANSWER, ProtocolError("closed")), True, False, True),
        ("GET", Failure(Phase.ANSWER, RESET), False, False, False),
        ("GET", Failure(Phase.ANSWER, RESET), True, True, False),
        ("GET", Failure(Phase.ANSWER, TimeoutError()), True, False, False),
        ("PUT", Failure(Phase.ANSWER, RESET), True, False, False),
        ("DELETE", Failure(Phase.ANSWER, RESET), True, False, False),
        ("POST", Failure(Phase.ANSWER, RESET), True, False, False),
        ("GET", Failure(Phase.CONNECT, REFUSED), False, False, False),
    ],
)
def test_only_what_is_safe_is_sent_again(
    method: str, failure: Failure, reused: bool, received: bool, repeated: bool
) -> None:
    request = Request(method, "/")
    assert repeated == may_repeat(request, failure, reused=reused, received=received, renewed=False)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_handshake_that_failed_is_tried_again_with_newer_certificates(method: str) -> None:
    failure = Failure(Phase.TLS, ssl.SSLError(1, "bad certificate"))
    request = Request(method, "/")
    assert may_repeat(request, failure, reused=False, received=False, renewed=True)
    assert not may_repeat(request, failure, reused=False, received=False, renewed=False)


@pytest.mark.parametrize(
    ("failure", "text", "sent"),
    [
        (
            Failure(Phase.CONNECT, REFUSED),
            "cannot connect to http://p:3128: Connection refused",
            False,
        ),
        (
            Failure(Phase.PROXY, TunnelError("the proxy answered 407")),
            "cannot reach https://h:443 through the proxy http://p:3128: the proxy answered 407",
            False,
        ),
        (
            Failure(Phase.TLS, ssl.SSLCertVerificationError(1, "self-signed certificate")),
            "cannot connect to https://h:443: self-signed certificate",
            False,
        ),
        (
            Failure(Phase.ANSWER, TimeoutError()),
            "https://h:443 did not answer: no answer in time",
            True,
        ),
        (
            Failure(Phase.BODY, RESET),
            "the answer of https://h:443 broke off: Connection reset by peer",
            True,
        ),
    ],
)
def test_an_error_says_which_phase_failed_and_to_which_host(
    failure: Failure, text: str, sent: bool
) -> None:
    error = failure.describe(Request("GET", "/x"), Route.to("https://h", "http://me:pw@p:3128"))
    assert str(error) == f"GET /x: {text}"
    assert error.sent == sent
