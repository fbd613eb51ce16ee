"""Evaluates the rules of a schema for objects, after apiextensions-apiserver's CEL validator.

A rule about `oldSelf` runs only where there is an old value to compare with: below the same field
or key, and for the items of a list only where they have keys. A fault that existed before in an
unchanged value is accepted (ratcheting), so that a new rule does not block updates of old objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas import fieldpath
from kube.envtest.apiserver.schemas.cel.programs import (
    EvaluationError,
    Program,
    compiled,
    uses_old_self,
)
from kube.envtest.apiserver.schemas.cel.shapes import Shape, aligned, shape_of, to_value
from kube.envtest.apiserver.schemas.correlation import Correlated, old_item
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

RULES = "x-kubernetes-validations"
# With one of these faults, rules are not evaluated, because they could fail on the same value.
_BLOCKING = frozenset(
    (
        "FieldValueNotSupported",
        "FieldValueRequired",
        "FieldValueTooLong",
        "FieldValueTooMany",
        "FieldValueTypeInvalid",
    )
)
_BLOCKED = Cause(
    "FieldValueInvalid",
    "<nil>",
    "Invalid value: null: some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation",
)
_LONGEST_MESSAGE = 5 * 1024


class RuleValidator:
    """The rules of one version's schema, compiled."""

    def __init__(self, schema: Tree, type_meta: Tree) -> None:
        """`type_meta` is the kind and apiVersion of the objects, which are not stored with them.

        Raises CompileError; `check_rules` says which rules and why.
        """
        self._type_meta = type_meta
        self._root = _node(schema, root=True)

    def validate(self, new: Tree, old: Tree | None, faults: list[Cause]) -> list[Cause]:
        """The rules that fail; `faults` are the object's other faults."""
        if self._root is None:
            return []
        if any(cause.reason in _BLOCKING for cause in faults):
            return [_BLOCKED]
        new = {**self._type_meta, **new}
        old = None if old is None else {**self._type_meta, **old}
        was = None if old is None else Correlated(new, old, self._root.schema)
        return list(_validate(self._root, new, old, "", _Ratchet(was)))


def broken_by_default(schema: Tree) -> list[Cause]:
    """The rules of a schema that its default does not satisfy, as it replaces itself or nothing.

    Paths begin at the default, which may have any type. Raises CompileError.
    """
    node, value = _below(schema), schema["default"]
    if node is None:
        return []
    causes = list(_validate(node, value, value, "", _Ratchet()))
    return causes or list(_validate(node, value, None, "", _Ratchet()))


@dataclass(frozen=True, slots=True)
class _Rule:
    source: Tree
    program: Program
    message: Program | None
    field: str
    uses_old: bool

    @property
    def optional_old(self) -> bool:
        return bool(self.source.get("optionalOldSelf"))

    @property
    def name(self) -> str:
        return str(self.source.get("message") or self.source["rule"]).strip()

    @property
    def default_message(self) -> str:
        return self.name if self.source.get("message") else f"failed rule: {self.name}"


@dataclass(slots=True)
class _Node:
    schema: Tree
    shape: Shape
    rules: list[_Rule]
    properties: dict[str, _Node] = field(default_factory=dict)
    others: _Node | None = None
    items: _Node | None = None


def _node(schema: Tree, *, root: bool) -> _Node | None:
    shape = shape_of(schema, root=root)
    if shape is None:
        return None
    node = _Node(schema, shape, _rules(schema))
    below = {name: _below(inner) for name, inner in (schema.get("properties") or {}).items()}
    node.properties = {name: found for name, found in below.items() if found}
    node.others = _below(schema.get("additionalProperties"))
    node.items = _below(schema.get("items"))
    return node if node.rules or node.properties or node.others or node.items else None


def _below(schema: Any) -> _Node | None:
    if not isinstance(schema, dict):
        return None
    return _node(schema, root=bool(schema.get("x-kubernetes-embedded-resource")))


def _rules(schema: Tree) -> list[_Rule]:
    return [_rule(rule, schema) for rule in schema.get(RULES) or () if rule["rule"].strip()]


