"""An API package: the modules of one folder, walked for types, functions and loose markers."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codegen import tags
from codegen.diagnostics import Diagnostics, closest
from codegen.model import ClientCall, Function, Package, Position, QualifiedName, Type
from codegen.source import calls, comments
from codegen.source.attached import attached, parse_tags
from codegen.source.declarations import Declarations
from codegen.source.modules import (
    Declaration,
    Declared,
    Loader,
    Module,
    flat,
    header_end,
    module_files,
    siblings,
)
from codegen.source.scope import Scope
from codegen.tags import facts

_VERSION = re.compile(r"v[1-9]\d*((alpha|beta)[1-9]\d*)?")
_PACKAGE_FILES = ("__init__", "doc")


@dataclass(slots=True)
class _Found:
    """What the walk over a package's modules collects."""

    types: list[Type] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    header: list[comments.Line] = field(default_factory=list)
    loose: list[comments.Line] = field(default_factory=list)
    calls: list[ClientCall] = field(default_factory=list)
    doc: str = ""


def read(
    folder: str, loader: Loader, declarations: Declarations, diagnostics: Diagnostics
) -> Package | None:
    """The package of a folder (or dotted name) below the root; None after a diagnostic."""
    path = normalised(folder)
    place = loader.root / path
    if not place.is_dir():
        _no_folder(loader.root, path, diagnostics)
        return None
    name = loader.import_name(path)
    if not all(p.isidentifier() and not keyword.iskeyword(p) for p in name.split(".")):
        diagnostics.error(
            Position(path),
            f"Python cannot import {path}",
            code="no-package",
            hint="rename the folder: letters, digits and _, and no word of the language",
        )
        return None
    files = module_files(place)
    position = Position(f"{path}/__init__.py")
    if "__init__.py" not in files:
        diagnostics.error(
            Position(path),
            f"{path} is no package: it has no __init__.py",
            code="no-package",
            hint=f"add {path}/__init__.py with the package's tags above its docstring",
        )
        return None
    found = _Found()
    for file in files:
        stem = file.removesuffix(".py")
        dotted = name if stem == "__init__" else f"{name}.{stem}"
        module = loader.module_at(dotted, place / file)
        if module is not None:
            _Walk(module, declarations, diagnostics, found).walk(stem in _PACKAGE_FILES)
            found.calls += calls.read(module.source)
    package_tags = parse_tags(found.header, tags.Place.PACKAGE, diagnostics)
    version = facts.version_name(package_tags) or place.name
    return Package(
        module=name,
        path=path,
        position=position,
        group=facts.group_name(package_tags),
        version=version,
        internal=_VERSION.fullmatch(version) is None,
        tags=package_tags,
        doc=found.doc,
        types=tuple(found.types),
        functions=tuple(found.functions),
        loose_tags=parse_tags(found.loose, tags.Place.ANYWHERE, diagnostics),
        calls=tuple(found.calls),
        files=tuple(f"{path}/{file}" for file in files),
    )


def normalised(folder: str) -> str:
    """`api/v1` of `./api/v1/` and of `api.v1`."""
    path = folder.replace("\\", "/").removeprefix("./").strip("/").removesuffix("/__init__.py")
    return path if "/" in path else path.replace(".", "/")


def _no_folder(root: Path, path: str, diagnostics: Diagnostics) -> None:
    parent = (root / path).parent
    beside = [p.name for p in parent.iterdir() if p.is_dir()] if parent.is_dir() else []
    close = closest(path.rpartition("/")[2], beside, 0.5)
    hint = "name a folder below the project's root that holds one version of an API"
    if close:
        near = (parent / close).relative_to(root).as_posix()
        hint = f"did you mean {near}?"
    diagnostics.error(Position(path), f"there is no folder {path}", code="no-package", hint=hint)


