"""The reflector: list, then watch, for ever; what the server has is what the store has.

After client-go's reflector. One coroutine, one connection, no buffer between: an event is in the
store before the next one is read. What an error means is decided in one place, `_follow`:

- a watch that ends, by itself, by a broken connection or by silence, goes on from the last version;
- 429, 502 to 504 and a refused connection wait first, as the server asks or the back-off says;
- everything else, 410 above all, needs a new list. The new list replaces the store, which tells
  its readers what vanished meanwhile.

Nothing ends a reflector but its cancellation, and no failure is repeated without a pause.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import Generic, Protocol, TypeVar

import msgspec

from kube.api.meta.v1 import ListOptions
from kube.cache.backoff import Backoff
from kube.cache.keys import object_key
from kube.cache.listwatch import ListerWatcher, ListPage
from kube.client.credentials import CredentialsError
from kube.client.transport import TransportError
from kube.client.watch_events import (
    AnyWatchEvent,
    Bookmark,
    Undecodable,
    WatchEvent,
    WatchEventType,
)
from kube.runtime import Object
from kube.runtime.codec import DecodeError
from kube.runtime.errors import (
    APIError,
    BadRequestError,
    GoneError,
    InvalidError,
    MethodNotAllowedError,
    ResourceVersionTooLargeError,
)

T = TypeVar("T", bound=Object)
T_contra = TypeVar("T_contra", bound=Object, contravariant=True)

PAGE_SIZE = 500
WATCH_SECONDS = (300, 600)
READ_MARGIN = 30.0
"""Seconds that a watch may outlive its timeoutSeconds before the connection counts as dead."""
SHORT_WATCH = 1.0
"""A watch that brought nothing and ended within so many seconds counts as a failure."""
UNREADABLE_WATCHES = 3
"""Watches in a row that opened and then broke with nothing read, after which a list goes on."""
PASSING = frozenset({429, 502, 503, 504})
"""HTTP codes of failures that pass by themselves: the version that was seen still holds."""
EXPECTED = (APIError, TransportError, CredentialsError, TimeoutError, DecodeError)
"""Failures that tell all in their message; any other is logged with its traceback."""
BREATH = 32
"""Events after which handlers get their turn: few, so that what they let go is used again soon."""

# An enum's member is found anew each time that it is named, which an event would feel.
_ADDED, _MODIFIED, _DELETED = WatchEventType.ADDED, WatchEventType.MODIFIED, WatchEventType.DELETED
_CHANGES = frozenset({_ADDED, _MODIFIED, _DELETED})

log = logging.getLogger("kube.cache")


class Store(Protocol[T_contra]):
    """Where a reflector puts what it sees."""

    def add(self, obj: T_contra, /) -> object: ...

    def update(self, obj: T_contra, /) -> object: ...

    def delete(self, obj: T_contra, /) -> object: ...

    def delete_unseen(self, key: str, /) -> object:
        """The object is gone, and its last state could not be read."""

    def replace(self, objects: Sequence[T_contra], keep: Collection[str], /) -> object:
        """Hold these objects, and what is already held of the keys in `keep`, and no others."""


class Reflector(Generic[T]):
    """Keeps `store` equal to what the server has of one kind.

    `api_version` and `kind` are what objects must be; empty ones accept anything. With
    `watch_list` the initial objects come as events of the watch where the server can do that.
    """

    def __init__(
        self,
        lister_watcher: ListerWatcher[T],
        store: Store[T],
        *,
        api_version: str = "",
        kind: str = "",
        watch_list: bool = False,
        random: Random | None = None,
    ) -> None:
        self._lister_watcher = lister_watcher
        self._store = store
        self._api_version = api_version
        self._kind = kind
        self._watch_list = watch_list
        self._random = random or Random()
        self._version = ""
        self._version_is_lost = False
        self._backoff: Backoff
        self._opened = 0
        self.replaced = 0
        """How often a list, streamed or not, took the place of what the store had."""
        self.lists = 0
        """How often a list was begun."""
        self.watches = 0
        """How often a watch was begun."""
        self.events = 0
        """Events that came, bookmarks among them."""
        self.failures = 0
        """Pauses: after a failure, an expired version, or a watch that was of no use."""
        self.skipped = 0
        """How many objects did not decode or were of a wrong kind."""

    @property
    def last_sync_resource_version(self) -> str:
        """The version up to which the store is known to be true; empty before the first list."""
        return self._version

    async def run(self) -> None:
        """Run until cancelled."""
        self._backoff = Backoff(_time, self._random)
        while True:
            error: Exception | None = None
            try:
                if not (self._watch_list and await self._stream_initial_objects()):
                    await self._list()
                await self._follow()
            except Exception as failure:
                error = failure
            await self._pause(error)

    async def _list(self) -> None:
        """Replace the store by a list. Raises what the client raises."""
        version = "" if self._version_is_lost else self._version or "0"
        try:
            page = await self._list_pages(version)
        except (GoneError, ResourceVersionTooLargeError) as error:
            self._version_is_lost = True
            if not version:
                raise
            log.info(
                "%s: version %s is not to be had: %s",
                self._kind,
                version,
                error,
                extra={"kind": self._kind},
            )
            page = await self._list_pages("")
        for broken in page.undecodable:
            self._skip(broken.key, broken.error)
        items = [obj for obj in page.items if self._is_ours(obj.api_version, obj.kind)]
        self._replace(items, {broken.key for broken in page.undecodable}, page.resource_version)

    async def _list_pages(self, version: str) -> ListPage[T]:
        """All pages as one."""
        self.lists += 1
        first = ListOptions(resource_version=version, limit=PAGE_SIZE)
        if version not in ("", "0"):
            # With a limit and no word on the match, it would be exactly this version.
            first.resource_version_match = "NotOlderThan"
        page = await self._lister_watcher.list(first)
        items, undecodable = page.items, list(page.undecodable)
        _release_texts(items)
        while page.continue_:
            following = ListOptions(limit=PAGE_SIZE, continue_=page.continue_)
            try:
                page = await self._lister_watcher.list(following)
            except GoneError:
                first.limit = 0
                page = await self._lister_watcher.list(first)
                _release_texts(page.items)
                return page
            _release_texts(page.items)
            items.extend(page.items)
            undecodable.extend(page.undecodable)
        return ListPage(items, page.resource_version, "", undecodable)

    async def _follow(self) -> None:
        """Watch from the last version until a new list is needed.

        Returns when the version has expired or its watch cannot be read; raises any other error
        that a new list may help against.
        """
        unreadable = 0
        while True:
            began, version, opened = _time(), self._version, self._opened
            error: Exception | None = None
            try:
                await self._watch(ListOptions(resource_version=version))
            except GoneError as gone:
                log.info(
                    "%s: version %s has expired: %s",
                    self._kind,
                    self._version,
                    gone,
                    extra={"kind": self._kind},
                )
                return
            except (TransportError, TimeoutError) as failure:
                error = failure
            except APIError as failure:
                if failure.code not in PASSING:
                    raise
                error = failure
            if self._version != version:
                unreadable = 0
            elif error is not None and self._opened != opened:
                unreadable += 1
                if unreadable == UNREADABLE_WATCHES:
                    return
            if error is not None or (self._version == version and _time() - began < SHORT_WATCH):
                await self._pause(error)

    async def _watch(self, options: ListOptions) -> bool:
        """The events of one connection into the store.

        Says whether the initial events, where they were asked for, were all seen.
        """
        options.timeout_seconds = self._random.randrange(*WATCH_SECONDS)
        options.allow_watch_bookmarks = True
        initial: dict[str, T] | None = {} if options.send_initial_events else None
        keep: set[str] = set()
        self.watches += 1
        async with (
            asyncio.timeout(options.timeout_seconds + READ_MARGIN),
            self._lister_watcher.watch(options) as events,
        ):
            self._opened += 1
            async for event in events:
                self.events += 1
                if not self.events % BREATH:
                    await asyncio.sleep(0)
                if initial is None:
                    self._apply(event)
                elif self._gather(event, initial, keep):
                    initial = None
        return initial is None

    async def _stream_initial_objects(self) -> bool:
        """Have the initial objects from a watch, and follow it to its end (KEP-3157, WatchList).

        False where the server cannot do that; it is not asked again then.
        """
        options = ListOptions(
            resource_version="" if self._version_is_lost else self._version,
            resource_version_match="NotOlderThan",
            send_initial_events=True,
        )
        replaced = self.replaced
        try:
            able = await self._watch(options)
        except (BadRequestError, MethodNotAllowedError, InvalidError) as refusal:
            log.info(
                "%s: the server does not stream lists: %s",
                self._kind,
                refusal,
                extra={"kind": self._kind},
            )
            able = False
        except (GoneError, ResourceVersionTooLargeError):
            self._version_is_lost = True
            raise
        except (TransportError, TimeoutError):
            if self.replaced == replaced:
                raise
            able = True
        self._watch_list = able
        return able

    def _gather(self, event: AnyWatchEvent[T], initial: dict[str, T], keep: set[str]) -> bool:
        """Take one of the initial events; True when they are complete and in the store."""
        if type(event) is WatchEvent:
            obj = event.object
            _release_texts((obj,))
            if self._is_ours(obj.api_version, obj.kind):
                if event.type is _DELETED:
                    initial.pop(object_key(obj), None)
                else:
                    initial[object_key(obj)] = obj
        elif isinstance(event, Undecodable):
            self._skip(event.key, event.error)
            keep.add(event.key)
        elif isinstance(event, Bookmark) and event.ends_initial_events:
            self._replace(list(initial.values()), keep, event.resource_version)
            return True
        return False

    def _apply(self, event: AnyWatchEvent[T]) -> None:
        if type(event) is WatchEvent:
            obj = event.object
            exactly_ours = obj.kind == self._kind and obj.api_version == self._api_version
            if not exactly_ours and not self._is_ours(obj.api_version, obj.kind):
                return
            _release_texts((obj,))
            if event.type is _MODIFIED:
                self._store.update(obj)
            elif event.type is _ADDED:
                self._store.add(obj)
            else:
                self._store.delete(obj)
            self._version = obj.metadata.resource_version or self._version
        elif isinstance(event, Bookmark):
            self._version = event.resource_version or self._version
        elif isinstance(event, Undecodable):
            self._pass_over(event)

    def _pass_over(self, event: Undecodable) -> None:
        """An object that does not decode: no more is done than its metadata allows."""
        found = _type_meta(event.raw)
        if event.type not in _CHANGES or not self._is_ours(found.api_version, found.kind):
            return
        if event.type is _DELETED and event.key:
            self._store.delete_unseen(event.key)
        else:
            self._skip(event.key, event.error)
        self._version = event.metadata.resource_version or self._version

    def _replace(self, objects: list[T], keep: Collection[str], version: str) -> None:
        self._store.replace(objects, keep)
        self._version = version
        self._version_is_lost = False
        self.replaced += 1

    def _is_ours(self, api_version: str, kind: str) -> bool:
        """Whether an object is of the kind that was asked for; it is counted where it is not."""
        wrong_version = self._api_version and api_version and api_version != self._api_version
        wrong_kind = self._kind and kind and kind != self._kind
        if wrong_version or wrong_kind:
            self.skipped += 1
            log.warning(
                "%s: dropped an object of another kind: %s %s",
                self._kind,
                api_version,
                kind,
                extra={"kind": self._kind},
            )
            return False
        return True

    def _skip(self, key: str, error: Exception) -> None:
        self.skipped += 1
        log.warning(
            "%s %s: skipped, it does not decode: %s",
            self._kind,
            key or "(no name)",
            error,
            extra={"kind": self._kind, "key": key},
        )

    async def _pause(self, error: Exception | None) -> None:
        """Wait as long as the back-off says, and at least as long as the server does."""
        self.failures += 1
        delay = self._backoff.next()
        if isinstance(error, APIError) and error.retry_after is not None:
            delay = max(delay, error.retry_after)
        if error is not None:
            expected = isinstance(error, EXPECTED)
            log.warning(
                "%s: %s; trying again in %.1f s",
                self._kind or "reflector",
                error if str(error) else type(error).__name__,
                delay,
                exc_info=None if expected else error,
                extra={"kind": self._kind},
            )
        await asyncio.sleep(delay)


class _TypeMeta(msgspec.Struct, rename="camel"):
    api_version: str = ""
    kind: str = ""


_decode_type_meta = msgspec.json.Decoder(_TypeMeta).decode


def _type_meta(raw: bytes) -> _TypeMeta:
    try:
        return _decode_type_meta(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _TypeMeta()


def _release_texts(objects: Iterable[Object]) -> None:
    """Raw JSON is a view of the text it came from, a whole page of a list perhaps: keep less."""
    for obj in objects:
        for entry in obj.metadata.managed_fields or ():
            entry.fields_v1 = entry.fields_v1.copy()


def _time() -> float:
    return asyncio.get_running_loop().time()
