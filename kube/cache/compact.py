"""A cache for very many objects: each kept as deflated JSON, and decoded when it is read.

A Pod of 7.8 KB takes over 20 KiB as objects, and under 3 as deflated bytes. What is saved in memory
is paid on reading, and on each event, for which the state before is decoded. Reads return new
objects, which may be changed.
"""

from __future__ import annotations

import builtins
import zlib
from collections.abc import Mapping
from typing import Any, TypeVar

from kube.cache.indexer import Indexer, IndexFunction, _namespace
from kube.client.decoding import decode_object
from kube.runtime import Object, codec
from kube.runtime.keys import object_key, split_key
from kube.runtime.resource import Resource

T = TypeVar("T", bound=Object)

_PRESENT: Any = True
"""What buckets of an index have in place of the object: only their keys count here."""

LEVEL = 1
"""The fastest of zlib's levels; the highest saves a tenth more for several times the time."""


class CompactIndexer(Indexer[T]):
    """An Indexer of one resource whose values are bytes. Index functions get decoded objects."""

    def __init__(
        self, resource: Resource, indexers: Mapping[str, IndexFunction[T]] | None = None
    ) -> None:
        self._resource = resource
        self._packed: dict[str, bytes] = {}
        super().__init__(indexers)

    def __len__(self) -> int:
        return len(self._packed)

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    @property
    def size(self) -> int:
        """The bytes of all objects together."""
        return sum(map(len, builtins.list(self._packed.values())))

    def get(self, key: str) -> T | None:
        packed = self._packed.get(key)
        return None if packed is None else self._unpack(packed)

    def keys(self) -> builtins.list[str]:
        return builtins.list(self._packed)

    def list(self) -> builtins.list[T]:
        return [self._unpack(packed) for packed in builtins.list(self._packed.values())]

    def by_index(self, index: str, value: str) -> builtins.list[T]:
        objects = (self.get(key) for key in self.index_keys(index, value))
        return [obj for obj in objects if obj is not None]

    def alike(self, index: str, obj: T) -> builtins.list[T]:
        values = self._values(index, self._functions.get(index, _namespace), obj)
        keys = dict.fromkeys(key for value in values for key in self.index_keys(index, value))
        return [each for key in keys if (each := self.get(key)) is not None]

    def add(self, obj: T) -> T | None:
        key = object_key(obj)
        old = self.get(key)
        self._packed[key] = zlib.compress(codec.encode(obj), LEVEL)
        namespace = obj.metadata.namespace
        if namespace:
            self._namespaces.setdefault(namespace, {})[key] = _PRESENT
        for name, function in self._functions.items():
            self._reindex(name, function, key, old, obj)
        return old

    def discard(self, key: str) -> T | None:
        old = self.get(key)
        if old is not None:
            del self._packed[key]
            self._leave(self._namespaces, split_key(key).namespace, key)
            for name, function in self._functions.items():
                self._reindex(name, function, key, old, None)
        return old

    def add_indexers(self, indexers: Mapping[str, IndexFunction[T]]) -> None:
        super().add_indexers(indexers)
        for name in indexers:
            for bucket in self._indices[name].values():
                for key in bucket:
                    bucket[key] = _PRESENT

    def _items(self) -> builtins.list[tuple[str, T]]:
        return [(key, self._unpack(packed)) for key, packed in self._packed.items()]

    def _reindex(
        self, name: str, function: IndexFunction[T], key: str, old: T | None, new: T | None
    ) -> None:
        values = self._values(name, function, new) if new is not None else ()
        if old is not None:
            for value in self._values(name, function, old):
                if value not in values:
                    self._leave(self._indices[name], value, key)
        for value in values:
            self._indices[name].setdefault(value, {})[key] = _PRESENT

    def _unpack(self, packed: bytes) -> T:
        obj: T = decode_object(zlib.decompress(packed), self._resource.type, self._resource)
        return obj
