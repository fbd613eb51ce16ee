"""Patches that send nothing but what has changed."""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from kube.runtime import Object, codec
from kube.runtime.keys import object_key
from kube.runtime.metadata import ObjectMeta
from kube.runtime.patches import merge_difference
from kube.runtime.trees import Tree

K = TypeVar("K", bound=Object)


def least_patch(base: K, changed: K, *, lock: bool = False) -> dict[str, Any]:
    """The merge patch from `base` to `changed`; empty where nothing has changed.

    Lists go whole. With `lock` the base's resource version goes along, so that a base that is out
    of date is a Conflict. Raises ValueError for a lock without a resource version.
    """
    patch = merge_difference(*_trees(base, changed))
    if patch and lock:
        version = base.metadata.resource_version
        if not version:
            raise ValueError(
                f"{object_key(base)} has no resource version to lock: use an object that was read"
            )
        patch.setdefault("metadata", {})["resourceVersion"] = version
    return patch


def _trees(base: Object, changed: Object) -> tuple[Tree, Tree]:
    """Both as JSON; without their metadata where it is the same, as it is most of an object."""
    if base.metadata == changed.metadata:
        base, changed = copy(base), copy(changed)
        base.metadata = changed.metadata = _NO_METADATA
    return codec.to_builtins(base), codec.to_builtins(changed)


_NO_METADATA = ObjectMeta()
