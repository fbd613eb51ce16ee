"""What a command does to a project's files: from trees, the record and the disk to changes. Pure.

Each file is judged by what the scaffold last wrote of it. One that is as it was written follows the
new tree. In one that has been edited, fragments are inserted and removed, and all else that the
tree changes is merged. One that has been deleted stays deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from codegen import __version__
from codegen.diagnostics import Diagnostics
from codegen.model import Position
from codegen.output import Change
from codegen.scaffold import merging, project, record, renaming
from codegen.scaffold.insertion import Surroundings, insert, remove
from codegen.scaffold.insertion.module import report_unparsable
from codegen.scaffold.renaming import Moves
from codegen.scaffold.tree import File

Disk: TypeAlias = Callable[[str], bytes | None]
"""The content of a file of the project, by its path; None where there is none."""

FINAL = (project.NAME, record.NAME)
"""What says what is in the other files: PROJECT, which commands begin with, changes after all."""


class Planned(msgspec.Struct, frozen=True):
    """`changes` are those of the scaffold's files, with the record. `conflicts` are places that
    the user has to decide."""

    changes: tuple[Change, ...]
    conflicts: tuple[Position, ...] = ()


class Former(msgspec.Struct, frozen=True):
    """The project of before: its tree, and what was written of each file. Both empty for none.

    Where an older version made the project, its record has other texts than the tree.
    """

    tree: Mapping[str, File] = {}
    recorded: Mapping[str, str] = {}


def step(
    former: Former,
    new: Mapping[str, File],
    disk: Disk,
    packages: Iterable[str],
    diagnostics: Diagnostics,
    *,
    force: bool = False,
    moves: Moves | None = None,
) -> Planned:
    """From one project to another: APIs and settings come and go, templates stay.

    What would lose an edit is a diagnostic; with `force`, a warning.
    """
    moves = moves or Moves()
    draft = _Draft(former, disk, frozenset(packages), diagnostics, force, moves)
    targets = set(moves.files.values())
    for path in sorted(former.tree.keys() | new.keys()):
        if path in moves.files and path in former.tree:
            draft.move(path, moves.files[path], former.tree[path], new[moves.files[path]])
        elif path not in FINAL and path not in targets:
            draft.file(path, former.tree.get(path), new.get(path))
    return draft.planned(new)


def upgrade(
    recorded: Mapping[str, str],
    new: Mapping[str, File],
    disk: Disk,
    diagnostics: Diagnostics,
) -> Planned:
    """From the templates of an older version to today's."""
    draft = _Draft(Former({}, recorded), disk, frozenset(), diagnostics, False, Moves())
    for path in sorted(recorded.keys() | new.keys()):
        if path not in FINAL:
            draft.upgrade(path, new.get(path))
    return draft.planned(new)


