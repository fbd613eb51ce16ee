"""Strategic merge patch: a merge patch that knows which lists are maps by a key.

Only built-in kinds accept it. The keys and strategies are those of the kind's OpenAPI schema
(`x-kubernetes-patch-merge-key`, `x-kubernetes-patch-strategy`); the rules, and the order of merged
lists, are those of apimachinery's `strategicpatch`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kube.runtime.go_format import plain
from kube.runtime.patches.json_patch import PatchError
from kube.runtime.trees import Tree

_DIRECTIVE = "$patch"
_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"
_RETAIN = "$retainKeys"


def strategic_merge_patch(document: Tree, change: Tree, schema: Tree) -> Tree:
    """`document` with `change` applied; neither is modified. Raises PatchError.

    `schema` is the OpenAPI schema of the document, with its references resolved.
    """
    return _merge_map(document, dict(change), schema)


def _merge_map(have: Tree, change: Tree, schema: Tree) -> Tree:
    if _DIRECTIVE in change:
        directive = change[_DIRECTIVE]
        if directive == "replace":
            return {key: value for key, value in change.items() if key != _DIRECTIVE}
        if directive == "delete":
            return {}
        raise PatchError(f"unknown patch type: {plain(directive)} in map: {plain(change)}")
    merged = dict(have)
    _retain(merged, change)
    _put_in_order(merged, change, schema)
    for key, value in change.items():
        if key.startswith(_DELETE_FROM):
            name = key.removeprefix(_DELETE_FROM)
            if not isinstance(value, list) or not isinstance(merged.get(name, []), list):
                raise PatchError("invalid patch format of primitive list")
            if name in merged:
                merged[name] = [item for item in merged[name] if item not in value]
        elif value is None:
            merged.pop(key, None)
        elif key not in merged or type(merged[key]) is not type(value):
            if _is_directive(value):
                merged.pop(key, None)
            else:
                merged[key] = _new(_without_nulls(value))
        elif isinstance(value, dict):
            inner = _child(schema, key)
            if "replace" in _strategies(inner):
                merged[key] = value
            else:
                merged[key] = _merge_map(merged[key], dict(value), inner)
        elif isinstance(value, list):
            merged[key] = _merge_or_replace(merged[key], value, _child(schema, key))
        else:
            merged[key] = value
    return merged


def _child(schema: Tree, key: str) -> Tree:
    if schema.get("x-kubernetes-preserve-unknown-fields") and "properties" not in schema:
        why = "unable to find api field in struct RawExtension for the json field"
        raise PatchError(f'{why} "{key}"')
    child = (schema.get("properties") or {}).get(key)
    if child is None:
        child = schema.get("additionalProperties")
    return child if isinstance(child, dict) else {}


def _strategies(schema: Tree) -> Sequence[str]:
    return str(schema.get("x-kubernetes-patch-strategy", "")).split(",")


def _retain(merged: Tree, change: Tree) -> None:
    kept = change.pop(_RETAIN, None)
    if kept is None:
        return
    if not isinstance(kept, list):
        raise PatchError("invalid patch format of retainKeys")
    for key, value in change.items():
        if value is not None and not key.startswith("$") and key not in kept:
            raise PatchError(f"the retainKeys list of the patch does not contain {key}")
    for key in [key for key in merged if key not in kept]:
        del merged[key]


def _put_in_order(merged: Tree, change: Tree, schema: Tree) -> None:
    """Merge the lists for which the patch gives an order, and take them out of the patch."""
    for directive in [key for key in change if key.startswith(_ORDER)]:
        order = change.pop(directive)
        if not isinstance(order, list):
            raise PatchError("invalid patch format of setElementOrder list")
        name = directive.removeprefix(_ORDER)
        if name in change and change[name] is None:
            continue
        if name not in merged and name not in change:
            continue
        original = merged.get(name) or []
        if not isinstance(original, list) or not isinstance(change.get(name, []), list):
            raise PatchError("invalid patch format of setElementOrder list")
        inner = _child(schema, name)
        if name not in change:
            result = original
        elif name not in merged:
            result = _without_nulls(change[name])
        else:
            result = _merge_or_replace(original, change[name], inner)
        change.pop(name, None)
        identity = _identity(inner.get("x-kubernetes-patch-merge-key", ""))
        merged[name] = _ordered(result, order, original, identity)


def _merge_or_replace(have: list[Any], change: list[Any], schema: Tree) -> list[Any]:
    if "merge" not in _strategies(schema):
        return change
    key = schema.get("x-kubernetes-patch-merge-key", "")
    items = schema.get("items") or {}
    kinds = {type(item) for item in (*have, *change)}
    if list in kinds and type([*have, *change][0]) is list:
        raise PatchError("lists of lists are not supported")
    if len(kinds) > 1:
        both = f"[{plain(have)} {plain(change)}]"
        raise PatchError(f"list element types are not identical: {both}")
    if kinds != {dict}:
        merged = list(dict.fromkeys([*have, *change]))
        return _ordered(merged, change, have, lambda item: item)
    merged, rest = _special(have, change, key)
    if rest is None:
        return merged
    for item in rest:
        place = _find(merged, _key_of(item, key), key)
        if place is None:
            merged.append(_without_nulls(item))
        else:
            merged[place] = _merge_map(merged[place], dict(item), items)
    return _ordered(merged, rest, have, _identity(key))


def _special(have: list[Any], change: list[Any], key: str) -> tuple[list[Any], list[Any] | None]:
    """What the items with a `$patch` leave of a list, and the other items; None to stop here."""
    merged, rest = list(have), []
    replaces = False
    for item in change:
        match item.get(_DIRECTIVE) if isinstance(item, dict) else None:
            case None:
                rest.append(item)
            case "delete":
                wanted = _key_of(item, key)
                merged = [other for other in merged if other.get(key) != wanted]
            case "replace":
                replaces = True
            case "merge":
                raise PatchError("merging lists cannot yet be specified in the patch")
            case other:
                raise PatchError(f"unknown patch type: {plain(other)} in map: {plain(item)}")
    return (rest, None) if replaces else (merged, rest)


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict) or key not in item:
        raise PatchError(f"map: {plain(item)} does not contain declared merge key: {key}")
    return item[key]


def _find(items: list[Any], wanted: Any, key: str) -> int | None:
    return next((place for place, item in enumerate(items) if item.get(key) == wanted), None)


def _identity(key: str) -> Callable[[Any], Any]:
    """What tells an item of a list from the others, in a form that can be looked up."""

    def identity(item: Any) -> Any:
        value = item.get(key) if isinstance(item, dict) else item
        return plain(value) if isinstance(value, (dict, list)) else value

    return identity


def _ordered(
    merged: list[Any], order: list[Any], original: list[Any], identity: Callable[[Any], Any]
) -> list[Any]:
    """The items of `order` in its order, the others in theirs, as `normalizeElementOrder` joins
    them."""
    wanted = {identity(item): place for place, item in enumerate(order)}
    had = {identity(item): place for place, item in enumerate(original)}
    right = [item for item in merged if identity(item) in wanted]
    right.sort(key=lambda item: wanted[identity(item)])
    left = [item for item in merged if identity(item) not in wanted]
    left.sort(key=lambda item: had.get(identity(item), len(had)))
    result: list[Any] = []
    while left and right:
        first, second = had.get(identity(left[0])), had.get(identity(right[0]))
        is_before = first is not None and second is not None and first < second
        result.append((left if is_before else right).pop(0))
    return [*result, *left, *right]


def _is_directive(value: Any) -> bool:
    return isinstance(value, dict) and _DIRECTIVE in value


def _new(value: Any) -> Any:
    """A value that the document does not have, without the maps in it that have a directive."""
    if isinstance(value, dict):
        return {key: _new(inner) for key, inner in value.items() if not _is_directive(inner)}
    if isinstance(value, list):
        return [_new(item) for item in value if not _is_directive(item)]
    return value


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
