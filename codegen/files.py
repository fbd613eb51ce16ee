"""Reading the project's folders; what is not there is an answer, not an error."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

PYPROJECT = "pyproject.toml"


def find_root(start: Path) -> Path | None:
    """The nearest folder, upwards, that has a pyproject.toml."""
    return next((d for d in (start, *start.parents) if (d / PYPROJECT).is_file()), None)


def read(path: Path) -> bytes | None:
    """A file's content, or None where there is no such file. Raises OSError for the rest."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def digest(content: bytes | None) -> str:
    """The hash of a file's content; empty for a file that is not there."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def walk(root: Path, folder: str, *, deep: bool) -> Iterator[str]:
    """The files of a folder, relative to `root`, with `/`; `deep`: of its visible folders too."""
    pending = [folder]
    while pending:
        path = pending.pop()
        try:
            entries = list(os.scandir(root / path))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in entries:
            name = entry.name if path == "." else f"{path}/{entry.name}"
            if entry.is_file():
                yield name
            elif (
                deep
                and not entry.name.startswith((".", "__pycache__"))
                and entry.is_dir(follow_symlinks=False)
            ):
                pending.append(name)
