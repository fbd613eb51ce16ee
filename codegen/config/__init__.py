"""The configuration of a run: `[tool.codegen]` of the nearest pyproject.toml, and options over it.

Both take the same values (codegen.options), so both become entries first (`entries.py`) and are
checked by one piece of code (`shapes.py`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from copy import copy
from pathlib import Path
from typing import Any

import msgspec

from codegen.config.entries import (
    DIR,
    EXAMPLE,
    PACKAGE,
    TABLE,
    Entries,
    Entry,
    UsageError,
    did_you_mean,
)
from codegen.config.shapes import Checks, is_name
from codegen.diagnostics import Diagnostics
from codegen.files import PYPROJECT, folder_of, import_name, read
from codegen.generators import GENERATORS, Generator, Importable, Options, Settings
from codegen.model import Position
from codegen.options import COMMON, OUTPUT, Shape, declared
from codegen.toml_document import Document, parse

__all__ = ["Config", "UsageError", "load", "load_settings"]


class Config(msgspec.Struct, frozen=True):
    """`packages` are the API packages' folders, relative to `root`, with `/`, sorted.

    `files` has the content of every file that the configuration was read from, under its path
    relative to `root`; None for one that is not there. `trees` are those of
    `[tool.codegen.trees]`: other packages, whose generated code has other places.
    """

    root: Path
    packages: tuple[str, ...]
    generators: tuple[str, ...]
    settings: Settings
    files: Mapping[str, bytes | None]
    trees: tuple[Config, ...] = ()

    @property
    def all(self) -> list[Config]:
        """This and its trees: those that have packages, and generators to run."""
        return [each for each in (self, *self.trees) if each.packages and each.generators]


def load(
    root: Path,
    diagnostics: Diagnostics,
    *,
    overrides: Mapping[str, object] | None = None,
    generators: Collection[str] | None = None,
    known: Mapping[str, Generator] = GENERATORS,
) -> Config | None:
    """The configuration of a project, or None when a diagnostic says what is wrong with it.

    `overrides` are options of the command line by their `[tool.codegen]` key; with any, the trees
    are left out. `generators` are those asked for there. Raises UsageError for a fault in either.
    """
    reader = _reader(root, diagnostics, known, overrides or {})
    if reader is None:
        return None
    names = () if overrides else tuple(reader.entries.trees)
    config = reader.config(generators, needs_input=not names)
    trees = [reader.tree(name).config(generators) for name in names]
    read = [tree for tree in trees if tree is not None]
    if config is None or len(read) != len(trees):
        return None
    return msgspec.structs.replace(config, trees=tuple(read))


def load_settings(root: Path, diagnostics: Diagnostics) -> Settings | None:
    """What a project configures for its generators, for commands that read no API packages."""
    reader = _reader(root, diagnostics, GENERATORS, {})
    return None if reader is None else reader.settings()


def _reader(
    root: Path,
    diagnostics: Diagnostics,
    known: Mapping[str, Generator],
    overrides: Mapping[str, object],
) -> _Reader | None:
    content = read(root / PYPROJECT)
    document = Document(PYPROJECT, "", {})
    if content is not None:
        parsed = parse(PYPROJECT, content, diagnostics)
        if parsed is None:
            return None
        document = parsed
    reader = _Reader(root, document, diagnostics, known, overrides)
    reader.files[PYPROJECT] = content
    reader.files["src/__init__.py"] = read(root / "src/__init__.py")  # it decides import names
    return reader


class _Reader:
    def __init__(
        self,
        root: Path,
        document: Document,
        diagnostics: Diagnostics,
        known: Mapping[str, Generator],
        overrides: Mapping[str, object],
    ) -> None:
        self.root = root
        self.diagnostics = diagnostics
        self.known = known
        self.own = {n: tuple(declared(n, g.options)) for n, g in known.items()}
        options = [*COMMON, *(option for own in self.own.values() for _, option in own)]
        self.entries = Entries.of_project(document, diagnostics, options, overrides)
        self.checks = Checks(root, self.entries)
        self.files: dict[str, bytes | None] = {}

    def tree(self, name: str) -> _Reader:
        """The reader of one of the trees."""
        tree = copy(self)
        tree.entries = self.entries.tree(name)
        tree.checks = Checks(self.root, tree.entries)
        return tree

    def config(
        self, generators: Collection[str] | None, *, needs_input: bool = True
    ) -> Config | None:
        names = self._generators(generators)
        packages = self._packages(needs_input)
        settings = self.settings()
        if settings is None:
            return None
        return Config(self.root, packages, names, settings, self.files)

    def settings(self) -> Settings | None:
        """What generators are configured with; None after a fault."""
        plurals = self.entries.get("plural-exceptions")
        output = self._output()
        settings = Settings(
            header=self._header(),
            plural_exceptions=self.checks.plurals("plural-exceptions", plurals) if plurals else {},
            options=tuple(self._options(name, *output) for name in self.known),
        )
        return None if self.entries.failed else settings

    # --- what to read, and what to run

    def _generators(self, asked: Collection[str] | None) -> tuple[str, ...]:
        names = set()
        entry = self.entries.get("generators")
        if entry is not None and entry.value == []:
            self.entries.fault(entry, "the list of generators is empty", "leave it out to run all")
        for index, name in self.checks.texts("generators", Shape.GENERATORS, '["deepcopy"]'):
            if name in self.known:
                names.add(name)
            elif entry is not None:
                hint = did_you_mean(name, self.known)
                self.entries.fault(entry, f"no generator is called {name!r}", hint, index)
        if asked and self.entries.path == TABLE:
            return tuple(name for name in self.known if name in asked)
        chosen = tuple(name for name in self.known if entry is None or name in names)
        # A command runs its generator for the trees that have it.
        return tuple(name for name in chosen if not asked or name in asked)

    def _packages(self, needed: bool) -> tuple[str, ...]:
        base = self.checks.folder_at("input-base") or ""
        entry = self.entries.get("input")
        if entry is None:
            if needed:
                self._no_input()
            return ()
        example = 'such as input = ["apis/example/v1"]'
        if entry.value == []:
            self.entries.fault(entry, "the list of inputs is empty", example)
        packages = set()
        for index, text in self.checks.texts("input", Shape.FOLDERS, '["apis/example/v1"]'):
            joined = text if posixpath.isabs(text) else posixpath.join(base, text)
            folder = self.checks.folder("input", entry, joined, index)
            if folder is None:
                continue
            if folder == ".":
                hint = "name the folder of a package in it"
                self.entries.fault(
                    entry, "the project's root cannot be an API package", hint, index
                )
            elif (self.root / folder).is_dir():
                packages.add(folder)
            else:
                self._missing(entry, folder, index)
        return tuple(sorted(packages))

    def _missing(self, entry: Entry, folder: str, index: int) -> None:
        dotted = folder.replace(".", "/")
        if (self.root / folder).exists():
            message, hint = f"input {folder!r} is not a folder", "name the folder that it is in"
        elif (self.root / dotted).is_dir():
            message, hint = f"there is no folder {folder!r}", f"did you mean {dotted!r}?"
        elif "*" in folder:
            message = f"input {folder!r} is a pattern, and patterns are not expanded"
            hint = 'name each folder: input = ["apis/example/v1", "apis/example/v2"]'
        else:
            message = f"there is no folder {folder!r}"
            hint = f"inputs are folders of tagged modules, relative to {self.root}"
        self.entries.fault(entry, message, hint, index)

    def _no_input(self) -> None:
        self.entries.failed = True
        document = self.entries.document
        if self.files.get(PYPROJECT) is None:
            raise UsageError(
                f"no input: {self.root} has no {PYPROJECT} with [tool.codegen], "
                "and there is no --input"
            )
        tool = document.data.get("tool")
        if not isinstance(tool, dict) or "codegen" not in tool:
            self.diagnostics.error(
                Position(PYPROJECT), "there is no [tool.codegen] table", hint=EXAMPLE, code="config"
            )
        elif not self.diagnostics.failed:
            path = self.entries.path
            option = ", or --input on the command line" if path == TABLE else ""
            self.diagnostics.error(
                document.key(path),
                f"[{'.'.join(map(str, path))}] has no input",
                hint=f'add input = ["apis/example/v1"]{option}',
                code="config",
            )

    # --- options of generators

    def _options(self, generator: str, output_dir: str, output_package: str) -> Options:
        """What `[tool.codegen.<generator>]` and the command line configure.

        `output_dir` and `output_package` are those of all generated trees.
        """
        options = self.known[generator].options
        values: dict[str, Any] = {}
        for field, option in self.own[generator]:
            entry = self.entries.get(option.key)
            value = None if entry is None else self.checks.checked(option, entry)
            if value is not None:
                values[field] = value
        if issubclass(options, Importable):
            self._place(generator, options, values, output_dir, output_package)
        return options(**values)

    def _place(
        self,
        generator: str,
        options: type[Importable],
        values: dict[str, Any],
        output_dir: str,
        output_package: str,
    ) -> None:
        """Complete the folder and the package of a generated tree, where each implies the other."""
        folder, package = "output_dir", "output_package"
        if folder in values and package in values:
            return
        if package in values:
            values[folder] = folder_of(self.root, values[package])
        elif folder in values:
            values[package] = self._import_name(f"{generator}.{DIR}", values[folder])
        else:
            name = options().output_dir.removeprefix(f"{OUTPUT}/")
            values[folder] = f"{output_dir}/{name}"
            values[package] = f"{output_package}.{name}"

    def _output(self) -> tuple[str, str]:
        """The folder and the package of all generated trees."""
        entry = self.entries.get(PACKAGE)
        name = self.checks.python_name(PACKAGE, Shape.PACKAGE, entry) if entry else None
        folder = self.checks.folder_at(DIR)
        if folder is None:
            folder = OUTPUT if name is None else folder_of(self.root, name)
        if name is None:
            name = self._import_name(DIR, folder)
        return folder, name

    def _import_name(self, key: str, folder: str) -> str:
        """What a folder is imported as; a fault where Python cannot import it."""
        name = import_name(self.root, folder)
        entry = self.entries.get(key)
        if entry is not None and not all(is_name(part) for part in name.split(".")):
            message = f"{folder!r} cannot be imported by that name"
            hint = f"say what it is imported as with {key.replace(DIR, PACKAGE)}"
            self.entries.fault(entry, message, hint)
        return name

    def _header(self) -> str:
        entry = self.entries.get("header-file")
        name = self.checks.text("header-file", entry, entry.value) if entry else None
        if entry is None or name is None:
            return ""
        path = self.root / name
        if not path.is_file():
            hint = f"it is relative to {self.root}"
            self.entries.fault(entry, f"there is no file {name!r}", hint)
            return ""
        content = self.files[name] = path.read_bytes()
        text = content.decode(errors="replace").replace("\r\n", "\n").rstrip("\n")
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                self.entries.failed = True
                self.diagnostics.error(
                    Position(name, number),
                    "a line of the header file is not a comment",
                    hint="begin it with '#': it goes to the top of Python modules as it is",
                    code="config-header",
                )
        return f"{text}\n" if text else ""
