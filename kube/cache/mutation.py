"""The mutation detector finds code that writes to cached objects, which everybody shares.

It keeps the JSON of every cached object and compares: after each call of a handler, when an object
leaves the cache, every second, and at the end. It costs time and memory, so it is on only where the
environment variable KUBE_CACHE_MUTATION_DETECTOR is set to something other than `false` or `0`.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import msgspec

from kube.runtime import Object, codec

ENVIRONMENT_VARIABLE = "KUBE_CACHE_MUTATION_DETECTOR"

log = logging.getLogger("kube.cache")


class CacheMutationError(AssertionError):
    """Cached objects were changed. `mutations` names the objects, the paths and, if known, who."""

    def __init__(self, mutations: list[str]) -> None:
        super().__init__(
            "cached objects were changed; deep_copy() an object before changing it:\n"
            + "\n".join(f"  {mutation}" for mutation in mutations)
        )
        self.mutations = mutations


def is_enabled() -> bool:
    return os.environ.get(ENVIRONMENT_VARIABLE, "").lower() not in ("", "0", "false")


class MutationDetector:
    """Remembers the content of the cached objects of one kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._remembered: dict[str, tuple[Object, bytes]] = {}
        self.mutations: list[str] = []

    def remember(self, key: str, obj: Object) -> None:
        """`obj` is now the cached object; the one that it replaces is compared a last time."""
        self.forget(key)
        self._remembered[key] = (obj, codec.encode(obj))

    def forget(self, key: str) -> None:
        self.check(key)
        self._remembered.pop(key, None)

    def check(self, key: str, suspect: str = "") -> None:
        """Compare one object; `suspect` names who may have changed it since the last time."""
        remembered = self._remembered.get(key)
        if remembered is None:
            return
        obj, before = remembered
        after = codec.encode(obj)
        if after == before:
            return
        self._remembered[key] = (obj, after)
        paths = difference(msgspec.json.decode(before), msgspec.json.decode(after))
        if not paths:
            return  # an Unstructured that was read: other bytes, the same tree
        who = f" by {suspect}" if suspect else ""
        mutation = f"{self._kind} {key}: {', '.join(paths)} changed{who}"
        self.mutations.append(mutation)
        log.error("the cache was changed: %s", mutation, extra={"kind": self._kind, "key": key})

    def check_all(self) -> None:
        for key in list(self._remembered):
            self.check(key)

    def raise_if_any(self) -> None:
        """Raises CacheMutationError if any object was ever changed."""
        self.check_all()
        if self.mutations:
            raise CacheMutationError(self.mutations)


def difference(before: Any, after: Any, path: str = "") -> list[str]:
    """The paths at which two JSON trees differ, such as `.spec.ports[0].name`."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            changed
            for name in sorted(before.keys() | after.keys())
            for changed in difference(before.get(name), after.get(name), f"{path}.{name}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            changed
            for i, (old, new) in enumerate(zip(before, after, strict=True))
            for changed in difference(old, new, f"{path}[{i}]")
        ]
    return [] if before == after else [path or "."]
