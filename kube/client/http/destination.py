"""`Destination`: what both drivers know of the server that they send requests to. No waiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kube.client.http.dialer import Dialer
from kube.client.http.failures import Failure
from kube.client.http.head import HeaderEncoder, request_head
from kube.client.http.route import Route
from kube.client.tls import TLS
from kube.client.transport import Request, TransportError, target

if TYPE_CHECKING:
    import ssl


class Destination:
    """A server, the way to it, and what each request to it has in common.

    Raises TransportError for a URL that is not valid.
    """

    def __init__(
        self,
        server: str,
        tls: TLS | None,
        proxy: str | None,
        headers: Sequence[tuple[str, str]],
        address: str | None = None,
    ) -> None:
        self._route = Route.to(server, proxy, address)
        self._tls = (tls or TLS()) if self._route.is_secure else None
        self._server_name = (tls and tls.server_name) or self._route.server.host
        self._prefix = self._route.prefix()
        self._headers = HeaderEncoder((*self._route.headers(), *headers))

    def head(self, request: Request) -> bytes:
        """The request but for its body. Raises TransportError."""
        return request_head(
            request.method,
            self._prefix + target(request),
            self._headers.encode(request.headers),
            request.body,
        )

    def context(self) -> ssl.SSLContext | None:
        """For the TLS of new connections; others are not used any more. Raises TransportError."""
        return self._tls.context() if self._tls is not None else None

    def has_renewed(self, context: ssl.SSLContext | None, failure: Failure) -> bool:
        """Whether there are other certificates by now than those that may have been refused."""
        if self._tls is None or context is None or not failure.may_be_a_refused_certificate:
            return False
        return self._tls.renewed_since(context)

    def dialer(self, context: ssl.SSLContext | None) -> Dialer:
        return Dialer(self._route, self._server_name, context)

    def describe(self, request: Request, failure: Failure) -> TransportError:
        """The error for the caller."""
        return failure.describe(request, self._route)
