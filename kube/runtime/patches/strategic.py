"""Strategic merge patch: a merge patch that knows which lists are maps by a key.

Only built-in kinds accept it. Go reads the keys from struct tags; here they are a table by field
name, which covers the merged lists of the common kinds.
"""

from __future__ import annotations

from typing import Any

from kube.runtime.trees import Tree

_MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "conditions": ("type",),
    "containers": ("name",),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ownerReferences": ("uid",),
    "ports": ("containerPort", "port"),
    "secrets": ("name",),
    "topologySpreadConstraints": ("topologyKey",),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
_PRIMITIVE_LISTS = ("finalizers",)
_DIRECTIVE = "$patch"
_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"
_RETAIN = "$retainKeys"


def strategic_merge_patch(document: Any, change: Any) -> Any:
    """`document` with `change` applied; neither is modified."""
    if not isinstance(change, dict):
        return change
    have = document if isinstance(document, dict) else {}
    match change.get(_DIRECTIVE):
        case "replace":
            return {key: value for key, value in change.items() if key != _DIRECTIVE}
        case "delete":
            return {}
    merged = dict(have)
    if _RETAIN in change:
        merged = {key: value for key, value in merged.items() if key in change[_RETAIN]}
    for key, value in change.items():
        if key.startswith(_DELETE_FROM):
            name = key.removeprefix(_DELETE_FROM)
            merged[name] = [item for item in merged.get(name, ()) if item not in value]
        elif key == _RETAIN or key.startswith(_ORDER):
            continue
        elif value is None:
            merged.pop(key, None)
        elif isinstance(value, list):
            merged[key] = _merge_list(key, merged.get(key) or [], value)
        else:
            merged[key] = strategic_merge_patch(merged.get(key), value)
    return merged


def _merge_list(name: str, have: list[Any], change: list[Any]) -> list[Any]:
    if name in _PRIMITIVE_LISTS:
        return have + [item for item in change if item not in have]
    keys = _MERGE_KEYS.get(name)
    if keys is None or not all(isinstance(item, dict) for item in change):
        return change
    merged = list(have)
    for item in change:
        if item.get(_DIRECTIVE) == "replace" and len(item) == 1:
            return [other for other in change if _DIRECTIVE not in other]
        place = _find(merged, item, keys)
        if item.get(_DIRECTIVE) == "delete":
            if place is not None:
                del merged[place]
        elif place is None:
            merged.append(strategic_merge_patch({}, item))
        else:
            merged[place] = strategic_merge_patch(merged[place], item)
    return merged


def _find(items: list[Any], wanted: Tree, keys: tuple[str, ...]) -> int | None:
    key = next((key for key in keys if key in wanted), None)
    if key is None:
        return None
    places = (
        i for i, item in enumerate(items) if isinstance(item, dict) and item.get(key) == wanted[key]
    )
    return next(places, None)
