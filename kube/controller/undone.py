"""Changes that the server takes back, so that they are sent once.

A reconciler may set a field to what the server writes in another form: `0.5` of a CPU, which is
`500m` then, or a reference without the member that is filled in. What is wanted then differs from
what there is at each reconcile, and an update changes nothing. It is remembered for the version of
the object that it was sent for.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from kube.client import AsyncRESTClient
from kube.controller.patches import least_patch
from kube.runtime import Object, codec

REMEMBERED = 10_000
"""Objects of which a change is remembered; of one that is forgotten, it is sent once more."""

_memories: WeakKeyDictionary[AsyncRESTClient, OrderedDict[str, bytes]] = WeakKeyDictionary()


def is_undone(rest: AsyncRESTClient, present: Object, change: dict[str, Any]) -> bool:
    """Whether the server has taken this very change of this version back before."""
    memory = _memories.get(rest)
    return memory is not None and memory.get(present.metadata.uid) == _digest(present, change)


def note(rest: AsyncRESTClient, present: Object, change: dict[str, Any], result: Object) -> bool:
    """Remember a change if it has changed nothing; returns whether it has not."""
    versions = present.metadata.resource_version, result.metadata.resource_version
    if versions[0] != versions[1] or least_patch(present, result):
        return False
    memory = _memories.setdefault(rest, OrderedDict())
    memory[present.metadata.uid] = _digest(present, change)
    memory.move_to_end(present.metadata.uid)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
    return True


def _digest(present: Object, change: dict[str, Any]) -> bytes:
    version = present.metadata.resource_version.encode()
    return hashlib.sha256(version + b" " + codec.encode(change)).digest()
