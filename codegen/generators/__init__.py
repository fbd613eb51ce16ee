"""What a generator is, and the table of them; none is imported before it is asked for.

A generator is one function from the model to artifacts. Reading and writing stand elsewhere, so
verify, dry runs and tests cost nothing. Each is a package of two parts: its `__init__` declares
it (name, options, the folder it owns, the hand-written files that it makes way for), and is cheap
to import, for every `--help` and every configuration asks for it; `generate` does the work, and
is imported by a run that generates. The model, 20 ms to import, is named here for type checkers
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from codegen.layout import Tree

if TYPE_CHECKING:
    from codegen.diagnostics import Diagnostics
    from codegen.model import Universe


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file to be. `path` is relative to the project's root, with `/`.

    One that `gives_way` is not written where there is a file by hand: an `__init__.py` with
    nothing in it, which only makes a package of a folder.
    """

    path: str
    text: str
    generator: str
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one generator. A generator's own class has a field for each option.

    Folders are relative to the project's root, with `/`; packages are dotted Python names: what
    a folder is imported as (they differ where sources stand under `src/`).
    """

    @property
    def folder(self) -> str | None:
        """The folder that is the generator's own to prune; None: it writes beside API modules."""
        return None


@dataclass(frozen=True, slots=True)
class Importable(Options):
    """Of a generator that writes a tree of packages: what its folder is imported as."""

    output_dir: str = ""
    output_package: str = ""

    @property
    def tree(self) -> Tree:
        return Tree(self.output_dir, self.output_package)


_Options = TypeVar("_Options", bound=Options)


@dataclass(frozen=True, slots=True)
class Settings:
    """What generators are configured with, in `[tool.codegen]` or on the command line.

    `options` has those of each generator of the table; `hand_written` are files that
    generators make way for, with the names that each defines at its top.
    """

    header: str = ""  # the text of --header-file, each line a comment already
    plural_exceptions: Mapping[str, str] = field(default_factory=dict)  # kind → plural
    options: tuple[Options, ...] = ()
    hand_written: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, options: type[_Options]) -> _Options:
        """The options of a generator, by their class."""
        for each in self.options:
            if isinstance(each, options):
                return each
        return options()


@dataclass(frozen=True, slots=True)
class Context:
    universe: Universe
    settings: Settings
    diagnostics: Diagnostics


Generate = Callable[[Context], Iterator[Artifact]]


@dataclass(frozen=True, slots=True)
class Generator:
    """`hand_written` are the ends of the paths of files that it makes way for."""

    name: str
    help: str
    options: type[Options] = Options
    hand_written: tuple[str, ...] = ()

    def load(self) -> Generate:
        """The `generate` of `codegen.generators.<name>.generate`, imported now."""
        generate: Generate = import_module(f"codegen.generators.{self.name}.generate").generate
        return generate


class _Table(Mapping[str, Generator]):
    """Generators by name, each the `GENERATOR` of its package, in the order in which they run."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Generator:
        if name not in self._names:
            raise KeyError(name)
        generator: Generator = import_module(f"codegen.generators.{name}").GENERATOR
        return generator

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


GENERATORS: Mapping[str, Generator] = _Table(
    "deepcopy",
    "register",
    "applyconfiguration",
    "clientset",
    "lister",
    "informer",
    "crd",
    "rbac",
    "webhook",
)
