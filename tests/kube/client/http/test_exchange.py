"""The answer to a request, parsed from bytes: what is taken, what is refused, and what may follow.

Each case is fed whole and byte by byte, and has to come out the same.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass

import pytest

from kube.client.http.exchange import HEAD_LIMIT, Exchange, ProtocolError


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    complete: bool
    reusable: bool
    leftover: bytes = b""


def parse(data: bytes, method: str = "GET", *, piece: int = 0, ends: bool = False) -> Answer:
    exchange = Exchange(method)
    size = piece or max(1, len(data))
    for start in range(0, len(data), size):
        exchange.feed(data[start : start + size])
    if ends:
        exchange.end()
    return Answer(
        exchange.status,
        b"".join(exchange.take()),
        exchange.complete,
        exchange.reusable,
        exchange.leftover,
    )


def both_ways(data: bytes, method: str = "GET", *, ends: bool = False) -> Answer:
    whole = parse(data, method, ends=ends)
    assert parse(data, method, piece=1, ends=ends) == whole
    return whole


def refusal(data: bytes, method: str = "GET", *, ends: bool = True) -> str:
    with pytest.raises(ProtocolError) as whole:
        parse(data, method, ends=ends)
    with pytest.raises(ProtocolError):
        parse(data, method, piece=1, ends=ends)
    return str(whole.value)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "data",
    [
        OK + b"content-length: 2\r\n\r\nok",
        OK + b"transfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: Chunked\r\n\r\n2;name=value\r\nok\r\n0\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n02\r\nok\r\n0\r\nx-trailer: a\r\n\r\n",
        b"HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"content-length: 2\r\n\r\nok",
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 3 + OK + b"content-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
    ],
)
def test_a_whole_answer_leaves_the_connection_for_the_next_request(data: bytes) -> None:
    assert both_ways(data) == Answer(200, b"ok", complete=True, reusable=True)


@pytest.mark.parametrize(
    "data",
    [
        OK + b"content-length: 2\r\nconnection: close\r\n\r\nok",
        OK + b"content-length: 2\r\nConnection: keep-alive, Close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        OK + b"content-length: 2\r\n\r\nok" + OK + b"content-length: 0\r\n\r\n",
        OK + b"content-length: 2\r\n\r\nok!",
        OK + b"content-length: 2\r\nconnection: close\r\n\r\nok!",
        OK + b"transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore",
    ],
)
def test_a_connection_that_is_over_or_has_sent_too_much_is_not_used_again(data: bytes) -> None:
    assert both_ways(data) == Answer(200, b"ok", complete=True, reusable=False)


def test_a_connection_whose_server_closed_it_after_the_answer_is_not_used_again() -> None:
    answer = both_ways(OK + b"content-length: 2\r\n\r\nok", ends=True)
    assert answer == Answer(200, b"ok", complete=True, reusable=False)


def test_http_1_0_may_keep_its_connection() -> None:
    data = b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok"
    assert both_ways(data).reusable


def test_a_body_without_a_length_goes_to_the_end_of_the_connection() -> None:
    assert not both_ways(OK + b"\r\nok").complete
    assert both_ways(OK + b"\r\nok", ends=True) == Answer(200, b"ok", True, False)


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
@pytest.mark.parametrize("header", [b"", b"content-length: 5\r\n"])
def test_some_answers_have_no_body_whatever_their_head_says(status: bytes, header: bytes) -> None:
    data = b"HTTP/1.1 " + status + b"\r\n" + header + b"\r\n"
    assert both_ways(data) == Answer(int(status[:3]), b"", complete=True, reusable=True)
    assert not both_ways(data + b"HTTP/1.1 200 OK\r\n").reusable


def test_the_answer_to_head_has_no_body() -> None:
    data = OK + b"content-length: 5\r\n\r\n"
    assert both_ways(data, "HEAD") == Answer(200, b"", complete=True, reusable=True)
    assert not both_ways(data + b"12345", "HEAD").reusable


def test_after_connect_the_bytes_belong_to_the_tunnel() -> None:
    data = OK + b"\r\n\x16\x03\x01"
    answer = both_ways(data, "CONNECT")
    assert (answer.complete, answer.reusable, answer.leftover) == (True, False, b"\x16\x03\x01")
    refused = both_ways(b"HTTP/1.1 407 No\r\ncontent-length: 2\r\n\r\nno", "CONNECT")
    assert refused == Answer(407, b"no", complete=True, reusable=True)


def test_after_a_switch_of_protocols_the_bytes_belong_to_the_new_one() -> None:
    data = b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nraw"
    exchange = Exchange("GET")
    exchange.feed(data)
    assert (exchange.status, exchange.complete, exchange.reusable) == (101, True, False)
    assert exchange.leftover == b"raw"


def test_headers_of_one_name_are_joined_and_their_names_are_in_lower_case() -> None:
    exchange = Exchange("GET")
    exchange.feed(OK + b"Warning: 299 a\r\nWARNING: 299 b\r\nx-empty:\r\ncontent-length: 0\r\n\r\n")
    assert exchange.headers == {"warning": "299 a, 299 b", "x-empty": "", "content-length": "0"}


def test_trailers_are_not_taken_for_headers() -> None:
    exchange = Exchange("GET")
    exchange.feed(OK + b"transfer-encoding: chunked\r\n\r\n0\r\nwarning: 299 late\r\n\r\n")
    assert exchange.headers == {"transfer-encoding": "chunked"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "closed without an answer"),
        (OK + b"content-le", "within the head"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "within the head"),
        (OK + b"content-length: 5\r\n\r\n1234", "before the body"),
        (OK + b"transfer-encoding: chunked\r\n\r\n2\r\nok\r\n", "before the body"),
        (OK + b"transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n", "before the body"),
    ],
)
def test_an_answer_that_ends_early_is_an_error(data: bytes, message: str) -> None:
    if data:
        assert message in refusal(data)
    else:
        with pytest.raises(ProtocolError, match=message):
            Exchange("GET").end()


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n",
        OK + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"content-length: 2\r\ncontent-length: 3\r\n\r\nok",
        OK + b"content-length: -2\r\n\r\nok",
        OK + b"content-length: two\r\n\r\nok",
        OK + b"transfer-encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\nxyz\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        OK + b"folded: a\r\n b\r\ncontent-length: 0\r\n\r\n",
        OK + b"name : a\r\ncontent-length: 0\r\n\r\n",
        OK + b"name\x00: a\r\ncontent-length: 0\r\n\r\n",
        OK + b"name: a\x00b\r\ncontent-length: 0\r\n\r\n",
        OK + b"content-encoding: br\r\ncontent-length: 2\r\n\r\nok",
    ],
)
def test_what_could_be_understood_in_two_ways_is_refused(data: bytes) -> None:
    refusal(data)


BODY = b"kubernetes " * 1000


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_unpacked_whatever_its_pieces(members: int) -> None:
    packed = gzip.compress(BODY) * members
    head = OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed)
    assert both_ways(head + packed).body == BODY * members
    chunk = b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n" % len(packed)
    assert both_ways(OK + chunk + packed + b"\r\n0\r\n\r\n").body == BODY * members


def test_a_watch_can_be_read_while_its_gzip_goes_on() -> None:
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(b"one\n") + packer.flush(zlib.Z_SYNC_FLUSH)
    exchange = Exchange("GET")
    exchange.feed(OK + b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n")
    exchange.feed(b"%x\r\n%s\r\n" % (len(first), first))
    assert exchange.take() == [b"one\n"]


def test_an_empty_body_may_claim_to_be_compressed() -> None:
    assert both_ways(OK + b"content-encoding: gzip\r\ncontent-length: 0\r\n\r\n").body == b""


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(BODY)[:-4], b"not gzip", gzip.compress(BODY) + b"more"],
    # gzip contains the time: without names, two workers would collect different tests.
    ids=["cut", "not gzip", "followed"],
)
def test_gzip_that_is_broken_is_refused(packed: bytes) -> None:
    head = OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed)
    assert "gzip" in (text := refusal(head + packed)) or "compressed" in text


def test_a_body_may_be_bounded_and_a_bomb_is_noticed_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    exchange = Exchange("GET", body_limit=1_000_000)
    with pytest.raises(ProtocolError, match="exceeds 1000000 bytes"):
        exchange.feed(
            OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb) + bomb
        )
    assert exchange.body_size <= 2_100_000


@pytest.mark.parametrize(
    "endless",
    [
        b"x: " + b"a" * 10_000 + b"\r\n",
        b"a" * 10_000,
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
@pytest.mark.parametrize("piece", [1000, 10_000_000])
def test_a_head_that_does_not_end_is_refused_at_its_limit(endless: bytes, piece: int) -> None:
    start = b"" if endless.startswith(b"HTTP") else OK
    data = start + endless * (2 * HEAD_LIMIT // len(endless))
    with pytest.raises(ProtocolError, match="more than 256 KiB of headers"):
        parse(data, piece=piece)


@pytest.mark.parametrize("endless", [b"x-trailer: aaaaaaaa\r\n", b"y" * 1000])
def test_trailers_and_chunk_extensions_that_do_not_end_are_refused(endless: bytes) -> None:
    start = OK + b"transfer-encoding: chunked\r\n\r\n" + (b"0\r\n" if b":" in endless else b"2;")
    with pytest.raises(ProtocolError, match="more than 256 KiB of headers"):
        parse(start + endless * (2 * HEAD_LIMIT // len(endless)), piece=1000)


def test_a_long_body_of_many_small_chunks_is_no_head() -> None:
    data = OK + b"transfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * HEAD_LIMIT + b"0\r\n\r\n"
    assert len(parse(data, piece=65536).body) == HEAD_LIMIT
