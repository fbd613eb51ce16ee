"""`Object` and `ObjectList`, the roots of documents: they have a kind, a version and metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from kube.runtime.metadata import ListMeta, ObjectMeta
from kube.runtime.struct import Struct, field

if TYPE_CHECKING:
    from typing import Self


class Object(Struct):
    """The base of kinds. Empty `api_version` and `kind` are those of the class; see `gvk_of`."""

    # APIVersion defines the versioned schema of this representation of an object.
    # Servers should convert recognized schemas to the latest internal value, and
    # may reject unrecognized values.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources
    api_version: str = ""

    # Kind is a string value representing the REST resource this object represents.
    # Servers may infer this from the endpoint the client submits requests to.
    # Cannot be updated.
    # In CamelCase.
    # More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds
    kind: str = ""

    metadata: ObjectMeta = field(default_factory=ObjectMeta)

    def deep_copy_object(self) -> Self:
        """Upstream's `runtime.Object` interface: the same as `deep_copy`."""
        return self.deep_copy()


class PartialObjectMetadata(Object):
    """The metadata of an object of any kind, the answer to a request for metadata only."""


T = TypeVar("T")


def _no_items() -> list[Any]:
    # Not `list` itself: msgspec leaves out an empty list that has `list` for its factory, and a
    # list document always shows its items.
    return []


class ObjectList(Struct, Generic[T]):
    """A list of one kind, as servers return it."""

    api_version: str = ""
    kind: str = ""
    metadata: ListMeta = field(default_factory=ListMeta)
    items: list[T] = field(default_factory=_no_items)

    def deep_copy_object(self) -> Self:
        """Upstream's `runtime.Object` interface: the same as `deep_copy`."""
        return self.deep_copy()


class PartialObjectMetadataList(ObjectList[PartialObjectMetadata]):
    """A list of metadata, the answer to a list of metadata only."""
