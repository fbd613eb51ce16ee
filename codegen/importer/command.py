"""The command `codegen import crd`: files in, a tagged package out, and what was lost."""

from __future__ import annotations

import collections
import contextlib
import posixpath
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import click

from codegen import output, report, stamp
from codegen.config import load_settings
from codegen.diagnostics import Diagnostics
from codegen.edit.declared import Key
from codegen.files import find_root
from codegen.generators.crd import Options
from codegen.importer import documents, known_types, names, reimport, unchanged
from codegen.importer.cache import Cache
from codegen.importer.compare import Difference, Grade
from codegen.importer.crds import Checked, Result, import_crds
from codegen.importer.neighbours import group_accessors
from codegen.importer.reuse import Reuse
from codegen.importer.sources import STDIN, ClusterError, FromCluster
from codegen.model import Position
from codegen.source import conflicts
from codegen.stamp import FOLDER

DONE, FINDINGS = 0, 1
_MANY = 20
"""From so many files on, a terminal shows how far the import is."""
_Listed: TypeAlias = tuple[Path, Path]
_CLUSTER = "<cluster>"
_LISTED = 20
"""So many descriptions of one CRD that differ are listed; the rest is counted."""


def import_crd(
    source: tuple[str, ...] | FromCluster,
    folder: str,
    root: Path | None,
    form: str,
    *,
    allow_losses: bool,
    ignore_descriptions: bool,
    check: bool,
    notes: bool,
    request: unchanged.Request | None = None,
) -> int:
    """Runs the command; returns its exit code.

    Nothing is written when there is an error, but for conflicts, which are marked in the files.
    An import that is done is remembered under its `request`.
    """
    started = time.perf_counter()
    place = (root or find_root(Path.cwd()) or Path.cwd()).resolve()
    diagnostics = Diagnostics()
    found = _read(source, place, diagnostics)
    if not found and not diagnostics.failed:
        diagnostics.error(
            Position(_CLUSTER if isinstance(source, FromCluster) else source[0]),
            "there is no CustomResourceDefinition here",
            code="nothing-to-import",
            hint="name files with documents of kind: CustomResourceDefinition, or another cluster "
            "with --context",
        )
    accessors = group_accessors(place / folder)
    result = None
    if not diagnostics.failed:
        known = known_types.load(place / FOLDER)
        reuse = Reuse(known, ignore_descriptions=ignore_descriptions)
        result = import_crds(found, folder, accessors, reuse)
        tell(
            result,
            diagnostics,
            allow_losses=allow_losses,
            ignore_descriptions=ignore_descriptions,
        )
        for message, hint in reuse.notes():
            position = Position(folder)
            diagnostics.note(position, message, code="near-built-in", hint=hint)
        _tell_of_numbers(result, place, diagnostics)
    number = f"{len(found)} CRD{'' if len(found) == 1 else 's'}"
    checked = () if result is None else result.checked
    grades = collections.Counter(each.grade for each in checked)
    told = ", ".join(f"{grades[grade]} {grade.value}" for grade in Grade if grades[grade])
    modules = None if result is None else result.files
    is_covered = _covered(found, folder)
    outcome = Outcome(f"{number} into {folder}", f"{number} in {folder}", told, started, request)
    return carry_out(
        place, modules, is_covered, diagnostics, outcome, form=form, check=check, notes=notes
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The words of the summary: what was imported where, what is there now, and in which state.

    `request` is what the import is remembered under, if it is one of files.
    """

    imported: str
    present: str
    state: str
    started: float
    request: unchanged.Request | None = None


def carry_out(
    place: Path,
    files: Mapping[str, str] | None,
    is_covered: Callable[[Key], bool],
    diagnostics: Diagnostics,
    outcome: Outcome,
    *,
    form: str,
    check: bool,
    notes: bool,
) -> int:
    """Merges the modules of an import into the project, and reports; returns the exit code.

    `files` is None where there is nothing to write, which a diagnostic says.
    """
    merged = None
    if files is not None and not diagnostics.failed:
        try:
            merged = reimport.plan(place, files, is_covered, diagnostics)
        except OSError as error:
            message = f"{error.filename}: {error.strerror}; nothing was written"
            raise click.ClickException(message) from error
    if merged is None or diagnostics.failed:
        report.echo(diagnostics, place, form, notes=notes)
        click.echo(f"{report.count(diagnostics)}: nothing was written", err=True)
        return FINDINGS
    if form == "text":
        click.echo("".join(merged.diff), nl=False)
    if not check:
        with stamp.exclusive(place):
            _write(place, merged.plan)
    code = _report(merged, diagnostics, check=check)
    report.echo(diagnostics, place, form, notes=notes)
    seconds = f"{time.perf_counter() - outcome.started:.2f} s"
    changes = len(merged.plan.changes)
    if check and changes:
        click.echo(f"{outcome.present}: {_files(changes)} out of date", err=True)
    elif check:
        click.echo(f"{outcome.present}: {outcome.state}; up to date ({seconds})")
    else:
        plan = merged.plan
        removed = f", {len(plan.removed)} removed" if plan.removed else ""
        did = f"imported {outcome.imported}: {outcome.state};"
        click.echo(
            f"{did} {len(plan.written)} written, {len(plan.unchanged)} unchanged{removed} "
            f"({seconds})"
        )
        hints = [*_missing_input(place, files or ())]
        for hint in hints:
            click.echo(hint)
        if outcome.request is not None and code == DONE:
            paths = [*plan.written, *plan.unchanged]
            again = f"{did} 0 written, {len(paths)} unchanged"
            unchanged.save(outcome.request, paths, diagnostics, [again, *hints])
    return code


def _missing_input(root: Path, files: Iterable[str]) -> Iterator[str]:
    """Says which of the packages the project does not generate from yet."""
    packages = sorted(path.removesuffix("/types.py") for path in files if "/types.py" in path)
    known = _inputs(root)
    if missing := [package for package in packages if package not in known]:
        quoted = ", ".join(f'"{package}"' for package in missing)
        yield f"to generate from them, have in [tool.codegen]: input = [{quoted}]"


def _inputs(root: Path) -> set[str]:
    """The packages that pyproject.toml names. What is wrong there is for other commands to say."""
    try:
        table = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["codegen"]
        tables = [table, *table.get("trees", {}).values()]
        return {
            posixpath.normpath(posixpath.join(each.get("input-base", ""), folder))
            for each in tables
            for folder in each.get("input", ())
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return set()


def _covered(found: Iterable[documents.Document], folder: str) -> Callable[[Key], bool]:
    """Whether a kind of an earlier import is gone: its CRD is imported, and does not have it."""
    kinds = set()
    for document in found:
        spec = document.crd["spec"]
        group = "/".join((folder, names.folder(spec["group"]))).removeprefix("./")
        kinds.add((group.removeprefix("src/").replace("/", "."), spec["names"]["kind"]))

    def is_covered(key: Key) -> bool:
        package, name = key
        group = package.rpartition(".")[0]
        return (group, name) in kinds

    return is_covered


def _write(root: Path, plan: output.Plan) -> None:
    try:
        output.apply(root, plan)
    except OSError as error:
        rest = "import again" if isinstance(error, output.Unfinished) else "nothing was written"
        raise click.ClickException(f"{error.filename}: {error.strerror}; {rest}") from error


def _report(merged: reimport.Reimport, diagnostics: Diagnostics, *, check: bool) -> int:
    """Tells conflicts, and what a check finds out of date; the exit code."""
    if check:
        for change in merged.plan.changes:
            diagnostics.error(
                Position(change.path),
                "the import would change this file",
                code="outdated-import",
                hint="run the import without --check",
            )
        return FINDINGS if merged.plan.changes else DONE
    for position, message in merged.conflicts:
        conflicts.report(position, message, diagnostics)
    return FINDINGS if merged.conflicts else DONE


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


def _read(
    source: tuple[str, ...] | FromCluster, root: Path, diagnostics: Diagnostics
) -> list[documents.Document]:
    if isinstance(source, FromCluster):
        return documents.of_trees(read_cluster(source), _CLUSTER, diagnostics)
    files = source
    if STDIN in files:
        if len(files) > 1:
            raise click.UsageError("- reads standard input, and stands alone")
        return documents.parse(sys.stdin.buffer.read(), "<stdin>", diagnostics)
    missing = [file for file in files if not Path(file).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")
    paths = [Path(file) for file in files]
    return documents.read(paths, root, diagnostics, cache=Cache(root), progress=progress)


def progress(files: list[_Listed]) -> AbstractContextManager[Iterable[_Listed]]:
    """The files, with a bar on a terminal that shows how many of many are read."""
    if len(files) < _MANY or not sys.stderr.isatty():
        return contextlib.nullcontext(files)
    return click.progressbar(files, label="reading", file=sys.stderr, show_pos=True)


def read_cluster(source: FromCluster) -> list[documents.Tree]:
    """The CRDs of a cluster; what fails is one line."""
    from codegen.importer import cluster

    try:
        return cluster.crds(source)
    except ClusterError as error:
        raise click.ClickException(str(error)) from error


def tell(
    result: Result,
    diagnostics: Diagnostics,
    *,
    allow_losses: bool,
    ignore_descriptions: bool = False,
) -> None:
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
            is_loss = difference.is_loss and not allow_losses
            is_asked_for = difference.is_description and ignore_descriptions
            tell = diagnostics.error if is_loss else diagnostics.warning
            tell = diagnostics.note if is_asked_for else tell
            why = reasons.get((name, difference.path), "")
            hint = why or ("--allow-losses imports the rest" if is_loss else "")
            tell(position, f"{name}: {difference}", code="lossy-import", hint=hint)
    for refused in result.refused:
        lose = diagnostics.warning if allow_losses else diagnostics.error
        lose(
            Position(refused.place),
            f"left out: {refused.tag}: {refused.why}",
            code="lossy-import",
            hint="correct the CRD if a server refuses it too; --allow-losses imports the rest",
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


def _tell_of_numbers(result: Result, root: Path, diagnostics: Diagnostics) -> None:
    """Warn where `codegen crd` would refuse numbers that the project's settings do not allow."""
    if not result.numbers or diagnostics.failed:
        return
    settings = load_settings(root, Diagnostics())
    if settings is not None and not settings.of(Options).allow_dangerous_types:
        path, _, name = result.numbers.partition(": ")
        diagnostics.warning(
            Position(path),
            f"{name} is a floating-point number, which `codegen crd` refuses in this project",
            code="numbers-not-allowed",
            hint="set allow-dangerous-types = true in [tool.codegen.crd] of pyproject.toml",
        )


def _shown(checked: Checked, diagnostics: Diagnostics) -> Iterator[Difference]:
    """The differences to list: all but descriptions, of which many are only counted."""
    differences = checked.differences or []
    yield from (difference for difference in differences if not difference.is_description)
    descriptions = [difference for difference in differences if difference.is_description]
    yield from descriptions[:_LISTED]
    if len(descriptions) > _LISTED:
        diagnostics.note(
            checked.document.position,
            f"{checked.document.name}: {len(descriptions) - _LISTED} more descriptions differ",
            code="lossy-import",
            hint="",
        )
