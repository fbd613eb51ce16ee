"""The expression that copies a value, from its type, and how it is broken over lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from codegen.formatting import WIDTH
from codegen.generators.imports import Imports
from codegen.model import (
    Constrained,
    DictOf,
    Enum,
    ListOf,
    LiteralOf,
    Opaque,
    Optional,
    QualifiedName,
    Scalar,
    Struct,
    Type,
    TypeRef,
    UnionOf,
    Universe,
)

COPY_VALUE = ("kube.runtime.deepcopy", "copy_value")


class Comprehension(msgspec.Struct, frozen=True):
    """`[element clause]`, or with `key` `{key: element clause}`."""

    element: Expression
    clause: str
    key: str = ""

    def __str__(self) -> str:
        opening, closing = self.brackets
        return f"{opening}{self.key}{self.element} {self.clause}{closing}"

    @property
    def brackets(self) -> tuple[str, str]:
        return ("{", "}") if self.key else ("[", "]")


Expression: TypeAlias = str | Comprehension


def shape(universe: Universe, ref: TypeRef) -> TypeRef | Type:
    """What a type is once aliases are followed and constraints set aside."""
    resolved = universe.resolve(ref)
    while isinstance(resolved, Constrained):
        resolved = universe.resolve(resolved.inner)
    return resolved


def is_mutable(universe: Universe, ref: TypeRef) -> bool:
    """Whether a value of the type must be copied, so that a copy shares nothing mutable."""
    match shape(universe, ref):
        case Scalar(name):
            return name == "Any"
        case LiteralOf() | Enum():
            return False
        case Opaque(immutable=immutable):
            return not immutable
        case Optional(inner):
            return is_mutable(universe, inner)
        case UnionOf(members):
            return any(is_mutable(universe, member) for member in members)
    return True


def copied(
    universe: Universe,
    functions: Mapping[QualifiedName, str],
    imports: Imports,
    ref: TypeRef,
    value: str,
    depth: int = 0,
) -> Expression:
    """The expression that copies `value`, which is not None unless the type says so."""

    def element(inner: TypeRef, name: str) -> Expression:
        return copied(universe, functions, imports, inner, name, depth + 1)

    suffix = str(depth + 1) if depth else ""
    match shape(universe, ref):
        case Struct() as struct:
            function = functions.get(struct.generic_of or struct.name)
            return f"{function}({value})" if function else f"{value}.deep_copy()"
        case ListOf(inner):
            if not is_mutable(universe, inner):
                return f"{value}.copy()"
            name = f"i{suffix}"
            return Comprehension(element(inner, name), f"for {name} in {value}")
        case DictOf(_, inner):
            if not is_mutable(universe, inner):
                return f"{value}.copy()"
            key, name = f"k{suffix}", f"i{suffix}"
            clause = f"for {key}, {name} in {value}.items()"
            return Comprehension(element(inner, name), clause, f"{key}: ")
    # Free-form JSON, an optional element or one of several types: the value tells.
    return f"{imports.name(*COPY_VALUE)}({value})"


def guard(local: str, target: str) -> list[str]:
    """`if (local := target) is not None:`, in as many lines as ruff would take."""
    line = f"    if ({local} := {target}) is not None:"
    if len(line) <= WIDTH:
        return [line]
    inner = f"        {local} := {target}"
    body = [inner] if len(inner) <= WIDTH else [f"        {local}", f"        := {target}"]
    return ["    if (", *body, "    ) is not None:"]


def other_class(cls: str) -> list[str]:
    """`if type(source) is not cls:`, in as many lines as ruff would take."""
    line = f"    if type(source) is not {cls}:"
    split = f"        is not {cls}"
    if len(line) <= WIDTH or len(split) > WIDTH:
        return [line]
    return ["    if (", "        type(source)", split, "    ):"]


def assignment(target: str, value: Expression, indent: int) -> list[str]:
    """`target = value`, in as many lines as ruff would take."""
    return _lines(f"{target} = ", value, indent)


def _lines(prefix: str, value: Expression, indent: int) -> list[str]:
    margin = " " * indent
    line = f"{margin}{prefix}{value}"
    if len(line) <= WIDTH:
        return [line]
    if isinstance(value, str):
        head, _, argument = value.removesuffix(")").partition("(")
        opening = f"{margin}{prefix}{head}("
        if argument and (len(opening) <= WIDTH or not prefix.endswith("= ")):
            return [opening, f"{margin}    {argument}", f"{margin})"]
        if not prefix:
            return [line]
        lines = [f"{margin}{prefix}(", *_lines("", value, indent + 4), f"{margin})"]
        if all(len(each) <= WIDTH for each in lines):
            return lines
        # Parentheses that do not help are left out.
        return [opening, f"{margin}    {argument}", f"{margin})"] if argument else [line]
    opening, closing = value.brackets
    inner = f"{margin}    {value.key}{value.element} {value.clause}"
    if len(inner) <= WIDTH:
        body = [inner]
    else:
        body = [*_lines(value.key, value.element, indent + 4), f"{margin}    {value.clause}"]
    return [f"{margin}{prefix}{opening}", *body, f"{margin}{closing}"]
