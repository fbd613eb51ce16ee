"""Cells by the path of a value, and what several kinds share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from kube.runtime.trees import Tree

Cell = Callable[[Tree, datetime], Any]


def at(path: str, default: Any = "") -> Cell:
    """The value at a dotted path; `default` where it is absent."""
    steps = path.split(".")

    def cell(tree: Tree, now: datetime) -> Any:
        value: Any = tree
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
            if value is None:
                return default
        return value

    return cell


def text_at(path: str, default: str = "") -> Cell:
    value = at(path, None)

    def cell(tree: Tree, now: datetime) -> Any:
        found = value(tree, now)
        return default if found is None else str(found)

    return cell


def flag_at(path: str, default: bool = False) -> Cell:
    """A boolean as Go's printers write it where the column is a string."""
    return lambda tree, now: "True" if at(path, default)(tree, now) else "False"


def count(path: str) -> Cell:
    return lambda tree, now: len(at(path, ())(tree, now))


def plain(function: Callable[[Tree], Any]) -> Cell:
    return lambda tree, now: function(tree)


def labels(values: Tree | None) -> str:
    return ",".join(f"{k}={v}" for k, v in sorted((values or {}).items())) or "<none>"


def selector(value: Tree | None) -> str:
    """A label selector as metav1.FormatLabelSelector writes it."""
    return selector_text(value) or "<none>"


def selector_text(value: Tree | None) -> str:
    if value is None:
        return ""
    parts = [(key, f"{key}={text}") for key, text in (value.get("matchLabels") or {}).items()]
    for each in value.get("matchExpressions") or ():
        key, values = each["key"], ",".join(sorted(each.get("values") or ()))
        match each["operator"]:
            case "In":
                parts.append((key, f"{key} in ({values})"))
            case "NotIn":
                parts.append((key, f"{key} notin ({values})"))
            case "Exists":
                parts.append((key, key))
            case "DoesNotExist":
                parts.append((key, f"!{key}"))
    return ",".join(text for _, text in sorted(parts))


def some_of(items: Sequence[str], total: int, most: int) -> str:
    if not total:
        return "<none>"
    text = ",".join(items[:most])
    return f"{text} + {total - most} more..." if total > most else text


def text_or(path: str, missing: str) -> Cell:
    return lambda tree, now: at(path, "")(tree, now) or missing


def default_marked(annotation: str, *others: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        annotations = tree["metadata"].get("annotations") or {}
        is_default = any(annotations.get(name) == "true" for name in (annotation, *others))
        return f"{tree['metadata']['name']}{' (default)' if is_default else ''}"

    return cell
