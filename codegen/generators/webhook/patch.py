"""Strategic merge patches of a webhook: only its fields, maps merged, lists replaced.

Of the lists in a webhook only `matchConditions` is merged by a key, its `name`.
"""

from __future__ import annotations

from typing import Any

_SELECTOR: dict[str, Any] = {
    "matchLabels": None,
    "matchExpressions": [{"key": None, "operator": None, "values": None}],
}
_FIELDS: dict[str, Any] = {
    "name": None,
    "clientConfig": {
        "url": None,
        "caBundle": None,
        "service": {"name": None, "namespace": None, "path": None, "port": None},
    },
    "rules": [
        {
            "apiGroups": None,
            "apiVersions": None,
            "operations": None,
            "resources": None,
            "scope": None,
        }
    ],
    "failurePolicy": None,
    "matchPolicy": None,
    "namespaceSelector": _SELECTOR,
    "objectSelector": _SELECTOR,
    "sideEffects": None,
    "timeoutSeconds": None,
    "admissionReviewVersions": None,
    "matchConditions": [{"name": None, "expression": None}],
}
"""The fields of a webhook: None for any value, a dict for members, a list for elements."""


class PatchError(ValueError):
    """A patch that cannot be applied, in one sentence."""


def patched(webhook: dict[str, Any], patch: object, *, mutating: bool) -> dict[str, Any]:
    """The webhook after a patch. Raises PatchError."""
    if not isinstance(patch, dict):
        raise PatchError("a patch is a JSON object")
    fields = {**_FIELDS, **({"reinvocationPolicy": None} if mutating else {})}
    _check(patch, fields, "")
    return _merge(webhook, patch)


def _check(patch: dict[str, Any], fields: dict[str, Any], path: str) -> None:
    for key, value in patch.items():
        if key in ("$patch", "$retainKeys"):
            continue
        if key not in fields:
            known = ", ".join(sorted(fields))
            raise PatchError(f"a webhook has no field {path}{key}: its fields are {known}")
        inner = fields[key]
        if isinstance(inner, dict) and value is not None:
            if not isinstance(value, dict):
                raise PatchError(f"{path}{key} is an object")
            _check(value, inner, f"{path}{key}.")
        elif isinstance(inner, list) and value is not None:
            if not isinstance(value, list):
                raise PatchError(f"{path}{key} is a list")
            for element in value:
                if not isinstance(element, dict):
                    raise PatchError(f"the elements of {path}{key} are objects")
                _check(element, inner[0], f"{path}{key}[].")


def _merge(into: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    if patch.get("$patch") == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    if patch.get("$patch") == "delete":
        return {}
    merged = dict(into)
    kept = patch.get("$retainKeys")
    if isinstance(kept, list):
        merged = {key: value for key, value in merged.items() if key in kept}
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            old = merged.get(key)
            merged[key] = _merge(old if isinstance(old, dict) else {}, value)
        elif key == "matchConditions":
            merged[key] = _merge_by_name(merged.get(key) or [], value)
        else:
            merged[key] = value
    return merged


def _merge_by_name(into: list[Any], patch: list[Any]) -> list[Any]:
    by_name = {element["name"]: element for element in into}
    for element in patch:
        name = element.get("name")
        if element.get("$patch") == "delete":
            by_name.pop(name, None)
        else:
            by_name[name] = _merge(by_name.get(name, {}), element)
    return list(by_name.values())
