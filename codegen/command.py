"""One command, from its options to its answer and its exit code.

A run whose stamp is still true ends in this module: it answers from the stamp, and everything
that a real run needs is imported after that.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from codegen import stamp
from codegen.files import find_root
from codegen.generators import Generator

if TYPE_CHECKING:
    from codegen.diagnostics import Diagnostic
    from codegen.run import Read, Result


@dataclass(frozen=True, slots=True)
class Files:
    """What a run made, for its answer."""

    written: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    removed: Sequence[str] = ()


@dataclass(slots=True)
class Command:
    """`names` are the generators asked for; None leaves it to the configuration.

    `overrides` are options by their `[tool.codegen]` key, `form` is text, json or github, and
    `started` is when the process began, by time.perf_counter.
    """

    started: float
    generators: Mapping[str, Generator]
    read_packages: Read | None
    root: Path | None
    form: str
    names: Sequence[str] = ()
    overrides: Mapping[str, object] = field(default_factory=dict)

    def generate(self) -> NoReturn:
        root = self._root()
        name = "-".join(self.names) or "generate"
        with self._clear_errors(root):
            if seen := stamp.load(root, name, self.overrides):
                warnings: list[Diagnostic] = []
                if seen.warnings:
                    from codegen.report import remembered

                    warnings = remembered(seen.warnings)
                self._made(root, warnings, Files(unchanged=sorted(seen.outputs)))
            with stamp.exclusive(root):
                result, found = self._run(root)
                from codegen import output

                output.apply(root, result.plan)
                with contextlib.suppress(OSError):  # the next run is slower, that is all
                    stamp.save(root, name, result.stamp)
            plan = result.plan
            self._made(root, found, Files(plan.written, plan.unchanged, plan.removed))

    def verify(self) -> NoReturn:
        root = self._root()
        with self._clear_errors(root):
            result, found = self._run(root)
            from codegen import output, run

            plan = result.plan
            files = Files(plan.written, plan.unchanged, plan.removed)
            number = len(plan.changes)
            if not number:
                total = _files(len(plan.unchanged))
                self._answer(root, found, files, f"{total} up to date ({self._seconds()})", 0)
            summary = f"{_files(number)} out of date: run `codegen generate`"
            if self.form == "text":
                click.echo("".join(output.diff(plan)), nl=False)
                self._answer(root, found, files, summary, 1)
            self._answer(root, [*found, *run.stale(plan)], files, summary, 1)

    def _run(self, root: Path) -> tuple[Result, list[Diagnostic]]:
        """The work itself. Answers, and does not return, when there are errors."""
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
        result = None
        if configuration is not None:
            result = run.run(
                configuration,
                diagnostics,
                read_packages=self.read_packages or run.read_packages,
                generators=self.generators,
                arguments=self.overrides,
            )
        if result is None or diagnostics.failed:
            from codegen import report

            summary = f"{report.count(diagnostics)}: nothing was written"
            self._answer(root, list(diagnostics), Files(), summary, 1)
        return result, list(diagnostics)

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

    def _made(self, root: Path, found: list[Diagnostic], files: Files) -> NoReturn:
        total = len(files.written) + len(files.unchanged)
        summary = f"{_files(total)}: {len(files.written)} written, {len(files.unchanged)} unchanged"
        if files.removed:
            summary += f", {len(files.removed)} removed"
        if self.form == "text":
            for word, paths in (("wrote", files.written), ("removed", files.removed)):
                for path in paths:
                    click.echo(f"{word} {path}")
        self._answer(root, found, files, f"{summary} ({self._seconds()})", 0)

    def _answer(
        self, root: Path, found: list[Diagnostic], files: Files, summary: str, code: int
    ) -> NoReturn:
        if self.form == "json":
            from codegen import report

            answer = {
                "ok": code == 0,
                "summary": summary,
                "diagnostics": report.records(found),
                "written": list(files.written),
                "removed": list(files.removed),
                "unchanged": list(files.unchanged),
            }
            click.echo(json.dumps(answer, indent=2))
            raise SystemExit(code)
        if found:
            from codegen import report

            if self.form == "github":
                click.echo(report.github(found, root, Path.cwd()), nl=False)
            else:
                click.echo(report.text(found, root, Path.cwd()), err=True)
        click.echo(summary, err=code != 0)
        raise SystemExit(code)

    def _seconds(self) -> str:
        return f"{time.perf_counter() - self.started:.2f} s"

    @contextlib.contextmanager
    def _clear_errors(self, root: Path) -> Iterator[None]:
        """A disk that will not do is one line, not a traceback."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            path = os.path.relpath(os.fsdecode(error.filename), root) if error.filename else "."
            from codegen.output import Unfinished

            rest = "run this again" if isinstance(error, Unfinished) else "nothing was written"
            summary = f"error: {path}: {error.strerror or error}; {rest}"
            self._answer(root, [], Files(), summary, 1)


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"
