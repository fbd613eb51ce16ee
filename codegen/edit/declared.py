"""Modules as declarations: their fields, tags, documentation and comments, by line.

Nothing is judged here: a user's module may contain whatever Python can parse. The reader in
`codegen.source` reports what the toolchain cannot use.
"""

from __future__ import annotations

import ast
import functools
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from codegen import naming
from codegen.source.comments import clean, string_statement
from codegen.tags import REGISTRY, is_tag_line

Key: TypeAlias = tuple[str, str]
"""A declaration: its package as a dotted name, and its name. The package itself has no name."""

_TAG_NAME = re.compile(r"#[^\S\n]*\+([A-Za-z_][A-Za-z0-9_.:/\-]*)")
_INNER_IMPORT = re.compile(r"^[^\S\n]+(from|import)\b", re.MULTILINE)
_WAIVER = re.compile(r"#\s*codegen:\s*ignore\[")


@dataclass(frozen=True, slots=True)
class Lead:
    """The comment lines above a statement, without their indentation; "" is a blank line."""

    lines: tuple[str, ...] = ()

    def units(self) -> list[tuple[str, ...]]:
        """The tags, each with the waivers that stand above it."""
        return [unit for unit in self.parts() if is_tag_line(unit[-1])]

    def prose(self) -> tuple[str, ...]:
        return tuple(unit[0] for unit in self.parts() if unit[0] and not is_tag_line(unit[-1]))

    def parts(self) -> list[tuple[str, ...]]:
        """All lines in order, those of a tag and its waivers together."""
        parts: list[tuple[str, ...]] = []
        waivers: list[str] = []
        for line in self.lines:
            if _WAIVER.match(line):
                waivers.append(line)
                continue
            if not is_tag_line(line):
                parts += ((waiver,) for waiver in waivers)
                waivers = []
            parts.append((*waivers, line))
            waivers = []
        return [*parts, *((waiver,) for waiver in waivers)]


def tag_name(unit: Sequence[str]) -> str:
    """The name of the tag of a unit, without its arguments."""
    match = _TAG_NAME.match(unit[-1])
    spelled = match[1].removesuffix(":") if match else unit[-1]
    outer = spelled.rpartition(":")[0]
    return spelled if spelled in REGISTRY or outer not in REGISTRY else outer


def is_repeatable(name: str) -> bool:
    return any(declaration.repeatable for declaration in REGISTRY.get(name, ()))


