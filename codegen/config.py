"""What a run is told: `[tool.codegen]` of the nearest pyproject.toml, and options over it.

Both say the same things (codegen.options), so both become `_Given` values first and are checked by
one piece of code. A fault in the file is a diagnostic at its line and column, and all of them are
found in one go; a fault in an option is a usage error.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.diagnostics import Diagnostics, closest
from codegen.files import PYPROJECT, folder_of, import_name, read
from codegen.generators import GENERATORS, Generator, Importable, Options, Settings
from codegen.model import Position
from codegen.options import COMMON, OUTPUT, Option, Shape, declared
from codegen.toml_document import Document, parse

EXAMPLE = 'add a table such as: [tool.codegen] input = ["apis/example/v1"]'

_DIR, _PACKAGE = "output-dir", "output-package"
_OBJECT_NAME = re.compile(r"[a-z0-9]([-.:a-z0-9]*[a-z0-9])?", re.IGNORECASE)


class UsageError(Exception):
    """An option on the command line that cannot be followed. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Config:
    """`packages` are the API packages' folders, relative to `root`, with `/`, sorted.

    `files` has the content of every file that the configuration was read from, under its path
    relative to `root`; None for one that is not there.
    """

    root: Path
    packages: tuple[str, ...]
    generators: tuple[str, ...]
    settings: Settings
    files: Mapping[str, bytes | None]


def load(
    root: Path,
    diagnostics: Diagnostics,
    *,
    overrides: Mapping[str, object] | None = None,
    generators: Collection[str] | None = None,
    known: Mapping[str, Generator] = GENERATORS,
) -> Config | None:
    """The configuration of a project, or None when a diagnostic says what is wrong with it.

    `overrides` are options of the command line by their `[tool.codegen]` key; `generators` are
    those asked for there. Raises UsageError for a fault in either.
    """
    document = _document(root, diagnostics)
    if document is None:
        return None
    reader = _Reader(root, document, diagnostics, known, overrides or {})
    for path in (PYPROJECT, "src/__init__.py"):  # the latter decides import names
        reader.files[path] = read(root / path)
    return reader.config(generators)


def load_settings(root: Path, diagnostics: Diagnostics) -> Settings | None:
    """What a project tells its generators, for commands that read no API packages."""
    document = _document(root, diagnostics)
    if document is None:
        return None
    return _Reader(root, document, diagnostics, GENERATORS, {}).settings()


def _document(root: Path, diagnostics: Diagnostics) -> Document | None:
    content = read(root / PYPROJECT)
    if content is None:
        return Document(PYPROJECT, "", {})
    return parse(PYPROJECT, content, diagnostics)


