"""Server-side apply that writes once: of one object, and of a set with what is gone pruned.

An apply is left out where the same was applied before and still stands: our entry in the object's
managed fields is as our last apply left it. Whoever changes a field of ours takes it out of that
entry, so nothing else has to be compared, and what the server defaults is not ours.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, overload
from weakref import WeakKeyDictionary

from kube.api.meta.v1 import Preconditions
from kube.api.meta.v1.owners import is_controlled_by, owner_reference
from kube.client import AsyncRESTClient, unstructured
from kube.client.configurations import applied_kind
from kube.client.options import body_name
from kube.controller.client import Client
from kube.runtime import GroupVersionKind, Object, codec, gvk_of, resource_of
from kube.runtime.applyconfiguration import ApplyConfiguration, object_type
from kube.runtime.errors import NotFoundError
from kube.runtime.keys import make_key, object_key
from kube.runtime.unstructured import Unstructured

K = TypeVar("K", bound=Object)

PART_OF = "applyset.kubernetes.io/part-of"
"""The label of the members of a set, as kubectl's apply sets have it."""
REMEMBERED = 10_000
"""Applied objects that are remembered; of one that is forgotten, the next apply is sent."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied, and our entry in the managed fields of what came of it."""

    digest: bytes
    uid: str
    entry: bytes


_Key = tuple[GroupVersionKind, str, str]

_memories: WeakKeyDictionary[AsyncRESTClient, OrderedDict[_Key, Applied]] = WeakKeyDictionary()


@overload
async def apply(
    client: Client,
    config: ApplyConfiguration[K],
    *,
    field_manager: str,
    force: bool = True,
    owner: Object | None = None,
) -> K: ...
@overload
async def apply(
    client: Client,
    config: Mapping[str, Any],
    *,
    field_manager: str,
    force: bool = True,
    owner: Object | None = None,
) -> Unstructured: ...
async def apply(
    client: Client,
    config: ApplyConfiguration[Any] | Mapping[str, Any],
    *,
    field_manager: str,
    force: bool = True,
    owner: Object | None = None,
) -> Any:
    """Have the server hold the fields of `config`; nothing is sent where it does already.

    As `AsyncClient.apply`, which always sends. A controller applies with `force`: the fields that
    it sets are its own. `owner` becomes the object's controller: the object is deleted with it.
    Where the cache drops managed fields, each call is sent.
    """
    if owner is not None:
        config = _changed(config, lambda tree: _set_controller(tree, owner))
    memory = _memories.setdefault(client.rest, OrderedDict())
    gvk, (name, namespace) = _gvk_of(config), body_name(config)
    key = (gvk, make_key(name, namespace), field_manager)
    digest = hashlib.sha256(codec.encode(config)).digest()
    last = memory.get(key)
    if last is not None and last.digest == digest:
        present = await _present(client, _kind_of(config, gvk), name, namespace)
        if present is not None and _entry_of(present, field_manager) == (last.uid, last.entry):
            memory.move_to_end(key)
            return present
    result: Any = await client.apply(config, field_manager=field_manager, force=force)
    uid, entry = _entry_of(result, field_manager)
    if entry:
        memory[key] = Applied(digest, uid, entry)
        memory.move_to_end(key)
        if len(memory) > REMEMBERED:
            memory.popitem(last=False)
    return result


