"""Whether a schema is structural (apiextensions' pkg/apiserver/schema): every specified part has a
type, nothing is specified twice, and combinations restrict values alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas import patterns
from kube.envtest.apiserver.schemas.schema import EMBEDDED, PRESERVE
from kube.envtest.apiserver.schemas.validation import INT_OR_STRING
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_UNSUPPORTED = (
    ("id", "id"), ("$schema", "schema"), ("$ref", "$ref"), ("patternProperties",) * 2,
    ("dependencies",) * 2, ("additionalItems",) * 2, ("definitions",) * 2,
)  # fmt: skip
COMBINED = ("allOf", "anyOf", "oneOf")
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_LEVELS = {
    "root": "at the root", "item": "for specified array items",
    "field": "for specified object fields",
}  # fmt: skip


def unsupported(schema: Tree) -> str:
    """Why a schema cannot be converted into a structural one; '' if it can."""
    return next(_unsupported(schema), "")


def _unsupported(schema: Tree) -> Iterator[str]:
    for word, shown in _UNSUPPORTED:
        if schema.get(word) or (word == "additionalItems" and word in schema):
            yield f"OpenAPIV3Schema '{shown}' is not supported"
    if schema.get(PRESERVE) is False:
        yield f"internal error: '{PRESERVE}' must be true or undefined"
    if isinstance(schema.get("items"), list):
        yield "OpenAPIV3Schema 'items' must be a schema, but is an array"
    for inner in _inside(schema):
        yield from _unsupported(inner)


def _inside(schema: Tree) -> Iterator[Tree]:
    yield from (schema.get("properties") or {}).values()
    for word in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(word), dict):
            yield schema[word]
    for word in COMBINED:
        yield from schema.get(word) or ()


def faults(schema: Tree, path: str) -> list[Cause]:
    """What makes the schema at `path` not structural."""
    causes: list[Cause] = []
    _check_node(schema, "root", path, causes)
    _check_complete(schema, schema, path, path, causes)
    return causes


def _check_node(schema: Tree, level: str, path: str, causes: list[Cause]) -> None:
    kind, items = schema.get("type", ""), schema.get("items")
    if isinstance(items, dict):
        _check_node(items, "item", f"{path}.items", causes)
    elif kind == "array":
        causes.append(status.required(f"{path}.items", "must be specified"))
    for name, inner in (schema.get("properties") or {}).items():
        _check_node(inner, "field", f"{path}.properties[{name}]", causes)
    others = schema.get("additionalProperties")
    if others is not None:
        if level == "root":
            why = "must not be used at the root"
            causes.append(status.not_allowed(f"{path}.additionalProperties", why))
        if isinstance(others, dict):
            _check_node(others, "field", f"{path}.additionalProperties", causes)
    for word in (PRESERVE, EMBEDDED):
        if schema.get(INT_OR_STRING) and schema.get(word):
            why = f"must be false if {INT_OR_STRING} is true"
            causes.append(status.invalid_value(f"{path}.{word}", True, why))
    skipped = _Skipped(_is_any(schema), _is_all(schema))
    _check_values(schema, skipped, path, causes)
    _check_type(schema, level, path, causes)
    if schema.get(EMBEDDED):
        _check_embedded(schema, path, causes)
    _check_meta(schema, level, path, causes)


def _is_any(schema: Tree) -> bool:
    return bool(schema.get("anyOf") == _INT_OR_STRING)


def _is_all(schema: Tree) -> bool:
    branches = schema.get("allOf")
    return bool(branches) and _is_any(branches[0])  # type: ignore[index]


def _check_type(schema: Tree, level: str, path: str, causes: list[Cause]) -> None:
    kind = schema.get("type", "")
    if schema.get(EMBEDDED) and kind != "object":
        why = f"must be object if {EMBEDDED} is true"
        fault = status.invalid_value(f"{path}.type", kind, why)
        causes.append(fault if kind else status.required(f"{path}.type", why))
    elif not kind and not schema.get(INT_OR_STRING) and not schema.get(PRESERVE):
        why = f"must not be empty {_LEVELS[level]}"
        causes.append(status.required(f"{path}.type", why))
    if level == "root" and kind and kind != "object":
        causes.append(status.invalid_value(f"{path}.type", kind, "must be object at the root"))


def _check_embedded(schema: Tree, path: str, causes: list[Cause]) -> None:
    if schema.get("additionalProperties") is not None:
        why = f"must not be used if {EMBEDDED} is set"
        causes.append(status.not_allowed(f"{path}.additionalProperties", why))
    if not schema.get(PRESERVE) and not schema.get("properties"):
        why = f"must not be empty if {EMBEDDED} is true without {PRESERVE}"
        causes.append(status.required(f"{path}.properties", why))


def _check_meta(schema: Tree, level: str, path: str, causes: list[Cause]) -> None:
    """Check what a schema says of the kind and the metadata of objects."""
    properties = schema.get("properties") or {}
    is_object = level == "root" or schema.get(EMBEDDED)
    for name, wanted in (("kind", "string"), ("apiVersion", "string"), ("metadata", "object")):
        if is_object and name in properties and properties[name].get("type", "") != wanted:
            where = f"{path}.properties[{name}].type"
            kind = properties[name].get("type", "")
            causes.append(status.invalid_value(where, kind, f"must be {wanted}"))
    metadata = properties.get("metadata")
    if level == "root" and metadata is not None:
        rest = {key: value for key, value in metadata.items() if key not in ("type", "default")}
        if set(rest.get("properties") or ()) <= {"name", "generateName"}:
            rest.pop("properties", None)
        if rest:
            why = (
                "must not specify anything other than name and generateName, but metadata is "
                "implicitly specified"
            )
            causes.append(status.not_allowed(f"{path}.properties[metadata]", why))


@dataclass(frozen=True)
class _Skipped:
    """Which branches are those of an int-or-string, which alone may name types."""

    any_of: bool = False
    any_in_first: bool = False


_NONE_SKIPPED = _Skipped()


def _check_values(schema: Tree, skipped: _Skipped, path: str, causes: list[Cause]) -> None:
    if not skipped.any_of:
        _check_branches(schema, "anyOf", path, causes)
    for index, inner in enumerate(schema.get("allOf") or ()):
        first = _Skipped(any_of=skipped.any_in_first and index == 0)
        _check_nested(inner, first, f"{path}.allOf[{index}]", causes)
    _check_branches(schema, "oneOf", path, causes)
    if isinstance(schema.get("not"), dict):
        _check_nested(schema["not"], _NONE_SKIPPED, f"{path}.not", causes)
    pattern = schema.get("pattern")
    if pattern and (why := patterns.fault(pattern)):
        why = f"must be a valid regular expression, but isn't: {why}"
        causes.append(status.invalid_value(f"{path}.pattern", pattern, why))


def _check_branches(schema: Tree, word: str, path: str, causes: list[Cause]) -> None:
    for index, inner in enumerate(schema.get(word) or ()):
        _check_nested(inner, _NONE_SKIPPED, f"{path}.{word}[{index}]", causes)


_EMPTY, _UNDEFINED, _FALSE = "must be empty", "must be undefined", "must be false"
_STRUCTURE = {
    "type": _EMPTY, "additionalProperties": _UNDEFINED, "default": _UNDEFINED, "title": _EMPTY,
    "description": _EMPTY, "nullable": _FALSE, PRESERVE: _FALSE, EMBEDDED: _FALSE,
    INT_OR_STRING: _FALSE, "x-kubernetes-list-map-keys": _EMPTY,
    "x-kubernetes-list-type": _UNDEFINED, "x-kubernetes-map-type": _UNDEFINED,
    "x-kubernetes-validations": _EMPTY,
}  # fmt: skip
"""What must stand outside of combinations."""


def _check_nested(schema: Tree, skipped: _Skipped, path: str, causes: list[Cause]) -> None:
    """Check a schema within a combination: it may restrict values alone."""
    _check_values(schema, skipped, path, causes)
    if isinstance(schema.get("items"), dict):
        _check_nested(schema["items"], _NONE_SKIPPED, f"{path}.items", causes)
    for name, inner in (schema.get("properties") or {}).items():
        _check_nested(inner, _NONE_SKIPPED, f"{path}.properties[{name}]", causes)
        if name == "metadata":
            why = "must not be specified in a nested context"
            causes.append(status.not_allowed(f"{path}.properties[metadata]", why))
    for word, what in _STRUCTURE.items():
        if schema.get(word) not in (None, False, "", []):
            causes.append(status.not_allowed(f"{path}.{word}", f"{what} to be structural"))


def _check_complete(
    values: Tree, schema: Any, path: str, values_path: str, causes: list[Cause]
) -> None:
    """Check that what the combinations of `values` restrict is specified by `schema`, at `path`."""
    branches = [
        (inner, f"{values_path}.{word}[{index}]")
        for word in COMBINED
        for index, inner in enumerate(values.get(word) or ())
    ]
    if isinstance(values.get("not"), dict):
        branches.append((values["not"], f"{values_path}.not"))
    for inner, where in branches:
        _check_nested_complete(inner, schema, path, where, causes)


def _check_nested_complete(
    values: Tree, schema: Any, path: str, values_path: str, causes: list[Cause]
) -> None:
    if not isinstance(schema, dict):
        causes.append(status.required(path, f"because it is defined in {values_path}"))
        return
    _check_complete(values, schema, path, values_path, causes)
    if isinstance(values.get("items"), dict):
        items, where = schema.get("items"), f"{values_path}.items"
        _check_nested_complete(values["items"], items, f"{path}.items", where, causes)
    specified = schema.get("properties") or {}
    for name, inner in (values.get("properties") or {}).items():
        step = f".properties[{name}]"
        _check_nested_complete(
            inner, specified.get(name), f"{path}{step}", f"{values_path}{step}", causes
        )
