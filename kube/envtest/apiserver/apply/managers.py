"""Who owns which field: metadata.managedFields, and server-side apply.

Every write records its manager. An apply merges the applied fields into the live object, removes
what the same manager applied before and no longer applies, and fails where another manager owns a
field that it would change, unless it is forced.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.apply import last_applied
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.status import Cause, StatusError
from kube.runtime import fieldsets
from kube.runtime.fieldsets import Fields
from kube.runtime.trees import Tree, copied

_encode = msgspec.json.Encoder().encode

APPLY = "Apply"
UPDATE = "Update"

# Fields without an owner: those of the server, and those that identify the object.
_UNOWNED: Fields = fieldsets.decode(
    {
        "f:apiVersion": {},
        "f:kind": {},
        "f:metadata": {
            ".": {},
            "f:name": {},
            "f:namespace": {},
            "f:creationTimestamp": {},
            "f:deletionTimestamp": {},
            "f:deletionGracePeriodSeconds": {},
            "f:selfLink": {},
            "f:uid": {},
            "f:generation": {},
            "f:managedFields": {},
            "f:resourceVersion": {},
        },
    }
)


class Manager(msgspec.Struct, frozen=True):
    """Who writes: a name, and how. Two ways of writing are two managers."""

    name: str
    operation: str
    api_version: str
    subresource: str
    now: str

    def owns(self, entry: Tree) -> bool:
        return (
            entry.get("manager") == self.name
            and entry.get("operation") == self.operation
            and entry.get("apiVersion") == self.api_version
            and entry.get("subresource", "") == self.subresource
        )

    def entry(self, fields: Fields) -> Tree:
        return self.entry_of(_shared(fieldsets.encode(fields)))

    def entry_of(self, fields: Tree) -> Tree:
        """Of fields in FieldsV1."""
        entry: Tree = {
            "manager": self.name,
            "operation": self.operation,
            "apiVersion": self.api_version,
            "time": self.now,
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
        }
        if self.subresource:
            entry["subresource"] = self.subresource
        return entry


_SHAPES: dict[bytes, Tree] = {}
_MOST_SHAPES = 256
_LONGEST_SHAPE = 8192


def _shared(fields: Tree) -> Tree:
    """These fields, in FieldsV1, as one value for all objects that have the same ones.

    They are more than half of what a Pod takes in memory, and those of a workload's Pods are alike.
    """
    shape = _encode(fields)
    if len(shape) > _LONGEST_SHAPE:
        return fields
    if len(_SHAPES) >= _MOST_SHAPES:
        _SHAPES.clear()
    return _SHAPES.setdefault(shape, fields)


def schema_of(resource: ServerResource) -> Tree:
    """How the fields of a resource's objects merge, metadata included."""
    if resource.schema is not None:
        return resource.schema.merged
    return fieldsets.with_metadata(resource.structure() if resource.structure is not None else {})


def record(
    resource: ServerResource,
    manager: Manager,
    new: Tree,
    old: Tree | None,
) -> None:
    """Write into `new` who owns what after a write that is not an apply.

    A client that sends managed fields sets them, as kubectl does to move fields from one manager to
    another; an empty list resets them. Without valid ones, those of the live object stay. A write
    to a subresource cannot set them. Nobody owns the status of a new object, where it is a
    subresource: it is dropped.
    """
    try:
        if old is None:
            fields = _fields_of_new(resource, new)
            _put(new["metadata"], [manager.entry_of(fields)] if fields else [])
        else:
            _record_update(resource, manager, new, old)
    except fieldsets.KeylessItemError:
        # As upstream: who owns what cannot be told any more.
        new["metadata"].pop("managedFields", None)


_OF_NEW: dict[tuple[ServerResource, bytes, bytes], Tree] = {}


def _fields_of_new(resource: ServerResource, new: Tree) -> Tree:
    """What the creator of an object owns, in FieldsV1; one value for all that are alike.

    It follows from the object but for its metadata, and from the fields of that. Most objects
    differ from one before them in their name alone.
    """
    metadata, _ = fieldsets.changes(fieldsets.METADATA, {}, new["metadata"])
    metadata = fieldsets.difference(metadata, _UNOWNED["f:metadata"])
    rest = {**new, "metadata": {}}
    key = (resource, _encode(rest), _encode(metadata))
    known = _OF_NEW.get(key)
    if known is not None:
        return known
    changed, _ = _changes(resource, _nothing(resource), rest)
    if "status" in resource.subresources:
        changed.pop("f:status", None)
    for member in resource.reset:
        changed.pop(f"f:{member}", None)
    if metadata:
        changed["f:metadata"] = metadata
    fields = _shared(fieldsets.encode(changed))
    if len(key[1]) <= _LONGEST_SHAPE:
        if len(_OF_NEW) >= _MOST_SHAPES:
            _OF_NEW.clear()
        _OF_NEW[key] = fields
    return fields


