"""What API types are made of: `Struct`, `Object`, `ObjectList`, the Scheme and the codec.

It stands on nothing else of ours but meta/v1, whose types every object carries.
"""

from kube.runtime.enums import OpenEnum
from kube.runtime.gvk import (
    GroupKind,
    GroupResource,
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
)
from kube.runtime.scalars import JSON, Float64, Int32, Int64, IntOrString, RawExtension
from kube.runtime.struct import Struct, field

# Object needs meta/v1, and meta/v1 needs the names above.
from kube.runtime.object import Object, ObjectList  # isort: skip
from kube.runtime.meta import Meta
from kube.runtime.resource import NotRegisteredError, Resource, register_resources, resource_of
from kube.runtime.scheme import Scheme, SchemeBuilder

__all__ = [
    "JSON",
    "Float64",
    "GroupKind",
    "GroupResource",
    "GroupVersion",
    "GroupVersionKind",
    "GroupVersionResource",
    "Int32",
    "Int64",
    "IntOrString",
    "Meta",
    "NotRegisteredError",
    "Object",
    "ObjectList",
    "OpenEnum",
    "RawExtension",
    "Resource",
    "Scheme",
    "SchemeBuilder",
    "Struct",
    "field",
    "register_resources",
    "resource_of",
]
