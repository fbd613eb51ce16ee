"""Pruning, defaulting and validation of one kind's objects by a structural schema.

The schema is the `openAPIV3Schema` of a CustomResourceDefinition. Pruning and defaulting walk it
directly, as apiextensions-apiserver's structural package does; validation is a list of validators
compiled from it (`validation.py`).
"""

from __future__ import annotations

import copy
import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kube.envtest.apiserver.schemas.correlation import Correlated
from kube.envtest.apiserver.schemas.validation import Validator, double_faults
from kube.envtest.apiserver.status import Cause
from kube.runtime import fieldsets
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.schemas.cel import RuleValidator
    from kube.envtest.apiserver.schemas.reading import Empties

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
TYPE_META = ("apiVersion", "kind", "metadata")


class Schema:
    """One kind's schema, compiled; `source` is the original schema. `type_meta` is the kind and
    apiVersion of its objects, for rules that read them.
    """

    def __init__(self, source: Tree, type_meta: Tree | None = None) -> None:
        self.source = source
        self._has_defaults = _mentions_default(source)
        self._rules = _compile_rules(source, type_meta or {})

    @functools.cached_property
    def embeds(self) -> bool:
        """Whether objects may have others inside."""
        return _mentions_embedded(self.source)

    @functools.cached_property
    def merged(self) -> Tree:
        """The schema by which fields of objects merge, with that of metadata."""
        return fieldsets.with_metadata(self.source)

    def check_types(
        self, tree: Tree, empties: Empties | None = None, *, converted: bool = False
    ) -> list[str]:
        """Refuse what cannot be decoded; returns the unknown members that were removed.

        Custom resources leave types to validation and unknown members to `prune`, and are stored
        with the empty maps and lists that they have.
        """
        return []

    def fault(self, tree: Tree) -> str:
        """Why an object cannot be decoded; empty for custom resources, as for others that can."""
        return ""

    def zero(self, member: str) -> Any:
        """What Go writes for a member that was never set."""
        return {}

    def empty(self) -> Tree:
        """The object from which the fields of a new one are counted."""
        return {}

    def prune(self, tree: Tree) -> list[str]:
        """Remove the fields that the schema does not specify; returns their sorted paths."""
        return pruned(self.source, tree)

    def drop_nulls(self, tree: Tree) -> None:
        """Remove the nulls that may not stand where they are, and are not replaced by a default."""
        _drop_nulls(self.source, tree)

    def default(self, tree: Tree) -> None:
        """Fill in defaults."""
        if self._has_defaults:
            _default(self.source, tree)

    @functools.cached_property
    def _validator(self) -> Validator:
        return Validator(self.source)

    @functools.cached_property
    def _status_validator(self) -> Validator:
        return Validator((self.source.get("properties") or {}).get("status") or {})

    def validate(self, new: Tree, old: Tree | None) -> list[Cause]:
        """The faults of `new`; `old` is the object that it replaces, None on create."""
        was = None if old is None else Correlated(new, old, self.source)
        causes = [_at("", cause) for cause in self._validator.faults(new, was)]
        return causes + self._doubles(new, old)

    def _doubles(self, new: Tree, old: Tree | None) -> list[Cause]:
        """The items that lists may not have twice, unless the old object had some already."""
        causes = list(double_faults(self.source, new))
        if causes and old is not None and any(double_faults(self.source, old)):
            return []
        return causes

    def validate_status(self, new: Tree, old: Tree) -> list[Cause]:
        """The faults of the status."""
        was = Correlated(new, old, self.source).member("status")
        found = self._status_validator.faults(new["status"], was) if "status" in new else []
        return [_at("status", cause) for cause in found] + self._doubles(new, old)

    def rule_faults(self, new: Tree, old: Tree | None, causes: list[Cause]) -> list[Cause]:
        """The rules that an object breaks; `causes` are its other faults."""
        return self._rules.validate(new, old, causes) if self._rules else []


def _at(path: str, cause: Cause) -> Cause:
    """A fault of the value at a path."""
    field = cause.field.removeprefix(".")
    field = f"{path}.{field}" if path and cause.field else path or field
    return replace(cause, field=field or "<nil>")


