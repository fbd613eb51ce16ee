"""From events to keys, while a controller runs: predicates, map functions, and their failures.

A map function may need the server, and fail. Its event is then kept and mapped again, later and
later; other events go on meanwhile. Of several events of one object that wait, one is kept, from
the earliest state to the latest.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Coroutine, Hashable, Iterable
from typing import Any, Protocol

from msgspec.structs import replace

from kube.cache import HandlerRegistration, SharedInformer
from kube.controller.event import Event, EventType
from kube.controller.groups import is_being_cancelled
from kube.controller.mapping import MapFunction, to_itself
from kube.controller.predicates import Predicate
from kube.controller.request import Cause
from kube.controller.watch import Channel
from kube.runtime import Object
from kube.runtime.clock import Clock
from kube.runtime.keys import object_key
from kube.workqueue import ItemExponentialFailureRateLimiter, Workqueue

log = logging.getLogger("kube.controller")


class Queueing(Protocol):
    """Where keys go, with what caused them."""

    def __call__(self, key: Hashable, cause: Cause, *, priority: int = 0) -> None: ...


class Follower:
    """Follows one source of events: maps each to keys, and queues them."""

    def __init__(
        self,
        kind: str,
        map: MapFunction,
        enqueue: Queueing,
        *,
        predicates: tuple[Predicate, ...] = (),
        clock: Clock,
    ) -> None:
        self.kind = kind
        self._map = map
        self._via = "" if map.__qualname__ == "to_itself" else map.__qualname__
        self._enqueue = enqueue
        self._predicates = predicates
        self._failed: dict[str, Event[Any]] = {}
        self._in_progress = 0
        self._retries: Workqueue[str] = Workqueue(
            rate_limiter=ItemExponentialFailureRateLimiter(), clock=clock
        )
        self._retrying: asyncio.Task[None] | None = None
        self._registration: HandlerRegistration[Any] | None = None

    @property
    def unfinished(self) -> int:
        """Events that are being mapped, or whose map function has failed and is called again."""
        return len(self._failed) + self._in_progress

    def follow(self, informer: SharedInformer[Any]) -> HandlerRegistration[Any]:
        """Handle the events of an informer, of its objects first."""
        self._registration = informer.add_event_handler(
            on_add=lambda obj: self.handle(Event(EventType.CREATE, obj)),
            on_update=lambda old, new: self.handle(Event(EventType.UPDATE, new, old)),
            on_delete=lambda obj: self.handle(Event(EventType.DELETE, obj)),
            on_initial_add=lambda obj: self.handle(Event(EventType.CREATE, obj, is_initial=True)),
            on_tombstone=lambda obj: self.handle(Event(EventType.DELETE, obj, is_last_known=True)),
        )
        return self._registration

    def handle(self, event: Event[Any]) -> Coroutine[Any, Any, None] | None:
        """Map an event to keys; a coroutine, to be awaited, where the map function is async."""
        return self._map_event(event) if self._passes(event) else None

    def _passes(self, event: Event[Any]) -> bool:
        try:
            return all(predicate(event) for predicate in self._predicates)
        except Exception as error:
            # A reconcile too many does no harm; one too few might never be made up for.
            key = object_key(event.object)
            log.error(
                "a predicate of %s %s failed, so the event passes",
                self.kind,
                key,
                exc_info=error,
                extra={"kind": self.kind, "key": key},
            )
            return True

    def _map_event(self, event: Event[Any]) -> Coroutine[Any, Any, None] | None:
        try:
            keys: dict[Any, None] = {}
            for obj in event.objects:
                mapped: Any = self._map(obj)
                if type(mapped) is not list and (  # which most return, and which tells it all
                    inspect.isawaitable(mapped) or hasattr(mapped, "__aiter__")
                ):
                    return self._map_async(event, mapped)
                keys.update(_keys(mapped))
        except (Exception, asyncio.CancelledError) as error:
            self._note_failure(event, error)
        else:
            self._settle(event, keys)
        return None

    async def stop(self) -> None:
        """Handle no more events."""
        registration, self._registration = self._registration, None
        if registration is not None:
            registration.remove()
        self._retries.shut_down()
        if self._retrying is not None:
            self._retrying.cancel()
            await asyncio.gather(self._retrying, return_exceptions=True)

    async def _map_async(self, event: Event[Any], first: Any) -> None:
        self._in_progress += 1
        try:
            keys = await _collected(first)
            for obj in event.objects[1:]:
                keys.update(await _collected(self._map(obj)))
        except Exception as error:
            self._note_failure(event, error)
        except asyncio.CancelledError as error:
            if is_being_cancelled():
                raise
            self._note_failure(event, error)  # something that it waited for was cancelled
        else:
            self._settle(event, keys)
        finally:
            self._in_progress -= 1

    def _settle(self, event: Event[Any], keys: dict[Any, None]) -> None:
        if self._failed:
            key = object_key(event.object)
            if self._failed.get(key) is event:
                del self._failed[key]
                self._retries.forget(key)
        if not keys:
            return
        cause = Cause(event.type, self.kind, object_key(event.object), self._via)
        priority = event.priority
        for key in keys:
            self._enqueue(key, cause, priority=priority)

    def _note_failure(self, event: Event[Any], error: BaseException) -> None:
        key = object_key(event.object)
        earlier = self._failed.get(key)
        log.warning(
            "the mapping of %s %s failed, and is tried again: %s: %s",
            self.kind,
            key,
            type(error).__name__,
            error,
            exc_info=error if earlier is None else None,
            extra={"kind": self.kind, "key": key},
        )
        self._failed[key] = event if earlier is None else _merged(earlier, event)
        self._retries.add_rate_limited(key)
        if self._retrying is None:
            self._retrying = asyncio.create_task(self._retry(), name=f"mapping of {self.kind}")

    async def _retry(self) -> None:
        async for key in self._retries:
            event = self._failed.get(key)
            if event is not None:
                mapping = self._map_event(event)
                if mapping is not None:
                    await mapping


def _merged(earlier: Event[Any], later: Event[Any]) -> Event[Any]:
    """One event in place of two of the same object: from the earliest state to the latest."""
    if earlier is later:
        return later
    return replace(later, old=earlier.objects[0], is_initial=False)


async def _collected(mapped: Any) -> dict[Hashable, None]:
    if hasattr(mapped, "__aiter__"):
        return _keys([key async for key in mapped])
    return _keys(await mapped if inspect.isawaitable(mapped) else mapped)


def _keys(mapped: Any) -> dict[Hashable, None]:
    """What a map function has returned, each key once. Raises TypeError."""
    if type(mapped) is not list and (
        isinstance(mapped, (str, bytes)) or not isinstance(mapped, Iterable)
    ):
        raise TypeError(f"a map function returns a list of keys, not {type(mapped).__name__}")
    return dict.fromkeys(mapped)


async def follow_channel(channel: Channel[Any], enqueue: Queueing) -> None:
    """Queue the keys of a channel's values, until it is closed."""
    while (value := await channel.receive()) is not None:
        is_object = isinstance(value, Object)
        cause = Cause(
            EventType.GENERIC,
            type(value).__name__ if is_object else "",
            object_key(value) if is_object else "",
            "channel",
        )
        try:
            for key in await _keys_of(channel.map, value):
                enqueue(key, cause)
        except Exception:
            # The value is the sender's: nobody can send it again but the sender.
            log.exception(
                "no key could be made of what a channel got, and its value is lost: %r",
                value,
                extra={"kind": type(value).__name__},
            )


async def _keys_of(map: Callable[[Any], Any] | None, value: Any) -> Iterable[Hashable]:
    if map is not None:
        return await _collected(map(value))
    return _keys(to_itself(value) if isinstance(value, Object) else [value])
