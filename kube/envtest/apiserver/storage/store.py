"""What the server remembers: objects under one growing revision, and the changes that led there.

The revision is etcd's: it is global, every write takes the next one, and it is the resourceVersion
that clients see. Stored trees are never changed in place, so a reader may keep one for as long as
it likes; their JSON is made once and then joined into lists and watch frames. Each collection keeps
a window of past changes. A watch is a place in that window, not a queue of its own, so a slow
watcher costs nothing and a too slow one finds its place compacted: 410.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from operator import attrgetter
from typing import Final, Literal

import msgspec

from kube.runtime.trees import Tree as Tree

Key = tuple[str, str]
"""(namespace, name); the namespace of a cluster-scoped object is ''."""

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]

_encoder = msgspec.json.Encoder(order="deterministic")
_revision = attrgetter("revision")


def encode(value: object) -> bytes:
    return _encoder.encode(value)


class Stored:
    """One object at one revision: a tree without apiVersion and kind, which depend on the reader.

    `tail` is its JSON less the opening brace, so that `{"apiVersion":…,"kind":…,` + tail is the
    whole object in any served version. Trees with no members at all do not occur: metadata is
    always there.
    """

    __slots__ = ("_converted", "_tail", "key", "revision", "tree", "version", "views")

    def __init__(self, key: Key, revision: int, tree: Tree, version: str = "") -> None:
        self.key = key
        self.revision = revision
        self.tree = tree
        self.version = version
        """The version that the tree is in, where a webhook converts between versions."""
        self.views: dict[str, Stored] | None = None
        """The same object in other versions, as far as they have been asked for."""
        self._tail: bytes | None = None
        self._converted: bytes | None = None

    def tail(self, convert: Callable[[Tree], Tree] | None = None) -> bytes:
        if convert is not None:
            if self._converted is None:
                self._converted = _encoder.encode(convert(self.tree))[1:]
            return self._converted
        if self._tail is None:
            self._tail = _encoder.encode(self.tree)[1:]
        return self._tail


class Change:
    """One write. `current` is the state after it, or the last state where it was a deletion."""

    __slots__ = ("current", "previous", "revision", "type")

    def __init__(
        self, revision: int, type: ChangeType, current: Stored, previous: Stored | None
    ) -> None:
        self.revision = revision
        self.type = type
        self.current = current
        self.previous = previous


class Compacted(Exception):
    """The revision asked for is older than what is remembered; `oldest` is the oldest that is."""

    def __init__(self, wanted: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {wanted} ({oldest})")
        self.oldest = oldest


class Collection:
    """The objects of one resource, in key order, and the window of their changes."""

    def __init__(self, key: tuple[str, str], window: int) -> None:
        self.key: Final = key
        self.objects: dict[Key, Stored] = {}
        self.watchers: dict[object, Callable[[], None]] = {}
        self.compacted = 0
        """Changes at this revision and before are forgotten."""
        self._keys: list[Key] = []
        self._changes: list[Change] = []
        self._forgotten = 0
        self._window: Final = window

    def _record(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) >= 2 * self._window:
            self._forget(len(self._changes) - self._window)
        for wake in list(self.watchers.values()):
            wake()

    def _forget(self, count: int) -> None:
        if count:
            self.compacted = self._changes[count - 1].revision
            del self._changes[:count]
            self._forgotten += count

    def forget_until(self, revision: int) -> None:
        self._forget(bisect_right(self._changes, revision, key=_revision))
        self.compacted = max(self.compacted, revision)

    def put(self, stored: Stored) -> Change:
        previous = self.objects.get(stored.key)
        if previous is None:
            insort(self._keys, stored.key)
        self.objects[stored.key] = stored
        kind: ChangeType = "ADDED" if previous is None else "MODIFIED"
        change = Change(stored.revision, kind, stored, previous)
        self._record(change)
        return change

    def remove(self, last: Stored) -> Change:
        previous = self.objects.pop(last.key)
        del self._keys[bisect_left(self._keys, last.key)]
        change = Change(last.revision, "DELETED", last, previous)
        self._record(change)
        return change

    def place_after(self, revision: int) -> int:
        """The place of the first change after `revision`; raises Compacted."""
        if revision < self.compacted:
            raise Compacted(revision, self.compacted + 1)
        return self._forgotten + bisect_right(self._changes, revision, key=_revision)

    @property
    def end(self) -> int:
        return self._forgotten + len(self._changes)

    def changes_from(self, place: int, most: int) -> list[Change]:
        """At most `most` changes from `place` on; raises Compacted if they are forgotten."""
        if place < self._forgotten:
            raise Compacted(place, self.compacted + 1)
        start = place - self._forgotten
        return self._changes[start : start + most]

    def scan(self, namespace: str, after: Key | None, revision: int | None) -> Iterator[Stored]:
        """Objects in key order: of one namespace ('' for all), after a key, as of a revision.

        Raises Compacted when that revision is forgotten.
        """
        overlay = self._since(namespace, after, revision)
        start, stop = self._range(namespace, after)
        keys: Iterable[Key] = self._keys[start:stop]
        gone = [key for key in overlay if key not in self.objects]
        if gone:
            keys = merge(keys, sorted(gone))
        for key in keys:
            stored = overlay[key] if key in overlay else self.objects[key]
            if stored is not None:
                yield stored

    def count(self, namespace: str, after: Key | None, revision: int | None) -> int:
        """How many objects `scan` gives."""
        start, stop = self._range(namespace, after)
        overlay = self._since(namespace, after, revision)
        return (
            stop
            - start
            + sum((stored is not None) - (key in self.objects) for key, stored in overlay.items())
        )

    def _range(self, namespace: str, after: Key | None) -> tuple[int, int]:
        """Where the keys of a namespace are, those after one key alone."""
        keys = self._keys
        start = bisect_left(keys, (namespace, "")) if namespace else 0
        if after is not None:
            start = max(start, bisect_right(keys, after))
        stop = bisect_left(keys, (namespace + "\0", "")) if namespace else len(keys)
        return start, max(start, stop)

    def _since(
        self, namespace: str, after: Key | None, revision: int | None
    ) -> dict[Key, Stored | None]:
        """The objects at `revision` under the keys that changed after it; none for the present."""
        if revision is None:
            return {}
        start = self.place_after(revision) - self._forgotten
        before: dict[Key, Stored | None] = {}
        for change in self._changes[start:]:
            key = change.current.key
            if (not namespace or key[0] == namespace) and (after is None or key > after):
                before.setdefault(key, change.previous)
        return before


class Store:
    """All collections under one revision. `window` is the number of changes each remembers."""

    def __init__(self, window: int) -> None:
        self.revision = 1
        self.observers: list[Callable[[tuple[str, str], Change], None]] = []
        """Called with each change and the (group, plural) of its collection."""
        self._window = window
        self._collections: dict[tuple[str, str], Collection] = {}

    def collection(self, key: tuple[str, str]) -> Collection:
        """The collection under (group, plural); created on first use."""
        collection = self._collections.get(key)
        if collection is None:
            collection = self._collections[key] = Collection(key, self._window)
        return collection

    def has_any(self, keys: Iterable[tuple[str, str]]) -> bool:
        """Whether one of these collections has an object."""
        for key in keys:
            collection = self._collections.get(key)
            if collection is not None and collection.objects:
                return True
        return False

    def collections(self) -> list[tuple[tuple[str, str], Collection]]:
        return list(self._collections.items())

    def put(self, collection: Collection, key: Key, tree: Tree, version: str = "") -> Stored:
        """Write `tree`, which becomes the store's own; its resourceVersion is set here."""
        self.revision += 1
        tree["metadata"]["resourceVersion"] = str(self.revision)
        stored = Stored(key, self.revision, tree, version)
        self._tell(collection, collection.put(stored))
        return stored

    def remove(self, collection: Collection, key: Key, last: Tree, version: str = "") -> Stored:
        """Delete the object; `last` is the final state that watchers receive."""
        self.revision += 1
        metadata = {**last["metadata"], "resourceVersion": str(self.revision)}
        stored = Stored(key, self.revision, {**last, "metadata": metadata}, version)
        self._tell(collection, collection.remove(stored))
        return stored

    def _tell(self, collection: Collection, change: Change) -> None:
        for observe in self.observers:
            observe(collection.key, change)

    def compact(self) -> None:
        """Forget all past changes: watches from, and pages of, earlier revisions are expired."""
        for collection in self._collections.values():
            collection.forget_until(self.revision)
