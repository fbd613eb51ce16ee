"""What a controller follows besides its own kind: watches, channels, sources of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from kube.client import KindRef, metadata_of
from kube.client.kinds import class_resource
from kube.controller.errors import ManagerStateError
from kube.controller.mapping import MapFunction
from kube.controller.predicates import Predicate, check_predicate
from kube.runtime import Object, PartialObjectMetadata

T = TypeVar("T")

CHANNEL_CAPACITY = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """A kind whose events lead to keys: in `watches` by `map`, in `owns` by owner references.

    `map` gets each state of an object, of an update the old and the new one, and returns keys; an
    exception has it called again later. `predicate` decides about events before that. With
    `metadata_only` the server sends nothing but metadata. `any_owner` counts all owner references,
    not the controller's alone. An `optional` kind need not be served: the controller starts without
    it, and follows it while it exists.

    Raises TypeError for what is not a kind, a function or a predicate.
    """

    kind: type[Object] | KindRef[Any]
    map: MapFunction | None = None
    predicate: Predicate | None = None
    metadata_only: bool = False
    any_owner: bool = False
    optional: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.kind, KindRef):
            class_resource(self.kind)
        if self.map is not None and not callable(self.map):
            raise TypeError(f"map of a watch is a function, not {self.map!r}")
        check_predicate("predicate of a watch", self.predicate)

    @property
    def source(self) -> type[Object] | KindRef[Any]:
        """The kind as it is read: whole objects, or their metadata."""
        if self.metadata_only and not _is_metadata(self.kind):
            return metadata_of(self.kind)
        return self.kind

    def __str__(self) -> str:
        return self.kind.gvk.kind if isinstance(self.kind, KindRef) else self.kind.__name__


def _is_metadata(kind: type[Object] | KindRef[Any]) -> bool:
    return isinstance(kind, KindRef) and kind.type is PartialObjectMetadata


class Enqueue(Protocol):
    """Has keys reconciled; for the event loop of the manager."""

    def __call__(self, key: Hashable, *, priority: int = 0, after: float = 0.0) -> None:
        """Queue a key, at once or `after` so many seconds."""
        ...


Source: TypeAlias = Callable[[Enqueue], Awaitable[object]]
"""Runs for as long as the controller, and queues keys. What it raises ends the manager."""


class Channel(Generic[T]):
    """Events from outside of the cluster: what is sent here is mapped to keys, and reconciled.

    `map` returns the keys of a value; without it a value is an object of the API, whose key it is,
    or a key itself. Sending waits while `capacity` values are queued. Closing ends it quietly. A
    channel serves one controller.
    """

    def __init__(
        self, map: Callable[[T], Any] | None = None, *, capacity: int = CHANNEL_CAPACITY
    ) -> None:
        self.map = map
        self._values: asyncio.Queue[T | None] = asyncio.Queue(capacity)
        self._is_closed = False
        self._is_taken = False

    def take(self) -> None:
        """A controller receives. Raises ManagerStateError where another one does already."""
        if self._is_taken:
            raise ManagerStateError(
                "a channel serves one controller, since each value is received once: make another"
            )
        self._is_taken = True

    async def send(self, value: T) -> None:
        """Send a value; waits while the channel is full.

        Raises ValueError for None, which is not a value, and once the channel is closed.
        """
        if value is None:
            raise ValueError("a channel does not take None: send an object or a key")
        if self._is_closed:
            raise ValueError("the channel is closed")
        await self._values.put(value)

    async def close(self) -> None:
        """Take no more values. Those that were sent are still handled."""
        if not self._is_closed:
            self._is_closed = True
            await self._values.put(None)

    async def receive(self) -> T | None:
        """The next value, or None at the end."""
        return await self._values.get()
