"""The asynchronous transport: aiohttp. Imported only where an asynchronous client is used."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from kube.client.tls import TLS
from kube.client.transport import (
    CONNECT_TIMEOUT,
    KEEPALIVE,
    Request,
    Response,
    TransportError,
    describe_failure,
    describe_no_connection,
    lower_names,
    target,
)

IDLE_SECONDS = 45.0
"""How long an idle connection is kept; load balancers commonly drop theirs after 60 s."""


class AiohttpTransport:
    """Requests to one server over HTTP/1.1 connections that are kept and used again.

    `server` is a URL, whose path is put before each request's. `headers` go with each request and
    may repeat a name. Its session is made with the first request and belongs to that event loop.
    """

    def __init__(
        self,
        server: str,
        *,
        tls: TLS | None = None,
        proxy: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._server = server.rstrip("/")
        self._tls = tls if server.startswith("https:") else None
        self._proxy = proxy
        self._headers = CIMultiDict(headers)
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def send(self, request: Request) -> Response:
        timeout = aiohttp.ClientTimeout(total=request.timeout, sock_connect=CONNECT_TIMEOUT)
        try:
            response = await self._request(request, timeout)
            body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._failure(request, error) from _cause(error)
        return Response(response.status, lower_names(response.headers), body)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[_Stream]:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_TIMEOUT, sock_read=request.timeout
        )
        try:
            response = await self._request(request, timeout)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._failure(request, error) from _cause(error)
        try:
            yield _Stream(request, response)
        finally:
            response.close()

    def _failure(self, request: Request, error: Exception) -> TransportError:
        proxied = isinstance(error, aiohttp.ClientProxyConnectionError)
        where = self._proxy if proxied and self._proxy else self._server
        cause: OSError | None = None
        if isinstance(error, aiohttp.ClientConnectorError):
            cause = error.os_error
        elif isinstance(error, aiohttp.ConnectionTimeoutError):
            cause = error
        if cause is None or isinstance(error, aiohttp.ClientSSLError):
            return _failure(request, error)
        return TransportError(describe_no_connection(request, where, cause), sent=False)

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _request(
        self, request: Request, timeout: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse:
        session = self._session
        if session is None or self._closed:
            session = self._open()
        elif self._loop is not asyncio.get_running_loop():
            raise RuntimeError("this client belongs to another event loop: make one for each loop")
        context = self._tls.context() if self._tls is not None else None
        try:
            return await self._exchange(session, request, timeout, context)
        except (aiohttp.ClientConnectionError, ConnectionError) as error:
            if not self._is_repeated(request, error, context):
                raise
        context = self._tls.context() if self._tls is not None else None
        return await self._exchange(session, request, timeout, context)

    def _is_repeated(
        self, request: Request, error: Exception, context: ssl.SSLContext | None
    ) -> bool:
        """Whether to send once more what failed with this error.

        The server may have closed a kept connection just as we used it. As in Go, a read is sent
        once more; a write is not, for it may have been done. After a failed handshake nothing was
        sent, and the files of the certificates may have changed since they were last looked at.
        """
        renewed = self._tls is not None and context is not None and self._tls.renewed_since(context)
        if isinstance(error, aiohttp.ClientSSLError):
            return renewed
        return request.method == "GET" and not isinstance(error, aiohttp.ClientConnectorError)

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        request: Request,
        timeout: aiohttp.ClientTimeout,
        context: ssl.SSLContext | None,
    ) -> aiohttp.ClientResponse:
        return await session.request(
            request.method,
            URL(self._server + target(request), encoded=True),
            headers=request.headers,
            data=request.body,
            timeout=timeout,
            allow_redirects=False,
            proxy=self._proxy,
            ssl=context if context is not None else True,
            server_hostname=self._tls.server_name if self._tls is not None else None,
        )

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise TransportError("the client is closed", sent=False)
        self._loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=IDLE_SECONDS, socket_factory=_keepalive_socket
            ),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("user-agent", "content-type", "accept"),
            read_bufsize=2**18,
        )
        # By itself aiohttp sends PUT and DELETE a second time too when a kept connection drops.
        self._session._retry_connection = False
        return self._session


def _keepalive_socket(info: tuple[object, ...]) -> socket.socket:
    """A socket that notices, within a minute, that the other end is gone."""
    family, kind, protocol = info[:3]
    made = socket.socket(family, kind, protocol)  # type: ignore[arg-type]
    made.setblocking(False)
    for level, option, value in KEEPALIVE:
        made.setsockopt(level, option, value)
    return made


class _Stream:
    def __init__(self, request: Request, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = lower_names(response.headers)
        self._request = request
        self._response = response
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def close(self) -> None:
        self._closed = True
        # asyncio's objects may be touched in their loop's thread only. Without a running loop
        # there is nothing left to close.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._response.close)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if self._closed:
                # aiohttp raises one and the same error for all closed responses: what it has on
                # it, this frame and so this stream, would stay for ever.
                error.__traceback__ = error.__context__ = None
                return
            raise _failure(self._request, error) from _cause(error)


def _failure(request: Request, error: Exception) -> TransportError:
    unsent = isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))
    timed_out = isinstance(error, TimeoutError)
    return TransportError(describe_failure(request, error, timed_out=timed_out), sent=not unsent)


def _cause(error: Exception) -> Exception | None:
    """What may be seen of an error: some of aiohttp's show the request's headers, or the proxy's
    password, in their repr.
    """
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error
    return None if isinstance(error, (aiohttp.ClientResponseError, aiohttp.InvalidURL)) else error
