"""Which of our own writes the cache has not seen yet. Pure: versions and moments are arguments.

A write's answer has the version that it was stored under. A cache that follows the kind has reached
it when its own version is as high, and a read of that key before would show the past. A deletion's
answer has no version: its object must be gone, by its UID. Versions that are not numbers cannot be
compared, and are not remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kube.runtime import GroupResource

DELETIONS_REMEMBERED = 60.0
"""Seconds for which a deleted object must not be read from a cache that still has it."""
FEW = 1024
"""Entries of a kind up to which nothing is swept."""


@dataclass(slots=True)
class Written:
    """The last write of one key. A read must show at least `version`, and nothing of `gone`."""

    version: int = 0
    gone: str = ""
    gone_at: float = 0.0
    is_late: bool = False
    """Whether a read has waited for it in vain: the next one does not wait again."""

    def is_reached(self, version: int, uid: str) -> bool:
        """Whether a cache at `version`, with the object of this UID, has seen the write."""
        return version >= self.version and not (self.gone and uid == self.gone)

    def is_over(self, version: int, now: float) -> bool:
        """Whether nothing has to be remembered any longer."""
        return version >= self.version and not (
            self.gone and now < self.gone_at + DELETIONS_REMEMBERED
        )


@dataclass(slots=True)
class _Kind:
    entries: dict[str, Written] = field(default_factory=dict)
    floor: int = 0
    """The highest version written while no cache followed the kind."""
    sweep_at: int = FEW


class Writes:
    """The writes that reads of the cache may have to wait for, by resource and key.

    `version_of` returns the version that the cache has reached for a key; None where it does not
    follow the resource.
    """

    def __init__(
        self, version_of: Callable[[GroupResource, str], int | None], clock: Callable[[], float]
    ) -> None:
        self._version_of = version_of
        self._clock = clock
        self._kinds: dict[GroupResource, _Kind] = {}

    def __len__(self) -> int:
        return sum(len(kind.entries) for kind in self._kinds.values())

    def note(self, resource: GroupResource, key: str, version: str) -> None:
        """An object was stored under a version."""
        if not version.isdecimal():
            return
        kind = self._kinds.setdefault(resource, _Kind())
        number = int(version)
        reached = self._version_of(resource, key)
        if reached is None:
            kind.floor = max(kind.floor, number)
        elif reached < number:
            entry = kind.entries.setdefault(key, Written())
            entry.version, entry.is_late = max(entry.version, number), False
            self._sweep(resource, kind)

    def note_deleted(self, resource: GroupResource, key: str, uid: str) -> None:
        """The object of this UID is gone."""
        kind = self._kinds.setdefault(resource, _Kind())
        entry = kind.entries.setdefault(key, Written())
        entry.gone, entry.gone_at, entry.is_late = uid, self._clock(), False
        self._sweep(resource, kind)

    def pending(
        self, resource: GroupResource, key: str, version: int, uid: str
    ) -> Iterator[Written]:
        """The writes that a cached read of one key has to wait for."""
        kind = self._kinds.get(resource)
        if kind is None:
            return
        if kind.floor:
            if version >= kind.floor:
                kind.floor = 0
            else:
                yield Written(kind.floor)
        entry = kind.entries.get(key)
        if entry is None:
            return
        if entry.is_over(version, self._clock()):
            del kind.entries[key]
        elif not entry.is_reached(version, uid):
            yield entry

    def is_ahead(self, resource: GroupResource, key: str) -> bool:
        """Whether a read of one key may have to wait. For any thread."""
        kind = self._kinds.get(resource)
        return kind is not None and (kind.floor > 0 or key in kind.entries)

    def keys(self, resource: GroupResource) -> list[str]:
        """The keys that were written and may not be in the cache yet."""
        kind = self._kinds.get(resource)
        return list(kind.entries) if kind is not None else []

    def has_any(self, resource: GroupResource) -> bool:
        """Whether a read of the resource may have to wait at all."""
        kind = self._kinds.get(resource)
        return kind is not None and bool(kind.entries or kind.floor)

    def _sweep(self, resource: GroupResource, kind: _Kind) -> None:
        """Forget what is over, whenever the entries have doubled: writes that nobody reads."""
        if len(kind.entries) < kind.sweep_at:
            return
        now = self._clock()
        for key, entry in list(kind.entries.items()):
            reached = self._version_of(resource, key)
            if entry.is_over(entry.version if reached is None else reached, now):
                del kind.entries[key]
        kind.sweep_at = max(FEW, 2 * len(kind.entries))
