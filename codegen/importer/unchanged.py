"""An import of files that have not changed since the last one, into packages that have not either.

It is answered from its stamp (`codegen.stamp`), without the parts that read documents.
"""

from __future__ import annotations

import contextlib
import json
import posixpath
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codegen import STARTED, stamp
from codegen.files import PYPROJECT, digest, find_root, read
from codegen.importer.sources import STDIN, FromCluster, files

if TYPE_CHECKING:
    from codegen.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Request:
    """An import of files: `command` is `crd` or another, `options` what else it depends on."""

    root: Path
    command: str
    named: tuple[str, ...]
    folder: str
    options: tuple[str, ...] = ()

    @property
    def arguments(self) -> list[object]:
        """With the files that are below the named folders now."""
        return [self.command, self.folder, list(self.options), self.paths]

    @property
    def paths(self) -> list[str]:
        return [self._path(file) for file, _ in files(map(Path, self.named))]

    @property
    def name(self) -> str:
        """Imports of other files, or into other folders, have other stamps."""
        key = json.dumps([self.command, self.folder, *(self._path(Path(n)) for n in self.named)])
        return f"import-{digest(key.encode())[:16]}"

    def _path(self, path: Path) -> str:
        absolute = path.resolve()
        is_inside = absolute.is_relative_to(self.root)
        return (absolute.relative_to(self.root) if is_inside else absolute).as_posix()


def request(
    command: str,
    source: tuple[str, ...] | FromCluster,
    folder: str,
    root: Path | None,
    options: tuple[str, ...],
) -> Request | None:
    """The import of files that a command was called for; None for one of anything else."""
    if isinstance(source, FromCluster) or STDIN in source:
        return None
    place = (root or find_root(Path.cwd()) or Path.cwd()).resolve()
    return Request(place, command, source, folder, options)


def answer(request: Request, form: str, *, notes: bool) -> bool:
    """Repeats what the last import like this has said, if nothing has changed since."""
    last = _load(request)
    if last is None:
        return False
    import click

    from codegen import report

    listed = report.remembered(last.findings)
    report.echo(listed, request.root, form, notes=notes)
    first, *rest = last.answer
    click.echo(f"{first} ({time.perf_counter() - STARTED:.2f} s)")
    for line in rest:
        click.echo(line)
    return True


def _load(request: Request) -> stamp.Stamp | None:
    try:
        last = stamp.load(request.root, request.name, request.arguments)
    except OSError:
        return None
    return last if last is not None and last.answer else None


def save(
    request: Request,
    written: Iterable[str],
    diagnostics: Iterable[Diagnostic],
    answer: Iterable[str],
) -> None:
    """Remembers an import that is done; `written` are the files that it keeps up to date."""
    from codegen import report

    root, arguments = request.root, request.arguments
    paths = request.paths
    outputs = {path: digest(read(root / path)) for path in written}
    folders = [(request.folder, True)]
    others = [*paths, PYPROJECT, *_heads(root, request.folder)]
    with contextlib.suppress(OSError):
        inputs = {p: digest(read(root / p)) for p in others if not (root / p).is_dir()}
        listing = stamp.listing(root, folders, outputs)
        findings = report.records(diagnostics)
        stamp.save(
            root,
            request.name,
            stamp.Stamp(arguments, inputs, outputs, folders, listing, findings, (), [*answer]),
        )


def _heads(root: Path, folder: str) -> Iterator[str]:
    """The heads of all packages below a folder: names depend on the groups that are there."""
    for path in sorted((root / folder).glob("**/__init__.py")):
        yield posixpath.normpath(path.relative_to(root).as_posix())
