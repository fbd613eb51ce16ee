"""The reflector: list, then watch, forever; what the server has is what the store has.

After client-go's reflector. One coroutine, one connection, no buffer between: an event is in the
store before the next one is read. What follows the end of a watch is decided in `recovery`.

With `watch_list` the list itself is a watch that begins with all objects, where the server can do
that (KEP-3157, WatchList). Whenever it fails, a plain list follows at once. It is not the default,
because the first list then costs this side a third more (docs/benchmarks.md).

A reflector ends when it is cancelled or when its store raises InformerFailedError. No failure is
repeated without a pause.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Generic, TypeVar

from kube.api.meta.v1 import ListOptions
from kube.cache.backoff import Backoff
from kube.cache.errors import InformerFailedError
from kube.cache.intake import Gathered, Intake, Store
from kube.cache.listwatch import KnowsServed, ListerWatcher
from kube.cache.recovery import Delay, Recovery, WatchEnd, is_overload
from kube.cache.silence import SilenceTimeout
from kube.client.credentials import CredentialsError
from kube.client.decoding import collector_paused
from kube.client.transport import TransportError
from kube.client.watch_events import AnyWatchEvent
from kube.runtime import Object
from kube.runtime.codec import DecodeError
from kube.runtime.errors import (
    APIError,
    BadRequestError,
    GoneError,
    InvalidError,
    MethodNotAllowedError,
    NotFoundError,
    ResourceVersionTooLargeError,
)

T = TypeVar("T", bound=Object)

Tweak = Callable[[ListOptions], object]

PAGE_SIZE = 500
WATCH_SECONDS = (300, 600)
READ_MARGIN = 30.0
"""Seconds that a watch may outlive its timeoutSeconds before the connection counts as dead."""
SILENCE = 150.0
"""Seconds without anything read after which it does, too: two bookmarks are then missing."""
INITIAL_SILENCE = 30.0
"""The same while the initial objects arrive, which a server sends in one go."""
LONGEST_PAUSE = 1.0
"""Seconds for which the cyclic collector is paused while the initial events arrive."""
YIELD_EVERY = 32
"""Events after which handlers run: few, so that the memory they free is used again soon."""
EXPECTED_ERRORS = (APIError, TransportError, CredentialsError, TimeoutError, DecodeError)
"""Errors whose message says all; any other is logged with its traceback."""

log = logging.getLogger("kube.cache")


class Reflector(Generic[T]):
    """Keeps `store` equal to what the server has of one kind.

    `api_version` and `kind` are what objects must be; empty ones accept anything. With
    `watch_list` the initial objects come as events of the watch where the server can do that.
    `tweak` changes the options of each request: selectors, the limit, a list's version, and
    timeout_seconds, which moves the client's own deadline too. The version of a watch, bookmarks
    and continue tokens stay the reflector's.
    """

    def __init__(
        self,
        lister_watcher: ListerWatcher[T],
        store: Store[T],
        *,
        api_version: str = "",
        kind: str = "",
        watch_list: bool = False,
        tweak: Tweak | None = None,
        random: Random | None = None,
    ) -> None:
        self._lister_watcher = lister_watcher
        self._kind = kind
        self._watch_list = watch_list
        self._tweak = tweak
        self._random = random or Random()
        self._version_is_lost = False
        self._is_absent = False
        self._pages_any_version = False
        self._backoff: Backoff
        self._recovery = Recovery()
        self.intake: Intake[T] = Intake(store, api_version, kind)
        """What becomes of the answers."""
        self.lists = 0
        """How often a list was begun, streamed or not; later pages do not count."""
        self.watches = 0
        """How often a watch was begun."""
        self.events = 0
        """Events that came, bookmarks included."""
        self.failures = 0
        """Pauses: after a failure, an expired version, or a watch without use."""
        self.error: Exception | None = None
        """Why the last list or watch failed; None once a list has succeeded again."""

    @property
    def last_sync_resource_version(self) -> str:
        """The version up to which the store is known to be true; empty before the first list."""
        return self.intake.version

    async def run(self) -> None:
        """Run until cancelled. Raises InformerFailedError where the store does."""
        self._backoff = Backoff(_time, self._random)
        while True:
            try:
                end = await self._stream() if self._watch_list else None
                if end is None:
                    await self._list()
                await self._follow(end)
            except InformerFailedError:
                raise
            except Exception as error:
                if isinstance(error, NotFoundError):
                    await self._forget_if_gone()
                await self._pause(error, Delay.GROWING)

    # Lists

    async def _list(self) -> None:
        """Replace the content of the store by a list. Raises what the client raises."""
        version = "" if self._version_is_lost else self.intake.version or "0"
        try:
            await self._list_pages(version)
        except (GoneError, ResourceVersionTooLargeError) as error:
            self._version_is_lost = True
            if not version:
                raise
            self._info("version %s is not available: %s", version, error)
            await self._list_pages("")

    async def _list_pages(self, version: str) -> None:
        """List page by page, preparing each page's objects before the next one is read."""
        self.lists += 1
        gathered: Gathered[T] = Gathered()
        # With a limit, a version other than these would be read from etcd, page by page, and not
        # from the watch cache. A server that answers "0" in pages has none.
        limit = PAGE_SIZE if version in ("", "0") or self._pages_any_version else 0
        page = await self._lister_watcher.list(self._list_options(version, limit))
        if page.continue_ and version == "0":
            self._pages_any_version = True
        self.intake.gather_page(page, gathered)
        while page.continue_:
            following = ListOptions(limit=PAGE_SIZE, continue_=page.continue_)
            self._apply_tweak(following)
            following.resource_version = following.resource_version_match = ""
            following.continue_ = page.continue_
            try:
                page = await self._lister_watcher.list(following)
            except GoneError:
                gathered = Gathered()
                page = await self._lister_watcher.list(self._list_options(version, 0))
            self.intake.gather_page(page, gathered)
        self.intake.replace(gathered, page.resource_version)
        self._note_list()

    def _note_list(self) -> None:
        """A list is complete."""
        self._version_is_lost = False
        self.error = None
        if self._is_absent:
            self._is_absent = False
            self._info("the server serves it now")

    async def _forget_if_gone(self) -> None:
        """Objects of a kind that is not served any more are gone with its definition.

        A 404 alone does not tell: it may be a proxy's. Discovery has to agree.
        """
        if not (self.intake.version and isinstance(self._lister_watcher, KnowsServed)):
            return
        try:
            is_served = await self._lister_watcher.is_served()
        except EXPECTED_ERRORS:
            return
        if not is_served:
            self._info("the server serves it no more: its objects are gone")
            self.intake.forget()

    def _list_options(self, version: str, limit: int) -> ListOptions:
        options = ListOptions(resource_version=version, limit=limit)
        if version not in ("", "0"):
            # With a limit and without a match, it would be exactly this version.
            options.resource_version_match = "NotOlderThan"
        self._apply_tweak(options)
        options.continue_ = ""
        return options

    async def _stream(self) -> WatchEnd | None:
        """Read the initial objects from a watch and follow it to its end.

        Returns None where a list must follow at once. Raises what stops a list as well.
        """
        options = ListOptions(
            resource_version="" if self._version_is_lost else self.intake.version,
            resource_version_match="NotOlderThan",
            send_initial_events=True,
        )
        self.lists += 1
        replaced = self.intake.replaced
        end = await self._watch(options)
        if self.intake.replaced != replaced:
            return end
        error = end.error
        if isinstance(error, (BadRequestError, MethodNotAllowedError, InvalidError)):
            self._watch_list = False
            self._info("the server does not stream lists: %s", error)
            return None
        if isinstance(error, (GoneError, ResourceVersionTooLargeError)):
            self._version_is_lost = True
        elif error is not None and is_overload(error):
            raise error
        self._info("the streamed list failed, a plain one follows: %s", error or "it ended early")
        return None

    # Watches

    async def _follow(self, end: WatchEnd | None) -> None:
        """Watch from the last version until a new list is needed.

        `end` is that of a watch which has ended already: the one that streamed the list.
        """
        while True:
            if end is None:
                end = await self._watch(ListOptions(resource_version=self.intake.version))
            if isinstance(end.error, ResourceVersionTooLargeError):
                self._version_is_lost = True
            step = self._recovery.after(end)
            await self._pause(end.error, step.delay)
            if step.lists:
                return
            end = None

    async def _watch(self, options: ListOptions) -> WatchEnd:
        """The events of one connection into the store, from its opening to its end."""
        began, events = _time(), self.events
        error: Exception | None = None
        try:
            await self._read(options)
        except InformerFailedError:
            raise
        except TimeoutError:
            error = TransportError("the watch was silent for too long, or outlived its timeout")
        except Exception as failure:
            error = failure
        return WatchEnd(error, self.events - events, _time() - began)

    async def _read(self, options: ListOptions) -> None:
        self._complete_watch_options(options)
        seconds = options.timeout_seconds
        # Servers take 0 for no timeout at all.
        longest = seconds + READ_MARGIN if seconds else None
        silence = INITIAL_SILENCE if options.send_initial_events else SILENCE
        self.watches += 1
        async with (
            SilenceTimeout(lambda: self.events, silence, longest) as timeout,
            self._lister_watcher.watch(options) as stream,
        ):
            events = aiter(stream)
            if options.send_initial_events:
                await self._read_initial(events)
                timeout.silence = SILENCE
            async for event in events:
                self.events += 1
                if not self.events % YIELD_EVERY:
                    await asyncio.sleep(0)
                self.intake.apply(event)

    async def _read_initial(self, events: AsyncIterator[AnyWatchEvent[T]]) -> None:
        """Read the initial events, until the bookmark that ends them or the end of the watch.

        As in decoding a page, the collector is paused: it would run again and again over objects
        that stay. It may run once a second.
        """
        gathered: Gathered[T] = Gathered()
        clock = asyncio.get_running_loop().time
        while True:
            resume_at = clock() + LONGEST_PAUSE
            with collector_paused():
                async for event in events:
                    self.events += 1
                    if self.intake.gather_event(event, gathered):
                        self._note_list()
                        return
                    if not self.events % YIELD_EVERY:
                        await asyncio.sleep(0)
                    if clock() > resume_at:
                        break
                else:
                    return
            await asyncio.sleep(0)

    def _complete_watch_options(self, options: ListOptions) -> None:
        version, match = options.resource_version, options.resource_version_match
        initial = options.send_initial_events
        options.timeout_seconds = self._random.randrange(*WATCH_SECONDS)
        self._apply_tweak(options)
        options.resource_version, options.resource_version_match = version, match
        options.send_initial_events = initial
        options.allow_watch_bookmarks = True
        options.limit, options.continue_ = 0, ""

    # Both

    def _apply_tweak(self, options: ListOptions) -> None:
        if self._tweak is not None:
            self._tweak(options)

    def _info(self, message: str, *arguments: object) -> None:
        log.info("%s: %s", self._kind, message % arguments, extra={"kind": self._kind})

    async def _pause(self, error: Exception | None, delay: Delay) -> None:
        """Wait as long as the back-off says, and at least as long as the server asks for."""
        seconds = self._seconds(delay)
        if isinstance(error, APIError) and error.retry_after is not None:
            seconds = max(seconds, error.retry_after)
        if delay is not Delay.NONE:
            self.failures += 1
        if error is not None:
            self.error = error
            log.log(
                self._level_of(error),
                "%s: %s; trying again in %.1f s",
                self._kind or "reflector",
                error if str(error) else type(error).__name__,
                seconds,
                exc_info=None if isinstance(error, EXPECTED_ERRORS) else error,
                extra={"kind": self._kind},
            )
        if seconds:
            await asyncio.sleep(seconds)

    def _level_of(self, error: Exception) -> int:
        if isinstance(error, GoneError):
            return logging.INFO
        if isinstance(error, NotFoundError):
            # A kind may be awaited for days; it is told once, and so is its coming.
            was_absent, self._is_absent = self._is_absent, True
            return logging.DEBUG if was_absent else logging.WARNING
        return logging.WARNING

    def _seconds(self, delay: Delay) -> float:
        if delay is Delay.NONE:
            return 0.0
        return self._backoff.shortest() if delay is Delay.SHORTEST else self._backoff.next()


def _time() -> float:
    return asyncio.get_running_loop().time()
