"""A PROJECT that another tool wrote, or another layout of it, as a project of this one. Pure.

What codegen cannot make of it is reported with its place, and stays in PROJECT as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from codegen import __version__
from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.scaffold import additions, checks, core_kinds
from codegen.scaffold.additions import Wanted
from codegen.scaffold.names import identifier
from codegen.scaffold.project import LAYOUT, Project, Resource


def adopted(
    project: Project, name: str, text: str, package: str | None, diagnostics: Diagnostics
) -> Project:
    """The project, in this layout and of this version.

    `name` and `text` are of the PROJECT file, for messages. `package` is the import package, where
    it is not to be the one that `repo` leads to.
    """
    new = replace(
        project,
        package=_package(project.package) if package is None else package,
        layout=(LAYOUT,),
        cli_version=__version__,
        resources=(),
    )
    if LAYOUT not in project.layout:
        layout = ", ".join(project.layout)
        diagnostics.warning(
            Position(name),
            f"this project has the layout {layout}, and becomes one of {LAYOUT}",
            code="not-scaffolded",
            hint="types and controllers begin anew; `codegen import crd` makes types of CRDs",
        )
    for plugin in project.plugins:
        if plugin != LAYOUT:
            _not_made(Position(name), f"codegen has no plugin {plugin}", diagnostics)
    for resource, (line, column) in zip(project.resources, _places(text), strict=True):
        position = Position(name, line, column)
        for what in _unmade(resource):
            _not_made(position, f"{resource.kind}: {what}", diagnostics)
        new = _with(new, resource, position, diagnostics)
    return new


def _package(repo: str) -> str:
    """The import package that a Go module's path leads to: `nginx_operator` of
    `github.com/acme/nginx-operator/v2`."""
    parts = [part for part in repo.split("/") if part]
    if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdecimal():
        parts.pop()
    return identifier(parts[-1].lower()) if parts else ""


def _with(
    project: Project, resource: Resource, position: Position, diagnostics: Diagnostics
) -> Project:
    fault, hint = "", ""
    if resource.is_external and not checks.is_module(resource.path):
        fault = f"its path {resource.path} is not the name of a Python module"
        hint = (
            "write the module that has its class there; `codegen import crd` makes one of its CRD"
        )
    elif resource.is_core and not core_kinds.has(resource.group, resource.version, resource.kind):
        fault = f"kube.api does not have it in {resource.group}/{resource.version}"
        hint = "give it a version that kube.api has, or remove it"
    elif resource.has_api or resource.has_controller:
        try:
            return additions.added(project, Wanted(resource, resource.namespaced))
        except additions.RefusedError as error:
            fault, hint = str(error), "correct it in PROJECT"
    if fault:
        diagnostics.error(position, f"{resource.kind}: {fault}", code="bad-project", hint=hint)
    return project.with_resource(resource)


def _unmade(resource: Resource) -> Iterator[str]:
    """What codegen does not scaffold of a resource."""
    webhooks = resource.other.get("webhooks")
    if isinstance(webhooks, dict):
        kinds = [key for key in ("defaulting", "validation", "conversion") if webhooks.get(key)]
        yield f"codegen does not scaffold webhooks yet ({', '.join(kinds) or 'none named'})"
    controllers = resource.other.get("controllers")
    if isinstance(controllers, list) and len(controllers) > 1:
        names = ", ".join(str(each.get("name")) for each in controllers if isinstance(each, dict))
        yield f"codegen makes one controller of a kind, and PROJECT has {names}"
    for key in sorted(resource.other_of_api):
        yield f"codegen knows nothing of `{key}` of an API"


def _not_made(position: Position, message: str, diagnostics: Diagnostics) -> None:
    diagnostics.warning(
        position, message, code="not-scaffolded", hint="PROJECT keeps what is not made of it"
    )


def _places(text: str) -> Sequence[tuple[int, int]]:
    """Where each resource begins: line and column, from 1."""
    import yaml
    from yaml.nodes import MappingNode, SequenceNode

    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, MappingNode)
    marks = [
        each.start_mark
        for key, value in root.value
        if key.value == "resources" and isinstance(value, SequenceNode)
        for each in value.value
    ]
    return [(mark.line + 1, mark.column + 1) for mark in marks]