def has_rules(schema: Any) -> bool:
    """Whether there are `x-kubernetes-validations` anywhere in a schema."""
    if isinstance(schema, dict):
        return bool(schema.get("x-kubernetes-validations")) or any(map(has_rules, schema.values()))
    return isinstance(schema, list) and any(map(has_rules, schema))


def _compile_rules(schema: Tree, type_meta: Tree) -> RuleValidator | None:
    if not has_rules(schema):
        return None
    # The language is an extra, and takes a tenth of a second to load.
    from kube.envtest.apiserver.schemas.cel import RuleValidator

    return RuleValidator(schema, type_meta)


def pruned(schema: Tree, tree: Tree) -> list[str]:
    """Remove from an object the fields that `schema` does not specify; returns their sorted
    paths."""
    removed: list[str] = []
    _prune(schema, tree, "", removed, root=True)
    return sorted(removed)


def _prune(schema: Any, value: Any, path: str, removed: list[str], *, root: bool = False) -> None:
    """Remove what `schema` does not specify; it is None where it specifies nothing."""
    kept = bool(schema and schema.get(PRESERVE))
    if isinstance(value, list):
        items = schema.get("items") if schema else None
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)) and (items is not None or not kept):
                inner = {PRESERVE: True, **(items or {})} if kept else items
                _prune(inner, item, f"{path}[{index}]", removed)
        return
    if not isinstance(value, dict):
        return
    properties = (schema.get("properties") or {}) if schema else {}
    others = schema.get("additionalProperties") if schema else None
    typed = root or bool(schema and schema.get(EMBEDDED))
    for key in list(value):
        below = f"{path}.{key}" if path else key
        if typed and key in TYPE_META:
            continue
        if key in properties:
            if isinstance(value[key], (dict, list)):
                _prune(properties[key], value[key], below, removed)
        elif others is not None:
            if isinstance(value[key], (dict, list)):
                _prune(others if isinstance(others, dict) else None, value[key], below, removed)
        elif not kept:
            del value[key]
            if path or key not in TYPE_META:
                removed.append(below)


def _drop_nulls(schema: Any, value: Any) -> None:
    if isinstance(value, list):
        items = schema.get("items") if schema else None
        for item in value:
            if isinstance(item, (dict, list)):
                _drop_nulls(items, item)
    elif isinstance(value, dict):
        properties = (schema.get("properties") or {}) if schema else {}
        others = schema.get("additionalProperties") if schema else None
        for key in list(value):
            inner = properties.get(key, others if isinstance(others, dict) else None)
            if value[key] is not None:
                if isinstance(value[key], (dict, list)):
                    _drop_nulls(inner, value[key])
            elif inner is not None and not inner.get("nullable") and "default" not in inner:
                del value[key]


def _is_replaced(schema: Any, value: Any) -> bool:
    """Whether a null is not allowed, and gives way to the default."""
    return value is None and isinstance(schema, dict) and not schema.get("nullable")


def _default(schema: Any, value: Any) -> None:
    if not isinstance(schema, dict):
        return
    if isinstance(value, list):
        items = schema.get("items")
        for index, item in enumerate(value):
            if items is not None and _is_replaced(items, item):
                value[index] = copy.deepcopy(items.get("default"))
            _default(items, value[index])
    elif isinstance(value, dict):
        properties = schema.get("properties") or {}
        others = schema.get("additionalProperties")
        for key, inner in properties.items():
            if "default" in inner and (key not in value or _is_replaced(inner, value[key])):
                value[key] = copy.deepcopy(inner["default"])
        for key, item in value.items():
            if key in properties:
                _default(properties[key], item)
            elif isinstance(others, dict):
                if _is_replaced(others, item):
                    value[key] = copy.deepcopy(others.get("default"))
                _default(others, value[key])


def _mentions_embedded(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    inside = [*(schema.get("properties") or {}).values(), schema.get("items")]
    inside.append(schema.get("additionalProperties"))
    return bool(schema.get(EMBEDDED)) or any(map(_mentions_embedded, inside))


def _mentions_default(schema: Any) -> bool:
    if isinstance(schema, dict):
        return "default" in schema or any(map(_mentions_default, schema.values()))
    return isinstance(schema, list) and any(map(_mentions_default, schema))
