"""Owner references, after controller-runtime's controllerutil and apimachinery's controller_ref.go.

They change `obj.metadata.owner_references`, and send nothing. Two references are to one owner if
group, kind and name are the same: where an owner was created again, its reference gets the new UID.
"""

from __future__ import annotations

from kube.runtime.gvk import GroupVersion
from kube.runtime.keys import object_key
from kube.runtime.metadata import OwnerReference
from kube.runtime.object import Object
from kube.runtime.resource import NotRegisteredError, gvk_of, resource_of


class OwnerReferenceError(ValueError):
    """An owner reference that cannot be set or removed. Each reason is a subclass."""


class AlreadyOwnedError(OwnerReferenceError):
    """Another object controls this one already: `owner` is its reference."""

    def __init__(self, obj: Object, owner: OwnerReference) -> None:
        self.object = obj
        self.owner = owner
        super().__init__(
            f"{_name(obj)} is already controlled by {owner.kind} {owner.name}: "
            "an object has one controller"
        )


class OwnerNamespaceError(OwnerReferenceError):
    """The owner is in another namespace, or has one where the owned object has none."""


class OwnerWithoutUIDError(OwnerReferenceError):
    """The owner was not created yet, so nothing can refer to it."""


class NotOwnedError(OwnerReferenceError):
    """There is no such reference to remove."""


def controller_of(obj: Object) -> OwnerReference | None:
    """The reference to the object's controller, if it has one."""
    return next((ref for ref in obj.metadata.owner_references or () if ref.controller), None)


def is_controlled_by(obj: Object, owner: Object) -> bool:
    """Whether `owner`, by its UID, is the object's controller."""
    reference = controller_of(obj)
    return reference is not None and bool(reference.uid) and reference.uid == owner.metadata.uid


def owner_reference(owner: Object, *, controller: bool = False) -> OwnerReference:
    """A reference to an owner; a controller's keeps the owner until the owned object is gone.

    Raises OwnerWithoutUIDError, and NotRegisteredError for an object of an unknown kind.
    """
    gvk = gvk_of(owner)
    if not owner.metadata.uid:
        raise OwnerWithoutUIDError(
            f"{_name(owner)} has no metadata.uid: use the object that the server returned"
        )
    return OwnerReference(
        api_version=gvk.api_version,
        kind=gvk.kind,
        name=owner.metadata.name,
        uid=owner.metadata.uid,
        controller=controller or None,
        block_owner_deletion=controller or None,
    )


def set_controller_reference(owner: Object, obj: Object) -> None:
    """Make `owner` the controller of an object: it is deleted with it, and its events are told.

    Raises AlreadyOwnedError where another object is its controller, OwnerNamespaceError,
    OwnerWithoutUIDError, and NotRegisteredError for an owner of an unknown kind.
    """
    reference = _checked_reference(owner, obj, controller=True)
    present = controller_of(obj)
    if present is not None and not _is_same(present, reference):
        raise AlreadyOwnedError(obj, present)
    _put(obj, reference)


def set_owner_reference(
    owner: Object, obj: Object, *, block_owner_deletion: bool | None = None
) -> None:
    """Make `owner` one of the owners of an object: it is deleted when all of them are gone.

    Where `owner` is its controller, it stays that. Raises OwnerNamespaceError,
    OwnerWithoutUIDError, and NotRegisteredError for an owner of an unknown kind.
    """
    reference = _checked_reference(owner, obj, controller=False)
    present = _find(obj, reference)
    if present is not None:
        reference.controller = present.controller
        reference.block_owner_deletion = present.block_owner_deletion
    if block_owner_deletion is not None:
        reference.block_owner_deletion = block_owner_deletion
    _put(obj, reference)


def has_owner_reference(owner: Object, obj: Object) -> bool:
    """Whether an object refers to `owner`, by group, kind and name."""
    return _find(obj, _reference(owner)) is not None


def remove_owner_reference(owner: Object, obj: Object) -> None:
    """Remove the reference to `owner`. Raises NotOwnedError if there is none."""
    present = _find(obj, _reference(owner))
    if present is None:
        raise NotOwnedError(f"{_name(obj)} does not refer to {_name(owner)}")
    _remove(obj, present)


def remove_controller_reference(owner: Object, obj: Object) -> None:
    """Remove the reference to `owner`. Raises NotOwnedError if it is not the controller."""
    present = controller_of(obj)
    if present is None or not _is_same(present, _reference(owner)):
        raise NotOwnedError(f"{_name(owner)} is not the controller of {_name(obj)}")
    _remove(obj, present)


def _checked_reference(owner: Object, obj: Object, *, controller: bool) -> OwnerReference:
    of_owner, of_object = owner.metadata.namespace, obj.metadata.namespace
    if of_owner and not of_object:
        if _is_namespaced(obj):
            raise OwnerNamespaceError(
                f"{_name(obj)} has no metadata.namespace: set it to that of its owner, {of_owner!r}"
            )
        raise OwnerNamespaceError(
            f"{_name(obj)} is cluster-scoped, and its owner {_name(owner)} is in a namespace: "
            "use a cluster-scoped owner"
        )
    if of_owner and of_owner != of_object:
        raise OwnerNamespaceError(
            f"{_name(obj)} and its owner {_name(owner)} are in different namespaces: "
            "an owner is in the namespace of what it owns, or cluster-scoped"
        )
    return owner_reference(owner, controller=controller)


def _reference(owner: Object) -> OwnerReference:
    """What is compared: group, kind and name. The owner may have been deleted, so has any UID."""
    gvk = gvk_of(owner)
    api_version = gvk.api_version
    return OwnerReference(
        api_version=api_version, kind=gvk.kind, name=owner.metadata.name, uid=owner.metadata.uid
    )


def _is_same(a: OwnerReference, b: OwnerReference) -> bool:
    return (a.kind, a.name, _group(a)) == (b.kind, b.name, _group(b))


def _group(reference: OwnerReference) -> str:
    try:
        return GroupVersion.parse(reference.api_version).group
    except ValueError:  # others wrote it
        return reference.api_version


def _find(obj: Object, reference: OwnerReference) -> OwnerReference | None:
    references = obj.metadata.owner_references or ()
    return next((each for each in references if _is_same(each, reference)), None)


def _put(obj: Object, reference: OwnerReference) -> None:
    references = list(obj.metadata.owner_references or ())
    for index, each in enumerate(references):
        if _is_same(each, reference):
            references[index] = reference
            break
    else:
        references.append(reference)
    obj.metadata.owner_references = references


def _remove(obj: Object, reference: OwnerReference) -> None:
    references = obj.metadata.owner_references or ()
    obj.metadata.owner_references = [each for each in references if each is not reference] or None


def _is_namespaced(obj: Object) -> bool:
    try:
        return resource_of(type(obj)).namespaced
    except NotRegisteredError:
        return False


def _name(obj: Object) -> str:
    return f"{obj.kind or type(obj).__name__} {object_key(obj) or '(without a name)'}"
