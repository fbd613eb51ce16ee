"""The write path: what create, update and delete do to one object, from tree to stored tree.

The order of steps is apiserver's, because the order decides which error a client sees: metadata
first, then the strategy, then validation of the whole, then the conflict checks of the store.
Every function either stores (or, under dry run, would have stored) the result, or raises a
StatusError and has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.apply import managers
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata as meta
from kube.envtest.apiserver.storage.store import Collection, Key, Store, Stored
from kube.envtest.apiserver.storage.strategies import Strategy, spec_changed
from kube.runtime.trees import Tree, same, share

ORPHAN = "orphan"
FOREGROUND = "foregroundDeletion"


class Changed(Exception):
    """The object changed while a webhook was asked about it; the request begins anew."""


Check = Callable[[Tree | None, Tree | None], None]
"""Raises StatusError for a new state of an object, given with the old one."""


class WriteOptions(msgspec.Struct, frozen=True):
    dry_run: bool = False
    now: str = ""
    """The time of the write, as creationTimestamp spells it."""
    manager: managers.Manager | None = None
    """Who updates, for managedFields; None if they are up to date already."""
    check: Check | None = None
    """Called with the object as it is to be stored and the old one, when both are valid."""
    empties: Empties | None = None
    """The empty maps and lists that the client sent: they are validated, and not stored."""


class DeleteOptions(msgspec.Struct, frozen=True):
    dry_run: bool = False
    now: str = ""
    uid: str | None = None
    resource_version: str | None = None
    propagation: str | None = None
    """Orphan, Foreground or Background; None leaves it to the server."""
    grace: int | None = None
    """Seconds that the client gives the object to end; None leaves it to the object."""
    check: Check | None = None
    """Called with None and the object that is to be deleted."""


def timestamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19] + "Z"  # strftime takes eight times as long


class Target(msgspec.Struct, frozen=True):
    """Where a write goes: the resource, its collection, its rules, one namespace."""

    store: Store
    collection: Collection
    resource: ServerResource
    strategy: Strategy
    namespace: str

    def key(self, name: str) -> Key:
        return (self.namespace, name)

    def path(self, name: str) -> str:
        """The object's key in etcd."""
        group = self.resource.group
        steps = ("/registry", group, self.resource.plural, self.namespace, name)
        return "/".join(step for step in steps if step)

    def get(self, name: str) -> Stored:
        stored = self.find(name)
        if stored is None:
            raise self.not_found(name)
        return stored

    def find(self, name: str) -> Stored | None:
        """The object as this version shows it. Raises StatusError, and Changed."""
        key = self.key(name)
        stored = self.collection.objects.get(key)
        if stored is None or self.resource.converter is None:
            return stored
        [view] = self.resource.converter.views([stored])
        self._require(key, stored)
        return view

    def views(self, found: Sequence[Stored]) -> Sequence[Stored]:
        """Objects of the store as this version shows them. Raises StatusError."""
        converter = self.resource.converter
        return found if converter is None else converter.views(found)

    def view(self, stored: Stored) -> Stored:
        """One of them."""
        return self.views([stored])[0]

    def put(self, key: Key, new: Tree) -> Stored:
        """Store an object of this version; gives it as this version shows it."""
        converter = self.resource.converter
        if converter is None:
            return self.store.put(self.collection, key, new)
        before = self.collection.objects.get(key)
        tree = converter.back(new)
        self._require(key, before)
        stored = self.store.put(self.collection, key, tree, converter.storage)
        return converter.remember(stored, new)

    def remove(self, key: Key, last: Tree) -> Stored:
        """Delete an object; `last` is its last state, in this version."""
        converter = self.resource.converter
        if converter is None:
            return self.store.remove(self.collection, key, last)
        before = self.collection.objects.get(key)
        tree = converter.back(last)
        self._require(key, before)
        stored = self.store.remove(self.collection, key, tree, converter.storage)
        return converter.remember(stored, last)

    def _require(self, key: Key, before: Stored | None) -> None:
        if self.collection.objects.get(key) is not before:
            raise Changed

    def not_found(self, name: str) -> status.StatusError:
        return status.not_found(self.resource.group, self.resource.plural, name)

    def conflict(self, name: str, why: str = status.MODIFIED) -> status.StatusError:
        return status.conflict(self.resource.group, self.resource.plural, name, why)

    def refuse(self, name: str, causes: list[Cause]) -> None:
        if causes:
            raise status.invalid(self.resource.group, self.resource.kind, name, causes)


