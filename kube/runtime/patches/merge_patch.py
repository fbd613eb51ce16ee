"""JSON merge patch (RFC 7386)."""

from __future__ import annotations

from typing import Any

from kube.runtime.trees import same


def merge_patch(document: Any, change: Any) -> Any:
    """RFC 7386: null removes, objects merge, everything else replaces."""
    if not isinstance(change, dict):
        return change
    merged = dict(document) if isinstance(document, dict) else {}
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def merge_difference(old: Any, new: Any) -> dict[str, Any]:
    """The smallest merge patch from one object to another; empty where they are equal.

    Lists go whole. A null in `new` cannot be told from an absent member.
    """
    change: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        present = old.get(key)
        if isinstance(value, dict) and isinstance(present, dict):
            if inner := merge_difference(present, value):
                change[key] = inner
        elif key not in old or not same(present, value):
            change[key] = value
    return change
