"""From answers to the store: which objects are taken, in what state, up to which version.

A reflector asks; here is decided what of the answers counts. Objects of another kind, objects that
do not decode and events from the past are left out, counted and logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Generic, Protocol, TypeVar

import msgspec

from kube.cache.listwatch import ListPage
from kube.client.watch_events import (
    AnyWatchEvent,
    Bookmark,
    Undecodable,
    WatchEvent,
    WatchEventType,
)
from kube.runtime import Object, codec
from kube.runtime.keys import object_key

T = TypeVar("T", bound=Object)
T_contra = TypeVar("T_contra", bound=Object, contravariant=True)

# Looking up an enum's member takes time, once for each event.
_ADDED, _MODIFIED, _DELETED = WatchEventType.ADDED, WatchEventType.MODIFIED, WatchEventType.DELETED
_CHANGES = frozenset({_ADDED, _MODIFIED, _DELETED})

log = logging.getLogger("kube.cache")


class Store(Protocol[T_contra]):
    """Where a reflector puts what it reads."""

    def add(self, obj: T_contra, /) -> object: ...

    def update(self, obj: T_contra, /) -> object: ...

    def delete(self, obj: T_contra, /) -> object: ...

    def delete_unseen(self, key: str, /) -> object:
        """Delete the object of this key, whose last state could not be read."""

    def replace(self, objects: Mapping[str, T_contra], keep: Collection[str], /) -> object:
        """Hold these objects by key, what is held of the keys in `keep`, and nothing else."""


class Gathered(Generic[T]):
    """The objects of a list, page by page or event by event, before they replace the store's."""

    def __init__(self) -> None:
        self.objects: dict[str, T] = {}
        self.keep: set[str] = set()
        """Keys of objects that exist, but could not be read or prepared."""


