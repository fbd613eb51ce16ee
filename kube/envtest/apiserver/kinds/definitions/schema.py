"""What may stand in the schema of a version (apiextensions' validation.go)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.definitions import defaults, structural
from kube.envtest.apiserver.kinds.go_values import go_value, own_members
from kube.envtest.apiserver.schemas import fieldpath
from kube.envtest.apiserver.schemas.schema import EMBEDDED, PRESERVE, TYPE_META
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

RULES = "x-kubernetes-validations"
_LIST_TYPE, _LIST_KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"
_MAP_TYPE = "x-kubernetes-map-type"
_GO_TYPE = "apiextensions.JSONSchemaProps"
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_AT_ROOT = (
    "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength "
    "MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties "
    "ExternalDocs Example XPreserveUnknownFields XValidations"
)
"""By their names in Go, the members of a root whose status is validated apart."""


def mentions_default(schema: Any) -> bool:
    """Whether a schema has a default anywhere."""
    if not isinstance(schema, dict):
        return False
    return "default" in schema or any(mentions_default(inner) for inner in _all_inside(schema))


def _all_inside(schema: Tree) -> Iterator[Any]:
    for word in ("properties", "patternProperties", "definitions", "dependencies"):
        yield from (schema.get(word) or {}).values()
    for word in structural.COMBINED:
        yield from schema.get(word) or ()
    items = schema.get("items")
    yield from items if isinstance(items, list) else (items,)
    yield from (schema.get(word) for word in ("additionalProperties", "additionalItems", "not"))


def faults(validation: Tree, path: str, *, has_status: bool) -> list[Cause]:
    """What is wrong with a version's `schema`; `has_status` says that status is a subresource."""
    schema, path = validation.get("openAPIV3Schema"), f"{path}.openAPIV3Schema"
    if schema is None:
        return []
    causes: list[Cause] = []
    if has_status:
        _check_root(schema, path, causes)
    if schema.get("nullable"):
        causes.append(status.not_allowed(f"{path}.nullable", "nullable cannot be true at the root"))
    unsupported = structural.unsupported(schema)
    rules_checked = False
    if not unsupported:
        found = structural.faults(schema, path)
        found = found or defaults.faults(schema, path)
        rules_checked = not found
        causes += found
    place = _Place(path, rules=rules_checked, root=True)
    schema_faults, rule_faults = _checked(schema, place)
    causes += schema_faults + rule_faults
    if not causes and unsupported:
        causes.append(status.invalid_value(path, "", unsupported))
    return causes


def _check_root(schema: Tree, path: str, causes: list[Cause]) -> None:
    allowed = _AT_ROOT.split()
    for name, value in own_members(_GO_TYPE, schema).items():
        if name == "Type":
            if value != "object":
                why = (
                    'only "object" is allowed as the type at the root of the schema if the status '
                    "subresource is enabled"
                )
                causes.append(status.invalid_value(f"{path}.type", value, why))
                return
        elif name not in allowed:
            why = (
                f"only [{_AT_ROOT}] fields are allowed at the root of the schema if the status "
                "subresource is enabled"
            )
            causes.append(status.invalid_value(path, go_value(_GO_TYPE, schema), why))
            return


@dataclass(frozen=True)
class _Place:
    """Where a schema stands, and what that allows."""

    path: str
    rules: bool
    """Whether rules are compiled here: not in combinations, nor in a schema with other faults."""
    root: bool = False
    no_defaults: str = ""
    """Why no default may stand here; '' if one may."""
    in_meta: bool = False
    """Whether it is about the kind or the metadata of an object."""
    uncorrelated: str = ""
    """The path of the schema above whose old and new values cannot be told apart."""

    def below(self, step: str, **changes: Any) -> _Place:
        return replace(self, path=f"{self.path}{step}", root=False, **changes)


_Found = tuple[list[Cause], list[Cause]]
"""The faults of a schema, and those of its rules, which are looked at if there are no others."""


def _checked(schema: Tree, place: _Place) -> _Found:
    causes = [*_member_faults(schema, place), *_combination_faults(schema, place)]
    rule_faults: list[Cause] = []
    for inner, below in _below(schema, place):
        found, of_rules = _checked(inner, below)
        causes += found
        rule_faults += of_rules
    causes += _type_faults(schema, place.path)
    causes += _list_faults(schema, place.path)
    causes += _key_faults(schema, place.path)
    rules = list(schema.get(RULES) or ())
    for index, rule in enumerate(rules):
        causes += _rule_faults(rule, schema, f"{place.path}.{RULES}[{index}]")
    if rules and not causes and place.rules:
        rule_faults += _compiled(schema, place)
    return causes, rule_faults


