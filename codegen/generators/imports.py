"""The imports of one generated module: collected while it is made, written as ruff sorts them.

Names of API types are chosen by users, and may be those of the runtime, or of two modules at once
(`Resource`, `Lister`, a `Condition` of two groups). Who comes first keeps the plain name; another
of the same name is imported under an alias. So a generator asks for a name and writes what it is
given.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from codegen.model import QualifiedName

WIDTH = 100
_BUILTINS = frozenset({"dict", "list", "property", "staticmethod", "type"})


class Imports:
    """`reserved` are names that the module itself declares."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*reserved, *_BUILTINS}
        self._local: dict[QualifiedName, str] = {}

    def reserve(self, names: Iterable[str]) -> None:
        """Keep names for what the module declares; to be called before any is imported."""
        self._taken.update(names)

    def name(self, module: str, name: str) -> str:
        """What to write for `name` of `module`; a nested class keeps its dots."""
        outer, dot, inner = name.partition(".")
        wanted = QualifiedName(module, outer)
        local = self._local.get(wanted)
        if local is None:
            local = self._free(wanted)
            self._local[wanted] = local
            self._taken.add(local)
        return f"{local}{dot}{inner}"

    def type(self, name: QualifiedName) -> str:
        return self.name(name.module, name.name)

    def _free(self, wanted: QualifiedName) -> str:
        if wanted.name not in self._taken:
            return wanted.name
        # `apis.apps.v1.types.Resource` becomes AppsV1Resource.
        parts = [p for p in wanted.module.split(".") if p not in ("apis", "types")]
        for count in range(1, len(parts) + 1):
            head = "".join(
                p[:1].upper() + p[1:] for part in parts[-count:] for p in part.split("_")
            )
            if (alias := head + wanted.name) not in self._taken:
                return alias
        number = 2
        while f"{wanted.name}{number}" in self._taken:
            number += 1
        return f"{wanted.name}{number}"

    def __str__(self) -> str:
        """The import statements, without a newline at the end; empty when there are none."""
        standard = {n: a for n, a in self._local.items() if _is_standard(n.module)}
        others = {n: a for n, a in self._local.items() if n not in standard}
        return "\n\n".join(_section(names) for names in (standard, others) if names)


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _section(names: dict[QualifiedName, str]) -> str:
    statements: list[str] = []
    for module in sorted({name.module for name in names}, key=_natural):
        members = {n.name: local for n, local in names.items() if n.module == module}
        plain = sorted((n for n, local in members.items() if n == local), key=_member)
        if plain:
            statements.append(_statement(module, plain))
        renamed = sorted((n for n, local in members.items() if n != local), key=_member)
        statements += [_statement(module, [f"{n} as {members[n]}"]) for n in renamed]
    return "\n".join(statements)


def _statement(module: str, members: list[str]) -> str:
    line = f"from {module} import {', '.join(members)}"
    if len(line) <= WIDTH:
        return line
    lines = "".join(f"    {member},\n" for member in members)
    return f"from {module} import (\n{lines})"


def _member(name: str) -> tuple[int, object, object]:
    """Constants, classes, then the rest: isort's order by type."""
    if len(name) > 1 and name.isupper():
        rank = 0
    else:
        rank = 1 if name[:1].isupper() else 2
    return rank, _natural(name.lower()), _natural(name)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Digits in a name sort by their number: v2 before v10."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d+)", text)
        if part
    ]
