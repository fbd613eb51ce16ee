"""What was read of files, by the hash of their text: YAML is most of an import.

One file has the documents of the last imports. It is safe to delete, and what of it does not look
as it should is read anew.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import TypeAlias

import msgspec

from codegen.stamp import FOLDER

Trees: TypeAlias = list[tuple[object, int]]
"""The documents of a text, each with the line where it begins."""

_FOLDER = "documents"
_FORMAT = "1"
_SMALL = 2_000
"""A text of so many bytes is read faster than looked up."""


class Cache:
    """The documents that earlier imports of a project have read."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER / _FOLDER
        self._used: set[str] = set()
        self._added: dict[str, Trees] = {}

    def get(self, text: bytes) -> Trees | None:
        if len(text) <= _SMALL:
            return None
        name = _name(text)
        try:
            trees = msgspec.json.decode((self._folder / name).read_bytes(), type=Trees)
        except (OSError, msgspec.DecodeError, ValueError):
            return None
        self._used.add(name)
        return trees

    def add(self, text: bytes, trees: Trees) -> None:
        """Keep what was read, if JSON gives it back as it is."""
        if len(text) > _SMALL:
            self._added[_name(text)] = trees

    def save(self) -> None:
        """Write what is new. Where that fails the next import is slower, and that is all."""
        if not self._added:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder.parent / ".gitignore").write_text("*\n")
            for name, trees in self._added.items():
                with contextlib.suppress(
                    TypeError, ValueError, RecursionError, msgspec.MsgspecError
                ):
                    content = msgspec.json.encode(trees)
                    if _is_same(msgspec.json.decode(content, type=Trees), trees):
                        temporary = self._folder / f"{name}.tmp"
                        temporary.write_bytes(content)
                        temporary.replace(self._folder / name)
            self._prune()
        self._added = {}

    def _prune(self) -> None:
        """Remove the oldest, so that the folder does not grow with each change of a file."""
        kept = {*self._used, *self._added}
        files = [path for path in self._folder.iterdir() if path.name not in kept]
        files.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in files[_KEPT:]:
            path.unlink(missing_ok=True)


_KEPT = 200
"""So many documents of other imports are kept."""


def _name(text: bytes) -> str:
    return f"{hashlib.sha256(text).hexdigest()}-{_FORMAT}.json"


def _is_same(one: object, other: object) -> bool:
    """Whether two trees are equal, types included: `1`, `1.0` and `true` are equal to Python."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_is_same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and one == other
