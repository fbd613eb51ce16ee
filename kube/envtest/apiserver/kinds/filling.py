"""Defaults as data: what a missing member becomes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from kube.runtime.trees import Tree


def missing(**values: Any) -> Callable[[Tree], None]:
    """Sets the members that are absent or null; lists and maps are copied."""
    plain = {k: v for k, v in values.items() if not isinstance(v, (dict, list))}
    nested = {k: v for k, v in values.items() if isinstance(v, (dict, list))}

    def fill(value: Tree) -> None:
        for key, default in plain.items():
            if value.get(key) is None:
                value[key] = default
        for key, default in nested.items():
            if value.get(key) is None:
                value[key] = copy.deepcopy(default)

    return fill


def unset(**values: Any) -> Callable[[Tree], None]:
    """Sets the members that are absent or have Go's zero value."""

    def fill(value: Tree) -> None:
        for key, default in values.items():
            if not value.get(key):
                value[key] = default

    return fill
