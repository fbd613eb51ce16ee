# Derived from kube/client/_async/watch.py: python hack/unasync.py. DO NOT EDIT.
"""A watch as a context manager and an iterator of typed events.

Leaving the block ends the watch and frees its connection at once, whatever happened inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Generic, TypeVar

from kube.client._sync.rest import RESTClient
from kube.client.cancellation import Cancellation, enter
from kube.client.decoding import fill_kind
from kube.client.options import read_headers
from kube.client.retries import MAX_RETRIES
from kube.client.transport import Stream
from kube.client.watch_events import (
    AnyWatchEvent,
    LineSplitter,
    Undecodable,
    WatchEvent,
    decode_event,
)
from kube.runtime import PartialObjectMetadata
from kube.runtime.resource import Resource

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")


class Watch(Generic[T]):
    """One watch request.

    Iterating yields `WatchEvent[T]`, and ends when the server ends the watch, which is ordinary:
    go on with a new watch. `everything()` yields bookmarks and undecodable objects too. Both raise

    - `ExpiredError` where the version to start from is too old (also on entering the block),
    - other `APIError`s for other ERROR events and refusals,
    - `TransportError` where the connection broke, fell silent or sent no events.
    """

    def __init__(
        self,
        rest: RESTClient,
        resource: Resource,
        type: type[T],
        path: str,
        query: Sequence[tuple[str, str]],
        silence: float | None,
        *,
        headers: Mapping[str, str] | None = None,
        max_retries: int = MAX_RETRIES,
    ) -> None:
        self._rest = rest
        self._resource = resource
        self._type = type
        self._path = path
        self._query = query
        self._silence = silence
        self._headers = headers
        self._max_retries = max_retries
        self._cancellation = Cancellation()
        self._context = self._open()
        self._stream: Stream | None = None

    def _open(self) -> AbstractContextManager[Stream]:
        return self._rest.stream(
            self._path,
            query=self._query,
            headers={**(read_headers(self._resource) or {}), **(self._headers or {})},
            timeout=self._silence,
            max_retries=self._max_retries,
            cancellation=self._cancellation,
        )

    def __enter__(self) -> Self:
        self._stream = enter(self._context, self._cancellation)
        if self._stream is not None and self._cancellation.cancelled:
            self._stream.close()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._stream is not None:
            self._stream = None
            self._context.__exit__(None, None, None)

    def close(self) -> None:
        """End the watch, from any task or thread: its loop just ends.

        A watch that is still opening stops opening, and its loop yields nothing.
        """
        self._cancellation.cancel()
        stream = self._stream
        if stream is not None:
            stream.close()

    def __iter__(self) -> Iterator[WatchEvent[T]]:
        for event in self.everything():
            if isinstance(event, WatchEvent):
                yield event
            elif isinstance(event, Undecodable):
                self._rest.on_undecodable(self._resource, event)

    def everything(self) -> Iterator[AnyWatchEvent[T]]:
        """All that the server sends: events, bookmarks, and objects that do not decode."""
        if self._stream is None:
            if self._cancellation.cancelled:
                return
            raise RuntimeError("a watch is open inside its block only: `with client.watch()`")
        splitter = LineSplitter()
        kind = self._type
        only_metadata = issubclass(kind, PartialObjectMetadata)
        for chunk in self._stream:
            for line in splitter.feed(chunk):
                event = decode_event(line, kind)
                if only_metadata and isinstance(event, WatchEvent):
                    fill_kind(event.object, self._resource)
                yield event
        if not self._cancellation.cancelled:
            splitter.finish()
