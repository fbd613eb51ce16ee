"""The imports of one generated module: collected while it is made, written as ruff sorts them.

Names of API types are chosen by users, and may be those of the runtime, or of two modules at once
(`Resource`, `Lister`, a `Condition` of two groups). Who comes first keeps the plain name; another
of the same name is imported under an alias. So a generator asks for a name and writes what it is
given.

Within a generated tree imports are relative: they are short, whatever the tree is called.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from codegen.formatting import import_statement, member_order, module_order
from codegen.layout import RESOURCES
from codegen.model import QualifiedName

_BUILTINS = frozenset({"bool", "bytes", "dict", "list", "property", "str", "super", "type"})
# What an alias need not repeat.
_HIDDEN = frozenset({"", "apis", "types", RESOURCES})


class Imports:
    """`reserved` are names that the module itself declares."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*reserved, *_BUILTINS}
        self._local: dict[QualifiedName, str] = {}
        self._modules: set[str] = set()

    def reserve(self, names: Iterable[str]) -> None:
        """Keep names for what the module declares; to be called before any is imported."""
        self._taken.update(names)

    def is_taken(self, name: str) -> bool:
        """Whether the module declares or imports this name, or calls a builtin by it."""
        return name in self._taken

    def name(self, module: str, name: str, alias: str = "") -> str:
        """What to write for `name` of `module`; a nested class keeps its dots."""
        outer, dot, inner = name.partition(".")
        wanted = QualifiedName(module, outer)
        local = self._local.get(wanted)
        if local is None:
            local = self._free(wanted, alias or outer)
            self._local[wanted] = local
            self._taken.add(local)
        return f"{local}{dot}{inner}"

    def module(self, name: str) -> str:
        """What to write for a module of the standard library, imported as a whole."""
        self._taken.add(name)
        self._modules.add(name)
        return name

    def free(self, name: str) -> str:
        """A name that the module may declare, like this one; it is taken from now on."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def deferred(self) -> Imports:
        """Imports of the same module that stand in functions or under TYPE_CHECKING.

        No name is in both.
        """
        deferred = Imports()
        deferred._taken = self._taken
        return deferred

    def type(self, name: QualifiedName) -> str:
        return self.name(name.module, name.name)

    def _free(self, wanted: QualifiedName, name: str) -> str:
        if name not in self._taken:
            return name
        # `apis.apps.v1.types.Resource` becomes AppsV1Resource.
        words = [
            w for part in wanted.module.split(".") if part not in _HIDDEN for w in part.split("_")
        ]
        for count in range(1, len(words) + 1):
            alias = "".join(w[:1].upper() + w[1:] for w in words[-count:]) + name
            if alias not in self._taken:
                return alias
        number = 2
        while f"{name}{number}" in self._taken:
            number += 1
        return f"{name}{number}"

    def statement(self, module: str, name: str, indent: int) -> str:
        """The statement that imports one of the names alone, at an indent."""
        return _section(
            {n: a for n, a in self._local.items() if n == QualifiedName(module, name)}, indent
        )

    def text(self, indent: int = 0) -> str:
        """All statements, each line but the first indented; no newline at the end."""
        sections: list[dict[QualifiedName, str]] = [{}, {}, {}]
        for name, local in self._local.items():
            sections[_section_of(name.module)][name] = local
        texts = [_section(names, indent) for names in sections]
        whole = [f"import {name}" for name in sorted(self._modules)]
        texts[0] = f"\n{' ' * indent}".join(filter(None, [*whole, texts[0]]))
        return "\n\n".join(filter(None, texts))

    def __str__(self) -> str:
        return self.text()


def _section_of(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module.partition(".")[0] in sys.stdlib_module_names else 1


def _section(names: dict[QualifiedName, str], indent: int) -> str:
    statements: list[str] = []
    for module in sorted({name.module for name in names}, key=module_order):
        members = {n.name: local for n, local in names.items() if n.module == module}
        groups = [[n] for n, local in members.items() if n != local]
        plain = sorted((n for n, local in members.items() if n == local), key=member_order)
        for group in sorted(
            [*groups, plain] if plain else groups, key=lambda g: member_order(g[0])
        ):
            written = [n if members[n] == n else f"{n} as {members[n]}" for n in group]
            statements.append(import_statement(module, written, indent))
    return f"\n{' ' * indent}".join(statements)