def completed(
    resource: ServerResource,
    tree: Tree,
    empties: Empties | None = None,
    *,
    converted: bool = False,
) -> Tree:
    """`tree`, in place, as if a client had sent it: with what Go always writes, and defaults.

    Raises StatusError 400 for a value of a wrong type; `empties` and `converted` as in
    `Schema.check_types`.
    """
    if resource.schema is not None:
        resource.schema.check_types(tree, empties, converted=converted)
        resource.schema.default(tree)
        if empties:
            empties.hide()
    return tree


def own(resource: ServerResource, new: Tree, manager: managers.Manager) -> None:
    """Record who creates an object, before admission adds to it: what that adds is nobody's."""
    meta.drop_absent(new["metadata"])
    managers.record(resource, manager, new, None)


def create(target: Target, new: Tree, options: WriteOptions) -> Stored:
    """Store a new object; `new` becomes the store's own. Raises StatusError."""
    resource, metadata = target.resource, new["metadata"]
    namespace = metadata.get("namespace") or target.namespace
    if namespace != target.namespace and target.namespace:
        raise status.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    version = metadata.pop("resourceVersion", None) or ""
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
        metadata.pop(field, None)
    metadata["namespace"] = target.namespace
    metadata["uid"] = meta.new_uid()
    metadata["creationTimestamp"] = options.now
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = _free_name(target, str(metadata["generateName"]))
    if resource.generation:
        metadata["generation"] = 1
    meta.drop_absent(metadata)
    target.strategy.prepare_create(resource, new)
    name = str(metadata.get("name", ""))
    _allocate(target, name, new, None, dry_run=options.dry_run)
    causes = meta.validate(resource, metadata)
    faults = _faults(target, new, None, options)
    if causes and target.strategy.metadata_comes_last():
        causes = [] if faults else meta.generic(metadata)
    target.refuse(name, causes + faults)
    if options.check is not None:
        options.check(new, None)
    key = target.key(name)
    if version.isdecimal() and int(version) and not options.dry_run:
        raise status.internal("resourceVersion should not be set on objects to be created")
    if key in target.collection.objects:
        if metadata.get("generateName"):
            raise status.name_taken(resource.group, resource.plural, name)
        error = status.already_exists(resource.group, resource.plural, name)
        if "deletionTimestamp" in target.collection.objects[key].tree["metadata"]:
            error.message = f"object is being deleted: {error.message}"
        raise error
    if options.dry_run:
        if version:
            metadata["resourceVersion"] = version
        return Stored(key, 0, new)
    return target.put(key, new)


def _faults(target: Target, new: Tree, old: Tree | None, options: WriteOptions) -> list[Cause]:
    """What validation finds in an object as it was sent; from here on it is as it is stored."""
    empties = options.empties
    if not empties:
        return target.strategy.validate(target.resource, new, old)
    empties.show()
    causes = target.strategy.validate(target.resource, new, old, empties)
    empties.settle()
    return causes


def _status_faults(target: Target, new: Tree, old: Tree, options: WriteOptions) -> list[Cause]:
    if options.empties:
        options.empties.settle()
    return target.strategy.validate_status(target.resource, new, old)


def _allocate(target: Target, name: str, new: Tree, old: Tree | None, *, dry_run: bool) -> None:
    existing = (stored.tree for stored in target.collection.objects.values())
    target.refuse(name, target.strategy.allocate(existing, new, old, dry_run=dry_run))


def restore(target: Target, tree: Tree, options: WriteOptions) -> Stored:
    """Store an object as if it had existed before: its metadata is kept. Raises StatusError if it
    is invalid or already exists; `tree` becomes the store's own.
    """
    resource, metadata = target.resource, meta.of(tree)
    kept = tree.get("status")
    if target.namespace:
        metadata["namespace"] = target.namespace
    target.strategy.prepare_create(resource, tree)
    if kept is not None:
        tree["status"] = kept
    metadata = tree["metadata"]
    metadata["uid"] = metadata.get("uid") or meta.new_uid()
    metadata["creationTimestamp"] = metadata.get("creationTimestamp") or options.now
    if resource.generation:
        metadata["generation"] = metadata.get("generation") or 1
    meta.drop_absent(metadata)
    name = str(metadata.get("name", ""))
    causes = meta.validate(resource, metadata)
    target.refuse(name, causes + target.strategy.validate(resource, tree, None))
    if target.key(name) in target.collection.objects:
        raise status.already_exists(resource.group, resource.plural, name)
    return target.put(target.key(name), tree)


