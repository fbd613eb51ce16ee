"""An API package: the modules of one folder, walked for types, functions and loose markers."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from codegen import tags
from codegen.diagnostics import Diagnostics, closest
from codegen.model import ClientCall, Constant, Function, Package, Position, Silence, Type
from codegen.source import (
    aliases,
    calls,
    comments,
    conflicts,
    constants,
    functions,
    near_misses,
    silences,
)
from codegen.source.bases import Family
from codegen.source.comments import Comments, Line, parse_tags
from codegen.source.declarations import Declarations
from codegen.source.modules import Declared, Definition, Loader, Module, module_files
from codegen.source.scope import Scope
from codegen.source.structs import is_class_variable
from codegen.tags import facts

_VERSION = re.compile(r"v[1-9]\d*((alpha|beta)[1-9]\d*)?")
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_PACKAGE_FILES = ("__init__", "doc")


class _Contents(msgspec.Struct):
    """What the walk over a package's modules collects.

    `header` has the lines of package tags; `complete` is False if a module could not be read.
    """

    types: list[Type] = msgspec.field(default_factory=list)
    functions: list[Function] = msgspec.field(default_factory=list)
    constants: list[Constant] = msgspec.field(default_factory=list)
    header: list[Line] = msgspec.field(default_factory=list)
    loose: list[Line] = msgspec.field(default_factory=list)
    calls: list[ClientCall] = msgspec.field(default_factory=list)
    silences: list[Silence] = msgspec.field(default_factory=list)
    doc: str = ""
    complete: bool = True


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
            hint="rename the folder: use letters, digits and _, and none of Python's keywords",
        )
        return None
    files = module_files(place)
    if "__init__.py" not in files:
        diagnostics.error(
            Position(path),
            f"{path} is not a package: it has no __init__.py",
            code="no-package",
            hint=f"add {path}/__init__.py with the package's tags above its docstring",
        )
        return None
    contents = _Contents()
    for file in files:
        stem = file.removesuffix(".py")
        dotted = name if stem == "__init__" else f"{name}.{stem}"
        module = loader.module_at(dotted, place / file)
        if module is None:
            contents.complete = False
        else:
            _read_module(module, stem, declarations, diagnostics, contents)
    package_tags = parse_tags(contents.header, tags.Place.PACKAGE, diagnostics)
    version_name = facts.version_name(package_tags)
    return Package(
        module=name,
        path=path,
        position=Position(f"{path}/__init__.py"),
        group=facts.group_name(package_tags),
        version=place.name if version_name is None else version_name,
        internal=not _is_version(place.name, version_name),
        tags=package_tags,
        doc=contents.doc,
        types=tuple(contents.types),
        functions=tuple(contents.functions),
        constants=tuple(contents.constants),
        loose_tags=parse_tags(contents.loose, tags.Place.ANYWHERE, diagnostics),
        calls=tuple(contents.calls),
        silences=tuple(contents.silences),
        files=tuple(f"{path}/{file}" for file in files),
        complete=contents.complete,
    )


def _read_module(
    module: Module,
    stem: str,
    declarations: Declarations,
    diagnostics: Diagnostics,
    contents: _Contents,
) -> None:
    _Walk(module, declarations, diagnostics, contents).walk(stem in _PACKAGE_FILES)
    near_misses.check(module.source, diagnostics)
    conflicts.check(module.source.path, module.source.lines, diagnostics)
    contents.constants += constants.read_all(declarations.loader, module)
    contents.calls += calls.read(module.source, module.name, is_package=module.is_package)
    contents.silences += silences.read(module.source)


def _is_version(folder: str, version_name: str | None) -> bool:
    """Whether a package is a version that a server serves; without one it is internal.

    A folder is one by its name; `+versionName=` may be any name that a server takes.
    """
    if version_name is not None:
        return _DNS_LABEL.fullmatch(version_name) is not None
    return _VERSION.fullmatch(folder) is not None


def import_folder(package: Package) -> str:
    """The folder of the outermost package that a package is in: `src/shop` of `src/shop/api/v1`."""
    depth = package.module.count(".")
    return package.path.rsplit("/", depth)[0]


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
    """One module: each declaration with its comments; tags that belong to none are loose."""

    def __init__(
        self,
        module: Module,
        declarations: Declarations,
        diagnostics: Diagnostics,
        contents: _Contents,
    ) -> None:
        self.module = module
        self.declarations = declarations
        self.diagnostics = diagnostics
        self.contents = contents
        self.scope = Scope(declarations.loader, diagnostics, module)
        self.names: set[str] = set()
        self.loose: list[Line] = []

    def walk(self, is_head: bool) -> None:
        body = self.module.body()
        self._sort(body.unattached)
        for node, _ in body.statements:
            self._statement(node, body.comments(node))
        if is_head:
            self._package_header()
        self.contents.loose += sorted(self.loose, key=lambda line: line.position)

    def _sort(self, lines: Iterable[Line]) -> None:
        """Tags in no statement's blocks: loose, but for those that a class's end has left."""
        for line in lines:
            if line.position.column > 1 and self._is_below_class(line):
                self._stray(line)
            else:
                self.loose.append(line)

    def _is_below_class(self, line: Line) -> bool:
        before = [n for n in self.module.source.tree.body if n.lineno < line.position.line]
        return bool(before) and isinstance(before[-1], ast.ClassDef)

    def _statement(self, node: ast.stmt, about: Comments) -> None:
        match node:
            case ast.ClassDef(name):
                self._class(Declared(self.module, name, Definition(node)), about)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                self._function(node, name, about)
                self.loose += (line for line in about.detached if line.is_tag)
            case ast.AnnAssign(ast.Name(name), annotation) if aliases.is_alias(
                self.scope, annotation
            ):
                self._keep(Declared(self.module, name, Definition(node)))
            case _:
                self.loose += about.tag_lines()

    def _keep(self, declared: Declared) -> None:
        if declared.name in self.names:
            self.diagnostics.error(
                self.module.source.position(declared.definition.node),
                f"{declared.name} is declared twice in this module",
                code="duplicate-type",
                hint="rename or remove one of the two",
            )
            return
        self.names.add(declared.name)
        declaration = self.declarations.read(declared)
        if declaration is not None:
            self.contents.types.append(declaration)

    # --- classes ------------------------------------------------------------------------------

    def _class(self, declared: Declared, about: Comments) -> None:
        node = declared.definition.node
        assert isinstance(node, ast.ClassDef)
        family = self.declarations.classes.family(declared)
        if family is Family.PLAIN:
            self._plain(node, about.tag_lines())
        else:
            self._keep(declared)
        body = self.module.body(node)
        stray = list(body.unattached)
        for inner, _ in body.statements:
            inside = body.comments(inner)
            match inner:
                case ast.ClassDef(name):
                    nested = Declared(
                        self.module, f"{declared.name}.{name}", Definition(inner, node)
                    )
                    self._class(nested, inside)
                    continue
                case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                    self._function(inner, f"{declared.name}.{name}", inside)
                case ast.AnnAssign() if family is Family.STRUCT and not is_class_variable(
                    self.scope, inner
                ):
                    pass
                case _:
                    stray += inside.direct_tag_lines()
            stray += (line for line in inside.detached if line.is_tag)
        for line in stray:
            if tags.may_stand_anywhere(line.text):
                self.loose.append(line)
            elif self.declarations.classes.is_api_type(declared):
                self._stray(line)

    def _plain(self, node: ast.ClassDef, lines: tuple[Line, ...]) -> None:
        """Tags on a class that is not an API type are errors, but for those that may stand
        anywhere: a controller's RBAC markers are often above its class."""
        self.loose += (line for line in lines if tags.may_stand_anywhere(line.text))
        misplaced = [line for line in lines if not tags.may_stand_anywhere(line.text)]
        if misplaced:
            self.diagnostics.error(
                misplaced[0].position,
                f"the class {node.name} has tags, but is not an API type",
                code="not-an-api-type",
                hint="derive it from Struct or Object of kube.runtime, or make it an enum",
            )

    def _stray(self, line: Line) -> None:
        self.diagnostics.warning(
            line.position,
            f"the tag {line.prose.lstrip().split('=')[0]} belongs to no field",
            code="stray-tag",
            hint="put it directly above the field, without a blank line between",
        )

    # --- functions and the package --------------------------------------------------------------

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, about: Comments
    ) -> None:
        if "." not in name or about.direct_tag_lines():
            self.contents.functions.append(
                functions.read(self.declarations, self.module, node, name, about)
            )

    def _package_header(self) -> None:
        """The tags above a module's docstring are its package's."""
        source = self.module.source
        first = source.tree.body[0] if source.tree.body else None
        end = len(source.lines) + 1 if first is None else source.start(first)
        if isinstance(first, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            self.contents.header += (line for line in self.loose if line.position.line < end)
        else:
            above = comments.read(source, range(1, end))
            self.contents.header += (line for line in above if line.is_tag)
        self.loose = [line for line in self.loose if line.position.line >= end]
        text = comments.docstring(source.tree.body)
        self.contents.doc = self.contents.doc or Comments().documentation(text)
