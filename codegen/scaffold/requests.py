"""From the options of a command to what it asks for: defaults, questions, and checks."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.scaffold import command
from codegen.scaffold.command import Options
from codegen.scaffold.names import identifier
from codegen.scaffold.project import Project, Resource


def _options(root: Path, form: str, dry_run: bool, force: bool, make: bool) -> Options:
    return Options(root=root.resolve(), form=form, dry_run=dry_run, force=force, make=make)


def init(
    *,
    domain: str | None,
    project_name: str | None,
    repo: str | None,
    license: str,
    owner: str,
    multigroup: bool,
    namespaced: bool,
    root: Path,
    form: str,
    dry_run: bool,
    force: bool,
    make: bool,
    yes: bool,
) -> int:
    """`codegen init`."""
    options = _options(root, form, dry_run, force, make)
    name = project_name or options.root.name.lower()
    if domain is None:
        raise click.UsageError("name the domain of the groups: --domain example.com")
    project = Project(
        name=name,
        package=repo or identifier(name),
        domain=domain,
        license="" if license == "none" else license,
        owner=owner,
        multigroup=multigroup,
        namespaced=namespaced,
    )
    return command.init(project, options)


def create_api(
    *,
    group: str | None,
    version: str | None,
    kind: str | None,
    plural: str,
    resource: bool | None,
    controller: bool | None,
    namespaced: bool,
    external_path: str,
    external_domain: str,
    external_module: str,
    root: Path,
    form: str,
    dry_run: bool,
    force: bool,
    make: bool,
    yes: bool,
) -> int:
    """`codegen create api`."""
    options = _options(root, form, dry_run, force, make)
    missing = [flag for flag, value in (("--version", version), ("--kind", kind)) if not value]
    if missing:
        raise click.UsageError(f"name the API: {', '.join(missing)}")
    return command.create_api(
        Resource(
            group=group or "",
            version=version or "",
            kind=kind or "",
            plural=plural,
            path=external_path,
            domain=external_domain,
            has_api=bool(resource),
            namespaced=namespaced,
            has_controller=bool(controller),
            is_external=bool(external_path),
            module=external_module,
        ),
        options,
    )
