#!/usr/bin/env python
"""Imports all CRDs below some folders and reports what comes back: grades, refusals, times.

    hack/python.sh hack/import_corpus.py FOLDER... [--write FOLDER] [--types]

A trial on CRDs that others wrote: `codegen import crd` on each file by itself, without a project.
Every distinct CRD is imported once. Of each, the import is checked as the tests check our own:
`codegen crd` makes the CRD again (the grade says how much of it comes back), importing that is the
same text, and the modules import in Python and are formatted. `--types` runs mypy --strict on all
of them, which takes minutes. What is below the grade *equal* is listed with its paths, and what is
refused with its reason. Exits with 1 where an import fails without an explanation, where something
is lost, or where a module is not good Python.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from codegen.diagnostics import Diagnostics, Severity
from codegen.importer import documents, known_types
from codegen.importer.compare import Grade
from codegen.importer.crds import Result, import_crds
from codegen.importer.documents import SUFFIXES, Document
from codegen.importer.known_types import KnownTypes
from codegen.importer.reuse import Reuse

_SLOWEST = 5


@dataclass(slots=True)
class Trial:
    """What became of the CRDs of all files."""

    known: KnownTypes
    files: int = 0
    size: int = 0
    versions: int = 0
    reading: float = 0
    importing: float = 0
    grades: collections.Counter[Grade] = field(default_factory=collections.Counter)
    refusals: collections.Counter[str] = field(default_factory=collections.Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def file(self, path: Path, folder: Path) -> None:
        """Imports what a file has that no file before it had."""
        diagnostics = Diagnostics()
        content = path.read_bytes()
        started = time.process_time()
        found = documents.parse(content, str(path), diagnostics)
        self.reading += time.process_time() - started
        self.files += 1
        self.size += len(content)
        for each in diagnostics:
            if each.severity is Severity.ERROR:
                self.refusals[f"{each.position.path}: {each.message}"] += 1
        new = [document for document in found if self._is_new(document)]
        if not new:
            return
        self.versions += sum(len(document.crd["spec"]["versions"]) for document in new)
        started = time.process_time()
        result = import_crds(new, "apis", reuse=Reuse(self.known))
        took = time.process_time() - started
        self.importing += took
        self.slowest.append((took, f"{path} ({len(content) / 1e6:.1f} MB, {len(new)} CRDs)"))
        self._judge(path, result)
        for name, text in result.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    def _is_new(self, document: Document) -> bool:
        content = json.dumps(document.crd, sort_keys=True)
        is_new = content not in self.seen
        self.seen.add(content)
        return is_new

    def _judge(self, path: Path, result: Result) -> None:
        for checked in result.checked:
            self.grades[checked.grade] += 1
            self.below += [f"{checked.document.name}: {d}" for d in checked.differences or ()]
        self.faults += [f"{path}: {fault.message} [{fault.code}]" for fault in result.faults]
        self.faults += [f"{path}: refused: {each.tag}: {each.why}" for each in result.refused]
        again = [
            Document(checked.returned, checked.document.position)
            for checked in result.checked
            if checked.returned is not None
        ]
        if import_crds(again, "apis", reuse=Reuse(self.known)).files != result.files:
            self.faults.append(f"{path}: the import of what comes back is another text")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--write", type=Path, help="keep the modules here")
    parser.add_argument("--types", action="store_true", help="run mypy --strict on the modules")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="codegen-corpus-") as temporary:
        written = (options.write or Path(temporary)).resolve()
        trial = _tried(options.folders, written)
        if any(written.iterdir()):
            trial.faults += _python_faults(written, types=options.types)
    _report(trial)
    is_lost = any(not line.partition(": ")[2].endswith(" description") for line in trial.below)
    return 1 if trial.faults or is_lost else 0


def _tried(folders: list[Path], written: Path) -> Trial:
    trial = Trial(known_types.load())
    paths = sorted(
        path
        for folder in folders
        for path in ([folder] if folder.is_file() else folder.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    )
    for number, path in enumerate(paths):
        if sys.stderr.isatty():
            print(f"\r{number}/{len(paths)} files", end="", file=sys.stderr)
        try:
            trial.file(path, written / f"case_{number:05}")
        except Exception as error:
            traceback.print_exc()
            trial.faults.append(f"{path}: {type(error).__name__}: {error}")
    return trial


_IMPORT_ALL = """
import importlib, sys
for name in sys.stdin.read().split():
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
"""


def _python_faults(folder: Path, *, types: bool) -> list[str]:
    """What is wrong with the modules below a folder as Python."""
    modules = [
        path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        for path in sorted(folder.rglob("types.py"))
    ]
    ruff = Path(sys.executable).with_name("ruff")
    commands = [
        [sys.executable, "-c", _IMPORT_ALL],
        [str(ruff), "format", "--check", "--isolated", "--line-length=100", "."],
    ]
    if types:
        commands.append([sys.executable, "-m", "mypy", "--strict", *(f"-m{m}" for m in modules)])
    root = Path(__file__).resolve().parents[1]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{folder}:{root}", "MYPYPATH": str(root)}
    faults = []
    for command in commands:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            input=" ".join(modules),
            capture_output=True,
            text=True,
            check=False,
        )
        lines = done.stdout.splitlines()
        if done.returncode:
            faults += lines or done.stderr.splitlines()[-5:]
        elif command[1] == "-c":
            faults += lines
    return faults


def _report(trial: Trial) -> None:
    total = sum(trial.grades.values())
    print(
        f"{trial.files} files, {trial.size / 1e6:.1f} MB; {total} distinct CRDs of "
        f"{trial.versions} versions"
    )
    for grade in Grade:
        share = 100 * trial.grades[grade] / total if total else 0
        print(f"  {grade.value:28} {trial.grades[grade]:5}  {share:5.1f} %")
    print(f"CPU: {trial.reading:.1f} s reading YAML, {trial.importing:.1f} s importing")
    for took, name in sorted(trial.slowest, reverse=True)[:_SLOWEST]:
        print(f"  {took:5.2f} s {name}")
    for title, lines in (
        ("refused", [f"{line} ({n}x)" if n > 1 else line for line, n in trial.refusals.items()]),
        ("below the grade equal", trial.below),
        ("faults", trial.faults),
    ):
        if lines:
            print(f"{title}: {len(lines)}")
            print("".join(f"  {line}\n" for line in lines), end="")


if __name__ == "__main__":
    raise SystemExit(main())