def _record_update(resource: ServerResource, manager: Manager, new: Tree, old: Tree) -> None:
    metadata = new["metadata"]
    sent = metadata.get("managedFields")
    live = old["metadata"].get("managedFields") or []
    if not manager.subresource and _is_readable(sent):
        live = sent
    elif not live:
        # As upstream: the fields of an object that was not tracked have no owner until an apply.
        metadata.pop("managedFields", None)
        return
    reset = sent in ([], [{}])
    changed, gone = _changes(resource, old, new)
    for member in resource.reset:
        changed.pop(f"f:{member}", None)
    if reset:
        live = []
    elif not changed and not gone:
        _put(metadata, live)
        return
    entries = []
    owned = changed
    for entry in live:
        fields = fieldsets.decode(entry["fieldsV1"])
        if manager.owns(entry):
            owned = fieldsets.union(fieldsets.difference(fields, gone), changed)
            if owned == fields:
                entries.append(entry)
                owned = {}
            continue
        rest = fieldsets.difference(fieldsets.difference(fields, changed), gone)
        if rest == fields:
            entries.append(entry)
        elif rest:
            entries.append({**entry, "fieldsV1": fieldsets.encode(rest)})
    if owned and not reset:
        entries.append(manager.entry(owned))
    _put(metadata, _sorted(entries))


def _nothing(resource: ServerResource) -> Tree:
    empty = resource.schema.empty() if resource.schema is not None else {}
    return {**empty, "metadata": {}}


def _is_readable(entries: Any) -> bool:
    """Whether these are managed fields as a server writes them, one entry at least."""
    if not isinstance(entries, list) or not entries:
        return False
    return all(
        isinstance(entry, dict)
        and entry.get("operation") in (APPLY, UPDATE)
        and bool(entry.get("apiVersion"))
        and entry.get("fieldsType") == "FieldsV1"
        and isinstance(entry.get("fieldsV1"), dict)
        for entry in entries
    )


def _changes(resource: ServerResource, old: Tree, new: Tree) -> tuple[Fields, Fields]:
    if resource.to_version is not None:
        old, new = resource.to_version(old), resource.to_version(new)
    return _differences(schema_of(resource), old, new)


def _differences(schema: Tree, old: Tree, new: Tree) -> tuple[Fields, Fields]:
    changed, gone = fieldsets.changes(schema, old, new)
    return fieldsets.difference(changed, _UNOWNED), fieldsets.difference(gone, _UNOWNED)


def _put(metadata: Tree, entries: list[Tree]) -> None:
    if entries:
        metadata["managedFields"] = entries
    else:
        metadata.pop("managedFields", None)


def _sorted(entries: list[Tree]) -> list[Tree]:
    if len(entries) < 2:
        return entries

    def order(entry: Tree) -> tuple[Any, ...]:
        names = ("operation", "time", "manager", "apiVersion", "subresource")
        return tuple(entry.get(name, "") for name in names)

    return sorted(entries, key=order)


_NAMED: Fields = {"f:metadata": {"f:name": {fieldsets.MEMBER: {}}}}


def apply(
    resource: ServerResource, manager: Manager, live: Tree | None, wanted: Tree, *, force: bool
) -> tuple[Tree, list[Tree]]:
    """(the object after the apply, its managed fields); raises StatusError 409 on conflicts.

    `live` is None where there is no object yet. Trees are without apiVersion and kind, and of the
    version of the request. Raises StatusError 500 for a live object with a list whose items cannot
    be told apart.
    """
    try:
        return _apply(resource, manager, live, wanted, force=force)
    except fieldsets.KeylessItemError:
        why = "associative list with keys has an element that omits all key fields"
        raise status.internal(f"failed to create typed live object: {why}") from None


