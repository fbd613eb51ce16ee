"""The asyncio driver of the connection core: protocols, and a pool for one event loop."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

from kube.client.http.addresses import (
    STAGGER,
    AddressInfo,
    failure_of,
    in_turn,
    new_socket,
    numeric,
)
from kube.client.http.exchange import Exchange, ProtocolError
from kube.client.http.failures import Failure, Phase, may_repeat
from kube.client.http.head import HeaderEncoder, request_head
from kube.client.http.idle import IdleConnections
from kube.client.http.route import Endpoint, Route
from kube.client.http.tunnel import Handshake, TunnelError
from kube.client.tls import TLS
from kube.client.transport import (
    CONNECT_TIMEOUT,
    Request,
    Response,
    TransportError,
    target,
)

PAUSE_ABOVE = 1024 * 1024
"""Bytes of a stream that wait to be taken, from which on no more are read from its socket."""


class AsyncHTTPTransport:
    """An `AsyncTransport` over HTTP/1.1 connections that are kept and used again.

    `server` is a URL, whose path is put before each request's. `headers` go with each request and
    may repeat a name. The connections belong to the event loop of the first request. Raises
    TransportError for a URL that is not valid.
    """

    def __init__(
        self,
        server: str,
        *,
        tls: TLS | None = None,
        proxy: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._route = Route.to(server, proxy)
        self._tls = (tls or TLS()) if self._route.is_secure else None
        self._prefix = self._route.prefix()
        self._headers = HeaderEncoder((*self._route.headers(), *headers))
        self._idle: IdleConnections[_Connection] = IdleConnections()
        self._open: set[_Connection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reaper: asyncio.TimerHandle | None = None
        self._closed = False

    async def send(self, request: Request) -> Response:
        connection, exchange = await self._exchange(request, request.timeout, streaming=False)
        try:
            while not exchange.complete:
                await connection.change(Phase.BODY)
        except Failure as failure:
            raise self._error(request, failure) from None
        finally:
            self._release(connection, exchange)
        assert exchange.headers is not None
        return Response(exchange.status, exchange.headers, b"".join(exchange.take()))

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[_Stream]:
        patience = request.timeout if request.first_byte is None else request.first_byte
        connection, exchange = await self._exchange(request, patience, streaming=True)
        try:
            yield _Stream(self, request, connection, exchange)
        finally:
            self._release(connection, exchange)

    async def close(self) -> None:
        self._closed = True
        self._idle.take_all()
        if self._reaper is not None:
            self._reaper.cancel()
        if not self._open or self._loop is not asyncio.get_running_loop():
            return
        lost = [connection.lost for connection in self._open]
        for connection in list(self._open):
            connection.abort()
        await asyncio.wait(lost)

    async def _exchange(
        self, request: Request, timeout: float | None, *, streaming: bool
    ) -> tuple[_Connection, Exchange]:
        """Send a request and wait for the head of its answer, for `timeout` seconds at most.

        The deadline goes on for the rest of the answer.
        """
        head = request_head(
            request.method,
            self._prefix + target(request),
            self._headers.encode(request.headers),
            request.body,
        )
        loop = self._bound_loop()
        now = loop.time()
        deadline = None if timeout is None else now + timeout
        context = self._context()
        connection = self._take_idle(context, now)
        while True:
            exchange = Exchange(request.method)
            reused = connection is not None
            try:
                if connection is None:
                    connection = await self._connect(context, deadline)
                connection.deadline = deadline
                connection.begin(exchange, head, request.body, streaming=streaming)
                while exchange.headers is None:
                    await connection.change(Phase.ANSWER)
                return connection, exchange
            except Failure as failure:
                if connection is not None:
                    connection.abort()
                if not may_repeat(
                    request,
                    failure,
                    reused=reused,
                    received=exchange.received,
                    renewed=self._is_renewed_since(context, failure),
                ):
                    raise self._error(request, failure) from None
                connection, context = None, self._context()
            except BaseException:
                if connection is not None:
                    connection.abort()
                raise

    def _context(self) -> ssl.SSLContext | None:
        return self._tls.context() if self._tls is not None else None

    def _is_renewed_since(self, context: ssl.SSLContext | None, failure: Failure) -> bool:
        """Whether there are other certificates by now than those that may have been refused."""
        if self._tls is None or context is None or not failure.may_be_a_refused_certificate:
            return False
        return self._tls.renewed_since(context)

    def _error(self, request: Request, failure: Failure) -> TransportError:
        if self._closed:
            return TransportError("the client is closed")
        return failure.describe(request, self._route)

    def _bound_loop(self) -> asyncio.AbstractEventLoop:
        if self._closed:
            raise TransportError("the client is closed", sent=False)
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("this client belongs to another event loop: make one for each loop")
        return loop

    def _take_idle(self, context: ssl.SSLContext | None, now: float) -> _Connection | None:
        while (connection := self._idle.take(now)) is not None:
            if connection.context is context and connection.is_usable:
                return connection
            connection.abort()
        return None

    def _release(self, connection: _Connection, exchange: Exchange) -> None:
        connection.finish()
        if self._closed or not (exchange.complete and exchange.reusable and connection.is_usable):
            connection.abort()
            return
        assert self._loop is not None
        for surplus in self._idle.put(connection, self._loop.time()):
            surplus.abort()
        if self._reaper is None:
            self._close_expired()

    def _close_expired(self) -> None:
        assert self._loop is not None
        now = self._loop.time()
        for connection in self._idle.take_expired(now):
            connection.abort()
        due = self._idle.due_in(now)
        self._reaper = None if due is None else self._loop.call_later(due, self._close_expired)

    async def _connect(self, context: ssl.SSLContext | None, deadline: float | None) -> _Connection:
        limit = asyncio.get_running_loop().time() + CONNECT_TIMEOUT
        connecting = _Connecting(self._route, self._tls, context)
        try:
            async with asyncio.timeout_at(limit if deadline is None else min(limit, deadline)):
                connection = await connecting.run()
        except (OSError, TunnelError) as error:
            raise Failure(connecting.phase, error) from None
        if self._closed:
            connection.abort()
            raise TransportError("the client is closed", sent=False)
        self._open.add(connection)
        connection.lost.add_done_callback(lambda _: self._open.discard(connection))
        return connection


class _Stream:
    """What `AsyncStream` asks for."""

    def __init__(
        self,
        transport: AsyncHTTPTransport,
        request: Request,
        connection: _Connection,
        exchange: Exchange,
    ) -> None:
        assert exchange.headers is not None
        self.status = exchange.status
        self.headers: Mapping[str, str] = exchange.headers
        self._transport = transport
        self._request = request
        self._connection = connection
        self._exchange = exchange
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def close(self) -> None:
        self._closed = True
        # asyncio's objects may be touched in their loop's thread only. Without a running loop
        # there is nothing left to close.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._connection.abort)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        exchange, connection, silence = self._exchange, self._connection, self._request.timeout
        while not self._closed:
            for chunk in connection.take():
                yield chunk
            if exchange.complete and not exchange.chunks:
                return
            if exchange.chunks:
                continue
            try:
                connection.deadline = None if silence is None else self._loop.time() + silence
                await connection.change(Phase.BODY)
            except Failure as failure:
                if self._closed:
                    return
                raise self._transport._error(self._request, failure) from None


class _Connection(asyncio.Protocol):
    """One connection, and the exchange that it carries, if any.

    `context` is the TLS context that it was made with. `lost` is done when it is closed.
    """

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._exchange: Exchange | None = None
        self._streaming = False
        self._paused = False
        self._failure: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def deadline(self) -> float | None:
        """The moment, in the loop's time, at which the connection fails with TimeoutError."""
        return self._deadline

    @deadline.setter
    def deadline(self, when: float | None) -> None:
        # A timer stays where it is when the deadline moves away from it: nearly every deadline is
        # moved, and setting a timer for each of them is not free.
        self._deadline = when
        timer = self._timer
        if when is not None and (timer is None or when < timer.when()):
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(when, self._check_deadline)

    @property
    def is_usable(self) -> bool:
        """Whether it can carry a request now: open, with nothing of the last one left to send."""
        transport = self._transport
        return (
            transport is not None
            and not transport.is_closing()
            and self._failure is None
            and transport.get_write_buffer_size() == 0
        )

    def begin(
        self, exchange: Exchange, head: bytes, body: bytes | None, *, streaming: bool
    ) -> None:
        """Send a request, whose answer goes to `exchange`."""
        assert self._transport is not None
        self._exchange = exchange
        self._streaming = streaming
        self._transport.write(head + body if body else head)

    async def change(self, phase: Phase) -> None:
        """Wait until something came. Raises Failure."""
        if self._failure is not None:
            raise Failure(phase, self._failure)
        self._waiter = waiter = self._loop.create_future()
        try:
            await waiter
        finally:
            self._waiter = None
        if self._failure is not None and not (self._exchange and self._exchange.complete):
            raise Failure(phase, self._failure)

    def take(self) -> list[bytes]:
        """What came of the body; more is read if that was stopped."""
        chunks = self._exchange.take() if self._exchange is not None else []
        self._resume()
        return chunks

    def finish(self) -> None:
        """The exchange is over, complete or not."""
        self._resume()
        self._exchange = None
        self._deadline = None

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            if self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()

    def abort(self) -> None:
        if self._failure is None:
            self._failure = ConnectionAbortedError("the connection was closed by us")
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports of TLS do not derive from asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            self.abort()  # nobody asked for it
            return
        try:
            exchange.feed(data)
        except ProtocolError as error:
            self._fail(error)
            return
        if self._streaming:
            if exchange.untaken > PAUSE_ABOVE and not self._paused and self._transport is not None:
                self._paused = True
                self._transport.pause_reading()
            self._wake()
        elif exchange.complete:
            self._wake()

    def eof_received(self) -> None:
        self._end(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error)
        if self._timer is not None:
            self._timer.cancel()
        if not self.lost.done():
            self.lost.set_result(None)

    def _end(self, error: Exception | None) -> None:
        exchange = self._exchange
        if error is None and exchange is not None:
            try:
                exchange.end()
            except ProtocolError as early:
                error = early
        self._fail(error or ConnectionResetError(errno.ECONNRESET, "connection closed"))

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    def _check_deadline(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline)
        else:
            self._fail(TimeoutError())

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class _Connecting:
    """Makes a connection, step by step; `phase` tells which step is under way."""

    def __init__(self, route: Route, tls: TLS | None, context: ssl.SSLContext | None) -> None:
        self.phase = Phase.CONNECT
        self._route = route
        self._context = context
        server_name = (tls.server_name if tls is not None else None) or route.server.host
        self._server_name = server_name if context is not None else None
        self._loop = asyncio.get_running_loop()

    async def run(self) -> _Connection:
        """Raises OSError, of which TLS's errors and TimeoutError are kinds, and TunnelError."""
        sock = await open_socket(self._route.first)
        connection = _Connection(self._context)
        handshake = self._route.handshake()
        proxy = self._route.proxy
        if handshake is None and (proxy is None or proxy.scheme != "https"):
            self.phase = Phase.TLS
            await self._loop.create_connection(
                lambda: connection,
                sock=sock,
                ssl=self._context,
                server_hostname=self._server_name,
            )
            return connection
        self.phase = Phase.PROXY
        transport = await self._through_proxy(sock, handshake)
        try:
            await self._take_over(transport, connection)
        except BaseException:
            transport.abort()
            raise
        return connection

    async def _through_proxy(
        self, sock: socket.socket, handshake: Handshake | None
    ) -> asyncio.Transport:
        tunnel = _Tunnel()
        secure = self._route.first.scheme == "https"
        transport, _ = await self._loop.create_connection(
            lambda: tunnel,
            sock=sock,
            ssl=ssl.create_default_context() if secure else None,
            server_hostname=self._route.first.host if secure else None,
        )
        try:
            if handshake is not None:
                await tunnel.converse(transport, handshake)
        except BaseException:
            transport.abort()
            raise
        return transport

    async def _take_over(self, transport: asyncio.Transport, connection: _Connection) -> None:
        if self._context is None:
            transport.set_protocol(connection)
            connection.connection_made(transport)
            return
        self.phase = Phase.TLS
        secured = await self._loop.start_tls(
            transport, connection, self._context, server_hostname=self._server_name
        )
        assert secured is not None
        connection.connection_made(secured)


