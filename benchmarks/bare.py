"""HTTP with nothing around it: what a GET over https costs at least in Python.

One connection for each caller, made before; TLS, the parser in C, and no line that a client needs
for anything else: no time-outs, headers, limits, repetition, cancellation or errors.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import httptools


class _Body:
    """Collects the body of one answer."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.complete = False
        self.parser = httptools.HttpResponseParser(self)

    def on_body(self, data: bytes) -> None:
        self.chunks.append(data)

    def on_message_complete(self) -> None:
        self.complete = True

    def take(self) -> bytes:
        body = b"".join(self.chunks)
        self.chunks.clear()
        self.complete = False
        return body


def _get(path: str) -> bytes:
    return b"GET %s HTTP/1.1\r\nhost: localhost\r\n\r\n" % path.encode()


def _connect(url: str, tls: ssl.SSLContext) -> ssl.SSLSocket:
    parts = urlsplit(url)
    plain = socket.create_connection((parts.hostname, parts.port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(plain, server_hostname=parts.hostname)


class BareProtocol(asyncio.Protocol):
    """One connection, over asyncio's transports and its TLS."""

    def __init__(self) -> None:
        self._body = _Body()
        self._waiter: asyncio.Future[bytes] | None = None

    @classmethod
    async def connect(cls, url: str, tls: ssl.SSLContext) -> BareProtocol:
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(
            cls, parts.hostname or "", parts.port or 443, ssl=tls
        )
        return made

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport

    def data_received(self, data: bytes) -> None:
        self._body.parser.feed_data(data)
        if self._body.complete and self._waiter is not None:
            self._waiter.set_result(self._body.take())

    async def get(self, path: str) -> bytes:
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(_get(path))
        return await self._waiter


class BareReader:
    """One connection, whose socket the event loop watches."""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._body = _Body()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._receive)

    @classmethod
    async def connect(cls, url: str, tls: ssl.SSLContext) -> BareReader:
        return cls(_connect(url, tls))

    def _receive(self) -> None:
        try:
            data = self._socket.recv(2**14)
        except ssl.SSLWantReadError:
            return
        self._body.parser.feed_data(data)
        if self._body.complete:
            self._waiter.set_result(self._body.take())

    async def get(self, path: str) -> bytes:
        self._waiter: asyncio.Future[bytes] = self._loop.create_future()
        self._socket.send(_get(path))
        return await self._waiter


class BareSocket:
    """One blocking connection."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        self._socket = _connect(url, tls)
        self._body = _Body()

    def get(self, path: str) -> bytes:
        body = self._body
        self._socket.sendall(_get(path))
        while not body.complete:
            body.parser.feed_data(self._socket.recv(2**14))
        return body.take()
