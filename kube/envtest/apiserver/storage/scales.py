"""The members of custom resources that their scale shows: counts, and a selector as text."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.resources import Scale
from kube.envtest.apiserver.status import Cause
from kube.runtime.go_format import type_name
from kube.runtime.trees import Tree

_MOST = 2**31 - 1


def spec_faults(scale: Scale | None, tree: Tree) -> list[Cause]:
    return _replica_faults(scale.spec_path, tree) if scale is not None else []


def status_faults(scale: Scale | None, tree: Tree) -> list[Cause]:
    if scale is None:
        return []
    causes = _replica_faults(scale.status_path, tree)
    if path := scale.selector_path:
        value, why = _found(path, tree, str, "string")
        if why:
            causes.append(status.invalid_value(path, value or "", why))
    return causes


def _replica_faults(path: str, tree: Tree) -> list[Cause]:
    value, why = _found(path, tree, int, "int64")
    if not why and isinstance(value, int) and value < 0:
        why = "should be a non-negative integer"
    elif not why and isinstance(value, int) and value > _MOST:
        why = f"should be less than or equal to {_MOST}"
    return [status.invalid_value(path, value or 0, why)] if why else []


def _found(path: str, tree: Any, kind: type, go_type: str) -> tuple[Any, str]:
    """The value at a path, and why it cannot be had."""
    names = path.removeprefix(".").split(".")
    for index, name in enumerate(names):
        if not isinstance(tree, dict):
            return None, _accessor(names[:index], tree, "map[string]interface {}")
        if name not in tree:
            return None, ""
        tree = tree[name]
    if type(tree) is kind:
        return tree, ""
    return None, _accessor(names, tree, go_type)


def _accessor(names: list[str], value: Any, wanted: str) -> str:
    shown = "<nil>" if value is None else str(value)
    where = "".join(f".{name}" for name in names)
    return f"{where} accessor error: {shown} is of the type {type_name(value)}, expected {wanted}"
