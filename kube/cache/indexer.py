"""The cache itself: objects by key, and by whatever index functions say of them.

Buckets of an index map keys to objects, so that an answer costs in its own size and not in the
size of the cache. Every change is a few single dictionary operations and every answer a new list
made by one of them, so that threads other than the one that writes may read at any time.
"""

from __future__ import annotations

import builtins
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, TypeVar

from kube.cache.keys import object_key, split_key
from kube.runtime import Object

T = TypeVar("T", bound=Object)

IndexFunction = Callable[[T], Iterable[str]]
"""Gives the values under which an object is found; none, one or several."""

NAMESPACE_INDEX = "namespace"

log = logging.getLogger("kube.cache")


def _namespace(obj: Object) -> tuple[str, ...]:
    namespace = obj.metadata.namespace
    return (namespace,) if namespace else ()


class Indexer(Generic[T]):
    """Objects by key and by index. What it hands out are the cached objects: do not change them.

    The index `namespace` is always there; cluster-scoped objects are not in it.
    """

    def __init__(self, indexers: Mapping[str, IndexFunction[T]] | None = None) -> None:
        self._objects: dict[str, T] = {}
        self._namespaces: dict[str, dict[str, T]] = {}
        self._functions: dict[str, IndexFunction[T]] = {}
        self._indices: dict[str, dict[str, dict[str, T]]] = {NAMESPACE_INDEX: self._namespaces}
        if indexers:
            self.add_indexers(indexers)

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, key: object) -> bool:
        return key in self._objects

    def get(self, key: str) -> T | None:
        """The object under `namespace/name`, or the name alone; None where there is none."""
        return self._objects.get(key)

    def keys(self) -> builtins.list[str]:
        """All keys, in no particular order."""
        return list(self._objects)

    def list(self) -> builtins.list[T]:
        """All objects, in no particular order."""
        return list(self._objects.values())

    def add(self, obj: T) -> T | None:
        """Put an object under its key. Returns the one that it replaces."""
        key = object_key(obj)
        old = self._objects.get(key)
        self._objects[key] = obj
        namespace = obj.metadata.namespace
        if namespace:
            # A key stays in its namespace: nothing to compare with the old object's.
            bucket = self._namespaces.get(namespace)
            if bucket is None:
                bucket = self._namespaces[namespace] = {}
            bucket[key] = obj
        for name, function in self._functions.items():
            self._reindex(name, function, key, old, obj)
        return old

    def discard(self, key: str) -> T | None:
        """Take a key out. Returns the object that was there, or None."""
        old = self._objects.pop(key, None)
        if old is not None:
            self._leave(self._namespaces, split_key(key).namespace, key)
            for name, function in self._functions.items():
                self._reindex(name, function, key, old, None)
        return old

    def replace(self, objects: Iterable[T]) -> None:
        """Make these objects the whole content."""
        kept = {object_key(obj): obj for obj in objects}
        for key in self._objects.keys() - kept.keys():
            self.discard(key)
        for obj in kept.values():
            self.add(obj)

    def add_indexers(self, indexers: Mapping[str, IndexFunction[T]]) -> None:
        """Add indices over what is there and what will come. Raises ValueError for a name taken."""
        taken = sorted(self._indices.keys() & indexers.keys())
        if taken:
            raise ValueError(f"index {taken[0]!r} exists already: give each index its own name")
        for name, function in indexers.items():
            buckets: dict[str, dict[str, T]] = {}
            for key, obj in list(self._objects.items()):
                for value in self._values(name, function, obj):
                    buckets.setdefault(value, {})[key] = obj
            self._indices[name] = buckets
            self._functions[name] = function

    def by_index(self, index: str, value: str) -> builtins.list[T]:
        """The objects that an index function gave `value` for. Raises KeyError: no such index."""
        bucket = self._buckets(index).get(value)
        return list(bucket.values()) if bucket is not None else []

    def index_keys(self, index: str, value: str) -> builtins.list[str]:
        """The keys of those objects. Raises KeyError where there is no such index."""
        bucket = self._buckets(index).get(value)
        return list(bucket) if bucket is not None else []

    def index_values(self, index: str) -> builtins.list[str]:
        """The values under which an index holds anything. Raises KeyError: no such index."""
        return list(self._buckets(index))

    def alike(self, index: str, obj: T) -> builtins.list[T]:
        """The objects that share a value of an index with `obj`. Raises KeyError: no such index.

        Upstream's `Indexer.Index`.
        """
        buckets = self._buckets(index)
        found: dict[str, T] = {}
        for value in self._values(index, self._functions.get(index, _namespace), obj):
            found.update(buckets.get(value, {}))
        return list(found.values())

    def _buckets(self, index: str) -> dict[str, dict[str, T]]:
        try:
            return self._indices[index]
        except KeyError:
            names = ", ".join(sorted(self._indices))
            raise KeyError(f"no index {index!r}; there are: {names}") from None

    def _values(self, name: str, function: IndexFunction[T], obj: T) -> Collection[str]:
        # One object that an index function cannot read must not stop the informer.
        try:
            values = function(obj)
            return values if isinstance(values, tuple) else list(values)
        except Exception:
            key = object_key(obj)
            log.exception(
                "index %r has no values for %s", name, key, extra={"index": name, "key": key}
            )
            return ()

    def _leave(self, buckets: dict[str, dict[str, T]], value: str, key: str) -> None:
        bucket = buckets.get(value)
        if bucket is not None:
            bucket.pop(key, None)
            if not bucket:
                del buckets[value]

    def _reindex(
        self, name: str, function: IndexFunction[T], key: str, old: T | None, new: T | None
    ) -> None:
        buckets = self._indices[name]
        values = self._values(name, function, new) if new is not None else ()
        if old is not None:
            for value in self._values(name, function, old):
                if value not in values:
                    self._leave(buckets, value, key)
        if new is not None:
            for value in values:
                found = buckets.get(value)
                if found is None:
                    found = buckets[value] = {}
                found[key] = new
