"""Checks of a CRD's rules when it is written, as apiextensions-apiserver does them.

The cost of rules is not estimated: a CRD that the real server refuses as too expensive is accepted.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import msgspec
from cel_expr_python import cel

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.cel.programs import (
    Checker,
    CompileError,
    compiled,
    uses_old_self,
)
from kube.envtest.apiserver.schemas.cel.rules import RULES
from kube.envtest.apiserver.schemas.cel.shapes import Shape, shape_of
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def check_rules(schema: Tree, path: str, *, root: bool, uncorrelated: str) -> Iterator[Cause]:
    """The faults of the expressions of a schema's own rules.

    `root` says that it is the schema of a whole object; `uncorrelated` is the path of the schema
    above whose old values cannot be told apart, '' if there is none.
    """
    shape = shape_of(schema, root=root)
    if shape is None:
        why = (
            "Internal error: internal error: failed to construct type information for "
            "x-kubernetes-validations rules: unable to convert structural schema to CEL "
            "declarations"
        )
        yield Cause("InternalError", f"{path}.{RULES}", why)
        return
    faults = _expression_faults(msgspec.json.encode(schema), root)
    for index, (rule, of_rule) in enumerate(zip(schema[RULES], faults, strict=True)):
        where = f"{path}.{RULES}[{index}]"
        yield from _check_rule(rule, of_rule, where, uncorrelated)


@functools.lru_cache(maxsize=256)
def _expression_faults(encoded: bytes, root: bool) -> list[tuple[str, str]]:
    """Why the rule and the message of each rule of a schema do not compile.

    Compiling takes milliseconds, and definitions are often written again with the same rules.
    """
    schema: Tree = msgspec.json.decode(encoded)
    shape = shape_of(schema, root=root)
    assert shape is not None
    checker = Checker(shape)
    return [
        (_rule_fault(checker, shape, rule), _message_fault(checker, shape, rule))
        for rule in schema[RULES]
    ]


def uncompiled(schema: Tree, value: Any, path: str = "") -> Iterator[Cause]:
    """The rules that cannot be evaluated for a value, because they do not compile."""
    if value is None:
        return
    shape = shape_of(schema, root=bool(schema.get("x-kubernetes-embedded-resource")))
    if schema.get(RULES) and shape is not None:
        checker = Checker(shape)
        for rule in schema[RULES]:
            if rule["rule"].strip() and (why := _rule_fault(checker, shape, rule)):
                shown, why = schema.get("type", ""), f"rule compile error: {why}"
                yield status.invalid_value(path or "<nil>", shown, why)
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from uncompiled(schema["items"], item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in properties:
                step = f"{path}.{name}" if path else name
                yield from uncompiled(properties[name], item, step)
            elif isinstance(others, dict):
                yield from uncompiled(others, item, f"{path}[{name}]")


def _rule_fault(checker: Checker, shape: Shape, rule: Tree) -> str:
    wrong_type = "cel expression must evaluate to a bool"
    why = _fault(checker, shape, rule, "rule", cel.Type.BOOL)
    return f"compilation failed: {why}" if why else wrong_type if why is None else ""


def _message_fault(checker: Checker, shape: Shape, rule: Tree) -> str:
    if not rule.get("messageExpression"):
        return ""
    wrong_type = "messageExpression must evaluate to a string"
    why = _fault(checker, shape, rule, "messageExpression", cel.Type.STRING)
    if why is None:
        return wrong_type
    return f"messageExpression compilation failed: {why}" if why else ""


def _fault(checker: Checker, shape: Shape, rule: Tree, member: str, wanted: cel.Type) -> str | None:
    """Why an expression of a rule does not compile, '' if it does; None for another type."""
    optional_old = bool(rule.get("optionalOldSelf"))
    try:
        actual = checker.check(shape, rule[member], optional_old=optional_old)
        compiled(rule[member], optional_old=optional_old)
    except CompileError as error:
        return str(error)
    return "" if actual == wanted else None


def _check_rule(
    rule: Tree, faults: tuple[str, str], path: str, uncorrelated: str
) -> Iterator[Cause]:
    text, (why, of_message) = rule["rule"], faults
    if why:
        yield _invalid_rule(f"{path}.rule", rule, why)
    elif of_message:
        yield _invalid_rule(f"{path}.messageExpression", rule, of_message)
    uses_old = not why and uses_old_self(text)
    if uses_old and uncorrelated:
        why = (
            "oldSelf cannot be used on the uncorrelatable portion of the schema within "
            f"{uncorrelated}"
        )
        yield status.invalid_value(f"{path}.rule", text, why)
    elif not uses_old and "optionalOldSelf" in rule:
        why = "may not be set if oldSelf is not used in rule"
        yield status.invalid_value(f"{path}.optionalOldSelf", rule["optionalOldSelf"], why)


def _invalid_rule(path: str, rule: Tree, why: str) -> Cause:
    """Shown whole, as Go's encoder shows the internal type."""
    shown = {
        name[:1].upper() + name[1:]: rule.get(name, default)
        for name, default in (
            ("rule", ""),
            ("message", ""),
            ("messageExpression", ""),
            ("reason", None),
            ("fieldPath", ""),
            ("optionalOldSelf", None),
        )
    }
    return status.invalid_value(path, shown, why)
