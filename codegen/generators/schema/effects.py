"""What tags do to a schema, and which schemas they do not fit.

One registry: each class of tags with its effect and with its place in the order in which effects
are applied, which is upstream's (pkg/crd/markers): what decides a type first, then the others as
they stand, then the rules over members.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

import msgspec

from codegen.generators.schema import junctors, rules
from codegen.generators.schema.constraints import (
    CONSTRAINTS,
    Refused,
    article,
    bound,
    is_list,
    is_map,
    kind,
)
from codegen.generators.schema.merging import REF, VALIDATIONS, Schema
from codegen.model import Alias, Enum, Struct, Tag
from codegen.tags.declaration import DeclaredTag, Ref
from codegen.tags.declared import conversion, crd, declarative, exact, openapi, validation

Owner = Struct | Enum | Alias


class Target(msgspec.Struct, frozen=True):
    """A schema that tags apply to, and the type that it is of, unless it is a field's.

    `referred` is the schema of the type that it refers to; empty where it refers to none.
    """

    schema: Schema
    owner: Owner | None
    referred: Schema


class Order(IntEnum):
    TYPE = 0
    PLAIN = 1
    AT_MOST = 2
    EXACTLY = 3
    AT_LEAST = 4
    LAST = 5


T = TypeVar("T", bound=Tag)
Effect = Callable[[Target, T], None]

_EFFECTS: dict[type[Tag], tuple[Order, Callable[[Target, Any], None]]] = {}


def effect(
    *tags: type[T], order: Order = Order.PLAIN
) -> Callable[[Callable[[Target, T], None]], Callable[[Target, T], None]]:
    """Registers what the tags of some classes do to a schema. An effect raises Refused."""

    def register(apply: Callable[[Target, T], None]) -> Callable[[Target, T], None]:
        for tag in tags:
            _EFFECTS[tag] = order, apply
        return apply

    return register


def order_of(tag: Tag) -> Order:
    """When a tag is applied, among those of one schema."""
    return _EFFECTS[type(tag)][0] if type(tag) in _EFFECTS else Order.PLAIN


def apply(target: Target, tag: Tag) -> None:
    """Do to a schema what a tag does, if it does anything. Raises Refused."""
    if type(tag) in _EFFECTS:
        _EFFECTS[type(tag)][1](target, tag)


# --- bounds, counts and patterns ----------------------------------------------------------------

BOUNDS: dict[type[DeclaredTag], str] = {
    **{getattr(validation, name): name for name in CONSTRAINTS},
    declarative.MaxItems: "MaxItems",
    declarative.MinItems: "MinItems",
    declarative.Minimum: "Minimum",
    declarative.Maximum: "Maximum",
    declarative.MinLength: "MinLength",
    declarative.MaxLength: "MaxLength",
    declarative.MinProperties: "MinProperties",
    declarative.MaxProperties: "MaxProperties",
}


@effect(*BOUNDS)
def _bound(target: Target, tag: Any) -> None:
    bound(target.schema, BOUNDS[type(tag)], tag.value)


# --- values -------------------------------------------------------------------------------------


def check_open_enum(tag: validation.Enum, declared: object) -> None:
    """An open enum takes any value, but a marker may name only values that it declares."""
    if not isinstance(declared, Enum) or not declared.open:
        return
    known = [member.value for member in declared.members]
    for value in tag.value:
        if value not in known:
            raise Refused(
                f"{declared.name.name} has no value {value!r}: it has {', '.join(map(str, known))}",
                "add the member, or correct the marker",
            )


@effect(validation.Enum)
def _enumeration(target: Target, tag: validation.Enum) -> None:
    schema, values = target.schema, list(tag.value)
    if not values:
        raise Refused("the enum has no values, so no value would be valid", "add a value")
    check_open_enum(tag, target.owner)
    kind = schema.get("type")
    wanted: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    for value in values:
        fits = isinstance(value, wanted.get(str(kind), (object,)))
        if not fits or (isinstance(value, bool) and kind not in ("boolean", None)):
            hint = f'put it in quotes: "{value}"' if kind == "string" else ""
            raise Refused(f"{value!r} is not a valid {kind}", hint)
    declared = schema.get("enum") or target.referred.get("enum")
    if declared is not None:
        unknown = [v for v in values if v not in declared]
        if unknown:
            raise Refused(
                f"the type has no value {unknown[0]!r}: it has {', '.join(map(str, declared))}",
                "a closed enum or a Literal declares its own values",
            )
        if set(values) != set(declared):
            raise Refused(
                "this cannot narrow the type's own values: they stay as they are",
                "declare a Literal or an enum of these values alone",
                harmless=True,
            )
    schema["enum"] = values


@effect(declarative.Enum)
def _members(target: Target, tag: declarative.Enum) -> None:
    schema, owner = target.schema, target.owner
    if not isinstance(owner, Enum):
        raise Refused("+k8s:enum applies to enums", argument="")
    if not all(isinstance(m.value, str) for m in owner.members):
        raise Refused("the values of such an enum are strings", argument="")
    schema["type"] = "string"
    schema["enum"] = sorted({str(m.value) for m in owner.members})


@effect(validation.Format)
def _format(target: Target, tag: validation.Format) -> None:
    if tag.value == "":
        raise Refused("the format is empty", "name a format, such as date-time, or remove the tag")
    target.schema["format"] = tag.value


@effect(validation.Type, order=Order.TYPE)
def _type(target: Target, tag: validation.Type) -> None:
    schema = target.schema
    known = ("array", "boolean", "integer", "number", "object", "string")
    declared = target.referred.get("type")
    if tag.value not in (*known, "Any"):
        raise Refused(
            f"{tag.value!r} is not a type of OpenAPI", f"write one of: {', '.join(known)}, Any"
        )
    if declared is not None and tag.value != declared:
        raise Refused(
            f"Type={tag.value} contradicts the type that the field refers to, which is {declared}",
            "put Type above the declaration of that type, or let the field have another type",
        )
    if tag.value == "Any":
        schema.pop("type", None)
    else:
        schema["type"] = tag.value


@effect(validation.XIntOrString, order=Order.TYPE)
def _int_or_string(target: Target, tag: Tag) -> None:
    target.schema["x-kubernetes-int-or-string"] = True


@effect(validation.XEmbeddedResource)
def _embedded_resource(target: Target, tag: Tag) -> None:
    target.schema["x-kubernetes-embedded-resource"] = True


@effect(validation.XPreserveUnknownFields, validation.PruningPreserveUnknownFields)
def _preserve_unknown_fields(target: Target, tag: Tag) -> None:
    target.schema["x-kubernetes-preserve-unknown-fields"] = True


@effect(validation.Nullable)
def _nullable(target: Target, tag: Tag) -> None:
    target.schema["nullable"] = True


@effect(openapi.ListType, order=Order.TYPE)
def _list_type(target: Target, tag: openapi.ListType) -> None:
    _set_list_type(target.schema, tag.value)


@effect(declarative.ListType, order=Order.TYPE)
def _k8s_list_type(target: Target, tag: declarative.ListType) -> None:
    _set_list_type(target.schema, tag.value)


def _set_list_type(schema: Schema, value: str) -> None:
    if not is_list(schema):
        raise Refused(f"a list type applies to lists; this is {article(kind(schema))}")
    earlier = schema.get("x-kubernetes-list-type")
    if earlier is not None and earlier != value:
        raise Refused(f"the list type is {earlier} already")
    schema["x-kubernetes-list-type"] = value


@effect(openapi.ListMapKey)
def _list_map_key(target: Target, tag: openapi.ListMapKey) -> None:
    _add_list_map_key(target.schema, tag.value)


@effect(declarative.ListMapKey)
def _k8s_list_map_key(target: Target, tag: declarative.ListMapKey) -> None:
    _add_list_map_key(target.schema, tag.value)


def _add_list_map_key(schema: Schema, value: str) -> None:
    if not is_list(schema):
        raise Refused(f"a list key applies to lists; this is {article(kind(schema))}")
    if schema.get("x-kubernetes-list-type") != "map":
        raise Refused("only a list of type map has keys", "add +listType=map")
    keys = schema.setdefault("x-kubernetes-list-map-keys", [])
    if value not in keys:
        keys.append(value)


@effect(openapi.MapType)
def _map_type(target: Target, tag: openapi.MapType) -> None:
    schema = target.schema
    if not is_map(schema):
        raise Refused(f"a map type applies to maps; this is {article(kind(schema))}")
    schema["x-kubernetes-map-type"] = tag.value


@effect(openapi.StructType)
def _struct_type(target: Target, tag: openapi.StructType) -> None:
    schema = target.schema
    if not is_map(schema) and "type" in schema:
        raise Refused(f"a struct type applies to classes; this is {article(kind(schema))}")
    schema["x-kubernetes-map-type"] = tag.value


@effect(conversion.Default, order=Order.TYPE)
def _default(target: Target, tag: conversion.Default) -> None:
    if not isinstance(tag.value, Ref):  # upstream leaves references to code as well
        _set_default(target.schema, tag.value)


@effect(validation.Default)
def _kubebuilder_default(target: Target, tag: validation.Default) -> None:
    _set_default(target.schema, tag.value)


def _set_default(schema: Schema, value: object) -> None:
    schema["default"] = [] if value == {} and is_list(schema) else value


@effect(validation.Example)
def _example(target: Target, tag: validation.Example) -> None:
    target.schema["example"] = tag.value


@effect(validation.Title)
def _title(target: Target, tag: validation.Title) -> None:
    if not isinstance(tag.value, str):
        raise Refused(f"a title is a string, not {tag.value!r}", "put it in quotes")
    target.schema["title"] = tag.value


@effect(crd.ExternalDocs)
def _external_docs(target: Target, tag: crd.ExternalDocs) -> None:
    scheme, separator, rest = tag.url.partition("://")
    if not (tag.url.startswith("/") or (separator and scheme.isalnum() and rest)):
        raise Refused(f"{tag.url!r} is not a valid URL", argument="url")
    docs = {"url": tag.url}
    if tag.description:
        docs["description"] = tag.description
    target.schema["externalDocs"] = docs


@effect(declarative.Required, order=Order.LAST)
def _required(target: Target, tag: declarative.Required) -> None:
    """`+k8s:required` also refuses what is empty, and yields to a bound that is there."""
    schema = target.schema
    keywords = {"string": "minLength", "array": "minItems", "object": "minProperties"}
    keyword = keywords.get(str(schema.get("type", "object" if REF in schema else "")))
    if keyword is not None:
        schema.setdefault(keyword, 1)


@effect(validation.XValidation)
def _validation(target: Target, tag: validation.XValidation) -> None:
    schema = target.schema
    _check_rule(target, tag)
    rule: Schema = {"rule": tag.rule}
    for keyword, text in (
        ("message", tag.message),
        ("messageExpression", tag.message_expression),
        ("reason", tag.reason),
        ("fieldPath", tag.field_path),
    ):
        if text:
            rule[keyword] = text
    if tag.optional_old_self is not None:
        rule["optionalOldSelf"] = tag.optional_old_self
    schema[VALIDATIONS] = [*schema.get(VALIDATIONS, ()), rule]


def _check_rule(target: Target, tag: validation.XValidation) -> None:
    """What the server would refuse of a rule, as far as text shows."""
    for argument, name, expression in (
        ("rule", "rule", tag.rule),
        ("message_expression", "messageExpression", tag.message_expression),
    ):
        fault = None if expression is None else rules.syntax_fault(expression)
        if expression is not None and fault is not None:
            raise Refused(
                f"the {name} is not valid CEL: {fault[0]}",
                code="bad-cel",
                position=rules.place(tag, argument, expression, fault[1]),
            )
    names: set[str] = set(target.referred.get("properties", {}))
    if isinstance(target.owner, Struct):
        names = {field.json_name for field in target.owner.fields}
    unknown = rules.unknown_member(tag.rule, names) if names else ""
    if unknown:
        raise Refused(
            f"unknown member {unknown!r}; the members are {', '.join(sorted(names))}",
            "members have their JSON names, with __dash__ for a dash",
            "rule",
        )
    if tag.message is not None and "\n" in tag.message:
        raise Refused("a message has one line", argument="message")
    if tag.optional_old_self and not rules.uses_old(tag.rule):
        raise Refused(
            "optionalOldSelf applies to rules with oldSelf", "remove it", "optional_old_self"
        )
    path = tag.field_path
    if path and not path.startswith((".", "[")):
        raise Refused(f"the path {path!r} does not begin with a dot", argument="field_path")


_JUNCTORS: dict[type[Tag], str] = {
    exact.OneOf: "oneOf",
    exact.AnyOf: "anyOf",
    exact.AllOf: "allOf",
    exact.Not: "not",
}


@effect(*_JUNCTORS)
def _junctor(target: Target, tag: Any) -> None:
    keyword = _JUNCTORS[type(tag)]
    members = (target.schema.get("properties"), target.referred.get("properties"))
    fault = junctors.fault(
        keyword,
        tag.value,
        next((m for m in members if m is not None), None),
        is_int_or_string=bool(target.schema.get("x-kubernetes-int-or-string")),
    )
    if fault:
        raise Refused(fault)
    target.schema[keyword] = tag.value


@effect(exact.Description, order=Order.LAST)
def _description(target: Target, tag: exact.Description) -> None:
    if not isinstance(tag.value, str):
        raise Refused(f"a description is a string, not {tag.value!r}", "put it in quotes")
    target.schema["description"] = tag.value


@effect(exact.Keywords, order=Order.LAST)
def _keywords(target: Target, tag: exact.Keywords) -> None:
    if not isinstance(tag.value, dict):
        raise Refused(f"keywords are a JSON object, not {tag.value!r}")
    target.schema.update(tag.value)


@effect(declarative.Immutable)
def _immutable(target: Target, tag: declarative.Immutable) -> None:
    _rule(target.schema, "self == oldSelf", "field is immutable")


@effect(validation.AtMostOneOf, order=Order.AT_MOST)
def _at_most_one(target: Target, tag: validation.AtMostOneOf) -> None:
    rule = _counted(target.schema, tag.value) + " <= 1"
    listed = " ".join(tag.value)
    _rule(target.schema, rule, f"at most one of the fields in [{listed}] may be set")


@effect(validation.ExactlyOneOf, order=Order.EXACTLY)
def _exactly_one(target: Target, tag: validation.ExactlyOneOf) -> None:
    rule = _counted(target.schema, tag.value) + " == 1"
    listed = " ".join(tag.value)
    _rule(target.schema, rule, f"exactly one of the fields in [{listed}] must be set")


@effect(validation.AtLeastOneOf, order=Order.AT_LEAST)
def _at_least_one(target: Target, tag: validation.AtLeastOneOf) -> None:
    _check_members(target.schema, tag.value)
    rule = "||".join(f"has(self.{rules.cel_name(name)})" for name in tag.value)
    listed = " ".join(tag.value)
    _rule(target.schema, rule, f"at least one of the fields in [{listed}] must be set")


def _counted(schema: Schema, names: tuple[str, ...]) -> str:
    """An expression for how many of the members are set."""
    _check_members(schema, names)
    return "+".join(f"(has(self.{rules.cel_name(name)})?1:0)" for name in names)


def _check_members(schema: Schema, names: tuple[str, ...]) -> None:
    for name in names:
        if "." in name:
            raise Refused(f"{name!r} is a member of a member: only direct ones can be named")
        if name not in schema.get("properties", {}):
            raise Refused(
                f"unknown member {name!r}", "write the names that the members have in JSON"
            )
        if name in schema.get("required", ()):
            raise Refused(
                f"the member {name} is required, so the others could never be set",
                "give it a default: X | None = None",
            )


def _rule(schema: Schema, rule: str, message: str) -> None:
    schema[VALIDATIONS] = [*schema.get(VALIDATIONS, ()), {"rule": rule, "message": message}]
