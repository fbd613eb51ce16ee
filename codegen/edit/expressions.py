"""Annotations and defaults of two modules compared by meaning, and written under other names.

`canonical` gives the same value for `Optional[X]` and `X | None`, whatever `X` is imported as;
`rendered` lays an expression out under the names of the module that it goes to.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from codegen import formatting, naming
from codegen.edit.declared import (
    Declaration,
    Key,
    Member,
    Module,
    State,
    arguments_of_field,
)
from codegen.formatting import Alternatives, Brackets, Expression, Prefixed
from codegen.source.names import exporting

Meaning: TypeAlias = tuple["Meaning | str", ...] | str
"""An expression without the ways in which it can be written."""

_NONE = "None"
_TYPING = {"List": "list", "Dict": "dict"}
_EXPANSIONS = 8
"""So many aliases of the user's own are followed, one in another."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for: a declaration of the packages, or a name of another module."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.module else self.name


def symbol(node: ast.expr, module: Module, state: State) -> Symbol | Key | None:
    """What a name or a dotted name stands for; None for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    imported = module.imports.get(node.id)
    if imported is None:
        key = (module.package, node.id)
        if not parts and key in state.declared:
            return key
        if hasattr(builtins, node.id):
            return Symbol("builtins", node.id)
        return Symbol("", ".".join((node.id, *parts)))
    origin, name = imported
    names = [*([] if name is None else [name]), *parts]
    if not names:
        return Symbol("", origin)
    dotted = ".".join((origin, *names[:-1]))
    key_in_package = state.locate(dotted, names[-1])
    if key_in_package is not None and key_in_package in state.declared:
        return key_in_package
    return Symbol(exporting(dotted), names[-1])


class Meanings:
    """The meanings of expressions in one state, in which declarations may have other names.

    `identity` maps the keys of this state to those of the state that it is compared with. Enums
    and aliases that are not in it are the user's own: they mean their values. `expands`: so do all
    other enums, for an import may have a Literal where another one has an enum.
    """

    def __init__(
        self, state: State, identity: Mapping[Key, Key] | None = None, *, expands: bool = False
    ) -> None:
        self._state = state
        self._identity = identity
        self._expands = expands

    def of(self, node: ast.expr | None, module: Module, depth: int = 0) -> Meaning:
        match node:
            case None:
                return ""
            case ast.Constant(None):
                return _NONE
            case ast.Constant(str(text)):
                return self._quoted(text, module, depth)
            case ast.Name() | ast.Attribute():
                return self._symbol(node, module, depth)
            case ast.Subscript(head, inner):
                return self._subscript(head, inner, module, depth)
            case ast.BinOp(left, ast.BitOr(), right):
                members = [self.of(left, module, depth), self.of(right, module, depth)]
                return _alternatives(members)
        return ast.unparse(node)

    def value(self, node: ast.expr | None, module: Module) -> Meaning:
        """The same of a default: a string is one, and no annotation in quotes."""
        match node:
            case ast.Call(function, arguments, keywords):
                return (
                    "call",
                    self.of(function, module),
                    *(self.value(argument, module) for argument in arguments),
                    *((k.arg or "**", self.value(k.value, module)) for k in keywords),
                )
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self.of(node, module)
            case None:
                return ""
        return ast.unparse(node)

    def own(self, node: ast.expr, module: Module) -> Iterator[Declaration]:
        """The user's own enums and aliases that stand in an annotation."""
        for part in ast.walk(node):
            key = symbol(part, module, self._state) if isinstance(part, ast.Name) else None
            if isinstance(key, tuple) and self._identity is not None and key not in self._identity:
                yield self._state.declared[key]

    def _symbol(self, node: ast.expr, module: Module, depth: int) -> Meaning:
        named = symbol(node, module, self._state)
        if isinstance(named, Symbol):
            if named.module == "typing":
                return _TYPING.get(named.name, str(named))
            return named.name if named.module == "builtins" else str(named)
        if named is None:
            return ast.unparse(node)
        declared = self._state.declared[named]
        if self._identity is None or named in self._identity:
            own = named if self._identity is None else self._identity[named]
            return (_values(declared) if self._expands else None) or ("declared", *own)
        if declared.target is not None and depth <= _EXPANSIONS:
            return self.of(declared.target, declared.module, depth + 1)
        return _values(declared) or ("own", *named)

    def _quoted(self, text: str, module: Module, depth: int) -> Meaning:
        try:
            return self.of(ast.parse(text, mode="eval").body, module, depth)
        except SyntaxError:
            return repr(text)

    def _subscript(self, head: ast.expr, inner: ast.expr, module: Module, depth: int) -> Meaning:
        of = self.of(head, module, depth)
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if of == "typing.Literal":
            return (of, *(ast.unparse(part) for part in parts))
        members = [self.of(part, module, depth) for part in parts]
        if of == "typing.Optional":
            return _alternatives([*members, _NONE])
        if of == "typing.Union":
            return _alternatives(members)
        return (of, *members)