def _compiled(schema: Tree, place: _Place) -> list[Cause]:
    try:
        from kube.envtest.apiserver.schemas.cel import check_rules
    except ImportError as error:
        why = (
            "Internal error: rules in CEL need the extra `envtest` "
            f"({error}): pip install 'kube-codegen[envtest]'"
        )
        return [Cause("InternalError", f"{place.path}.{RULES}", why)]
    whole = place.root or bool(schema.get(EMBEDDED))
    return list(check_rules(schema, place.path, root=whole, uncorrelated=place.uncorrelated))


_EVEN_EMPTY = ("additionalItems", "dependencies", "$ref")
_FORBIDDEN = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")


def _member_faults(schema: Tree, place: _Place) -> Iterator[Cause]:
    path, kind = place.path, schema.get("type")
    if kind and kind not in _TYPES:
        yield status.not_supported(f"{path}.type", kind, _TYPES)
    if kind == "null":
        why = "type cannot be set to null, use nullable as an alternative"
        yield status.not_allowed(f"{path}.type", why)
    if "default" in schema and place.no_defaults:
        yield status.not_allowed(f"{path}.default", f"must not be set {place.no_defaults}")
    for word in _FORBIDDEN:
        if schema.get(word) or (word in schema and word in _EVEN_EMPTY):
            yield status.not_allowed(f"{path}.{word}", f"{word} is not supported")
    if isinstance(schema.get("items"), list):
        why = "items must be a schema object and not an array"
        yield status.not_allowed(f"{path}.items", why)
    if place.in_meta and schema.get(EMBEDDED):
        why = "must not be used inside of resource meta"
        yield status.not_allowed(f"{path}.{EMBEDDED}", why)
    if schema.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield status.not_allowed(f"{path}.uniqueItems", why)
    others = schema.get("additionalProperties")
    if others is not None and others is not True and schema.get("properties"):
        why = "additionalProperties and properties are mutual exclusive"
        yield status.not_allowed(f"{path}.additionalProperties", why)
    if schema.get(PRESERVE) is False:
        yield status.invalid_value(f"{path}.{PRESERVE}", False, "must be true or undefined")


def _below(schema: Tree, place: _Place) -> Iterator[tuple[Tree, _Place]]:
    others, items = schema.get("additionalProperties"), schema.get("items")
    if isinstance(others, dict):
        why = place.no_defaults
        if place.in_meta:
            why = "inside additionalProperties applying to object metadata"
        yield others, place.below(".additionalProperties", no_defaults=why)
    here = place.uncorrelated or place.path
    for name, inner in (schema.get("properties") or {}).items():
        below = place.below(f".properties[{name}]")  # those of an atomic map can be correlated too
        if (place.root or schema.get(EMBEDDED)) and name in TYPE_META:
            why = f"in top-level {name}" if place.root else place.no_defaults
            below = replace(below, in_meta=True, no_defaults=why)
        yield inner, below
    keyed = schema.get(_LIST_TYPE) == "map"
    of_items = {"uncorrelated": place.uncorrelated if keyed else here}
    if isinstance(items, dict):
        yield items, place.below(".items", **of_items)
    elif isinstance(items, list):
        for index, inner in enumerate(items):
            yield inner, place.below(f".items[{index}]", **of_items)


def _combination_faults(schema: Tree, place: _Place) -> Iterator[Cause]:
    """The faults of schemas that only restrict values, and of words that are not supported."""
    inside: list[tuple[Any, str]] = [(schema.get("not"), ".not")]
    for word in structural.COMBINED:
        branches = schema.get(word) or ()
        inside += [(inner, f".{word}[{index}]") for index, inner in enumerate(branches)]
    for word in ("definitions", "dependencies"):
        named = (schema.get(word) or {}).items()
        inside += [(inner, f".{word}[{name}]") for name, inner in named]
    for inner, step in inside:
        if isinstance(inner, dict):
            found, _ = _checked(inner, place.below(step, rules=False))
            yield from found


def _type_faults(schema: Tree, path: str) -> Iterator[Cause]:
    kind = schema.get("type", "")
    for word, wanted, supported in (
        (_MAP_TYPE, "object", ("atomic", "granular")),
        (_LIST_TYPE, "array", ("atomic", "set", "map")),
    ):
        if word not in schema:
            continue
        why = f"must be {wanted} if {word} is specified"
        if not kind:
            yield status.required(f"{path}.type", why)
        elif kind != wanted:
            yield status.invalid_value(f"{path}.type", kind, why)
        if schema[word] not in supported:
            yield status.not_supported(f"{path}.{word}", schema[word], supported)
    items = schema.get("items")
    if kind != "array" or schema.get(_LIST_TYPE) != "set" or not isinstance(items, dict):
        return
    shown = items.get(_LIST_TYPE)
    why = f"must be atomic as item of a list with {_LIST_TYPE}=set"
    if items.get("type") == "array" and items.get(_LIST_TYPE, "atomic") != "atomic":
        yield status.invalid_value(f"{path}.items.{_LIST_TYPE}", shown, why)
    if items.get("type") == "object" and items.get(_MAP_TYPE) != "atomic":
        yield status.invalid_value(f"{path}.items.{_MAP_TYPE}", shown, why)


