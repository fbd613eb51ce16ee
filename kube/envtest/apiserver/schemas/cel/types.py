"""Shapes as CEL's types, for the compiler: an object is a protobuf message made for it.

Protobuf has no list of lists and no map of lists; the inner one is then `list(dyn)` (`map(string,
dyn)` for maps), and a rule's faults in the use of its items are found only when it runs.
"""

from __future__ import annotations

from google.protobuf import duration_pb2, struct_pb2, timestamp_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool

from kube.envtest.apiserver.schemas.cel.library import FOREIGN
from kube.envtest.apiserver.schemas.cel.shapes import Shape, escape

_PACKAGE = "selfType"
_Field = FieldDescriptorProto
_SCALARS = {
    "int": _Field.TYPE_INT64,
    "double": _Field.TYPE_DOUBLE,
    "string": _Field.TYPE_STRING,
    "bool": _Field.TYPE_BOOL,
    "bytes": _Field.TYPE_BYTES,
}
_WELL_KNOWN = {
    "dyn": ".google.protobuf.Value",
    "duration": ".google.protobuf.Duration",
    "timestamp": ".google.protobuf.Timestamp",
    "list": ".google.protobuf.ListValue",
    "map": ".google.protobuf.Struct",
}
# Protobuf reserves these field numbers.
_KEPT = range(19000, 20000)


class Types:
    """The types of one schema; `pool` is where the compiler looks its messages up.

    `escapes` is whether the names of properties are escaped, as rules of CRDs spell them.
    """

    def __init__(self, shape: Shape, *, escapes: bool = True) -> None:
        self._escapes = escapes
        self._names: dict[Shape, str] = {}
        file = FileDescriptorProto(name="self.proto", package=_PACKAGE, syntax="proto3")
        self.pool = DescriptorPool()
        for module in (struct_pb2, timestamp_pb2, duration_pb2):
            known = FileDescriptorProto()
            module.DESCRIPTOR.CopyToProto(known)
            self.pool.Add(known)
            file.dependency.append(known.name)
        for name in FOREIGN.values():
            package, _, message = name.rpartition(".")
            foreign = FileDescriptorProto(name=f"{name}.proto", package=package, syntax="proto3")
            foreign.message_type.add(name=message)
            self.pool.Add(foreign)
        self._declare(shape, file)
        self.pool.Add(file)

    def of(self, shape: Shape) -> str:
        """The type of one of the schema's shapes, as cel-cpp writes types: `list<int>`."""
        if shape.kind == "object":
            return f"{_PACKAGE}.{self._names[shape]}"
        if shape.kind == "list" and shape.element:
            return f"list<{self.of(shape.element)}>"
        if shape.kind == "map" and shape.element:
            return f"map<string, {self.of(shape.element)}>"
        return shape.kind

    def _declare(self, shape: Shape, file: FileDescriptorProto) -> None:
        if shape.element:
            self._declare(shape.element, file)
        if shape.kind != "object" or shape in self._names:
            return
        self._names[shape] = f"Object{len(self._names)}"
        message = file.message_type.add(name=self._names[shape])
        # `foo_bar` and `fooBar` are one name in protobuf's JSON, which is not used here.
        message.options.deprecated_legacy_json_field_conflicts = True
        for name, inner in shape.fields.items():
            self._declare(inner, file)
            escaped = escape(name) if self._escapes else _identifier(name)
            if escaped:
                self._add_field(message, escaped, inner)

    def _add_field(self, message: DescriptorProto, name: str, shape: Shape) -> None:
        number = len(message.field) + 1
        if number >= _KEPT.start:
            number += len(_KEPT)
        added = message.field.add(name=name, number=number, label=_Field.LABEL_OPTIONAL)
        entry = _entry_name(name)
        if shape.kind == "list" and shape.element:
            added.label = _Field.LABEL_REPEATED
            self._set_type(added, shape.element)
        elif shape.kind == "map" and shape.element and not _has_nested(message, entry):
            nested = message.nested_type.add(name=entry)
            nested.options.map_entry = True
            for position, key in enumerate(("key", "value"), 1):
                part = nested.field.add(name=key, number=position, label=_Field.LABEL_OPTIONAL)
                self._set_type(part, Shape("string") if key == "key" else shape.element)
            added.label = _Field.LABEL_REPEATED
            added.type = _Field.TYPE_MESSAGE
            added.type_name = f".{_PACKAGE}.{message.name}.{entry}"
        else:
            self._set_type(added, shape)

    def _set_type(self, declared: FieldDescriptorProto, shape: Shape) -> None:
        if shape.kind in _SCALARS:
            declared.type = _SCALARS[shape.kind]
            return
        declared.type = _Field.TYPE_MESSAGE
        declared.type_name = (
            f".{_PACKAGE}.{self._names[shape]}"
            if shape.kind == "object"
            else _WELL_KNOWN[shape.kind]
        )


def _identifier(name: str) -> str:
    """A name as rules may spell it; '' for one that they cannot."""
    return name if name.isascii() and name.isidentifier() else ""


def _entry_name(name: str) -> str:
    """The name that protobuf demands for the entries of a map field."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Entry"


def _has_nested(message: DescriptorProto, name: str) -> bool:
    return any(nested.name == name for nested in message.nested_type)
