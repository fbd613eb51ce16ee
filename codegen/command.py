"""One command, from its options to its answer and its exit code.

A run whose stamp is still true ends in this module: it answers from the stamp, and everything
that a real run needs is imported after that.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen import stamp
from codegen.files import find_root
from codegen.generators import Generator

if TYPE_CHECKING:
    from codegen.diagnostics import Diagnostic, Diagnostics
    from codegen.run import Read, Result

DONE, FINDINGS = 0, 1
"""Exit codes; click ends wrong usage with 2."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a run, for its answer."""

    written: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    removed: Sequence[str] = ()


@dataclass(slots=True)
class Command:
    """`names` are the generators asked for; empty leaves it to the configuration.

    `overrides` are options by their `[tool.codegen]` key, `form` is text, json or github, and
    `started` is when the process began, by time.perf_counter. Notes are counted in the summary;
    they are listed if `notes` is set, and always in JSON.
    """

    started: float
    generators: Mapping[str, Generator]
    read_packages: Read | None
    root: Path | None
    form: str
    notes: bool = False
    names: Sequence[str] = ()
    overrides: Mapping[str, object] = field(default_factory=dict)

    def generate(self) -> int:
        return self._guarded(self._generate)

    def verify(self) -> int:
        return self._guarded(self._verify)

    def _generate(self, root: Path) -> int:
        name = "-".join(self.names) or "generate"
        if last := stamp.load(root, name, self.overrides):
            findings: list[Diagnostic] = []
            number = sum(record["severity"] == "note" for record in last.findings)
            if len(last.findings) > number or (number and self._lists_notes):
                from codegen.report import remembered

                findings = remembered(last.findings)
            return self._done(root, findings, Files(unchanged=sorted(last.outputs)), number)
        with stamp.exclusive(root):
            result, diagnostics = self._run(root)
            if result is None:
                return self._failed(root, diagnostics)
            from codegen import output

            output.apply(root, result.plan)
            with contextlib.suppress(OSError):  # the next run is slower, that is all
                stamp.save(root, name, result.stamp)
        plan = result.plan
        files = Files(plan.written, plan.unchanged, plan.removed)
        return self._done(root, diagnostics, files, _number_of_notes(diagnostics))

    def _verify(self, root: Path) -> int:
        result, diagnostics = self._run(root)
        if result is None:
            return self._failed(root, diagnostics)
        from codegen import output, run

        plan = result.plan
        files = Files(plan.written, plan.unchanged, plan.removed)
        number = len(plan.changes)
        if not number:
            total = _files(len(plan.unchanged))
            notes = self._notes(_number_of_notes(diagnostics))
            summary = f"{total} up to date{notes} ({self._seconds()})"
            return self._answer(root, diagnostics, files, summary, DONE)
        summary = f"{_files(number)} out of date: run `codegen generate`"
        if self.form == "text":
            click.echo("".join(output.diff(plan)), nl=False)
            return self._answer(root, diagnostics, files, summary, FINDINGS)
        return self._answer(root, [*diagnostics, *run.stale(plan)], files, summary, FINDINGS)

    def _run(self, root: Path) -> tuple[Result | None, Diagnostics]:
        """The work itself; no result where there are errors."""
        from codegen import config, run
        from codegen.diagnostics import Diagnostics

        diagnostics = Diagnostics()
        try:
            configuration = config.load(
                root,
                diagnostics,
                overrides=self.overrides,
                generators=self.names,
                known=self.generators,
            )
        except config.UsageError as error:
            raise click.UsageError(str(error)) from error
        if configuration is None:
            return None, diagnostics
        result = run.run(
            configuration,
            diagnostics,
            read_packages=self.read_packages or run.read_packages,
            generators=self.generators,
            arguments=self.overrides,
            # Runs of one generator may each have options of their own, and know nothing of
            # what another one wrote.
            former=() if self.names else stamp.former(root, "generate"),
        )
        return (None if diagnostics.failed else result), diagnostics

    def _guarded(self, work: Callable[[Path], int]) -> int:
        """The exit code of some work; a disk that fails is one line, not a traceback."""
        root = self._root()
        try:
            return work(root)
        except BrokenPipeError:
            raise
        except OSError as error:
            path = os.path.relpath(os.fsdecode(error.filename), root) if error.filename else "."
            from codegen.output import Unfinished

            rest = "run this again" if isinstance(error, Unfinished) else "nothing was written"
            summary = f"error: {path}: {error.strerror or error}; {rest}"
            return self._answer(root, (), Files(), summary, FINDINGS)

    def _root(self) -> Path:
        if self.root is not None:
            return self.root.resolve()
        cwd = Path.cwd()
        nearest = find_root(cwd)
        if nearest is None and not self.overrides:
            raise click.UsageError(
                f"there is no pyproject.toml in {cwd} or above it: go to the project, "
                "or give --root"
            )
        return nearest or cwd

    # --- answers

    def _failed(self, root: Path, diagnostics: Diagnostics) -> int:
        from codegen import report

        summary = f"{report.count(diagnostics)}: nothing was written"
        return self._answer(root, diagnostics, Files(), summary, FINDINGS)

    def _done(self, root: Path, diagnostics: Iterable[Diagnostic], files: Files, notes: int) -> int:
        total = len(files.written) + len(files.unchanged)
        summary = f"{_files(total)}: {len(files.written)} written, {len(files.unchanged)} unchanged"
        if files.removed:
            summary += f", {len(files.removed)} removed"
        summary += self._notes(notes)
        if self.form == "text":
            for word, paths in (("wrote", files.written), ("removed", files.removed)):
                for path in paths:
                    click.echo(f"{word} {path}")
        return self._answer(root, diagnostics, files, f"{summary} ({self._seconds()})", DONE)

    def _answer(
        self, root: Path, diagnostics: Iterable[Diagnostic], files: Files, summary: str, code: int
    ) -> int:
        listed = list(diagnostics)
        if self.form == "json":
            from codegen import report

            answer = {
                "ok": code == DONE,
                "summary": summary,
                "diagnostics": report.records(listed),
                "written": list(files.written),
                "removed": list(files.removed),
                "unchanged": list(files.unchanged),
            }
            click.echo(json.dumps(answer, indent=2))
            return code
        if not self._lists_notes:
            listed = [d for d in listed if d.severity.value != "note"]
        if listed:
            from codegen import report

            if self.form == "github":
                click.echo(report.github(listed, root, Path.cwd()), nl=False)
            else:
                click.echo(report.text(listed, root, Path.cwd()), err=True)
        click.echo(summary, err=code != DONE)
        return code

    @property
    def _lists_notes(self) -> bool:
        return self.notes or self.form == "json"

    def _notes(self, number: int) -> str:
        """The part of a summary that counts notes, and how to see them."""
        if not number:
            return ""
        hint = "" if self._lists_notes else " (see them with --notes)"
        return f", {number} note{'' if number == 1 else 's'}{hint}"

    def _seconds(self) -> str:
        return f"{time.perf_counter() - self.started:.2f} s"


def _number_of_notes(diagnostics: Iterable[Diagnostic]) -> int:
    return sum(d.severity.value == "note" for d in diagnostics)


def compare(old: str, new: str | None, root: Path | None, form: str) -> int:
    """The command `codegen compat`."""
    from codegen import report
    from codegen.compat.report import compared
    from codegen.compat.sources import SourceError
    from codegen.config import UsageError
    from codegen.diagnostics import Diagnostics

    place = (root or find_root(Path.cwd()) or Path.cwd()).resolve()
    diagnostics = Diagnostics()
    try:
        answer = compared(old, new, place, form, Path.cwd(), diagnostics)
    except (SourceError, UsageError) as error:
        raise click.UsageError(str(error)) from error
    if answer is None:
        click.echo(report.text(diagnostics, place, Path.cwd()), err=True)
        click.echo(f"{report.count(diagnostics)}: nothing was compared", err=True)
        return FINDINGS
    text, breaks = answer
    click.echo(text)
    return FINDINGS if breaks else DONE


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"
