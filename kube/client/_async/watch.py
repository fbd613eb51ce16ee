"""A watch as a context manager and an iterator of typed events.

Leaving the block ends the watch and frees its connection at once, whatever happened inside.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Generic, TypeVar

from kube.client._async.rest import AsyncRESTClient
from kube.client.events import AnyEvent, Event, LineSplitter, Undecodable, decode_event
from kube.client.transport import AsyncStream
from kube.runtime.resource import Resource

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")


class AsyncWatch(Generic[T]):
    """One watch request.

    Iterating yields `Event[T]`, and ends when the server ends the watch, which is ordinary: go on
    with a new watch. `everything()` yields bookmarks and undecodable objects too. Both raise

    - `ExpiredError` where the version to start from is too old (also on entering the block),
    - other `APIError`s for other ERROR events and refusals,
    - `TransportError` where the connection broke, fell silent or sent no events.
    """

    def __init__(
        self,
        rest: AsyncRESTClient,
        resource: Resource,
        type: type[T],
        path: str,
        query: Sequence[tuple[str, str]],
        silence: float | None,
    ) -> None:
        self._rest = rest
        self._resource = resource
        self._type = type
        self._context: AbstractAsyncContextManager[AsyncStream] = rest.stream(
            path, query=query, timeout=silence
        )
        self._stream: AsyncStream | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        self._stream = await self._context.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._stream = None
        await self._context.__aexit__(None, None, None)

    def close(self) -> None:
        """End the watch from outside of its loop (in another thread, say): the loop just ends."""
        self._closed = True
        if self._stream is not None:
            self._stream.close()

    async def __aiter__(self) -> AsyncIterator[Event[T]]:
        async for event in self.everything():
            if isinstance(event, Event):
                yield event
            elif isinstance(event, Undecodable):
                self._rest.on_undecodable(self._resource, event)

    async def everything(self) -> AsyncIterator[AnyEvent[T]]:
        """All that the server sends: events, bookmarks, and objects that do not decode."""
        if self._stream is None:
            raise RuntimeError("a watch is open inside its block only: `async with client.watch()`")
        splitter = LineSplitter()
        kind = self._type
        async for chunk in self._stream:
            for line in splitter.feed(chunk):
                yield decode_event(line, kind)
        if not self._closed:
            splitter.finish()
