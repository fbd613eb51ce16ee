"""Where an import comes from: files, standard input, or a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".yaml", ".yml", ".json")
STDIN = "-"


@dataclass(frozen=True, slots=True)
class FromCluster:
    """What to import from which cluster: all that it has where no group and no kind is named.

    `kubeconfig` and `context` are as kubectl takes them; by default they are those it would use.
    """

    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kubeconfig: str | None = None
    context: str | None = None


class ClusterError(Exception):
    """Why a cluster cannot be read, in one line."""


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """The files to read, each with the path that was named; a folder without any is its own."""
    for path in paths:
        below = sorted(_below(path)) if path.is_dir() else [path]
        yield from ((file, path) for file in below or [path])


def _below(folder: Path) -> Iterator[Path]:
    """The documents of a folder, but for what tools keep in it: .git, .venv and the like."""
    for path in folder.rglob("*"):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in SUFFIXES and not is_hidden and path.is_file():
            yield path