@dataclass(frozen=True, slots=True)
class Text:
    """A string statement: its value, and its lines as they are written."""

    value: str = ""
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What it documents. Few texts are asked for, so none is made before."""
        return clean(inspect.cleandoc(self.value).split("\n"))


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a class. `wire` is its name in JSON, `end` the last line, its text's included."""

    wire: str
    name: str
    annotation: ast.expr
    value: ast.expr | None
    lead: Lead
    doc: Text
    first: int
    last: int
    end: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A class, an alias (`target`), or what a package says of itself (`node` is None).

    `names` are all names that the body of a class binds. `values` are those of an enum.
    """

    key: Key
    module: Module
    node: ast.ClassDef | ast.AnnAssign | ast.Assign | None
    lead: Lead
    doc: Text
    first: int
    last: int
    bases: tuple[ast.expr, ...] = ()
    members: Mapping[str, Member] = field(default_factory=dict)
    target: ast.expr | None = None
    names: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.key[1]

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def text(self) -> list[str]:
        """Its lines, with those of its comments."""
        return self.module.lines[self.first - 1 - len(self.lead.lines) : self.last]


@dataclass(slots=True)
class Module:
    """A module of a package. `imports` maps names to what they are: a module and a name in it, or
    a module alone."""

    path: str
    package: str
    text: str
    lines: list[str]
    tree: ast.Module
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    declared: dict[str, Declaration] = field(default_factory=dict)

    @property
    def is_postponed(self) -> bool:
        """Whether annotations may name what is declared below them."""
        return any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__"
            for node in self.tree.body
        )


class State:
    """The modules of some packages at one time. Raises SyntaxError with the path of a module.

    States of one `role` share the modules that they have in common; others have none in common.
    """

    def __init__(self, files: Mapping[str, str], role: str = "") -> None:
        self.modules: dict[str, Module] = {}
        self.declared: dict[Key, Declaration] = {}
        self.packages = {package_of(path) for path in files}
        self.keys: dict[ast.expr, list[Key]] = {}
        """What expressions refer to: see `expressions.keys`."""
        for path, text in files.items():
            module = read(path, text, role)
            self.modules[path] = module
            for name, declaration in module.declared.items():
                self.declared.setdefault((module.package, name), declaration)

    def of(self, package: str) -> list[Declaration]:
        return [declared for key, declared in self.declared.items() if key[0] == package]

    def locate(self, module: str, name: str) -> Key | None:
        """The declaration that an import from a module leads to, if it is of these packages."""
        for package in (module, module.rpartition(".")[0]):
            if package in self.packages:
                return package, name
        return None


def comments(lines: Sequence[str]) -> list[str]:
    """The comments in whole statements, those beside code included."""
    text = textwrap.dedent("\n".join(lines))
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def package_of(path: str) -> str:
    return path.rpartition("/")[0].removeprefix("src/").replace("/", ".")


def module_name(path: str) -> str:
    """What a module is imported as."""
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@functools.lru_cache(maxsize=128)
def read(path: str, text: str, role: str = "") -> Module:
    """One module, which nobody changes: a merge reads the same text several times.

    Raises SyntaxError with its path.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        tree = ast.parse(text, path)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "it nests too deeply", (path, 1, 1, "")) from error
    module = Module(path, package_of(path), text, lines, tree)
    module.imports = _imports(module)
    for declaration in _declarations(module):
        module.declared[declaration.name] = declaration
    return module


def _imports(module: Module) -> dict[str, tuple[str, str | None]]:
    imports: dict[str, tuple[str, str | None]] = {}
    # To walk a whole tree takes longer than to parse it, and few modules import further down.
    is_deep = _INNER_IMPORT.search(module.text) is not None
    for node in ast.walk(module.tree) if is_deep else module.tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                imports[alias.asname or name] = (name, None)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = module.package.split(".")
                base = ".".join(parts[: len(parts) - node.level + 1])
                origin = f"{base}.{origin}" if origin else base
            for alias in node.names:
                imports[alias.asname or alias.name] = (origin, alias.name)
    return imports


def _declarations(module: Module) -> Iterator[Declaration]:
    body = module.tree.body
    if module.path.endswith("/__init__.py"):
        yield _package(module)
    floor = 0
    for index, node in enumerate(body):
        match node:
            case ast.ClassDef():
                yield _class(module, node, floor)
            case ast.AnnAssign(target=ast.Name(name), value=target) if target is not None:
                following = body[index + 1] if index + 1 < len(body) else None
                yield _alias(module, node, name, target, floor, following)
            case ast.Assign(targets=[ast.Name(name)], value=target) if _is_type(target):
                following = body[index + 1] if index + 1 < len(body) else None
                yield _alias(module, node, name, target, floor, following)
            case _:
                pass
        floor = node.end_lineno or node.lineno


def _is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript | ast.BinOp)


def _package(module: Module) -> Declaration:
    body = module.tree.body
    first = _start(body[0]) if body else len(module.lines) + 1
    lead = _lead(module, first, 0, 0)
    text = string_statement(body[0]) if body else None
    doc = Text() if text is None else _text(module, body[0], text)
    last = (body[0].end_lineno or first) if text is not None else first - 1
    return Declaration((module.package, ""), module, None, lead, doc, first, last)


