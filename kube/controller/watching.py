"""The watches of a running controller: begun with it, added to it, removed from it.

A kind may come after the start, with its CRD. A watch that is needed waits for it, for a while; an
optional one waits for it as long as the controller runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from kube.client import CredentialsError, TransportError
from kube.client.discovery import NoMatchError
from kube.controller.controller import Controller
from kube.controller.errors import CacheSyncTimeoutError
from kube.controller.following import Follower, Queueing
from kube.controller.informers import Informers
from kube.controller.mapping import MapFunction, to_itself, to_owners
from kube.controller.watch import Watch
from kube.runtime.clock import Clock, timeout
from kube.runtime.codec import DecodeError
from kube.runtime.errors import APIError
from kube.runtime.resource import Resource

DISCOVER_EVERY = 10.0
"""Seconds after which it is asked again whether a kind without a class is served."""

log = logging.getLogger("kube.controller")

Resolve = Callable[[Any], Awaitable[Resource]]


class Watching:
    """Follows the watches of a controller. `resolve` finds the Resource of a kind."""

    def __init__(
        self,
        controller: Controller,
        informers: Informers,
        resolve: Resolve,
        enqueue: Queueing,
        clock: Clock,
    ) -> None:
        self.primary: Resource | None = None
        """What is reconciled, once it was found."""
        self._controller = controller
        self._informers = informers
        self._resolve = resolve
        self._enqueue = enqueue
        self._clock = clock
        self._followers: dict[Watch, Follower | None] = {}
        self._awaiting: dict[Watch, asyncio.Task[None]] = {}

    @property
    def unfinished(self) -> bool:
        """Whether events are being mapped, or wait for a map function to succeed."""
        return any(f.unfinished for f in self._followers.values() if f is not None)

    async def start(self) -> None:
        """Hand over every watch's first list. Raises CacheSyncTimeoutError."""
        controller = self._controller
        primary = controller.primary
        if primary is not None:
            self.primary = await self._in_time(primary, self._found(primary, primary.kind))
        watches = [*([primary] if primary else []), *controller.owns, *controller.watches]
        outcomes = await asyncio.gather(
            *(self.add(watch) for watch in watches), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def add(self, watch: Watch) -> None:
        """Follow a kind, its objects first. Raises CacheSyncTimeoutError, and ValueError."""
        if watch in self._followers:
            raise ValueError(f"controller {self._controller.name} follows this {watch} already")
        if watch.map is None and self.primary is None:
            raise ValueError(f"the watch of {watch} needs a map function, from an object to keys")
        self._followers[watch] = None
        if watch.optional:
            await self._follow_while_there(watch)
            return
        try:
            await self._in_time(watch, self._follow(watch))
        except BaseException:
            await self._end(watch)
            raise

    async def remove(self, watch: Watch) -> None:
        """Follow a kind no longer. Raises ValueError for a watch that is not followed."""
        if watch not in self._followers:
            raise ValueError(
                f"controller {self._controller.name} does not have this watch of {watch}"
            )
        await self._end(watch)

    async def stop(self) -> None:
        """Follow nothing any more."""
        for watch in list(self._followers):
            await self._end(watch)

    async def _end(self, watch: Watch) -> None:
        awaiting = self._awaiting.pop(watch, None)
        if awaiting is not None:
            awaiting.cancel()
            await asyncio.gather(awaiting, return_exceptions=True)
        follower = self._followers.pop(watch, None)
        if follower is not None:
            await follower.stop()

    async def _follow(self, watch: Watch) -> None:
        """Follow a kind from now on, and hand over its first list."""
        resource = await self._found(watch, watch.source)
        await self._begin(watch, resource).wait_for_sync()

    async def _follow_while_there(self, watch: Watch) -> None:
        """Follow a kind that need not be served, now or always."""

        async def later() -> None:
            try:
                self._begin(watch, await self._found(watch, watch.source))
            except Exception:
                log.exception(
                    "controller %s cannot follow %s, and goes on without it",
                    self._controller.name,
                    watch,
                    extra={"controller": self._controller.name, "kind": str(watch)},
                )

        try:
            resource = await self._resolve(watch.source)
        except _UNKNOWN:
            name = f"{self._controller.name} awaits {watch}"
            self._awaiting[watch] = asyncio.create_task(later(), name=name)
        else:
            self._begin(watch, resource)

    def _begin(self, watch: Watch, resource: Resource) -> Any:
        predicates = (watch.predicate, self._controller.event_filter)
        follower = self._followers[watch] = Follower(
            str(watch),
            self._map_of(watch),
            self._enqueue,
            predicates=tuple(each for each in predicates if each is not None),
            clock=self._clock,
        )
        return follower.follow(self._informers.informer_for(resource))

    def _map_of(self, watch: Watch) -> MapFunction:
        if watch is self._controller.primary:
            return to_itself
        if watch.map is not None:
            return watch.map
        assert self.primary is not None
        return to_owners(self.primary, any_owner=watch.any_owner)

    async def _found(self, watch: Watch, kind: Any) -> Resource:
        """The resource of a kind, once the server serves it."""
        said = ""
        while True:
            try:
                return await self._resolve(kind)
            except _UNKNOWN as error:
                if str(error) != said:
                    said = str(error)
                    log.warning(
                        "controller %s: the watch of %s waits for its kind: %s",
                        self._controller.name,
                        watch,
                        error,
                        extra={"controller": self._controller.name, "kind": str(watch)},
                    )
            await self._clock.sleep(DISCOVER_EVERY)

    async def _in_time(self, watch: Watch, work: Awaitable[Any]) -> Any:
        """The result of some work. Raises CacheSyncTimeoutError where it takes too long."""
        seconds = self._controller.cache_sync_timeout
        try:
            async with timeout(self._clock, seconds):
                return await work
        except TimeoutError:
            raise CacheSyncTimeoutError(
                f"controller {self._controller.name}: the watch of {watch} had no first list "
                f"within {seconds:g} s{self._informers.last_answer(watch.source)}; if {watch} is "
                "defined by a CRD, install that first, or make the watch optional"
            ) from None


_UNKNOWN = (NoMatchError, APIError, TransportError, CredentialsError, DecodeError)
"""What tells that a kind cannot be found at present."""
