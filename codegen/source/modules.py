"""Modules as tables of names, and names followed from module to module, all of it text.

A module is searched for in the project's root, then beside the toolchain (the runtime's own
types), then on the import path, and is parsed once. Nothing is imported: a cycle of imports is two
tables that mention each other, and a name is looked up only when a type uses it.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from codegen import layout
from codegen.diagnostics import Diagnostics, closest
from codegen.files import import_name, sources
from codegen.source import comments, files, known
from codegen.source.comments import Body, Comments
from codegen.source.files import Source


class Import(msgspec.Struct, frozen=True):
    """`from module import name`, or `import module` where name is None."""

    module: str
    name: str | None


class Definition(msgspec.Struct, frozen=True):
    """A statement that gives a name its meaning; `owner` is the class whose body it is in."""

    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign
    owner: ast.ClassDef | None = None


Symbol: TypeAlias = Import | Definition


class Module(msgspec.Struct):
    """A parsed module. `stars` are the modules whose names it imports with `*`."""

    name: str
    source: Source
    is_package: bool
    symbols: dict[str, Symbol] = msgspec.field(default_factory=dict)
    stars: list[str] = msgspec.field(default_factory=list)
    _bodies: dict[int, Body] = msgspec.field(default_factory=dict)

    def body(self, owner: ast.ClassDef | None = None) -> Body:
        """The statements of the module, or of a class in it, with their comments."""
        key = 0 if owner is None else id(owner)
        if key not in self._bodies:
            if owner is None:
                statements, end = list(flat(self.source.tree.body, 0)), len(self.source.lines)
            else:
                statements = list(siblings(owner.body, header_end(owner)))
                end = owner.end_lineno or owner.lineno
            self._bodies[key] = comments.attach(self.source, statements, end)
        return self._bodies[key]

    def comments(self, definition: Definition) -> Comments:
        return self.body(definition.owner).comments(definition.node)


# --- what a name stands for -------------------------------------------------------------------


class Known(msgspec.Struct, frozen=True):
    """A name of the language, of the standard library, or of the runtime's roots."""

    name: str


class ModuleName(msgspec.Struct, frozen=True):
    name: str


class Declared(msgspec.Struct, frozen=True):
    """A name that a module defines; `name` keeps the dots of nested classes."""

    module: Module
    name: str
    definition: Definition

    @property
    def key(self) -> tuple[str, str]:
        return self.module.name, self.name


class Missing(msgspec.Struct, frozen=True):
    """A name that cannot be resolved, and why.

    `reported`: it leads to a file that cannot be parsed, which has a diagnostic of its own.
    """

    reason: str
    candidates: tuple[str, ...] = ()
    reported: bool = False

    def hint(self, name: str) -> str:
        close = closest(name, self.candidates)
        if close:
            return f"did you mean {close}?"
        return "import it, declare it, or correct its spelling"


Entity: TypeAlias = Known | ModuleName | Declared | Missing

_BUILTIN_TYPES = tuple(name for name in vars(builtins) if not name.startswith("_"))


def siblings(body: Sequence[ast.stmt], floor: int) -> Iterator[tuple[ast.stmt, int]]:
    """Each statement with the last line of what stands before it."""
    for node in body:
        yield node, floor
        floor = node.end_lineno or node.lineno


def flat(body: Sequence[ast.stmt], floor: int) -> Iterator[tuple[ast.stmt, int]]:
    """The statements of a module, those under `if`, `try` and `with` included."""
    for node, above in siblings(body, floor):
        match node:
            case ast.If(test, inner, otherwise):
                yield from flat(inner, test.end_lineno or test.lineno)
                yield from flat(otherwise, inner[-1].end_lineno or above)
            case ast.Try(inner, handlers, otherwise, final):
                blocks = [inner, *(h.body for h in handlers), otherwise, final]
                for block in reversed(blocks):  # what `try` itself says wins
                    if block:
                        yield from flat(block, block[0].lineno - 1)
            case _:
                yield node, above


def _tabulate(module: Module) -> None:
    for node, _ in flat(module.source.tree.body, 0):
        match node:
            case ast.Import(names):
                for alias in names:
                    if alias.asname:
                        module.symbols[alias.asname] = Import(alias.name, None)
                    else:
                        top = alias.name.partition(".")[0]
                        module.symbols[top] = Import(top, None)
            case ast.ImportFrom(_, names, _):
                origin = _absolute(module, node)
                for alias in names:
                    if alias.name == "*":
                        module.stars.append(origin)
                    else:
                        module.symbols[alias.asname or alias.name] = Import(origin, alias.name)
            case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                module.symbols[name] = Definition(node)
            case ast.AnnAssign(ast.Name(name)):
                module.symbols[name] = Definition(node)
            case ast.Assign(targets):
                for target in targets:
                    if isinstance(target, ast.Name):
                        module.symbols[target.id] = Definition(node)
            case _:
                pass


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parts = parts[: len(parts) - node.level + (1 if module.is_package else 0)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def nested(node: ast.ClassDef) -> dict[str, Definition]:
    """The classes declared in a class's body."""
    return {
        inner.name: Definition(inner, node)
        for inner in node.body
        if isinstance(inner, ast.ClassDef)
    }


def header_end(node: ast.ClassDef) -> int:
    """The last line of `class Name(bases):`, as far as the tree tells."""
    ends = [node.lineno]
    ends += [base.end_lineno or base.lineno for base in node.bases]
    ends += [keyword.value.end_lineno or node.lineno for keyword in node.keywords]
    return max(ends)


def module_files(folder: Path) -> list[str]:
    """The modules of a package that people write, by file name, sorted."""
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.suffix == ".py" and not entry.name.startswith(layout.PREFIX) and not entry.is_dir()
    )


