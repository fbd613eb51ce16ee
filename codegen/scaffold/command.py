"""`codegen init` and `codegen create api`, from their options to the disk and the exit code."""

from __future__ import annotations

import posixpath
from pathlib import Path

import click

from codegen.diagnostics import Diagnostics
from codegen.files import read
from codegen.scaffold import additions, adoption
from codegen.scaffold import project as project_file
from codegen.scaffold.execution import Options, carry_out, existing, load, refused
from codegen.scaffold.plan import Former
from codegen.scaffold.project import Project


def init(project: Project, options: Options) -> int:
    """Make a project in a folder that has none."""
    diagnostics = Diagnostics()
    there = load(options.root, diagnostics)
    if diagnostics.failed:
        return refused(diagnostics, options)
    if there is None:
        return carry_out(Former(), project, options, diagnostics)
    if there != project:
        raise click.UsageError(
            f"{options.root} has a project already: {project_file.NAME} says {there.name} of "
            f"{there.domain}; go to an empty folder"
        )
    present = existing(options, diagnostics)
    if present is None:
        return refused(diagnostics, options)
    return carry_out(present[1], project, options, diagnostics)


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
    faults = list(adoption.faults(project))
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
    return carry_out(former, wished, options, diagnostics)
