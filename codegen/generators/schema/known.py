"""The schemas of the types that the runtime gives for one JSON value.

They are those of controller-tools' pkg/crd/known_types.go, and so are their names.
"""

from __future__ import annotations

from codegen.generators.schema.merging import Schema
from codegen.model import QualifiedName

_INT_OR_STRING: Schema = {
    "anyOf": [{"type": "integer"}, {"type": "string"}],
    "x-kubernetes-int-or-string": True,
}
ANYTHING: Schema = {"x-kubernetes-preserve-unknown-fields": True}
_TIME: Schema = {"type": "string", "format": "date-time"}

OPAQUE: dict[str, Schema] = {
    "Time": _TIME,
    "MicroTime": _TIME,
    "datetime": _TIME,
    "Duration": {"type": "string"},
    "Quantity": {
        **_INT_OR_STRING,
        "pattern": r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
        r"(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$",
    },
    "IntOrString": _INT_OR_STRING,
    "RawExtension": {"type": "object", **ANYTHING},
    "JSON": ANYTHING,
    "Raw": ANYTHING,
    "FieldsV1": {"type": "object"},
}
"""By the type's name: see `codegen.model.Opaque`."""

SCALARS: dict[QualifiedName, Schema] = {
    QualifiedName("kube.runtime.scalars", name): schema
    for name, schema in {
        "Int": {"type": "integer"},
        "Int32": {"type": "integer", "format": "int32"},
        "Int64": {"type": "integer", "format": "int64"},
        "Float64": {"type": "number"},
    }.items()
}
"""Aliases of numbers whose name is what tells their size."""

OBJECT_META = QualifiedName("kube.runtime.metadata.types", "ObjectMeta")

_STRINGS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def object_meta(*, generate: bool) -> Schema:
    """An ObjectMeta inside of an object; `generate`: with the members that users set."""
    if not generate:
        return {"type": "object"}
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "namespace": {"type": "string"},
            "annotations": _STRINGS,
            "labels": _STRINGS,
            "finalizers": {"type": "array", "items": {"type": "string"}},
        },
    }
