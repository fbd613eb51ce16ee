"""Objects within custom resources: their kind, version and metadata.

After apiextensions' `pkg/apiserver/schema/objectmeta`. A schema says with
`x-kubernetes-embedded-resource` where one stands.
"""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.schema import EMBEDDED
from kube.envtest.apiserver.status import Cause, StatusError
from kube.envtest.apiserver.storage import metadata as meta
from kube.runtime.trees import Tree

_NO_TEXT = "must be a string"


def coerced(schema: Any, value: Any, path: str, removed: list[str]) -> Cause | None:
    """The first member of an embedded object that cannot be read.

    What is unknown in its metadata is removed, and its path added to the list.
    """
    for below, item, step in _inside(schema, value, path):
        if (fault := coerced(below, item, step, removed)) is not None:
            return fault
    if not isinstance(schema, dict) or not isinstance(value, dict) or not schema.get(EMBEDDED):
        return None
    for member in ("apiVersion", "kind"):
        if member in value and not isinstance(value[member], str):
            return status.invalid_value(_joined(path, member), value[member], _NO_TEXT)
    if "metadata" not in value:
        return None
    given = value["metadata"]
    try:
        metadata = meta.of(value)
    except StatusError as error:
        why = error.message.replace("struct field .metadata", "value")
        return status.invalid_value(_joined(path, "metadata"), status.by_key(given), why)
    for key in [key for key in metadata if key not in meta.FIELDS]:
        del metadata[key]
        removed.append(f"{_joined(path, 'metadata')}.{key}")
    meta.drop_absent(metadata)
    return None


def faults(schema: Any, value: Any, path: str = "") -> list[Cause]:
    """What is wrong with the embedded objects of a value."""
    causes: list[Cause] = []
    if isinstance(schema, dict) and isinstance(value, dict) and schema.get(EMBEDDED):
        causes += object_faults(value, path)
    for below, item, step in _inside(schema, value, path):
        causes += faults(below, item, step)
    return causes


def _inside(schema: Any, value: Any, path: str) -> list[tuple[Any, Any, str]]:
    """The values inside one, with their schemas and paths."""
    if not isinstance(schema, dict):
        return []
    if isinstance(value, list):
        items = schema.get("items")
        return [(items, item, f"{path}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return []
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    return [
        (properties[key], item, _joined(path, key))
        if key in properties
        else (others, item, f"{path}[{key}]")
        for key, item in value.items()
    ]


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def object_faults(value: Tree, path: str) -> list[Cause]:
    """What is wrong with one embedded object."""
    causes: list[Cause] = []
    for member in ("apiVersion", "kind"):
        where = _joined(path, member)
        if member not in value:
            causes.append(status.required(where))
            continue
        text = value[member]
        if not isinstance(text, str):
            causes.append(status.invalid_value(where, text, _NO_TEXT))
        elif not text:
            causes.append(status.invalid_value(where, text, "must not be empty"))
        elif member == "apiVersion" and text.count("/") > 1:
            why = f"unexpected GroupVersion string: {text}"
            causes.append(status.invalid_value(where, text, why))
        elif member == "kind" and (why := meta.dns_1035_fault(text.lower())):
            why = f"may have mixed case, but should otherwise match: {why}"
            causes.append(status.invalid_value(where, text, why))
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        causes += meta.embedded_faults(metadata, _joined(path, "metadata"))
    return causes
