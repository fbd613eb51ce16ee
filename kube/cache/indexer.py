"""The cache itself: objects by key, and by the values that index functions return for them.

The buckets of an index map keys to objects, so that the cost of an answer depends on its own size
and not on the size of the cache. Every change is a few dictionary operations and every answer is a
new list made by one, so that threads other than the one that writes may read at any time.
"""

from __future__ import annotations

import builtins
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, TypeVar

from kube.cache.errors import InformerFailedError
from kube.runtime import Object
from kube.runtime.keys import object_key, split_key

T = TypeVar("T", bound=Object)

IndexFunction = Callable[[T], Iterable[str]]
"""Returns the values under which an object is listed: none, one or several strings."""

NAMESPACE_INDEX = "namespace"

log = logging.getLogger("kube.cache")


def _namespace(obj: Object) -> tuple[str, ...]:
    namespace = obj.metadata.namespace
    return (namespace,) if namespace else ()


class Indexer(Generic[T]):
    """Objects by key and by index. It returns the cached objects themselves: do not change them.

    The index `namespace` always exists; cluster-scoped objects are not in it.
    """

    def __init__(self, indexers: Mapping[str, IndexFunction[T]] | None = None) -> None:
        self._objects: dict[str, T] = {}
        self._namespaces: dict[str, dict[str, T]] = {}
        self._functions: dict[str, IndexFunction[T]] = {}
        self._indices: dict[str, dict[str, dict[str, T]]] = {NAMESPACE_INDEX: self._namespaces}
        self._working: set[str] = set()
        self._failures: dict[str, Exception] = {}
        self.unavailable = ""
        """Why an empty cache is not the truth; empty where it is. Listers raise it."""
        if indexers:
            self.add_indexers(indexers)

    def __repr__(self) -> str:
        return f"<Indexer of {len(self)} objects by {', '.join(self._indices)}>"

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
            # The old object of the key was in the same namespace.
            bucket = self._namespaces.get(namespace)
            if bucket is None:
                bucket = self._namespaces[namespace] = {}
            bucket[key] = obj
        for name, function in self._functions.items():
            self._reindex(name, function, key, old, obj)
        return old

    def discard(self, key: str) -> T | None:
        """Remove a key. Returns the object that it had, or None."""
        old = self._objects.pop(key, None)
        if old is not None:
            self._leave(self._namespaces, split_key(key).namespace, key)
            for name, function in self._functions.items():
                self._reindex(name, function, key, old, None)
        return old

    def replace(self, objects: Iterable[T]) -> None:
        """Make these objects the whole content."""
        kept = {object_key(obj): obj for obj in objects}
        for key in set(self.keys()) - kept.keys():
            self.discard(key)
        for obj in kept.values():
            self.add(obj)

    def add_indexers(self, indexers: Mapping[str, IndexFunction[T]]) -> None:
        """Add indices of present and future objects.

        Raises ValueError for a name that is taken or a function that fails on every object.
        """
        taken = sorted(self._indices.keys() & indexers.keys())
        if taken:
            raise ValueError(f"index {taken[0]!r} exists already: give each index its own name")
        for name, function in indexers.items():
            if not callable(function):
                raise TypeError(f"the index {name!r} is not a function: {function!r}")
            self._failures.pop(name, None)
            buckets: dict[str, dict[str, T]] = {}
            for key, obj in self._items():
                for value in self._values(name, function, obj):
                    buckets.setdefault(value, {})[key] = obj
            if why := self._useless(name):
                raise ValueError(why)
            self._indices[name] = buckets
            self._functions[name] = function

    def raise_if_useless(self, kind: str) -> None:
        """Raises InformerFailedError where an index function has failed on every object."""
        for name in self._functions:
            if why := self._useless(name):
                raise InformerFailedError(f"the informer of {kind}: {why}")

    def _useless(self, name: str) -> str:
        error = self._failures.get(name)
        if error is None or name in self._working:
            return ""
        return f"the function of the index {name!r} failed on every object: {error}"

    def by_index(self, index: str, value: str) -> builtins.list[T]:
        """The objects that have this value in an index. Raises KeyError for an unknown index."""
        bucket = self._buckets(index).get(value)
        return list(bucket.values()) if bucket is not None else []

    def index_keys(self, index: str, value: str) -> builtins.list[str]:
        """The keys of those objects. Raises KeyError for an unknown index."""
        bucket = self._buckets(index).get(value)
        return list(bucket) if bucket is not None else []

    def index_values(self, index: str) -> builtins.list[str]:
        """The values that an index has objects for. Raises KeyError for an unknown index."""
        return list(self._buckets(index))

    def alike(self, index: str, obj: T) -> builtins.list[T]:
        """The objects that share a value of an index with `obj`. Raises KeyError as above.

        Upstream's `Indexer.Index`.
        """
        buckets = self._buckets(index)
        similar: dict[str, T] = {}
        for value in self._values(index, self._functions.get(index, _namespace), obj):
            similar.update(buckets.get(value, {}))
        return list(similar.values())

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
            if isinstance(values, str):
                raise TypeError(f"it returned the string {values!r}: return a list of strings")
            values = values if isinstance(values, tuple) else tuple(values)
            for value in values:
                if not isinstance(value, str):
                    raise TypeError(f"it returned {value!r} in its list: return strings")
            self._working.add(name)
            return values
        except Exception as error:
            key = object_key(obj)
            self._failures.setdefault(name, error)
            log.exception(
                "index %r has no values for %s: its function failed",
                name,
                key,
                extra={"index": name, "key": key},
            )
            return ()

    def _items(self) -> builtins.list[tuple[str, T]]:
        return list(self._objects.items())

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
                bucket = buckets.get(value)
                if bucket is None:
                    bucket = buckets[value] = {}
                bucket[key] = new
