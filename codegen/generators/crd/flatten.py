"""Schemas without references, as a CRD has them.

A structural schema has no references, so each use of a type becomes a copy of the type's schema
with the use's own keywords added. Where both give a different value to one keyword, both values go
to `allOf` and both hold. The rules are those of controller-tools' flattener (pkg/crd/flatten.go),
so that a schema is the same from either tool.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.diagnostics import Diagnostics
from codegen.generators.crd import topology, unions
from codegen.generators.crd.cycles import Cycles
from codegen.generators.schema import bounds, known
from codegen.generators.schema.merging import REF, VALIDATIONS, Schema, joined
from codegen.generators.schema.schemas import Schemas, discriminator
from codegen.model import (
    Alias,
    Enum,
    Field,
    Named,
    Position,
    QualifiedName,
    Struct,
    Universe,
)
from codegen.tags.declared import exact

_OF_UNIONS = frozenset(("type", "oneOf", "discriminator"))


class Flattener:
    """Makes the schemas of types structural, and checks what the server demands of them."""

    def __init__(self, universe: Universe, schemas: Schemas, diagnostics: Diagnostics) -> None:
        self._universe = universe
        self._schemas = schemas
        self._diagnostics = diagnostics
        self._cycles = Cycles(universe, diagnostics)
        self._by_name: dict[QualifiedName, Schema] = {}

    def kind(self, struct: Struct) -> Schema:
        """The schema of a document's root, whose metadata is a bare object: the server knows it."""
        schema = self._members(struct, self._schemas.root(struct))
        own = struct.tags.get(exact.Metadata)
        metadata = {"type": "object"} if own is None else own.value
        properties = {**schema["properties"], "metadata": metadata}
        return {**schema, "properties": properties}

    def is_broken(self, name: QualifiedName) -> bool:
        """Whether a type reaches a cycle that no schema can express, after an error."""
        return self._cycles.is_broken(name)

    def named(self, name: QualifiedName) -> Schema:
        """The schema of a declared type. Not to be changed."""
        schema = self._by_name.get(name)
        if schema is None:
            schema = self._by_name[name] = self._declared(name)
        return schema

    def _declared(self, name: QualifiedName) -> Schema:
        schema = self._schemas.named(name)
        declared = self._universe.types.get(name)
        if isinstance(declared, Struct) and name != known.OBJECT_META:
            return self._members(declared, schema)
        if not isinstance(declared, Alias | Enum):
            return schema
        flat = self._flat(schema, declared.position)
        ref = declared.target if isinstance(declared, Alias) else None
        topology.check(flat, declared.tags, self._diagnostics)
        bounds.check(flat, declared.tags, ref, self._diagnostics, name.name)
        return flat

    def _members(self, struct: Struct, schema: Schema) -> Schema:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        flat = {field.json_name: self._field(struct, field, properties) for field in struct.fields}
        return {**schema, "properties": flat} if flat else schema

    def _field(self, struct: Struct, field: Field, properties: Mapping[str, Schema]) -> Schema:
        cut = self._cycles.is_cut(field.inlined_from or struct.name, field)
        flat = self._flat(properties[field.json_name], field.position, cut=cut)
        topology.check(flat, field.tags, self._diagnostics)
        bounds.check(flat, field.tags, field.type, self._diagnostics, field.name)
        return flat

    def _flat(self, schema: Schema, position: Position, *, cut: bool = False) -> Schema:
        """A use of a type without references. `cut`: any value stands for a class of ours."""
        own = dict(schema)
        for keyword in ("items", "additionalProperties"):
            inner = own.get(keyword)
            if isinstance(inner, dict):
                own[keyword] = self._flat(inner, position, cut=cut)
        if "discriminator" in own:
            return dict(known.ANYTHING) if cut else self._union(own, position)
        reference = own.pop(REF, None)
        if reference is None:
            return own
        name = self._schemas.name_of(reference)
        if cut and isinstance(self._universe.types.get(name), Struct):
            return joined(dict(known.ANYTHING), own)
        return joined(self.named(name), own)

    def _union(self, schema: Schema, position: Position) -> Schema:
        variants: dict[str, Schema] = {}
        for use in schema["oneOf"]:
            name = self._schemas.name_of(use[REF])
            declared = self._universe.resolve(Named(name))
            value = discriminator(declared) if isinstance(declared, Struct) else None
            if value is not None:
                variants[value] = self.named(name)
        union = unions.structural(variants, position, self._diagnostics)
        own = {w: value for w, value in schema.items() if w not in _OF_UNIONS}
        rules = [*union.get(VALIDATIONS, ()), *own.get(VALIDATIONS, ())]
        return {**union, **own, **({VALIDATIONS: rules} if rules else {})}
