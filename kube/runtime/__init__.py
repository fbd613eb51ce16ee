"""The base of API types: `Struct`, `Object`, `ObjectList`, their Resources, the Scheme, documents.

It imports no other package of `kube`: the part of meta/v1 that it needs is in `metadata`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kube.runtime.constraints import Meta
from kube.runtime.enums import OpenEnum
from kube.runtime.gvk import (
    GroupKind,
    GroupResource,
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
)

# Object needs meta/v1, and meta/v1 needs the names above.
from kube.runtime.object import Object, ObjectList, PartialObjectMetadata
from kube.runtime.resource import (
    NotRegisteredError,
    Resource,
    gvk_of,
    register_resources,
    resource_of,
)
from kube.runtime.scalars import JSON, Float64, Int, Int32, Int64, IntOrString, RawExtension
from kube.runtime.scheme import Scheme, SchemeBuilder
from kube.runtime.struct import Struct, field

if TYPE_CHECKING:
    from kube.runtime.documents import from_json, from_tree, from_yaml, to_json, to_tree, to_yaml

__all__ = [
    "JSON",
    "Float64",
    "GroupKind",
    "GroupResource",
    "GroupVersion",
    "GroupVersionKind",
    "GroupVersionResource",
    "Int",
    "Int32",
    "Int64",
    "IntOrString",
    "Meta",
    "NotRegisteredError",
    "Object",
    "ObjectList",
    "OpenEnum",
    "PartialObjectMetadata",
    "RawExtension",
    "Resource",
    "Scheme",
    "SchemeBuilder",
    "Struct",
    "field",
    "from_json",
    "from_tree",
    "from_yaml",
    "gvk_of",
    "register_resources",
    "resource_of",
    "to_json",
    "to_tree",
    "to_yaml",
]

_DOCUMENTS = {"from_json", "from_tree", "from_yaml", "to_json", "to_tree", "to_yaml"}


def __getattr__(name: str) -> Any:
    # Loaded when they are first used: an API module needs neither the codec nor YAML.
    if name not in _DOCUMENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kube.runtime import documents

    value = globals()[name] = getattr(documents, name)
    return value
