"""What code calls: chains of names that end in a call, for the checks of RBAC markers.

Only as far as one function's text shows: a variable, or a member of `self`, to which a chain was
assigned stands for it. Nothing is run, and no type is inferred.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codegen.model import ClientCall
from codegen.source.files import Source

_SHORTEST = 3  # a client, a resource and a method


def read(source: Source) -> Iterator[ClientCall]:
    """The calls in a module's functions and at its level, in order."""
    if not any(_has_code(node) for node in source.tree.body):
        return  # most modules of an API only declare
    members = _Names({})
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            members.assign(node, only_members=True)
    for statement in source.tree.body:
        yield from _calls(source, statement, members)


def _has_code(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(_has_code(inner) for inner in node.body)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _calls(source: Source, node: ast.stmt, members: _Names) -> Iterator[ClientCall]:
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            if not isinstance(inner, ast.AnnAssign):
                yield from _calls(source, inner, members)
        return
    names = _Names(dict(members.known))
    calls: list[ClientCall] = []
    for part in _in_order(node):
        if isinstance(part, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            names.assign(part)
        elif isinstance(part, ast.Call | ast.Attribute):
            path = names.path(part.func if isinstance(part, ast.Call) else part)
            if path is not None and len(path) >= _SHORTEST:
                calls.append(ClientCall(path, source.position(part)))
    longest = {call.position: call for call in sorted(calls, key=lambda c: len(c.path))}
    yield from sorted(longest.values(), key=lambda call: call.position)


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Every part, each before those that it is made of, and statements from top to bottom."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


@dataclass(slots=True)
class _Names:
    """What variables stand for, by their own chains."""

    known: dict[tuple[str, ...], tuple[str, ...]]

    def assign(
        self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr, *, only_members: bool = False
    ) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if node.value is None or (only_members and not isinstance(target, ast.Attribute)):
                continue
            name, path = _chain(target), self.path(node.value)
            if name is not None:
                self.known.pop(name, None)
                if path is not None and path != name and len(path) > 1:
                    self.known[name] = path

    def path(self, node: ast.expr) -> tuple[str, ...] | None:
        """The chain of an expression, with variables replaced by what they stand for."""
        path = _chain(node)
        if path is None:
            return None
        for length in range(len(path), 0, -1):
            if path[:length] in self.known:
                return self.known[path[:length]] + path[length:]
        return path


def _chain(node: ast.expr) -> tuple[str, ...] | None:
    names: list[str] = []
    while True:
        match node:
            case ast.Attribute(inner, name):
                names.append(name)
                node = inner
            case ast.Call(function):
                node = function
            case ast.Await(inner):
                node = inner
            case ast.Name(name):
                return (name, *reversed(names))
            case _:
                return None