async def apply_set(
    client: Client,
    owner: Object,
    configs: Iterable[ApplyConfiguration[Any] | Mapping[str, Any]],
    *,
    field_manager: str,
    kinds: Sequence[type[Object]],
) -> list[Any]:
    """Apply all that an owner is to have, and delete what it had before and is not among it.

    Each object gets `owner` for its controller, its namespace where it names none, and a label that
    marks the set. `kinds` are all that the set may contain, now or in earlier versions of the
    program: among these, in the owner's namespace, members that are not in `configs` are deleted.
    Nothing is deleted where an apply fails.

    Raises ValueError for an object of a kind that is not in `kinds`, or one that is there twice.
    """
    label = set_label(owner, field_manager)
    by_gvk = {resource_of(kind).gvk: resource_of(kind) for kind in kinds}
    wanted: dict[tuple[GroupVersionKind, str], Any] = {}
    for config in configs:
        gvk = _gvk_of(config)
        resource = by_gvk.get(gvk)
        if resource is None:
            raise ValueError(
                f"{gvk.kind} is not among the kinds of the set: what is left of it would never be "
                "deleted; add it to kinds="
            )
        member = _as_member(config, owner, label, namespaced=resource.namespaced)
        key = (gvk, make_key(*body_name(member)))
        if key in wanted:
            raise ValueError(f"{gvk.kind} {key[1]} is in the set twice")
        wanted[key] = member
    applied = [
        await apply(client, member, field_manager=field_manager) for member in wanted.values()
    ]
    for gvk, resource in by_gvk.items():
        namespace = owner.metadata.namespace if resource.namespaced else ""
        members = await client.list(resource.type, namespace, label_selector=f"{PART_OF}={label}")
        for each in members.items:
            if (gvk, object_key(each)) not in wanted and is_controlled_by(each, owner):
                await _prune(client, each)
    return applied


def _as_member(config: Any, owner: Object, label: str, *, namespaced: bool) -> Any:
    """A configuration with its owner, its namespace and the label of its set."""

    def join(tree: dict[str, Any]) -> None:
        metadata = tree.setdefault("metadata", {})
        if namespaced and owner.metadata.namespace:
            metadata.setdefault("namespace", owner.metadata.namespace)
        metadata["labels"] = {**(metadata.get("labels") or {}), PART_OF: label}
        _set_controller(tree, owner)

    return _changed(config, join)


def _set_controller(tree: dict[str, Any], owner: Object) -> None:
    metadata = tree.setdefault("metadata", {})
    reference = codec.to_builtins(owner_reference(owner, controller=True))
    metadata["ownerReferences"] = [*(metadata.get("ownerReferences") or []), reference]


def _changed(config: Any, change: Callable[[dict[str, Any]], None]) -> Any:
    """A configuration as a change of its tree makes it; the argument stays."""
    tree: dict[str, Any] = copy.deepcopy(codec.to_builtins(config))
    change(tree)
    return tree if isinstance(config, Mapping) else codec.from_builtins(tree, type(config))


def set_label(owner: Object, field_manager: str) -> str:
    """The value of the label of a set, in the form of KEP-3659: it fits any owner's name."""
    gvk = gvk_of(owner)
    meta = owner.metadata
    text = f"{meta.name}.{meta.namespace}.{gvk.kind}.{gvk.group}.{field_manager}"
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"applyset-{digest.rstrip('=')}-v1"


async def _prune(client: Client, member: Object) -> None:
    if member.metadata.deletion_timestamp is None:
        with suppress(NotFoundError):
            await client.delete(member, preconditions=Preconditions(uid=member.metadata.uid))


async def _present(client: Client, kind: Any, name: str, namespace: str) -> Object | None:
    try:
        present: Object = await client.get(kind, name, namespace)
    except NotFoundError:
        return None
    return present


def _gvk_of(config: ApplyConfiguration[Any] | Mapping[str, Any]) -> GroupVersionKind:
    return applied_kind(config) if isinstance(config, Mapping) else gvk_of(config)


def _kind_of(config: Any, gvk: GroupVersionKind) -> Any:
    if isinstance(config, Mapping):
        return unstructured(gvk.api_version, gvk.kind)
    twin: Any = type(config)
    return object_type(twin)


def _entry_of(obj: Object, field_manager: str) -> tuple[str, bytes]:
    """The UID, and the fields that a manager has applied, as the server writes them."""
    for entry in obj.metadata.managed_fields or ():
        is_ours = entry.manager == field_manager and entry.operation == "Apply"
        if is_ours and not entry.subresource:
            return obj.metadata.uid, bytes(entry.fields_v1)
    return obj.metadata.uid, b""
