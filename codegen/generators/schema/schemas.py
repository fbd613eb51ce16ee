"""Types to schemas: what Python's declarations say, and then what the tags beside them add.

A type's schema is made once; a use of it is a reference, `{"$ref": …}`, with what the use itself
says beside it. Python's own constructs (a default, `Literal`, a closed enum,
`Annotated[…, Meta(…)]`) mean what the tag of the same purpose means, and go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codegen.diagnostics import Diagnostics
from codegen.generators.schema import bounds, known
from codegen.generators.schema.application import Application
from codegen.generators.schema.constraints import constrain
from codegen.generators.schema.merging import REF, VALIDATIONS, Schema, joined, merge
from codegen.generators.schema.presence import is_required
from codegen.generators.schema.rules import cel_name
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
    """The schemas of a universe's types, each made on first use."""

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
        self._tags = Application(universe, diagnostics, self.referred)
        self._packages = _by_module(universe.packages)
        self._names: dict[str, QualifiedName] = {}
        self._open: set[QualifiedName] = set()
        self._schemas: dict[QualifiedName, Schema] = {
            known.OBJECT_META: known.object_meta(generate=generate_embedded_object_meta)
        }

    def root(self, struct: Struct) -> Schema:
        """The schema of a kind, as a document's root. Not to be changed."""
        return self._struct(struct, as_root=True)

    def named(self, name: QualifiedName) -> Schema:
        """The schema of a declared type, with references. Not to be changed."""
        schema = self._schemas.get(name)
        if schema is not None:
            return schema
        if name in self._open:
            return self._outline(name)
        self._open.add(name)
        schema = self._schemas[name] = self._declared(name)
        self._open.remove(name)
        return schema

    def name_of(self, reference: str) -> QualifiedName:
        """The type that a `$ref` refers to."""
        return self._names[reference]

    def referred(self, schema: Schema) -> Schema:
        """The schema of the type that a schema refers to; empty where it refers to none.

        It has no `$ref` itself; the schemas inside of it may.
        """
        if REF not in schema:
            return {}
        declared = self.named(self._names[schema[REF]])
        own = {keyword: value for keyword, value in declared.items() if keyword != REF}
        return joined(self.referred(declared), own) if REF in declared else own

    def _outline(self, name: QualifiedName) -> Schema:
        """What is known of a class while its schema is made, for types that lead back to it."""
        declared = self.universe.types[name]
        fields = declared.fields if isinstance(declared, Struct) else ()
        return {"type": "object", "properties": {field.json_name: {} for field in fields}}

    def _refer(self, name: QualifiedName) -> Schema:
        reference = f"#/components/schemas/{model_name(self._packages, name)}"
        self._names[reference] = name
        return {REF: reference}

    # --- declarations -------------------------------------------------------------------------

    def _declared(self, name: QualifiedName) -> Schema:
        match self.universe.types[name]:
            case Struct() as struct:
                return self._struct(struct)
            case Enum() as enum:
                schema = _enum(enum)
                return self._finish(schema, enum.doc, enum.tags, enum)
            case Alias() as alias:
                schema = {}
                if validation.Schemaless not in alias.tags:
                    schema = self.reference(alias.target, alias.position)
                    schema = constrain(schema, alias.target, self.diagnostics, self.referred)
                return self._finish(schema, alias.doc, alias.tags, alias)
            case Opaque() as opaque:
                return known.OPAQUE[opaque.name.name]

    def _finish(self, schema: Schema, doc: str, tags: Tags, owner: Struct | Enum | Alias) -> Schema:
        if doc:
            schema["description"] = doc
        self._tags.apply(schema, tags, owner)
        return schema

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
        merged: Schema = {w: own[w] for w in ("title", "description", "externalDocs") if w in own}
        for schema in (*inherited, own):
            merge(merged, schema)
        return merged

    def _inherited(self, struct: Struct, base: QualifiedName) -> Schema:
        """What a class takes from a base: the fields that it does not declare anew."""
        declared = self.universe.types.get(base)
        fields = [f for f in struct.fields if f.inlined_from == base]
        if not isinstance(declared, Struct):
            return self._members(fields, base)
        merged: Schema = {}
        for further in declared.bases:
            merge(merged, self._inherited(struct, further))
        merge(merged, self._level(declared, fields))
        return merged

    def _level(self, struct: Struct, fields: Iterable[Field]) -> Schema:
        """The schema of one class's body: some of its fields, its documentation and its markers."""
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
            properties[field.json_name] = self._field(field)
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
            f"{field.json_name} is optional but has no default, so an object without it cannot be "
            "decoded",
            code="optional-without-default",
            hint=f"write {field.name}: … | None = None, or make it required",
        )

    def _is_optional_package(self, module: str) -> bool:
        while module:
            if module in self._packages:
                tags = self._packages[module].tags
                return validation.Optional in tags
            module = module.rpartition(".")[0]
        return False

    # --- fields -------------------------------------------------------------------------------

    def _field(self, field: Field) -> Schema:
        schema: Schema = {}
        if validation.Schemaless not in field.tags:
            schema = self.reference(field.type, field.position)
            schema = constrain(schema, field.type, self.diagnostics, self.referred)
        if field.doc:
            schema["description"] = field.doc
        self._tags.apply_to_field(schema, field)
        return schema

    def reference(self, ref: TypeRef, position: Position) -> Schema:
        """The schema of a use of a type."""
        match ref:
            case Scalar(name):
                if name == "float":
                    self._check_float(position)
                return dict(_SCALARS[name])
            case Optional(inner) | Constrained(inner):
                return self.reference(inner, position)
            case ListOf(element):
                items = self.reference(element, position)
                items = constrain(items, element, self.diagnostics, self.referred)
                return {"type": "array", "items": self._nullable(items, element)}
            case DictOf(_, value):
                values = self.reference(value, position)
                values = constrain(values, value, self.diagnostics, self.referred)
                return {"type": "object", "additionalProperties": self._nullable(values, value)}
            case LiteralOf(values=literals):
                return self._literal(literals, position)
            case UnionOf(members):
                return self._union(members, position)
            case Named(name):
                return self._named(name, position)

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

    def _named(self, name: QualifiedName, position: Position) -> Schema:
        if name in known.SCALARS:
            if name.name == "Float64":
                self._check_float(position)
            return dict(known.SCALARS[name])
        use = self._refer(name)
        if isinstance(self.universe.types[name], Struct):
            return use
        referred = self.referred(use)
        # As upstream: a name of a scalar, a list or a map tells its type where it is used.
        return {**use, **{w: referred[w] for w in ("type", "format") if w in referred}}

    def _union(self, members: tuple[TypeRef, ...], position: Position) -> Schema:
        """One of several classes, which their member `type` tells apart; or `int | str`."""
        scalars = sorted(m.name for m in members if isinstance(m, Scalar))
        if scalars == ["int", "str"] and len(members) == 2:
            return dict(known.OPAQUE["IntOrString"])
        values: set[str] = set()
        for member in members:
            declared = self.universe.resolve(member)
            value = discriminator(declared) if isinstance(declared, Struct) else None
            if value is None or not isinstance(member, Named):
                self.diagnostics.error(
                    position,
                    "the members of this union cannot be distinguished",
                    code="bad-union",
                    hint='begin each member, a Struct, with its own type: Literal["…"]; '
                    "int | str is the only other union",
                )
                return {}
            if value in values:
                self.diagnostics.error(
                    position,
                    f"two members of this union have the type {value!r}",
                    code="bad-union",
                    hint="give each its own Literal",
                )
                return {}
            values.add(value)
        uses = [self._refer(member.name) for member in members if isinstance(member, Named)]
        return {"type": "object", "oneOf": uses, "discriminator": {"propertyName": "type"}}

    def _check_float(self, position: Position) -> None:
        if not self.allow_dangerous_types:
            self.diagnostics.error(
                position,
                "floating-point numbers are not portable between languages",
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


def discriminator(struct: Struct) -> str | None:
    """The one value of a class's member `type`, which tells it apart in a union."""
    field = next((f for f in struct.fields if f.name == "type"), None)
    if field is None or not isinstance(field.type, LiteralOf) or len(field.type.values) != 1:
        return None
    value = field.type.values[0]
    return value if isinstance(value, str) else None


def model_name(packages: Mapping[str, Package], name: QualifiedName) -> str:
    """A type's name in an OpenAPI document: `io.rke.clusterprovisioner.v1alpha1.Cluster`.

    The group reversed, its version and the class; of a type outside of API packages, its path.
    """
    module = name.module
    while module and module not in packages:
        module = module.rpartition(".")[0]
    package = packages.get(module)
    if package is None or not package.group or package.internal:
        return str(name)
    return ".".join((*reversed(package.group.split(".")), package.version, name.name))


def _enum(enum: Enum) -> Schema:
    is_text = all(isinstance(m.value, str) for m in enum.members)
    schema = dict(_SCALARS["str" if is_text else "int"])
    if not enum.open:
        schema["enum"] = list(dict.fromkeys(m.value for m in enum.members))
    return schema


def _by_module(packages: Iterable[Package]) -> dict[str, Package]:
    return {package.module: package for package in packages}
