"""From an event to the keys that it concerns. Pure.

A watch maps each state of an event's object to keys: of an update both the old and the new one, so
that an object that moves from one owner to another is told to both.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Iterable
from typing import Any, TypeAlias

from kube.controller.request import Request
from kube.runtime import GroupVersion, Object
from kube.runtime.keys import object_key
from kube.runtime.resource import Resource

Keys: TypeAlias = Iterable[Hashable]

MapFunction: TypeAlias = Callable[[Any], Keys | Awaitable[Keys] | AsyncIterable[Hashable]]
"""From an object to the keys that it concerns; plain or async. What it raises is tried again."""

log = logging.getLogger("kube.controller")


def to_itself(obj: Object) -> list[Request]:
    """The object's own key."""
    return [Request(obj.metadata.name, obj.metadata.namespace)]


def to_owners(owner: Resource, *, any_owner: bool) -> Callable[[Object], list[Request]]:
    """The keys of an object's owners of a kind: of its controller, or with `any_owner` of all.

    Owners are recognised by group and kind, in any version. A reference that cannot be read does
    not hide the others.
    """

    def requests(obj: Object) -> list[Request]:
        namespace = obj.metadata.namespace if owner.namespaced else ""
        owners: list[Request] = []
        for reference in obj.metadata.owner_references or ():
            if reference.kind != owner.kind or not (any_owner or reference.controller):
                continue
            try:
                group = GroupVersion.parse(reference.api_version).group
            except ValueError as error:
                log.warning(
                    "%s has an owner reference that cannot be read: %s",
                    object_key(obj),
                    error,
                    extra={"key": object_key(obj)},
                )
                continue
            if group == owner.group:
                owners.append(Request(reference.name, namespace))
        return owners

    requests.__qualname__ = "owner"
    return requests
