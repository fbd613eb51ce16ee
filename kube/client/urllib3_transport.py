"""The synchronous transport: urllib3. Imported only where a synchronous client is used."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import urllib3
from urllib3 import HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import (
    TimeoutError as Urllib3TimeoutError,
)
from urllib3.util import make_headers, parse_url

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

_CHUNK = 2**18

IDLE_CONNECTIONS = 256
"""Connections kept for the next request; more are opened where more threads ask at once."""


class Urllib3Transport:
    """Requests to one server over HTTP/1.1 connections that are kept and used again.

    `server` is a URL, whose path is put before each request's. `headers` go with each request and
    may repeat a name. Any number of threads may use it at once.
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
        self._headers = headers
        url = parse_url(self._server)
        # A proxy wants the whole URL of what is not https.
        self._prefix = self._server if proxy and self._tls is None else (url.path or "")
        self._lock = threading.Lock()
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._context: Any = None
        self._closed = False

    def send(self, request: Request) -> Response:
        deadline = None if request.timeout is None else time.monotonic() + request.timeout
        response: urllib3.BaseHTTPResponse | None = None
        try:
            response = self._request(request)
            body = _read_before(response, deadline)
            if not body:
                _expect_empty(response)
        except (HTTPError, OSError) as error:
            if response is not None:
                response.close()
            raise self._failure(request, error) from error
        except BaseException:
            if response is not None:
                response.close()
            raise
        return Response(response.status, lower_names(response.headers), body)

    @contextmanager
    def stream(self, request: Request) -> Iterator[_Stream]:
        try:
            response = self._request(request)
        except (HTTPError, OSError) as error:
            raise self._failure(request, error) from error
        try:
            yield _Stream(request, response)
        finally:
            response.close()
            response.release_conn()

    def _failure(self, request: Request, error: Exception) -> TransportError:
        where, inner = self._server, error
        if isinstance(error, ProxyError) and len(error.args) > 1:
            where, inner = self._proxy or self._server, error.args[1]
        if isinstance(inner, (NewConnectionError, ConnectTimeoutError)):
            cause = inner.__cause__
            return TransportError(describe_no_connection(request, where, cause), sent=False)
        return _failure(request, error)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._pool is not None:
                self._pool.close()

    def _request(self, request: Request) -> urllib3.BaseHTTPResponse:
        cancellation = request.cancellation
        if cancellation is None:
            return self._exchange(request)
        _opening.interruption = interruption = _Interruption()
        try:
            with cancellation.calling(interruption.interrupt):
                return self._exchange(request)
        finally:
            _opening.interruption = None

    def _exchange(self, request: Request) -> urllib3.BaseHTTPResponse:
        pool = self._current_pool()
        headers: Any = request.headers
        if self._headers:
            headers = HTTPHeaderDict(request.headers)
            for name, value in self._headers:
                headers.add(name, value)
        method, url = request.method, self._prefix + target(request)
        options: dict[str, Any] = {
            "body": request.body,
            "headers": headers,
            "retries": False,
            "redirect": False,
            "assert_same_host": False,
            "timeout": urllib3.Timeout(connect=CONNECT_TIMEOUT, read=request.timeout),
            "preload_content": False,
        }
        try:
            return pool.urlopen(method, url, **options)
        except (ProtocolError, SSLError) as error:
            if not self._is_repeated(request, error):
                raise
        return self._current_pool().urlopen(method, url, **options)

    def _is_repeated(self, request: Request, error: Exception) -> bool:
        """Whether to send once more what failed with this error.

        The server may have closed a kept connection just as we used it. As in Go, a read is sent
        once more; a write is not, for it may have been done. After a failed handshake nothing was
        sent, and the files of the certificates may have changed since they were last looked at.
        """
        context = self._context
        renewed = self._tls is not None and context is not None and self._tls.renewed_since(context)
        if isinstance(error, SSLError):
            return renewed and (request.method == "GET" or _is_unverified(error))
        return request.method == "GET"

    def _current_pool(self) -> urllib3.HTTPConnectionPool:
        """The pool; a new one where the client's certificate has changed."""
        context = self._tls.context() if self._tls is not None else None
        pool = self._pool
        if pool is not None and context is self._context and not self._closed:
            return pool
        with self._lock:
            if self._closed:
                raise TransportError("the client is closed", sent=False)
            if self._pool is None or context is not self._context:
                # The old pool's idle connections end with it, those in use when they are done.
                self._pool = self._open(context)
                self._context = context
            return self._pool

    def _open(self, context: Any) -> urllib3.HTTPConnectionPool:
        options: dict[str, Any] = {
            "maxsize": IDLE_CONNECTIONS,
            "socket_options": KEEPALIVE,
        }
        if context is not None and self._tls is not None:
            options["ssl_context"] = context
            options["cert_reqs"] = context.verify_mode
            if self._tls.server_name:
                options["server_hostname"] = self._tls.server_name
        manager: urllib3.PoolManager
        if self._proxy:
            url = parse_url(self._proxy)
            auth = make_headers(proxy_basic_auth=url.auth) if url.auth else None
            manager = urllib3.ProxyManager(self._proxy, proxy_headers=auth, **options)
        else:
            manager = urllib3.PoolManager(**options)
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
        return manager.connection_from_url(self._server)


