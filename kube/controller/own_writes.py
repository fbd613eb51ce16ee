"""What the program's own writes mean for reads of the cache: they wait until it has seen them.

It observes all clients of a manager. Which writes are ahead of the cache is decided in `writes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from kube.cache import SharedInformer
from kube.controller.informers import Informers, version_in
from kube.controller.writes import Writes, Written
from kube.runtime.clock import Clock, timeout
from kube.runtime.keys import make_key
from kube.runtime.metadata import ObjectMeta
from kube.runtime.resource import Resource


@dataclass(slots=True)
class CacheCounts:
    """What the cache counts for metrics."""

    waits: int = 0
    """Reads that waited for an own write."""
    live: int = 0
    """Reads that went to the server, because waiting took too long."""


class OwnWrites:
    """The writes of a manager's clients. `patience`, in seconds, is how long a read waits."""

    def __init__(self, informers: Informers, clock: Clock, patience: float = 1.0) -> None:
        self.counts = CacheCounts()
        self.writes = Writes(informers.version_of, clock.monotonic)
        self._clock = clock
        self._patience = patience

    async def seen(
        self, resource: Resource, informer: SharedInformer[Any], keys: Iterable[str]
    ) -> bool:
        """Wait until the cache has seen our writes of these keys; False where it takes too long."""
        group_resource = resource.group_resource

        def ahead() -> list[Written]:
            return [
                written
                for key in keys
                for written in self.writes.pending(
                    group_resource, key, version_in(informer, key), _uid(informer, key)
                )
            ]

        pending = ahead()
        if not pending:
            return True
        if not any(written.is_late for written in pending):
            self.counts.waits += 1
            with suppress(TimeoutError):
                async with timeout(self._clock, self._patience):
                    await informer.wait_until(lambda: not ahead())
            pending = ahead()
            if not pending:
                return True
        for written in pending:
            written.is_late = True
        self.counts.live += 1
        return False

    def on_written(self, resource: Resource, result: object) -> None:
        """A client of the manager has written an object."""
        meta = getattr(result, "metadata", None)
        name, version = getattr(meta, "name", ""), getattr(meta, "resource_version", "")
        if not (name and version):
            return
        key = make_key(name, getattr(meta, "namespace", ""))
        if isinstance(meta, ObjectMeta) and _is_ended(meta):
            self.writes.note_deleted(resource.group_resource, key, meta.uid)
        else:
            self.writes.note(resource.group_resource, key, version)

    def on_deleted(self, resource: Resource, namespace: str, name: str, body: bytes) -> None:
        """A client of the manager has deleted an object, or a collection."""
        try:
            answer = _decode_answer(body)
        except msgspec.DecodeError:
            return
        group_resource = resource.group_resource
        if answer.details is not None and answer.details.uid and name:
            key = make_key(name, namespace)
            self.writes.note_deleted(group_resource, key, answer.details.uid)
        for deleted in (answer, *(answer.items or ())):
            meta = deleted.metadata
            if not (meta and meta.name):
                continue
            key = make_key(meta.name, meta.namespace)
            if meta.deletion_timestamp:
                self.writes.note(group_resource, key, meta.resource_version)
            else:
                self.writes.note_deleted(group_resource, key, meta.uid)


class _Meta(msgspec.Struct, rename="camel", gc=False):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    deletion_timestamp: str | None = None


class _Details(msgspec.Struct, gc=False):
    uid: str = ""


class _Item(msgspec.Struct, gc=False):
    metadata: _Meta | None = None


class _Answer(msgspec.Struct, gc=False):
    """What the server answers to a deletion: the object, a list of objects, or a Status."""

    metadata: _Meta | None = None
    details: _Details | None = None
    items: list[_Item] | None = None


_decode_answer = msgspec.json.Decoder(_Answer).decode


def _is_ended(meta: ObjectMeta) -> bool:
    """Whether a write was an object's last: the server deletes it with its last finalizer."""
    return (
        meta.deletion_timestamp is not None
        and not meta.finalizers
        and not meta.deletion_grace_period_seconds
    )


def _uid(informer: SharedInformer[Any], key: str) -> str:
    obj = informer.indexer.get(key)
    return obj.metadata.uid if obj is not None else ""
