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


def sources(root: Path) -> str:
    """The folder that import names are relative to: `src` in a src layout, else the root: ""."""
    return "src" if (root / "src").is_dir() and not (root / "src/__init__.py").exists() else ""


def import_name(root: Path, folder: str) -> str:
    """What a folder below the root is imported as: `api.v1` of `api/v1` and of `src/api/v1`."""
    return folder.removeprefix("src/" if sources(root) else "").replace("/", ".")


def folder_of(root: Path, package: str) -> str:
    """Where a package stands, or would stand if its top-level package is not there yet."""
    path = package.replace(".", "/")
    top = path.partition("/")[0]
    base = sources(root)
    if not base or ((root / top).is_dir() and not (root / base / top).is_dir()):
        return path
    return f"{base}/{path}"


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