class _Opening(threading.local):
    interruption: _Interruption | None = None


_opening = _Opening()
"""What the request of this thread, if it may be cancelled, is cancelled by."""


class _Interruption:
    """Ends a request whose answer has not begun, from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupted = False
        self._socket: socket.socket | None = None

    def interrupt(self) -> None:
        with self._lock:
            self._interrupted = True
            self._shut_down()

    def watch(self, connected: socket.socket) -> None:
        with self._lock:
            self._socket = connected
            if self._interrupted:
                self._shut_down()

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError, ValueError):
                # Not TLS's shutdown, which would tear down what the other thread reads with.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Interruptible(HTTPConnection):
    def request(self, *args: Any, **kwargs: Any) -> None:
        interruption = _opening.interruption
        if interruption is not None:
            if self.sock is None:
                self.connect()
            assert self.sock is not None
            interruption.watch(self.sock)
        super().request(*args, **kwargs)


class _InterruptibleTLS(_Interruptible, HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls: Any = _Interruptible


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls: Any = _InterruptibleTLS


def _read_before(response: urllib3.BaseHTTPResponse, deadline: float | None) -> bytes:
    """The whole body. A server that drips it cannot outlast the deadline."""
    chunks = []
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError("the body did not end in time")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _expect_empty(response: urllib3.BaseHTTPResponse) -> None:
    """Raise for an answer whose head was cut off: http.client takes what there is for all of it."""
    framed = "content-length" in response.headers or "transfer-encoding" in response.headers
    if not framed and response.status not in (204, 304):
        raise ProtocolError("the answer ended early")


class _Stream:
    def __init__(self, request: Request, response: urllib3.BaseHTTPResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = lower_names(response.headers)
        self._request = request
        self._response = response
        self._closed = False

    def close(self) -> None:
        self._closed = True
        # Not the response's own close: that waits for the thread that reads. Done already, or
        # never begun, there is nothing to shut down.
        with suppress(RuntimeError, ValueError, OSError):
            self._response.shutdown()

    def __iter__(self) -> Iterator[bytes]:
        empty = True
        try:
            for chunk in self._response.stream(_CHUNK):
                empty = False
                yield chunk
            if empty:
                _expect_empty(self._response)
        except (HTTPError, OSError) as error:
            if self._closed:
                return
            raise _failure(self._request, error) from error


def _failure(request: Request, error: Exception) -> TransportError:
    unsent = isinstance(error, (NewConnectionError, ConnectTimeoutError, ProxyError))
    if isinstance(error, SSLError):
        unsent = _is_unverified(error)
    timed_out = isinstance(error, (Urllib3TimeoutError, TimeoutError))
    return TransportError(describe_failure(request, error, timed_out=timed_out), sent=not unsent)


def _is_unverified(error: SSLError) -> bool:
    """Whether we refused the server's certificate, and so sent nothing."""
    return bool(error.args) and isinstance(error.args[0], ssl.SSLCertVerificationError)