def _class(module: Module, node: ast.ClassDef, floor: int) -> Declaration:
    start = _start(node)
    head = string_statement(node.body[0])
    doc = Text() if head is None else _text(module, node.body[0], head)
    members: dict[str, Member] = {}
    names: set[str] = set()
    values: dict[str, object] = {}
    above = node.lineno if head is None else (node.body[0].end_lineno or node.lineno)
    for index, inner in enumerate(node.body):
        match inner:
            case ast.AnnAssign(target=ast.Name(name)) if not _is_class_variable(inner):
                following = node.body[index + 1] if index + 1 < len(node.body) else None
                member = _member(module, inner, name, above, following)
                members.setdefault(member.wire, member)
            case ast.Assign(targets=[ast.Name(name)], value=ast.Constant(value)):
                values[name] = value
            case _:
                pass
        names |= _bound(inner)
        above = inner.end_lineno or inner.lineno
    key = (module.package, node.name)
    lead = _lead(module, start, floor, 0)
    last = node.end_lineno or node.lineno
    return Declaration(
        key, module, node, lead, doc, start, last, tuple(node.bases), members, None,
        frozenset(names), values,
    )  # fmt: skip


def _bound(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return {name}
        case ast.AnnAssign(target=ast.Name(name)) | ast.Assign(targets=[ast.Name(name)]):
            return {name}
    return set()


def _is_class_variable(node: ast.AnnAssign) -> bool:
    match node.annotation:
        case ast.Subscript(ast.Name(name) | ast.Attribute(attr=name)):
            return name == "ClassVar"
        case ast.Name(name) | ast.Attribute(attr=name):
            return name == "ClassVar"
        case ast.Constant(str(text)):
            return "ClassVar" in text.partition("[")[0]
    return False


def _member(
    module: Module, node: ast.AnnAssign, name: str, floor: int, following: ast.stmt | None
) -> Member:
    text = None if following is None else string_statement(following)
    doc = Text() if text is None or following is None else _text(module, following, text)
    last = node.end_lineno or node.lineno
    end = last if not doc.lines or following is None else (following.end_lineno or last)
    lead = _lead(module, node.lineno, floor, node.col_offset)
    return Member(
        wire_name(name, node.value), name, node.annotation, node.value, lead, doc, node.lineno,
        last, end,
    )  # fmt: skip


def wire_name(name: str, value: ast.expr | None) -> str:
    """The name of a field in JSON."""
    given = arguments_of_field(value).get("name")
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    return naming.camel_case(name)


def arguments_of_field(value: ast.expr | None) -> dict[str, ast.expr]:
    """The arguments of `field(…)`; none of any other value."""
    if not isinstance(value, ast.Call):
        return {}
    function = value.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if not name.startswith("field"):  # `field_` where something else has the name
        return {}
    return {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}


def _alias(
    module: Module,
    node: ast.AnnAssign | ast.Assign,
    name: str,
    target: ast.expr,
    floor: int,
    following: ast.stmt | None,
) -> Declaration:
    text = None if following is None else string_statement(following)
    doc = Text() if text is None or following is None else _text(module, following, text)
    last = node.end_lineno or node.lineno
    if doc.lines and following is not None:
        last = following.end_lineno or last
    lead = _lead(module, node.lineno, floor, 0)
    return Declaration(
        (module.package, name), module, node, lead, doc, node.lineno, last, target=target
    )


def _text(module: Module, node: ast.stmt, text: str) -> Text:
    lines = module.lines[node.lineno - 1 : node.end_lineno]
    return Text(text, (lines[0][node.col_offset :], *lines[1:]))


def _start(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def _lead(module: Module, start: int, floor: int, column: int) -> Lead:
    lines: list[str] = []
    for number in range(start - 1, floor, -1):
        raw = module.lines[number - 1]
        text = raw.strip()
        if text and (not text.startswith("#") or len(raw) - len(raw.lstrip()) != column):
            break
        lines.append(text)
    while lines and not lines[-1]:
        lines.pop()
    return Lead(tuple(reversed(lines)))
