"""The names that a printed module uses: what it imports them from, and as what."""

from __future__ import annotations

import builtins
import re
import sys

import msgspec

from codegen.formatting import import_statement, member_order, module_order
from codegen.source import known

# The modules of built-in APIs, whose packages export their names.
_BUILT_IN_API = re.compile(r"(kube\.api\.\w+\.v\w+)\.\w+")


def exporting(module: str) -> str:
    """The module from which people import what is declared in one."""
    built_in = _BUILT_IN_API.fullmatch(module)
    return built_in[1] if built_in else known.PUBLIC.get(module, module)


class Names(msgspec.Struct):
    """`taken` are the names that an import must not bind: those that the module declares."""

    taken: frozenset[str]
    _imported: dict[tuple[str, str], str] = msgspec.field(default_factory=dict)
    _bound: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)

    def use(self, module: str, name: str) -> str:
        """The name by which the text refers to `name` of a module."""
        if module == "builtins" and name not in self.taken:
            return name
        origin = (exporting(module), name)
        if origin not in self._imported:
            bound = name
            while bound in self.taken or bound in self._bound or self._hides(bound):
                bound += "_"
            self._imported[origin] = bound
            self._bound[bound] = origin
        return self._imported[origin]

    @staticmethod
    def _hides(name: str) -> bool:
        return hasattr(builtins, name)

    def imports(self) -> str:
        """The import statements: the standard library's, then all others, each sorted."""
        by_module: dict[str, list[str]] = {}
        for (module, name), bound in self._imported.items():
            by_module.setdefault(module, []).append(name if bound == name else f"{name} as {bound}")
        groups: tuple[list[str], list[str]] = ([], [])
        for module in sorted(by_module, key=module_order):
            names = sorted(by_module[module], key=lambda name: member_order(name.partition(" ")[0]))
            is_standard = module.partition(".")[0] in sys.stdlib_module_names
            groups[0 if is_standard else 1].append(import_statement(module, names) + "\n")
        return "\n".join("".join(group) for group in groups if group)