def _values(declared: Declaration) -> Meaning | None:
    """An enum that takes its values alone, as their Literal."""
    bases = [ast.unparse(base).rpartition(".")[2] for base in declared.bases]
    if not declared.values or any(b == "OpenEnum" or not b.endswith("Enum") for b in bases):
        return None
    return ("typing.Literal", *map(repr, declared.values.values()))


def _alternatives(members: list[Meaning]) -> Meaning:
    flat: list[Meaning] = []
    for member in members:
        flat += member[1:] if isinstance(member, tuple) and member[0] == "|" else (member,)
    return ("|", *flat)


def without_none(meaning: Meaning) -> Meaning:
    """The meaning of `X` of that of `X | None`."""
    if not isinstance(meaning, tuple) or meaning[0] != "|":
        return meaning
    left = [member for member in meaning[1:] if member != _NONE]
    return left[0] if len(left) == 1 else ("|", *left)


def is_optional(meaning: Meaning) -> bool:
    return isinstance(meaning, tuple) and meaning[0] == "|" and _NONE in meaning[1:]


def literals(meaning: Meaning) -> Iterator[tuple[str, ...]]:
    """The values of each Literal in a meaning, in order."""
    if isinstance(meaning, tuple):
        if meaning and meaning[0] == "typing.Literal":
            yield tuple(str(value) for value in meaning[1:])
            return
        for part in meaning:
            yield from literals(part)


def without_literals(meaning: Meaning) -> Meaning:
    """A meaning in which the values of Literals do not count."""
    if not isinstance(meaning, tuple):
        return meaning
    if meaning and meaning[0] == "typing.Literal":
        return "typing.Literal"
    return tuple(without_literals(part) for part in meaning)


def in_order(meaning: Meaning) -> Meaning:
    """A meaning in which the order of the values of Literals does not count."""
    if not isinstance(meaning, tuple):
        return meaning
    if meaning and meaning[0] == "typing.Literal":
        return ("typing.Literal", *sorted(map(str, meaning[1:])))
    return tuple(in_order(part) for part in meaning)


def references(declared: Declaration, state: State) -> list[Key]:
    """The declarations that one names, in order."""
    refs: dict[Key, None] = {}
    for node in expressions(declared):
        for key in keys(node, declared.module, state):
            refs[key] = None
    return list(refs)


def needed(declared: Declaration, state: State) -> list[Key]:
    """The declarations that one needs where it stands: annotations alone can be postponed."""
    refs: dict[Key, None] = {}
    values = [member.value for member in declared.members.values()]
    for node in (*declared.bases, declared.target, *values):
        if node is not None and not any(isinstance(n, ast.Lambda) for n in ast.walk(node)):
            refs |= dict.fromkeys(keys(node, declared.module, state))
    return list(refs)


def table(state: State) -> dict[Key, set[Key]]:
    """What each declaration refers to."""
    return {key: set(references(declared, state)) for key, declared in state.declared.items()}


def expressions(declared: Declaration) -> Iterator[ast.expr]:
    yield from declared.bases
    if declared.target is not None:
        yield declared.target
    for member in declared.members.values():
        yield member.annotation
        if member.value is not None:
            yield member.value


def keys(node: ast.expr, module: Module, state: State) -> list[Key]:
    """The declarations that an expression names, in order and with repeats."""
    if node not in state.keys:
        state.keys[node] = [*_keys(node, module, state)]
    return state.keys[node]


def _keys(node: ast.expr, module: Module, state: State) -> Iterator[Key]:
    match node:
        case ast.Name() | ast.Attribute():
            named = symbol(node, module, state)
            if isinstance(named, tuple):
                yield named
        case ast.Constant(str(text)):
            try:
                quoted = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError, RecursionError):
                return
            if not isinstance(quoted, ast.Constant):
                yield from _keys(quoted, module, state)
        case ast.Subscript(ast.Name("Literal"), _):
            return
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _keys(child, module, state)
                elif isinstance(child, ast.keyword):
                    yield from _keys(child.value, module, state)


