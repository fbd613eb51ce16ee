"""Literals of `Object` and `JSONPatch` in the expressions of mutations, as maps.

kube-apiserver makes a type of each `Object.spec.containers` while it compiles; cel-cpp has no types
but those of a protobuf pool. A map has the same members, and that is all that a patch needs.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<text>[bB]?[rR]?[bB]?(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    | (?P<space>\s+|//[^\n]*)
    | (?P<name>[A-Za-z_]\w*|`[^`]*`)
    | (?P<other>\d[\w.]*|.)
    """,
    re.VERBOSE | re.DOTALL,
)
OBJECT, PATCH = "Object", "JSONPatch"


class _Scope(NamedTuple):
    """What a bracket opened."""

    is_literal: bool


def as_maps(expression: str, types: Collection[str] = (OBJECT, PATCH)) -> str:
    """The expression with the literals of these types as maps."""
    return "".join(_Rewriting(types).run(expression))


class _Rewriting:
    def __init__(self, types: Collection[str]) -> None:
        self._types = types
        self._out: list[str] = []
        self._scopes: list[_Scope] = []
        self._path: list[str] = []
        """The dotted name that was read last."""
        self._path_begins = 0
        self._last = self._before = ""
        """The last two tokens that are no space."""

    def run(self, expression: str) -> list[str]:
        for match in _TOKEN.finditer(expression):
            token, kind = match.group(), match.lastgroup
            if kind == "space":
                self._out.append(token)
                continue
            if kind == "name":
                self._name(token)
            else:
                self._other(token)
            self._before, self._last = self._last, token
        return self._out

    def _name(self, token: str) -> None:
        if self._is_member():
            self._out.append(f'"{token.strip("`")}"')
            self._path = []
            return
        if self._last == "." and self._path:
            self._path.append(token)
        else:
            self._path, self._path_begins = [token], len(self._out)
        self._out.append(token)

    def _is_member(self) -> bool:
        """Whether a name here is that of a literal's member."""
        inside = bool(self._scopes) and self._scopes[-1].is_literal
        # An optional member has a question mark before it, and so has a condition after it.
        begins = self._before if self._last == "?" else self._last
        return inside and begins in ("{", ",")

    def _other(self, token: str) -> None:
        if token == "{":
            is_literal = bool(self._path) and self._path[0] in self._types
            if is_literal:
                del self._out[self._path_begins :]
            self._scopes.append(_Scope(is_literal))
        elif token in "([":
            self._scopes.append(_Scope(False))
        elif token in ")]}" and self._scopes:
            self._scopes.pop()
        if token != ".":
            self._path = []
        self._out.append(token)
