"""Keys of objects: `namespace/name`, or the name alone where an object is cluster-scoped."""

from __future__ import annotations

from typing import NamedTuple

from kube.runtime.object import Object


class ObjectName(NamedTuple):
    """The two halves of a key; `namespace` is empty for cluster-scoped objects."""

    namespace: str
    name: str


def object_key(obj: Object) -> str:
    """The key of an object, as client-go's `MetaNamespaceKeyFunc` makes it."""
    meta = obj.metadata
    return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name


def make_key(name: str, namespace: str = "") -> str:
    """The key of an object of this name; an empty namespace is that of cluster-scoped objects."""
    return f"{namespace}/{name}" if namespace else name


def split_key(key: str) -> ObjectName:
    """The inverse of `object_key`. Raises ValueError for a key with more than one slash."""
    namespace, slash, name = key.rpartition("/")
    if "/" in namespace or (slash and not (namespace and name)):
        raise ValueError(f"unexpected key {key!r}: want `name` or `namespace/name`")
    return ObjectName(namespace, name)
