"""Tables, the form in which `kubectl get` asks for objects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kube.envtest.apiserver.kinds import tables
from kube.envtest.apiserver.kinds.tables.ages import age
from kube.envtest.apiserver.resources import Column, ServerResource
from kube.runtime import jsonpath
from kube.runtime.trees import Tree

_NAME = {
    "name": "Name",
    "type": "string",
    "format": "name",
    "description": (
        "Name must be unique within a namespace. Is required when creating resources, although "
        "some resources may allow a client to request the generation of an appropriate name "
        "automatically. Name is primarily intended for creation idempotence and configuration "
        "definition. Cannot be updated. More info: "
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
    ),
    "priority": 0,
}
AGE = Column(
    "Age",
    "date",
    ".metadata.creationTimestamp",
    "CreationTimestamp is a timestamp representing the server time when this object was created. "
    "It is not guaranteed to be set in happens-before order across separate operations. Clients "
    "may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the "
    "system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
)


def definitions(resource: ServerResource) -> list[Tree]:
    if resource.listed:
        return list(tables.columns(resource.group, resource.plural))
    return ([] if _names_itself(resource) else [_NAME]) + [
        {
            "name": column.name,
            "type": column.type,
            "format": column.format,
            "description": column.description
            or f"Custom resource definition column (in JSONPath format): {column.json_path}",
            "priority": column.priority,
        }
        for column in resource.columns or (AGE,)
    ]


def _names_itself(resource: ServerResource) -> bool:
    return any(column.json_path == ".metadata.name" for column in resource.columns)


def row(resource: ServerResource, tree: Tree, now: datetime, included: Any) -> Tree:
    """One object as a table row; `included` is the object that the row contains besides its
    cells."""
    if resource.listed:
        cells = tables.row(resource.group, resource.plural, tree, now)
        return {"cells": cells, "object": included}
    cells = [] if _names_itself(resource) else [tree["metadata"].get("name", "")]
    for column in resource.columns or (AGE,):
        cells.append(_cell(column, tree, now))
    return {"cells": cells, "object": included}


def _cell(column: Column, tree: Tree, now: datetime) -> object:
    values = jsonpath.compiled(column.json_path).find(tree)
    if column.type == "date":
        return age(values[0], now) if values else None
    if not values:
        return None
    value = values[0]
    match column.type:
        case "integer":
            if isinstance(value, (str, bool)):
                return None
            return int(value) if isinstance(value, (int, float)) else None
        case "number":
            return float(value) if isinstance(value, (int, float)) else None
        case "boolean":
            return value if isinstance(value, bool) else None
    return jsonpath.text(values)
