"""What statements mean, whatever their layout, quotes, and names of imports."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from codegen.scaffold.insertion.fragments import Fragment

Meaning: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Bindings:
    """What the names that a module imports stand for: `WebReconciler` → `demo.web.WebReconciler`.

    `declared` are names that the module itself gives a value at its top level.
    """

    targets: Mapping[str, str]
    declared: frozenset[str] = frozenset()
    _meanings: dict[ast.AST, Meaning] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: ast.Module, path: str) -> Bindings:
        targets = {
            bound: target for node in ast.walk(tree) for bound, target in _imported(node, path)
        }
        declared = {name for node in tree.body for name in _declared(node)}
        return cls(targets, frozenset(declared))

    @classmethod
    def of_fragments(cls, fragments: Iterable[Fragment], path: str) -> Bindings:
        """The names that fragments count on: those that the imports among them bind."""
        targets: dict[str, str] = {}
        for fragment in fragments:
            for node in ast.parse(fragment.text).body:
                targets.update(_imported(node, path))
        return cls(targets)

    def has(self, target: str) -> bool:
        return target in self.targets.values()

    def meaning(self, node: ast.AST) -> Meaning:
        if node not in self._meanings:
            self._meanings[node] = self._meaning(node)
        return self._meanings[node]

    def _meaning(self, node: ast.AST) -> Meaning:
        match node:
            case ast.Name(name):
                return "name", self.targets.get(name, name)
            case ast.Attribute(value, name):
                inner = self.meaning(value)
                return ("name", f"{inner[1]}.{name}") if inner[0] == "name" else ("of", inner, name)
            case ast.Constant(value):
                return "constant", type(value).__name__, repr(value)
        fields = (value for name, value in ast.iter_fields(node) if name != "ctx")
        return type(node).__name__, *map(self._of_field, fields)

    def _of_field(self, value: object) -> object:
        if isinstance(value, ast.AST):
            return self.meaning(value)
        return tuple(map(self._of_field, value)) if isinstance(value, list) else value

    def spelled(self, text: str, names: Bindings) -> str:
        """A fragment that counts on `names`, as it reads where imports have other names."""
        own = {target: bound for bound, target in self.targets.items()}
        rows = [line.encode() for line in text.split("\n")]
        used = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
        for node in sorted(used, key=lambda n: (n.lineno, n.col_offset), reverse=True):
            target = names.targets.get(node.id)
            if target in own and self.targets.get(node.id) != target:
                row = rows[node.lineno - 1]
                after = row[node.col_offset + len(node.id.encode()) :]
                rows[node.lineno - 1] = row[: node.col_offset] + own[target].encode() + after
        return b"\n".join(rows).decode()


def statements(text: str, names: Bindings) -> Sequence[Meaning]:
    """What the statements of a fragment mean."""
    return [names.meaning(statement) for statement in ast.parse(text).body]


def module_of(node: ast.ImportFrom, path: str) -> str:
    """The module that a statement imports from; a relative one is resolved by the file's path."""
    if not node.level:
        return node.module or ""
    parts = posixpath.dirname(path.removeprefix("src/")).split("/")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _imported(node: ast.AST, path: str) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import(names):
            for alias in names:
                yield alias.asname or alias.name, alias.name
        case ast.ImportFrom(names=names):
            module = module_of(node, path)
            for alias in names:
                if alias.name != "*":
                    yield alias.asname or alias.name, f"{module}.{alias.name}"


def _declared(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(name)):
            yield name
