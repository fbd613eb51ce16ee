"""The requests to webhooks, over HTTPS. Answers are judged as client-go's REST client does."""

from __future__ import annotations

import base64
import binascii
import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import msgspec

from kube.client.http.transport import HTTPTransport
from kube.client.tls import TLS
from kube.client.transport import Request, Response, TransportError
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.webhooks import services
from kube.runtime.trees import Tree

_HEADERS = {"content-type": "application/json", "accept": "application/json, */*"}
_REDIRECTS = 10
_LONGEST_TEXT = 2048


class CallError(Exception):
    """A webhook was not reached, or did not answer with success."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a webhook is. `address` is None where the URL says it; `fault` is why there is none."""

    url: str
    ca: str
    address: str | None = None
    fault: str = ""


def endpoint(state: State, config: Tree) -> Endpoint:
    """The endpoint of a clientConfig; the caller holds the lock."""
    ca, reference = str(config.get("caBundle") or ""), config.get("service")
    if not reference:
        return Endpoint(str(config.get("url") or ""), ca)
    where = f"{services.server_name(reference)}:{services.port_of(reference)}"
    path = str(reference.get("path") or "")
    url = f"https://{where}{path if path.startswith('/') else f'/{path}'}"
    try:
        return Endpoint(url, ca, f"https://{services.address(state, reference)}")
    except services.ServiceError as error:
        return Endpoint(url, ca, fault=str(error))


def call(webhook: Endpoint, body: bytes, timeout: float) -> bytes:
    """Post a review and return the answer's body; raises CallError.

    It takes its time, at most `timeout` seconds: the lock must not be held.
    """
    told = f"{math.ceil(timeout)}s"
    shown = f'Post "{webhook.url}?timeout={told}"'
    if webhook.fault:
        raise CallError(f"{shown}: {webhook.fault}")
    try:
        answer = _post(webhook, body, timeout, [("timeout", told)])
    except (TransportError, ValueError) as error:
        raise CallError(f"{shown}: {error}") from error
    if not 200 <= answer.status <= 206:
        raise CallError(_refusal(answer))
    if not answer.body:
        kind = answer.headers.get("content-type", "")
        raise CallError(
            f"0-length response with status code: {answer.status} and content type: {kind}"
        )
    return answer.body


def _post(webhook: Endpoint, body: bytes, timeout: float, query: list[tuple[str, str]]) -> Response:
    """The answer, wherever redirections lead; raises TransportError, and ValueError for the CA."""
    tls, deadline = _trusting(webhook), time.monotonic() + timeout
    url, address, method, sent = webhook.url, webhook.address, "POST", body
    for _ in range(_REDIRECTS + 1):
        parts = urlsplit(url)
        transport = HTTPTransport(f"{parts.scheme}://{parts.netloc}", tls=tls, address=address)
        left = max(deadline - time.monotonic(), 0.0)
        path = unquote(parts.path) or "/"
        request = Request(method, path, query, _HEADERS, sent or None, left)
        try:
            answer = transport.send(request)
        finally:
            transport.close()
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTING or not location:
            return answer
        if answer.status in (301, 302, 303):
            method, sent = "GET", b""
        target = urljoin(url, location)
        if urlsplit(target).netloc != parts.netloc:
            address = None
        url, query = target, parse_qsl(urlsplit(target).query, keep_blank_values=True)
    raise TransportError(f"stopped after {_REDIRECTS} redirects")


def _trusting(webhook: Endpoint) -> TLS:
    try:
        bundle = base64.b64decode(webhook.ca, validate=True)
    except binascii.Error as error:
        raise ValueError(f"caBundle is not valid base64: {error}") from None
    # A redirection does not change whose certificate is wanted of a Service.
    name = str(urlsplit(webhook.url).hostname) if webhook.address else ""
    return TLS(ca_data=bundle, server_name=name)


def _refusal(answer: Response) -> str:
    """Why an answer is not one of success: by its Status, else by its code."""
    told = _status(answer.body)
    if told is not None:
        return told
    kind = answer.headers.get("content-type", "")
    text = "unknown"
    if not kind or kind.startswith("text/"):
        text = answer.body[:_LONGEST_TEXT].decode(errors="replace").strip()
    if answer.status in (403, 406, 415):
        return text
    if answer.status in _MEANINGS:
        return _MEANINGS[answer.status]
    if answer.status >= 500:
        shown = json.dumps(text, ensure_ascii=False)
        return f"an error on the server ({shown}) has prevented the request from succeeding"
    return (
        f"the server responded with the status code {answer.status} but did not return more "
        "information"
    )


def _status(body: bytes) -> str | None:
    """The message of a Status that tells of a failure."""
    try:
        tree = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    if not isinstance(tree, dict) or (tree.get("kind"), tree.get("apiVersion")) != ("Status", "v1"):
        return None
    return str(tree.get("message") or "") if tree.get("status") != "Success" else None


_REDIRECTING = frozenset((301, 302, 303, 307, 308))
_MEANINGS: Mapping[int, str] = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    409: "the server reported a conflict",
    422: "the server rejected our request due to an error in our request",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be "
    "processing the request",
}
