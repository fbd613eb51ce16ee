"""The part of an informer's cache that one reflector keeps: all of it, or one namespace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from kube.cache.indexer import NAMESPACE_INDEX, Indexer
from kube.cache.mutation import MutationDetector
from kube.cache.processor import Processor
from kube.runtime import Object
from kube.runtime.keys import object_key

T = TypeVar("T", bound=Object)


class Partition(Generic[T]):
    """A reflector's store: it changes the cache first and tells the handlers then.

    `namespace` is the one whose objects it holds, or empty for all. `on_first_list` is called when
    the first list is in the cache; where it raises, the informer fails.
    """

    def __init__(
        self,
        indexer: Indexer[T],
        processor: Processor[T],
        detector: MutationDetector | None,
        namespace: str,
        on_first_list: Callable[[], None],
    ) -> None:
        self._indexer = indexer
        self._processor = processor
        self._detector = detector
        self._namespace = namespace
        self._on_first_list = on_first_list
        self.has_synced = False
        """Whether the first list is in the cache."""

    def add(self, obj: T) -> None:
        self._put(obj, initial=False)

    update = add

    def delete(self, obj: T) -> None:
        key = object_key(obj)
        if key in self._indexer:
            self._drop(key, obj, tombstone=False)

    def delete_unseen(self, key: str) -> None:
        old = self._indexer.get(key)
        if old is not None:
            self._drop(key, old, tombstone=True)

    def replace(self, objects: Mapping[str, T], keep: Collection[str]) -> None:
        for gone in sorted(self._keys() - objects.keys() - set(keep)):
            self.delete_unseen(gone)
        first = not self.has_synced
        for key, obj in objects.items():
            old = self._indexer.get(key)
            if old is None or not _is_same(old, obj):
                self._put(obj, initial=first)
        if first:
            self.has_synced = True
            self._on_first_list()

    def _keys(self) -> set[str]:
        if self._namespace:
            return set(self._indexer.index_keys(NAMESPACE_INDEX, self._namespace))
        return set(self._indexer.keys())

    def _put(self, obj: T, *, initial: bool) -> None:
        old = self._indexer.add(obj)
        if self._detector is not None:
            self._detector.remember(object_key(obj), obj)
        if old is None:
            self._processor.tell_added(obj, initial=initial)
        else:
            self._processor.tell_updated(old, obj)

    def _drop(self, key: str, last: T, *, tombstone: bool) -> None:
        if self._detector is not None:
            self._detector.forget(key)
        self._indexer.discard(key)
        self._processor.tell_deleted(last, tombstone=tombstone)


def _is_same(old: Object, new: Object) -> bool:
    version = new.metadata.resource_version
    return (
        version != ""
        and version == old.metadata.resource_version
        and new.metadata.uid == old.metadata.uid
    )
