"""OpenAPI documents of version 2 and 3 to one table of schemas and one of paths."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from codegen.diagnostics import Diagnostics
from codegen.importer.documents import Loader, Progress, shown
from codegen.importer.sources import files
from codegen.model import Position

Tree = dict[str, Any]

GVK = "x-kubernetes-group-version-kind"
_REFERENCES = ("#/components/schemas/", "#/definitions/")


@dataclass(slots=True)
class Api:
    """What documents hold: schemas by name, operations by path, and where each schema is."""

    schemas: dict[str, Tree] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    paths: dict[str, Tree] = field(default_factory=dict)


def read(
    paths: Iterable[Path], root: Path, diagnostics: Diagnostics, *, progress: Progress = nullcontext
) -> Api:
    """The schemas and paths of all documents; other files are listed in notes.

    `progress` is told of each file.
    """
    api = Api()
    with progress([*files(paths)]) as listed:
        for file, _ in listed:
            if not file.is_dir():
                add(file.read_bytes(), Position(shown(file, root)), api, diagnostics)
    return api


def add(text: bytes, position: Position, api: Api, diagnostics: Diagnostics) -> None:
    """Add the document of one file to `api`."""
    tree = _tree(text, position, diagnostics)
    if tree is None:
        return
    schemas = _schemas(tree)
    if schemas is None:
        diagnostics.note(
            position,
            "left out: not an OpenAPI document",
            code="not-openapi",
            hint="an OpenAPI document has components.schemas (version 3) or definitions "
            "(version 2); a server returns one for each path below /openapi/v3",
        )
        return
    for name, schema in schemas.items():
        if isinstance(schema, dict):
            _add_schema(name, schema, position, api, diagnostics)
    for path, item in (tree.get("paths") or {}).items():
        if isinstance(item, dict):
            api.paths.setdefault(path, {}).update(item)


def _tree(text: bytes, position: Position, diagnostics: Diagnostics) -> Any:
    try:
        is_json = text.lstrip()[:1] == b"{"
        tree = json.loads(text) if is_json else yaml.load(text, Loader)
    except (ValueError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = getattr(error, "lineno", None) or (mark.line + 1 if mark else 1)
        column = getattr(error, "colno", None) or (mark.column + 1 if mark else 1)
        diagnostics.error(
            Position(position.path, line, column),
            f"not valid JSON or YAML: {getattr(error, 'msg', None) or error}",
            code="bad-yaml",
            hint="import a document as a server returns it: "
            "kubectl get --raw /openapi/v3/apis/apps/v1",
        )
        return None
    return tree


def _schemas(tree: object) -> Tree | None:
    if not isinstance(tree, dict):
        return None
    components = tree.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    found = tree.get("definitions") if schemas is None else schemas
    return found if isinstance(found, dict) else None


def _add_schema(
    name: str, schema: Tree, position: Position, api: Api, diagnostics: Diagnostics
) -> None:
    known = api.schemas.get(name)
    if known is None:
        api.schemas[name] = schema
        api.positions[name] = position
        return
    # Each document lists the kinds that it uses DeleteOptions and WatchEvent for.
    if {k: v for k, v in known.items() if k != GVK} != {
        k: v for k, v in schema.items() if k != GVK
    }:
        diagnostics.error(
            position,
            f"{name} is here and, with other content, in {api.positions[name].path}",
            code="schemas-differ",
            hint="import the documents of one server together",
        )


def referred(schema: object) -> str | None:
    """The schema that a reference names: `$ref`, also as the one member of `allOf`."""
    if not isinstance(schema, dict):
        return None
    target = schema.get("$ref")
    if target is None:
        branches = schema.get("allOf")
        if isinstance(branches, list) and len(branches) == 1 and isinstance(branches[0], dict):
            target = branches[0].get("$ref")
    if isinstance(target, str):
        for prefix in _REFERENCES:
            if target.startswith(prefix):
                return target.removeprefix(prefix)
    return None
