"""Where values come from: `[tool.codegen]`, or an option over it; and how a fault is reported.

A fault in the file is a diagnostic at its line and column, and all of them are found in one run; a
fault in an option is a usage error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from codegen.diagnostics import Diagnostics, closest
from codegen.options import Option
from codegen.toml_document import Document

EXAMPLE = 'add a table such as: [tool.codegen] input = ["apis/example/v1"]'
DIR, PACKAGE = "output-dir", "output-package"


class UsageError(Exception):
    """An option on the command line that cannot be followed. The message is one sentence."""


class Entry(msgspec.Struct, frozen=True):
    """A value and where it stands: in the file under `path`, or in the option `flag`."""

    value: Any
    path: tuple[str | int, ...] = ()
    flag: str = ""


class Entries:
    """The values by their keys. `failed` is whether any fault has been reported."""

    def __init__(
        self,
        document: Document,
        diagnostics: Diagnostics,
        options: Sequence[Option],
        overrides: Mapping[str, object],
    ) -> None:
        self.document = document
        self.diagnostics = diagnostics
        self.options = options
        self.failed = False
        self._entries: dict[str, Entry] = {}
        self._collect()
        for option in options:
            if option.key in overrides:
                self._override(option, overrides[option.key])

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def fault(self, entry: Entry, message: str, hint: str = "", *sub: str | int) -> None:
        """Report a value, or with `sub` a part of it."""
        self.failed = True
        if entry.flag:
            raise UsageError(f"{entry.flag}: {message}" + (f" ({hint})" if hint else ""))
        where = self.document.value((*entry.path, *sub))
        self.diagnostics.error(where, message, hint=hint, code="config-value")

    def _collect(self) -> None:
        table = self.document.data.get("tool", {})
        path: tuple[str | int, ...] = ("tool", "codegen")
        table = table.get("codegen") if isinstance(table, dict) else None
        if table is None:
            return
        if not isinstance(table, dict):
            self.fault(Entry(table, path), "tool.codegen must be a table", EXAMPLE)
            return
        self._table(table, path, "")

    def _table(self, table: dict[str, Any], path: tuple[str | int, ...], prefix: str) -> None:
        keys = {o.key.removeprefix(prefix) for o in self.options if o.key.startswith(prefix)}
        tables = {key.partition(".")[0] for key in keys if "." in key}
        plain = {key for key in keys if "." not in key}
        for key, value in table.items():
            if key in plain:
                self._entries[prefix + key] = Entry(value, (*path, key))
            elif key not in tables:
                self._unknown(key, path, sorted(plain | tables))
            elif isinstance(value, dict):
                self._table(value, (*path, key), f"{prefix}{key}.")
            else:
                self.fault(
                    Entry(value, (*path, key)),
                    f"{prefix}{key} must be a table, not {kind_of(value)}",
                    f"write it as [tool.codegen.{prefix}{key}]",
                )

    def _unknown(self, key: str, path: tuple[str | int, ...], keys: list[str]) -> None:
        self.failed = True
        self.diagnostics.error(
            self.document.key((*path, key)),
            f"unknown key {key!r} in [{'.'.join(map(str, path))}]",
            hint=did_you_mean(key, keys),
            code="config-unknown-key",
        )

    def _override(self, option: Option, value: object) -> None:
        self._entries[option.key] = Entry(value, flag=option.flag)
        if option.key.endswith(f".{DIR}"):
            # The package that the file names belongs to the folder that it names.
            self._entries.pop(option.key.replace(DIR, PACKAGE), None)


def kind_of(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")


def did_you_mean(name: str, names: Collection[str]) -> str:
    close = closest(name, names)
    return f"did you mean {close!r}?" if close else f"one of: {', '.join(names)}"