def _rule(source: Tree, schema: Tree) -> _Rule:
    optional_old = bool(source.get("optionalOldSelf"))
    message = source.get("messageExpression")
    path = str(source.get("fieldPath") or "")
    return _Rule(
        source,
        compiled(source["rule"], optional_old=optional_old),
        compiled(message, optional_old=optional_old) if message else None,
        _field(path, schema),
        uses_old_self(source["rule"]),
    )


def _field(path: str, schema: Tree) -> str:
    """The path that a rule names; '' for one that is not valid, which is told of the definition."""
    try:
        return fieldpath.normalized(path, schema)
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class _Ratchet:
    """The old value here, else the nearest one above."""

    here: Correlated | None = None
    above: Correlated | None = None

    def lets_through(self) -> bool:
        nearest = self.here or self.above
        return nearest is not None and nearest.unchanged()

    def member(self, name: str) -> _Ratchet:
        if self.here is None:
            return self
        if self.above is None and name in ("apiVersion", "kind"):
            return _Ratchet()
        return _Ratchet(self.here.member(name), self.here)

    def item(self, index: int) -> _Ratchet:
        return self if self.here is None else _Ratchet(self.here.item(index), self.here)


def _validate(node: _Node, new: Any, old: Any, path: str, ratchet: _Ratchet) -> Iterator[Cause]:
    if new is None:
        # Null is checked by the rules of the schema around it.
        return
    if node.rules:
        yield from _hold(node, new, old, path, ratchet)
    if isinstance(new, list) and node.items:
        for index, item in enumerate(new):
            was = old_item(node.schema, old, item)
            yield from _validate(node.items, item, was, f"{path}[{index}]", ratchet.item(index))
    if isinstance(new, dict):
        had: Tree = old if isinstance(old, dict) else {}
        for name, value in new.items():
            if node.others:
                where = f"{path}[{name}]"
                yield from _validate(node.others, value, had.get(name), where, ratchet.member(name))
            below = node.properties.get(name)
            if below:
                where = f"{path}.{name}" if path else name
                yield from _validate(below, value, had.get(name), where, ratchet.member(name))


def _hold(node: _Node, new: Any, old: Any, path: str, ratchet: _Ratchet) -> Iterator[Cause]:
    values = {"self": to_value(node.shape, new)}
    if old is not None and any(rule.uses_old for rule in node.rules):
        values["oldSelf"] = to_value(node.shape, aligned(node.shape, old, new, sets=True))
    where = path or "<nil>"
    shown = str(node.schema.get("type", ""))
    for rule in node.rules:
        if rule.uses_old and old is None and not rule.optional_old:
            continue
        try:
            holds = rule.program.evaluate(values)
        except EvaluationError as error:
            yield status.invalid_value(where, shown, _evaluation_fault(rule, str(error)))
            continue
        if holds is True or (not rule.uses_old and ratchet.lets_through()):
            continue
        field_path = f"{path}.{rule.field}" if path and rule.field else path or rule.field
        yield _cause(rule, field_path or "<nil>", new, _message(rule, values))


def _evaluation_fault(rule: _Rule, error: str) -> str:
    if error.startswith("no such overload"):
        return (
            f"'{error}': call arguments did not match a supported operator, function or macro "
            f"signature for rule: {rule.name}"
        )
    return f"{error} evaluating rule: {rule.name}"


def _message(rule: _Rule, values: dict[str, Any]) -> str:
    if rule.message is None:
        return rule.default_message
    try:
        message = rule.message.evaluate(values)
    except EvaluationError:
        return rule.default_message
    text = message.strip() if isinstance(message, str) else ""
    if not text or "\n" in text or len(text.encode()) > _LONGEST_MESSAGE:
        return rule.default_message
    return text


def _cause(rule: _Rule, path: str, value: Any, detail: str) -> Cause:
    match rule.source.get("reason"):
        case "FieldValueForbidden":
            return status.not_allowed(path, detail)
        case "FieldValueRequired":
            return status.required(path, detail)
        case "FieldValueDuplicate":
            # Objects and lists are not shown in the message.
            if isinstance(value, (dict, list)):
                return Cause("FieldValueDuplicate", path, "Duplicate value")
            return status.duplicate(path, value)
    if isinstance(value, (dict, list)):
        return Cause("FieldValueInvalid", path, f"Invalid value: {detail}")
    return status.invalid_value(path, value, detail)
