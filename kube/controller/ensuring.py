"""Writes that happen only where something has changed.

Each gets a client, and returns what the server has then; arguments are never changed. A synchronous
reconciler calls them by its own client: `client.run(create_or_update, web, mutate)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from kube.api.meta.v1 import Condition, ConditionStatus, find_condition, set_condition
from kube.client import async_retry_on_conflict
from kube.controller import undone
from kube.controller.client import Client
from kube.controller.patches import least_patch
from kube.runtime import Object
from kube.runtime.errors import ConflictError, NotFoundError
from kube.runtime.keys import object_key

K = TypeVar("K", bound=Object)

Mutate = Callable[[K], object | Awaitable[object]]
"""Changes the object that it gets into the desired one; plain or async."""


class Operation(StrEnum):
    """What a helper has done. The values are upstream's."""

    UNCHANGED = "unchanged"
    CREATED = "created"
    UPDATED = "updated"
    UPDATED_STATUS = "updatedStatus"
    UPDATED_STATUS_ONLY = "updatedStatusOnly"


class Ensured(NamedTuple):
    """The object as the server has it, and what was done to it."""

    object: Any
    operation: Operation


async def create_or_update(client: Client, obj: K, mutate: Mutate[K]) -> Ensured:
    """Have the object of this name as `mutate` makes it: created, updated, or left alone.

    `mutate` gets the present object, or `obj` where there is none. Its status is not written. What
    the server writes in another form, such as `0.5` of a CPU, is sent once for each version of the
    object: `apply` sends it once.

    Raises ValueError where `mutate` changes the name or the namespace, and ConflictError where the
    object has changed since it was read, or was deleted: the runtime then calls the reconciler
    again.
    """
    present = await _present(client, obj)
    if present is None:
        return Ensured(await client.create(await _mutated(obj, mutate)), Operation.CREATED)
    changed = await _mutated(present, mutate)
    change = _without_status(least_patch(present, changed))
    if not change or undone.is_undone(client.rest, present, change):
        return Ensured(present, Operation.UNCHANGED)
    with _gone_is_a_conflict(present):
        result = await client.update(changed)
    if undone.note(client.rest, present, change, result):
        return Ensured(result, Operation.UNCHANGED)
    return Ensured(result, Operation.UPDATED)


async def create_or_patch(client: Client, obj: K, mutate: Mutate[K]) -> Ensured:
    """As `create_or_update`, by patches of what has changed; the status by its subresource.

    The status of an object that is only created now is not written.
    """
    present = await _present(client, obj)
    if present is None:
        return Ensured(await client.create(await _mutated(obj, mutate)), Operation.CREATED)
    changed = await _mutated(present, mutate)
    patch = least_patch(present, changed)
    status = {"status": patch["status"]} if "status" in patch else None
    rest = _without_status(patch)
    result = present
    with _gone_is_a_conflict(present):
        if rest:
            result = await client.patch(present, rest)
        if status is not None:
            result = await client.status(present).patch(status)
    if status is None:
        return Ensured(result, Operation.UPDATED if rest else Operation.UNCHANGED)
    return Ensured(result, Operation.UPDATED_STATUS if rest else Operation.UPDATED_STATUS_ONLY)


async def write_changes(client: Client, base: K, changed: K) -> K:
    """Patch an object from the state that was read to `changed`, if anything is different.

    For one who has read, copied and changed: `base` is what was read. Raises ConflictError where it
    has changed meanwhile, after which the runtime calls the reconciler again; a status that is a
    subresource is not written, see `patch_status`.
    """
    patch = least_patch(base, changed, lock=True)
    return await client.patch(base, patch) if patch else base


async def patch_status(client: Client, obj: K, mutate: Mutate[K]) -> K:
    """Write the status as `mutate` makes it, by a patch of what has changed, if anything has.

    The patch is bound to the version that was read; where another writer was faster, the object is
    read anew and `mutate` is called again.
    """
    kind, meta = type(obj), obj.metadata
    tries = 0

    async def patch() -> K:
        nonlocal tries
        tries += 1
        # After a conflict the cache may not know yet what has changed.
        reader = client if tries == 1 else client.reader
        present = await reader.get(kind, meta.name, meta.namespace)
        changed = await _mutated(present, mutate)
        change = least_patch(present, changed, lock=True)
        if "status" not in change:
            return present
        body = {
            "status": change["status"],
            "metadata": {"resourceVersion": present.metadata.resource_version},
        }
        return await client.status(present).patch(body)

    return await async_retry_on_conflict(patch)


def mark(obj: Object, type: str, holds: bool | None, *, reason: str, message: str = "") -> bool:
    """Set a condition in `obj.status.conditions`, for the generation that was seen.

    `holds` is True, False, or None for unknown. The transition time changes with the status alone.
    Returns whether anything has changed.
    """
    status: Any = obj.status  # type: ignore[attr-defined]
    if status.conditions is None:
        status.conditions = []
    present = find_condition(status.conditions, type)
    value = ConditionStatus.UNKNOWN if holds is None else ConditionStatus(str(holds))
    new = Condition(
        type=type,
        status=value,
        reason=reason,
        message=message,
        observed_generation=obj.metadata.generation,
        last_transition_time=None,
    )
    changed = set_condition(status.conditions, new)
    return changed or present is None


@contextmanager
def _gone_is_a_conflict(present: Object) -> Iterator[None]:
    """An object that is not there any more when it is written has changed since it was read."""
    try:
        yield
    except NotFoundError as error:
        name = object_key(present)
        raise ConflictError(f"{type(present).__name__} {name} was deleted meanwhile") from error


async def _present(client: Client, obj: K) -> K | None:
    try:
        return await client.get(type(obj), obj.metadata.name, obj.metadata.namespace)
    except NotFoundError:
        return None


async def _mutated(obj: K, mutate: Mutate[K]) -> K:
    changed = obj.deep_copy()
    outcome = mutate(changed)
    if inspect.isawaitable(outcome):
        await outcome
    if object_key(changed) != object_key(obj):
        raise ValueError(f"mutate renamed {object_key(obj)} to {object_key(changed)}")
    return changed


def _without_status(patch: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in patch.items() if key != "status"}
