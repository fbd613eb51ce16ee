"""Events: what a controller tells of an object, correlated as client-go's recorder does it.

The same Event again is counted. From the tenth message on that differs from the others of one
reason alone, Events are combined into one; and a controller that tells a lot about one object is
cut off. So what a controller tells never grows with the number of an object's Pods.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

EVENTS = ("", "events")
NORMAL, WARNING = "Normal", "Warning"

_REMEMBERED = 4096
"""Of each kind of key; the least recently used is forgotten."""
_MOST_MESSAGES = 10
_SIMILAR_WITHIN = 600.0
"""Seconds after which messages of one reason are no longer combined."""
_BURST = 25
"""Events about one object, before one each five minutes."""
_REFILL = 1 / 300
"""Events a second."""

T = TypeVar("T")


class _Recent(OrderedDict[Hashable, T], Generic[T]):
    """A mapping that forgets the least recently used key."""

    def recall(self, key: Hashable) -> T | None:
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def remember(self, key: Hashable, value: T) -> None:
        self[key] = value
        self.move_to_end(key)
        if len(self) > _REMEMBERED:
            self.popitem(last=False)


class _Similar(msgspec.Struct):
    """The messages of one reason about one object."""

    messages: dict[str, None]
    at: datetime


class _Allowance(msgspec.Struct):
    """How many Events about one object may still be stored."""

    events: float
    at: datetime


class Recorder:
    """Stores what one component tells of objects."""

    def __init__(self, state: State, component: str) -> None:
        self._state = state
        self._component = component
        self._similar: _Recent[_Similar] = _Recent()
        self._allowances: _Recent[_Allowance] = _Recent()
        self._names: _Recent[str] = _Recent()
        self._last = 0

    def record(
        self, resource: ServerResource, about: Stored, kind: str, reason: str, message: str
    ) -> None:
        """Tell of an object; `kind` is Normal or Warning.

        An Event that the server refuses, as in a namespace that goes away, is dropped.
        """
        uid = about.tree["metadata"]["uid"]
        now = self._state.now()
        key: Hashable = (uid, kind, reason, message)
        if self._is_combined((uid, kind, reason), message, now):
            key, message = (uid, kind, reason), f"(combined from similar events): {message}"
        if not self._is_allowed((uid, kind), now):
            return
        namespace = about.tree["metadata"].get("namespace") or "default"
        target = self._state.target_at(EVENTS, namespace)
        known = target.collection.objects.get((namespace, self._names.recall(key) or ""))
        try:
            if known is not None:
                self._count(target, known, message)
            else:
                name = self._name(about, now)
                new = self._event(resource, about, kind, reason, message, name)
                completed = writes.completed(target.resource, new)
                writes.create(target, completed, self._state.write_options())
                self._names.remember(key, name)
        except StatusError:
            return

    def _is_combined(self, key: Hashable, message: str, now: datetime) -> bool:
        """Whether so many messages of this reason have been told that they become one Event."""
        similar = self._similar.recall(key)
        if similar is None or (now - similar.at).total_seconds() > _SIMILAR_WITHIN:
            similar = _Similar({}, now)
        similar.messages[message] = None
        similar.at = now
        self._similar.remember(key, similar)
        if len(similar.messages) < _MOST_MESSAGES:
            return False
        similar.messages.pop(next(iter(similar.messages)))
        return True

    def _is_allowed(self, key: Hashable, now: datetime) -> bool:
        allowance = self._allowances.recall(key) or _Allowance(_BURST, now)
        passed = max(0.0, (now - allowance.at).total_seconds())
        events = min(_BURST, allowance.events + passed * _REFILL)
        is_allowed = events >= 1
        self._allowances.remember(key, _Allowance(events - is_allowed, now))
        return is_allowed

    def _count(self, target: writes.Target, known: Stored, message: str) -> None:
        new = {
            **known.tree,
            "metadata": dict(known.tree["metadata"]),
            "count": known.tree.get("count", 1) + 1,
            "lastTimestamp": self._state.timestamp(),
            "message": message,
        }
        writes.update(target, known.key[1], new, self._state.write_options())

    def _name(self, about: Stored, now: datetime) -> str:
        """As client-go names Events: by the object and the time, which never repeats here."""
        self._last = max(self._last + 1, int(now.timestamp() * 1e9))
        return f"{about.key[1]}.{self._last:x}"

    def _event(
        self,
        resource: ServerResource,
        about: Stored,
        kind: str,
        reason: str,
        message: str,
        name: str,
    ) -> Tree:
        metadata, now = about.tree["metadata"], self._state.timestamp()
        involved = {
            "apiVersion": resource.api_version,
            "kind": resource.kind,
            "name": metadata["name"],
            "namespace": metadata.get("namespace") or "",
            "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"],
        }
        return {
            "metadata": {"name": name},
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "type": kind,
            "source": {"component": self._component},
            "reportingComponent": self._component,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
