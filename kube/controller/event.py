"""Events of objects, as predicates and map functions see them."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from kube.runtime import Object
from kube.workqueue import LOW_PRIORITY

T = TypeVar("T", bound=Object)


class EventType(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    GENERIC = "generic"
    """Something from outside of the cluster; see `Channel`."""


class Event(msgspec.Struct, Generic[T], frozen=True):
    """A change of one object. Objects are the cached ones: read them, and do not change them.

    `old` is the state before an update. `is_initial` marks objects that existed when the watch
    began, and `is_last_known` a deletion that was missed: the object's last state may be unknown.
    """

    type: EventType
    object: T
    old: T | None = None
    is_initial: bool = False
    is_last_known: bool = False

    @property
    def is_resync(self) -> bool:
        """Whether it is an update that changes nothing."""
        return (
            self.old is not None
            and self.old.metadata.resource_version == self.object.metadata.resource_version
        )

    @property
    def priority(self) -> int:
        """Low for the objects of an initial list and for resyncs; see `LOW_PRIORITY`."""
        return LOW_PRIORITY if self.is_initial or self.is_resync else 0

    @property
    def objects(self) -> tuple[T, ...]:
        """The states that map functions are asked about: the object's, and its old one's."""
        return (self.object,) if self.old is None else (self.old, self.object)
