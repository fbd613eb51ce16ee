# Derived from tests/kube/client/_async/test_rest.py: python hack/unasync.py. DO NOT EDIT.
"""The REST client: headers, retries, renewal of credentials, the rate limit, typed errors."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry

from kube.client import Config, RESTClient, TransportError
from kube.client.prometheus import PrometheusMetrics
from kube.runtime import errors
from tests.kube.client.scripted import ScriptedTransport, answer, refusal

BUSY = answer(429, b"slow down\n", {"retry-after": "0"})


class Tokens:
    """Credentials that go through a list of tokens."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.renewals = 0

    def headers(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._tokens[0]}"}

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        self.renewals += 1
        if len(self._tokens) == 1:
            return False
        self._tokens.pop(0)
        return True


def test_a_request_says_who_asks_and_what_it_accepts() -> None:
    transport = ScriptedTransport(answer(200, b"{}"))
    RESTClient(transport, user_agent="me").request("GET", "/version")
    assert transport.requests[0].headers == {"accept": "application/json", "user-agent": "me"}


def test_retry_after_is_honoured_for_429_and_5xx() -> None:
    unavailable = answer(503, b"", {"retry-after": "0"})
    transport = ScriptedTransport(BUSY, unavailable, answer(200, b"fine"))
    response = RESTClient(transport).request("POST", "/x", body=b"{}")
    assert (response.body, len(transport.requests)) == (b"fine", 3)


def test_retries_end_after_ten() -> None:
    transport = ScriptedTransport(BUSY)
    with pytest.raises(errors.TooManyRequestsError) as raised:
        RESTClient(transport).request("GET", "/x")
    assert len(transport.requests) == 11
    assert raised.value.retry_after == 0


@pytest.mark.parametrize("code", [429, 500, 503])
def test_without_retry_after_nothing_is_sent_again(code: int) -> None:
    transport = ScriptedTransport(answer(code, b"no"))
    with pytest.raises(errors.APIError):
        RESTClient(transport).request("GET", "/x")
    assert len(transport.requests) == 1


def test_a_refused_stream_is_retried_and_typed_like_a_request() -> None:
    transport = ScriptedTransport(BUSY, refusal(403, "Forbidden"))
    with pytest.raises(errors.ForbiddenError):
        with RESTClient(transport).stream("/x"):
            pass
    assert (len(transport.requests), transport.open_streams) == (2, 0)


def test_a_401_renews_the_credentials_once_and_asks_again() -> None:
    transport = ScriptedTransport(refusal(401, "Unauthorized"), answer(200, b"{}"))
    rest = RESTClient(transport, credentials=Tokens("old", "new"))
    rest.request("GET", "/x")
    sent = [request.headers["authorization"] for request in transport.requests]
    assert sent == ["Bearer old", "Bearer new"]


def test_a_401_after_a_429_renews_the_credentials_too() -> None:
    transport = ScriptedTransport(BUSY, refusal(401, "Unauthorized"), answer(200, b"{}"))
    rest = RESTClient(transport, credentials=Tokens("old", "new"))
    rest.request("GET", "/x")
    sent = [request.headers["authorization"] for request in transport.requests]
    assert sent == ["Bearer old", "Bearer old", "Bearer new"]


def test_a_401_to_renewed_credentials_is_final() -> None:
    transport = ScriptedTransport(refusal(401, "Unauthorized"))
    rest = RESTClient(transport, credentials=Tokens("a", "b", "c"))
    with pytest.raises(errors.UnauthorizedError):
        rest.request("GET", "/x")
    assert len(transport.requests) == 2


def test_a_401_to_credentials_that_cannot_change_is_final_at_once() -> None:
    transport = ScriptedTransport(refusal(401, "Unauthorized"))
    with pytest.raises(errors.UnauthorizedError):
        RESTClient(transport, credentials=Tokens("only")).request("GET", "/x")
    assert len(transport.requests) == 1


def test_an_error_that_is_not_a_status_is_readable() -> None:
    page = b"<html><head></head><body><h1>502 Bad Gateway</h1>\nnginx</body></html>"
    transport = ScriptedTransport(answer(502, page, {"content-type": "text/html"}))
    with pytest.raises(errors.InternalError) as raised:
        RESTClient(transport).request("GET", "/x")
    assert str(raised.value) == "the server answered 502 to GET /x: 502 Bad Gateway"
    assert raised.value.code == 502


def test_no_credential_shows_in_a_request_or_an_error() -> None:
    transport = ScriptedTransport(answer(500, b"no"))
    rest = RESTClient(transport, credentials=Tokens("s3cret"))
    with pytest.raises(errors.APIError) as raised:
        rest.request("POST", "/x", body=b"s3cret")
    assert "s3cret" not in f"{raised.value!r} {raised.value} {transport.requests}"


def test_the_rate_limit_makes_requests_wait_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    waits = []

    def sleep(seconds: float) -> None:
        nonlocal now
        waits.append(round(seconds, 3))
        now += seconds

    monkeypatch.setattr("kube.client._sync.rest.sleep", sleep)
    transport = ScriptedTransport(answer(200, b"{}"))
    rest = RESTClient(transport, qps=5, burst=2, clock=lambda: now)
    for _ in range(4):
        rest.request("GET", "/x")
    assert waits == [0.2, 0.2]


def test_each_warning_of_the_server_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    header = '299 - "unknown field \\"spec.x\\"", 299 - "v1beta1 is deprecated"'
    transport = ScriptedTransport(answer(200, b"{}", {"warning": header}))
    rest = RESTClient(transport)
    for _ in range(2):
        rest.request("GET", "/x")
    assert [record.getMessage() for record in caplog.records] == [
        'the API server warns: unknown field "spec.x"',
        "the API server warns: v1beta1 is deprecated",
    ]


def test_metrics_have_the_names_that_dashboards_know() -> None:
    registry = CollectorRegistry()
    recorder = PrometheusMetrics(registry).for_config(Config(server="https://me:pw@x:6443/base"))
    refused = TransportError("GET /x: refused")
    transport = ScriptedTransport(BUSY, answer(200, b"{}"), refused, answer(200, b""))
    rest = RESTClient(transport, recorder=recorder)
    rest.request("POST", "/x")
    with pytest.raises(TransportError):
        rest.request("GET", "/x")
    with rest.stream("/x"):
        pass

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, {"host": "x:6443", **labels})

    assert value("rest_client_requests_total", code="429", method="POST") == 1
    assert value("rest_client_requests_total", code="200", method="POST") == 1
    assert value("rest_client_requests_total", code="<error>", method="GET") == 1
    assert value("rest_client_requests_total", code="200", method="GET") == 1
    assert value("rest_client_request_retries_total", code="429", verb="POST") == 1
    assert value("rest_client_request_duration_seconds_count", verb="GET") == 2
    assert value("rest_client_rate_limiter_duration_seconds_count", verb="POST") == 2
