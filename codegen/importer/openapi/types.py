"""The schemas that Go programs publish, to types and tags.

They are poorer than CRDs' (no rules, no bounds), and have what CRDs have not: references, patch
strategies, and defaults that are Go's zero values, which are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from codegen.importer.declared import Member
from codegen.importer.openapi.documents import Tree, referred
from codegen.model import DictOf, ListOf, Named, QualifiedName, Scalar, Tag, TypeRef, UnionOf
from codegen.source import known
from codegen.tags.declared import conversion, openapi, validation

Report = Callable[[str, str], None]
"""Takes the path of what is not imported, and why."""
EnumKey: TypeAlias = tuple[str, tuple[str, ...]]
"""The package that an enum is in, and its values."""

_SCALARS = f"{known.RUNTIME}.scalars"
_ANY = Scalar("Any")
_RAW = Named(QualifiedName(_SCALARS, "RawExtension"))
_JSON = Named(QualifiedName(_SCALARS, "JSON"))
TIME = Named(QualifiedName(f"{known.RUNTIME}.time", "Time"))
MICRO_TIME = Named(QualifiedName(f"{known.RUNTIME}.time", "MicroTime"))

MACHINERY = "io.k8s.apimachinery.pkg."
META = f"{MACHINERY}apis.meta.v1."
_EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
_PROPS = f"{_EXTENSIONS}JSONSchemaProps"

# Go types with a JSON form of their own, which their schemas do not tell.
OURS: Mapping[str, TypeRef] = {
    f"{MACHINERY}api.resource.Quantity": Named(
        QualifiedName(f"{known.RUNTIME}.quantity", "Quantity")
    ),
    f"{MACHINERY}util.intstr.IntOrString": Named(QualifiedName(_SCALARS, "IntOrString")),
    f"{MACHINERY}runtime.RawExtension": _RAW,
    f"{META}Time": TIME,
    f"{META}MicroTime": MICRO_TIME,
    f"{META}Duration": Named(QualifiedName(f"{known.RUNTIME}.time", "Duration")),
    f"{META}FieldsV1": Named(QualifiedName(f"{known.RUNTIME}.metadata.types", "FieldsV1")),
    f"{META}Patch": _ANY,
    f"{_EXTENSIONS}JSON": _JSON,
}


def unions_of(props: TypeRef) -> dict[str, TypeRef]:
    """The unions of JSONSchemaProps and something else, whose schemas are empty.

    The server refuses a list of schemas as `items`, so one schema is all there is.
    """
    return {
        f"{_PROPS}OrArray": props,
        f"{_PROPS}OrBool": UnionOf((props, Scalar("bool"))),
        f"{_PROPS}OrStringArray": UnionOf((props, ListOf(Scalar("str")))),
    }


PROPS = _PROPS

_PLAIN: Mapping[tuple[object, object], TypeRef] = {
    ("string", None): Scalar("str"),
    ("string", "byte"): Scalar("bytes"),
    ("string", "date-time"): TIME,
    ("string", "int-or-string"): OURS[f"{MACHINERY}util.intstr.IntOrString"],
    ("integer", None): Named(QualifiedName(_SCALARS, "Int")),
    ("integer", "int32"): Named(QualifiedName(_SCALARS, "Int32")),
    ("integer", "int64"): Scalar("int"),
    ("number", None): Scalar("float"),
    ("number", "double"): Scalar("float"),
    ("boolean", None): Scalar("bool"),
}
_ZEROS: tuple[object, ...] = ("", 0, False, {}, [], None)

_LIST_TYPE = "x-kubernetes-list-type"
_MAP_KEYS = "x-kubernetes-list-map-keys"
_MAP_TYPE = "x-kubernetes-map-type"
_STRATEGY = "x-kubernetes-patch-strategy"
_MERGE_KEY = "x-kubernetes-patch-merge-key"
_UNIONS = "x-kubernetes-unions"
_READ = frozenset((
    "$ref", "allOf", "type", "format", "items", "additionalProperties", "enum", "default",
    "description", "nullable", _LIST_TYPE, _MAP_KEYS, _MAP_TYPE, _STRATEGY, _MERGE_KEY,
))  # fmt: skip


def enum_values(schema: object) -> tuple[str, ...] | None:
    """The values of an enum of strings."""
    values = schema.get("enum") if isinstance(schema, dict) else None
    if isinstance(values, list) and values and all(isinstance(each, str) for each in values):
        return tuple(values)
    return None


@dataclass(frozen=True, slots=True)
class Types:
    """The types of the members of one package's schemas."""

    package: str
    classes: Mapping[str, TypeRef]
    enums: Mapping[EnumKey, TypeRef]
    report: Report

    def members(self, schema: Tree, path: str) -> tuple[Member, ...]:
        required = schema.get("required") or ()
        properties = schema.get("properties") or {}
        return tuple(
            self.member(name, each, name in required, f"{path}.{name}")
            for name, each in properties.items()
        )

    def member(self, name: str, schema: Any, needed: bool, path: str) -> Member:
        ref = self.type(schema, path)
        tags = list(self._tags(schema, ref, path))
        default = schema.get("default")
        nullable = bool(schema.get("nullable"))
        if needed and ref in (TIME, MICRO_TIME):
            # Go writes its zero time as null, which no required member of ours could hold.
            tags.insert(0, openapi.Required())
            needed = False
        is_by_value = (
            default == {} and referred(schema) is not None and referred(schema) not in OURS
        )
        return Member(
            name,
            ref,
            optional=not needed or nullable,
            nullable=nullable,
            factory=is_by_value and not needed,
            tags=tuple(tags),
            doc=schema.get("description", ""),
        )

    def type(self, schema: Any, path: str) -> TypeRef:
        name = referred(schema)
        if name is not None:
            if name not in self.classes:
                self.report(path, f"refers to {name}, which no document has")
            return self.classes.get(name, _ANY)
        if not isinstance(schema, dict):
            self.report(path, "is not a schema")
            return _ANY
        kind, size = schema.get("type"), schema.get("format")
        values = enum_values(schema)
        if values is not None:
            return self.enums[self.package, values]
        if kind == "array":
            return ListOf(self.type(schema.get("items", {}), f"{path}[]"))
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return DictOf(Scalar("str"), self.type(schema["additionalProperties"], f"{path}.*"))
        if kind == "object":
            if schema.get("properties"):
                self.report(path, "has members of its own, and no name: any object is accepted")
            return _RAW
        if kind is None:
            return _ANY
        plain = _PLAIN.get((kind, size)) or _PLAIN.get((kind, None))
        if plain is None:
            self.report(path, f"is of the unknown type {kind}")
        return plain or _ANY

    def _tags(self, schema: Tree, ref: TypeRef, path: str) -> Iterator[Tag]:
        for word in sorted(schema.keys() - _READ):
            self.report(f"{path} {word}", "no tag says this")
        size = schema.get("format")
        if isinstance(size, str) and (schema.get("type"), size) not in _PLAIN:
            yield validation.Format(value=size)
        default = schema.get("default")
        if default not in _ZEROS:
            yield conversion.Default(value=default)
        if schema.get("nullable"):
            yield validation.Nullable()
        if _LIST_TYPE in schema:
            yield openapi.ListType(value=schema[_LIST_TYPE])
        for key in schema.get(_MAP_KEYS) or ():
            yield openapi.ListMapKey(value=key)
        if _MAP_TYPE in schema:
            of_maps = isinstance(ref, DictOf)
            yield (openapi.MapType if of_maps else openapi.StructType)(value=schema[_MAP_TYPE])
        if _STRATEGY in schema:
            yield openapi.PatchStrategy(value=tuple(schema[_STRATEGY].split(",")))
        if _MERGE_KEY in schema:
            yield openapi.PatchMergeKey(value=schema[_MERGE_KEY])

    def class_tags(self, schema: Tree, path: str) -> Iterator[Tag]:
        """The tags of a class; `path` is for what none says."""
        if _MAP_TYPE in schema:
            yield openapi.StructType(value=schema[_MAP_TYPE])