def _list_faults(schema: Tree, path: str) -> Iterator[Cause]:
    """The faults of a list of maps, and of keys elsewhere."""
    kind, keys, items = schema.get(_LIST_TYPE), schema.get(_LIST_KEYS), schema.get("items")
    if keys and kind != "map":
        why = f"must be map if {_LIST_KEYS} is non-empty"
        fault = status.required(f"{path}.{_LIST_TYPE}", why)
        yield fault if kind is None else status.invalid_value(f"{path}.{_LIST_TYPE}", kind, why)
    if kind != "map":
        return
    if not keys:
        why = f"must not be empty if {_LIST_TYPE} is map"
        yield status.required(f"{path}.{_LIST_KEYS}", why)
    if "items" not in schema:
        yield status.required(f"{path}.items", f"must have a schema if {_LIST_TYPE} is map")
    elif not isinstance(items, dict):
        shown = go_value("*apiextensions.JSONSchemaPropsOrArray", items or [])
        why = f"must only have a single schema if {_LIST_TYPE} is map"
        yield status.invalid_value(f"{path}.items", shown, why)
    elif items.get("type") != "object":
        why = f"must be object if parent array's {_LIST_TYPE} is map"
        yield status.invalid_value(f"{path}.items.type", items.get("type", ""), why)
    else:
        yield from _name_faults(keys or [], items, path)


def _name_faults(keys: list[str], items: Tree, path: str) -> Iterator[Cause]:
    properties = items.get("properties") or {}
    for index, key in enumerate(keys):
        if key not in properties:
            why = "entries must all be names of item properties"
            yield status.invalid_value(f"{path}.{_LIST_KEYS}", keys, why)
        elif properties[key].get("type") in ("array", "object"):
            why = f"must be a scalar type if parent array's {_LIST_TYPE} is map"
            where = f"{path}.items.properties[{key}].type"
            yield status.invalid_value(where, items["type"], why)
        if key in keys[:index]:
            why = "must not contain duplicate entries"
            yield status.invalid_value(f"{path}.{_LIST_KEYS}", keys, why)


def _key_faults(schema: Tree, path: str) -> Iterator[Cause]:
    """The items of sets and maps are never null, and keys always have a value."""
    kind, items = schema.get(_LIST_TYPE), schema.get("items")
    if kind not in ("set", "map") or not isinstance(items, dict):
        return
    if items.get("nullable"):
        why = f"cannot be nullable when {_LIST_TYPE} is {kind}"
        yield status.not_allowed(f"{path}.items.nullable", why)
    properties = items.get("properties") or {}
    keys = (schema.get(_LIST_KEYS) or ()) if kind == "map" else ()
    for key in keys:
        where, inner = f"{path}.items.properties[{key}]", properties.get(key)
        if inner is None:
            continue
        if key not in (items.get("required") or ()) and "default" not in inner:
            why = (
                f"this property is in {_LIST_KEYS}, so it must have a default or be a required "
                "property"
            )
            yield status.required(f"{where}.default", why)
        if inner.get("nullable"):
            why = f"this property is in {_LIST_KEYS}, so it cannot be nullable"
            yield status.not_allowed(f"{where}.nullable", why)


_REASONS = (
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
)
_BREAK = re.compile(r"[\n\r]")


def _rule_faults(rule: Tree, schema: Tree, path: str) -> Iterator[Cause]:
    """The faults of a rule apart from its expressions."""
    text, message = rule["rule"].strip(), rule.get("message", "")
    if not text:
        yield status.required(f"{path}.rule", "rule is not specified")
    elif message and not message.strip():
        yield status.invalid_value(f"{path}.message", message, "must be non-empty if specified")
    elif _BREAK.search(message.strip()):
        yield status.invalid_value(f"{path}.message", message, "must not contain line breaks")
    elif _BREAK.search(text) and not message:
        why = "message must be specified if rule contains line breaks"
        yield status.required(f"{path}.message", why)
    expression = rule.get("messageExpression", "")
    if expression and not expression.strip():
        why = "messageExpression must be non-empty if specified"
        yield status.required(f"{path}.messageExpression", why)
    reason = rule.get("reason")
    if reason is not None and reason not in _REASONS:
        yield status.not_supported(f"{path}.reason", reason, _REASONS)
    if field := rule.get("fieldPath", ""):
        yield from _field_faults(field, schema, f"{path}.fieldPath")


def _field_faults(text: str, schema: Tree, path: str) -> Iterator[Cause]:
    if not text.strip():
        yield status.invalid_value(path, text, "must be non-empty if specified")
    if _BREAK.search(text):
        yield status.invalid_value(path, text, "must not contain line breaks")
    if structural.unsupported(schema):
        return
    try:
        fieldpath.normalized(text, schema)
    except ValueError:
        yield status.invalid_value(path, text, "must be a valid path")
