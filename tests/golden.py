"""Golden files: what a test makes, compared with what is stored; one way for all of them.

A test calls the fixture `golden` with a path and what should stand there: a text for a file, texts
by path for a folder. `pytest --update-goldens` stores what is made, and a failing test names the
command that does so for it alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostic, Severity

OPTION = "--update-goldens"


@dataclass(frozen=True, slots=True)
class Golden:
    """`test` is the test's node ID."""

    test: str
    update: bool

    def __call__(self, path: Path, made: str | Mapping[str, str]) -> None:
        if self.update:
            _write(path, made)
        again = f"if that is right: .venv/bin/python -m pytest '{self.test}' {OPTION}"
        assert made == _read(path, isinstance(made, str)), again


def _read(path: Path, is_text: bool) -> str | Mapping[str, str]:
    if is_text:
        return path.read_text() if path.is_file() else ""
    return {
        file.relative_to(path).as_posix(): file.read_text()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.suffix != ".pyc"
    }


def _write(path: Path, made: str | Mapping[str, str]) -> None:
    if isinstance(made, str):
        path.write_text(made)
        return
    shutil.rmtree(path, ignore_errors=True)
    for name, text in made.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)


def reported(diagnostics: Iterable[Diagnostic], *, short: bool = False) -> str:
    """Diagnostics as goldens have them; `short` has files by their names, and no notes."""
    lines = []
    for each in diagnostics:
        where = each.position
        if short and each.severity is Severity.NOTE:
            continue
        place = f"{Path(where.path).name}:{where.line}:{where.column}" if short else f"{where}"
        lines.append(f"{place}: {each.severity.value}: {each.message} [{each.code}]\n")
        if each.hint:
            lines.append(f"    {each.hint}\n")
    return "".join(lines)


def beside(files: Mapping[str, str], report: str) -> dict[str, str]:
    """Some files, and the report as one more, where there is anything to report."""
    return {**files, **({"diagnostics.txt": report} if report else {})}
