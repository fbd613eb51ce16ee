"""Laws of the pure parts, on random input."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.client.retries import conflict_delays, retry_delay, warnings_in
from kube.client.transport import TransportError
from kube.client.watch_events import LineSplitter
from kube.rate_limiting import TokenBucket
from kube.runtime import errors


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)), st.data())
def test_lines_do_not_depend_on_how_the_stream_was_cut(
    lines: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    splitter = LineSplitter()
    got = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += splitter.feed(stream[start:end])
    splitter.finish()
    assert got == [line for line in lines if line]


@given(st.binary(min_size=1).filter(lambda rest: b"\n" not in rest))
def test_a_stream_that_ends_inside_a_line_is_cut_off(rest: bytes) -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"whole\n" + rest) == [b"whole"]
    with pytest.raises(TransportError):
        splitter.finish()


@given(
    st.floats(0.1, 1000),
    st.integers(1, 50),
    st.lists(st.floats(0, 5), min_size=1, max_size=100),
)
def test_no_window_of_time_sees_more_than_the_rate_allows(
    qps: float, burst: int, pauses: list[float]
) -> None:
    bucket = TokenBucket(qps, burst)
    now, sent = 1000.0, []
    for pause in pauses:
        now += pause
        sent.append(now + bucket.reserve(now))
    for i, first in enumerate(sent):
        for count, last in enumerate(sent[i:], start=1):
            assert count <= burst + qps * (last - first) + 1e-6 * count + 1e-3
    assert sent == sorted(sent)


def test_a_negative_rate_is_no_limit() -> None:
    bucket = TokenBucket(-1, 1)
    assert [bucket.reserve(0) for _ in range(100)] == [0] * 100


@given(st.integers(100, 599), st.text(), st.integers(0, 20))
def test_only_429_and_5xx_with_retry_after_are_retried(
    status: int, value: str, attempt: int
) -> None:
    delay = retry_delay(status, {"retry-after": value}, attempt)
    asked = value.isascii() and value.isdigit()
    assert (delay is not None) == (asked and attempt < 10 and (status == 429 or status >= 500))
    assert retry_delay(status, {}, attempt) is None


def test_a_retry_waits_even_where_the_server_says_that_it_need_not() -> None:
    assert retry_delay(429, {"retry-after": "0"}, 0) == 0.1
    assert retry_delay(429, {"retry-after": "7"}, 0) == 7


def test_the_pauses_between_conflicts_are_jittered_and_end() -> None:
    pauses = list(conflict_delays(5, 0.01, 1.0, 0.1))
    assert pauses[-1] is None
    assert len(pauses) == 5
    assert all(pause is None or 0.01 <= pause <= 0.011 for pause in pauses)
    assert not math.isclose(pauses[0] or 0, pauses[1] or 0, rel_tol=1e-12)


@given(st.integers(300, 599), st.binary())
def test_any_answer_becomes_a_readable_error(code: int, body: bytes) -> None:
    error = errors.from_response(code, {"content-type": "text/html"}, body, asked="GET /x")
    assert error.code == code
    assert str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("cls", sorted(errors._CLASSES, key=lambda c: c.__name__))
def test_each_reason_has_its_class(cls: type[errors.APIError]) -> None:
    status = errors.Status(reason=cls.reason_name, code=cls.http_code, message="m")
    error = errors.from_status(status)
    assert type(error) is cls
    assert (error.reason, error.code, str(error)) == (cls.reason_name, cls.http_code, "m")


@pytest.mark.parametrize(
    ("code", "cls"),
    [
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (410, errors.ExpiredError),
        (500, errors.InternalError),
        (502, errors.InternalError),
        (504, errors.GatewayTimeoutError),
        (418, errors.APIError),
    ],
)
def test_without_a_reason_the_code_decides(code: int, cls: type[errors.APIError]) -> None:
    assert type(errors.from_status(errors.Status(code=code))) is cls


def test_a_version_from_the_future_has_its_own_class() -> None:
    body = (
        b'{"kind":"Status","reason":"Timeout","code":504,"details":{"retryAfterSeconds":1,'
        b'"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}]}}'
    )
    error = errors.from_response(504, {}, body)
    assert type(error) is errors.ResourceVersionTooLargeError
    assert error.retry_after == 1
    assert error.causes[0].message == "Too large resource version"


@given(st.text())
def test_warnings_never_fail(header: str) -> None:
    assert isinstance(warnings_in(header), list)
