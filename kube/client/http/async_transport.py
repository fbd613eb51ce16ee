"""The asyncio driver of the connection core: protocols, and a pool for one event loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from kube.client.http.async_connection import Connection
from kube.client.http.async_dialer import Dialer
from kube.client.http.exchange import Exchange
from kube.client.http.failures import Failure, Phase, may_repeat
from kube.client.http.head import HeaderEncoder, request_head
from kube.client.http.idle import IdleConnections
from kube.client.http.route import Route
from kube.client.http.tunnel import TunnelError
from kube.client.tls import TLS
from kube.client.transport import (
    CONNECT_TIMEOUT,
    Request,
    Response,
    TransportError,
    target,
)


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
        self._idle: IdleConnections[Connection] = IdleConnections()
        self._open: set[Connection] = set()
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
    ) -> tuple[Connection, Exchange]:
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

    def _take_idle(self, context: ssl.SSLContext | None, now: float) -> Connection | None:
        while (connection := self._idle.take(now)) is not None:
            usable = connection.context is context and connection.is_usable
            if usable and connection.is_quiet():
                return connection
            connection.abort()
        return None

    def _release(self, connection: Connection, exchange: Exchange) -> None:
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

    async def _connect(self, context: ssl.SSLContext | None, deadline: float | None) -> Connection:
        limit = asyncio.get_running_loop().time() + CONNECT_TIMEOUT
        dialer = Dialer(self._route, self._tls, context)
        try:
            async with asyncio.timeout_at(limit if deadline is None else min(limit, deadline)):
                connection = await dialer.run()
        except (OSError, TunnelError) as error:
            raise Failure(dialer.phase, error) from None
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
                for chunk in connection.take():
                    yield chunk
                raise self._transport._error(self._request, failure) from None