class Intake(Generic[T]):
    """Puts what a reflector reads into its store.

    `api_version` and `kind` are what objects must be; empty ones accept anything.
    """

    def __init__(self, store: Store[T], api_version: str, kind: str) -> None:
        self._store = store
        self._api_version = api_version
        self._kind = kind
        self.version = ""
        """The version up to which the store is known to be true; empty before the first list."""
        self.prepare: Callable[[T], T | None] | None = None
        """Applied to each object as it arrives, before it is stored; None skips the object."""
        self.on_progress: Callable[[], None] | None = None
        """Called after each event and each list, for who waits for a version."""
        self.replaced = 0
        """How often a list replaced the content of the store."""
        self.skipped = 0
        """Objects that did not decode, were of another kind, or older than the version reached."""

    # Lists

    def gather_page(self, page: ListPage[T], gathered: Gathered[T]) -> None:
        """Take the objects of one page, and empty it: what a transform drops need not wait.

        Raises `codec.DecodeError` for a page of nothing but another kind's objects: it says nothing
        of ours, so what is stored stays.
        """
        for broken in page.undecodable:
            self._skip(broken.key, broken.error)
            gathered.keep.add(broken.key)
        foreign = 0
        for obj in page.items:
            if self._is_ours(obj.api_version, obj.kind):
                self._gather(obj, gathered)
            else:
                foreign += 1
                gathered.keep.add(object_key(obj))
        if foreign and foreign == len(page.items) and not page.undecodable:
            raise codec.DecodeError(
                f"the answer is a list of {self._kind} whose items are all of another kind"
            )
        page.items.clear()

    def gather_event(self, event: AnyWatchEvent[T], gathered: Gathered[T]) -> bool:
        """Take one of the initial events of a watch; True when they are complete and stored."""
        if type(event) is WatchEvent:
            obj = event.object
            if self._is_ours(obj.api_version, obj.kind):
                if event.type is _DELETED:
                    key = object_key(obj)
                    gathered.objects.pop(key, None)
                    gathered.keep.discard(key)
                else:
                    self._gather(obj, gathered)
        elif isinstance(event, Undecodable):
            self._skip(event.key, event.error)
            gathered.keep.add(event.key)
        elif isinstance(event, Bookmark) and event.ends_initial_events:
            self.replace(gathered, event.resource_version)
            return True
        return False

    def replace(self, gathered: Gathered[T], version: str) -> None:
        """Make a complete list the content of the store."""
        self._store.replace(gathered.objects, gathered.keep)
        self.version = version
        self.replaced += 1
        if self.on_progress is not None:
            self.on_progress()

    def forget(self) -> None:
        """The server has nothing any more, and no version: what is stored is deleted."""
        self._store.replace({}, ())
        self.version = ""
        if self.on_progress is not None:
            self.on_progress()

    def _gather(self, obj: T, gathered: Gathered[T]) -> None:
        prepared = self._prepared(obj)
        if prepared is not None:
            gathered.objects[object_key(prepared)] = prepared
        else:
            gathered.keep.add(object_key(obj))

    # Events

    def apply(self, event: AnyWatchEvent[T]) -> None:
        """Take one event of a watch."""
        if type(event) is WatchEvent:
            obj = event.object
            exactly_ours = obj.kind == self._kind and obj.api_version == self._api_version
            if not exactly_ours and not self._is_ours(obj.api_version, obj.kind):
                return
            if self._advance(obj.metadata.resource_version):
                self._store_object(event.type, obj)
        elif isinstance(event, Bookmark):
            if not is_older(event.resource_version, self.version):
                self.version = event.resource_version or self.version
        elif isinstance(event, Undecodable):
            self._pass_over(event)
        if self.on_progress is not None:
            self.on_progress()

    def _store_object(self, type: WatchEventType, obj: T) -> None:
        prepared = self._prepared(obj)
        if prepared is None:
            if type is _DELETED:
                self._store.delete_unseen(object_key(obj))
        elif type is _MODIFIED:
            self._store.update(prepared)
        elif type is _ADDED:
            self._store.add(prepared)
        else:
            self._store.delete(prepared)

    def _pass_over(self, event: Undecodable) -> None:
        """An object that does not decode: only what its metadata allows is done."""
        meta = _type_meta(event.raw)
        if event.type not in _CHANGES or not self._is_ours(meta.api_version, meta.kind):
            return
        if not self._advance(event.metadata.resource_version):
            return
        if event.type is _DELETED and event.key:
            self._store.delete_unseen(event.key)
        else:
            self._skip(event.key, event.error)

    def _advance(self, version: str) -> bool:
        """Move to an event's version. False for an event from before the version reached.

        A server that replays its history would otherwise bring deleted objects back.
        """
        if is_older(version, self.version):
            self.skipped += 1
            log.debug(
                "%s: skipped an event of version %s, which is older than %s",
                self._kind,
                version,
                self.version,
                extra={"kind": self._kind},
            )
            return False
        self.version = version or self.version
        return True

    # Both

    def _prepared(self, obj: T) -> T | None:
        prepared = obj if self.prepare is None else self.prepare(obj)
        if prepared is not None:
            # Raw JSON is a view of the text that it came from, perhaps a whole page of a list.
            for entry in prepared.metadata.managed_fields or ():
                entry.fields_v1 = entry.fields_v1.copy()
        return prepared

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


class _TypeMeta(msgspec.Struct, rename="camel"):
    api_version: str = ""
    kind: str = ""


_decode_type_meta = msgspec.json.Decoder(_TypeMeta).decode


def _type_meta(raw: bytes) -> _TypeMeta:
    try:
        return _decode_type_meta(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _TypeMeta()


def is_older(version: str, than: str) -> bool:
    """Whether a version comes before another. Versions that are not numbers cannot be compared."""
    if len(version) == len(than):
        return version < than and version.isdecimal() and than.isdecimal()
    return version.isdecimal() and than.isdecimal() and int(version) < int(than)
