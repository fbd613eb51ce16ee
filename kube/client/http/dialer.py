"""How a connection is made: addresses, proxies, TLS. Nothing here ever waits.

`Dialer.steps` is a generator that yields what it waits for, and is sent which sockets are ready.
The drivers wait, each in its own way, and end it by throwing their error into it: then it closes
what it has opened.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import TypeAlias

from kube.client.http.addresses import (
    STAGGER,
    AddressInfo,
    failure_of,
    in_turn,
    new_socket,
    numeric,
)
from kube.client.http.failures import Phase
from kube.client.http.lookup import Lookup, look_up
from kube.client.http.route import Endpoint, Route
from kube.client.http.tunnel import Handshake
from kube.client.http.wire import NestedTLSWire, Readiness, SocketWire, TLSWire, Wire

Ready: TypeAlias = Sequence[socket.socket]
Waits: TypeAlias = Readiness | Lookup


class Dialer:
    """Makes a connection, step by step; `phase` tells which step is under way."""

    def __init__(self, route: Route, server_name: str, context: ssl.SSLContext | None) -> None:
        self.phase = Phase.CONNECT
        self._route = route
        self._server_name = server_name
        self._context = context

    def steps(self) -> Generator[Waits, Ready, Wire]:
        """Raises OSError, of which TLS's errors are a kind, and TunnelError."""
        wire = SocketWire((yield from open_socket(self._route.first)))
        try:
            if self._route.proxy is not None:
                self.phase = Phase.PROXY
                wire = yield from self._through_proxy(wire)
            if self._context is None:
                return wire
            self.phase = Phase.TLS
            return (yield from _secured(wire, self._context, self._server_name))
        except BaseException:
            wire.close()
            raise

    def _through_proxy(self, wire: SocketWire) -> Generator[Waits, Ready, SocketWire]:
        first = self._route.first
        if first.scheme == "https":
            wire = yield from _tls(wire, ssl.create_default_context(), first.host)
        try:
            handshake = self._route.handshake()
            if handshake is not None:
                yield from _converse(wire, handshake)
        except BaseException:
            wire.close()
            raise
        return wire


def _converse(wire: Wire, handshake: Handshake) -> Generator[Waits, Ready, None]:
    with suppress(StopIteration):
        out = next(handshake)
        while True:
            rest = memoryview(out)
            while rest:
                sent = wire.send_now(rest)
                if not sent:
                    yield Readiness({wire.socket: wire.awaits})
                rest = rest[sent:]
            while (received := wire.receive_now()) is None:
                yield Readiness({wire.socket: select.POLLIN})
            out = handshake.send(received)


def _secured(
    wire: SocketWire, context: ssl.SSLContext, server_name: str
) -> Generator[Waits, Ready, Wire]:
    if not isinstance(wire, TLSWire):
        return (yield from _tls(wire, context, server_name))
    nested = NestedTLSWire(wire, context, server_name)
    while events := nested.handshake_now():
        yield Readiness({nested.socket: events})
    return nested


def _tls(
    wire: SocketWire, context: ssl.SSLContext, server_name: str
) -> Generator[Waits, Ready, TLSWire]:
    secured = TLSWire(
        context.wrap_socket(wire.socket, server_hostname=server_name, do_handshake_on_connect=False)
    )
    try:
        while events := secured.handshake_now():
            yield Readiness({secured.socket: events})
    except BaseException:
        secured.close()
        raise
    return secured


def open_socket(endpoint: Endpoint) -> Generator[Waits, Ready, socket.socket]:
    """A connected socket, over whichever address answers first (RFC 8305). Raises OSError."""
    addresses = numeric(endpoint.host, endpoint.port)
    if addresses is None:
        lookup = look_up(endpoint.host, endpoint.port)
        yield lookup
        addresses = in_turn(lookup.result())
    race = _Race(list(addresses))
    try:
        return (yield from race.run())
    finally:
        race.close()


class _Race:
    """Attempts to connect, each begun when the one before has not answered for a while."""

    def __init__(self, waiting: list[AddressInfo]) -> None:
        self._waiting = waiting
        self._attempts: list[socket.socket] = []
        self._errors: list[OSError] = []

    def run(self) -> Generator[Waits, Ready, socket.socket]:
        while self._waiting or self._attempts:
            if self._waiting and (connected := self._begin(self._waiting.pop(0))) is not None:
                return connected
            if not self._attempts:
                continue
            events = dict.fromkeys(self._attempts, select.POLLOUT)
            for sock in (yield Readiness(events, STAGGER if self._waiting else None)):
                if self._is_connected(sock):
                    return sock
        raise failure_of(self._errors)

    def close(self) -> None:
        """Give up the attempts that are still under way."""
        for sock in self._attempts:
            sock.close()

    def _begin(self, address: AddressInfo) -> socket.socket | None:
        sock = None
        try:
            sock = new_socket(address)
            sock.connect(address[4])
        except BlockingIOError:
            assert sock is not None
            self._attempts.append(sock)
            return None
        except OSError as error:
            if sock is not None:
                sock.close()
            self._errors.append(error)
            return None
        return sock

    def _is_connected(self, sock: socket.socket) -> bool:
        self._attempts.remove(sock)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number == 0:
            return True
        sock.close()
        self._errors.append(OSError(number, os.strerror(number)))
        return False
