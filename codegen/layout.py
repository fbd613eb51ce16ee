"""Where generated modules are: the file that contains a thing, and its import name.

Two kinds of places: beside the types, in the API package, and in a tree of packages of their own,
which may stand anywhere. Generators that import what another one writes ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen.model import Package

PREFIX = "zz_generated_"
"""Of modules beside the types. The reader takes no types from them."""

DEEPCOPY = f"{PREFIX}deepcopy"
REGISTER = f"{PREFIX}register"
RESOURCES = f"{PREFIX}resources"

REGISTER_BY_HAND = "register"
"""A module beside the types that replaces REGISTER, with the same names in it."""

_EXPANSION = "_expansion"

EXPANSIONS = f"{_EXPANSION}.py"
"""How the files of hand-written classes end that are mixed into generated ones."""


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is the file, relative to the project's root; `name` what it is imported as."""

    path: str
    name: str

    @property
    def expansion(self) -> Module:
        """The hand-written module that is mixed into this one's class."""
        return Module(f"{self.path.removesuffix('.py')}{EXPANSIONS}", f"{self.name}{_EXPANSION}")


@dataclass(frozen=True, slots=True)
class Tree:
    """Generated packages: their folder, and what it is imported as."""

    folder: str
    package: str

    def module(self, *parts: str) -> Module:
        """The module of some folders and a file's name; `__init__` is the package itself."""
        path = "/".join((self.folder, *parts))
        packages = parts[:-1] if parts[-1] == "__init__" else parts
        return Module(f"{path}.py", ".".join((self.package, *packages)))


def beside(package: Package, module: str) -> Module:
    """A module of an API package."""
    return Module(f"{package.path}/{module}.py", f"{package.module}.{module}")
