"""The protocol between the REST client and whatever carries its requests.

Requests and responses are plain values, so that a transport is small: those of `kube.client.http`
carry them over a network, and the in-memory one passes them to the embedded API server. A transport
knows nothing of Kubernetes; it moves bytes and raises `TransportError` when it cannot.
"""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode

import msgspec

if TYPE_CHECKING:
    from kube.client.cancellation import Cancellation

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection over a network."""

KEEPALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    ),
]
"""Socket options that end a silent connection within a minute after the other end is gone."""


class Request(msgspec.Struct, frozen=True):
    """One HTTP request. `path` is absolute and not yet quoted; `query` keeps its order; names of
    headers are in lower case. Its repr shows no header, since headers contain credentials.

    `timeout` is in seconds, for the whole exchange of `send`, and for the wait between two chunks
    of `stream`; None waits for ever. `first_byte` is in seconds too, for the wait of `stream` until
    its answer begins; None is the same as `timeout`.

    A synchronous transport gives up opening a stream, and frees its connection, when `cancellation`
    is cancelled; an asynchronous one has its task cancelled.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    timeout: float | None = None
    first_byte: float | None = None
    cancellation: Cancellation | None = None

    def __rich_repr__(self) -> list[tuple[str, object]]:
        shown = ("method", "path", "query", "timeout", "first_byte")
        return [(name, getattr(self, name)) for name in shown]

    def __repr__(self) -> str:
        return _shown(self)


class Response(msgspec.Struct, frozen=True):
    """A whole response. Header names are in lower case.

    Its repr leaves out the body, which may be a Secret.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("status", self.status), ("headers", self.headers)]

    def __repr__(self) -> str:
        return _shown(self)


def _shown(value: Request | Response) -> str:
    fields = ", ".join(f"{name}={field!r}" for name, field in value.__rich_repr__())
    return f"{type(value).__name__}({fields})"


class AsyncStream(Protocol):
    """A response whose body arrives in chunks, cut anywhere.

    `close` ends it at once, also from another task or another thread: the iteration then ends as
    if the body had ended.
    """

    status: int
    headers: Mapping[str, str]

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def close(self) -> None: ...


class Stream(Protocol):
    """The synchronous `AsyncStream`."""

    status: int
    headers: Mapping[str, str]

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class AsyncTransport(Protocol):
    async def send(self, request: Request) -> Response: ...

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStream]: ...

    async def close(self) -> None: ...


class Transport(Protocol):
    def send(self, request: Request) -> Response: ...

    def stream(self, request: Request) -> AbstractContextManager[Stream]: ...

    def close(self) -> None: ...


class TransportError(Exception):
    """The request did not get an answer: refused, reset, timed out, or not understood as HTTP.

    `sent` is false when the server certainly received nothing of it, so that repeating it is safe.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


_is_plain = re.compile(r"[A-Za-z0-9_.~/:@!$&'()*+,;=-]*").fullmatch
"""Whether quoting changes nothing of a path; quicker than quoting it."""


def target(request: Request) -> str:
    """Path and query, quoted for the request line."""
    path = request.path
    if not _is_plain(path):
        path = quote(path, safe="/:@!$&'()*+,;=~")
    return f"{path}?{urlencode(request.query)}" if request.query else path
