"""How callers name a kind that has no class, or of which they want the metadata alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from kube.runtime import GroupVersion, GroupVersionKind, Object, PartialObjectMetadata
from kube.runtime.object import PartialObjectMetadataList
from kube.runtime.resource import Resource, gvk_of, resource_of
from kube.runtime.unstructured import Unstructured

K = TypeVar("K", bound=Object)


@dataclass(frozen=True, slots=True)
class KindRef(Generic[K]):
    """A kind by its name. `type` is the class of the objects that a client returns for it.

    `known` is the kind's Resource, where a class has led to it; else the server is asked.
    """

    type: type[K]
    gvk: GroupVersionKind
    known: Resource | None = None


def unstructured(api_version: str, kind: str) -> KindRef[Unstructured]:
    """A kind without a class, as manifests name it: `unstructured("apps/v1", "Deployment")`."""
    return KindRef(Unstructured, GroupVersion.parse(api_version).with_kind(kind))


def metadata_of(kind: type[Object] | KindRef[Any]) -> KindRef[PartialObjectMetadata]:
    """A kind of whose objects the server is to send the metadata alone: less to send and to keep.

    Raises `NotRegisteredError` for a class without a Resource.
    """
    if isinstance(kind, KindRef):
        return KindRef(PartialObjectMetadata, kind.gvk, kind.known)
    resource = class_resource(kind)
    return KindRef(PartialObjectMetadata, resource.gvk, resource)


def class_resource(cls: type[Object]) -> Resource:
    """The Resource of a class of objects.

    Raises `NotRegisteredError` for a class that has none, TypeError for what cannot have one.
    """
    if not isinstance(cls, type):
        wrong = repr(cls) if isinstance(cls, str) else f"a {type(cls).__name__}"
        raise TypeError(
            f"{wrong} does not name a kind: pass a class, such as Deployment, or "
            'kube.client.unstructured("apps/v1", "Deployment")'
        )
    if issubclass(cls, Unstructured):
        raise TypeError(
            "an Unstructured may be of any kind: name it with "
            'kube.client.unstructured("apps/v1", "Deployment")'
        )
    if issubclass(cls, PartialObjectMetadata):
        raise TypeError(
            "a PartialObjectMetadata may be of any kind: name it with "
            "kube.client.metadata_of(Deployment)"
        )
    resource = resource_of(cls)
    if resource.type is not cls:
        raise TypeError(f"{cls.__name__} is a list; name the class of its items")
    return resource


def object_resource(obj: Object) -> Resource:
    """The Resource of an object of a class.

    Raises what `class_resource` raises, and TypeError for what is not an object of the API.
    """
    if isinstance(obj, type):
        raise TypeError(f"{obj.__name__} is a class: pass an object of it")
    if not isinstance(obj, Object):
        raise TypeError(
            f"a {type(obj).__name__} is not an object of the API: pass one of a kind's class, or "
            "kube.runtime.unstructured.Unstructured.from_tree(tree)"
        )
    return class_resource(type(obj))


def object_gvk(obj: Object) -> GroupVersionKind:
    """The kind of an object that is not bound to one by its class.

    Raises ValueError where the object does not say it.
    """
    if not (obj.api_version and obj.kind):
        raise ValueError(f"this {type(obj).__name__} has no apiVersion or no kind: set both")
    return gvk_of(obj)


def metadata_only(resource: Resource) -> Resource:
    """The same resource, of which only metadata is read."""
    return replace(
        resource,
        type=PartialObjectMetadata,
        list_type=PartialObjectMetadataList,
        list_kind="PartialObjectMetadataList",
    )
