"""Types to schemas: what Python's declarations say, and then what their markers add.

A type's schema is made once and shared by all that refer to it; `flatten` joins it to what each
field says. Python's ways of saying a thing (a default, `Literal`, a closed enum, `Annotated[…,
Meta(…)]`) mean what the marker of the same purpose means, and go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codegen.diagnostics import Diagnostics
from codegen.generators.crd import bounds, known, topology
from codegen.generators.crd.application import Application
from codegen.generators.crd.circles import Circles
from codegen.generators.crd.constraints import constrain
from codegen.generators.crd.flatten import TYPE, VALIDATIONS, Schema, merge, resolve
from codegen.generators.crd.presence import is_required
from codegen.generators.crd.rules import cel_name
from codegen.generators.crd.unions import Unions
from codegen.model import (
    Alias,
    Constrained,
    DictOf,
    Enum,
    Field,
    ListOf,
    LiteralOf,
    Named,
    Opaque,
    Optional,
    Package,
    Position,
    QualifiedName,
    Scalar,
    Struct,
    Tags,
    TypeRef,
    UnionOf,
    Universe,
)
from codegen.tags.declared import declarative, validation

_SCALARS: Mapping[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer", "format": "int64"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string", "format": "byte"},
    "Any": {"x-kubernetes-preserve-unknown-fields": True},
}


class Schemas:
    """The schemas of a universe's types, each made when it is first asked for."""

    def __init__(
        self,
        universe: Universe,
        diagnostics: Diagnostics,
        *,
        allow_dangerous_types: bool,
        generate_embedded_object_meta: bool,
    ) -> None:
        self.universe = universe
        self.diagnostics = diagnostics
        self.allow_dangerous_types = allow_dangerous_types
        self._circles = Circles(universe, diagnostics)
        self._tags = Application(universe, diagnostics)
        self._unions = Unions(universe, diagnostics, self.named)
        self._packages = _by_module(universe.packages)
        self._made: dict[QualifiedName, Schema] = {
            known.OBJECT_META: known.object_meta(generate=generate_embedded_object_meta)
        }

    def kind(self, struct: Struct) -> Schema:
        """The schema of a document's root, whose metadata says nothing: the server knows it."""
        schema = self._struct(struct, as_root=True)
        properties = {**schema["properties"], "metadata": {"type": "object"}}
        return {**schema, "properties": properties}

    def is_broken(self, name: QualifiedName) -> bool:
        """Whether a type reaches a circle that no schema can say; that is reported."""
        return self._circles.is_broken(name)

    def named(self, name: QualifiedName) -> Schema:
        """The schema of a declared type, without references. Not to be changed."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._declared(name)
        return made

    # --- declarations -------------------------------------------------------------------------

    def _declared(self, name: QualifiedName) -> Schema:
        match self.universe.types[name]:
            case Struct() as struct:
                return self._struct(struct)
            case Enum() as enum:
                schema = _enum(enum)
                return self._finish(schema, enum.doc, enum.tags, enum)
            case Alias() as alias:
                schema = self.reference(alias.target, alias.position)
                schema = constrain(schema, alias.target, self.diagnostics)
                return self._finish(schema, alias.doc, alias.tags, alias)
            case Opaque() as opaque:
                return known.OPAQUE[opaque.name.name]

    def _finish(self, schema: Schema, doc: str, tags: Tags, owner: Struct | Enum | Alias) -> Schema:
        if doc:
            schema["description"] = doc
        self._tags.apply(schema, tags, owner)
        resolved = resolve(schema)
        topology.check(resolved, tags, self.diagnostics)
        ref = owner.target if isinstance(owner, Alias) else None
        bounds.check(resolved, tags, ref, self.diagnostics, owner.name.name)
        return resolved

    def _struct(self, struct: Struct, *, as_root: bool = False) -> Schema:
        """A class's schema. What it inherits is merged as upstream merges what is inlined."""
        own = self._level(struct, [f for f in struct.fields if f.inlined_from is None])
        inherited = [self._inherited(struct, base) for base in struct.bases]
        if not inherited:
            return own
        # Only the order of rules and of `allOf` differs between a root and a type referred to.
        if as_root:
            for schema in inherited:
                merge(own, schema)
            return own
        found: Schema = {w: own[w] for w in ("title", "description", "externalDocs") if w in own}
        for schema in (*inherited, own):
            merge(found, schema)
        return found

    def _inherited(self, struct: Struct, base: QualifiedName) -> Schema:
        """What a class takes from a base: the fields that it does not declare anew."""
        declared = self.universe.types.get(base)
        fields = [f for f in struct.fields if f.inlined_from == base]
        if not isinstance(declared, Struct):
            return self._members(fields, base)
        found: Schema = {}
        for further in declared.bases:
            merge(found, self._inherited(struct, further))
        merge(found, self._level(declared, fields))
        return found

    def _level(self, struct: Struct, fields: Iterable[Field]) -> Schema:
        """What one class's body says: some of its fields, its documentation and its markers."""
        schema = self._members(fields, struct.name)
        if struct.doc:
            schema["description"] = struct.doc
        self._tags.apply(schema, struct.tags, struct)
        bounds.check(schema, struct.tags, None, self.diagnostics, struct.name.name)
        return schema

    def _members(self, fields: Iterable[Field], owner: QualifiedName) -> Schema:
        optional_package = self._is_optional_package(owner.module)
        properties: Schema = {}
        required = []
        rules = []
        for field in fields:
            properties[field.json_name] = self._field(field, owner)
            needed = is_required(field, optional_package=optional_package)
            if not needed and field.default is None:
                self._warn_of_no_default(field)
            if needed:
                required.append(field.json_name)
            elif declarative.Immutable in field.tags:
                name, member = field.json_name, cel_name(field.json_name)
                rules.append(
                    {
                        "rule": f"!has(oldSelf.{member}) || has(self.{member})",
                        "message": f"field {name} is immutable once set",
                    }
                )
        schema: Schema = {"type": "object"}
        if properties:
            schema["properties"] = properties
        if required:
            schema["required"] = sorted(required)
        if rules:
            schema[VALIDATIONS] = rules
        return schema

    def _warn_of_no_default(self, field: Field) -> None:
        self.diagnostics.warning(
            field.position,
            f"objects may lack {field.json_name} by its tags, and then cannot be decoded",
            code="optional-without-default",
            hint=f"give it a default, such as {field.name}: … | None = None, or make it required",
        )

    def _is_optional_package(self, module: str) -> bool:
        while module:
            if module in self._packages:
                tags = self._packages[module].tags
                return validation.Optional in tags
            module = module.rpartition(".")[0]
        return False

    # --- fields -------------------------------------------------------------------------------

    def _field(self, field: Field, owner: QualifiedName) -> Schema:
        schema: Schema = {}
        if validation.Schemaless not in field.tags:
            cut = self._circles.is_cut(owner, field)
            schema = self.reference(field.type, field.position, cut=cut)
            schema = constrain(schema, field.type, self.diagnostics)
        if field.doc:
            schema["description"] = field.doc
        self._tags.apply_to_field(schema, field)
        resolved = resolve(schema)
        topology.check(resolved, field.tags, self.diagnostics)
        bounds.check(resolved, field.tags, field.type, self.diagnostics, field.name)
        return resolved

    def reference(self, ref: TypeRef, position: Position, *, cut: bool = False) -> Schema:
        """The schema of a use of a type. What it refers to stands under `TYPE`, so that markers
        beside the use do not change the type. `cut`: any value stands for a class of ours."""
        match ref:
            case Scalar(name):
                if name == "float":
                    self._check_float(position)
                return dict(_SCALARS[name])
            case Optional(inner) | Constrained(inner):
                return self.reference(inner, position, cut=cut)
            case ListOf(element):
                items = self.reference(element, position, cut=cut)
                items = constrain(items, element, self.diagnostics)
                return {"type": "array", "items": self._nullable(items, element)}
            case DictOf(_, value):
                values = self.reference(value, position, cut=cut)
                values = constrain(values, value, self.diagnostics)
                return {"type": "object", "additionalProperties": self._nullable(values, value)}
            case LiteralOf(values=literals):
                return self._literal(literals, position)
            case UnionOf(members):
                return self._unions.schema(members, position)
            case Named(name):
                return self._named(name, position, cut=cut)

    def _nullable(self, schema: Schema, ref: TypeRef) -> Schema:
        """The schema of an element or a value: `| None` means null there, for it cannot be absent.

        Of a field it means that the field may be absent, and `+nullable` says the other.
        """
        while not isinstance(ref, Optional):
            declared = self.universe.types[ref.name] if isinstance(ref, Named) else None
            if isinstance(ref, Constrained):
                ref = ref.inner
            elif isinstance(declared, Alias):
                ref = declared.target
            else:
                return schema
        return {**schema, "nullable": True}

    def _named(self, name: QualifiedName, position: Position, *, cut: bool) -> Schema:
        if name in known.SCALARS:
            if name.name == "Float64":
                self._check_float(position)
            return dict(known.SCALARS[name])
        declared = self.universe.types[name]
        if isinstance(declared, Struct):
            if cut:
                return dict(known.ANYTHING)
            return {TYPE: self.named(name)}
        referred = self.named(name)
        # As upstream: a name of a scalar, a list or a map tells its type where it is used.
        told: Schema = {w: referred[w] for w in ("type", "format") if w in referred}
        return {TYPE: referred, **told}

    def _check_float(self, position: Position) -> None:
        if not self.allow_dangerous_types:
            self.diagnostics.error(
                position,
                "a floating-point number is no safe part of an API: languages disagree on it",
                code="dangerous-type",
                hint="write Quantity, str or an integer of smaller units, or set "
                "allow-dangerous-types in [tool.codegen.crd]",
            )

    def _literal(self, values: tuple[str | int | bool, ...], position: Position) -> Schema:
        kinds = {type(value) for value in values}
        if len(kinds) > 1:
            self.diagnostics.error(
                position,
                "the values of this Literal are not all of one type",
                code="mixed-literal",
                hint="a schema has one type: write only strings, or only integers",
            )
        name = kinds.pop().__name__
        return {**_SCALARS[name], "enum": list(values)}


def _enum(enum: Enum) -> Schema:
    is_text = all(isinstance(m.value, str) for m in enum.members)
    schema = dict(_SCALARS["str" if is_text else "int"])
    if not enum.open:
        schema["enum"] = list(dict.fromkeys(m.value for m in enum.members))
    return schema


def _by_module(packages: Iterable[Package]) -> dict[str, Package]:
    return {package.module: package for package in packages}
