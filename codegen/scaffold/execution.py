"""Plans shown or carried out: the one place where commands of scaffolds meet the disk."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from codegen import output, report, stamp
from codegen.diagnostics import Diagnostics
from codegen.files import read
from codegen.model import Position
from codegen.output import Change
from codegen.output.planning import TEMPORARY
from codegen.scaffold import checks, plan, record, tree
from codegen.scaffold import project as project_file
from codegen.scaffold.plan import Former, Planned
from codegen.scaffold.project import Project
from codegen.scaffold.renaming import Moves

DONE, FINDINGS = 0, 1


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What every command of a scaffold takes. `make` runs the generators at the end, `check` is a
    dry run that fails if anything would change."""

    root: Path
    form: str = "text"
    dry_run: bool = False
    force: bool = False
    make: bool = True
    check: bool = False

    def disk(self, path: str) -> bytes | None:
        """The content of a file of the project; None where there is none."""
        return read(self.root / path)


def load(root: Path, diagnostics: Diagnostics) -> Project | None:
    """The project of a folder; None where there is none, or a diagnostic says what is wrong."""
    content = read(root / project_file.NAME)
    if content is None:
        return None
    return project_file.read(content.decode(errors="replace"), project_file.NAME, diagnostics)


def existing(options: Options, diagnostics: Diagnostics) -> tuple[Project, Former] | None:
    """The project of a folder that has to have one; None after a diagnostic."""
    project = load(options.root, diagnostics)
    if project is None:
        if diagnostics.failed:
            return None
        above = (each for each in options.root.parents if (each / project_file.NAME).is_file())
        place = next(above, None)
        rest = f"{place} has one: go there, or --root {place}" if place else "run `codegen init`"
        raise click.UsageError(f"there is no {project_file.NAME} in {options.root}: {rest}")
    if project_file.LAYOUT not in project.layout:
        raise click.UsageError(
            f"PROJECT has the layout {', '.join(project.layout) or 'of none'}, and this command "
            f"needs {project_file.LAYOUT}: `codegen init --from` makes a project of it in an empty "
            "folder"
        )
    _check_names(project, diagnostics)
    if diagnostics.failed:
        return None
    recorded = record.read(read(options.root / record.NAME), diagnostics)
    return None if recorded is None else (project, Former(tree.tree(project), recorded))


def _check_names(project: Project, diagnostics: Diagnostics) -> None:
    """Report names that no command has written: they become paths, and Python."""
    for fault in checks.of_all(project):
        diagnostics.error(
            Position(project_file.NAME),
            fault.rpartition(": --")[0],
            code="bad-project",
            hint=project_file.HINT,
        )


def carry_out(former: Former, new: Project, options: Options, diagnostics: Diagnostics) -> int:
    """Change a project to what another PROJECT makes; the exit code."""
    started = time.perf_counter()
    return finish(step(former, new, options, diagnostics), options, diagnostics, started)


def step(
    former: Former,
    new: Project,
    options: Options,
    diagnostics: Diagnostics,
    moves: Moves | None = None,
) -> Planned:
    """What leads from a project to another one, on the disk of `options`."""
    return plan.step(
        former,
        tree.tree(new),
        options.disk,
        {new.package},
        diagnostics,
        force=options.force,
        moves=moves,
    )


def finish(planned: Planned, options: Options, diagnostics: Diagnostics, started: float) -> int:
    """Show a plan or carry it out, with what the generators make of it; the exit code."""
    changes = planned.changes
    if changes and options.make and not planned.conflicts and not diagnostics.failed:
        from codegen.scaffold.generation import generated

        paths = {change.path for change in changes}
        more = generated(options.root, changes, diagnostics)
        changes = (*changes, *(change for change in more if change.path not in paths))
        changes = tuple(sorted(changes, key=lambda change: change.path))
    _check_places(options.root, changes, diagnostics)
    if diagnostics.failed:
        return refused(diagnostics, options)
    done = output.Plan(changes, (), leftovers=_leftovers(options.root, changes), final=plan.FINAL)
    if options.dry_run or options.check:
        click.echo("".join(f"{line}\n" for line in plan.shown(changes)), nl=False)
        # The record repeats what the others show.
        told = output.Plan(tuple(each for each in changes if each.path != record.NAME), ())
        click.echo("".join(output.diff(told)), nl=False)
    elif changes or done.leftovers:
        _write(options.root, done)
        if options.form == "text":
            click.echo("".join(f"{line}\n" for line in plan.shown(changes)), nl=False)
    report_conflicts(planned.conflicts, diagnostics)
    report.echo(diagnostics, options.root, options.form, notes=False)
    summary = _summary(changes, dry_run=options.dry_run or options.check)
    click.echo(f"{summary} ({time.perf_counter() - started:.2f} s)")
    return FINDINGS if planned.conflicts or (options.check and changes) else DONE


def _check_places(root: Path, changes: Iterable[Change], diagnostics: Diagnostics) -> None:
    """Report files that links would have written elsewhere."""
    for change in changes:
        place = (root / change.path).resolve()
        if not place.is_relative_to(root):
            diagnostics.error(
                Position(change.path),
                f"a link leads out of the project: {place} would be written",
                code="scaffold-outside",
                hint="put a folder or a file in the place of the link, and run again",
            )


def report_conflicts(conflicts: Iterable[Position], diagnostics: Diagnostics) -> None:
    for position in conflicts:
        diagnostics.error(
            position,
            "conflict: you and the scaffold changed the same lines differently",
            code="merge-conflict",
            hint="choose, and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`; then run "
            "`codegen generate`",
        )


def refused(diagnostics: Diagnostics, options: Options) -> int:
    report.echo(diagnostics, options.root, options.form, notes=False)
    click.echo(f"{report.count(diagnostics)}: nothing was written", err=True)
    return FINDINGS


def _leftovers(root: Path, changes: Iterable[Change]) -> tuple[str, ...]:
    """Temporary files of a command that was killed, beside the files that change."""
    folders = {posixpath.dirname(change.path) for change in changes}
    return tuple(sorted(path for folder in folders for path in _temporary(root, folder)))


def _temporary(root: Path, folder: str) -> Iterator[str]:
    for path in (root / folder).glob(f".*{TEMPORARY}"):
        yield posixpath.join(folder, path.name)


def _write(root: Path, done: output.Plan) -> None:
    try:
        with stamp.exclusive(root):
            for change in done.changes:
                if read(root / change.path) != change.old:
                    raise click.ClickException(
                        f"{change.path} changed while this command ran; nothing was written, run "
                        "it again"
                    )
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
