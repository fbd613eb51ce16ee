"""What becomes of an event: written, counted on one that was written before, or dropped.

After client-go's EventCorrelator, in its order: ten events that differ in their message only become
one; an event that was written before is counted on it; an object's events beyond a burst are
dropped, all but a trickle. No I/O, and the time is what the event says.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from kube.api.core.v1 import Event
from kube.rate_limiting import TokenBucket

ALIKE = 10
"""Events, alike but for their message, from which on they are written as one."""
ALIKE_SECONDS = 600.0
"""Seconds without another after which the counting of those begins anew."""
BURST = 25
"""Events of one object before its spam filter closes."""
REFILL_SECONDS = 300.0
"""Seconds after which a closed filter lets one more pass."""
REMEMBERED = 4096
"""Keys that are remembered of each kind; the longest unused ones are forgotten."""

COMBINED = "(combined from similar events): "

Key: TypeAlias = tuple[str, ...]
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Decision:
    """Write `event`: as a new one, or as a change of count, message and time of one of its name."""

    event: Event
    is_update: bool


@dataclass(slots=True)
class _Alike:
    last: datetime
    messages: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Written:
    name: str
    first: datetime | None
    count: int | None


class Correlator:
    """Remembers what was written lately."""

    def __init__(self) -> None:
        self._alike: _Recent[_Alike] = _Recent()
        self._written: _Recent[_Written] = _Recent()
        self._filters: _Recent[TokenBucket] = _Recent()

    def correlate(self, event: Event, now: datetime) -> Decision | None:
        """What to write for an event of its own; None to drop it. May change `event`."""
        key = self._combine(event, now)
        written = self._written.get(key)
        if written is not None:
            event.metadata.name = written.name
            event.first_timestamp = written.first
            event.count = (written.count or 0) + 1
        self._written.put(key, _Written(event.metadata.name, event.first_timestamp, event.count))
        if self._is_spam(event, now):
            return None
        return Decision(event, is_update=written is not None)

    def _combine(self, event: Event, now: datetime) -> Key:
        """The key under which an event is counted; its message says if it stands for several."""
        group = (*_source_and_object(event), *_texts(event.type, event.reason, event.action))
        message = event.message or ""
        alike = self._alike.get(group)
        if alike is None or (now - alike.last).total_seconds() > ALIKE_SECONDS:
            alike = _Alike(now)
        alike.messages.add(message)
        alike.last = now
        self._alike.put(group, alike)
        if len(alike.messages) < ALIKE:
            return (*group, message)
        alike.messages.pop()
        event.message = COMBINED + message
        return group

    def _is_spam(self, event: Event, now: datetime) -> bool:
        key = _source_and_object(event)
        bucket = self._filters.get(key) or TokenBucket(1 / REFILL_SECONDS, BURST)
        self._filters.put(key, bucket)
        if bucket.reserve(now.timestamp()) > 0:
            bucket.give_back()
            return True
        return False


def _source_and_object(event: Event) -> Key:
    about = event.involved_object
    return _texts(
        event.source.component,
        event.source.host,
        about.api_version,
        about.kind,
        about.namespace,
        about.name,
        about.uid,
        about.field_path,
    )


def _texts(*texts: str | None) -> Key:
    """Texts, of which an absent one is the same as an empty one."""
    return tuple(text or "" for text in texts)


class _Recent(Generic[V]):
    """The values used last, by key."""

    def __init__(self) -> None:
        self._values: OrderedDict[Key, V] = OrderedDict()

    def get(self, key: Key) -> V | None:
        return self._values.get(key)

    def put(self, key: Key, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > REMEMBERED:
            self._values.popitem(last=False)
