"""What fails between us and a server, how it is told, and what may be sent again. Pure."""

from __future__ import annotations

import os
import re
import socket
import ssl
from enum import Enum

from kube.client.http.route import Route
from kube.client.transport import Request, TransportError

_USERINFO = re.compile(r"//[^/@\s]*@")


class Phase(Enum):
    """How far a request had come."""

    CONNECT = "cannot connect to {first}"
    PROXY = "cannot reach {server} through the proxy {first}"
    TLS = "cannot connect to {server}"
    ANSWER = "{server} did not answer"
    BODY = "the answer of {server} broke off"


class Failure(Exception):
    """A phase, and why it failed: the error of the system, of TLS, or of the protocol."""

    def __init__(self, phase: Phase, reason: BaseException) -> None:
        super().__init__(str(reason))
        self.phase = phase
        self.reason = reason

    @property
    def is_unsent(self) -> bool:
        """Whether the server surely saw nothing of the request."""
        if self.phase in (Phase.CONNECT, Phase.PROXY, Phase.TLS):
            return True
        # In TLS 1.3 our refusal of a certificate may come with the first read.
        return isinstance(self.reason, ssl.SSLCertVerificationError)

    @property
    def may_be_a_refused_certificate(self) -> bool:
        """Whether newer certificates may help.

        In TLS 1.3 a server refuses ours after the handshake, and the connection just breaks.
        """
        broken = not isinstance(self.reason, TimeoutError)
        return broken and self.phase in (Phase.TLS, Phase.ANSWER)

    def describe(self, request: Request, route: Route) -> TransportError:
        """The error for the caller. It shows no credential."""
        where = self.phase.value.format(first=route.first, server=route.server)
        reason = _USERINFO.sub("//", self._reason_text())
        if isinstance(self.reason, TimeoutError):
            reason = f"no answer in time ({reason})" if reason else "no answer in time"
        message = f"{request.method} {request.path}: {where}: {reason}"
        return TransportError(message, sent=not self.is_unsent)

    def _reason_text(self) -> str:
        reason = self.reason
        if isinstance(reason, socket.gaierror):
            return reason.strerror or str(reason)
        if isinstance(reason, ssl.SSLError):
            return str(reason.args[-1]) if reason.args else "TLS failed"
        if isinstance(reason, OSError) and reason.errno:
            return os.strerror(reason.errno)
        return str(reason) or ("" if isinstance(reason, TimeoutError) else type(reason).__name__)


def may_repeat(
    request: Request, failure: Failure, *, reused: bool, received: bool, renewed: bool
) -> bool:
    """Whether a failed request may be sent once more, over a new connection.

    The server may close a kept connection (`reused`) just as we use it. As in Go, what only reads
    is sent once more then; a write is not, for it may have been carried out, unless the server
    surely did not see it. The same holds where TLS failed and there are other certificates by now
    (`renewed`). After a part of an answer, or at the end of its time, nothing is sent again.
    """
    if received or isinstance(failure.reason, TimeoutError) or not (reused or renewed):
        return False
    return failure.is_unsent or request.method in ("GET", "HEAD")