# --- other names ----------------------------------------------------------------------------------

Naming: TypeAlias = Callable[[Symbol | Key], str]
"""What a module calls something; the module imports it if it must."""


def rendered(node: ast.expr, module: Module, state: State, name: Naming) -> Expression:
    """An expression as the formatter takes it, under the names of another module."""

    def inner(part: ast.expr) -> Expression:
        return rendered(part, module, state, name)

    named = symbol(node, module, state)
    if named is not None:
        is_plain = isinstance(named, Symbol) and (not named.module or named.module == "builtins")
        return ast.unparse(node) if is_plain else name(named)
    match node:
        case ast.Subscript(head, index):
            parts = index.elts if isinstance(index, ast.Tuple) else [index]
            return formatting.subscript(formatting.flat(inner(head)), [inner(p) for p in parts])
        case ast.BinOp(left, ast.BitOr(), right):
            members: list[Expression] = []
            for part in (left, right):
                one = inner(part)
                members += one.members if isinstance(one, Alternatives) else (one,)
            return Alternatives(members)
        case ast.Call(function, arguments, keywords):
            items = [inner(argument) for argument in arguments]
            items += [Prefixed(f"{k.arg}=" if k.arg else "**", inner(k.value)) for k in keywords]
            return formatting.call(formatting.flat(inner(function)), items)
        case ast.Lambda(body=body) if not node.args.args:
            return Prefixed("lambda: ", inner(body))
        case ast.List(elements):
            return Brackets("", "[", "]", [inner(element) for element in elements])
        case ast.Dict(dict_keys, dict_values):
            items = [
                Prefixed(f"{formatting.flat(inner(key))}: " if key else "**", inner(value))
                for key, value in zip(dict_keys, dict_values, strict=True)
            ]
            return Brackets("", "{", "}", items)
        case ast.Constant(str(text)):
            return formatting.string(text)
    return ast.unparse(node)


def optional(of: Expression) -> Expression:
    members = of.members if isinstance(of, Alternatives) else (of,)
    return Alternatives([*members, _NONE])


def plain(node: ast.expr, module: Module, state: State) -> ast.expr:
    """`X` of `X | None` and of `Optional[X]`."""
    match node:
        case ast.BinOp(left, ast.BitOr(), ast.Constant(None)):
            return left
        case ast.BinOp(ast.Constant(None), ast.BitOr(), right):
            return right
        case ast.Constant(str(text)):
            return plain(ast.parse(text, mode="eval").body, module, state)
        case ast.Subscript(head, inner):
            of = symbol(head, module, state)
            return inner if of == Symbol("typing", "Optional") else node
    return node


def default(member: Member) -> tuple[str, ast.expr | None]:
    """What a field's default is: ("", None), ("default", value) or ("default_factory", value)."""
    arguments = arguments_of_field(member.value)
    for word in ("default", "default_factory"):
        if word in arguments:
            return word, arguments[word]
    if arguments or member.value is None or _is_bare_field(member.value):
        return "", None
    return "default", member.value


def _is_bare_field(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith("field")


def statement(
    name: str,
    wire: str,
    annotation: Expression,
    word: str,
    value: Expression | None,
    field_function: Callable[[], str],
) -> str:
    """A field as the printer of packages writes it, not indented but laid out for a class body."""
    is_named = wire != naming.camel_case(name) or naming.is_misspelt(name)
    is_plain = word in ("", "default") and not is_named
    right = value if is_plain else None
    if word == "default" and isinstance(value, Brackets) and value.items and not value.head:
        # A list or a dict would be shared by all objects.
        word, value, is_plain = "default_factory", Prefixed("lambda: ", value), False
    if not is_plain:
        arguments: list[Expression] = []
        if value is not None:
            arguments.append(Prefixed(f"{word}=", value))
        if is_named:
            arguments.append(Prefixed("name=", formatting.string(wire)))
        right = formatting.call(field_function(), arguments) if arguments else None
    text = formatting.annotated(name, annotation, right, 4)
    return "\n".join(line.removeprefix("    ") for line in text.split("\n"))
