"""Validation against a structural schema, with kube-apiserver's messages, causes and paths.

A validator is compiled once from a schema and then called for every write; `COMPILERS` lists their
compilers; a new kind of rule is a new entry. jsonschema finds the faults; this module words them as
the API server does.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from jsonschema import Draft4Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError

from kube.envtest.apiserver import status
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

Validator = Callable[[Tree, Tree | None], Iterable[Cause]]
"""Called with the new object and the one that it replaces (None on create)."""

INT_OR_STRING = "x-kubernetes-int-or-string"

_FORMATS = FormatChecker(formats=())


def _format(name: str, parse: Callable[[str], object], *errors: type[Exception]) -> None:
    def check(value: object) -> bool:
        if isinstance(value, str):
            parse(value)
        return True

    _FORMATS.checks(name, raises=errors or ValueError)(check)


def _matching(pattern: str) -> Callable[[str], object]:
    compiled = re.compile(pattern)

    def parse(value: str) -> None:
        if not compiled.fullmatch(value):
            raise ValueError(value)

    return parse


def _date_time(value: str) -> object:
    if not re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", value):
        raise ValueError(value)
    if datetime.fromisoformat(value.upper()).tzinfo is None:
        raise ValueError(value)
    return value


_format("date-time", _date_time)
_format("datetime", _date_time)
_format("date", date.fromisoformat)
_format("ipv4", ipaddress.IPv4Address)
_format("ipv6", ipaddress.IPv6Address)
_format("cidr", lambda text: ipaddress.ip_network(text, strict=False))
_format("byte", lambda text: base64.b64decode(text, validate=True))
_format("email", _matching(r"[^@\s]+@[^@\s]+"))
_format("uri", _matching(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*"))
_format("hostname", _matching(r"([A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?\.?)+"))
_format("mac", _matching(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"))
_format("duration", _matching(r"-?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)\s*)+|0"))
_UUID = r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?%s[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_format("uuid", _matching(_UUID % "[0-9a-f]"))
_format("uuid3", _matching(_UUID % "3"))
_format("uuid4", _matching(_UUID % "4"))
_format("uuid5", _matching(_UUID % "5"))


def _sized(name: str, bits: int) -> None:
    def check(value: object) -> bool:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return not whole or -(2 ** (bits - 1)) <= int(str(value)) < 2 ** (bits - 1)

    _FORMATS.checks(name)(check)


_sized("int32", 32)
_sized("int64", 64)


def _all_of(
    validator: Any, schemas: list[Tree], instance: object, schema: Tree
) -> Iterator[ValidationError]:
    """allOf as one error with its branches as context, as the other combinations have it."""
    errors = [
        error
        for index, branch in enumerate(schemas)
        for error in validator.descend(instance, branch, schema_path=index)
    ]
    if errors:
        yield ValidationError("allOf", context=errors)


_Validator: type[Draft4Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft4Validator, {"allOf": _all_of}
)


def schema_validator(schema: Tree) -> Validator:
    """Types, required fields, bounds, patterns, enums, formats and combinations."""
    compiled = _Validator(to_json_schema(schema), format_checker=_FORMATS)

    def validate(new: Tree, old: Tree | None) -> Iterator[Cause]:
        yield from _all_causes(compiled.iter_errors(new))

    return validate


def list_type_validator(schema: Tree) -> Validator:
    """`x-kubernetes-list-type`: the items of a set, and the keys of a map, are unique."""

    def validate(new: Tree, old: Tree | None) -> Iterator[Cause]:
        yield from _doubles(schema, new, "")

    return validate


COMPILERS: list[Callable[[Tree], Validator]] = [schema_validator, list_type_validator]


def compile_validators(schema: Tree) -> list[Validator]:
    return [compiler(schema) for compiler in COMPILERS]


_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_PLAIN = (
    "type", "required", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
    "minProperties", "maxProperties", "enum",
)  # fmt: skip


def to_json_schema(schema: Tree) -> Tree:
    """An OpenAPI v3 structural schema as JSON Schema draft 4, which its keywords are defined by."""
    converted: Tree = {word: schema[word] for word in _PLAIN if word in schema}
    if converted.get("type") not in _TYPES:
        converted.pop("type", None)
    if schema.get("type") in ("string", "integer") and schema.get("format"):
        converted["format"] = schema["format"]
    if schema.get(INT_OR_STRING):
        converted["type"] = ["integer", "string"]
    if schema.get("nullable"):
        if "type" in converted:
            kinds = (
                converted["type"] if isinstance(converted["type"], list) else [converted["type"]]
            )
            converted["type"] = [*kinds, "null"]
        if "enum" in converted:
            converted["enum"] = [*converted["enum"], None]
    for word in ("properties", "patternProperties"):
        if schema.get(word):
            converted[word] = {key: to_json_schema(inner) for key, inner in schema[word].items()}
    for word in ("items", "not", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            converted[word] = to_json_schema(schema[word])
    for word in ("allOf", "anyOf", "oneOf"):
        if schema.get(word):
            converted[word] = [to_json_schema(inner) for inner in schema[word]]
    return converted


def field_path(steps: Iterable[str | int]) -> str:
    """`spec.nodes[0].name`."""
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def type_name(value: object) -> str:
    if value is None:
        return "null"
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}
    return names.get(type(value), "number")


def _all_causes(errors: Iterable[ValidationError]) -> Iterator[Cause]:
    for error in sorted(errors, key=lambda error: field_path(error.absolute_path)):
        yield from _causes(error)


_COMBINED = ("allOf", "anyOf", "oneOf", "not")


def _combined(error: ValidationError, where: str) -> Iterator[Cause]:
    """A combination that fails, with the faults of the branch that fits best.

    kube-openapi gives these no field and no value of their own.
    """
    why = ""
    within: list[Cause] = []
    match error.validator:
        case "oneOf":
            why = f'"{where}" must validate one and only one schema (oneOf). '
            within = _best_branch(error)
            valid = 0 if within else _count_valid(error)
            why += f"Found {valid} valid alternatives" if valid else "Found none valid"
        case "anyOf":
            why = f'"{where}" must validate at least one schema (anyOf)'
            within = _best_branch(error)
        case "allOf":
            failed = _branches(error)
            for errors in failed.values():
                yield from _all_causes(errors)
            why = f'"{where}" must validate all the schemas (allOf)'
            if len(failed) == _count(error):
                why += ". None validated"
        case "not":
            why = f'"{where}" must not validate the schema (not)'
    yield Cause("FieldValueInvalid", "<nil>", f'Invalid value: "": {why}')
    yield from within


def _branches(error: ValidationError) -> dict[object, list[ValidationError]]:
    """The faults of each branch that fails."""
    by_branch: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        by_branch.setdefault(inner.schema_path[0], []).append(inner)
    return by_branch


def _best_branch(error: ValidationError) -> list[Cause]:
    branches = [list(_all_causes(errors)) for errors in _branches(error).values()]
    return min(branches, key=len, default=[])


def _count(error: ValidationError) -> int:
    schemas: Any = error.validator_value
    return len(schemas)


def _count_valid(error: ValidationError) -> int:
    schemas: Any = error.validator_value
    instance: Any = error.instance
    return sum(1 for inner in schemas if _Validator(inner).is_valid(instance))


def _causes(error: ValidationError) -> Iterator[Cause]:
    path = field_path(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    word = str(error.validator)
    where = path or "<nil>"
    if word in _COMBINED:
        yield from _combined(error, where)
        return
    match word:
        case "required":
            missing = [name for name in limit if name not in value]
            named = [name for name in missing if f"'{name}'" in error.message]
            for name in named[:1]:
                yield status.required(f"{path}.{name}" if path else name)
        case "type":
            wanted = limit if isinstance(limit, str) else limit[0]
            if isinstance(limit, list) and "string" in limit and "integer" in limit:
                wanted = "integer,string"
            name = type_name(value)
            form = _schema_of(error).get("format")
            if wanted == "integer" and isinstance(value, (bool, float)):
                yield from _no_integer(value, form, where)
                return
            why = f'{where} in body must be of type {wanted}: "{name}"'
            yield status.type_invalid(where, name, why)
        case "enum":
            yield status.not_supported(path, value, [v for v in limit if v is not None])
        case "maxLength":
            yield status.too_long(path, limit)
        case "maxItems" | "maxProperties":
            yield status.too_many(path, len(value), limit)
        case "minItems" | "minProperties":
            what = "items" if word == "minItems" else "properties"
            why = f"{where} in body should have at least {limit} {what}"
            yield status.invalid_value(path, len(value), why)
        case "format" if isinstance(value, int):
            why = f"Checked value must be of type integer with format {limit} in {where}"
            yield Cause("FieldValueInvalid", "<nil>", f'Invalid value: "": {why}')
        case "format":
            why = f"{where} in body must be of type {limit}: {status.render(value)}"
            yield status.type_invalid(path, value, why)
        case _:
            yield status.invalid_value(where, value, _why(word, where, limit, error))


def _schema_of(error: ValidationError) -> Tree:
    return error.schema if isinstance(error.schema, dict) else {}


def _no_integer(value: bool | float, form: str | None, where: str) -> Iterator[Cause]:
    """kube-openapi checks numbers a second time, and names types as Go does where it can."""
    name, wanted = type_name(value), "integer"
    if form:
        name, wanted = "" if isinstance(value, bool) else "float64", form
    why = f'{where} in body must be of type {wanted}: "{name}"'
    yield status.type_invalid(where, name, why)
    if not isinstance(value, bool):
        kind = f"integer with format {form}" if form else "integer (default format)"
        why = f"Checked value must be of type {kind} in {where}"
        yield Cause("FieldValueInvalid", "<nil>", f'Invalid value: "": {why}')


def _why(word: str, where: str, limit: Any, error: ValidationError) -> str:
    schema = _schema_of(error)
    match word:
        case "minimum":
            than = "greater than" + ("" if schema.get("exclusiveMinimum") else " or equal to")
            return f"{where} in body should be {than} {limit}"
        case "maximum":
            than = "less than" + ("" if schema.get("exclusiveMaximum") else " or equal to")
            return f"{where} in body should be {than} {limit}"
        case "multipleOf":
            return f"{where} in body should be a multiple of {limit}"
        case "minLength":
            return f"{where} in body should be at least {limit} chars long"
        case "pattern":
            return f"{where} in body should match '{limit}'"
        case "uniqueItems":
            return f"{where} in body shouldn't contain duplicates"
    return error.message


def _doubles(schema: Tree, value: Any, path: str) -> Iterator[Cause]:
    if isinstance(value, list):
        keys = schema.get("x-kubernetes-list-map-keys") or []
        items = schema.get("items") or {}
        kind = schema.get("x-kubernetes-list-type")
        earlier: set[str] = set()
        for index, item in enumerate(value):
            where = f"{path}[{index}]"
            if kind in ("set", "map"):
                defaults = items.get("properties") or {}
                identity = item
                if kind == "map" and isinstance(item, dict):
                    identity = {k: item.get(k, defaults.get(k, {}).get("default")) for k in keys}
                    identity = {k: v for k, v in identity.items() if v is not None}
                text = json.dumps(identity, sort_keys=True)
                if text in earlier:
                    yield status.duplicate(where, identity)
                earlier.add(text)
            yield from _doubles(items, item, where)
    elif isinstance(value, dict):
        properties = schema.get("properties") or {}
        others = schema.get("additionalProperties")
        for key, item in value.items():
            inner = properties.get(key) or (others if isinstance(others, dict) else None)
            if inner and isinstance(item, (dict, list)):
                yield from _doubles(inner, item, f"{path}.{key}" if path else key)
