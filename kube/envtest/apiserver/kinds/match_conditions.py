"""Conditions in CEL of webhooks: which requests they are called for."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def check(conditions: list[Tree], path: str, causes: list[Cause]) -> None:
    if len(conditions) > 64:
        causes.append(status.too_many(path, len(conditions), 64))
    names: set[str] = set()
    for index, condition in enumerate(conditions):
        where, name = f"{path}[{index}]", condition.get("name", "")
        expression = condition.get("expression", "").strip()
        if not expression:
            causes.append(status.required(f"{where}.expression"))
        elif fault := _fault(expression):
            causes.append(status.invalid_value(f"{where}.expression", expression, fault))
        if not name:
            causes.append(status.required(f"{where}.name"))
        else:
            formats.qualified_name(f"{where}.name", name, causes)
        if name in names:
            causes.append(status.duplicate(f"{where}.name", name))
        if name:
            names.add(name)


def _fault(expression: str) -> str:
    """Why an expression does not compile; empty where it does, and without the library of CEL."""
    try:
        from kube.envtest.apiserver.schemas.cel.programs import CompileError, condition
    except ImportError:
        return ""
    try:
        condition(expression)
    except CompileError as error:
        return f"compilation failed: {error}"
    kind = _type_of(expression)
    return "" if kind == "bool" else f"must evaluate to bool but got {kind}"


_WITH = {"int": "1", "double": "1.0", "uint": "1u", "string": "''", "bytes": "b''"}
"""What can be added to a value of each type."""


def _type_of(expression: str) -> str:
    """The static type of an expression, which the library does not tell: what compiles with it."""
    can_be = [name for name, other in _WITH.items() if _compiles(f"({expression}\n) + {other}")]
    if not can_be and _compiles(f"({expression}\n) && true"):
        return "bool"
    return "dyn" if len(can_be) != 1 else can_be[0]


def _compiles(expression: str) -> bool:
    from kube.envtest.apiserver.schemas.cel.programs import CompileError, condition

    try:
        condition(expression)
    except CompileError:
        return False
    return True
