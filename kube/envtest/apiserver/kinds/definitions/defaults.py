"""Whether the defaults of a schema fit it (`pkg/apiserver/schema/defaulting`)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.schema import EMBEDDED, TYPE_META, has_rules, pruned
from kube.envtest.apiserver.schemas.validation import Validator
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import embedded
from kube.runtime.trees import Tree

_TYPE = {"apiVersion": "validation/v1", "kind": "Validation"}


@dataclass(frozen=True)
class _Around:
    """The object that a default is part of: its schema, and the steps from it (0 for items)."""

    schema: Tree
    steps: tuple[str | int, ...] = ()
    in_meta: bool = False

    def below(self, step: str | int, *, in_meta: bool = False) -> _Around:
        return _Around(self.schema, (*self.steps, step), self.in_meta or in_meta)

    def object(self, value: Any) -> Any:
        """An object with the value in its place."""
        for step in reversed(self.steps):
            value = [value] if step == 0 else {step: value}
        return {**_TYPE, **value}


def faults(schema: Tree, path: str) -> list[Cause]:
    """What is wrong with the defaults of the schema of an object."""
    root = {**schema, EMBEDDED: True}
    return list(_faults(root, path, _Around(root)))


def _faults(schema: Tree, path: str, around: _Around) -> Iterator[Cause]:
    if schema.get(EMBEDDED):
        around = _Around(schema)
    if "default" in schema:
        yield from _default_faults(schema, f"{path}.default", around)
    if isinstance(schema.get("items"), dict):
        yield from _faults(schema["items"], f"{path}.items", around.below(0))
    for name, inner in (schema.get("properties") or {}).items():
        in_meta = bool(schema.get(EMBEDDED)) and name in TYPE_META
        below = around.below(name, in_meta=in_meta)
        yield from _faults(inner, f"{path}.properties[{name}]", below)


def _default_faults(schema: Tree, path: str, around: _Around) -> Iterator[Cause]:
    value = copy.deepcopy(schema["default"])
    if around.in_meta:
        whole = around.object(value)
        fault = embedded.coerced(around.schema, whole, "", [])
        found = [fault] if fault else embedded.faults(around.schema, whole)
        if found:
            shown = f"[{', '.join(map(str, found))}]" if len(found) > 1 else str(found[0])
            why = f"must result in valid metadata: {shown}"
            yield status.invalid_value(path, status.by_key(schema["default"]), why)
            return
    else:
        fault = embedded.coerced(schema, value, path, [])
        # Types that are not objects may have defaults too, and nothing can be pruned from those.
        if pruned({"properties": {"value": schema}}, {"value": copy.deepcopy(schema["default"])}):
            yield status.invalid_value(path, status.by_key(value), "must not have unknown fields")
        found = [fault] if fault else embedded.faults(schema, value, path)
        if found:
            yield from found
            return
    yield from _broken(schema, path)


def _broken(schema: Tree, path: str) -> Iterator[Cause]:
    """What the schema itself does not allow; its rules are evaluated if there is nothing else."""
    found = Validator(schema, verbatim=True).faults(schema["default"])
    for cause in found:
        field = cause.field.removeprefix(".")
        yield replace(cause, field=f"{path}.{field}" if field else path)
    if found or not has_rules(schema):
        return
    for cause in _broken_rules(schema):
        field = cause.field if cause.field != "<nil>" else ""
        where = path if not field else f"{path}{'' if field[0] in '.[' else '.'}{field}"
        yield replace(cause, field=where)


def _broken_rules(schema: Tree) -> list[Cause]:
    try:
        from kube.envtest.apiserver.schemas import cel
    except ImportError:
        return []  # that rules cannot be compiled is told of the rules themselves
    # A rule that does not compile cannot be evaluated.
    return list(cel.uncompiled(schema, schema["default"])) or cel.broken_by_default(schema)
