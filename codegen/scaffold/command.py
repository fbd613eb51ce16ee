"""`codegen init` and `codegen create api`, from their options to the disk and the exit code."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from codegen import output, report, stamp
from codegen.diagnostics import Diagnostics
from codegen.files import read
from codegen.output import Change
from codegen.scaffold import additions, plan, tree
from codegen.scaffold import project as project_file
from codegen.scaffold.project import Project

DONE, FINDINGS = 0, 1


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What every command of a scaffold takes. `make` runs the generators at the end."""

    root: Path
    form: str = "text"
    dry_run: bool = False
    force: bool = False
    make: bool = True


def init(project: Project, options: Options) -> int:
    """Make a project in a folder that has none."""
    diagnostics = Diagnostics()
    former = load(options.root, diagnostics)
    if former is not None and former != project:
        raise click.UsageError(
            f"{options.root} has a project already: {project_file.NAME} says {former.name} of "
            f"{former.domain}; go to an empty folder"
        )
    return carry_out(former, project, options, diagnostics)


def create_api(wanted: additions.Wanted, options: Options) -> int:
    """Add a kind, its controller, or both, to the project."""
    diagnostics = Diagnostics()
    former = load(options.root, diagnostics)
    if former is None:
        if diagnostics.failed:
            return _refused(diagnostics, options)
        raise click.UsageError(
            f"there is no {project_file.NAME} in {options.root}: run `codegen init` first"
        )
    try:
        project = additions.added(former, wanted, force=options.force)
    except additions.RefusedError as error:
        raise click.UsageError(str(error)) from error
    return carry_out(former, project, options, diagnostics)


def load(root: Path, diagnostics: Diagnostics) -> Project | None:
    """The project of a folder; None where there is none, or a diagnostic says what is wrong."""
    content = read(root / project_file.NAME)
    if content is None:
        return None
    return project_file.read(content.decode(errors="replace"), project_file.NAME, diagnostics)


def carry_out(old: Project | None, new: Project, options: Options, diagnostics: Diagnostics) -> int:
    """Change a project from what one PROJECT makes to what another one does; the exit code."""
    started = time.perf_counter()
    root = options.root
    changes = plan.additions(
        {} if old is None else tree.tree(old),
        tree.tree(new),
        lambda path: read(root / path),
        diagnostics,
        force=options.force,
    )
    if changes and options.make and not diagnostics.failed:
        from codegen.scaffold.generation import generated

        changes = sorted([*changes, *generated(root, changes, diagnostics)], key=_path)
    if diagnostics.failed:
        return _refused(diagnostics, options)
    done = output.Plan(tuple(changes), ())
    if options.dry_run:
        click.echo("".join(f"{line}\n" for line in plan.shown(changes)), nl=False)
        click.echo("".join(output.diff(done)), nl=False)
    else:
        _write(root, done)
    report.echo(diagnostics, root, options.form, notes=False)
    seconds = f"{time.perf_counter() - started:.2f} s"
    click.echo(f"{_summary(changes, dry_run=options.dry_run)} ({seconds})")
    return DONE


def _path(change: Change) -> str:
    return change.path


def _write(root: Path, done: output.Plan) -> None:
    try:
        with stamp.exclusive(root):
            output.apply(root, done)
    except OSError as error:
        rest = "run this again" if isinstance(error, output.Unfinished) else "nothing was written"
        raise click.ClickException(f"{error.filename}: {error.strerror}; {rest}") from error


def _summary(changes: Sequence[Change], *, dry_run: bool) -> str:
    if not changes:
        return "nothing to change"
    created = sum(change.old is None for change in changes)
    removed = sum(change.new is None for change in changes)
    edited = len(changes) - created - removed
    parts = [(created, "created"), (edited, "changed"), (removed, "removed")]
    counted = ", ".join(f"{number} {what}" for number, what in parts if number)
    return f"{'would be ' if dry_run else ''}{counted}"


def _refused(diagnostics: Iterable[object], options: Options) -> int:
    assert isinstance(diagnostics, Diagnostics)
    report.echo(diagnostics, options.root, options.form, notes=False)
    click.echo(f"{report.count(diagnostics)}: nothing was written", err=True)
    return FINDINGS
