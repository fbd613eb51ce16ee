"""Applied objects are typed before they are merged, in the words of structured-merge-diff."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.schema import EMBEDDED, PRESERVE, TYPE_META
from kube.runtime.go_format import plain, syntax, type_name
from kube.runtime.trees import Tree


def faults(schema: Tree, value: Any, path: str = "") -> list[str]:
    """What does not fit the schema, one line for each."""
    return list(_faults(schema, value, path, root=True))


def _faults(schema: Tree, value: Any, path: str, *, root: bool = False) -> Iterator[str]:
    kind = schema.get("type")
    if value is None or (not kind and "oneOf" not in schema):
        return
    if schema.get(PRESERVE) and not schema.get("properties") and not schema.get(EMBEDDED):
        return
    match kind:
        case "object":
            if isinstance(value, dict):
                yield from _map_faults(schema, value, path, is_typed=root or schema.get(EMBEDDED))
            else:
                yield f"{path}: expected map, got &{{{plain(value)}}}"
        case "array":
            if isinstance(value, list):
                yield from _list_faults(schema, value, path)
            else:
                yield f"{path}: expected list, got &{{{plain(value)}}}"
        case _:
            yield from (f"{path}: expected {fault}" for fault in _scalar_faults(schema, value))


def _scalar_faults(schema: Tree, value: Any) -> Iterator[str]:
    match schema.get("type"):
        case "string" if schema.get("format") != "date-time":
            if not isinstance(value, str):
                yield f"string, got &value.valueUnstructured{{Value:{syntax(value)}}}"
        case "boolean":
            if not isinstance(value, bool):
                yield f"boolean, got &{{{plain(value)}}}"
        case "integer" | "number":
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                yield f"numeric (int or float), got {type_name(value)}"
        case _:
            is_deduced = schema.get("format") == "int-or-string"
            if isinstance(value, (dict, list)) and not is_deduced:
                yield f"any scalar, got &{{{plain(value)}}}"


def _map_faults(schema: Tree, value: Tree, path: str, *, is_typed: Any) -> Iterator[str]:
    members, others = schema.get("properties") or {}, schema.get("additionalProperties")
    if not members and others is None and not is_typed:
        return
    for key in sorted(value):
        inner = members.get(key, others)
        if is_typed and key == "metadata" and "properties" not in (inner or {}):
            if not isinstance(value[key], dict):
                yield f"{path}.{key}: expected map, got &{{{plain(value[key])}}}"
        elif isinstance(inner, dict):
            yield from _faults(inner, value[key], f"{path}.{key}")
        elif is_typed and key in TYPE_META:
            yield from _faults({"type": "string"}, value[key], f"{path}.{key}")
        elif not inner and not schema.get(PRESERVE):
            yield f"{path}.{key}: field not declared in schema"


def _list_faults(schema: Tree, value: list[Any], path: str) -> Iterator[str]:
    items = schema.get("items") or {}
    seen: set[str] = set()
    for index, item in enumerate(value):
        step = f"[{index}]"
        if schema.get("x-kubernetes-list-type") in ("map", "set"):
            step, fault = _element(schema, item)
            if fault:
                yield f"{path}: element {index}: {fault}"
                return
            if step in seen:
                yield f"{path}: duplicate entries for key {step}"
            seen.add(step)
        yield from _faults(items, item, path + step)


def _element(schema: Tree, item: Any) -> tuple[str, str]:
    """How an item of a list that merges is named, or why it has no name."""
    if schema["x-kubernetes-list-type"] == "set":
        if isinstance(item, dict):
            return "", "associative list without keys has an element that's a map type"
        if isinstance(item, list):
            return "", "not supported: associative list with lists as elements"
        if item is None:
            return "", "associative list without keys has an element that's an explicit null"
        return f"[={_key(item)}]", ""
    if item is None:
        return "", "associative list with keys may not have a null element"
    if not isinstance(item, dict):
        return "", "associative list with keys may not have non-map elements"
    names = schema.get("x-kubernetes-list-map-keys") or []
    defaults = (schema.get("items") or {}).get("properties") or {}
    found = {name: defaults.get(name, {}).get("default") for name in names if name not in item}
    keys = {name: value for name, value in found.items() if value is not None}
    keys = dict(sorted({**keys, **{name: item[name] for name in names if name in item}}.items()))
    if not keys:
        quoted = " ".join(f'"{name}"' for name in names)
        return "", (
            f"associative list with keys has an element that omits all key fields [{quoted}] "
            "(and doesn't have default values for any key fields)"
        )
    return "[" + ",".join(f"{name}={_key(keys[name])}" for name in keys) + "]", ""


def _key(value: Any) -> str:
    """A value in the name of an item."""
    match value:
        case str():
            return status.render(value)
        case dict():
            return "".join(f"{key}={_key(item)}" for key, item in value.items())
        case list():
            return f"[{','.join(map(_key, value))}]"
    return plain(value)
