"""How the asyncio driver makes a connection: addresses, proxies, TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl

from kube.client.http.addresses import (
    STAGGER,
    AddressInfo,
    failure_of,
    in_turn,
    new_socket,
    numeric,
)
from kube.client.http.async_connection import Connection
from kube.client.http.failures import Phase
from kube.client.http.route import Endpoint, Route
from kube.client.http.tunnel import Handshake
from kube.client.tls import TLS


class Dialer:
    """Makes a connection, step by step; `phase` tells which step is under way."""

    def __init__(self, route: Route, tls: TLS | None, context: ssl.SSLContext | None) -> None:
        self.phase = Phase.CONNECT
        self._route = route
        self._context = context
        server_name = (tls.server_name if tls is not None else None) or route.server.host
        self._server_name = server_name if context is not None else None
        self._loop = asyncio.get_running_loop()

    async def run(self) -> Connection:
        """Raises OSError, of which TLS's errors and TimeoutError are kinds, and TunnelError."""
        sock = await open_socket(self._route.first)
        connection = Connection(self._context)
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

    async def _take_over(self, transport: asyncio.Transport, connection: Connection) -> None:
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

    def connection_lost(self, exc: Exception | None) -> None:
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