class Loader:
    """Finds, parses and remembers modules, and follows names through them.

    `inputs` has the content hash of every file read, by its path relative to the root where it
    stands below it.
    """

    def __init__(self, root: Path, diagnostics: Diagnostics) -> None:
        self.root = root
        self.diagnostics = diagnostics
        self.inputs: dict[str, str] = {}
        self._modules: dict[str, Module | None] = {}
        toolchain = Path(__file__).resolve().parents[2]
        self._path = [
            root / sources(root),
            root,
            toolchain,
            *(Path(entry) for entry in sys.path if entry),
        ]

    def import_name(self, path: str) -> str:
        """What a folder below the root is imported as: `api.v1` of `api/v1` and `src/api/v1`."""
        return import_name(self.root, path)

    def is_in_project(self, name: str) -> bool:
        """Whether the module of a dotted name is below the project's root."""
        place = self._find(name)
        return place is not None and place[0] is not None and self.root in place[0].parents

    def display(self, path: Path) -> str:
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    def module(self, name: str) -> Module | None:
        """The module of a dotted name; None when there is none, or none that parses."""
        if name not in self._modules:
            self._modules[name] = None
            if place := self._find(name):
                self._modules[name] = self._load(name, *place)
        return self._modules[name]

    def module_at(self, name: str, path: Path) -> Module | None:
        """The module of a file that is known to be there; None when it cannot be parsed."""
        if name not in self._modules:
            self._modules[name] = None
            self._modules[name] = self._load(name, path, path.name == "__init__.py")
        return self._modules[name]

    def _find(self, name: str) -> tuple[Path | None, bool] | None:
        parts = name.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        namespace = False
        for base in self._path:
            place = base.joinpath(*parts)
            for suffix in (".pyi", ".py"):  # as type checkers: names that load late are in a stub
                if (package := place / f"__init__{suffix}").is_file():
                    return package, True
                if (plain := place.with_suffix(suffix)).is_file():
                    return plain, False
            namespace = namespace or place.is_dir()
        return (None, True) if namespace else None

    def _load(self, name: str, path: Path | None, is_package: bool) -> Module | None:
        if path is None:
            return Module(name, Source(name, (), ast.Module([], [])), True)
        display = self.display(path)
        source, self.inputs[display] = files.parse(path, display, self.diagnostics)
        if source is None:
            return None
        module = Module(name, source, is_package)
        _tabulate(module)
        return module

    # --- names --------------------------------------------------------------------------------

    def resolve(self, module: Module, name: str) -> Entity:
        """What a bare name means in a module: its own names, then the language's."""
        entity = self.lookup(module, name)
        if not isinstance(entity, Missing) or entity.reported:
            return entity
        if name in _BUILTIN_TYPES:
            return Known(f"builtins.{name}")
        if name not in module.symbols:
            visible = (*module.symbols, "str", "int", "bool", "float", "bytes", "list", "dict")
            return Missing(f"{name} is not defined", visible)
        return entity

    def lookup(
        self, module: Module, name: str, visited: frozenset[tuple[str, str]] = frozenset()
    ) -> Entity:
        """What `name` means as an attribute of a module, through all its imports."""
        key = (module.name, name)
        if key in visited:
            return Missing(
                f"{name} is imported in a cycle of modules, and declared in none of them"
            )
        visited |= {key}
        symbol = module.symbols.get(name)
        if isinstance(symbol, Definition):
            return Declared(module, name, symbol)
        if isinstance(symbol, Import):
            if symbol.name is None:
                return ModuleName(symbol.module)
            return self._attribute_of_module(symbol.module, symbol.name, visited)
        unreadable: Missing | None = None
        for star in module.stars:
            entity = self._attribute_of_module(star, name, visited)
            unlisted = isinstance(entity, Known) and entity.name not in known.NAMES
            if not isinstance(entity, Missing) and not unlisted:
                return entity
            if isinstance(entity, Missing) and entity.reported:
                unreadable = entity
        if module.is_package and self._find(f"{module.name}.{name}"):
            return ModuleName(f"{module.name}.{name}")
        if unreadable is not None and name not in _BUILTIN_TYPES:
            return unreadable
        return Missing(f"module {module.name} has no name {name}", tuple(module.symbols))

    def attribute(self, entity: Entity, name: str) -> Entity:
        """What `entity.name` means."""
        match entity:
            case ModuleName(module):
                return self._attribute_of_module(module, name, frozenset())
            case Declared(module, outer, Definition(ast.ClassDef() as node)):
                inner = nested(node)
                if name in inner:
                    return Declared(module, f"{outer}.{name}", inner[name])
                return Missing(f"class {outer} has no class {name}", tuple(inner))
            case Known(outer) if outer in sys.stdlib_module_names:
                return Known(f"{outer}.{name}")
            case Missing():
                return entity
        return Missing(f"{name} is not a type")

    def _attribute_of_module(
        self, module: str, name: str, visited: Iterable[tuple[str, str]]
    ) -> Entity:
        if canonical := known.canonical(module, name):
            return Known(canonical)
        loaded = self.module(module)
        if loaded is None:
            if self._find(module):
                return Missing(f"module {module} cannot be parsed", reported=True)
            return Missing(f"there is no module {module} to import {name} from")
        return self.lookup(loaded, name, frozenset(visited))
