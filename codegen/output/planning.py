"""What there is to do on disk. Reads, and never writes."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from codegen.diagnostics import Diagnostics
from codegen.files import read, walk
from codegen.generators import Artifact
from codegen.model import Position
from codegen.output.ownership import Edit, Folder, Former, Seed, generator_of

TEMPORARY = ".codegen-tmp"

Output: TypeAlias = Artifact | Seed | Edit


class Change(msgspec.Struct, frozen=True):
    """One file that is not as it should be. `old` is None where it is new, `new` where it goes."""

    path: str
    old: bytes | None
    new: bytes | None


class Plan(msgspec.Struct, frozen=True):
    """`contents` has each file that is kept up to date as it will be, changed or not.

    `left` are files of generators that did not run: written earlier, and now by none. `final` are
    files that say what is in the others: they change last, the first of them after all, so that a
    run that is killed can be repeated.
    """

    changes: tuple[Change, ...]
    unchanged: tuple[str, ...]
    contents: Mapping[str, bytes] = msgspec.field(default_factory=dict)
    leftovers: tuple[str, ...] = ()  # temporary files of a run that was killed
    left: tuple[str, ...] = ()
    final: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        return tuple(c.path for c in self.changes if c.new is not None)

    @property
    def removed(self) -> tuple[str, ...]:
        return tuple(c.path for c in self.changes if c.new is None)


def plan(
    root: Path,
    outputs: Sequence[Output],
    folders: Sequence[Folder],
    diagnostics: Diagnostics,
    former: Former | None = None,
) -> Plan:
    """What there is to do. What must not be overwritten is a diagnostic.

    Two contents for one file are a fault of their own only in input that has none: two kinds of
    one name, say, have been reported where they stand.
    """
    draft = _Draft(root, diagnostics)
    generated = [output for output in outputs if isinstance(output, Artifact)]
    for artifact in _by_path(generated, Diagnostics() if diagnostics.failed else diagnostics):
        draft.generate(artifact)
    for seed in (output for output in outputs if isinstance(output, Seed)):
        draft.seed(seed)
    for edit in (output for output in outputs if isinstance(output, Edit)):
        draft.edit(edit)
    for folder in folders:
        draft.prune(folder)
    draft.forget(former or Former(), {folder.generator for folder in folders})
    return draft.finished()


class _Draft:
    """A plan as it grows: the content before and after, for each path that is looked at."""

    def __init__(self, root: Path, diagnostics: Diagnostics) -> None:
        self.root = root
        self.diagnostics = diagnostics
        self.old: dict[str, bytes | None] = {}
        self.new: dict[str, bytes | None] = {}
        self.left: list[str] = []
        self.leftovers: set[str] = set()

    def generate(self, artifact: Artifact) -> None:
        old = self._read(artifact.path)
        new = artifact.text.encode()
        by_hand = old is not None and bool(old.strip()) and generator_of(old) is None
        if by_hand and artifact.gives_way:
            return
        self.new[artifact.path] = new
        if by_hand and old != new:
            self._foreign(artifact.path)

    def seed(self, seed: Seed) -> None:
        old = self._read(seed.path)
        if seed.path in self.new:
            self._claimed_twice(seed.path)
        elif old is None or old == seed.text.encode():
            self.new[seed.path] = seed.text.encode()

    def edit(self, edit: Edit) -> None:
        old = self._read(edit.path)
        if old is not None and generator_of(old) is not None:
            self._claimed_twice(edit.path)
            return
        before = self.new.get(edit.path, old)
        try:
            text = None if before is None else before.decode()
        except UnicodeDecodeError:
            self.diagnostics.error(
                Position(edit.path),
                "this file is not UTF-8, so codegen cannot edit it",
                hint="save it as UTF-8",
                code="bad-encoding",
            )
            return
        after = edit.merge(text, self.diagnostics)
        if after is not None:
            self.new[edit.path] = after.encode()

    def prune(self, folder: Folder) -> None:
        """Plan to remove files of a generator in its folder that it does not write now."""
        for path in walk(self.root, folder.path, deep=folder.deep):
            if path.endswith(TEMPORARY):
                self.leftovers.add(path)
            elif path not in self.new and self._generator(path) == folder.generator:
                self.new[path] = None

    def forget(self, former: Former, generators: Collection[str]) -> None:
        """The same for files of an earlier run, wherever they are."""
        for path in sorted(former.paths):
            if path in self.new or not _is_inside(path) or not (self.root / path).is_file():
                continue
            generator = self._generator(path)
            if generator in generators:
                self.new[path] = None
            elif generator is not None:
                self.left.append(path)
        self._report_orphans(former)

    def finished(self) -> Plan:
        changes = [
            Change(path, self.old[path], new)
            for path, new in sorted(self.new.items())
            if self.old[path] != new
        ]
        kept = {path: new for path, new in sorted(self.new.items()) if new is not None}
        unchanged = tuple(path for path, new in kept.items() if self.old[path] == new)
        return Plan(
            tuple(changes), unchanged, kept, tuple(sorted(self.leftovers)), tuple(self.left)
        )

    def _read(self, path: str) -> bytes | None:
        if path not in self.old:
            self.old[path] = read(self.root / path)
        return self.old[path]

    def _generator(self, path: str) -> str | None:
        content = self._read(path)
        return None if content is None else generator_of(content)

    def _report_orphans(self, former: Former) -> None:
        """Warn of hand-written files in folders from which the generated ones are removed."""
        wanted = {posixpath.dirname(path) for path, new in self.new.items() if new is not None}
        for path in former.paths:
            folder = posixpath.dirname(path)
            if path not in self.new or self.new[path] is not None or folder in wanted:
                continue
            wanted.add(folder)
            generator = self._generator(path) or ""
            for name in sorted(os.listdir(self.root / folder)):
                beside = f"{folder}/{name}"
                ends = former.hand_written.get(generator, ())
                if f"/{name}".endswith(ends) and self._generator(beside) is None:
                    self.diagnostics.warning(
                        Position(beside),
                        f"nothing uses this file: `codegen {generator}` does not write "
                        f"to {folder} now",
                        hint="move it to where the generated files are now, or delete it",
                        code="idle-expansion",
                    )

    def _foreign(self, path: str) -> None:
        self.diagnostics.error(
            Position(path),
            "codegen did not write this file, and would overwrite it",
            hint="move it or delete it and run again; nothing was overwritten",
            code="output-foreign-file",
        )

    def _claimed_twice(self, path: str) -> None:
        self.diagnostics.error(
            Position(path),
            "this file is generated, so it cannot be seeded or edited as well",
            hint="give one of the two another path",
            code="output-conflict",
        )


def _is_inside(path: str) -> bool:
    """Whether a remembered path leads to a file of the project; a stamp may say anything."""
    return not posixpath.isabs(path) and posixpath.normpath(path) == path and path[:3] != "../"


def _by_path(artifacts: Iterable[Artifact], diagnostics: Diagnostics) -> Iterable[Artifact]:
    first: dict[str, Artifact] = {}
    for artifact in artifacts:
        other = first.setdefault(artifact.path, artifact)
        if other.text != artifact.text:
            names = f"{other.generator} and {artifact.generator}"
            if other.generator == artifact.generator:
                names = f"{artifact.generator}, twice"
            diagnostics.error(
                Position(artifact.path),
                f"two different contents for one file (written by {names})",
                hint="give the generators different output folders",
                code="output-conflict",
            )
    return first.values()
