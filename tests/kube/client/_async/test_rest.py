"""The REST client: headers, retries, renewal of credentials, the rate limit, typed errors."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry

from kube.client import AsyncRESTClient, Config, TransportError
from kube.client.prometheus import PrometheusMetrics
from kube.runtime import errors
from tests.kube.client.scripted import AsyncScriptedTransport, answer, refusal

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


async def test_a_request_says_who_asks_and_what_it_accepts() -> None:
    transport = AsyncScriptedTransport(answer(200, b"{}"))
    await AsyncRESTClient(transport, user_agent="me").request("GET", "/version")
    assert transport.requests[0].headers == {"accept": "application/json", "user-agent": "me"}


async def test_retry_after_is_honoured_for_429_and_5xx() -> None:
    unavailable = answer(503, b"", {"retry-after": "0"})
    transport = AsyncScriptedTransport(BUSY, unavailable, answer(200, b"fine"))
    response = await AsyncRESTClient(transport).request("POST", "/x", body=b"{}")
    assert (response.body, len(transport.requests)) == (b"fine", 3)


async def test_retries_end_after_ten() -> None:
    transport = AsyncScriptedTransport(BUSY)
    with pytest.raises(errors.TooManyRequestsError) as raised:
        await AsyncRESTClient(transport).request("GET", "/x")
    assert len(transport.requests) == 11
    assert raised.value.retry_after == 0


@pytest.mark.parametrize("code", [429, 500, 503])
async def test_without_retry_after_nothing_is_sent_again(code: int) -> None:
    transport = AsyncScriptedTransport(answer(code, b"no"))
    with pytest.raises(errors.APIError):
        await AsyncRESTClient(transport).request("GET", "/x")
    assert len(transport.requests) == 1


async def test_a_refused_stream_is_retried_and_typed_like_a_request() -> None:
    transport = AsyncScriptedTransport(BUSY, refusal(403, "Forbidden"))
    with pytest.raises(errors.ForbiddenError):
        async with AsyncRESTClient(transport).stream("/x"):
            pass
    assert (len(transport.requests), transport.open_streams) == (2, 0)


async def test_a_401_renews_the_credentials_once_and_asks_again() -> None:
    transport = AsyncScriptedTransport(refusal(401, "Unauthorized"), answer(200, b"{}"))
    rest = AsyncRESTClient(transport, credentials=Tokens("old", "new"))
    await rest.request("GET", "/x")
    sent = [request.headers["authorization"] for request in transport.requests]
    assert sent == ["Bearer old", "Bearer new"]


async def test_a_401_after_a_429_renews_the_credentials_too() -> None:
    transport = AsyncScriptedTransport(BUSY, refusal(401, "Unauthorized"), answer(200, b"{}"))
    rest = AsyncRESTClient(transport, credentials=Tokens("old", "new"))
    await rest.request("GET", "/x")
    sent = [request.headers["authorization"] for request in transport.requests]
    assert sent == ["Bearer old", "Bearer old", "Bearer new"]


async def test_a_401_to_renewed_credentials_is_final() -> None:
    transport = AsyncScriptedTransport(refusal(401, "Unauthorized"))
    rest = AsyncRESTClient(transport, credentials=Tokens("a", "b", "c"))
    with pytest.raises(errors.UnauthorizedError):
        await rest.request("GET", "/x")
    assert len(transport.requests) == 2


async def test_a_401_to_credentials_that_cannot_change_is_final_at_once() -> None:
    transport = AsyncScriptedTransport(refusal(401, "Unauthorized"))
    with pytest.raises(errors.UnauthorizedError):
        await AsyncRESTClient(transport, credentials=Tokens("only")).request("GET", "/x")
    assert len(transport.requests) == 1


async def test_an_error_that_is_not_a_status_is_readable() -> None:
    page = b"<html><head></head><body><h1>502 Bad Gateway</h1>\nnginx</body></html>"
    transport = AsyncScriptedTransport(answer(502, page, {"content-type": "text/html"}))
    with pytest.raises(errors.InternalError) as raised:
        await AsyncRESTClient(transport).request("GET", "/x")
    assert str(raised.value) == "the server answered 502 to GET /x: 502 Bad Gateway"
    assert raised.value.code == 502


async def test_no_credential_shows_in_a_request_or_an_error() -> None:
    transport = AsyncScriptedTransport(answer(500, b"no"))
    rest = AsyncRESTClient(transport, credentials=Tokens("s3cret"))
    with pytest.raises(errors.APIError) as raised:
        await rest.request("POST", "/x", body=b"s3cret")
    assert "s3cret" not in f"{raised.value!r} {raised.value} {transport.requests}"


async def test_the_rate_limit_makes_requests_wait_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    waits = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        waits.append(round(seconds, 3))
        now += seconds

    monkeypatch.setattr("kube.client._async.rest.async_sleep", sleep)
    transport = AsyncScriptedTransport(answer(200, b"{}"))
    rest = AsyncRESTClient(transport, qps=5, burst=2, clock=lambda: now)
    for _ in range(4):
        await rest.request("GET", "/x")
    assert waits == [0.2, 0.2]


async def test_each_warning_of_the_server_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    header = '299 - "unknown field \\"spec.x\\"", 299 - "v1beta1 is deprecated"'
    transport = AsyncScriptedTransport(answer(200, b"{}", {"warning": header}))
    rest = AsyncRESTClient(transport)
    for _ in range(2):
        await rest.request("GET", "/x")
    assert [record.getMessage() for record in caplog.records] == [
        'the API server warns: unknown field "spec.x"',
        "the API server warns: v1beta1 is deprecated",
    ]


async def test_metrics_have_the_names_that_dashboards_know() -> None:
    registry = CollectorRegistry()
    recorder = PrometheusMetrics(registry).for_config(Config(server="https://me:pw@x:6443/base"))
    refused = TransportError("GET /x: refused")
    transport = AsyncScriptedTransport(BUSY, answer(200, b"{}"), refused, answer(200, b""))
    rest = AsyncRESTClient(transport, recorder=recorder)
    await rest.request("POST", "/x")
    with pytest.raises(TransportError):
        await rest.request("GET", "/x")
    async with rest.stream("/x"):
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
