"""Webhooks of the program under test: its manifests name Services, and there is no cluster.

As in the envtest of controller-runtime, a Service in them is replaced by a local address, with
a certificate made for it, at which the test has its own server listen.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kube.runtime.trees import Tree

if TYPE_CHECKING:
    import ssl

CONFIGURATIONS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_HOST = "127.0.0.1"


class WebhookServing(msgspec.Struct, frozen=True):
    """Where a test's webhook server has to listen, and with which certificate.

    `cert_dir` has `tls.crt` and `tls.key`, as a mounted Secret has them.
    """

    host: str
    port: int
    cert_dir: Path

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}"

    def ssl_context(self) -> ssl.SSLContext:
        """The context of a server with this certificate."""
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert_dir / "tls.crt", self.cert_dir / "tls.key")
        return context


def serving(folder: Path) -> WebhookServing:
    """A free port, and a certificate in the folder. Raises OSError, and ImportError for the library
    that makes certificates."""
    from kube.client.self_signed import self_signed

    try:
        certificate, key = self_signed()
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "webhooks need cryptography, for their certificate: "
            "pip install 'kube-codegen[controller]'",
            name=error.name,
        ) from None
    (folder / "tls.crt").write_bytes(certificate)
    (folder / "tls.key").write_bytes(key)
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port: int = free.getsockname()[1]
    return WebhookServing(_HOST, port, folder)


def pointed(manifests: Iterable[Tree], to: WebhookServing) -> list[Tree]:
    """The manifests with their webhooks at the local address, those of CRDs for conversion too."""
    bundle = base64.b64encode((to.cert_dir / "tls.crt").read_bytes()).decode()
    return [_pointed(tree, to.url, bundle) for tree in manifests]


def _pointed(tree: Tree, url: str, bundle: str) -> Tree:
    if tree["kind"] in CONFIGURATIONS:
        webhooks = [_at(webhook, url, bundle) for webhook in tree.get("webhooks") or ()]
        return {**tree, "webhooks": webhooks}
    spec = tree.get("spec") or {}
    conversion = spec.get("conversion") or {} if isinstance(spec, dict) else {}
    if tree["kind"] != "CustomResourceDefinition" or conversion.get("strategy") != "Webhook":
        return tree
    webhook = _at(conversion.get("webhook") or {}, url, bundle)
    return {**tree, "spec": {**spec, "conversion": {**conversion, "webhook": webhook}}}


def _at(webhook: dict[str, Any], url: str, bundle: str) -> dict[str, Any]:
    """A webhook that is a Service at the local address; any other as it is."""
    service = (webhook.get("clientConfig") or {}).get("service")
    if not service:
        return webhook
    path = str(service.get("path") or "").lstrip("/")
    return {**webhook, "clientConfig": {"url": f"{url}/{path}", "caBundle": bundle}}