@dataclass(frozen=True, slots=True)
class _Given:
    """A value and where it was given: in the file under `path`, or by the option `flag`."""

    value: Any
    path: tuple[str | int, ...] = ()
    flag: str = ""


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
        self.document = document
        self.diagnostics = diagnostics
        self.known = known
        self.own = {n: tuple(declared(n, g.options)) for n, g in known.items()}
        self.options = (*COMMON, *(o for own in self.own.values() for _, o in own))
        self.files: dict[str, bytes | None] = {}
        self.given: dict[str, _Given] = {}
        self.output = (OUTPUT, OUTPUT)
        self.failed = False
        self._collect()
        for option in self.options:
            if option.key in overrides:
                self._override(option, overrides[option.key])

    def config(self, generators: Collection[str] | None) -> Config | None:
        names = self._generators(generators)
        packages = self._packages()
        settings = self.settings()
        if settings is None:
            return None
        return Config(self.root, packages, names, settings, self.files)

    # --- where values come from

    def _collect(self) -> None:
        table = self.document.data.get("tool", {})
        path: tuple[str | int, ...] = ("tool", "codegen")
        table = table.get("codegen") if isinstance(table, dict) else None
        if table is None:
            return
        if not isinstance(table, dict):
            self._fault(_Given(table, path), "tool.codegen must be a table", EXAMPLE)
            return
        self._table(table, path, "")

    def _table(self, table: dict[str, Any], path: tuple[str | int, ...], prefix: str) -> None:
        keys = {o.key.removeprefix(prefix) for o in self.options if o.key.startswith(prefix)}
        tables = {key.partition(".")[0] for key in keys if "." in key}
        plain = {key for key in keys if "." not in key}
        for key, value in table.items():
            if key in plain:
                self.given[prefix + key] = _Given(value, (*path, key))
            elif key not in tables:
                self._unknown(key, path, sorted(plain | tables))
            elif isinstance(value, dict):
                self._table(value, (*path, key), f"{prefix}{key}.")
            else:
                self._fault(
                    _Given(value, (*path, key)),
                    f"{prefix}{key} must be a table, not {_kind(value)}",
                    f"write it as [tool.codegen.{prefix}{key}]",
                )

    def _unknown(self, key: str, path: tuple[str | int, ...], keys: list[str]) -> None:
        self.failed = True
        self.diagnostics.error(
            self.document.key((*path, key)),
            f"unknown key {key!r} in [{'.'.join(map(str, path))}]",
            hint=_did_you_mean(key, keys),
            code="config-unknown-key",
        )

    def _override(self, option: Option, value: object) -> None:
        self.given[option.key] = _Given(value, flag=option.flag)
        if option.key.endswith(f".{_DIR}"):
            # The file's package belongs to the file's folder.
            self.given.pop(option.key.replace(_DIR, _PACKAGE), None)

    def _fault(self, given: _Given, message: str, hint: str = "", *sub: str | int) -> None:
        self.failed = True
        if given.flag:
            raise UsageError(f"{given.flag}: {message}" + (f" ({hint})" if hint else ""))
        where = self.document.value((*given.path, *sub))
        self.diagnostics.error(where, message, hint=hint, code="config-value")

    # --- what they must be

    def _text(self, key: str, given: _Given, value: object, *sub: str | int) -> str | None:
        if isinstance(value, str) and value.strip():
            return value
        what = "is empty" if isinstance(value, str) else f"must be a string, not {_kind(value)}"
        self._fault(given, f"{key} {what}", "", *sub)
        return None

    def _texts(self, key: str, shape: Shape, example: str) -> list[tuple[int, str]]:
        """The strings of a list, each with its index; what is not one is reported."""
        given = self.given.get(key)
        if given is None:
            return []
        if not isinstance(given.value, list | tuple):
            example = f'["{given.value}"]' if isinstance(given.value, str) else example
            message = f"{key} must be {shape.value}, not {_kind(given.value)}"
            self._fault(given, message, f"write {key} = {example}")
            return []
        found = []
        for index, item in enumerate(given.value):
            text = self._text(f"each item of {key}", given, item, index)
            if text is not None:
                found.append((index, text))
        return found

    def _folder(self, key: str, given: _Given, value: str, *sub: str | int) -> str | None:
        """A folder inside the project, relative to its root, with `/`, without a trailing one."""
        folder = posixpath.normpath(value.replace(os.sep, "/"))
        if posixpath.isabs(folder) and Path(folder).is_relative_to(self.root):
            folder = Path(folder).relative_to(self.root).as_posix()
        if posixpath.isabs(folder) or folder == ".." or folder.startswith("../"):
            hint = f"give it relative to {self.root}"
            self._fault(given, f"{key} {value!r} is outside the project", hint, *sub)
            return None
        return folder

    def _single_folder(self, key: str) -> str | None:
        given = self.given.get(key)
        text = self._text(key, given, given.value) if given else None
        return self._folder(key, given, text) if given and text is not None else None

    def _folders(self, key: str) -> tuple[str, ...]:
        given = self.given.get(key)
        folders = [
            self._folder(key, given, text, index)
            for index, text in self._texts(key, Shape.FOLDERS, '["folder"]')
            if given
        ]
        return tuple(f for f in folders if f is not None)

    def _generators(self, asked: Collection[str] | None) -> tuple[str, ...]:
        names = set()
        given = self.given.get("generators")
        for index, name in self._texts("generators", Shape.GENERATORS, '["deepcopy"]'):
            if name in self.known:
                names.add(name)
            elif given:
                hint = _did_you_mean(name, self.known)
                self._fault(given, f"no generator is called {name!r}", hint, index)
        if asked:
            return tuple(name for name in self.known if name in asked)
        return tuple(n for n in self.known if n in names or not given)

    def _packages(self) -> tuple[str, ...]:
        base = self._single_folder("input-base") or ""
        given = self.given.get("input")
        if given is None:
            self._no_input()
            return ()
        found = set()
        if given.value == []:
            self._fault(given, "input names no API package", 'such as input = ["apis/example/v1"]')
        for index, text in self._texts("input", Shape.FOLDERS, '["apis/example/v1"]'):
            joined = text if posixpath.isabs(text) else posixpath.join(base, text)
            folder = self._folder("input", given, joined, index)
            if folder is None:
                continue
            if folder == ".":
                hint = "give the folder of a package in it"
                self._fault(given, "the project's root is no API package", hint, index)
            elif (self.root / folder).is_dir():
                found.add(folder)
            else:
                self._missing(given, folder, index)
        return tuple(sorted(found))

    def _missing(self, given: _Given, folder: str, index: int) -> None:
        dotted = folder.replace(".", "/")
        if (self.root / folder).exists():
            message, hint = f"input {folder!r} is not a folder", "give the folder that holds it"
        elif (self.root / dotted).is_dir():
            message, hint = f"there is no folder {folder!r}", f"did you mean {dotted!r}?"
        else:
            message = f"there is no folder {folder!r}"
            hint = f"inputs are folders of tagged modules, relative to {self.root}"
        self._fault(given, message, hint, index)

    def _no_input(self) -> None:
        self.failed = True
        codegen = self.document.key(("tool", "codegen"))
        if self.files.get(PYPROJECT) is None:
            raise UsageError(
                f"no input: {self.root} has no {PYPROJECT} with [tool.codegen], "
                "and there is no --input"
            )
        tool = self.document.data.get("tool")
        if not isinstance(tool, dict) or "codegen" not in tool:
            self.diagnostics.error(
                Position(PYPROJECT), "there is no [tool.codegen] table", hint=EXAMPLE, code="config"
            )
        elif not self.diagnostics.failed:
            hint = 'add input = ["apis/example/v1"], or give --input'
            self.diagnostics.error(codegen, "[tool.codegen] has no input", hint=hint, code="config")

    def settings(self) -> Settings | None:
        plurals = self.given.get("plural-exceptions")
        self.output = self._output()
        settings = Settings(
            header=self._header(),
            plural_exceptions=self._plurals("plural-exceptions", plurals) if plurals else {},
            options=tuple(self._options(name) for name in self.known),
        )
        return None if self.failed else settings

    def _options(self, generator: str) -> Options:
        """What `[tool.codegen.<generator>]` and options of the command line say to a generator."""
        values: dict[str, Any] = {}
        for field, option in self.own[generator]:
            given = self.given.get(option.key)
            value = None if given is None else self._checked(option, given)
            if value is not None:
                values[field] = value
        self._tree(generator, values)
        return self.known[generator].options(**values)

    def _checked(self, option: Option, given: _Given) -> object:
        match option.shape:
            case Shape.FOLDER:
                return self._single_folder(option.key)
            case Shape.FOLDERS:
                return self._folders(option.key)
            case Shape.NUMBER:
                return self._number(option.key, given, given.value)
            case Shape.LENGTHS:
                return self._lengths(option.key, given)
            case Shape.FLAG:
                return self._flag(option.key, given)
            case Shape.SERVICE | Shape.OBJECT_NAME:
                return self._object_name(option, given)
            case _:
                return self._python_name(option.key, option.shape, given)

    def _python_name(self, key: str, shape: Shape, given: _Given) -> str | None:
        text = self._text(key, given, given.value)
        if text is None:
            return None
        parts = text.split(".") if shape is Shape.PACKAGE else [text]
        if all(_is_name(part) for part in parts):
            return text
        self._fault(given, f"{key} must be {shape.value}, not {text!r}")
        return None

    def _plurals(self, key: str, given: _Given) -> dict[str, str]:
        if given.flag:
            pairs = [item.partition(":") for item in given.value]
            for kind, _, plural in pairs:
                if not (_is_name(kind) and _is_name(plural)):
                    text = f"{kind}:{plural}" if plural else kind
                    self._fault(
                        given, f"{text!r} is not Kind:plural", "such as Endpoints:endpoints"
                    )
            return {kind: plural for kind, _, plural in pairs}
        if not isinstance(given.value, dict):
            message = f"{key} must be a table, not {_kind(given.value)}"
            self._fault(given, message, f'write {key} = {{ Endpoints = "endpoints" }}')
            return {}
        plurals = {}
        for kind, value in given.value.items():
            plural = self._text(f"the plural of {kind}", given, value, kind)
            if plural is not None:
                plurals[kind] = plural
        return plurals

    def _number(self, key: str, given: _Given, value: object, *sub: str | int) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        what = str(value) if isinstance(value, int) else _kind(value)
        self._fault(given, f"{key} must be {Shape.NUMBER.value}, not {what}", "", *sub)
        return None

    def _lengths(self, key: str, given: _Given) -> dict[str, int]:
        if not isinstance(given.value, dict):
            message = f"{key} must be a table, not {_kind(given.value)}"
            self._fault(given, message, f'write {key} = {{ "spec.template" = 0 }}')
            return {}
        lengths = {}
        for path, value in given.value.items():
            length = self._number(f"the length of {path}", given, value, path)
            if length is not None:
                lengths[path] = length
        return lengths

    def _flag(self, key: str, given: _Given) -> bool | None:
        if isinstance(given.value, bool):
            return given.value
        self._fault(given, f"{key} must be {Shape.FLAG.value}, not {_kind(given.value)}")
        return None

    def _object_name(self, option: Option, given: _Given) -> str | None:
        text = self._text(option.key, given, given.value)
        if text is None:
            return None
        parts = text.split("/")
        if len(parts) == (2 if option.shape is Shape.SERVICE else 1) and all(
            _OBJECT_NAME.fullmatch(part) for part in parts
        ):
            return text
        self._fault(given, f"{option.key} must be {option.shape.value}, not {text!r}")
        return None

    def _tree(self, generator: str, values: dict[str, Any]) -> None:
        """Where a generator writes a tree of packages: its folder and its package.

        Each implies the other. Without either, the tree stands below the folder and the package
        that are configured for all generators.
        """
        folder, package = "output_dir", "output_package"
        options = self.known[generator].options
        if not issubclass(options, Importable):
            return
        if folder in values and package in values:
            return
        if package in values:
            values[folder] = folder_of(self.root, values[package])
        elif folder in values:
            values[package] = self._import_name(f"{generator}.{_DIR}", values[folder])
        else:
            name = options().output_dir.removeprefix(f"{OUTPUT}/")
            values[folder] = f"{self.output[0]}/{name}"
            values[package] = f"{self.output[1]}.{name}"

    def _output(self) -> tuple[str, str]:
        """The folder and the package of all generated trees."""
        package = self.given.get(_PACKAGE)
        name = self._python_name(_PACKAGE, Shape.PACKAGE, package) if package else None
        folder = self._single_folder(_DIR)
        if folder is None:
            folder = OUTPUT if name is None else folder_of(self.root, name)
        if name is None:
            name = self._import_name(_DIR, folder)
        return folder, name

    def _import_name(self, key: str, folder: str) -> str:
        """What a folder is imported as; a diagnostic where Python cannot import it."""
        name = import_name(self.root, folder)
        if not all(_is_name(part) for part in name.split(".")):
            message = f"{folder!r} cannot be imported by that name"
            hint = f"say what it is imported as with {key.replace(_DIR, _PACKAGE)}"
            self._fault(self.given[key], message, hint)
        return name

    def _header(self) -> str:
        given = self.given.get("header-file")
        name = self._text("header-file", given, given.value) if given else None
        if given is None or name is None:
            return ""
        path = self.root / name
        if not path.is_file():
            self._fault(given, f"there is no file {name!r}", f"it is relative to {self.root}")
            return ""
        content = self.files[name] = path.read_bytes()
        text = content.decode(errors="replace").replace("\r\n", "\n").rstrip("\n")
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                self.failed = True
                self.diagnostics.error(
                    Position(name, number),
                    "a line of the header file is not a comment",
                    hint="begin it with '#': it goes to the top of Python modules as it is",
                    code="config-header",
                )
        return f"{text}\n" if text else ""


def _is_name(text: str) -> bool:
    import keyword

    return text.isidentifier() and not keyword.iskeyword(text)


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")


def _did_you_mean(name: str, known: Collection[str]) -> str:
    close = closest(name, known)
    return f"did you mean {close!r}?" if close else f"one of: {', '.join(known)}"
