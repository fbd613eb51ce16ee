"""The requests to webhooks, over HTTPS."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from kube.client.http.transport import HTTPTransport
from kube.client.tls import TLS
from kube.client.transport import Request, TransportError
from kube.runtime.trees import Tree

_HEADERS = {"content-type": "application/json", "accept": "application/json, */*"}


class CallError(Exception):
    """A webhook did not answer, or not with a review."""


def call(config: Tree, body: bytes, timeout: float) -> bytes:
    """Post a review and return the answer's body; `config` is a clientConfig.

    Raises CallError.
    """
    url = config.get("url")
    if not url:
        service = config.get("service") or {}
        where = f"{service.get('namespace', '')}/{service.get('name', '')}"
        raise CallError(
            f"there is no network to the service {where}: the embedded server calls webhooks by url"
        )
    parts = urlsplit(url)
    given = config.get("caBundle") or ""
    tls = TLS(ca_data=base64.b64decode(given)) if given else TLS()
    shown = f'Post "{url}{"&" if parts.query else "?"}timeout={timeout:g}s"'
    try:
        transport = HTTPTransport(f"{parts.scheme}://{parts.netloc}", tls=tls)
        try:
            query = [("timeout", f"{timeout:g}s")]
            request = Request("POST", parts.path or "/", query, _HEADERS, body, timeout)
            answer = transport.send(request)
        finally:
            transport.close()
    except TransportError as error:
        raise CallError(f"failed to call webhook: {shown}: {error}") from error
    if answer.status != 200:
        text = answer.body.decode(errors="replace").strip()
        why = text or "an error on the server has prevented the request from succeeding"
        raise CallError(f"failed to call webhook: {why} (status {answer.status})")
    return answer.body
