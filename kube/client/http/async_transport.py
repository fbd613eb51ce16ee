"""The asyncio driver of the connection core: protocols, and a pool for one event loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from kube.client.http.async_connection import Connection
from kube.client.http.async_waits import async_carry_out
from kube.client.http.destination import Destination
from kube.client.http.exchange import Exchange
from kube.client.http.failures import Failure, Phase, may_repeat
from kube.client.http.idle import IdleConnections
from kube.client.http.tunnel import TunnelError
from kube.client.tls import TLS
from kube.client.transport import CONNECT_TIMEOUT, Request, Response, TransportError


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
        self._destination = Destination(server, tls, proxy, headers)
        self._idle: IdleConnections[Connection] = IdleConnections()
        self._open: set[Connection] = set()
        self._dialing: set[asyncio.Future[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reaper: asyncio.TimerHandle | None = None
        self._closed = False

    async def send(self, request: Request) -> Response:
        connection, exchange = await self._exchange(request, request.timeout, streaming=False)
        try:
            while not exchange.complete:
                await connection.changed()
                if connection.failure is not None and not exchange.complete:
                    failure = Failure(Phase.BODY, connection.failure)
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
        """End all requests. Those of a loop that runs in another thread end soon after."""
        self._closed = True
        loop = self._loop
        if loop is None:
            return
        if loop.is_running() and loop is not asyncio.get_running_loop():
            # Its objects may be touched in its own thread only, while it runs.
            with suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(self._abort_all)
                return
        self._abort_all()

    def _abort_all(self) -> None:
        self._idle.take_all()
        if self._reaper is not None:
            self._reaper.cancel()
        for connection in list(self._open):
            connection.abort()
        for waiter in self._dialing:
            if not waiter.done():
                waiter.set_exception(ConnectionAbortedError("the client is closed"))

    async def _exchange(
        self, request: Request, timeout: float | None, *, streaming: bool
    ) -> tuple[Connection, Exchange]:
        """Send a request and wait for the head of its answer, for `timeout` seconds at most.

        The deadline goes on for the rest of the answer.
        """
        head = self._destination.head(request)
        if request.body:
            head += request.body
        loop = asyncio.get_running_loop()
        if loop is not self._loop or self._closed:
            self._bind(loop)
        now = loop.time()
        deadline = None if timeout is None else now + timeout
        context = self._destination.context()
        connection = self._take_idle(context, now)
        while True:
            exchange = Exchange(request.method)
            reused = connection is not None
            try:
                if connection is None:
                    connection = await self._connect(context, deadline)
                connection.begin(exchange, head, deadline, streaming=streaming)
                while exchange.headers is None:
                    await connection.changed()
                    if connection.failure is not None and exchange.headers is None:
                        raise Failure(Phase.ANSWER, connection.failure)
                return connection, exchange
            except Failure as failure:
                if connection is not None:
                    connection.abort()
                if not may_repeat(
                    request,
                    failure,
                    reused=reused,
                    received=exchange.received,
                    renewed=self._destination.has_renewed(context, failure),
                ):
                    raise self._error(request, failure) from None
                connection, context = None, self._destination.context()
            except BaseException:
                if connection is not None:
                    connection.abort()
                raise

    def _error(self, request: Request, failure: Failure) -> TransportError:
        if self._closed:
            return TransportError("the client is closed")
        return self._destination.describe(request, failure)

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._closed:
            raise TransportError("the client is closed", sent=False)
        if self._loop is not None:
            raise RuntimeError("this client belongs to another event loop: make one for each loop")
        self._loop = loop

    def _take_idle(self, context: ssl.SSLContext | None, now: float) -> Connection | None:
        while (connection := self._idle.take(now)) is not None:
            if connection.is_ready(context):
                return connection
            connection.abort()
        return None

    def _release(self, connection: Connection, exchange: Exchange) -> None:
        if not (connection.finish() and exchange.complete and exchange.reusable) or self._closed:
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

    async def _connect(self, context: ssl.SSLContext | None, deadline: float | None) -> Connection:
        loop = asyncio.get_running_loop()
        limit = loop.time() + CONNECT_TIMEOUT
        dialer = self._destination.dialer(context)
        try:
            wire = await async_carry_out(
                dialer.steps(),
                limit if deadline is None else min(limit, deadline),
                self._dialing,
            )
        except (OSError, TunnelError) as error:
            raise Failure(dialer.phase, error) from None
        if self._closed:
            wire.close()
            raise TransportError("the client is closed", sent=False)
        connection = Connection(wire, context, loop, self._open.discard)
        self._open.add(connection)
        return connection


class _Stream:
    """What `AsyncStream` asks for."""

    def __init__(
        self,
        transport: AsyncHTTPTransport,
        request: Request,
        connection: Connection,
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
            self._loop.call_soon_threadsafe(self._connection.abort_exchange, self._exchange)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        exchange, connection, silence = self._exchange, self._connection, self._request.timeout
        while not self._closed:
            if chunks := connection.take(exchange):
                # TLS comes in pieces of 16 KiB; whoever splits lines has less to do with one.
                yield b"".join(chunks)
                continue
            if exchange.complete:
                return
            connection.set_deadline(None if silence is None else self._loop.time() + silence)
            await connection.changed()
            if connection.failure is not None and not exchange.complete:
                if self._closed:
                    return
                if chunks := connection.take(exchange):
                    yield b"".join(chunks)
                failure = Failure(Phase.BODY, connection.failure)
                raise self._transport._error(self._request, failure)
