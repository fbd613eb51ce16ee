"""The command `codegen import crd`: files in, a tagged package out, and what was lost."""

from __future__ import annotations

import collections
import sys
import time
from pathlib import Path

import click

from codegen import output, report
from codegen.diagnostics import Diagnostics
from codegen.files import find_root
from codegen.importer import documents
from codegen.importer.compare import Difference, Grade
from codegen.importer.crds import Checked, Result, import_crds
from codegen.model import Position

DONE, FINDINGS = 0, 1
_STDIN = "-"
_LISTED = 20
"""So many differences of one CRD are listed; the rest is counted."""


def import_crd(
    files: tuple[str, ...],
    folder: str,
    root: Path | None,
    form: str,
    *,
    allow_losses: bool,
    notes: bool,
) -> int:
    """Runs the command; returns its exit code. Nothing is written when there is an error."""
    started = time.perf_counter()
    place = (root or find_root(Path.cwd()) or Path.cwd()).resolve()
    diagnostics = Diagnostics()
    found = _read(files, place, diagnostics)
    if not found and not diagnostics.failed:
        diagnostics.error(
            Position(files[0]),
            "there is no CustomResourceDefinition here",
            code="nothing-to-import",
            hint="name files with documents of kind: CustomResourceDefinition",
        )
    result = None if diagnostics.failed else import_crds(found, folder)
    if result is not None:
        tell(result, diagnostics, allow_losses=allow_losses)
    plan = None if result is None else _plan(result, place, diagnostics)
    if plan is not None and not diagnostics.failed:
        try:
            output.apply(place, plan)
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    _print(diagnostics, place, form, notes=notes)
    if diagnostics.failed or result is None or plan is None:
        click.echo(f"{report.count(diagnostics)}: nothing was written", err=True)
        return FINDINGS
    grades = collections.Counter(checked.grade for checked in result.checked)
    told = ", ".join(f"{grades[grade]} {grade.value}" for grade in Grade if grades[grade])
    click.echo(
        f"imported {len(found)} CRD{'' if len(found) == 1 else 's'} into {folder}: {told}; "
        f"{len(plan.written)} written, {len(plan.unchanged)} unchanged "
        f"({time.perf_counter() - started:.2f} s)"
    )
    return DONE


def _read(files: tuple[str, ...], root: Path, diagnostics: Diagnostics) -> list[documents.Document]:
    if _STDIN in files:
        if len(files) > 1:
            raise click.UsageError("- reads standard input, and stands alone")
        return documents.parse(sys.stdin.buffer.read(), "<stdin>", diagnostics)
    missing = [file for file in files if not Path(file).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")
    return documents.read([Path(file) for file in files], root, diagnostics)


def tell(result: Result, diagnostics: Diagnostics, *, allow_losses: bool) -> None:
    """What came back otherwise, what had to be left out, and which fields have other names."""
    reasons = {(unsaid.crd, unsaid.path): unsaid.why for unsaid in result.unsaid}
    for checked in result.checked:
        name, position = checked.document.name, checked.document.position
        if checked.differences is None:
            diagnostics.error(
                position,
                f"no CRD comes of the import of {name}",
                code="lossy-import",
                hint="the errors of the toolchain that follow say why",
            )
            continue
        for difference in _shown(checked, diagnostics):
            is_loss = not difference.is_description and not allow_losses
            tell = diagnostics.error if is_loss else diagnostics.warning
            why = reasons.get((name, difference.path), "")
            hint = why or ("--allow-losses imports the rest" if is_loss else "")
            tell(position, f"{name}: {difference}", code="lossy-import", hint=hint)
    for refused in result.refused:
        lose = diagnostics.warning if allow_losses else diagnostics.error
        lose(
            Position(refused.place),
            f"left out: {refused.tag}: {refused.why}",
            code="lossy-import",
            hint="the server accepts it and the toolchain does not: no tag says it yet",
        )
    for fault in result.faults:
        diagnostics.add(fault)
    for renamed in result.renamed:
        diagnostics.note(
            Position(renamed.path),
            f"{renamed.json_name} of {renamed.owner} is the field {renamed.name}",
            code="renamed-field",
            hint="the JSON name stays as it is",
        )


def _shown(checked: Checked, diagnostics: Diagnostics) -> list[Difference]:
    """The differences to list; the rest is counted in a note."""
    differences = checked.differences or []
    if len(differences) > _LISTED:
        diagnostics.warning(
            checked.document.position,
            f"{checked.document.name}: {len(differences) - _LISTED} more differences",
            code="lossy-import",
            hint="correct the first ones: others often follow from them",
        )
    return sorted(differences, key=lambda d: d.is_description)[:_LISTED]


def _plan(result: Result, root: Path, diagnostics: Diagnostics) -> output.Plan:
    """What to write. What is there already is the user's: only an equal file may be there."""
    for path, text in result.files.items():
        target = root / path
        if target.exists() and target.read_bytes() != text.encode():
            diagnostics.error(
                Position(path),
                f"{path} is there already, with other content",
                code="imported-already",
                hint="an import does not merge yet: remove the package, or write elsewhere with "
                "--output",
            )
    parents = {
        parent.as_posix()
        for path in result.files
        for parent in Path(path).parent.parents
        if parent != Path()
    }
    seeds = [output.Seed(path, text) for path, text in sorted(result.files.items())]
    seeds += [output.Seed(f"{parent}/__init__.py", "") for parent in sorted(parents)]
    return output.plan(root, seeds, (), diagnostics)


def _print(diagnostics: Diagnostics, root: Path, form: str, *, notes: bool) -> None:
    listed = [d for d in diagnostics if notes or form == "json" or d.severity.value != "note"]
    if form == "json":
        import json

        click.echo(json.dumps(report.records(listed), indent=2))
    elif form == "github":
        click.echo(report.github(listed, root, Path.cwd()), nl=False)
    elif listed:
        click.echo(report.text(listed, root, Path.cwd()), err=True)
