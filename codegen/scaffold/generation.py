"""The generators over a project as it will be, before anything of it is written.

They read files. So the project as it will be is laid out in a temporary folder, of links to what
stays and of files for what changes; what the generators make of it becomes part of the same plan.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from codegen import config, run, stamp
from codegen.diagnostics import Diagnostics
from codegen.files import read
from codegen.generators import GENERATORS
from codegen.output import Change

_NOT_SOURCES = frozenset({"node_modules", "dist", "build"})
"""Folders at the root that other tools fill."""
_VENV = "pyvenv.cfg"


def generated(root: Path, changes: Iterable[Change], diagnostics: Diagnostics) -> list[Change]:
    """What `codegen generate` changes once `changes` are made. Faults are in `diagnostics`."""
    by_path = {change.path: change for change in changes}
    with tempfile.TemporaryDirectory(prefix="codegen-") as folder:
        staged = Path(folder).resolve()
        _lay_out(root, staged, by_path)
        configuration = config.load(
            staged, diagnostics, overrides={}, generators=(), known=GENERATORS
        )
        if configuration is None or diagnostics.failed:
            return []
        result = run.run(
            configuration,
            diagnostics,
            read_packages=run.read_packages,
            generators=GENERATORS,
            arguments={},
            former=stamp.former(root, "generate"),
        )
    return [
        Change(change.path, read(root / change.path), change.new) for change in result.plan.changes
    ]


def _lay_out(root: Path, staged: Path, changes: dict[str, Change]) -> None:
    # What changes comes first: nothing may be written through a link.
    for path, change in changes.items():
        if change.new is not None:
            _place(root, staged, path).write_bytes(change.new)
    for path in sources(root):
        if path not in changes:
            _place(root, staged, path).symlink_to(root / path)
    for path in _linked_folders(root):
        _link(root, _place(root, staged, path), root / path, changes)


def _link(root: Path, target: Path, folder: Path, changes: dict[str, Change]) -> None:
    """Lay out a folder that is a link: as one, unless something in it changes."""
    if not target.exists():
        target.symlink_to(folder)
        return
    for path in folder.iterdir():
        if path.relative_to(root).as_posix() not in changes:
            _link(root, target / path.name, path, changes)


def _place(root: Path, staged: Path, path: str) -> Path:
    """Where a file is laid out, its folder made. Raises OSError that names the project's file."""
    target = staged / path
    with contextlib.suppress(FileExistsError, NotADirectoryError):
        target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.is_dir() or (target.is_dir() and not (root / path).is_dir()):
        message = os.strerror(errno.ENOTDIR)
        raise NotADirectoryError(errno.ENOTDIR, message, str(root / path))
    return target


def sources(root: Path) -> Iterator[str]:
    """The files of the project, but for what is hidden or made by other tools."""
    for folder, _, names in _visible(root):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def _linked_folders(root: Path) -> Iterator[str]:
    """The folders of the project that are links: they are not gone into."""
    for folder, folders, _ in _visible(root):
        for name in folders:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                yield os.path.relpath(path, root)


def _visible(root: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [
            each
            for each in folders
            if not each.startswith((".", "__pycache__"))
            and not (each in _NOT_SOURCES and Path(folder) == root)
            and not (Path(folder) / each / _VENV).exists()
        ]
        yield folder, folders, names