class _Tunnel(asyncio.Protocol):
    """Converses with a proxy, before the connection proper takes over."""

    def __init__(self) -> None:
        self._received: asyncio.Queue[bytes] = asyncio.Queue()

    def data_received(self, data: bytes) -> None:
        self._received.put_nowait(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._received.put_nowait(b"")

    async def converse(self, transport: asyncio.WriteTransport, handshake: Handshake) -> None:
        """Raises TunnelError."""
        try:
            out = next(handshake)
            while True:
                if out:
                    transport.write(out)
                out = handshake.send(await self._received.get())
        except StopIteration:
            return


async def open_socket(endpoint: Endpoint) -> socket.socket:
    """A connected socket, over whichever address answers first (RFC 8305). Raises OSError."""
    loop = asyncio.get_running_loop()
    addresses = numeric(endpoint.host, endpoint.port) or in_turn(
        await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    )
    errors: list[OSError] = []
    attempts: set[asyncio.Task[socket.socket]] = set()
    waiting = list(addresses)
    try:
        while waiting or attempts:
            if waiting:
                attempts.add(asyncio.ensure_future(_connect_to(waiting.pop(0))))
            done, _ = await asyncio.wait(
                attempts,
                timeout=STAGGER if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in done:
                attempts.discard(attempt)
                error = attempt.exception()
                if error is None:
                    return attempt.result()
                if not isinstance(error, OSError):
                    raise error
                errors.append(error)
        raise failure_of(errors)
    finally:
        for attempt in attempts:
            attempt.cancel()
            attempt.add_done_callback(_close_late)


async def _connect_to(address: AddressInfo) -> socket.socket:
    sock = new_socket(address)
    try:
        await asyncio.get_running_loop().sock_connect(sock, address[4])
    except BaseException:
        sock.close()
        raise
    return sock


def _close_late(attempt: asyncio.Task[socket.socket]) -> None:
    """An attempt that another one was faster than may have succeeded all the same."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