def _apply(
    resource: ServerResource, manager: Manager, live: Tree | None, wanted: Tree, *, force: bool
) -> tuple[Tree, list[Tree]]:
    schema = schema_of(resource)
    wanted = copied(wanted)
    claimed = fieldsets.difference(fieldsets.applied(schema, wanted), _UNOWNED)
    for member in resource.reset:
        claimed.pop(f"f:{member}", None)
    if live is None:
        return wanted, [manager.entry(claimed)] if claimed else []
    entries: list[Tree] = live["metadata"].get("managedFields") or []
    if not entries:
        entries = _before_first_apply(resource, manager, live)
    before: Fields = {}
    others: list[tuple[Tree, Fields]] = []
    for entry in entries:
        fields = fieldsets.decode(entry["fieldsV1"])
        if manager.owns(entry):
            before = fields
        else:
            others.append((entry, fields))
    merged = fieldsets.merge(schema, live, wanted)
    dropped, owned = fieldsets.difference(before, claimed), fieldsets.union(claimed, _NAMED)
    for _, fields in others:
        dropped = fieldsets.difference(dropped, fields)
        owned = fieldsets.union(owned, fields)
    merged = copied(fieldsets.without(schema, merged, dropped, owned))
    changed, gone = _differences(schema, live, merged)
    conflicts = [(entry, fieldsets.intersection(fields, changed)) for entry, fields in others]
    conflicts = [(entry, fields) for entry, fields in conflicts if fields]
    if conflicts and not force and manager.name == last_applied.MANAGER:
        migrated = last_applied.fields(resource, schema, live)
        conflicts = [(e, fieldsets.difference(fields, migrated)) for e, fields in conflicts]
        conflicts = [(entry, fields) for entry, fields in conflicts if fields]
    if conflicts and not force:
        raise _conflict(conflicts)
    lost = fieldsets.union(changed, gone)
    kept = []
    for entry, fields in others:
        rest = fieldsets.difference(fields, lost)
        if rest == fields:
            kept.append(entry)
        elif rest:
            kept.append({**entry, "fieldsV1": fieldsets.encode(rest)})
    if claimed == before:
        kept += [entry for entry in entries if manager.owns(entry)]
    elif claimed:
        mine = manager.entry(claimed)
        if not lost:
            # The object is unchanged, so the time is that of its last change.
            known = [entry["time"] for entry in entries if manager.owns(entry) and "time" in entry]
            del mine["time"]
            mine |= {"time": known[0]} if known else {}
        kept.append(mine)
    return merged, _sorted(kept)


def _before_first_apply(resource: ServerResource, manager: Manager, live: Tree) -> list[Tree]:
    """One manager for all fields of an object that was not tracked."""
    everybody = msgspec.structs.replace(
        manager, name="before-first-apply", operation=UPDATE, subresource=""
    )
    fields, _ = _differences(schema_of(resource), _nothing(resource), live)
    for member in resource.reset:
        fields.pop(f"f:{member}", None)
    return [everybody.entry(fields)] if fields else []


def _conflict(conflicts: list[tuple[Tree, Fields]]) -> StatusError:
    causes: list[Cause] = []
    by_manager: dict[str, list[str]] = {}
    for entry, fields in conflicts:
        who = _title(entry)
        paths = list(fieldsets.paths(fields))
        by_manager.setdefault(who, []).extend(paths)
        causes += [Cause("FieldManagerConflict", path, f"conflict with {who}") for path in paths]
    causes.sort(key=lambda cause: cause.field)
    if len(causes) == 1:
        text = f"Apply failed with 1 conflict: {causes[0].message}: {causes[0].field}"
    else:
        parts = [
            f"conflicts with {who}:\n" + "\n".join(f"- {path}" for path in paths)
            for who, paths in sorted(by_manager.items())
        ]
        text = f"Apply failed with {len(causes)} conflicts: " + "\n".join(parts)
    details = {
        "causes": [{"reason": c.reason, "message": c.message, "field": c.field} for c in causes]
    }
    return status.StatusError(409, "Conflict", text, details)


def _title(entry: Tree) -> str:
    who = f'"{entry.get("manager", "")}"'
    if entry.get("subresource"):
        who += f' with subresource "{entry["subresource"]}"'
    if entry.get("operation") == UPDATE:
        who += f" using {entry.get('apiVersion', '')}"
    return who