class _Draft:
    """A plan as it grows."""

    def __init__(
        self,
        former: Former,
        disk: Disk,
        packages: frozenset[str],
        diagnostics: Diagnostics,
        force: bool,
        moves: Moves,
    ) -> None:
        self._former = former
        self._disk = disk
        self._packages = packages
        self._diagnostics = diagnostics
        self._force = force
        self._moves = moves
        self._changes: list[Change] = []
        self._recorded: dict[str, str] = {
            # Of templates that there are no more, until an upgrade removes what they made.
            path: text
            for path, text in former.recorded.items()
            if former.tree and path not in former.tree
        }
        self._conflicts: list[Position] = []

    def planned(self, new: Mapping[str, File]) -> Planned:
        texts = {record.NAME: record.printed(self._recorded)}
        if project.NAME in new:
            texts[project.NAME] = new[project.NAME].text
        for path, text in texts.items():
            self._write(path, text)
        return Planned(
            tuple(sorted(self._changes, key=lambda change: change.path)), tuple(self._conflicts)
        )

    # --- a file between two projects --------------------------------------------------------------

    def file(self, path: str, old: File | None, new: File | None) -> None:
        if new is None:
            self._remove(path)
        elif old is None:
            self._create(path, new)
        else:
            self._change(path, old, new)

    def _create(self, path: str, new: File) -> None:
        content = self._disk(path)
        self._recorded[path] = new.text
        if content not in (None, new.text.encode()) and not self._force:
            self._report_exists(path)
            return
        self._write(path, new.text)

    def _report_exists(self, path: str) -> None:
        self._diagnostics.error(
            Position(path),
            "this file exists, and the scaffold would overwrite it",
            code="scaffold-exists",
            hint="move it or delete it and run again, or give --force to replace it",
        )

    def _remove(self, path: str) -> None:
        content = self._disk(path)
        if content is None:
            return
        written = self._former.recorded.get(path)
        if written is None or not _is_same(content, written):
            self._report_edited(path)
        self._changes.append(Change(path, content, None))

    def _report_edited(self, path: str) -> None:
        if self._force:
            self._diagnostics.warning(
                Position(path),
                "this file was edited, and goes with its edits",
                code="scaffold-edited",
                hint="what you need of it is in version control alone now",
            )
            return
        self._diagnostics.error(
            Position(path),
            "this file was edited since the scaffold made it, and would be removed",
            code="scaffold-edited",
            hint="save what you need of it and run again with --force; nothing was removed",
        )

    def _change(self, path: str, old: File, new: File) -> None:
        written = self._former.recorded.get(path)
        if written is None:  # of a template that is newer than the project: for an upgrade
            return
        content = self._disk(path)
        self._recorded[path] = self._written_after(path, written, old, new)
        if old.text == new.text and not self._moves.modules:
            return
        if content is None:
            self._report_missing(path, old, new)
            return
        edited = self._edited(path, written, content, old, new)
        if edited is not None:
            self._write(path, edited)

    def move(self, path: str, target: str, old: File, new: File) -> None:
        recorded = self._former.recorded
        written = recorded.get(path)
        content, there = self._disk(path), self._disk(target)
        self._recorded[target] = (
            recorded.get(target, new.text)  # of a command that was killed before its end
            if written is None
            else self._written_after(path, written, old, new)
        )
        if content is None:
            return
        edited = self._edited(path, written, content, old, new)
        if edited is None:
            return
        text = _with_ends_of(content, edited).encode()
        if there not in (None, text):
            self._report_exists(target)
            return
        self._changes.append(Change(path, content, None))
        if there is None:
            self._changes.append(Change(target, None, text))

    def _written_after(self, path: str, written: str, old: File, new: File) -> str:
        """What the record says next of a file: the scaffold's text, with every marker."""
        after = self._advanced(path, written, old, new, Diagnostics())
        return written if after is None else after

    def _edited(
        self, path: str, written: str | None, content: bytes, old: File, new: File
    ) -> str | None:
        """What becomes of a file; None after a diagnostic."""
        if written is not None and _is_same(content, written):
            return self._written_after(path, written, old, new)
        text = _decoded(content)
        if text is None:
            self._diagnostics.error(
                Position(path),
                "this file is not UTF-8, so what changes in the scaffold cannot go into it",
                code="bad-encoding",
                hint="save it as UTF-8 and run again",
            )
            return None
        return self._advanced(path, text, old, new)

    def _advanced(
        self, path: str, text: str, old: File, new: File, diagnostics: Diagnostics | None = None
    ) -> str | None:
        """A text of a file with what changes from one tree to the other.

        Names of modules that move and fragments are changed by what they mean, and what else the
        template changes is merged.
        """
        reported = self._diagnostics if diagnostics is None else diagnostics
        if text == old.text:
            return new.text
        if old.text == new.text and not self._moves.modules:
            return text
        silent = Diagnostics()  # what the scaffold makes has every marker
        new_bare: str | None = new.bare
        if old.fragments:
            around = Surroundings(frozenset(old.fragments), packages=self._packages)
            new_bare = insert(path, new.bare, old.fragments, silent, around)
        edited = self._changed(path, text, old, new, reported)
        before, after = (
            None if each is None else self._changed(path, each, old, new, silent)
            for each in (old.text, new_bare)
        )
        if edited is None or before is None or after is None or before == after:
            return edited
        merged = merging.merge(before, after, edited, __version__)
        for line in merged.conflicts:
            reported.error(
                Position(path, line),
                "this part of the file was edited, and changes in the scaffold too",
                code="scaffold-edited",
                hint="undo the edit there, run again, and make it anew; --dry-run in a copy of "
                "the project without the edit shows what changes",
            )
        return None if merged.conflicts else merged.text

    def _changed(
        self, path: str, text: str, old: File, new: File, diagnostics: Diagnostics
    ) -> str | None:
        """A text with the new names of modules, and with the fragments of the new tree."""
        if self._moves.modules and path.endswith(".py"):
            try:
                text = renaming.renamed(path, text, self._moves)
            except (SyntaxError, ValueError) as error:
                report_unparsable(path, error, diagnostics)
                return None
        gone = [each for each in old.fragments if each not in new.fragments]
        added = [each for each in new.fragments if each not in old.fragments]
        around = Surroundings(
            frozenset(old.fragments + new.fragments),
            pristine=old.text,
            bare=new.bare,
            packages=self._packages,
        )
        edited: str | None = text
        if gone:
            edited = remove(path, text, gone, diagnostics, around)
        if added and edited is not None:
            edited = insert(path, edited, added, diagnostics, around)
        return edited

    def _report_missing(self, path: str, old: File, new: File) -> None:
        for fragment in new.fragments:
            if fragment not in old.fragments:
                self._diagnostics.error(
                    Position(path),
                    f"this file is missing, and needs the line {fragment.text}",
                    code="scaffold-missing",
                    hint="restore it, and run again",
                )

    # --- a file between two versions of the templates ---------------------------------------------

    def upgrade(self, path: str, new: File | None) -> None:
        written = self._former.recorded.get(path)
        content = self._disk(path)
        if new is None:
            self._retire(path, written, content)
            return
        self._recorded[path] = new.text
        if written == new.text or (content is None and written is not None):
            return
        if content is None or (written is not None and _is_same(content, written)):
            self._write(path, new.text)
        elif written is None:
            self._keep(path, content, new)
        else:
            self._merge(path, written, new, content)

    def _merge(self, path: str, written: str, new: File, content: bytes) -> None:
        text = _decoded(content)
        if text is None:
            self._recorded[path] = written
            self._diagnostics.warning(
                Position(path),
                "this file is not UTF-8, so what changed in the scaffold is not merged into it",
                code="scaffold-left",
                hint="save it as UTF-8 and run again",
            )
            return
        merged = merging.merge(written, new.text, text, __version__)
        self._conflicts += (Position(path, line) for line in merged.conflicts)
        self._write(path, merged.text)

    def _retire(self, path: str, written: str | None, content: bytes | None) -> None:
        """A file that the scaffold no longer has goes, unless it was edited."""
        if content is None or written is None:
            return
        if _is_same(content, written):
            self._changes.append(Change(path, content, None))
            return
        self._diagnostics.warning(
            Position(path),
            "the scaffold no longer has this file, and it was edited: it is left as it is",
            code="scaffold-left",
            hint="delete it unless you need it",
        )

    def _keep(self, path: str, content: bytes, new: File) -> None:
        if not _is_same(content, new.text):
            self._diagnostics.warning(
                Position(path),
                "the scaffold has this file now, and there is one of yours: it is left as it is",
                code="scaffold-left",
                hint="compare it with what `codegen init --from PROJECT` makes in an empty folder",
            )

    # --- the disk ---------------------------------------------------------------------------------

    def _write(self, path: str, text: str) -> None:
        """Writes a text, with the line ends that the file has."""
        content = self._disk(path)
        text = _with_ends_of(content, text)
        if content != text.encode():
            self._changes.append(Change(path, content, text.encode()))


def _with_ends_of(content: bytes | None, text: str) -> str:
    if content is None or b"\r\n" not in content:
        return text
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _is_same(content: bytes, text: str) -> bool:
    """Whether a file is as it was written; git may have given it other line ends."""
    return content == text.encode() or content.replace(b"\r\n", b"\n") == text.encode()


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def shown(changes: Iterable[Change]) -> Iterator[str]:
    """The files of a plan as a list, a line each: + is created, ~ is changed, - is removed."""
    for change in changes:
        sign = "+" if change.old is None else "-" if change.new is None else "~"
        yield f"{sign} {change.path}"
