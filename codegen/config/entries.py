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

TABLE = ("tool", "codegen")
TREES = "trees"
"""The table of further trees, each a table of the same keys."""

EXAMPLE = 'add a table such as: [tool.codegen] input = ["apis/example/v1"]'
DIR, PACKAGE = "output-dir", "output-package"
_OF_EACH_TREE = frozenset({"input", "input-base", "generators", DIR, PACKAGE})


class UsageError(Exception):
    """An option on the command line that cannot be followed. The message is one sentence."""


class Entry(msgspec.Struct, frozen=True):
    """A value and where it stands: in the file under `path`, or in the option `flag`."""

    value: Any
    path: tuple[str | int, ...] = ()
    flag: str = ""


class Entries:
    """The values by their keys, of `[tool.codegen]` or of one of its trees.

    `failed` is whether any fault has been reported.
    """

    def __init__(
        self,
        document: Document,
        diagnostics: Diagnostics,
        options: Sequence[Option],
        path: tuple[str | int, ...] = TABLE,
    ) -> None:
        self.document = document
        self.diagnostics = diagnostics
        self.options = options
        self.path = path
        self.failed = False
        self.trees: dict[str, dict[str, Any]] = {}
        self._entries: dict[str, Entry] = {}

    @classmethod
    def of_project(
        cls,
        document: Document,
        diagnostics: Diagnostics,
        options: Sequence[Option],
        overrides: Mapping[str, object],
    ) -> Entries:
        """The values of `[tool.codegen]`, and over them the options of the command line."""
        entries = cls(document, diagnostics, options)
        entries._collect()
        for option in options:
            if option.key in overrides:
                entries._override(option, overrides[option.key])
        return entries

    def tree(self, name: str) -> Entries:
        """The values of `[tool.codegen.trees.<name>]`.

        What says where to read and where to write, and which generators run, is each tree's own;
        the rest is as in `[tool.codegen]` where the tree does not set it.
        """
        tree = Entries(self.document, self.diagnostics, self.options, (*self.path, TREES, name))
        tree._entries = {
            key: entry
            for key, entry in self._entries.items()
            if key.rpartition(".")[2] not in _OF_EACH_TREE
        }
        tree._table(self.trees[name], tree.path, "")
        return tree

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
        path = self.path
        table = table.get("codegen") if isinstance(table, dict) else None
        if table is None:
            return
        if not isinstance(table, dict):
            self.fault(Entry(table, path), "tool.codegen must be a table", EXAMPLE)
            return
        table = dict(table)
        self.trees = self._tables_of_trees(table.pop(TREES, {}))
        self._table(table, path, "")

    def _tables_of_trees(self, tables: Any) -> dict[str, dict[str, Any]]:
        example = 'write each tree as [tool.codegen.trees.<name>], with input = ["apis/example/v1"]'
        path = (*self.path, TREES)
        if not isinstance(tables, dict):
            self.fault(
                Entry(tables, path), f"{TREES} must be a table, not {kind_of(tables)}", example
            )
            return {}
        for name, table in tables.items():
            if not isinstance(table, dict):
                entry = Entry(table, (*path, name))
                self.fault(entry, f"{TREES}.{name} must be a table, not {kind_of(table)}", example)
        return {name: table for name, table in tables.items() if isinstance(table, dict)}

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
