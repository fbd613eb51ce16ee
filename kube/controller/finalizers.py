"""Finalizers: what has to happen before an object is gone, in a flow that cannot forget to release.

finalizers = Finalizers(manager.client, {"example.com/dns": remove_records})

async def reconcile(self, request):
    web = await self.client.get(Web, request.name, request.namespace)
    web = await self.finalizers.settle(web)
    if web is None:
        return  # it is being deleted, and what is ours was cleaned up
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from kube.client import async_retry_on_conflict
from kube.controller.client import Client
from kube.controller.patches import least_patch
from kube.runtime import Object
from kube.runtime.errors import NotFoundError

K = TypeVar("K", bound=Object)

CleanUp = Callable[[Any], object | Awaitable[object]]
"""Cleans up after an object; it may be called again. What it raises keeps the finalizer."""


def contains_finalizer(obj: Object, name: str) -> bool:
    """Whether an object has a finalizer."""
    return name in (obj.metadata.finalizers or ())


def add_finalizer(obj: Object, name: str) -> bool:
    """Add a finalizer, in memory. False where the object had it."""
    if contains_finalizer(obj, name):
        return False
    obj.metadata.finalizers = [*(obj.metadata.finalizers or ()), name]
    return True


def remove_finalizer(obj: Object, name: str) -> bool:
    """Remove a finalizer, in memory. False where the object did not have it."""
    if not contains_finalizer(obj, name):
        return False
    left = [each for each in obj.metadata.finalizers or () if each != name]
    obj.metadata.finalizers = left or None
    return True


class Finalizers:
    """The finalizers of a controller, each with what cleans up. Others' are left alone.

    Raises ValueError for a name without a domain, which the server would refuse.
    """

    def __init__(self, client: Client, clean_ups: Mapping[str, CleanUp]) -> None:
        for name in clean_ups:
            if "/" not in name:
                raise ValueError(f"the finalizer {name!r} needs a domain: example.com/{name}")
        self._client = client
        self._clean_ups = dict(clean_ups)

    async def settle(self, obj: K) -> K | None:
        """The object with all our finalizers; None where it is being deleted, once cleaned up.

        All clean-ups of a deleted object are called, and finalizers are removed from it as they
        succeed. Raises what a clean-up raised, or a group of what several did.
        """
        if obj.metadata.deletion_timestamp is None:
            return await self._change(obj, add_finalizer, list(self._clean_ups))
        done: list[str] = []
        errors: list[Exception] = []
        for name, clean_up in self._clean_ups.items():
            if not contains_finalizer(obj, name):
                continue
            try:
                outcome = clean_up(obj)
                if inspect.isawaitable(outcome):
                    await outcome
                done.append(name)
            except Exception as error:
                errors.append(error)
        if done:
            await self._change(obj, remove_finalizer, done)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup("several clean-ups failed", errors)
        return None

    async def _change(
        self, obj: K, change: Callable[[Object, str], bool], names: list[str]
    ) -> K | None:
        """Write a change of our finalizers, if there is one; None where the object is gone."""
        tries = 0

        async def write() -> K:
            nonlocal tries
            tries += 1
            meta = obj.metadata
            base = obj
            if tries > 1:  # another writer was faster, and the cache may not know yet
                base = await self._client.reader.get(type(obj), meta.name, meta.namespace)
            changed = base.deep_copy()
            for name in names:
                change(changed, name)
            patch = least_patch(base, changed, lock=True)
            return await self._client.patch(base, patch) if patch else base

        try:
            return await async_retry_on_conflict(write)
        except NotFoundError:
            return None