def _free_name(target: Target, base: str) -> str:
    name = base
    for _ in range(8):
        name = meta.generate_name(base)
        if target.key(name) not in target.collection.objects:
            return name
    raise status.name_taken(target.resource.group, target.resource.plural, name)


def check_preconditions(
    target: Target, name: str, metadata: dict[str, Any], old: Stored, *, patched: bool
) -> list[Cause]:
    """Check the resourceVersion and the uid that the client sent; raises StatusError."""
    wanted = metadata.get("resourceVersion")
    uid = metadata.get("uid")
    have = old.tree["metadata"]
    if uid and uid != have["uid"] and not patched:
        why = (
            f"StorageError: invalid object, Code: 4, Key: {target.path(name)}, ResourceVersion: 0, "
            f"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object "
            f"meta: {have['uid']}"
        )
        raise target.conflict(name, why)
    if wanted and wanted != have["resourceVersion"]:
        if not wanted.isdecimal():
            raise status.internal(f'strconv.ParseUint: parsing "{wanted}": invalid syntax')
        raise target.conflict(name)
    if uid and uid != have["uid"]:
        return [status.invalid_value("metadata.uid", uid, "field is immutable")]
    return []


def update(
    target: Target,
    name: str,
    new: Tree,
    options: WriteOptions,
    *,
    subresource: str = "",
    patched: bool = False,
) -> Stored:
    """Replace an object, or its status; the stored one unchanged where nothing differs.

    A `patched` object contains the uid that was read, so another one is an attempt to change it.
    """
    old = target.get(name)
    resource, metadata = target.resource, new["metadata"]
    faults = check_preconditions(target, name, metadata, old, patched=patched)
    member = ""
    if subresource:
        member = "status" if subresource in ("approval", "status") else "spec"
        sent = metadata
        new = _only(member, new, old.tree)
        metadata = new["metadata"]
        if member == "status" and target.strategy.status_metadata:
            metadata = new["metadata"] = {**sent, "name": metadata["name"]}
    renamed = metadata.get("name", name) != name
    meta.restore(metadata, old.tree["metadata"])
    meta.drop_absent(metadata)
    metadata["resourceVersion"] = old.tree["metadata"]["resourceVersion"]
    if not subresource:
        target.strategy.keep_status(resource, new, old.tree)
    if options.manager is not None:
        managers.record(resource, options.manager, new, old.tree)
    if not subresource:
        target.strategy.prepare_update(resource, new, old.tree)
        _allocate(target, name, new, old.tree, dry_run=options.dry_run)
    elif member == "status" and target.strategy.status_metadata:
        target.strategy.prepare_status(new, old.tree)
    if not subresource or member == "spec":
        _count_generation(target, new, old.tree, options)
    causes = faults + meta.validate_update(metadata, old.tree["metadata"])
    if renamed:
        causes.append(
            status.invalid_value("metadata.name", metadata.get("name"), "field is immutable")
        )
    causes = causes * target.strategy.checks_of_changed_metadata(subresource)
    if meta.validate(resource, metadata):
        causes += target.strategy.metadata_faults(resource, new)
    validate = _status_faults if subresource else _faults
    target.refuse(name, causes + validate(target, new, old.tree, options))
    if options.check is not None:
        options.check(new, old.tree)
    released = "deletionTimestamp" in metadata and not metadata.get("finalizers")
    released = released and not metadata.get("deletionGracePeriodSeconds")
    if released and not target.strategy.prevents_deletion(new):
        return old if options.dry_run else target.remove(old.key, new)
    if same(new, old.tree):
        return old
    if options.dry_run:
        return Stored(old.key, old.revision, new)
    for member, value in new.items():
        share(value, old.tree.get(member))
    return target.put(old.key, new)


def replace(target: Target, name: str, new: Tree, options: WriteOptions) -> Stored:
    """Put a state of an object that the server itself made in the place of the stored one."""
    old = target.get(name)
    new = {**new, "metadata": dict(new["metadata"])}
    if options.manager is not None:
        managers.record(target.resource, options.manager, new, old.tree)
    if same(new, old.tree):
        return old
    if options.dry_run:
        return Stored(old.key, old.revision, new)
    return target.put(old.key, new)


