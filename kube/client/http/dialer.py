"""How the driver for threads makes a connection: addresses, proxies, TLS."""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from contextlib import suppress

from kube.client.http.addresses import (
    STAGGER,
    AddressInfo,
    failure_of,
    in_turn,
    new_socket,
    numeric,
)
from kube.client.http.failures import Phase
from kube.client.http.route import Endpoint, Route
from kube.client.http.wire import Interruption, SocketWire, Wire, secure
from kube.client.tls import TLS


class Dialer:
    """Makes a connection, step by step; `phase` tells which step is under way."""

    def __init__(
        self,
        route: Route,
        tls: TLS | None,
        context: ssl.SSLContext | None,
        interruption: Interruption,
    ) -> None:
        self.phase = Phase.CONNECT
        self._route = route
        self._context = context
        self._server_name = (tls.server_name if tls is not None else None) or route.server.host
        self._interruption = interruption

    def run(self, deadline: float) -> Wire:
        """Raises OSError, of which TLS's errors and TimeoutError are kinds, and TunnelError."""
        first = self._route.first
        wire = SocketWire(open_socket(first, deadline, self._interruption))
        self._interruption.watch(wire.socket)
        try:
            if self._route.proxy is not None:
                self.phase = Phase.PROXY
                wire = self._through_proxy(wire, deadline)
            if self._context is None:
                return wire
            self.phase = Phase.TLS
            return secure(wire, self._context, self._server_name, deadline, self._interruption)
        except BaseException:
            self._interruption.watch(None)
            wire.close()
            raise

    def _through_proxy(self, wire: SocketWire, deadline: float) -> SocketWire:
        first = self._route.first
        if first.scheme == "https":
            secured = secure(
                wire, ssl.create_default_context(), first.host, deadline, self._interruption
            )
            assert isinstance(secured, SocketWire)
            wire = secured
        handshake = self._route.handshake()
        if handshake is not None:
            with suppress(StopIteration):
                out = next(handshake)
                while True:
                    if out:
                        wire.send(out, deadline)
                    out = handshake.send(wire.receive(deadline))
        return wire


def open_socket(endpoint: Endpoint, deadline: float, interruption: Interruption) -> socket.socket:
    """A connected socket, over whichever address answers first (RFC 8305). Raises OSError."""
    addresses = numeric(endpoint.host, endpoint.port)
    if addresses is None:
        addresses = in_turn(
            socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
        )
    race = _Race(list(addresses))
    try:
        return race.run(deadline, interruption)
    finally:
        race.close()


class _Race:
    """Attempts to connect, each begun when the one before has not answered for a while."""

    def __init__(self, waiting: list[AddressInfo]) -> None:
        self._waiting = waiting
        self._attempts: dict[int, socket.socket] = {}
        self._poller = select.poll()
        self._errors: list[OSError] = []

    def run(self, deadline: float, interruption: Interruption) -> socket.socket:
        while self._waiting or self._attempts:
            if self._waiting and (connected := self._begin(self._waiting.pop(0))) is not None:
                return connected
            if interruption.interrupted:
                raise ConnectionAbortedError("the call was cancelled")
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            if not self._attempts:
                continue
            for descriptor, _ in self._poller.poll(min(remaining, STAGGER) * 1000 + 1):
                if (connected := self._finish(descriptor)) is not None:
                    return connected
        raise failure_of(self._errors)

    def close(self) -> None:
        """Give up the attempts that are still under way."""
        for sock in self._attempts.values():
            sock.close()

    def _begin(self, address: AddressInfo) -> socket.socket | None:
        sock = None
        try:
            sock = new_socket(address)
            sock.connect(address[4])
        except BlockingIOError:
            assert sock is not None
            self._attempts[sock.fileno()] = sock
            self._poller.register(sock, select.POLLOUT)
            return None
        except OSError as error:
            if sock is not None:
                sock.close()
            self._errors.append(error)
            return None
        return sock

    def _finish(self, descriptor: int) -> socket.socket | None:
        sock = self._attempts.pop(descriptor)
        self._poller.unregister(descriptor)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number == 0:
            return sock
        sock.close()
        self._errors.append(OSError(number, os.strerror(number)))
        return None
