"""Where each key and value of a TOML document stands.

tomllib parses a document and forgets the positions; a message to the user needs
`file:line:col`. This scans a document that tomllib has accepted, so it only finds places and never
judges: whatever it does not know it steps over.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeAlias

from codegen.diagnostics import Diagnostics
from codegen.model import Position

Path: TypeAlias = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]\}#\n]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class Document:
    """A TOML document and the places in it. `keys` and `values` go by the path from the root."""

    def __init__(self, name: str, text: str, data: dict[str, Any]) -> None:
        self.name = name
        self.data = data
        self._text = text
        self._keys: dict[Path, int] = {}
        self._values: dict[Path, int] = {}
        self._ends: dict[Path, int] = {}
        self._offset = 0
        self._tables: dict[Path, int] = {}
        self._scan()

    def key(self, path: Path) -> Position:
        return self._position(self._keys, path)

    def value(self, path: Path) -> Position:
        return self._position({**self._keys, **self._values}, path)

    def span(self, path: Path) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Where a value begins and ends, as line and column from 0; None for what has no value of
        its own, as a table under a header."""
        if path not in self._ends:
            return None
        return self._place(self._values[path]), self._place(self._ends[path])

    def _place(self, offset: int) -> tuple[int, int]:
        before = self._text[:offset]
        return before.count("\n"), len(before) - before.rfind("\n") - 1

    def _position(self, offsets: dict[Path, int], path: Path) -> Position:
        while path and path not in offsets:
            path = path[:-1]
        before = self._text[: offsets.get(path, 0)]
        return Position(self.name, before.count("\n") + 1, len(before) - before.rfind("\n"))

    # --- scanning

    def _scan(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._offset < len(self._text):
            if self._text[self._offset] == "[":
                table = self._header()
            else:
                self._entry(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        array = self._text.startswith("[[", self._offset)
        self._offset += 2 if array else 1
        path = self._key(())
        self._offset += 2 if array else 1
        if array:
            index = self._tables[path] = self._tables.get(path, -1) + 1
            path = (*path, index)
        return path

    def _entry(self, table: Path) -> None:
        path = self._key(table)
        self._offset += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _key(self, path: Path) -> Path:
        while True:
            self._skip(_SPACE)
            start = self._offset
            if self._text[start] in "\"'":
                self._string()
                quoted = self._text[start : self._offset]
                (part,) = tomllib.loads(f"{quoted} = 0")
            else:
                match = _BARE_KEY.match(self._text, start)
                part = match.group() if match else ""
                self._offset += max(len(part), 1)
            path = (*path, part)
            self._keys.setdefault(path, start)
            self._skip(_SPACE)
            if not self._text.startswith(".", self._offset):
                return path
            self._offset += 1

    def _value(self, path: Path) -> None:
        self._values[path] = self._offset
        first = self._text[self._offset]
        if first in "\"'":
            self._string()
        elif first in "[{":
            self._collection(path, "]" if first == "[" else "}")
        else:
            self._skip(_BARE_VALUE)
        text = self._text[self._values[path] : self._offset]
        self._ends[path] = self._values[path] + len(text.rstrip())

    def _collection(self, path: Path, end: str) -> None:
        self._offset += 1
        index = 0
        self._skip(_BLANK)
        while not self._text.startswith(end, self._offset):
            if end == "]":
                self._value((*path, index))
            else:
                self._entry(path)
            index += 1
            self._skip(_BLANK)
            if self._text.startswith(",", self._offset):
                self._offset += 1
                self._skip(_BLANK)
        self._offset += 1

    def _string(self) -> None:
        for pattern in _STRINGS:
            if match := pattern.match(self._text, self._offset):
                self._offset = match.end()
                return

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self._text, self._offset):
            self._offset = match.end()


def parse(name: str, content: bytes, diagnostics: Diagnostics) -> Document | None:
    """None, and a diagnostic, for a document that is not TOML. `name` is its path in messages."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        diagnostics.error(
            Position(name, line), "the file is not UTF-8", code="toml", hint="save it as UTF-8"
        )
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at = _AT.search(message)
        where = Position(name, text.count("\n") + 1, len(text) - text.rfind("\n"))
        if at and at.group(1):
            where = Position(name, int(at.group(1)), int(at.group(2)))
        fault = _AT.sub("", message)
        diagnostics.error(
            where,
            f"not valid TOML: {fault[:1].lower()}{fault[1:]}",
            code="toml",
            hint="mend the line: strings are in quotes, and a key is given once in its table",
        )
        return None
    return Document(name, text.replace("\r\n", "\n"), data)
