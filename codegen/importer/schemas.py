"""Structural schemas to types and tags.

Each node becomes a type with the tags that stand beside its use. What a use cannot say (that of an
element or a map's value can say nothing) becomes an alias under its tags. A keyword that no tag
says is reported with its path; nothing is dropped in silence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from codegen.generators.schema import known
from codegen.generators.schema.constraints import CONSTRAINTS
from codegen.importer.declared import Alias, Class, Declarations, Member
from codegen.importer.names import Path, element
from codegen.model import (
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Optional,
    QualifiedName,
    Scalar,
    Tag,
    TypeRef,
)
from codegen.tags.declaration import DeclaredTag, ForElements
from codegen.tags.declared import conversion, crd, exact, openapi, validation

Schema = dict[str, Any]
Report = Callable[[str, str], None]
"""Takes the path of what cannot be said, and why."""

_SCALARS = "kube.runtime.scalars"
_INT = Named(QualifiedName(_SCALARS, "Int"))
_INTEGERS: dict[object, TypeRef] = {
    "int32": Named(QualifiedName(_SCALARS, "Int32")),
    "int64": Scalar("int"),
    None: _INT,
}
_INT_OR_STRING = Named(QualifiedName(_SCALARS, "IntOrString"))
_RAW = Named(QualifiedName(_SCALARS, "RawExtension"))
_QUANTITY = Named(QualifiedName("kube.runtime.quantity", "Quantity"))
_TIME = Named(QualifiedName("kube.runtime.time", "Time"))
OBJECT_META = Named(QualifiedName(known.OBJECT_META.module, known.OBJECT_META.name))
_QUANTITY_PATTERN = known.OPAQUE["Quantity"]["pattern"]
_EITHER = known.OPAQUE["IntOrString"]["anyOf"]
_ANY = Scalar("Any")

_INT_OR_STRING_WORD = "x-kubernetes-int-or-string"
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_EMBEDDED = "x-kubernetes-embedded-resource"
_RULES = "x-kubernetes-validations"
_LIST_TYPE = "x-kubernetes-list-type"
_MAP_KEYS = "x-kubernetes-list-map-keys"
_MAP_TYPE = "x-kubernetes-map-type"

# What a field says whatever its type is; the rest belongs to the type.
_OF_FIELDS = ("default", "nullable", "example")

_VALUES: dict[str, Callable[[Any], DeclaredTag]] = {
    "minimum": lambda value: validation.Minimum(value=_number(value)),
    "maximum": lambda value: validation.Maximum(value=_number(value)),
    "exclusiveMinimum": lambda value: validation.ExclusiveMinimum(value=value),
    "exclusiveMaximum": lambda value: validation.ExclusiveMaximum(value=value),
    "multipleOf": lambda value: validation.MultipleOf(value=_number(value)),
    "minLength": lambda value: validation.MinLength(value=value),
    "maxLength": lambda value: validation.MaxLength(value=value),
    "pattern": lambda value: validation.Pattern(value=value),
    "minItems": lambda value: validation.MinItems(value=value),
    "maxItems": lambda value: validation.MaxItems(value=value),
    "uniqueItems": lambda value: validation.UniqueItems(value=value),
    "minProperties": lambda value: validation.MinProperties(value=value),
    "maxProperties": lambda value: validation.MaxProperties(value=value),
    "format": lambda value: validation.Format(value=value),
    "enum": lambda value: validation.Enum(value=tuple(value)),
    "oneOf": lambda value: exact.OneOf(value=value),
    "anyOf": lambda value: exact.AnyOf(value=value),
    "allOf": lambda value: exact.AllOf(value=value),
    "not": lambda value: exact.Not(value=value),
    "title": lambda value: validation.Title(value=value),
    _LIST_TYPE: lambda value: openapi.ListType(value=value),
    "default": lambda value: conversion.Default(value=value),
    "example": lambda value: validation.Example(value=value),
}
_FLAGS: dict[str, Callable[[], DeclaredTag]] = {
    _PRESERVE: validation.PruningPreserveUnknownFields,
    _EMBEDDED: validation.XEmbeddedResource,
    "nullable": validation.Nullable,
}
_ORDER = ("title", *_FLAGS, _LIST_TYPE, _MAP_KEYS, *_VALUES, _RULES)
_RULE_ARGUMENTS = {
    "rule": "rule",
    "message": "message",
    "messageExpression": "message_expression",
    "reason": "reason",
    "fieldPath": "field_path",
    "optionalOldSelf": "optional_old_self",
}


def _number(value: float) -> float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Use:
    """A type as one use has it: the tags and the text that a field would have beside it."""

    type: TypeRef
    tags: tuple[Tag, ...] = ()
    nullable: bool = False
    doc: str = ""


class Types:
    """The types of the schemas of one package, which are normal: no word in them says nothing."""

    def __init__(self, declarations: Declarations, report: Report) -> None:
        self._declarations = declarations
        self._report = report

    def members(
        self, properties: Schema, required: list[str], path: str, words: Path
    ) -> tuple[Member, ...]:
        """The fields of a class."""
        found = []
        for name, schema in properties.items():
            inner = f"{path}.{name}"
            if not isinstance(schema, dict):
                self._report(inner, "is not a schema")
                continue
            use = self.field(schema, inner, (*words, name))
            tags = use.tags
            needed = name in required
            if needed and ("default" in schema or use.nullable):
                tags = (openapi.Required(), *tags)
            optional = not needed or "default" in schema or use.nullable
            found.append(Member(name, use.type, optional, use.nullable, False, tags, use.doc))
        return tuple(found)

    def field(self, schema: Schema, path: str, words: Path) -> Use:
        """The type of a field, and what stands beside it."""
        left = dict(schema)
        doc = left.pop("description", "")
        nullable = bool(left.get("nullable"))
        beside = {word: left.pop(word) for word in _OF_FIELDS if word in left}
        ref, tags = self._type(left, path, words)
        tags += [*self._tags(beside, path, {}), *_keywords(beside)]
        return Use(ref, tuple(tags), nullable, doc)

    def element(self, schema: Schema, words: Path) -> TypeRef:
        """The type of a schema by itself, which says all that it says."""
        return self._inner(schema, ".", words).type

    def _inner(self, schema: Any, path: str, words: Path) -> Use:
        """The type of an element or of a value. Its tags are for `items:` alone."""
        if not isinstance(schema, dict):
            self._report(path, f"is {schema!r}: only a schema can stand here")
            return Use(_ANY)
        left = dict(schema)
        nullable = bool(left.pop("nullable", False))
        doc = left.pop("description", "")
        beside = {word: left.pop(word) for word in ("default", "example") if word in left}
        ref, tags = self._type(left, path, words, doc=doc)
        tags += _keywords(beside)
        is_class = isinstance(ref, Named) and ref.name.module == "?" and not tags
        if tags and not doc and _may_stand_for_elements(ref, tags) and path.endswith("[]"):
            return Use(Optional(ref) if nullable else ref, _for_elements(tags))
        if tags or (doc and not is_class):
            ref = self._declarations.use(Alias(ref, tuple(tags), doc), words)
        return Use(Optional(ref) if nullable else ref)

    def class_tags(self, left: Schema, path: str) -> list[Tag]:
        """The tags of a class for the keywords of its schema, which are taken out."""
        of_type = left.pop(_MAP_TYPE, None)
        tags: list[Tag] = [] if of_type is None else [openapi.StructType(value=of_type)]
        tags += self._tags(left, path, {"type": "object"})
        return [*tags, *_keywords(left)]

    # --- one node -----------------------------------------------------------------------------

    def _type(
        self, left: Schema, path: str, words: Path, *, doc: str = ""
    ) -> tuple[TypeRef, list[Tag]]:
        """The type of a node, and the tags for its use. Takes what it says out of `left`.

        `doc` is the docstring of a class.
        """
        kind = left.pop("type", None)
        before: list[Tag] = []
        if _INT_OR_STRING_WORD in left:
            ref, before = self._int_or_string(left, kind)
        elif kind == "object" and left.get("additionalProperties") is True:
            ref = DictOf(Scalar("str"), _ANY)
        elif (
            kind == "object"
            and isinstance(left.get("additionalProperties"), dict)
            and "properties" not in left
        ):
            ref = self._map(left, path, words)
        elif kind == "object":
            ref = self._class(left, path, words, doc)
        elif kind == "array" and isinstance(left.get("items"), dict):
            of_elements = self._inner(left.pop("items"), f"{path}[]", element(words))
            ref, before = ListOf(of_elements.type), list(of_elements.tags)
        elif kind == "string":
            ref = self._string(left)
        elif kind == "integer":
            size = left.get("format")
            ref = _INTEGERS.get(size, _INT)
            if size in _INTEGERS:
                left.pop("format", None)
        elif kind == "number":
            ref = Scalar("float")
        elif kind == "boolean":
            ref = Scalar("bool")
        elif kind is None and _PRESERVE in left:
            del left[_PRESERVE]
            ref = _ANY
        else:
            ref, before = _ANY, self._schemaless(kind)
        tags = [*before, *self._tags(left, path, _probe(ref, kind))]
        return ref, [*tags, *_keywords(left)]

    @staticmethod
    def _schemaless(kind: str | None) -> list[Tag]:
        of_type: list[Tag] = [] if kind is None else [validation.Type(value=kind)]
        return [validation.Schemaless(), *of_type]

    def _int_or_string(self, left: Schema, kind: str | None) -> tuple[TypeRef, list[Tag]]:
        del left[_INT_OR_STRING_WORD]
        if left.get("anyOf") != _EITHER or kind is not None or "allOf" in left:
            return _INT_OR_STRING, [*self._schemaless(kind), validation.XIntOrString()]
        del left["anyOf"]
        if left.get("pattern") == _QUANTITY_PATTERN:
            del left["pattern"]
            return _QUANTITY, [validation.XIntOrString()] if left.keys() - {"title"} else []
        return _INT_OR_STRING, [validation.XIntOrString()] if left.keys() - {"title"} else []

    def _map(self, left: Schema, path: str, words: Path) -> TypeRef:
        value = self._inner(left.pop("additionalProperties"), f"{path}.*", element(words))
        return DictOf(Scalar("str"), value.type)

    def _class(self, left: Schema, path: str, words: Path, doc: str) -> TypeRef:
        if not left and words[-1] == "metadata" and not doc:
            return OBJECT_META
        if left.get(_PRESERVE) is True and not (left.keys() - {_PRESERVE, _EMBEDDED}) and not doc:
            del left[_PRESERVE]
            return _RAW
        properties = left.pop("properties", {})
        required = left.get("required", [])
        if all(name in properties for name in required):
            left.pop("required", None)
        tags = self.class_tags(left, path)
        members = self.members(properties, required, path, words)
        return self._declarations.use(Class(members, tuple(tags), doc), words)

    def _string(self, left: Schema) -> TypeRef:
        kind, values = left.get("format"), left.get("enum")
        if values and all(isinstance(value, str) for value in values):
            if len(set(values)) == len(values):
                del left["enum"]
                return LiteralOf(tuple(values))
        elif kind == "date-time" and not (left.keys() - {"format", "title"}):
            del left["format"]
            return _TIME
        elif kind == "byte":
            del left["format"]
            return Scalar("bytes")
        return Scalar("str")

    # --- tags ---------------------------------------------------------------------------------

    def _tags(self, left: Schema, path: str, probe: Schema) -> Iterator[Tag]:
        """The tags for the keywords that have one, which are taken out.

        `probe` is what the type itself gives the schema: a bound applies to some types only.
        """
        for word in sorted(left, key=_place):
            value = left[word]
            if word in _VALUES and _is_sayable(word, value, probe):
                yield _VALUES[word](value)
            elif word in _FLAGS and value is True:
                yield _FLAGS[word]()
            elif word == _MAP_TYPE:
                of_maps = probe.get("type") == "object"
                yield (openapi.MapType if of_maps else openapi.StructType)(value=value)
            elif word == _MAP_KEYS and isinstance(value, list):
                yield from (openapi.ListMapKey(value=key) for key in value)
            elif word == _RULES and isinstance(value, list):
                yield from self._rules(value, f"{path} {word}")
            elif word == "externalDocs" and isinstance(value, dict) and "url" in value:
                yield crd.ExternalDocs(url=value["url"], description=value.get("description"))
            else:
                continue
            del left[word]

    def _rules(self, rules: Iterable[Schema], path: str) -> Iterator[Tag]:
        for index, rule in enumerate(rules):
            unknown = rule.keys() - _RULE_ARGUMENTS.keys()
            if unknown or not isinstance(rule.get("rule"), str):
                self._report(f"{path}[{index}]", f"has unknown words {', '.join(sorted(unknown))}")
                continue
            arguments = {_RULE_ARGUMENTS[word]: value for word, value in rule.items()}
            yield validation.XValidation(**arguments)


def _place(word: str) -> tuple[int, str]:
    """Where the tag for a keyword stands among those of one use."""
    return (_ORDER.index(word) if word in _ORDER else len(_ORDER)), word


def _keywords(left: Schema) -> list[Tag]:
    """One tag for all that no other says. The keywords are taken out."""
    tags: list[Tag] = [exact.Keywords(value=dict(sorted(left.items())))] if left else []
    left.clear()
    return tags


_FITS = {keyword: fits for keyword, fits, _ in CONSTRAINTS.values()}


def _is_sayable(word: str, value: Any, probe: Schema) -> bool:
    """Whether the tag for a keyword may stand where the type gives this schema."""
    if word == "enum":
        is_plain = all(isinstance(each, str | int | float | bool) for each in value)
        return is_plain and len({json.dumps(each) for each in value}) == len(value)
    if word == "title":
        return isinstance(value, str)
    if word in ("format", _LIST_TYPE, "default", "oneOf", "anyOf", "allOf", "not", "example"):
        return True
    return _FITS[word](probe)


def _probe(ref: TypeRef, kind: str | None) -> Schema:
    """What a type gives the schema of its use, as far as bounds ask."""
    if ref in (_INT_OR_STRING, _QUANTITY):
        return {"x-kubernetes-int-or-string": True}
    if isinstance(ref, Named) and ref not in _INTEGERS.values():
        return {}
    return {} if kind is None else {"type": kind}


def _for_elements(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    return tuple(ForElements(tag) for tag in tags if isinstance(tag, DeclaredTag))


def _may_stand_for_elements(ref: TypeRef, tags: Iterable[Tag]) -> bool:
    plain = isinstance(ref, Scalar) or ref in _INTEGERS.values()
    return plain and all(isinstance(tag, DeclaredTag) and tag.declaration.elements for tag in tags)
