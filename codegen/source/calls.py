"""What code calls: chains of names that end in a call, for the checks of RBAC markers.

Only as far as one module's text shows: a variable, or a member of `self`, to which a chain was
assigned stands for it, and one with an annotation for the class that this names. Nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from codegen.model import Argument, Chain, ClientCall, Step
from codegen.source.files import Source

ELEMENT = "[]"
"""The step from a collection to an element of it, in a loop."""

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def read(source: Source, module: str, *, is_package: bool) -> Iterator[ClientCall]:
    """The calls in a module's functions and at its level, in order."""
    if not any(_has_code(node) for node in source.tree.body):
        return  # most modules of an API only declare
    imports = _imports(source.tree, module, is_package=is_package)
    members = _members(source.tree, imports)
    for statement in source.tree.body:
        yield from _calls(source, statement, _Names(dict(members), imports))


def _has_code(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(_has_code(inner) for inner in node.body)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _imports(tree: ast.Module, module: str, *, is_package: bool) -> dict[str, str]:
    """What the names of a module stand for, as dotted paths: imports, and its own classes."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname: each.name for each in node.names if each.asname is not None}
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: None if is_package else -1] if node.level else []
            if node.level > 1:
                parents = parents[: 1 - node.level]
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            names |= {each.asname or each.name: f"{origin}.{each.name}" for each in node.names}
    classes = (node.name for node in tree.body if isinstance(node, ast.ClassDef))
    return names | {name: f"{module}.{name}" for name in classes}


def _members(tree: ast.Module, imports: Mapping[str, str]) -> dict[tuple[str, ...], Chain]:
    """The members of `self` that are assigned, or annotated in the class's body."""
    members: dict[tuple[str, ...], Chain] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    kind = _annotated(statement.annotation, imports)
                    if kind is not None:
                        members["self", statement.target.id] = kind
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = _Names({}, imports)
            names.declare(node)
            for part in _in_order(node):
                if isinstance(part, ast.Assign | ast.AnnAssign):
                    names.assign(part)
            members |= {name: chain for name, chain in names.known.items() if len(name) > 1}
    return members


def _calls(source: Source, node: ast.stmt, names: _Names) -> Iterator[ClientCall]:
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            chain = names.chain(base.value if isinstance(base, ast.Subscript) else base)
            if chain is not None and "." in chain[0].name:
                yield ClientCall(chain, source.position(base))
        for inner in node.body:
            if not isinstance(inner, ast.AnnAssign):
                yield from _calls(source, inner, _Names(dict(names.known), names.imports))
        return
    calls: list[ClientCall] = []
    for part in _in_order(node):
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                names.declare(part)
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                names.assign(part)
            case ast.For(target, iterable) | ast.AsyncFor(target, iterable):
                names.bind(target, names.chain(iterable), ELEMENT)
            case ast.comprehension(target, iterable):
                names.bind(target, names.chain(iterable), ELEMENT)
            case ast.withitem(expression, ast.expr() as target):
                names.bind(target, names.chain(expression))
            case ast.Call() | ast.Attribute():
                chain, own = names.written(part)
                if chain is not None and _is_qualified(chain):
                    calls.append(ClientCall(chain, source.position(part), own))
    longest = {call.position: call for call in sorted(calls, key=_length)}
    yield from sorted(longest.values(), key=lambda call: call.position)


def _length(call: ClientCall) -> tuple[int, bool]:
    """The call of a method is more than the method alone."""
    return len(call.steps), call.steps[-1].arguments is not None


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Every part, each before those that it is made of, and statements from top to bottom."""
    yield node
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        children.sort(key=lambda child: not isinstance(child, ast.comprehension))
    for child in children:
        yield from _in_order(child)


class _Names(msgspec.Struct):
    """What variables stand for, by their own chains."""

    known: dict[tuple[str, ...], Chain]
    imports: Mapping[str, str]

    def declare(self, function: _Function) -> None:
        """The parameters of a function: each is of the class that its annotation names."""
        arguments = function.args
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self.known.pop((each.arg,), None)
            kind = _annotated(each.annotation, self.imports)
            if kind is not None:
                self.known[each.arg,] = kind

    def assign(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        chain = None if node.value is None else self.chain(node.value)
        if isinstance(node, ast.AnnAssign):
            chain = _annotated(node.annotation, self.imports) or chain
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self.bind(target, chain)

    def bind(self, target: ast.expr, chain: Chain | None, *further: str) -> None:
        """Let a variable stand for a chain; what it stood for before is forgotten."""
        own = _plain(target)
        if own is None:
            return
        self.known.pop(own, None)
        if chain is not None:
            chain = (*chain, *map(Step, further))
            if _is_qualified(chain) and chain != tuple(map(Step, own)):
                self.known[own] = chain

    def chain(self, node: ast.expr) -> Chain | None:
        """The chain of an expression, with variables replaced by what they stand for."""
        return self.written(node)[0]

    def written(self, node: ast.expr) -> tuple[Chain | None, int]:
        """The same, and the index of the first step or call that the expression itself has."""
        steps = self._steps(node)
        if steps is None:
            return None, 0
        names = tuple(step.name for step in steps)
        for length in range(len(steps), 0, -1):
            replacement = self.known.get(names[:length])
            if replacement is not None:
                last = steps[length - 1]
                own = len(replacement)
                if last.arguments is not None:
                    called = replace(
                        replacement[-1], arguments=last.arguments, keywords=last.keywords
                    )
                    replacement = (*replacement[:-1], called)
                    own -= 1
                return (*replacement, *steps[length:]), own
        root = replace(steps[0], name=self.imports.get(names[0], names[0]))
        return (root, *steps[1:]), 0

    def _steps(self, node: ast.expr) -> Chain | None:
        match node:
            case ast.Name(name):
                return (Step(name),)
            case ast.Attribute(inner, name):
                steps = self._steps(inner)
                return None if steps is None else (*steps, Step(name))
            case ast.Await(inner):
                return self._steps(inner)
            case ast.Call(function, arguments, keywords):
                steps = self._steps(function)
                if steps is None or steps[-1].arguments is not None:
                    return steps
                passed = tuple(self._argument(each) for each in arguments)
                named = tuple(
                    (each.arg, self._arguments(each.value)) for each in keywords if each.arg
                )
                return (*steps[:-1], replace(steps[-1], arguments=passed, keywords=named))
        return None

    def _arguments(self, node: ast.expr) -> tuple[Argument, ...]:
        nodes = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
        return tuple(self._argument(each) for each in nodes)

    def _argument(self, node: ast.expr) -> Argument:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        return self.chain(node)


def _plain(node: ast.expr) -> tuple[str, ...] | None:
    """The names of `a.b.c`."""
    match node:
        case ast.Name(name):
            return (name,)
        case ast.Attribute(inner, name):
            names = _plain(inner)
            return None if names is None else (*names, name)
    return None


def _is_qualified(chain: Chain) -> bool:
    """Whether a chain is more than one plain name."""
    first, *others = chain
    return bool(others) or "." in first.name


def _annotated(node: ast.expr | None, imports: Mapping[str, str]) -> Chain | None:
    """The class that an annotation names, where it is imported or declared in the module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _annotated(ast.parse(node.value, mode="eval").body, imports)
        except SyntaxError:
            return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):  # X | None
        return _annotated(node.left, imports) or _annotated(node.right, imports)
    names = None if node is None else _plain(node)
    if names is None or (names[0] not in imports and len(names) < 2):
        return None
    return (Step(".".join((imports.get(names[0], names[0]), *names[1:]))),)