class _Walk:
    """One module: each declaration with its comments; what is left over is loose."""

    def __init__(
        self,
        module: Module,
        declarations: Declarations,
        diagnostics: Diagnostics,
        found: _Found,
    ) -> None:
        self.module = module
        self.declarations = declarations
        self.diagnostics = diagnostics
        self.found = found
        self.claimed: set[int] = set()
        self.names: set[QualifiedName] = set()
        self.gaps: list[range] = []

    def walk(self, speaks_for_package: bool) -> None:
        source = self.module.source
        body = source.tree.body
        last = 0
        for node, floor in flat(body, 0):
            self.gaps.append(range(floor + 1, source.start(node)))
            self._statement(node, floor)
        if body:
            last = body[-1].end_lineno or 0
        self.gaps.append(range(last + 1, len(source.lines) + 1))
        if speaks_for_package:
            self._package_header(body)
        for line in self._unclaimed(self.gaps):
            if line.position.column > 1 and self._belongs_to_class(line):
                self._stray(line)
            else:
                self.found.loose.append(line)

    def _statement(self, node: ast.stmt, floor: int) -> None:
        match node:
            case ast.ClassDef(name):
                self._class(Declared(self.module, name, Declaration(node, floor)))
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                self._function(node, floor, name)
            case ast.AnnAssign(ast.Name(name), annotation):
                scope = Scope(self.declarations.loader, self.diagnostics, self.module)
                if self.declarations.is_alias(scope, annotation):
                    found = Declared(self.module, name, Declaration(node, floor))
                    self._claim(node, floor, detached=True)
                    self._keep(found)
            case _:
                pass

    def _claim(self, node: ast.stmt, floor: int, *, detached: bool) -> tuple[comments.Line, ...]:
        about = attached(self.module, node, floor, detached=detached)
        self.claimed |= about.claimed
        return about.tags

    def _keep(self, found: Declared) -> None:
        name = QualifiedName(found.module.name, found.name)
        if name in self.names:
            self.diagnostics.error(
                self.module.source.position(found.declaration.node),
                f"{found.name} is declared twice in this module",
                code="duplicate-type",
                hint="rename or remove one of the two",
            )
            return
        self.names.add(name)
        made = self.declarations.read(found)
        if made is not None:
            self.found.types.append(made)

    # --- classes ------------------------------------------------------------------------------

    def _class(self, found: Declared) -> None:
        node = found.declaration.node
        assert isinstance(node, ast.ClassDef)
        lines = self._claim(node, found.declaration.floor, detached=True)
        family = self.declarations.family(found)
        if family == "plain":
            self._plain(node, lines)
        else:
            self._keep(found)
        gaps: list[range] = []
        last = header_end(node)
        for inner, floor in siblings(node.body, last):
            gaps.append(range(floor + 1, self.module.source.start(inner)))
            last = inner.end_lineno or inner.lineno
            if isinstance(inner, ast.ClassDef):
                self._class(
                    Declared(self.module, f"{found.name}.{inner.name}", Declaration(inner, floor))
                )
            elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                self._function(inner, floor, f"{found.name}.{inner.name}")
            else:
                text, column = self.module.source.lines, inner.col_offset + 1
                self.claimed.update(comments.block_above(text, inner.lineno, floor, column))
        for line in self._unclaimed(gaps):
            if tags.may_stand_anywhere(line.text):
                self.found.loose.append(line)
            elif family in ("struct", "enum", "open"):
                self._stray(line)

    def _plain(self, node: ast.ClassDef, lines: tuple[comments.Line, ...]) -> None:
        """A class that is no API type may stand among them. Tags on it say nothing, but for those
        that may stand anywhere: a controller's RBAC markers are often above its class."""
        self.found.loose += [line for line in lines if tags.may_stand_anywhere(line.text)]
        lines = tuple(line for line in lines if not tags.may_stand_anywhere(line.text))
        if lines:
            self.diagnostics.error(
                lines[0].position,
                f"{node.name} has tags, but is no API type",
                code="not-an-api-type",
                hint="derive it from Struct or Object of kube.runtime, or make it an enum",
            )

    def _stray(self, line: comments.Line) -> None:
        self.diagnostics.warning(
            line.position,
            f"the tag {line.prose.lstrip().split('=')[0]} belongs to no field",
            code="stray-tag",
            hint="put it directly above the field, without a blank line between",
        )

    def _belongs_to_class(self, line: comments.Line) -> bool:
        before = [n for n in self.module.source.tree.body if n.lineno < line.position.line]
        return bool(before) and isinstance(before[-1], ast.ClassDef)

    # --- functions and loose markers ----------------------------------------------------------

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, floor: int, name: str
    ) -> None:
        lines = self._claim(node, floor, detached=False)
        if lines:
            self.found.functions.append(
                Function(
                    QualifiedName(self.module.name, name),
                    self.module.source.position(node),
                    parse_tags(lines, tags.Place.FUNCTION, self.diagnostics),
                )
            )

    def _package_header(self, body: list[ast.stmt]) -> None:
        source = self.module.source
        text = comments.docstring(body)
        end = source.start(body[0]) if body else len(source.lines) + 1
        numbers = [n for n in range(1, end) if n not in self.claimed]
        self.found.header += [
            line for line in comments.read(source.path, source.lines, numbers) if line.is_tag
        ]
        self.claimed.update(numbers)
        self.found.doc = self.found.doc or comments.documentation((), text)

    def _unclaimed(self, gaps: list[range]) -> Iterator[comments.Line]:
        source = self.module.source
        for gap in gaps:
            free = (number for number in gap if number not in self.claimed)
            for line in comments.read(source.path, source.lines, free):
                if line.is_tag:
                    self.claimed.add(line.position.line)
                    yield line
