"""The protocol between the REST client and whatever carries its requests.

Requests and responses are plain values, so that a transport is small: aiohttp and urllib3 carry
them over a network, and the in-memory one hands them to the embedded API server. A transport knows
nothing of Kubernetes; it moves bytes and raises `TransportError` when it cannot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is absolute and not yet quoted; `query` keeps its order.

    `timeout` is in seconds, for the whole exchange of `send`, and for the wait between two chunks
    of `stream`; None waits for ever.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AsyncStream(Protocol):
    """A response whose body arrives in chunks, cut anywhere."""

    status: int
    headers: Mapping[str, str]

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Stream(Protocol):
    status: int
    headers: Mapping[str, str]

    def __iter__(self) -> Iterator[bytes]: ...


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

    `sent` is false when the server surely saw nothing of it, so that repeating it is safe.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent
