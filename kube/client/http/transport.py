"""The driver of the connection core for threads: sockets, and a pool that threads share.

Sockets do not block by themselves; a thread waits for one with `poll`, until its deadline. Another
thread can end that wait at any time, by shutting the socket down.
"""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext

from kube.client.http.connection import Connection
from kube.client.http.destination import Destination
from kube.client.http.exchange import Exchange
from kube.client.http.failures import Failure, Phase, may_repeat
from kube.client.http.idle import IdleConnections
from kube.client.http.tunnel import TunnelError
from kube.client.http.waits import Interruption, carry_out
from kube.client.tls import TLS
from kube.client.transport import CONNECT_TIMEOUT, Request, Response, TransportError


class HTTPTransport:
    """A `Transport` over HTTP/1.1 connections that are kept and used again.

    `server` is a URL, whose path is put before each request's. `headers` go with each request and
    may repeat a name. `address` is the URL to connect to where that is not the server's own, whose
    name TLS and the header Host keep. Any number of threads may use it at once. Raises
    TransportError for a URL that is not valid.
    """

    def __init__(
        self,
        server: str,
        *,
        tls: TLS | None = None,
        proxy: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        address: str | None = None,
    ) -> None:
        self._destination = Destination(server, tls, proxy, headers, address)
        self._lock = threading.Lock()
        self._idle: IdleConnections[Connection] = IdleConnections()
        self._open: set[Connection] = set()
        self._dialing: set[Interruption] = set()
        self._process = os.getpid()
        self._closed = False

    def send(self, request: Request) -> Response:
        deadline = None if request.timeout is None else time.monotonic() + request.timeout
        interruption = Interruption()
        if request.cancellation is None:
            return self._send(request, deadline, interruption)
        with request.cancellation.calling(interruption.interrupt):
            return self._send(request, deadline, interruption)

    @contextmanager
    def stream(self, request: Request) -> Iterator[_Stream]:
        patience = request.timeout if request.first_byte is None else request.first_byte
        deadline = None if patience is None else time.monotonic() + patience
        interruption, cancellation = Interruption(), request.cancellation
        with cancellation.calling(interruption.interrupt) if cancellation else nullcontext():
            connection, exchange = self._exchange(request, deadline, interruption)
        try:
            yield _Stream(self, request, connection, exchange, interruption)
        finally:
            self._release(connection, exchange)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle = self._idle.take_all()
            busy = self._open.difference(idle)
            dialing = list(self._dialing)
        for connection in idle:
            self._close(connection)
        # Those in use belong to their threads, which close them when they notice.
        for connection in busy:
            connection.interrupt()
        for interruption in dialing:
            interruption.interrupt()

    def _send(
        self, request: Request, deadline: float | None, interruption: Interruption
    ) -> Response:
        connection, exchange = self._exchange(request, deadline, interruption)
        try:
            while not exchange.complete:
                connection.receive(Phase.BODY, deadline)
        except Failure as failure:
            raise self._error(request, failure, interruption) from None
        finally:
            self._release(connection, exchange)
        assert exchange.headers is not None
        return Response(exchange.status, exchange.headers, b"".join(exchange.take()))

    def _exchange(
        self, request: Request, deadline: float | None, interruption: Interruption
    ) -> tuple[Connection, Exchange]:
        """Send a request and wait for the head of its answer."""
        head = self._destination.head(request)
        context = self._destination.context()
        connection = self._take_idle(context)
        while True:
            exchange = Exchange(request.method)
            reused = connection is not None
            try:
                if connection is None:
                    connection = self._connect(context, deadline, interruption)
                connection.begin(exchange, interruption)
                connection.send(head, request.body, deadline)
                while exchange.headers is None:
                    connection.receive(Phase.ANSWER, deadline)
                return connection, exchange
            except Failure as failure:
                if connection is not None:
                    self._close(connection)
                if interruption.interrupted or not may_repeat(
                    request,
                    failure,
                    reused=reused,
                    received=exchange.received,
                    renewed=self._destination.has_renewed(context, failure),
                ):
                    raise self._error(request, failure, interruption) from None
                connection, context = None, self._destination.context()
            except BaseException:
                if connection is not None:
                    self._close(connection)
                raise

    def _error(
        self, request: Request, failure: Failure, interruption: Interruption
    ) -> TransportError:
        if self._closed:
            return TransportError("the client is closed")
        if interruption.interrupted:
            return TransportError(f"{request.method} {request.path}: the call was cancelled")
        return self._destination.describe(request, failure)

    def _take_idle(self, context: ssl.SSLContext | None) -> Connection | None:
        while True:
            with self._lock:
                if self._closed:
                    raise TransportError("the client is closed", sent=False)
                if self._process != os.getpid():
                    self._forget_parent()
                now = time.monotonic()
                expired = self._idle.take_expired(now)
                connection = self._idle.take(now)
            for each in expired:
                self._close(each)
            if connection is None:
                return None
            if connection.context is context and connection.is_quiet():
                return connection
            self._close(connection)

    def _forget_parent(self) -> None:
        """After a fork the connections are the parent's: we only close our copies of them."""
        self._process = os.getpid()
        for connection in self._open:
            connection.close_copy()
        self._open = set()
        self._idle = IdleConnections()

    def _release(self, connection: Connection, exchange: Exchange) -> None:
        surplus = [connection]
        if connection.finish() and exchange.complete and exchange.reusable:
            with self._lock:
                if not self._closed and self._process == os.getpid():
                    surplus = self._idle.put(connection, time.monotonic())
        for each in surplus:
            self._close(each)

    def _close(self, connection: Connection) -> None:
        connection.close()
        with self._lock:
            self._open.discard(connection)

    def _connect(
        self, context: ssl.SSLContext | None, deadline: float | None, interruption: Interruption
    ) -> Connection:
        limit = time.monotonic() + CONNECT_TIMEOUT
        dialer = self._destination.dialer(context)
        with self._lock:
            if self._closed:
                raise TransportError("the client is closed", sent=False)
            self._dialing.add(interruption)
        try:
            wire = carry_out(
                dialer.steps(), limit if deadline is None else min(limit, deadline), interruption
            )
        except (OSError, TunnelError) as error:
            raise Failure(dialer.phase, error) from None
        finally:
            with self._lock:
                self._dialing.discard(interruption)
        connection = Connection(wire, context)
        with self._lock:
            closed = self._closed
            if not closed:
                self._open.add(connection)
        if closed:
            connection.close()
            raise TransportError("the client is closed", sent=False)
        return connection


class _Stream:
    """What `Stream` asks for."""

    def __init__(
        self,
        transport: HTTPTransport,
        request: Request,
        connection: Connection,
        exchange: Exchange,
        interruption: Interruption,
    ) -> None:
        assert exchange.headers is not None
        self.status = exchange.status
        self.headers: Mapping[str, str] = exchange.headers
        self._transport = transport
        self._request = request
        self._connection = connection
        self._exchange = exchange
        self._interruption = interruption
        self._closed = False

    def close(self) -> None:
        self._closed = True
        self._interruption.interrupt()

    def __iter__(self) -> Iterator[bytes]:
        exchange, silence = self._exchange, self._request.timeout
        while not self._closed:
            yield from exchange.take()
            if exchange.complete:
                return
            try:
                deadline = None if silence is None else time.monotonic() + silence
                self._connection.receive(Phase.BODY, deadline)
            except Failure as failure:
                if self._closed:
                    return
                yield from exchange.take()
                raise self._transport._error(self._request, failure, self._interruption) from None
