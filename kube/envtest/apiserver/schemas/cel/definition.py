"""Checks of a CRD's rules when it is written, as apiextensions-apiserver does them.

The cost of rules is not estimated: a CRD that the real server refuses as too expensive is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from cel_expr_python import cel

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.cel import fieldpath
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

_REASONS = (
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
)


def check_schema(schema: Tree, path: str) -> list[Cause]:
    """The faults of the rules of a version's schema, which is at `path`."""
    misplaced = list(_in_branches(schema, path))
    return [*misplaced, *_check(schema, path, root=True, uncorrelated="")]


def _check(schema: Tree, path: str, *, root: bool, uncorrelated: str) -> Iterator[Cause]:
    faults: list[Cause] = []
    for below, where, correlated in _children(schema, path):
        faults += _check(
            below,
            where,
            root=bool(below.get("x-kubernetes-embedded-resource")),
            uncorrelated=uncorrelated or ("" if correlated else path),
        )
    rules = [rule for rule in schema.get(RULES) or () if isinstance(rule, dict)]
    spelled = [
        cause
        for index, rule in enumerate(rules)
        for cause in _check_spelling(rule, schema, f"{path}.{RULES}[{index}]")
    ]
    yield from faults
    yield from spelled
    if not rules or spelled:
        return
    shape = shape_of(schema, root=root)
    if shape is None:
        why = (
            "Internal error: internal error: failed to construct type information for "
            "x-kubernetes-validations rules: unable to convert structural schema to CEL "
            "declarations"
        )
        yield Cause("InternalError", f"{path}.{RULES}", why)
        return
    checker = Checker(shape)
    for index, rule in enumerate(rules):
        where = f"{path}.{RULES}[{index}]"
        yield from _check_expressions(checker, shape, rule, where, uncorrelated)


def _children(schema: Tree, path: str) -> Iterator[tuple[Tree, str, bool]]:
    """The schemas below, their paths, and whether old values can be correlated."""
    for name, inner in (schema.get("properties") or {}).items():
        yield inner, f"{path}.properties[{name}]", True
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"], f"{path}.additionalProperties", True
    if isinstance(schema.get("items"), dict):
        keyed = schema.get("x-kubernetes-list-type") == "map"
        yield schema["items"], f"{path}.items", keyed


def _in_branches(schema: Tree, path: str, *, branch: bool = False) -> Iterator[Cause]:
    """Rules within allOf, anyOf, oneOf and not, which do not specify structure."""
    if branch and schema.get(RULES):
        yield status.not_allowed(f"{path}.{RULES}", "must be empty to be structural")
    for below, where, _ in _children(schema, path):
        yield from _in_branches(below, where, branch=branch)
    for word in ("allOf", "anyOf", "oneOf"):
        for index, inner in enumerate(schema.get(word) or ()):
            yield from _in_branches(inner, f"{path}.{word}[{index}]", branch=True)
    if isinstance(schema.get("not"), dict):
        yield from _in_branches(schema["not"], f"{path}.not", branch=True)


def _check_spelling(rule: Tree, schema: Tree, path: str) -> Iterator[Cause]:
    """The faults of a rule apart from its CEL expressions."""
    text, message = str(rule.get("rule") or "").strip(), str(rule.get("message") or "")
    if not text:
        yield status.required(f"{path}.rule", "rule is not specified")
    elif message and not message.strip():
        why = "must be non-empty if specified"
        yield status.invalid_value(f"{path}.message", message, why)
    elif "\n" in message.strip():
        yield status.invalid_value(f"{path}.message", message, "must not contain line breaks")
    elif "\n" in text and not message:
        why = "message must be specified if rule contains line breaks"
        yield status.required(f"{path}.message", why)
    expression = str(rule.get("messageExpression") or "")
    if expression and not expression.strip():
        why = "messageExpression must be non-empty if specified"
        yield status.required(f"{path}.messageExpression", why)
    reason = rule.get("reason")
    if reason is not None and reason not in _REASONS:
        yield status.not_supported(f"{path}.reason", reason, _REASONS)
    yield from _check_field_path(str(rule.get("fieldPath") or ""), schema, f"{path}.fieldPath")


def _check_field_path(text: str, schema: Tree, path: str) -> Iterator[Cause]:
    if not text:
        return
    if not text.strip():
        yield status.invalid_value(path, text, "must be non-empty if specified")
    if "\n" in text:
        yield status.invalid_value(path, text, "must not contain line breaks")
    try:
        fieldpath.normalized(text, schema)
    except ValueError:
        yield status.invalid_value(path, text, "must be a valid path")


def _check_expressions(
    checker: Checker, shape: Shape, rule: Tree, path: str, uncorrelated: str
) -> Iterator[Cause]:
    text = rule["rule"]
    optional_old = bool(rule.get("optionalOldSelf"))

    def fault(expression: str, wanted: cel.Type, prefix: str, wrong_type: str) -> str:
        try:
            actual = checker.check(shape, expression, optional_old=optional_old)
            compiled(expression, optional_old=optional_old)
        except CompileError as error:
            return f"{prefix}: {error}"
        return "" if actual == wanted else wrong_type

    why = fault(text, cel.Type.BOOL, "compilation failed", "cel expression must evaluate to a bool")
    if why:
        yield _invalid_rule(f"{path}.rule", rule, why)
    elif rule.get("messageExpression"):
        why = fault(
            rule["messageExpression"],
            cel.Type.STRING,
            "messageExpression compilation failed",
            "messageExpression must evaluate to a string",
        )
        if why:
            yield _invalid_rule(f"{path}.messageExpression", rule, why)
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
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&":
        # Go escapes these in JSON.
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Cause("FieldValueInvalid", path, f"Invalid value: {text}: {why}")
