"""Whether a text matches a pattern, in time that grows with the text alone, as in Go.

Python's matcher tries one way after another, and `^(a+)+$` takes it 2**n steps. Here a text is read
once, by an automaton whose states are made when they are first reached. Patterns with word
boundaries, or with flags that are turned on inside, are left to Python's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from kube.envtest.apiserver.schemas import patterns

# Python's parser of regular expressions has no public name.
_parser: Any = import_module("re._parser")
_codes: Any = import_module("re._constants")

_MOST_STATES = 2_000
"""Of the automaton; beyond these it forgets, and begins to make states anew."""
_MOST_NODES = 20_000
"""Of the pattern with its repetitions written out."""

_MATCH = 0
"""The node at the end of the pattern."""

Letter = Callable[[int], bool]
Node = tuple[str, Any, tuple[int, ...]]
"""A letter, a `begin`, an `end`, a `fork` or the `match`; what it tests; the nodes after it."""


@functools.lru_cache(maxsize=1024)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text contains a match of a Go pattern; raises `patterns.PatternError`."""
    compiled = patterns.compiled(pattern)
    try:
        return _Automaton(_parser.parse(compiled.pattern, re.ASCII)).search
    except _NotSupportedError:
        return lambda text: compiled.search(text) is not None


class _NotSupportedError(Exception):
    """The pattern has something that depends on more than one letter."""


class _State:
    """Nodes that are reached together, and the states that letters lead to from there."""

    __slots__ = ("after", "matches", "matches_at_end", "nodes")

    def __init__(self, nodes: frozenset[int]) -> None:
        self.nodes = nodes
        self.matches = _MATCH in nodes
        self.matches_at_end: bool | None = None
        self.after: dict[str, _State] = {}


class _Automaton:
    def __init__(self, parsed: Iterable[Any]) -> None:
        self._nodes: list[Node] = [("match", None, ())]
        start = self._add_all(parsed, _MATCH)
        self._first = _State(self._closure([start], begins=True))
        self._later = self._closure([start])
        self._states: dict[frozenset[int], _State] = {}

    def search(self, text: str) -> bool:
        """Whether a part of the text matches."""
        state = self._first
        for letter in text:
            if state.matches:
                return True
            state = state.after.get(letter) or self._step(state, letter)
        if not text:
            return _MATCH in self._closure(state.nodes, begins=True, ends=True)
        if state.matches_at_end is None:
            state.matches_at_end = _MATCH in self._closure(state.nodes, ends=True)
        return state.matches_at_end

    def _step(self, state: _State, letter: str) -> _State:
        point = ord(letter)
        reached = [
            after
            for kind, test, nexts in map(self._nodes.__getitem__, state.nodes)
            if kind == "letter" and test(point)
            for after in nexts
        ]
        nodes = self._closure(reached) | self._later
        if len(self._states) >= _MOST_STATES:
            self._states.clear()
            self._first.after.clear()
        following = self._states.setdefault(nodes, _State(nodes))
        state.after[letter] = following
        return following

    def _closure(
        self, nodes: Iterable[int], *, begins: bool = False, ends: bool = False
    ) -> frozenset[int]:
        """The nodes, and those that are reached from them without a letter."""
        todo, reached = list(nodes), set[int]()
        while todo:
            node = todo.pop()
            if node in reached:
                continue
            reached.add(node)
            kind, _, nexts = self._nodes[node]
            if kind == "fork" or (kind == "begin" and begins) or (kind == "end" and ends):
                todo.extend(nexts)
        return frozenset(reached)

    # The pattern as nodes, from its end to its beginning.

    def _add(self, kind: str, test: Any, *nexts: int) -> int:
        if len(self._nodes) >= _MOST_NODES:
            raise _NotSupportedError
        self._nodes.append((kind, test, nexts))
        return len(self._nodes) - 1

    def _add_all(self, parsed: Iterable[Any], after: int) -> int:
        for code, value in reversed(list(parsed)):
            after = self._add_one(code, value, after)
        return after

    def _add_one(self, code: Any, value: Any, after: int) -> int:
        if code is _codes.LITERAL:
            return self._add("letter", value.__eq__, after)
        if code is _codes.NOT_LITERAL:
            return self._add("letter", value.__ne__, after)
        if code is _codes.ANY:
            return self._add("letter", ord("\n").__ne__, after)
        if code is _codes.IN:
            return self._add("letter", _class(value), after)
        if code is _codes.BRANCH:
            return self._add("fork", None, *(self._add_all(part, after) for part in value[1]))
        if code is _codes.SUBPATTERN and not value[1] and not value[2]:
            return self._add_all(value[3], after)
        if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT):
            least, most, part = value
            return self._add_repeated(least, most, part, after)
        if code is _codes.AT and value in (_codes.AT_BEGINNING, _codes.AT_BEGINNING_STRING):
            return self._add("begin", None, after)
        if code is _codes.AT and value is _codes.AT_END_STRING:
            return self._add("end", None, after)
        raise _NotSupportedError

    def _add_repeated(self, least: int, most: Any, parsed: Any, after: int) -> int:
        if most is _codes.MAXREPEAT:
            loop = self._add("fork", None)
            self._nodes[loop] = ("fork", None, (self._add_all(parsed, loop), after))
            after = loop
        else:
            end = after
            for _ in range(most - least):
                after = self._add("fork", None, self._add_all(parsed, after), end)
        for _ in range(least):
            after = self._add_all(parsed, after)
        return after


def _class(items: list[Any]) -> Letter:
    """The test of a class such as `[^a-z_]`."""
    negative = items[0][0] is _codes.NEGATE
    ranges = []
    for code, value in items[negative:]:
        if code is _codes.RANGE:
            ranges.append(value)
        elif code is _codes.LITERAL:
            ranges.append((value, value))
        else:
            raise _NotSupportedError
    return lambda letter: any(low <= letter <= high for low, high in ranges) is not negative
