"""The rules of structural schemas, which an `openAPIV3Schema` must follow to be served: every
specified part has a type, nothing is specified twice, and defaults are valid.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.schema import PRESERVE, has_rules, pruned
from kube.envtest.apiserver.schemas.validation import INT_OR_STRING, compile_validators
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def validate_schema(schema: Tree, path: str) -> list[Cause]:
    """The faults of the schema at `path` of a CustomResourceDefinition."""
    causes: list[Cause] = []
    _validate_node(schema, path, causes, "")
    kind = schema.get("type", "")
    if not kind:
        causes.append(status.required(f"{path}.type", "must not be empty at the root"))
    elif kind != "object":
        causes.append(status.invalid_value(f"{path}.type", kind, "must be object at the root"))
    metadata = (schema.get("properties") or {}).get("metadata") or {}
    if set(metadata.get("properties") or ()) - {"name", "generateName"}:
        why = (
            "must not specify anything other than name and generateName, but metadata is "
            "implicitly specified"
        )
        causes.append(status.not_allowed(f"{path}.properties[metadata]", why))
    if causes:
        return causes
    faults = _rule_faults(schema, path)
    # A rule that does not compile cannot be evaluated.
    return [*_default_faults(schema, path, check_rules=not faults), *faults]


def _rule_faults(schema: Tree, path: str) -> list[Cause]:
    if not has_rules(schema):
        return []
    try:
        from kube.envtest.apiserver.schemas.cel import check_schema
    except ImportError as error:
        why = (
            "Internal error: x-kubernetes-validations need a library that is missing "
            f"({error}): pip install 'kube-codegen[envtest]'"
        )
        return [Cause("InternalError", path, why)]
    return check_schema(schema, path)


_TYPES = ("array", "boolean", "integer", "number", "object", "string")


def _validate_node(schema: Tree, path: str, causes: list[Cause], what: str) -> None:
    kind = schema.get("type")
    if not kind and what and not (schema.get(PRESERVE) or schema.get(INT_OR_STRING)):
        causes.append(status.required(f"{path}.type", f"must not be empty for specified {what}"))
    if kind and kind not in _TYPES:
        causes.append(status.not_supported(f"{path}.type", kind, _TYPES))
    if "$ref" in schema:
        causes.append(status.not_allowed(f"{path}.$ref", "$ref is not supported"))
    properties, others = schema.get("properties"), schema.get("additionalProperties")
    if properties and others:
        why = "additionalProperties and properties are mutual exclusive"
        causes.append(status.not_allowed(f"{path}.additionalProperties", why))
    if kind == "array" and not isinstance(schema.get("items"), dict):
        causes.append(status.required(f"{path}.items", "must be specified"))
    if schema.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        causes.append(status.not_allowed(f"{path}.uniqueItems", why))
    for name, inner in (properties or {}).items():
        below = f"{path}.properties[{name}]"
        _validate_node(inner, below, causes, "object fields")
    if isinstance(schema.get("items"), dict):
        _validate_node(schema["items"], f"{path}.items", causes, "array items")
    if isinstance(others, dict):
        _validate_node(others, f"{path}.additionalProperties", causes, "object fields")
    if schema.get(PRESERVE) is False:
        why = "must be true or undefined"
        causes.append(status.invalid_value(f"{path}.{PRESERVE}", False, why))
    if schema.get("x-kubernetes-list-type") == "map":
        causes += _key_faults(schema, path)


def _key_faults(schema: Tree, path: str) -> Iterator[Cause]:
    """The faults of map lists: each key must be required or have a default."""
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    if not keys:
        why = "must not be empty if x-kubernetes-list-type is map"
        yield status.required(f"{path}.x-kubernetes-list-map-keys", why)
    items = schema.get("items") or {}
    properties = items.get("properties") or {}
    for index, key in enumerate(keys):
        if key not in properties:
            why = "each item must be a property of items"
            where = f"{path}.x-kubernetes-list-map-keys[{index}]"
            yield status.invalid_value(where, key, why)
        elif key not in (items.get("required") or ()) and "default" not in properties[key]:
            why = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be "
                "a required property"
            )
            yield status.required(f"{path}.items.properties[{key}].default", why)


def _default_faults(schema: Tree, path: str, *, check_rules: bool) -> Iterator[Cause]:
    where = f"{path}.default"
    if schema.get("default") is not None:
        value = copy.deepcopy(schema["default"])
        # Types that are not objects may have defaults too, and nothing can be pruned from those.
        if pruned({"properties": {"value": schema}}, {"value": value}):
            why = "must not have unknown fields"
            yield status.invalid_value(where, schema["default"], why)
        for cause in _broken(schema, check_rules=check_rules):
            field = cause.field if cause.field not in ("", "<nil>") else ""
            joined = f"{where}{field}" if field.startswith("[") else f"{where}.{field}"
            message = cause.message.replace("<nil> in body", " in body")
            yield replace(cause, field=joined if field else where, message=message)
    for name, inner in (schema.get("properties") or {}).items():
        yield from _default_faults(inner, f"{path}.properties[{name}]", check_rules=check_rules)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from _default_faults(schema[word], f"{path}.{word}", check_rules=check_rules)


def _broken(schema: Tree, *, check_rules: bool) -> list[Cause]:
    """The faults of a schema's default; its rules are evaluated if it is valid otherwise."""
    default = schema["default"]
    faults = [c for validator in compile_validators(schema) for c in validator(default, None)]
    if faults or not check_rules or not has_rules(schema):
        return faults
    from kube.envtest.apiserver.schemas.cel import broken_by_default

    return broken_by_default(schema)
