"""`codegen init` and `codegen create api`, from their options to the disk and the exit code."""

from __future__ import annotations

import posixpath
from pathlib import Path

import click

from codegen.diagnostics import Diagnostics
from codegen.files import read
from codegen.scaffold import additions, adoption, checks
from codegen.scaffold import project as project_file
from codegen.scaffold.execution import DONE, Options, carry_out, existing, load, refused
from codegen.scaffold.names import ApiNames
from codegen.scaffold.plan import Former
from codegen.scaffold.project import Project

_AFTER_INIT = (
    "codegen create api --group GROUP --version v1alpha1 --kind KIND --resource --controller"
)


def init(project: Project, options: Options) -> int:
    """Make a project in a folder that has none."""
    diagnostics = Diagnostics()
    there = load(options.root, diagnostics)
    if diagnostics.failed:
        return refused(diagnostics, options)
    if there is None:
        code = carry_out(Former(), project, options, diagnostics)
        return _hinted(code, options, _AFTER_INIT)
    if not _is_same(there, project):
        raise click.UsageError(
            f"{options.root} has a project already: {project_file.NAME} says {there.name} of "
            f"{there.domain}; go to an empty folder"
        )
    present = existing(options, diagnostics)
    if present is None:
        return refused(diagnostics, options)
    return carry_out(present[1], there, options, diagnostics)


def _is_same(there: Project, project: Project) -> bool:
    """Whether a project is what another one has become, by more APIs or a newer version."""
    settings = ("name", "package", "domain", "multigroup", "namespaced", "license", "owner")
    return all(getattr(there, each) == getattr(project, each) for each in settings)


def _hinted(code: int, options: Options, hint: str) -> int:
    """The exit code of a command; what to do next is told where it has done something."""
    if code == DONE and not options.dry_run and options.form == "text":
        click.echo(f"next: {hint}")
    return code


def init_from(source: Path, package: str | None, options: Options) -> int:
    """Make the project that a PROJECT file describes, whoever wrote it."""
    diagnostics = Diagnostics()
    text = (read(source) or b"").decode(errors="replace")
    name = posixpath.relpath(source.as_posix(), options.root.as_posix())
    described = project_file.read(text, name, diagnostics)
    if described is None:
        return refused(diagnostics, options)
    project = adoption.adopted(described, name, text, package, diagnostics)
    if diagnostics.failed:
        return refused(diagnostics, options)
    faults = list(checks.of_all(project))
    if faults:
        raise click.UsageError("\n".join(faults))
    there = load(options.root, Diagnostics())
    if there not in (None, described, project):
        raise click.UsageError(f"{options.root} has another project already: go to an empty folder")
    return carry_out(Former(), project, options, diagnostics)


def create_api(wanted: additions.Wanted, options: Options) -> int:
    """Add a kind, its controller, or both, to the project."""
    diagnostics = Diagnostics()
    present = existing(options, diagnostics)
    if present is None:
        return refused(diagnostics, options)
    project, former = present
    try:
        wished = additions.added(project, wanted, force=options.force)
    except additions.RefusedError as error:
        raise click.UsageError(str(error)) from error
    code = carry_out(former, wished, options, diagnostics)
    if wished == project:
        return code
    return _hinted(code, options, _next(ApiNames(wished, wanted.resource)))


def _next(api: ApiNames) -> str:
    """What somebody does after a kind or a controller is added."""
    fields = f"the fields of {api.kind} in {api.types_path}"
    work = f"what its controller does in {api.controller_path}"
    parts = [(fields, api.resource.has_api), (work, api.resource.has_controller)]
    return f"write {', and '.join(part for part, applies in parts if applies)}; then `make test`"
