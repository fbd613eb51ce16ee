"""The apply configurations that a client names: type checkers import them, and no program does."""

from __future__ import annotations

from codegen.generators import Context
from codegen.generators.applyconfiguration.homes import Home, Homes, twin_name
from codegen.generators.imports import Imports
from codegen.model import QualifiedName


class TwinNames:
    """The names of twins in one module. `imports` are those that stand under TYPE_CHECKING."""

    def __init__(self, context: Context, imports: Imports) -> None:
        self.imports = imports.deferred()
        self._module = imports
        self._homes = Homes(context)
        self._names: set[str] = set()

    def of(self, name: QualifiedName) -> str | None:
        """What to write for a type's twin; None for a type that has none."""
        home = self._homes.of(name)
        if home is None:
            return None
        module = home.name if isinstance(home, Home) else home
        twin = self.imports.name(module, twin_name(name))
        self._names.add(twin)
        return twin

    def stand_ins(self) -> list[str]:
        """What the names are at run time, where only generic bases need them: anything."""
        if not self._names:
            return []
        free = self._module.name("typing", "Any")
        return [f"{name} = {free}" for name in sorted(self._names)]
