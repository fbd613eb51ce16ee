"""Plans carried out: each file whole or not at all.

Writing has two phases. First every new content goes to a temporary file beside its target: a full
disk or a read-only folder is met here, and then nothing has changed. Then each is renamed over
its target, which needs no space and cannot be seen half done; then what goes is removed. A run
killed in between leaves whole files, some old and some new, and temporary files that the next run
removes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from codegen.output.ownership import generator_of
from codegen.output.planning import TEMPORARY, Plan


def apply(root: Path, plan: Plan) -> None:
    """Carries out a plan.

    Raises OSError where writing fails, naming the file, and then nothing has changed; Unfinished
    in the unlikely case that only a rename or a removal fails.
    """
    staged: list[tuple[Path, Path]] = []
    created: list[Path] = []
    try:
        for path in plan.leftovers:
            (root / path).unlink(missing_ok=True)
        for change in plan.changes:
            with _naming(root / change.path):
                _stage(root / change.path, change.new, staged, created)
        _finish(root, plan, staged)
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        for folder in reversed(created):
            with contextlib.suppress(OSError):  # it is not empty, where all went well
                folder.rmdir()


class Unfinished(OSError):
    """Some files are as they should be, some still as they were; each is whole."""


def diff(plan: Plan) -> Iterator[str]:
    """The plan as a unified diff, from what is there to what should be; lines end with \\n."""
    import difflib

    for change in plan.changes:
        before = "/dev/null" if change.old is None else f"a/{change.path}"
        after = "/dev/null" if change.new is None else f"b/{change.path}"
        for line in difflib.unified_diff(_lines(change.old), _lines(change.new), before, after):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode(errors="replace").splitlines(keepends=True)


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Errors name the file that was to be, not what was tried on the way to it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _stage(
    target: Path, content: bytes | None, staged: list[tuple[Path, Path]], created: list[Path]
) -> None:
    """All that can fail of one change: its temporary file is written, its removal allowed."""
    if content is None:
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return
    target = target.resolve()  # a link stays a link
    for folder in reversed([folder for folder in target.parents if not folder.is_dir()]):
        if folder.exists():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        folder.mkdir()
        created.append(folder)
    temporary = target.with_name(f".{target.name}{TEMPORARY}")
    staged.append((temporary, target))
    temporary.write_bytes(content)
    with contextlib.suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))


def _finish(root: Path, plan: Plan, staged: list[tuple[Path, Path]]) -> None:
    final = [(root / path).resolve() for path in plan.final]
    last = sorted((each for each in staged if each[1] in final), key=lambda e: final.index(e[1]))
    staged[:] = [*last, *(each for each in staged if each not in last)]
    try:
        while len(staged) > len(last):
            _rename(staged)
        for path in plan.removed:
            (root / path).unlink(missing_ok=True)
        while staged:
            _rename(staged)
    except OSError as error:
        raise Unfinished(error.errno, error.strerror, error.filename) from error
    for parent in sorted({(root / path).parent for path in plan.removed}, reverse=True):
        _remove_empty(parent, root)


def _rename(staged: list[tuple[Path, Path]]) -> None:
    """Carry out the last of the staged changes."""
    temporary, target = staged[-1]
    temporary.replace(target)
    staged.pop()


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a pruned folder in which only bytecode and an empty `__init__.py` are left."""
    while folder != root and folder.is_relative_to(root):
        try:
            names = set(os.listdir(folder)) - {"__pycache__"}
            if names - {"__init__.py"} or (names and not _says_nothing(folder / "__init__.py")):
                return
            shutil.rmtree(folder)
        except OSError:
            return
        folder = folder.parent


def _says_nothing(path: Path) -> bool:
    """Whether a file is empty, or contains only the header of a generated one."""
    content = path.read_bytes()
    if not content.strip():
        return True
    lines = content.splitlines()
    return generator_of(content) is not None and all(line.startswith(b"#") for line in lines)
