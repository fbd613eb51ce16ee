"""What each API and controller inserts, at which marker of which file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from codegen.scaffold.insertion import Fragment
from codegen.scaffold.names import ApiNames, Names
from codegen.scaffold.project import Project
from codegen.scaffold.rendering import import_statement, set_up
from codegen.tags.declaration import Marker
from codegen.tags.declared import scaffold

PYPROJECT = "pyproject.toml"
CRDS = "config/crd/kustomization.yaml"
SAMPLES = "config/samples/kustomization.yaml"
ROLES = "config/rbac/kustomization.yaml"


def fragments(project: Project) -> Mapping[str, tuple[Fragment, ...]]:
    """All of a project, by the path of the file, in order; each once."""
    by_path: dict[str, set[Fragment]] = {}
    for api in Names(project).apis:
        for path, marker, text in _of(api):
            by_path.setdefault(path, set()).add(Fragment(_name(marker), text))
    return {path: tuple(sorted(inserted)) for path, inserted in sorted(by_path.items())}


def _name(marker: type[Marker]) -> str:
    return marker.declaration.name.rpartition(":")[2]


def _of(api: ApiNames) -> Iterator[tuple[str, type[Marker], str]]:
    """What one API inserts: file, marker, and the text without its indentation."""
    if api.resource.has_api:
        yield PYPROJECT, scaffold.Input, f'"{api.api_folder}",'
        yield CRDS, scaffold.CrdKustomizeResource, f"- bases/{api.crd}"
        for role in ("admin", "editor", "viewer"):
            yield ROLES, scaffold.RbacKustomizeRoles, f"- {api.role_prefix}_{role}_role.yaml"
        yield SAMPLES, scaffold.ManifestsKustomizeSamples, f"- {api.sample}"
    if api.resource.module:
        yield PYPROJECT, scaffold.Dependencies, f"{json.dumps(api.resource.module)},"
    if api.resource.has_controller:
        if api.project.multigroup:
            yield PYPROJECT, scaffold.Input, f'"{api.controllers_folder}",'
        main = f"{api.source}/__main__.py"
        name = api.reconciler
        if api.reconciler_alias != name:
            name = f"{name} as {api.reconciler_alias}"
        yield main, scaffold.Imports, import_statement(api.controller_module, [name])
        yield main, scaffold.Builder, set_up(api.reconciler_alias, 4)
