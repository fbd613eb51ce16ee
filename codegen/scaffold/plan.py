"""What a command does to a project's files. Pure: from two trees and the disk to changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.output import Change
from codegen.scaffold.insertion import Surroundings, insert
from codegen.scaffold.tree import File

Disk: TypeAlias = Callable[[str], bytes | None]
"""The content of a file of the project, by its path; None where there is none."""


def additions(
    old: Mapping[str, File],
    new: Mapping[str, File],
    disk: Disk,
    diagnostics: Diagnostics,
    *,
    force: bool = False,
) -> list[Change]:
    """The changes that lead from one tree to a larger one, with the user's edits left alone.

    A file that the user has changed gets the fragments that are new in it and nothing else; one
    that the user has deleted stays deleted. A file that only the new tree has must not be there,
    unless it is as it should be, or `force` is set.
    """
    changes = []
    for path, file in new.items():
        content = disk(path)
        wanted = _wanted(path, old.get(path), file, content, diagnostics, force=force)
        if wanted is not None and wanted != content:
            changes.append(Change(path, content, wanted))
    return changes


def _wanted(
    path: str,
    old: File | None,
    new: File,
    content: bytes | None,
    diagnostics: Diagnostics,
    *,
    force: bool,
) -> bytes | None:
    """What a file should be; None to leave it."""
    text = new.text.encode()
    if old is None:
        if content is None or content == text or force:
            return text
        diagnostics.error(
            Position(path),
            "this file exists, and the scaffold would overwrite it",
            code="scaffold-exists",
            hint="move it or delete it and run again, or give --force to replace it",
        )
        return None
    if old.text == new.text:
        return None
    if content == old.text.encode():
        return text
    inserted = [each for each in new.fragments if each not in old.fragments]
    if content is None:
        for fragment in inserted:
            diagnostics.error(
                Position(path),
                f"this file is missing, and needs the line {fragment.text}",
                code="scaffold-missing",
                hint="restore it, and run again",
            )
        return None
    around = Surroundings(frozenset(new.fragments), old.text)
    edited = insert(path, content.decode(), inserted, diagnostics, around)
    return None if edited is None else edited.encode()


def shown(changes: list[Change]) -> Iterator[str]:
    """The files of a plan as a list, a line each: + is created, ~ is changed, - is removed."""
    for change in changes:
        sign = "+" if change.old is None else "-" if change.new is None else "~"
        yield f"{sign} {change.path}"
