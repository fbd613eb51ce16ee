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

from kube.envtest.apiserver.status import Cause
from kube.runtime import fieldsets
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.schemas.cel import RuleValidator
    from kube.envtest.apiserver.schemas.reading import Empties
    from kube.envtest.apiserver.schemas.validation import Validator

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
TYPE_META = ("apiVersion", "kind", "metadata")


class Schema:
    """One kind's schema, compiled; `source` is the original schema. `type_meta` is the kind and
    apiVersion of its objects, for rules that read them.
    """

    def __init__(self, source: Tree, type_meta: Tree | None = None) -> None:
        # Only custom resources are validated by schema, and the library takes a while to load.
        from kube.envtest.apiserver.schemas.validation import compile_validators

        self.source = source
        self._validators: list[Validator] = compile_validators(source)
        status_schema = (source.get("properties") or {}).get("status")
        self._status_validators = compile_validators(status_schema) if status_schema else []
        self._has_defaults = _mentions_default(source)
        self._rules = _compile_rules(source, type_meta or {})

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

    def default(self, tree: Tree) -> None:
        """Fill in defaults, and drop nulls where the schema does not allow them."""
        _default(self.source, tree, fill=self._has_defaults)

    def validate(self, new: Tree, old: Tree | None) -> list[Cause]:
        """The faults of `new`; `old` is the object that it replaces, None on create."""
        causes = [cause for validator in self._validators for cause in validator(new, old)]
        return causes + self._broken_rules(new, old, causes)

    def validate_status(self, new: Tree, old: Tree) -> list[Cause]:
        """The faults of the status, and the rules that the whole object breaks."""
        status, had = new.get("status", {}), old.get("status")
        causes = [
            replace(cause, field=f"status.{cause.field}" if cause.field else "status")
            for validator in (self._status_validators if "status" in new else ())
            for cause in validator(status, had)
        ]
        return causes + self._broken_rules(new, old, causes)

    def _broken_rules(self, new: Tree, old: Tree | None, causes: list[Cause]) -> list[Cause]:
        return self._rules.validate(new, old, causes) if self._rules else []


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


def _prune(schema: Tree, value: Any, path: str, removed: list[str], *, root: bool = False) -> None:
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                if isinstance(item, (dict, list)):
                    _prune(items, item, f"{path}[{index}]", removed)
        return
    if not isinstance(value, dict):
        return
    properties = schema.get("properties") or {}
    others = schema.get("additionalProperties")
    typed = root or schema.get(EMBEDDED)
    for key in list(value):
        below = f"{path}.{key}" if path else key
        if typed and key in TYPE_META:
            continue
        if key in properties:
            if isinstance(value[key], (dict, list)):
                _prune(properties[key], value[key], below, removed)
        elif isinstance(others, dict):
            _prune(others, value[key], below, removed)
        elif not (others or schema.get(PRESERVE)):
            del value[key]
            removed.append(below)


def _default(schema: Tree, value: Any, *, fill: bool) -> None:
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for item in value:
                _default(items, item, fill=fill)
        return
    if not isinstance(value, dict):
        return
    properties = schema.get("properties") or {}
    for key, inner in properties.items():
        if key in value and value[key] is None and not inner.get("nullable"):
            del value[key]
        if fill and key not in value and "default" in inner:
            value[key] = copy.deepcopy(inner["default"])
        if isinstance(value.get(key), (dict, list)):
            _default(inner, value[key], fill=fill)
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        for key in [key for key in value if key not in properties]:
            if value[key] is None and not others.get("nullable"):
                del value[key]
            else:
                _default(others, value[key], fill=fill)


def _mentions_default(schema: Any) -> bool:
    if isinstance(schema, dict):
        return "default" in schema or any(map(_mentions_default, schema.values()))
    return isinstance(schema, list) and any(map(_mentions_default, schema))
