"""What a reflector needs of a client: to list a page, and to watch.

A narrow protocol, so that a reflector can be driven by a script as well as by a server. Events are
those of `kube.client.watch_events`; an ERROR event of a watch is raised as its typed error, and
ends it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from kube.api.meta.v1 import ListOptions
from kube.client.watch_events import AnyWatchEvent, Undecodable
from kube.runtime import Object

T = TypeVar("T", bound=Object)


@dataclass(slots=True)
class ListPage(Generic[T]):
    """One page of a list; `continue_` is empty on the last. `undecodable` are left out of items."""

    items: list[T]
    resource_version: str
    continue_: str = ""
    undecodable: Sequence[Undecodable] = ()


class ListerWatcher(Protocol[T]):
    """Both methods raise APIError, TransportError and DecodeError, a watch also while iterated."""

    async def list(self, options: ListOptions) -> ListPage[T]:
        """One page."""
        ...

    def watch(
        self, options: ListOptions
    ) -> AbstractAsyncContextManager[AsyncIterator[AnyWatchEvent[T]]]:
        """The events of one connection, which closes with the context."""
        ...


@runtime_checkable
class KnowsServed(Protocol):
    """A ListerWatcher that can tell whether what it lists exists at all."""

    async def is_served(self) -> bool:
        """Whether the server serves the resource. Raises what discovery raises."""
        ...
