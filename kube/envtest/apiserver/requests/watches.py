"""Open watches: each is a place in a collection's window of changes, which its transport reads.

It has no thread and no queue. `poll` returns what is new since the last call, and `wake` is called
(from the writer's thread, under the server's lock, so it must only signal) when there may be more.
In-memory transports and the HTTP server drive it alike.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests.render import Renderer
from kube.envtest.apiserver.requests.selection import Selection
from kube.envtest.apiserver.requests.wire import JSON, NOT_CACHED
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import (
    Change,
    ChangeType,
    Collection,
    Compacted,
    Store,
    Stored,
    encode,
)

_BATCH = 500
"""The most events that one poll returns, so that a long backlog is sent in pieces."""


_BEFORE_THE_END = 2.0
"""Seconds between the last bookmark and the end of a watch, as in apiserver's cacher."""


class WatchStream:
    """An open stream of watch events, as lines of JSON.

    `ends_at` and `bookmark_every` are in seconds, the first on the server's monotonic clock; None
    is never. `view` shows an object in another version, None where all versions are alike. After
    `ended` is true and `poll` gave b"" the stream is over.
    """

    status = 200

    def __init__(
        self,
        *,
        lock: threading.RLock,
        store: Store,
        collection: Collection,
        selection: Selection,
        renderer: Renderer,
        view: Callable[[Stored], Stored] | None,
        after: int | None,
        initial: Iterator[Stored],
        mark_initial: bool,
        monotonic: Callable[[], float],
        ends_at: float | None,
        bookmark_every: float | None,
    ) -> None:
        self.headers: Mapping[str, str] = {"content-type": JSON, **NOT_CACHED}
        self.ended = False
        self._lock = lock
        self._store = store
        self._collection = collection
        self._selection = selection
        self._renderer = renderer
        self._view = view
        self._initial: Iterator[Stored] | None = initial
        self._mark_initial = mark_initial
        self._monotonic = monotonic
        self._ends_at = ends_at
        self._bookmark_every = bookmark_every
        self._next_bookmark = self._after_this_bookmark()
        self._revision = store.revision if after is None else after
        self._place = self._start(after)

    def _start(self, after: int | None) -> int:
        if after is None:
            return self._collection.end
        try:
            return self._collection.place_after(after)
        except Compacted:
            return -1

    @property
    def resource(self) -> ServerResource:
        """What is watched."""
        return self._renderer.resource

    def on_change(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever `poll` may have more; replaces an earlier callback."""
        with self._lock:
            if not self.ended:
                self._collection.watchers[self] = wake
        wake()

    def close(self) -> None:
        """End the stream and wake its reader. Repeating it does no harm."""
        with self._lock:
            self.ended = True
            wake = self._collection.watchers.pop(self, None)
        if wake is not None:
            wake()

    def finish(self) -> None:
        """End the stream after what has happened so far, as when a kind is served no longer."""
        with self._lock:
            if self._place == self._collection.end:
                self.close()
                return
            self._ends_at = self._monotonic()
            wake = self._collection.watchers.get(self)
        if wake is not None:
            wake()

    def due_in(self) -> float | None:
        """Seconds until `poll` must be called even though nothing changed; None for never."""
        due = [at for at in (self._ends_at, self._next_bookmark) if at is not None]
        return max(0.0, min(due) - self._monotonic()) if due else None

    def poll(self) -> bytes:
        """The next events, b"" when there are none now."""
        with self._lock:
            if self.ended:
                return b""
            try:
                if self._initial is not None:
                    frames = self._initial_frames(self._initial)
                else:
                    frames = self._change_frames() or self._timed_frames()
            except StatusError as error:
                frames = self._fail(error)
            if frames and self._renderer.accept.form == "metadata list":
                # An event carries one object, which is not a list: the real server just hangs up.
                self.close()
                return b""
            return b"".join(frames)

    def bookmark(self) -> None:
        """Have the next poll return a bookmark, if the client asked for bookmarks."""
        with self._lock:
            if self._bookmark_every is None:
                return
            self._next_bookmark = self._monotonic()
            wake = self._collection.watchers.get(self)
        if wake is not None:
            wake()

    def _after_this_bookmark(self) -> float | None:
        """When the next bookmark is due: at the interval, and once shortly before the end."""
        if self._bookmark_every is None:
            return None
        now = self._monotonic()
        due = now + self._bookmark_every
        if self._ends_at is not None and self._ends_at - _BEFORE_THE_END > now:
            due = min(due, self._ends_at - _BEFORE_THE_END)
        return due

    def _shown(self, stored: Stored) -> Stored:
        """An object in the version that is watched."""
        return stored if self._view is None else self._view(stored)

    def _initial_frames(self, initial: Iterator[Stored]) -> list[bytes]:
        batch = list(islice(initial, _BATCH))
        frames = [
            self._renderer.frame("ADDED", self._shown(stored), stored.revision) for stored in batch
        ]
        if len(batch) < _BATCH:
            self._initial = None
            if self._mark_initial:
                frames.append(self._renderer.bookmark(self._revision, initial_events_end=True))
            if not frames:
                return self._change_frames() or self._timed_frames()
        return frames

    def _change_frames(self) -> list[bytes]:
        frames: list[bytes] = []
        while not frames:
            try:
                changes = self._collection.changes_from(self._place, _BATCH)
            except Compacted as error:
                message = f"too old resource version: {self._revision} ({error.oldest})"
                return self._expire(message)
            if not changes:
                break
            self._place += len(changes)
            for change in changes:
                self._revision = change.revision
                kind = self._seen_as(change)
                if kind == "DELETED" and change.type != "DELETED" and change.previous:
                    shown = self._shown(change.previous)
                    frames.append(self._renderer.frame(kind, shown, change.revision))
                elif kind is not None:
                    shown = self._shown(change.current)
                    frames.append(self._renderer.frame(kind, shown, change.revision))
        return frames

    def _expire(self, message: str) -> list[bytes]:
        return self._fail(status.expired(message))

    def _fail(self, error: StatusError) -> list[bytes]:
        self.ended = True
        self._collection.watchers.pop(self, None)
        return [encode({"type": "ERROR", "object": error.body()}) + b"\n"]

    def _seen_as(self, change: Change) -> ChangeType | None:
        """The event for this watcher: an object that starts or stops matching is ADDED or
        DELETED."""
        if change.type == "DELETED":
            before = change.previous
            return "DELETED" if before is not None and self._selection.matches(before) else None
        now = self._selection.matches(change.current)
        was = change.previous is not None and self._selection.matches(change.previous)
        if now:
            return "MODIFIED" if was else "ADDED"
        return "DELETED" if was else None

    def _timed_frames(self) -> list[bytes]:
        now = self._monotonic()
        frames: list[bytes] = []
        if self._next_bookmark is not None and now >= self._next_bookmark:
            self._next_bookmark = self._after_this_bookmark()
            frames.append(self._renderer.bookmark(self._store.revision))
        if self._ends_at is not None and now >= self._ends_at:
            self.ended = True
            self._collection.watchers.pop(self, None)
        return frames
