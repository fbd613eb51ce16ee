"""From updates to server-side apply, once for an object: k8s.io/client-go/util/csaupgrade.

Apply removes only what the same manager has applied before. What a manager once wrote by create,
update or a patch is owned by another entry of managedFields, under the same name perhaps, and would
stay for ever when it is left out of what is applied. So before a program changes over, the fields
of its old entries are given to the new one:

    operations = upgrade_managed_fields_patch(obj, ["my-controller"], "my-controller")
    if operations is not None:
        await client.patch(obj, operations, PatchType.JSON)

Update managers own more than they set, defaults included. Once those are applied no more, the
server removes them and fills them in anew. The change cannot be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kube.api.meta.v1 import ManagedFieldsEntry
from kube.runtime import Object, codec, fieldsets
from kube.runtime.fieldsets import Fields

APPLY, UPDATE = "Apply", "Update"


def upgrade_managed_fields(
    obj: Object, csa_managers: Iterable[str], ssa_manager: str, *, subresource: str = ""
) -> None:
    """Give what managers own by updates to a manager that applies, in the object's managedFields.

    `subresource` is the one that was written; empty for the object itself. Changes `obj`.
    """
    obj.metadata.managed_fields = _upgraded(
        obj.metadata.managed_fields, csa_managers, ssa_manager, subresource
    )


def upgrade_managed_fields_patch(
    obj: Object, csa_managers: Iterable[str], ssa_manager: str, *, subresource: str = ""
) -> list[dict[str, Any]] | None:
    """The JSON patch that upgrades an object on the server; None where there is nothing to do.

    It has the object's version, so the server answers with a conflict if the object has changed
    since it was read.
    """
    entries = obj.metadata.managed_fields
    upgraded = _upgraded(entries, csa_managers, ssa_manager, subresource)
    if upgraded == entries:
        return None
    trees = [codec.to_builtins(entry) for entry in upgraded or ()]
    version = obj.metadata.resource_version
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": trees},
        # A replacement rather than a test, which the server would answer with another error.
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]


def find_fields_owners(
    entries: Iterable[ManagedFieldsEntry], operation: str, fields: Fields
) -> list[ManagedFieldsEntry]:
    """The entries of an operation that own all of a set of fields, in the form of FieldsV1."""
    wanted = fieldsets.decode(fields)
    return [
        entry
        for entry in entries
        if entry.operation == operation and not fieldsets.difference(wanted, _fields(entry))
    ]


def _upgraded(
    entries: list[ManagedFieldsEntry] | None,
    csa_managers: Iterable[str],
    ssa_manager: str,
    subresource: str,
) -> list[ManagedFieldsEntry] | None:
    if isinstance(csa_managers, str):
        raise TypeError(f"csa_managers is a list of names: write [{csa_managers!r}]")
    for csa_manager in csa_managers:
        entries = entries and _one_upgraded(entries, csa_manager, ssa_manager, subresource)
    return entries


def _one_upgraded(
    entries: list[ManagedFieldsEntry], csa_manager: str, ssa_manager: str, subresource: str
) -> list[ManagedFieldsEntry]:
    def updates(entry: ManagedFieldsEntry) -> bool:
        return (entry.manager, entry.operation, entry.subresource) == (
            csa_manager,
            UPDATE,
            subresource,
        )

    def applies(entry: ManagedFieldsEntry) -> bool:
        return (entry.manager, entry.operation, entry.subresource) == (
            ssa_manager,
            APPLY,
            subresource,
        )

    target = _first(entries, applies) or _first(entries, updates)
    if target is None:
        return entries
    # Another version's paths may mean other fields: such entries go, as upstream.
    source = _first(entries, lambda e: updates(e) and e.api_version == target.api_version)
    owned = _fields(target)
    if source is not None:
        owned = fieldsets.union(owned, _fields(source))
    upgraded = target.deep_copy()
    upgraded.manager, upgraded.operation = ssa_manager, APPLY
    upgraded.fields_v1 = msgspec.Raw(msgspec.json.encode(fieldsets.encode(owned)))
    return [
        upgraded if entry is target else entry
        for entry in entries
        if entry is target or not updates(entry)
    ]


def _first(
    entries: Iterable[ManagedFieldsEntry], wanted: Callable[[ManagedFieldsEntry], bool]
) -> ManagedFieldsEntry | None:
    return next(filter(wanted, entries), None)


def _fields(entry: ManagedFieldsEntry) -> Fields:
    return fieldsets.decode(msgspec.json.decode(bytes(entry.fields_v1) or b"{}"))