def owned_whole(
    target: Target, new: Tree, old: Tree, options: WriteOptions
) -> tuple[Tree, WriteOptions]:
    """Record who owns the fields of the whole object that was sent, of which a part is stored."""
    if options.manager is None:
        return new, options
    whole = {**new, "metadata": dict(new["metadata"])}
    meta.restore(whole["metadata"], old["metadata"])
    meta.drop_absent(whole["metadata"])
    target.strategy.keep_status(target.resource, whole, old)
    managers.record(target.resource, options.manager, whole, old)
    managed = whole["metadata"].get("managedFields")
    new = {**new, "metadata": {**new["metadata"], "managedFields": managed}}
    return new, msgspec.structs.replace(options, manager=None)


def _only(member: str, new: Tree, old: Tree) -> Tree:
    """The old object with one member of the new one, for a write to a subresource."""
    merged = {**old, "metadata": dict(old["metadata"])}
    if member in new:
        merged[member] = new[member]
    else:
        merged.pop(member, None)
    managed = new["metadata"].get("managedFields")
    if managed is not None:
        merged["metadata"]["managedFields"] = managed
    return merged


def _count_generation(target: Target, new: Tree, old: Tree, options: WriteOptions) -> None:
    resource = target.resource
    if not resource.generation:
        return
    but = ("status",) if "status" in resource.subresources else ()
    counts = bool(options.empties) and target.strategy.counts_empties()
    if counts or spec_changed(new, old, but=but):
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def delete(target: Target, name: str, options: DeleteOptions) -> tuple[Stored, bool]:
    """Delete, or mark as being deleted while there are finalizers: (last state, whether it is
    gone).

    Raises StatusError 404, and 409 where a precondition does not hold.
    """
    old = target.get(name)
    _check_delete(target, name, old, options)
    if options.check is not None:
        options.check(None, old.tree)
    metadata = dict(old.tree["metadata"])
    finalizers = _finalizers(metadata.get("finalizers", []), options.propagation)
    new = {**old.tree, "metadata": metadata}
    held = target.strategy.prevents_deletion(new)
    pending = metadata.get("deletionGracePeriodSeconds") if "deletionTimestamp" in metadata else 0
    if pending:  # it may only become shorter
        grace = pending if options.grace is None else min(pending, max(0, options.grace))
    else:
        grace = target.strategy.grace_seconds(new, options.grace)
    if not finalizers and not held and not grace:
        if options.dry_run:
            return old, True
        return target.remove(old.key, old.tree), True
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)
    had = metadata.get("deletionGracePeriodSeconds")
    if "deletionTimestamp" not in metadata or (had is not None and grace < had):
        metadata["deletionTimestamp"] = _later(options.now, grace)
        if not held:
            metadata["deletionGracePeriodSeconds"] = grace
            if "generation" in metadata:
                metadata["generation"] += 1
    target.strategy.mark_deleted(new)
    if same(new, old.tree):
        return old, False
    if options.dry_run:
        return Stored(old.key, old.revision, new), False
    return target.put(old.key, new), False


def _later(now: str, seconds: int) -> str:
    if not seconds:
        return now
    return timestamp(datetime.fromisoformat(now) + timedelta(seconds=seconds))


def _finalizers(finalizers: list[str], propagation: str | None) -> list[str]:
    if propagation is None:
        return finalizers
    kept = [f for f in finalizers if f not in (ORPHAN, FOREGROUND)]
    wanted = {"Orphan": ORPHAN, "Foreground": FOREGROUND}.get(propagation)
    return [*kept, wanted] if wanted else kept


def _check_delete(target: Target, name: str, old: Stored, options: DeleteOptions) -> None:
    have = old.tree["metadata"]
    kind = target.resource.kind
    if options.uid is not None and options.uid != have["uid"]:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record "
            f"({have['uid']}). The object might have been deleted and then recreated"
        )
        raise status.conflict(target.resource.group, kind, name, why)
    version = options.resource_version
    if version is not None and version != have["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({version}) does not match the "
            f"ResourceVersion in record ({have['resourceVersion']}). The object might have been "
            "modified"
        )
        raise status.conflict(target.resource.group, kind, name, why)
